#include "byok/manifest.h"

#include "hazmat/box.h"
#include "hazmat/padding.h"
#include "id_index.h"
#include "utf8.h"
#include "wire.h"

#include <algorithm>

namespace byok {
namespace {

constexpr std::string_view kMagic = "BYKM";
constexpr std::size_t kBlock = 512;
constexpr std::size_t kPrefixBytes = wire::kPreambleBytes + kIdBytes + 8;
constexpr std::size_t kSlotBytes = kIdBytes + kKeyBytes;
constexpr std::size_t kRecordBytes = kIdBytes + kHashBytes;
constexpr std::size_t kFixedBytes =
    kHashBytes + 1 + 4 + 1 + 1;                         // the hash, the three counts, whether a user follows
constexpr std::size_t kPermissionBytes = 2 + 8 + 8 + 4; // without the origin
constexpr std::size_t kUserBytes = 2 + 2;               // without id and name

static_assert(kMaxManifestBytes ==
              kPrefixBytes + hazmat::kBoxOverhead +
                  hazmat::padded_size(kFixedBytes + kMaxSlots * kSlotBytes + kMaxRecords * kRecordBytes +
                                          kMaxPermissions * (kPermissionBytes + kMaxOriginBytes) +
                                          kUserBytes + kMaxUserIdBytes + kMaxUserNameBytes,
                                      kBlock));

hazmat::Context manifest_context(const VaultId& vault, std::uint64_t revision) {
    hazmat::Context context(kFormatVersion, "manifest");
    context.add(vault).add_u64(revision);
    return context;
}

struct TextLimits {
    std::size_t min;
    std::size_t max;
};
constexpr TextLimits kOriginLimits{1, kMaxOriginBytes};
constexpr TextLimits kUserIdLimits{1, kMaxUserIdBytes};
constexpr TextLimits kUserNameLimits{0, kMaxUserNameBytes};

bool is_legal(std::string_view text, const TextLimits& limits) noexcept {
    return text.size() >= limits.min && text.size() <= limits.max && count_plain_text(text).has_value();
}

/// No two items of the list have the same id.
template <typename Item>
bool all_different(const std::vector<Item>& items) {
    IdIndex index(items.size());
    for (const Item& item : items)
        index.add(item.id.bytes, 0);
    return index.settle();
}

/// The rules that hold for a manifest that is written and for one that was read.
bool is_legal(const Manifest& manifest) {
    return !manifest.slots.empty() && manifest.slots.size() <= kMaxSlots &&
           manifest.records.size() <= kMaxRecords && manifest.permissions.size() <= kMaxPermissions &&
           all_different(manifest.slots) && all_different(manifest.records) &&
           std::all_of(manifest.slots.begin(), manifest.slots.end(),
                       [](const SlotSecret& slot) { return slot.kek.size() == kKeyBytes; }) &&
           std::all_of(
               manifest.permissions.begin(), manifest.permissions.end(),
               [](const Permission& permission) { return is_legal(permission.origin, kOriginLimits); }) &&
           (!manifest.user ||
            (is_legal(manifest.user->id, kUserIdLimits) && is_legal(manifest.user->name, kUserNameLimits)));
}

std::size_t plaintext_size(const Manifest& manifest) noexcept {
    std::size_t size =
        kFixedBytes + manifest.slots.size() * kSlotBytes + manifest.records.size() * kRecordBytes;
    for (const Permission& permission : manifest.permissions)
        size += kPermissionBytes + permission.origin.size();
    if (manifest.user)
        size += kUserBytes + manifest.user->id.size() + manifest.user->name.size();
    return size;
}

void write_text(wire::Writer& out, std::string_view text) noexcept {
    out.u16(static_cast<std::uint16_t>(text.size()));
    out.text(text);
}

void write_plaintext(wire::Writer& out, const Manifest& manifest) noexcept {
    out.bytes(manifest.header_hash);
    out.u8(static_cast<std::uint8_t>(manifest.slots.size()));
    for (const SlotSecret& slot : manifest.slots) {
        out.id(slot.id);
        out.bytes(slot.kek.expose());
    }
    out.u32(static_cast<std::uint32_t>(manifest.records.size()));
    for (const ManifestEntry& record : manifest.records) {
        out.id(record.id);
        out.bytes(record.hash);
    }
    out.u8(static_cast<std::uint8_t>(manifest.permissions.size()));
    for (const Permission& permission : manifest.permissions) {
        write_text(out, permission.origin);
        out.u64(permission.granted.ms);
        out.u64(permission.last_used.ms);
        out.u32(permission.uses);
    }
    out.u8(manifest.user ? 1 : 0);
    if (manifest.user) {
        write_text(out, manifest.user->id);
        write_text(out, manifest.user->name);
    }
}

/// How many items follow, or a failure where the rest of the plaintext can't hold so many: a count must not
/// make us reserve memory that the bytes don't justify.
Result<std::size_t> believable(std::size_t count, std::size_t item_bytes, const wire::Reader& in) noexcept {
    if (count > in.remaining() / item_bytes)
        return Status::manifest_damaged;
    return count;
}

Result<Manifest> read_plaintext(wire::Reader& in, std::uint64_t revision) {
    Manifest manifest;
    manifest.revision = revision;
    manifest.header_hash = in.array<kHashBytes>();

    BYOK_TRY(slots, believable(in.u8(), kSlotBytes, in));
    manifest.slots.reserve(slots);
    for (std::size_t i = 0; i < slots; ++i) {
        const auto id = in.id<SlotId>();
        BYOK_TRY(kek, SecretBytes::copy_of(in.bytes(kKeyBytes)));
        manifest.slots.push_back({id, std::move(kek)});
    }
    BYOK_TRY(records, believable(in.u32(), kRecordBytes, in));
    manifest.records.reserve(records);
    for (std::size_t i = 0; i < records; ++i) {
        const auto id = in.id<RecordId>();
        manifest.records.push_back({id, in.array<kHashBytes>()});
    }
    BYOK_TRY(permissions, believable(in.u8(), kPermissionBytes, in));
    manifest.permissions.reserve(permissions);
    for (std::size_t i = 0; i < permissions; ++i) {
        Permission permission;
        permission.origin = in.text(in.u16());
        permission.granted.ms = in.u64();
        permission.last_used.ms = in.u64();
        permission.uses = in.u32();
        manifest.permissions.push_back(std::move(permission));
    }
    const std::uint8_t has_user = in.u8();
    if (has_user == 1) {
        ConfirmedUser user;
        user.id = in.text(in.u16());
        user.name = in.text(in.u16());
        manifest.user = std::move(user);
    }
    if (!in.finished() || has_user > 1 || !is_legal(manifest))
        return Status::manifest_damaged;
    return manifest;
}

Result<Manifest> open_as_v1(const VaultKey& key, const VaultId& vault, ByteView bytes) {
    if (bytes.size() > kMaxManifestBytes)
        return Status::manifest_damaged;
    wire::Reader in(bytes);
    BYOK_CHECK(wire::read_preamble(in, kMagic, Status::manifest_damaged).status());
    const auto stored_vault = in.id<VaultId>();
    const std::uint64_t revision = in.u64();
    if (in.failed() || stored_vault != vault)
        return Status::manifest_damaged;
    BYOK_TRY(plaintext, hazmat::open_box(key.secret(), manifest_context(vault, revision),
                                         in.bytes(in.remaining()), Status::manifest_damaged));
    if (hazmat::unpad(plaintext, kBlock) != Status::ok)
        return Status::manifest_damaged;
    wire::Reader fields(std::as_const(plaintext).expose());
    return read_plaintext(fields, revision);
}

} // namespace

Result<std::vector<std::uint8_t>> seal_manifest(const VaultKey& key, const VaultId& vault,
                                                const Manifest& manifest) {
    if (manifest.records.size() > kMaxRecords)
        return Status::too_many_records;
    if (!is_legal(manifest))
        return Status::bad_argument;
    BYOK_TRY(plaintext, SecretBytes::make(plaintext_size(manifest)));
    wire::Writer fields(plaintext.expose());
    write_plaintext(fields, manifest);
    BYOK_TRY(padded, hazmat::pad(std::as_const(plaintext).expose(), kBlock));
    BYOK_TRY(box, hazmat::seal_box(key.secret(), manifest_context(vault, manifest.revision),
                                   std::as_const(padded).expose()));

    std::vector<std::uint8_t> bytes(kPrefixBytes + box.size());
    wire::Writer out(bytes);
    wire::write_preamble(out, kMagic);
    out.id(vault);
    out.u64(manifest.revision);
    out.bytes(box);
    return bytes;
}

Result<Manifest> open_manifest(const VaultKey& key, const VaultId& vault, ByteView bytes) {
    wire::Reader in(bytes);
    BYOK_TRY(version, wire::read_preamble(in, kMagic, Status::manifest_damaged));
    Result<Manifest> opened = open_as_v1(key, vault, bytes);
    if (version == kFormatVersion)
        return opened;
    // One that says it is newer, and opens as one of today's, had its version changed behind our back.
    return opened.ok() ? Status::manifest_damaged : Status::newer_format;
}

Result<ManifestFacts> manifest_facts(ByteView bytes) {
    wire::Reader in(bytes);
    BYOK_CHECK(wire::read_preamble(in, kMagic, Status::manifest_damaged).status());
    ManifestFacts facts;
    facts.vault = in.id<VaultId>();
    facts.revision = in.u64();
    if (in.failed())
        return Status::manifest_damaged;
    return facts;
}

} // namespace byok
