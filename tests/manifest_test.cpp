#include "byok/manifest.h"
#include "hazmat/box.h"
#include "hazmat/hash.h"
#include "hazmat/padding.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace byok;
using namespace byok::testing;

namespace {

const VaultId kVault = make_id<VaultId>(0xA1);

SlotSecret make_slot(std::uint8_t fill) {
    return {make_id<SlotId>(fill), make_secret(fill)};
}

ManifestEntry make_entry(std::size_t number) {
    ManifestEntry entry;
    for (std::size_t i = 0; i < 4; ++i)
        entry.id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    entry.hash.fill(static_cast<std::uint8_t>(number));
    return entry;
}

/// A manifest with one of everything.
Manifest make_manifest() {
    Manifest manifest;
    manifest.revision = 7;
    manifest.header_hash.fill(0xD1);
    manifest.slots.push_back(make_slot(0xB1));
    for (std::size_t i = 0; i < 3; ++i)
        manifest.records.push_back(make_entry(i));
    manifest.permissions.push_back({"https://app.example", WallMs{11}, WallMs{12}, 13});
    manifest.user = ConfirmedUser{"user-1", "Ada"};
    return manifest;
}

Bytes seal(const Manifest& manifest) {
    return seal_manifest(make_test_vault_key(1), kVault, manifest).value();
}

Result<Manifest> open(const Bytes& bytes) {
    return open_manifest(make_test_vault_key(1), kVault, bytes);
}

template <typename Change>
Status seal_changed(Change change) {
    Manifest manifest = make_manifest();
    change(manifest);
    return seal_manifest(make_test_vault_key(1), kVault, manifest).status();
}

/// A manifest whose box opens and holds `plaintext`: what only someone with the vault key can make.
Bytes manifest_with(const Bytes& plaintext) {
    hazmat::Context context(kFormatVersion, "manifest");
    context.add(kVault).add_u64(7);
    const SecretBytes padded = hazmat::pad(plaintext, 512).value();
    const Bytes box = hazmat::seal_box(make_secret(1), context, padded.expose()).value();
    const Bytes good = seal(make_manifest());
    Bytes bytes(30 + box.size());
    std::copy_n(good.begin(), 30, bytes.begin());
    std::copy(box.begin(), box.end(), bytes.begin() + 30);
    return bytes;
}

Bytes plaintext_of(const Bytes& manifest) {
    hazmat::Context context(kFormatVersion, "manifest");
    context.add(kVault).add_u64(7);
    SecretBytes plaintext =
        hazmat::open_box(make_secret(1), context, ByteView(manifest).subspan(30), Status::manifest_damaged)
            .value();
    REQUIRE(hazmat::unpad(plaintext, 512) == Status::ok);
    return {plaintext.expose().begin(), plaintext.expose().end()};
}

} // namespace

TEST_CASE("A manifest is read as it was written", "[manifest]") {
    const Manifest manifest = make_manifest();
    const Bytes bytes = seal(manifest);
    const Manifest again = open(bytes).value();
    CHECK(again.revision == 7);
    CHECK(again.header_hash == manifest.header_hash);
    REQUIRE(again.slots.size() == 1);
    CHECK(again.slots[0].id == manifest.slots[0].id);
    CHECK(hazmat::equal(again.slots[0].kek, manifest.slots[0].kek));
    REQUIRE(again.records.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(again.records[i].id == manifest.records[i].id);
        CHECK(again.records[i].hash == manifest.records[i].hash);
    }
    REQUIRE(again.permissions.size() == 1);
    CHECK(again.permissions[0].origin == "https://app.example");
    CHECK(again.permissions[0].granted.ms == 11);
    CHECK(again.permissions[0].last_used.ms == 12);
    CHECK(again.permissions[0].uses == 13);
    REQUIRE(again.user);
    CHECK(again.user->id == "user-1");
    CHECK(again.user->name == "Ada");
    CHECK(manifest_facts(bytes).value().revision == 7);
}

