#include "byok/header.h"

#include "hazmat/box.h"
#include "hazmat/hash.h"
#include "hazmat/random.h"
#include "wire.h"

#include <algorithm>

namespace byok {
namespace {

constexpr std::string_view kMagic = "BYKH";
constexpr std::size_t kFixedBytes = wire::kPreambleBytes + kIdBytes + 1 + kHashBytes;
constexpr std::size_t kSlotLengthBytes = 2;
constexpr std::size_t kPasswordSlotBytes = kIdBytes + 1 + kKdfParamsBytes + kWrappedKeyBytes + kHashBytes;

static_assert(std::is_same_v<Hash, hazmat::Digest>);
static_assert(kWrappedKeyBytes == hazmat::kBoxOverhead + kKeyBytes);

/// What the slot's box and commitment are bound to.
hazmat::Context slot_context(std::string_view purpose, const VaultId& vault, const Slot& slot) {
    hazmat::Context context(kFormatVersion, purpose);
    context.add(vault).add(slot.id).add_u8(static_cast<std::uint8_t>(slot.kind)).add(encode(slot.kdf));
    return context;
}

Result<Hash> commitment_of(const Kek& kek, const VaultId& vault, const Slot& slot) noexcept {
    return hazmat::keyed_hash(kek.secret(), slot_context("slot-commitment", vault, slot).bytes());
}

void write_slot(wire::Writer& out, const Slot& slot) noexcept {
    out.u16(kPasswordSlotBytes);
    out.id(slot.id);
    out.u8(static_cast<std::uint8_t>(slot.kind));
    out.bytes(encode(slot.kdf));
    out.bytes(slot.wrapped_key);
    out.bytes(slot.commitment);
}

/// Reads one slot; its place in the header is known from its length, whatever its kind.
Result<Slot> read_slot(wire::Reader& header) noexcept {
    wire::Reader in(header.bytes(header.u16()));
    Slot slot;
    slot.id = in.id<SlotId>();
    const std::uint8_t kind = in.u8();
    if (in.failed() || kind == 0)
        return Status::header_damaged;
    if (kind != static_cast<std::uint8_t>(SlotKind::password))
        return Status::newer_format;
    const ByteView kdf = in.bytes(kKdfParamsBytes);
    slot.wrapped_key = in.array<kWrappedKeyBytes>();
    slot.commitment = in.array<kHashBytes>();
    if (!in.finished())
        return Status::header_damaged;
    BYOK_TRY(params, decode_kdf_params(kdf));
    slot.kdf = params;
    return slot;
}

/// What is said of a header with several faults: damage before a newer format before refused parameters.
Status worse_of(Status a, Status b) noexcept {
    for (const Status status : {Status::header_damaged, Status::newer_format, Status::kdf_params_refused}) {
        if (a == status || b == status)
            return status;
    }
    return Status::ok;
}

bool has_slot(const Header& header, const SlotId& id) noexcept {
    return std::any_of(header.slots.begin(), header.slots.end(),
                       [&id](const Slot& slot) { return slot.id == id; });
}

} // namespace

std::vector<std::uint8_t> encode(const Header& header) {
    std::vector<std::uint8_t> bytes(kFixedBytes +
                                    header.slots.size() * (kSlotLengthBytes + kPasswordSlotBytes));
    wire::Writer out(bytes);
    wire::write_preamble(out, kMagic);
    out.id(header.vault_id);
    out.u8(static_cast<std::uint8_t>(header.slots.size()));
    for (const Slot& slot : header.slots)
        write_slot(out, slot);
    out.bytes(hash_of(ByteView(bytes).first(bytes.size() - kHashBytes)));
    return bytes;
}

Result<Header> decode_header(ByteView bytes) {
    if (bytes.size() < wire::kPreambleBytes + kHashBytes || bytes.size() > kMaxHeaderBytes)
        return Status::header_damaged;
    wire::Reader in(bytes.first(bytes.size() - kHashBytes));
    wire::Reader checksum(bytes.last(kHashBytes));
    BYOK_TRY(version, wire::read_preamble(in, kMagic, Status::header_damaged));
    // Checked before the version is believed: a flipped bit in it is damage, not news from the future.
    if (hash_of(bytes.first(bytes.size() - kHashBytes)) != checksum.array<kHashBytes>())
        return Status::header_damaged;
    if (version > kFormatVersion)
        return Status::newer_format;

    Header header;
    header.vault_id = in.id<VaultId>();
    const std::uint8_t count = in.u8();
    if (count == 0 || count > kMaxSlots)
        return Status::header_damaged;
    Status found = Status::ok;
    for (std::uint8_t i = 0; i < count; ++i) {
        const Result<Slot> slot = read_slot(in);
        if (!slot.ok()) {
            found = worse_of(found, slot.status());
        } else if (has_slot(header, slot.value().id)) {
            return Status::header_damaged;
        } else {
            header.slots.push_back(slot.value());
        }
    }
    if (!in.finished())
        return Status::header_damaged;
    if (found != Status::ok)
        return found;
    return header;
}

Hash hash_of(ByteView bytes) noexcept {
    return hazmat::hash(bytes);
}

Result<VaultKey> make_vault_key() noexcept {
    BYOK_TRY(key, SecretBytes::make(kKeyBytes));
    hazmat::fill_random(key.expose());
    return VaultKey(std::move(key));
}

Result<Slot> wrap(const VaultKey& vault_key, const Kek& kek, const VaultId& vault, const SlotId& slot_id,
                  SlotKind kind, const KdfParams& kdf) {
    if (vault_key.secret().size() != kKeyBytes || kek.secret().size() != kKeyBytes)
        return Status::bad_argument;
    BYOK_CHECK(check_acceptable(kdf));
    Slot slot{slot_id, kind, kdf, {}, {}};
    BYOK_TRY(box,
             hazmat::seal_box(kek.secret(), slot_context("slot", vault, slot), vault_key.secret().expose()));
    std::copy(box.begin(), box.end(), slot.wrapped_key.begin());
    BYOK_TRY(commitment, commitment_of(kek, vault, slot));
    slot.commitment = commitment;
    return slot;
}

bool matches(const Slot& slot, const Kek& kek, const VaultId& vault) noexcept {
    const Result<Hash> expected = commitment_of(kek, vault, slot);
    return expected.ok() && hazmat::equal(expected.value(), slot.commitment);
}

Result<VaultKey> unwrap(const Slot& slot, const Kek& kek, const VaultId& vault) {
    if (kek.secret().size() != kKeyBytes)
        return Status::bad_argument;
    if (!matches(slot, kek, vault))
        return Status::wrong_password;
    BYOK_TRY(key, hazmat::open_box(kek.secret(), slot_context("slot", vault, slot), slot.wrapped_key,
                                   Status::header_damaged));
    return VaultKey(std::move(key));
}

} // namespace byok
