#include "byok/header.h"
#include "hazmat/hash.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace byok;
using namespace byok::testing;

namespace {

const VaultId kVault = make_id<VaultId>(0xA1);
const SlotId kSlot = make_id<SlotId>(0xB1);

constexpr std::size_t kCountAt = 4 + 2 + 16;
constexpr std::size_t kSlotAt = kCountAt + 1;
constexpr std::size_t kKindAt = kSlotAt + 2 + 16;
constexpr std::size_t kKdfAt = kKindAt + 1;

Slot make_slot(const SlotId& id = kSlot) {
    return wrap(make_test_vault_key(1), make_test_kek(2), kVault, id, SlotKind::password,
                make_cheap_kdf_params())
        .value();
}

Header make_header(std::size_t slots = 1) {
    Header header{kVault, {}};
    for (std::size_t i = 0; i < slots; ++i)
        header.slots.push_back(make_slot(make_id<SlotId>(static_cast<std::uint8_t>(0xB1 + i))));
    return header;
}

/// What a forger does: changes bytes and makes the checksum right again.
Bytes with_checksum(Bytes bytes) {
    const ByteView covered = ByteView(bytes).first(bytes.size() - kHashBytes);
    const Hash checksum = hash_of(covered);
    std::copy(checksum.begin(), checksum.end(), bytes.end() - kHashBytes);
    return bytes;
}

Bytes forged(std::size_t at, int value) {
    Bytes bytes = encode(make_header());
    bytes.at(at) = static_cast<std::uint8_t>(value);
    return with_checksum(std::move(bytes));
}

Status decode_status(const Bytes& bytes) {
    return decode_header(bytes).status();
}

bool same_slot(const Slot& a, const Slot& b) {
    return a.id == b.id && a.kind == b.kind && encode(a.kdf) == encode(b.kdf) &&
           a.wrapped_key == b.wrapped_key && a.commitment == b.commitment;
}

} // namespace

TEST_CASE("A header is read as it was written, from one slot to eight", "[header]") {
    for (std::size_t slots = 1; slots <= kMaxSlots; ++slots) {
        const Header header = make_header(slots);
        const Bytes bytes = encode(header);
        CHECK(bytes.size() == 55 + 148 * slots);
        const Header again = decode_header(bytes).value();
        CHECK(again.vault_id == kVault);
        REQUIRE(again.slots.size() == slots);
        CHECK(std::equal(again.slots.begin(), again.slots.end(), header.slots.begin(), same_slot));
    }
}

TEST_CASE("E24: a header with any byte changed, cut or added is damaged, and nothing else", "[header]") {
    for_each_damage(encode(make_header(2)), [](const Bytes& bad, const std::string& what) {
        INFO(what);
        CHECK(decode_status(bad) == Status::header_damaged);
    });
}

TEST_CASE("E26: a header of a newer version is left alone", "[header]") {
    CHECK(decode_status(forged(4, 2)) == Status::newer_format);
    CHECK(decode_status(forged(5, 1)) == Status::newer_format);
    Bytes unlike_ours = from_hex("42594b480700"
                                 "fffefdfcfbfa");
    unlike_ours.resize(unlike_ours.size() + kHashBytes);
    CHECK(decode_status(with_checksum(unlike_ours)) == Status::newer_format);
}

TEST_CASE("A changed version without its checksum is damage, not a newer format", "[header]") {
    Bytes bytes = encode(make_header());
    bytes[4] = 2;
    CHECK(decode_status(bytes) == Status::header_damaged);
    CHECK(decode_status(forged(4, 0)) == Status::header_damaged);
}

TEST_CASE("E26: a slot of a kind to come is a newer format, whatever it holds", "[header]") {
    CHECK(decode_status(forged(kKindAt, 2)) == Status::newer_format);
    CHECK(decode_status(forged(kKindAt, 255)) == Status::newer_format);
    CHECK(decode_status(forged(kKindAt, 0)) == Status::header_damaged);

    // A slot of kind 3 with five bytes of its own, behind a password slot.
    Bytes bytes = encode(make_header());
    bytes.resize(bytes.size() - kHashBytes);
    bytes[kCountAt] = 2;
    const Bytes slot = from_hex("1600"
                                "cccccccccccccccccccccccccccccccc"
                                "03"
                                "0102030405");
    bytes.insert(bytes.end(), slot.begin(), slot.end());
    bytes.resize(bytes.size() + kHashBytes);
    CHECK(decode_status(with_checksum(bytes)) == Status::newer_format);
}

TEST_CASE("A header whose structure doesn't add up is damaged, even with a right checksum", "[header]") {
    CHECK(decode_status(forged(kCountAt, 0)) == Status::header_damaged);
    CHECK(decode_status(forged(kCountAt, 2)) == Status::header_damaged);
    CHECK(decode_status(forged(kCountAt, 9)) == Status::header_damaged);
    CHECK(decode_status(forged(kSlotAt, 145)) == Status::header_damaged);
    CHECK(decode_status(forged(kSlotAt, 147)) == Status::header_damaged);
    CHECK(decode_status(forged(kSlotAt + 1, 255)) == Status::header_damaged);

    Header twice = make_header(2);
    twice.slots[1].id = twice.slots[0].id;
    CHECK(decode_status(encode(twice)) == Status::header_damaged);
}