TEST_CASE("The smallest manifest and the largest are read as they were written", "[manifest]") {
    Manifest smallest;
    smallest.slots.push_back(make_slot(1));
    const Manifest small_again = open(seal(smallest)).value();
    CHECK(small_again.records.empty());
    CHECK(small_again.permissions.empty());
    CHECK_FALSE(small_again.user);

    Manifest largest = make_manifest();
    largest.revision = UINT64_MAX;
    for (std::uint8_t i = 0; i < kMaxSlots - 1; ++i)
        largest.slots.push_back(make_slot(i));
    largest.records.clear();
    for (std::size_t i = 0; i < kMaxRecords; ++i)
        largest.records.push_back(make_entry(i));
    largest.permissions.assign(kMaxPermissions, {std::string(kMaxOriginBytes, 'o'), WallMs{1}, WallMs{2}, 3});
    largest.user = ConfirmedUser{std::string(kMaxUserIdBytes, 'i'), std::string(kMaxUserNameBytes, 'n')};
    const Bytes bytes = seal(largest);
    CHECK(bytes.size() == kMaxManifestBytes);
    const Manifest again = open(bytes).value();
    CHECK(again.revision == UINT64_MAX);
    CHECK(again.records.size() == kMaxRecords);
    CHECK(again.records.back().id == largest.records.back().id);
    CHECK(again.slots.size() == kMaxSlots);
    CHECK(again.permissions.size() == kMaxPermissions);
}

TEST_CASE("The order of the records is kept: it is the user's", "[manifest]") {
    Manifest manifest = make_manifest();
    std::reverse(manifest.records.begin(), manifest.records.end());
    const Manifest again = open(seal(manifest)).value();
    CHECK(std::equal(again.records.begin(), again.records.end(), manifest.records.begin(),
                     [](const ManifestEntry& a, const ManifestEntry& b) { return a.id == b.id; }));
}

TEST_CASE("A manifest over its limits is not written", "[manifest]") {
    CHECK(seal_changed([](Manifest&) {}) == Status::ok);
    CHECK(seal_changed([](Manifest& manifest) {
              for (std::size_t i = 3; i <= kMaxRecords; ++i)
                  manifest.records.push_back(make_entry(i));
          }) == Status::too_many_records);
    CHECK(seal_changed([](Manifest& manifest) { manifest.slots.clear(); }) == Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) {
              for (std::uint8_t i = 0; i < kMaxSlots; ++i)
                  manifest.slots.push_back(make_slot(i));
          }) == Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) { manifest.slots[0].kek.shrink(31); }) == Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) { manifest.slots.push_back(make_slot(0xB1)); }) ==
          Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) { manifest.records.push_back(make_entry(1)); }) ==
          Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) {
              manifest.permissions.assign(kMaxPermissions + 1, manifest.permissions[0]);
          }) == Status::bad_argument);
    for (const std::string& origin :
         {std::string(), std::string(256, 'o'), std::string("a\nb"), std::string("\xFF")}) {
        CHECK(seal_changed([&](Manifest& manifest) { manifest.permissions[0].origin = origin; }) ==
              Status::bad_argument);
    }
    for (const std::string& id : {std::string(), std::string(129, 'i'), std::string("a\rb")})
        CHECK(seal_changed([&](Manifest& manifest) { manifest.user->id = id; }) == Status::bad_argument);
    for (const std::string& name : {std::string(257, 'n'), std::string("\x1B[31m")})
        CHECK(seal_changed([&](Manifest& manifest) { manifest.user->name = name; }) == Status::bad_argument);
    CHECK(seal_changed([](Manifest& manifest) { manifest.user->name.clear(); }) == Status::ok);
}

TEST_CASE("E24: a manifest with any byte changed, cut or added is damaged", "[manifest]") {
    for_each_damage(seal(make_manifest()), [](const Bytes& bad, const std::string& what) {
        INFO(what);
        const Status status = open(bad).status();
        // A changed version byte of a manifest that still opens is damage too: nothing here is a newer
        // format.
        CHECK(status == Status::manifest_damaged);
    });
}

