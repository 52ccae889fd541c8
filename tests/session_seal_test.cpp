#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {
constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";
}

TEST_CASE("Keys are sealed for the confirmed user and for nobody else", "[session][seal]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey);
    const DraftId draft = vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow).value().draft;
    const PlatformSecret platform = make_platform();
    for (const char* const user : {"user-2", "user-", "user-11", ""}) {
        CHECK(vault.session.seal_for_platform(id, target_for(platform, Purpose::job, user)).status() ==
              Status::user_unconfirmed);
        CHECK(vault.session.seal_draft_for_platform(draft, target_for(platform, Purpose::test, user))
                  .status() == Status::user_unconfirmed);
    }
    CHECK(vault.session.seal_for_platform(id, target_for(platform)).ok());

    vault.save(vault.session.confirm_user({"user-2", "Other user"}));
    CHECK(vault.session.seal_for_platform(id, target_for(platform)).status() == Status::user_unconfirmed);
    CHECK(vault.session.seal_for_platform(id, target_for(platform, Purpose::job, "user-2")).ok());
}

TEST_CASE("A user who is confirmed in a pending change is not confirmed yet", "[session][seal]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey);
    REQUIRE(vault.session.confirm_user({"user-2", "Other user"}).ok());
    const PlatformSecret platform = make_platform();
    CHECK(vault.session.seal_for_platform(id, target_for(platform, Purpose::job, "user-2")).status() ==
          Status::user_unconfirmed);
    CHECK(vault.session.seal_for_platform(id, target_for(platform)).ok());
    CHECK(vault.session.rollback() == Status::ok);
}

TEST_CASE("A vault with no confirmed user seals for nobody", "[session][seal]") {
    Session::Created created =
        std::move(Session::create(make_test_kek(1), make_test_kdf_params(), std::nullopt)).value();
    REQUIRE(created.session.commit() == Status::ok);
    const DraftId draft = created.session.draft(provider("openai"), view(kKey), "", kNow).value().draft;
    const PlatformSecret platform = make_platform();
    CHECK(created.session.seal_draft_for_platform(draft, target_for(platform, Purpose::test)).status() ==
          Status::user_unconfirmed);
    REQUIRE(created.session.accept(draft, Verdict::valid, kNow).ok());
    REQUIRE(created.session.commit() == Status::ok);
    const RecordId id = created.session.list().at(0).id;
    CHECK(created.session.seal_for_platform(id, target_for(platform)).status() == Status::user_unconfirmed);
    CHECK(created.session.seal_for_platform(id, target_for(platform, Purpose::job, "")).status() ==
          Status::user_unconfirmed);
    REQUIRE(created.session.confirm_user(kUser).ok());
    REQUIRE(created.session.commit() == Status::ok);
    CHECK(created.session.seal_for_platform(id, target_for(platform)).ok());
}

TEST_CASE("A draft is sealed to be tested and for nothing else", "[session][seal]") {
    Vault vault = Vault::make();
    const DraftId draft = vault.session.draft(provider("openai"), view(kKey), "", kNow).value().draft;
    const PlatformSecret platform = make_platform();
    CHECK(vault.session.seal_draft_for_platform(draft, target_for(platform, Purpose::job)).status() ==
          Status::purpose_refused);
    CHECK(vault.session.seal_draft_for_platform(draft, target_for(platform, static_cast<Purpose>(9)))
              .status() == Status::purpose_refused);
    CHECK(vault.session.seal_draft_for_platform(draft, target_for(platform, Purpose::test)).ok());
}

TEST_CASE("What seal_key refuses is refused through the session too, and the session goes on",
          "[session][seal]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey);
    SealTarget target = target_for(make_platform());
    target.platform = {};
    CHECK(vault.session.seal_for_platform(id, target).status() == Status::platform_key_refused);
    CHECK(vault.session.seal_for_platform(make_id<RecordId>(3), target_for(make_platform())).status() ==
          Status::record_unknown);
    CHECK(key_through_platform(vault.session, id, provider("openai")) == kKey);
}
