#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";
const WallMs kLater{kNow.ms + 60'000};

} // namespace

TEST_CASE("What is changed in a session is what the next one finds, in the same order",
          "[session][records]") {
    Vault vault = Vault::make();
    const RecordId openai = vault.add("openai", kKey, "one");
    const RecordId gemini = vault.add("gemini", "AIza-two", "two");
    const RecordId anthropic = vault.add("anthropic", "sk-ant-three", "three");
    vault.save(vault.session.set_label(openai, "uno"));
    const Result<std::optional<Change>> change =
        vault.session.set_verdict(anthropic, Verdict::no_credit, kLater);
    vault.save(*change.value());
    vault.save(vault.session.confirm_user({"user-2", "Other user"}));
    vault.save(vault.session.remove(gemini));

    Session again = std::move(vault.unlock_again()).value();
    CHECK(again.integrity() == Status::ok);
    CHECK(again.revision() == vault.session.revision());
    CHECK(again.user()->id == "user-2");
    REQUIRE(again.list().size() == 2);
    CHECK(again.list()[0].id == openai);
    CHECK(again.list()[0].meta->label == "uno");
    CHECK(again.list()[0].meta->verdict == Verdict::valid);
    CHECK(again.list()[1].id == anthropic);
    CHECK(again.list()[1].meta->verdict == Verdict::no_credit);
    CHECK(again.list()[1].meta->verdict_at == kLater);
    CHECK(vault.store.records.size() == 2);
    CHECK(again.seal_for_platform(openai, target_for(make_platform(), Purpose::job, "user-2")).ok());
}

TEST_CASE("A change of metadata seals the record anew and leaves its key and its other metadata",
          "[session][records]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey, "before");
    const RecordMeta before = *vault.session.list().at(0).meta;
    const Bytes row = vault.store.row(id);
    vault.save(vault.session.set_label(id, "after"));
    CHECK(vault.store.row(id) != row);
    const RecordMeta after = *vault.session.list().at(0).meta;
    CHECK(after.label == "after");
    CHECK(after.provider == before.provider);
    CHECK(after.preview == before.preview);
    CHECK(after.added == before.added);
    CHECK(after.updated == before.updated);
    CHECK(after.verdict == before.verdict);
    CHECK(key_through_platform(vault.session, id, provider("openai")) == kKey);
    vault.save(vault.session.set_label(id, ""));
    CHECK(vault.session.list().at(0).meta->label.empty());
}

TEST_CASE("E30: a verdict that is about the key is stored, one that says nothing about it writes nothing",
          "[session][records]") {
    for (std::uint8_t number = 0; number < kVerdictCount; ++number) {
        const auto verdict = static_cast<Verdict>(number);
        Vault vault = Vault::make();
        const RecordId id = vault.add("openai", kKey);
        const std::optional<Change> change = vault.session.set_verdict(id, verdict, kLater).value();
        CHECK(change.has_value() == is_about_the_key(verdict));
        if (change)
            vault.save(*change);
        else
            CHECK(vault.session.commit() == Status::bad_argument);
        const RecordMeta meta = *vault.session.list().at(0).meta;
        CHECK(meta.verdict == (is_about_the_key(verdict) ? verdict : Verdict::valid));
        CHECK(meta.verdict_at == (is_about_the_key(verdict) ? kLater : kNow));
    }
}

TEST_CASE("E29: labels that are too long or hold control characters, and unknown records, are refused",
          "[session][records]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey, "mine");
    CHECK(vault.session.set_label(id, "../\x01").status() == Status::label_refused);
    CHECK(vault.session.set_label(id, std::string(kMaxLabelCodePoints + 1, 'x')).status() ==
          Status::label_refused);
    const auto stranger = make_id<RecordId>(1);
    CHECK(vault.session.set_label(stranger, "x").status() == Status::record_unknown);
    CHECK(vault.session.set_verdict(stranger, Verdict::valid, kNow).status() == Status::record_unknown);
    CHECK(vault.session.remove(stranger).status() == Status::record_unknown);
    CHECK(vault.session.confirm_user({"", "nobody"}).status() == Status::bad_argument);
    CHECK(vault.session.commit() == Status::bad_argument); // none of these left a change behind
    CHECK(vault.session.list().at(0).meta->label == "mine");
}

TEST_CASE("A rolled-back change of every kind leaves everything as it was", "[session][records]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kKey, "mine");
    const DraftId draft = vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow).value().draft;
    const auto unchanged = [&] {
        REQUIRE(vault.session.rollback() == Status::ok);
        CHECK(vault.session.integrity() == Status::ok);
        CHECK(vault.session.revision() == 2);
        REQUIRE(vault.session.list().size() == 1);
        CHECK(vault.session.list()[0].meta->label == "mine");
        CHECK(vault.session.list()[0].meta->verdict == Verdict::valid);
        CHECK(vault.session.user()->id == kUser.id);
        CHECK(key_through_platform(vault.session, id, provider("openai")) == kKey);
        CHECK(vault.unlock_again().ok());
    };
    REQUIRE(vault.session.remove(id).ok());
    unchanged();
    REQUIRE(vault.session.set_label(id, "x").ok());
    unchanged();
    REQUIRE(vault.session.set_verdict(id, Verdict::invalid, kNow).ok());
    unchanged();
    REQUIRE(vault.session.confirm_user({"user-2", "Other user"}).ok());
    unchanged();
    REQUIRE(vault.session.repair().ok());
    unchanged();
    REQUIRE(vault.session.accept(draft, Verdict::valid, kNow).ok());
    unchanged();
    REQUIRE(vault.session
                .change_password(vault.slot(), make_test_kek(1), make_test_kek(2), make_test_kdf_params())
                .ok());
    unchanged();
    vault.save(vault.session.accept(draft, Verdict::valid, kNow));
    CHECK(vault.session.list().size() == 2);
}
