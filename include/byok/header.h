/// The header: who the vault is, and the slots that open it. Nothing in it is secret; everything in it is
/// checked.
///
/// Layout (little-endian), docs/format.md is the authority for strangers:
///   "BYKH" | u16 version = 1 | vault id 16 | u8 slot count 1..8 | slots | BLAKE2b-256 of all before
///   slot: u16 length of what follows | slot id 16 | u8 kind | KdfParams 25 | wrap box 24+16+32 | commitment
///   32
/// The checksum is no defence against an attacker (it has no key): it tells damage from a wrong password, and
/// damage from a newer format. For that every version keeps the magic, the version and the checksum where
/// they are, and to kMaxHeaderBytes.
#pragma once

#include "byok/ids.h"
#include "byok/kdf.h"
#include "byok/result.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace byok {

inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kMaxSlots = 8;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{64} * 1024; ///< of any version
inline constexpr std::size_t kWrappedKeyBytes = 24 + 16 + kKeyBytes;
inline constexpr std::size_t kHashBytes = 32;

using Hash = std::array<std::uint8_t, kHashBytes>;

/// What a slot is opened with. Passkey and recovery kit get the next numbers.
enum class SlotKind : std::uint8_t { password = 1 };

/// One independent wrap of the vault key. Its box is bound to format version, vault id, slot id, kind and all
/// KDF parameters, so a slot can't be moved to another vault nor its parameters changed. The commitment
/// (keyed hash under the KEK) is there because secretbox does not commit to its key: without it one box could
/// open under two passwords.
struct Slot {
    SlotId id;
    SlotKind kind = SlotKind::password;
    KdfParams kdf;
    std::array<std::uint8_t, kWrappedKeyBytes> wrapped_key{};
    Hash commitment{};
};

struct Header {
    VaultId vault_id;
    std::vector<Slot> slots;
};

/// @param header 1..kMaxSlots slots of different ids: the caller's duty, since decode_header refuses others.
std::vector<std::uint8_t> encode(const Header& header);
/// @return header_damaged; newer_format (left untouched) for a higher version or a slot of a kind not known
/// here;
///         kdf_params_refused (E25). In this order where several are true.
Result<Header> decode_header(ByteView bytes);
Hash hash_of(ByteView bytes) noexcept;

/// The random key under which everything in the vault is sealed.
class VaultKey {
  public:
    explicit VaultKey(SecretBytes key) noexcept : key_(std::move(key)) {}
    [[nodiscard]] const SecretBytes& secret() const noexcept { return key_; }

  private:
    SecretBytes key_;
};

Result<VaultKey> make_vault_key() noexcept;
Result<Slot> wrap(const VaultKey& vault_key, const Kek& kek, const VaultId& vault, const SlotId& slot,
                  SlotKind kind, const KdfParams& kdf);
/// Does this KEK belong to this slot? Constant time.
bool matches(const Slot& slot, const Kek& kek, const VaultId& vault) noexcept;
/// @return wrong_password where the commitment does not match; header_damaged where it does and the box does
/// not open.
Result<VaultKey> unwrap(const Slot& slot, const Kek& kek, const VaultId& vault);

} // namespace byok
