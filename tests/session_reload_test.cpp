#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";

/// Two tabs over one store.
struct Tabs {
    Vault here = Vault::make(1);
    RecordId id = here.add("openai", kKey, "mine");
    Session there = std::move(here.unlock_again()).value();

    void save_there(const Change& change) {
        REQUIRE(here.store.apply(change));
        REQUIRE(there.commit() == Status::ok);
    }
};

} // namespace

TEST_CASE("A change of another tab is taken in, and the next one goes on from it", "[session][reload]") {
    Tabs tabs;
    tabs.save_there(tabs.there.set_label(tabs.id, "theirs").value());

    const Change late = tabs.here.session.set_label(tabs.id, "ours").value();
    CHECK_FALSE(tabs.here.store.apply(late)); // the store has moved on
    REQUIRE(tabs.here.session.rollback() == Status::ok);
    REQUIRE(tabs.here.session.reload(tabs.here.store.read()) == Status::ok);
    CHECK(tabs.here.session.list().at(0).meta->label == "theirs");
    tabs.here.save(tabs.here.session.set_label(tabs.id, "ours"));
    CHECK(tabs.here.unlock_again().value().list().at(0).meta->label == "ours");
}

TEST_CASE("A store that has not changed reloads to the same", "[session][reload]") {
    Tabs tabs;
    REQUIRE(tabs.here.session.reload(tabs.here.store.read()) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::ok);
    CHECK(key_through_platform(tabs.here.session, tabs.id, provider("openai")) == kKey);
}

TEST_CASE(
    "E8: after another tab changed the password a reload says vault_changed and leaves the session alone",
    "[session][reload]") {
    Tabs tabs;
    const SlotId slot = tabs.here.slot();
    tabs.save_there(
        tabs.there.change_password(slot, make_test_kek(1), make_test_kek(2), make_test_kdf_params()).value());
    CHECK(tabs.here.session.reload(tabs.here.store.read()) == Status::vault_changed);
    CHECK(tabs.here.session.revision() == 2);
    CHECK(tabs.here.session.integrity() == Status::ok);
}

TEST_CASE("Another vault in the store is vault_changed", "[session][reload]") {
    Tabs tabs;
    Vault other = Vault::make(1);
    CHECK(tabs.here.session.reload(other.store.read()) == Status::vault_changed);
    Snapshot mixed = tabs.here.store.read();
    mixed.header = other.store.header;
    CHECK(tabs.here.session.reload(mixed) == Status::vault_changed);
}

TEST_CASE("E24: damage that a reload finds is named as at the unlock", "[session][reload]") {
    Tabs tabs;
    Snapshot snapshot = tabs.here.store.read();
    snapshot.records.at(0).bytes.back() ^= 1;
    REQUIRE(tabs.here.session.reload(snapshot) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::record_damaged);
    CHECK(state_of(tabs.here.session, tabs.id) == RecordState::unreadable);

    snapshot = tabs.here.store.read();
    snapshot.manifest.back() ^= 1;
    REQUIRE(tabs.here.session.reload(snapshot) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::manifest_damaged);
    CHECK(state_of(tabs.here.session, tabs.id) == RecordState::unverified);

    snapshot = tabs.here.store.read();
    snapshot.header.at(10) ^= 1;
    CHECK(tabs.here.session.reload(snapshot) == Status::header_damaged);
    REQUIRE(tabs.here.session.reload(tabs.here.store.read()) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::ok);
}

TEST_CASE(
    "E24: a whole store of yesterday, put back under an open session, is noticed; repair counts on from ours",
    "[session][reload]") {
    Tabs tabs;
    const Store yesterday = tabs.here.store;
    tabs.here.save(tabs.here.session.set_label(tabs.id, "today"));
    tabs.here.save(tabs.here.session.set_label(tabs.id, "later today"));
    const std::uint64_t ours = tabs.here.session.revision();

    tabs.here.store = yesterday;
    REQUIRE(tabs.here.session.reload(tabs.here.store.read()) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::manifest_damaged);
    CHECK(tabs.here.session.list().at(0).state == RecordState::unverified);
    CHECK(tabs.here.session.list().at(0).meta->label == "mine");
    // Looking again does not make it right.
    REQUIRE(tabs.here.session.reload(tabs.here.store.read()) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::manifest_damaged);

    const Change change = tabs.here.session.repair().value();
    CHECK(change.expected_revision == yesterday.revision());
    CHECK(change.revision == ours + 1);
    tabs.here.save(change);
    CHECK(tabs.here.session.integrity() == Status::ok);
    CHECK(tabs.here.session.user()->id == kUser.id);
    CHECK(key_through_platform(tabs.here.session, tabs.id, provider("openai")) == kKey);
}

TEST_CASE("E24: a forged header that nothing opens is not taken in, and the session can still save the vault",
          "[session][reload]") {
    Vault vault = Vault::make(1);
    vault.add("openai", "sk-proj-header-0123456789");
    Header forged = vault.session.header();
    forged.slots.at(0).commitment[0] ^= 1;
    vault.store.header = encode(forged);
    REQUIRE(vault.unlock_again().status() == Status::wrong_password);
    CHECK(vault.session.reload(vault.store.read()) == Status::header_damaged);
    CHECK(vault.session.integrity() == Status::ok);
    CHECK(vault.change_password(2) == Status::ok);
    CHECK(vault.unlock_again().value().integrity() == Status::ok);
}

TEST_CASE("E24: another history of the same revision is noticed", "[session][reload]") {
    Tabs tabs;
    const Change fork = tabs.there.set_label(tabs.id, "fork").value();
    tabs.here.save(tabs.here.session.set_label(tabs.id, "ours"));
    Store forked = tabs.here.store;
    forked.manifest = fork.manifest;
    forked.row(tabs.id) = fork.put.at(0).bytes;
    REQUIRE(forked.revision() == tabs.here.session.revision());
    REQUIRE(tabs.here.session.reload(forked.read()) == Status::ok);
    CHECK(tabs.here.session.integrity() == Status::manifest_damaged);
}
