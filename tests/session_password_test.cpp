#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <optional>
#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";

Result<Change> change_password(Vault& vault, std::uint64_t current, std::uint64_t next) {
    return vault.session.change_password(vault.slot(), make_test_kek(current), make_test_kek(next),
                                         make_test_kdf_params());
}

/// Adds a second way in, as a later version will: with the wrap key that the manifest is to hold for it.
SlotId add_slot(Vault& vault, std::uint64_t password, std::optional<std::uint64_t> in_manifest) {
    Header header = decode_header(vault.store.header).value();
    const Slot& first = header.slots.at(0);
    const Kek kek = make_test_kek(vault.password);
    const VaultKey key = std::move(unwrap(first, kek, header.vault_id)).value();
    const auto id = make_id<SlotId>(0x51);
    header.slots.push_back(
        wrap(key, make_test_kek(password), header.vault_id, id, SlotKind::password, make_cheap_kdf_params())
            .value());
    Manifest manifest = std::move(open_manifest(key, header.vault_id, vault.store.manifest)).value();
    vault.store.header = encode(header);
    manifest.header_hash = hash_of(vault.store.header);
    manifest.revision += 1;
    if (in_manifest)
        manifest.slots.push_back({id, std::move(make_test_kek(*in_manifest).secret())});
    vault.store.manifest = seal_manifest(key, header.vault_id, manifest).value();
    vault.session = std::move(vault.unlock_again()).value();
    return id;
}

} // namespace

TEST_CASE("E8: a changed password opens everything, the old one nothing", "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId openai = vault.add("openai", kKey, "mine");
    const RecordId gemini = vault.add("gemini", "AIza-two");
    REQUIRE(vault.change_password(2) == Status::ok);

    CHECK(key_through_platform(vault.session, openai, provider("openai")) == kKey);
    CHECK(Session::unlock(vault.store.read(), vault.slot(), make_test_kek(1)).status() ==
          Status::wrong_password);
    Session again = std::move(vault.unlock_again()).value();
    CHECK(again.integrity() == Status::ok);
    REQUIRE(again.list().size() == 2);
    CHECK(again.list()[0].meta->label == "mine");
    CHECK(again.user()->id == kUser.id);
    CHECK(key_through_platform(again, openai, provider("openai")) == kKey);
    CHECK(key_through_platform(again, gemini, provider("gemini")) == "AIza-two");
}

TEST_CASE("E8: a password change is one change that seals every record and the header anew",
          "[session][password]") {
    Vault vault = Vault::make(1);
    vault.add("openai", kKey);
    vault.add("gemini", "AIza-two");
    const Store before = vault.store;
    const Change change = change_password(vault, 1, 2).value();
    CHECK(change.put.size() == 2);
    CHECK(change.remove.empty());
    REQUIRE(change.header);
    CHECK(*change.header != before.header);
    for (const Record& record : change.put)
        CHECK(record.bytes != before.records.at(record.id.bytes));
}

TEST_CASE("E8: an old copy of the header, with the old password, opens nothing of today's vault",
          "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", kKey);
    const Store old = vault.store;
    REQUIRE(vault.change_password(2) == Status::ok);
    vault.add("gemini", "AIza-two");

    Snapshot mixed = vault.store.read();
    mixed.header = old.header;
    Session thief = std::move(Session::unlock(mixed, vault.slot(), make_test_kek(1))).value();
    CHECK(thief.integrity() == Status::manifest_damaged);
    for (const RecordView& view : thief.list()) {
        CHECK(view.state == RecordState::unreadable);
        CHECK_FALSE(view.meta);
        CHECK_FALSE(thief.seal_for_platform(view.id, target_for(make_platform())).ok());
    }

    // Nor do the old keys open today's boxes one by one.
    const Header header = decode_header(old.header).value();
    const VaultKey old_key = std::move(unwrap(header.slots.at(0), make_test_kek(1), header.vault_id)).value();
    CHECK_FALSE(open_manifest(old_key, header.vault_id, vault.store.manifest).ok());
    const Record record{id, vault.store.row(id)};
    CHECK_FALSE(open_meta(old_key, header.vault_id, record).ok());
    CHECK_FALSE(open_key(old_key, header.vault_id, record, provider("openai")).ok());
}

TEST_CASE("E38: the password is asked again and checked against the slot before anything changes",
          "[session][password]") {
    Vault vault = Vault::make(1);
    vault.add("openai", kKey);
    CHECK(change_password(vault, 3, 2).status() == Status::wrong_password);
    CHECK(change_password(vault, 2, 2).status() == Status::wrong_password);
    CHECK(vault.session
              .change_password(make_id<SlotId>(9), make_test_kek(1), make_test_kek(2), make_test_kdf_params())
              .status() == Status::bad_argument);
    CHECK(vault.session.commit() == Status::bad_argument);
    CHECK(vault.unlock_again().ok());
}

TEST_CASE("E25: a password is not changed to refused parameters or a KEK of another length",
          "[session][password]") {
    Vault vault = Vault::make(1);
    // Weaker than what is made is refused, though a stored vault may have it.
    CHECK(vault.session
              .change_password(vault.slot(), make_test_kek(1), make_test_kek(2), make_cheap_kdf_params())
              .status() == Status::kdf_params_refused);
    Kek cut = make_test_kek(2);
    cut.secret().shrink(31);
    CHECK(
        vault.session.change_password(vault.slot(), make_test_kek(1), std::move(cut), make_test_kdf_params())
            .status() == Status::bad_argument);
    CHECK(vault.session.commit() == Status::bad_argument);
}

