#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>
#include <utility>

using namespace byok;
using namespace byok::testing;

static_assert(!std::is_copy_constructible_v<Session>);
static_assert(!std::is_copy_assignable_v<Session>);
static_assert(std::is_nothrow_move_constructible_v<Session>);
static_assert(!std::is_default_constructible_v<Session>);

namespace {

Session::Created create() {
    return std::move(Session::create(make_test_kek(1), make_test_kdf_params(), kUser)).value();
}

/// Every method once, expecting `locked`, or nothing to show.
void check_inert(Session& session) {
    CHECK(session.list().empty());
    CHECK(session.integrity() == Status::locked);
    CHECK(session.revision() == 0);
    CHECK_FALSE(session.user());
    CHECK(session.header().slots.empty());
    const auto record = make_id<RecordId>(1);
    const auto draft = make_id<DraftId>(1);
    const SealTarget target = target_for(make_platform(), Purpose::test);
    CHECK(session.draft(provider("openai"), view("sk-x"), "", kNow).status() == Status::locked);
    CHECK(session.retarget(draft, provider("openai")).status() == Status::locked);
    session.discard(draft);
    CHECK(session.accept(draft, Verdict::valid, kNow).status() == Status::locked);
    CHECK(session.remove(record).status() == Status::locked);
    CHECK(session.set_label(record, "a").status() == Status::locked);
    CHECK(session.set_verdict(record, Verdict::valid, kNow).status() == Status::locked);
    CHECK(session.set_verdict(record, Verdict::unknown, kNow).status() == Status::locked);
    CHECK(session.confirm_user(kUser).status() == Status::locked);
    CHECK(session.repair().status() == Status::locked);
    CHECK(session
              .change_password(make_id<SlotId>(1), make_test_kek(1), make_test_kek(2), make_test_kdf_params())
              .status() == Status::locked);
    CHECK(session.seal_for_platform(record, target).status() == Status::locked);
    CHECK(session.seal_draft_for_platform(draft, target).status() == Status::locked);
    CHECK(session.commit() == Status::locked);
    CHECK(session.rollback() == Status::locked);
    CHECK(session.reload({}) == Status::locked);
}

} // namespace

TEST_CASE("A new vault has one password slot, no records, revision 1, and opens again with its password only",
          "[session]") {
    Session::Created created = create();
    CHECK(created.change.expected_revision == 0);
    CHECK(created.change.revision == 1);
    REQUIRE(created.change.header);
    CHECK(created.change.put.empty());
    CHECK(created.change.remove.empty());
    CHECK(created.session.header().slots.size() == 1);

    Store store;
    REQUIRE(store.apply(created.change));
    REQUIRE(created.session.commit() == Status::ok);
    CHECK(created.session.revision() == 1);
    CHECK(created.session.integrity() == Status::ok);
    CHECK(created.session.list().empty());

    const SlotId slot = created.session.header().slots.at(0).id;
    const Session again = std::move(Session::unlock(store.read(), slot, make_test_kek(1))).value();
    CHECK(again.revision() == 1);
    CHECK(again.integrity() == Status::ok);
    REQUIRE(again.user());
    CHECK(again.user()->id == kUser.id);
    CHECK(again.user()->name == kUser.name);
    CHECK(Session::unlock(store.read(), slot, make_test_kek(2)).status() == Status::wrong_password);
    CHECK(Session::unlock(store.read(), make_id<SlotId>(1), make_test_kek(1)).status() ==
          Status::bad_argument);
    Kek cut = make_test_kek(1);
    cut.secret().shrink(31);
    CHECK(Session::unlock(store.read(), slot, std::move(cut)).status() == Status::bad_argument);
}

TEST_CASE("Two new vaults share nothing", "[session]") {
    const Session::Created a = create();
    const Session::Created b = create();
    CHECK_FALSE(a.session.header().vault_id == b.session.header().vault_id);
    CHECK_FALSE(a.session.header().slots[0].id == b.session.header().slots[0].id);
    CHECK(a.session.header().slots[0].wrapped_key != b.session.header().slots[0].wrapped_key);
    CHECK(a.session.header().slots[0].commitment != b.session.header().slots[0].commitment);
}

TEST_CASE("A vault is not created with refused parameters, a short KEK or an impossible user", "[session]") {
    KdfParams weak = make_test_kdf_params();
    weak.memory_kib = kMake.min_memory_kib - 1;
    CHECK(Session::create(make_test_kek(1), weak, kUser).status() == Status::kdf_params_refused);
    Kek cut = make_test_kek(1);
    cut.secret().shrink(16);
    CHECK(Session::create(std::move(cut), make_test_kdf_params(), kUser).status() == Status::bad_argument);
    for (const ConfirmedUser& user :
         {ConfirmedUser{"", "First user"}, ConfirmedUser{std::string(kMaxUserIdBytes + 1, 'u'), "First user"},
          ConfirmedUser{"u", std::string(kMaxUserNameBytes + 1, 'n')}, ConfirmedUser{"u\n", "First user"}}) {
        CHECK(Session::create(make_test_kek(1), make_test_kdf_params(), user).status() ==
              Status::bad_argument);
    }
    CHECK(Session::create(make_test_kek(1), make_test_kdf_params(), std::nullopt).ok());
}

