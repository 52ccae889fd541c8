/// Password to key: Argon2id (RFC 9106), with one floor for making parameters and another for accepting them.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace byok {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kSaltBytes = 16;

/// Argon2id v1.3, one lane, 32 bytes out.
struct KdfParams {
    std::uint32_t memory_kib = 0;
    std::uint32_t passes = 0;
    std::array<std::uint8_t, kSaltBytes> salt{};
};

/// Limits for stored parameters, checked before any memory is allocated: a forged header must neither weaken
/// the derivation (downgrade) nor exhaust the machine (E25).
struct KdfLimits {
    std::uint32_t min_memory_kib, max_memory_kib, min_passes, max_passes;
    std::uint64_t max_work_kib; ///< memory x passes
};
inline constexpr KdfLimits kAccept{19 * 1024, 1024 * 1024, 2, 24, 4ULL * 1024 * 1024};
inline constexpr KdfLimits kMake{64 * 1024, 256 * 1024, 3, 10, 256ULL * 1024 * 10};
static_assert(kMake.min_memory_kib >= kAccept.min_memory_kib &&
              kMake.max_memory_kib <= kAccept.max_memory_kib);
static_assert(kMake.min_passes >= kAccept.min_passes && kMake.max_passes <= kAccept.max_passes);
static_assert(kMake.max_work_kib <= kAccept.max_work_kib,
              "a vault made on the fastest machine must open everywhere");

inline constexpr std::uint32_t kDefaultMemoryKib = 64 * 1024;
inline constexpr std::uint32_t kDefaultPasses = 3;
inline constexpr std::uint32_t kTargetUnlockMs = 500;

/// Inside kAccept: what is opened. @return kdf_params_refused.
Status check_acceptable(const KdfParams& params) noexcept;

/// Inside kMake: what a new vault or a new password may have, whoever calls. @return kdf_params_refused.
Status check_makeable(const KdfParams& params) noexcept;

/// Weaker than today's default: such a vault is re-wrapped at its next unlock.
bool is_weaker_than_default(const KdfParams& params) noexcept;

/// The default parameters with a fresh salt.
KdfParams make_default_kdf_params() noexcept;

/// What is timed on a device before parameters are made for it: a memory that no cache hides, and the fewest
/// passes, as it is timed several times.
inline constexpr KdfParams kTimed{kDefaultMemoryKib, kAccept.min_passes, {}};

/// Derives with kTimed, from nothing and for nothing. @return out_of_memory.
Status derive_for_timing() noexcept;

/// A faster measurement than this is a mistake or a lie: no machine reads and writes 64 MiB twice in it.
inline constexpr std::uint32_t kFastestPlausibleMs = 5;

/// Parameters for which unlocking takes about kTargetUnlockMs on a device that needed `timed_ms` for kTimed;
/// memory is raised before passes, never outside kMake. Measurements below kFastestPlausibleMs, zero among
/// them, give the default.
/// @param timed_ms the best of several: what else the machine had to do in one of them says nothing about it.
KdfParams make_calibrated_kdf_params(std::uint32_t timed_ms) noexcept;

/// The encoding of KdfParams everywhere (header slots, ABI): u8 algorithm = 1 (Argon2id13), u32le memory KiB,
/// u32le passes, 16 bytes of salt: 25 bytes.
inline constexpr std::size_t kKdfParamsBytes = 25;
std::array<std::uint8_t, kKdfParamsBytes> encode(const KdfParams& params) noexcept;
/// @return kdf_params_refused outside kAccept or for another algorithm; bad_argument for another length.
Result<KdfParams> decode_kdf_params(ByteView bytes) noexcept;

/// The key-encryption key: wraps the vault key and does nothing else.
class Kek {
  public:
    explicit Kek(SecretBytes key) noexcept : key_(std::move(key)) {}
    [[nodiscard]] const SecretBytes& secret() const noexcept { return key_; }
    [[nodiscard]] SecretBytes& secret() noexcept { return key_; }

  private:
    SecretBytes key_;
};

/// @param password the bytes as they are, UTF-8 in NFC by the field: 1..1024; nothing is trimmed or folded.
/// @return kdf_params_refused before any allocation; out_of_memory; password_too_short where empty;
/// password_too_long.
Result<Kek> derive_kek(ByteView password, const KdfParams& params) noexcept;

} // namespace byok