TEST_CASE("A vault with weak parameters is re-wrapped under its own password", "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", kKey);
    const SlotId weak = add_slot(vault, 5, 5);
    REQUIRE(is_weaker_than_default(vault.session.header().slots.at(1).kdf));
    vault.save(
        vault.session.change_password(weak, make_test_kek(5), make_test_kek(7), make_test_kdf_params()));
    CHECK_FALSE(is_weaker_than_default(decode_header(vault.store.header).value().slots.at(1).kdf));
    Session again = std::move(Session::unlock(vault.store.read(), weak, make_test_kek(7))).value();
    CHECK(key_through_platform(again, id, provider("openai")) == kKey);
}

TEST_CASE("E8: a password change leaves the other slots theirs, with their own secrets",
          "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", kKey);
    const SlotId other = add_slot(vault, 5, 5);
    const Header before = decode_header(vault.store.header).value();
    vault.save(change_password(vault, 1, 2));

    Session by_other = std::move(Session::unlock(vault.store.read(), other, make_test_kek(5))).value();
    CHECK(by_other.integrity() == Status::ok);
    CHECK(key_through_platform(by_other, id, provider("openai")) == kKey);
    CHECK(Session::unlock(vault.store.read(), vault.slot(), make_test_kek(2)).ok());
    CHECK(Session::unlock(vault.store.read(), vault.slot(), make_test_kek(1)).status() ==
          Status::wrong_password);
    // The old header still holds the other slot, and its secret has not changed: it must open nothing either.
    Snapshot mixed = vault.store.read();
    mixed.header = encode(before);
    const Session thief = std::move(Session::unlock(mixed, other, make_test_kek(5))).value();
    CHECK(states_of(thief) == std::vector{RecordState::unreadable});
}

TEST_CASE("E8: each slot's secret can be changed after the other's", "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", kKey);
    const SlotId other = add_slot(vault, 5, 5);
    vault.save(change_password(vault, 1, 2));
    vault.save(
        vault.session.change_password(other, make_test_kek(5), make_test_kek(6), make_test_kdf_params()));
    vault.save(change_password(vault, 2, 3));
    for (const auto& [slot, password] : {std::pair{vault.slot(), 3}, std::pair{other, 6}}) {
        Session session = std::move(Session::unlock(vault.store.read(), slot,
                                                    make_test_kek(static_cast<unsigned>(password))))
                              .value();
        CHECK(session.integrity() == Status::ok);
        CHECK(key_through_platform(session, id, provider("openai")) == kKey);
    }
}

TEST_CASE("A password change is refused while another slot's wrap key is unknown, until that slot opens once",
          "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId id = vault.add("openai", kKey);
    const SlotId other = add_slot(vault, 5, std::nullopt);
    CHECK(change_password(vault, 1, 2).status() == Status::manifest_damaged);

    vault.session = std::move(Session::unlock(vault.store.read(), other, make_test_kek(5))).value();
    vault.save(vault.session.set_label(id, "any change"));
    vault.session = std::move(vault.unlock_again()).value();
    vault.save(change_password(vault, 1, 2));
    CHECK(Session::unlock(vault.store.read(), other, make_test_kek(5)).ok());
    CHECK(Session::unlock(vault.store.read(), vault.slot(), make_test_kek(2)).ok());
}

TEST_CASE("A wrap key in the manifest that is not the slot's is refused: re-wrapping under it would lock its "
          "owner out",
          "[session][password]") {
    Vault vault = Vault::make(1);
    add_slot(vault, 5, 4);
    CHECK(change_password(vault, 1, 2).status() == Status::manifest_damaged);
}

TEST_CASE("A repair forgets the wrap keys of slots that the header no longer has", "[session][password]") {
    Vault vault = Vault::make(1);
    const Bytes one_slot = vault.store.header;
    add_slot(vault, 5, 5);
    vault.store.header = one_slot;
    vault.session = std::move(vault.unlock_again()).value();
    REQUIRE(vault.session.integrity() == Status::manifest_damaged);
    vault.save(vault.session.repair());
    const Header header = decode_header(vault.store.header).value();
    const VaultKey key = std::move(unwrap(header.slots.at(0), make_test_kek(1), header.vault_id)).value();
    CHECK(open_manifest(key, header.vault_id, vault.store.manifest).value().slots.size() == 1);
}

TEST_CASE("A password change is refused while a record can't be re-sealed: it would be lost silently",
          "[session][password]") {
    Vault vault = Vault::make(1);
    const RecordId broken = vault.add("openai", kKey);
    const RecordId whole = vault.add("gemini", "AIza-two");
    vault.store.row(broken).back() ^= 1;
    vault.session = std::move(vault.unlock_again()).value();
    CHECK(change_password(vault, 1, 2).status() == Status::record_damaged);

    vault.save(vault.session.repair());
    vault.save(change_password(vault, 1, 2));
    vault.password = 2;
    Session again = std::move(vault.unlock_again()).value();
    CHECK(again.integrity() == Status::ok);
    REQUIRE(again.list().size() == 1);
    CHECK(key_through_platform(again, whole, provider("gemini")) == "AIza-two");
}