TEST_CASE("E37: a session that was moved from is inert", "[session]") {
    Session::Created created = create();
    const Session taken = std::move(created.session);
    check_inert(created.session); // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(taken.header().slots.size() == 1);
}

TEST_CASE("A vault whose creation was rolled back is inert", "[session]") {
    Session::Created created = create();
    CHECK(created.session.rollback() == Status::ok);
    check_inert(created.session);
}

TEST_CASE("E37: commit and rollback without a pending change are refused and change nothing", "[session]") {
    Vault vault = Vault::make();
    CHECK(vault.session.commit() == Status::bad_argument);
    CHECK(vault.session.rollback() == Status::bad_argument);
    const RecordId id = vault.add("openai", "sk-proj-one");
    CHECK(vault.session.commit() == Status::bad_argument);
    CHECK(vault.session.rollback() == Status::bad_argument);
    CHECK(key_through_platform(vault.session, id, provider("openai")) == "sk-proj-one");
}

TEST_CASE(
    "E37: while a change is pending every other mutation is busy, and all else works on what is committed",
    "[session]") {
    Vault vault = Vault::make();
    const RecordId kept = vault.add("openai", "sk-proj-one", "mine");
    const DraftId waiting = vault.session.draft(provider("gemini"), view("AIza-two"), "", kNow).value().draft;
    const std::uint64_t revision = vault.session.revision();
    REQUIRE(vault.session.remove(kept).ok());

    CHECK(vault.session.accept(waiting, Verdict::valid, kNow).status() == Status::busy);
    CHECK(vault.session.remove(kept).status() == Status::busy);
    CHECK(vault.session.set_label(kept, "other").status() == Status::busy);
    CHECK(vault.session.set_verdict(kept, Verdict::no_credit, kNow).status() == Status::busy);
    CHECK(vault.session.confirm_user({"user-2", "Other user"}).status() == Status::busy);
    CHECK(vault.session.repair().status() == Status::busy);
    CHECK(vault.change_password(2) == Status::busy);
    CHECK(vault.session.reload(vault.store.read()) == Status::busy);

    CHECK(vault.session.revision() == revision);
    CHECK(vault.session.list().size() == 1);
    CHECK(vault.session.user()->id == kUser.id);
    CHECK(key_through_platform(vault.session, kept, provider("openai")) == "sk-proj-one");
    CHECK_FALSE(vault.session.set_verdict(kept, Verdict::unreachable, kNow).value());
    const DraftId late =
        vault.session.draft(provider("anthropic"), view("sk-ant-three"), "", kNow).value().draft;
    CHECK(vault.session.seal_draft_for_platform(late, target_for(make_platform(), Purpose::test)).ok());

    CHECK(vault.session.rollback() == Status::ok);
    CHECK(vault.session.list().at(0).meta->label == "mine");
    vault.save(vault.session.accept(waiting, Verdict::valid, kNow));
    vault.save(vault.session.accept(late, Verdict::valid, kNow));
    CHECK(vault.session.list().size() == 3);
}

TEST_CASE("Each change names the revision before it and the one after it", "[session]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", "sk-proj-one");
    CHECK(vault.session.revision() == 2);
    const Change change = vault.session.set_label(id, "work").value();
    CHECK(change.expected_revision == 2);
    CHECK(change.revision == 3);
    CHECK(manifest_facts(change.manifest).value().revision == 3);
    CHECK_FALSE(change.header);
    CHECK(vault.session.revision() == 2);
    REQUIRE(vault.session.commit() == Status::ok);
    CHECK(vault.session.revision() == 3);
}

TEST_CASE("E18: a session that is gone in the middle of a change leaves the store as before or as after it",
          "[session]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", "sk-proj-one", "before");
    const Change change = vault.session.set_label(id, "after").value();
    { const Session locked = std::move(vault.session); }

    const SlotId slot = decode_header(vault.store.header).value().slots.at(0).id;
    CHECK(Session::unlock(vault.store.read(), slot, make_test_kek(1)).value().list().at(0).meta->label ==
          "before");
    REQUIRE(vault.store.apply(change));
    const Session after = std::move(Session::unlock(vault.store.read(), slot, make_test_kek(1))).value();
    CHECK(after.list().at(0).meta->label == "after");
    CHECK(after.integrity() == Status::ok);
}

TEST_CASE("E18: a lock in the middle of a password change leaves exactly one password that opens",
          "[session]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", "sk-proj-one");
    const SlotId slot = vault.slot();
    const Change change =
        vault.session.change_password(slot, make_test_kek(1), make_test_kek(2), make_test_kdf_params())
            .value();
    { const Session locked = std::move(vault.session); }

    CHECK(Session::unlock(vault.store.read(), slot, make_test_kek(2)).status() == Status::wrong_password);
    Session before = std::move(Session::unlock(vault.store.read(), slot, make_test_kek(1))).value();
    CHECK(key_through_platform(before, id, provider("openai")) == "sk-proj-one");
    REQUIRE(vault.store.apply(change));
    CHECK(Session::unlock(vault.store.read(), slot, make_test_kek(1)).status() == Status::wrong_password);
    Session after = std::move(Session::unlock(vault.store.read(), slot, make_test_kek(2))).value();
    CHECK(key_through_platform(after, id, provider("openai")) == "sk-proj-one");
}