TEST_CASE("E24: a manifest does not open for another vault, key or revision", "[manifest]") {
    Bytes bytes = seal(make_manifest());
    CHECK(open_manifest(make_test_vault_key(2), kVault, bytes).status() == Status::manifest_damaged);
    CHECK(open_manifest(make_test_vault_key(1), make_id<VaultId>(0xA2), bytes).status() ==
          Status::manifest_damaged);
    bytes[22] = 8; // claims to be newer than it is
    CHECK(manifest_facts(bytes).value().revision == 8);
    CHECK(open(bytes).status() == Status::manifest_damaged);
}

TEST_CASE("E26: a manifest of a newer version is left alone, and its revision can be read", "[manifest]") {
    const Bytes newer = from_hex("42594b4d0200"
                                 "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
                                 "0900000000000000"
                                 "0102030405");
    CHECK(open(newer).status() == Status::newer_format);
    CHECK(manifest_facts(newer).value().revision == 9);
    CHECK(manifest_facts(from_hex("42594b4d0100")).status() == Status::manifest_damaged);
    CHECK(manifest_facts({}).status() == Status::manifest_damaged);
    Bytes older = seal(make_manifest());
    older[4] = 0;
    CHECK(open(older).status() == Status::manifest_damaged);
    CHECK(manifest_facts(older).status() == Status::manifest_damaged);
}

TEST_CASE("A manifest that opens and doesn't add up is damaged", "[manifest]") {
    const Bytes plaintext = plaintext_of(seal(make_manifest()));
    REQUIRE(open(manifest_with(plaintext)).ok());
    for (std::size_t size = 0; size < plaintext.size(); ++size) {
        const Bytes cut(plaintext.begin(), plaintext.begin() + static_cast<std::ptrdiff_t>(size));
        REQUIRE(open(manifest_with(cut)).status() == Status::manifest_damaged);
    }
    Bytes longer = plaintext;
    longer.push_back(0);
    CHECK(open(manifest_with(longer)).status() == Status::manifest_damaged);
    // Not one flipped bit may crash; most are seen, the rest are another legal manifest.
    for (std::size_t i = 0; i < plaintext.size() * 8; ++i) {
        Bytes flipped = plaintext;
        flipped[i / 8] = static_cast<std::uint8_t>(flipped[i / 8] ^ (1U << (i % 8)));
        const Status status = open(manifest_with(flipped)).status();
        REQUIRE((status == Status::ok || status == Status::manifest_damaged));
    }
}

TEST_CASE("A count that the bytes don't justify reserves no memory", "[manifest]") {
    Bytes plaintext = plaintext_of(seal(make_manifest()));
    constexpr std::size_t kRecordCountAt = 32 + 1 + 48;
    for (std::size_t i = 0; i < 4; ++i)
        plaintext[kRecordCountAt + i] = 0xFF;
    const Bytes bytes = manifest_with(plaintext);
    const AllocWatch watch;
    CHECK(open(bytes).status() == Status::manifest_damaged);
    CHECK(watch.findings().largest_request < 4096);
}

TEST_CASE("E26: ten megabytes are refused without being opened", "[manifest]") {
    Bytes bytes = seal(make_manifest());
    bytes.resize(std::size_t{10} * 1024 * 1024);
    const AllocWatch watch;
    CHECK(open(bytes).status() == Status::manifest_damaged);
    CHECK(watch.findings().largest_request < 4096);
}

TEST_CASE("Sealing and opening a manifest leave no wrap key in freed memory", "[manifest]") {
    static constexpr auto kWrapKey = random_looking_bytes<32>(0xB1);
    static constexpr auto kVaultKey = random_looking_bytes<32>(1);
    const AllocWatch watch({kWrapKey, kVaultKey});
    {
        const Bytes bytes = seal(make_manifest());
        CHECK(open(bytes).ok());
        CHECK_FALSE(open_manifest(make_test_vault_key(2), kVault, bytes).ok());
    }
    CHECK(watch.findings().freed_secrets >= 8);
    CHECK(watch.is_clean());
}