TEST_CASE("E25: a header with forged parameters is refused before deriving", "[header]") {
    CHECK(decode_status(forged(kKdfAt, 2)) == Status::kdf_params_refused);
    CHECK(decode_status(forged(kKdfAt + 1 + 3, 1)) == Status::kdf_params_refused); // + 16 GiB
    CHECK(decode_status(forged(kKdfAt + 1 + 3, 0xFF)) == Status::kdf_params_refused);
    CHECK(decode_status(forged(kKdfAt + 1 + 1, 0)) == Status::kdf_params_refused); // 0 KiB
    CHECK(decode_status(forged(kKdfAt + 5, 1)) == Status::kdf_params_refused);     // one pass
    CHECK(decode_status(forged(kKdfAt + 5 + 3, 0x80)) == Status::kdf_params_refused);
}

TEST_CASE("E26: ten megabytes are refused without being read", "[header]") {
    Bytes large = encode(make_header());
    large.resize(std::size_t{10} * 1024 * 1024);
    large = with_checksum(std::move(large));
    const AllocWatch watch;
    CHECK(decode_status(large) == Status::header_damaged);
    CHECK(watch.findings().largest_request < 4096);
}

TEST_CASE("The vault key comes out of its slot with the right wrap key only", "[header]") {
    const Slot slot = make_slot();
    CHECK(matches(slot, make_test_kek(2), kVault));
    const VaultKey key = unwrap(slot, make_test_kek(2), kVault).value();
    CHECK(hazmat::equal(key.secret(), make_test_vault_key(1).secret()));

    CHECK_FALSE(matches(slot, make_test_kek(3), kVault));
    CHECK(unwrap(slot, make_test_kek(3), kVault).status() == Status::wrong_password);
}

TEST_CASE("A slot can't be moved, nor its parameters changed", "[header]") {
    const auto unwrap_changed = [](auto change, const VaultId& vault = kVault) {
        Slot slot = make_slot();
        change(slot);
        return unwrap(slot, make_test_kek(2), vault).status();
    };
    CHECK(unwrap_changed([](Slot&) {}) == Status::ok);
    CHECK(unwrap_changed([](Slot&) {}, make_id<VaultId>(0xA2)) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.id.bytes[0] ^= 1; }) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.kdf.memory_kib += 1; }) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.kdf.passes += 1; }) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.kdf.salt[15] ^= 1; }) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.kind = static_cast<SlotKind>(2); }) == Status::wrong_password);
    CHECK(unwrap_changed([](Slot& slot) { slot.commitment[31] ^= 1; }) == Status::wrong_password);
}

TEST_CASE("A slot whose commitment matches and whose box doesn't open is damaged, not a wrong password",
          "[header]") {
    for (std::size_t i = 0; i < kWrappedKeyBytes; ++i) {
        Slot slot = make_slot();
        slot.wrapped_key[i] ^= 0x40;
        CHECK(unwrap(slot, make_test_kek(2), kVault).status() == Status::header_damaged);
    }
}

TEST_CASE("The commitment keeps one slot from having two passwords", "[header]") {
    // The box of another wrap key, pasted in: without the commitment it would open for that key.
    Slot slot = make_slot();
    slot.wrapped_key =
        wrap(make_test_vault_key(9), make_test_kek(3), kVault, kSlot, SlotKind::password, slot.kdf)
            .value()
            .wrapped_key;
    CHECK(unwrap(slot, make_test_kek(3), kVault).status() == Status::wrong_password);
    CHECK(unwrap(slot, make_test_kek(2), kVault).status() == Status::header_damaged);
}

TEST_CASE("Wrapping refuses what unwrapping would refuse", "[header]") {
    const auto wrap_with = [](const VaultKey& key, const Kek& kek, const KdfParams& kdf) {
        return wrap(key, kek, kVault, kSlot, SlotKind::password, kdf).status();
    };
    const KdfParams cheap = make_cheap_kdf_params();
    CHECK(wrap_with(make_test_vault_key(1), make_test_kek(2), cheap) == Status::ok);
    CHECK(wrap_with(VaultKey(SecretBytes()), make_test_kek(2), cheap) == Status::bad_argument);
    CHECK(wrap_with(make_test_vault_key(1), Kek(SecretBytes()), cheap) == Status::bad_argument);
    CHECK(wrap_with(make_test_vault_key(1), make_test_kek(2), KdfParams{}) == Status::kdf_params_refused);
    CHECK(unwrap(make_slot(), Kek(SecretBytes()), kVault).status() == Status::bad_argument);
}

TEST_CASE("Every vault key is new", "[header]") {
    const VaultKey a = make_vault_key().value();
    const VaultKey b = make_vault_key().value();
    CHECK(a.secret().size() == kKeyBytes);
    CHECK_FALSE(hazmat::equal(a.secret(), b.secret()));
}

TEST_CASE("E17: wrapping and unwrapping leave no key in freed memory, with the right password or a wrong one",
          "[header]") {
    static constexpr auto kVaultKey = random_looking_bytes<32>(1);
    static constexpr auto kRight = random_looking_bytes<32>(2);
    static constexpr auto kWrong = random_looking_bytes<32>(3);
    const AllocWatch watch({kVaultKey, kRight, kWrong});
    {
        const Header header = decode_header(encode(make_header())).value();
        CHECK(unwrap(header.slots[0], make_test_kek(2), kVault).ok());
        CHECK_FALSE(unwrap(header.slots[0], make_test_kek(3), kVault).ok());
    }
    CHECK(watch.findings().freed_secrets >= 6);
    CHECK(watch.is_clean());
}
