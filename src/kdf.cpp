#include "byok/kdf.h"

#include "byok/strength.h"
#include "hazmat/argon2id.h"
#include "hazmat/random.h"
#include "wire.h"

#include <algorithm>

namespace byok {
namespace {

constexpr std::uint8_t kArgon2id13 = 1;
constexpr std::uint32_t kMemoryStepKib = 1024;

KdfParams with_fresh_salt(std::uint32_t memory_kib, std::uint32_t passes) noexcept {
    KdfParams params{memory_kib, passes, {}};
    hazmat::fill_random(params.salt);
    return params;
}

Status check_within(const KdfLimits& limits, const KdfParams& params) noexcept {
    const bool within = params.memory_kib >= limits.min_memory_kib &&
                        params.memory_kib <= limits.max_memory_kib && params.passes >= limits.min_passes &&
                        params.passes <= limits.max_passes &&
                        std::uint64_t{params.memory_kib} * params.passes <= limits.max_work_kib;
    return within ? Status::ok : Status::kdf_params_refused;
}

} // namespace

Status check_acceptable(const KdfParams& params) noexcept {
    return check_within(kAccept, params);
}

Status check_makeable(const KdfParams& params) noexcept {
    return check_within(kMake, params);
}

bool is_weaker_than_default(const KdfParams& params) noexcept {
    return params.memory_kib < kDefaultMemoryKib || params.passes < kDefaultPasses;
}

KdfParams make_default_kdf_params() noexcept {
    return with_fresh_salt(kDefaultMemoryKib, kDefaultPasses);
}

Status derive_for_timing() noexcept {
    return hazmat::argon2id({}, kTimed).status();
}

KdfParams make_calibrated_kdf_params(std::uint32_t timed_ms) noexcept {
    if (timed_ms < kFastestPlausibleMs)
        return make_default_kdf_params();
    // Time goes with memory x passes, so this much work takes the target time on this device.
    constexpr std::uint64_t kTimedWorkKib = std::uint64_t{kTimed.memory_kib} * kTimed.passes;
    const std::uint64_t work_kib = kTimedWorkKib * kTargetUnlockMs / timed_ms;

    const std::uint64_t memory_kib =
        std::clamp<std::uint64_t>(work_kib / kDefaultPasses / kMemoryStepKib * kMemoryStepKib,
                                  kMake.min_memory_kib, kMake.max_memory_kib);
    const std::uint64_t passes =
        std::clamp<std::uint64_t>(work_kib / memory_kib, kMake.min_passes, kMake.max_passes);
    return with_fresh_salt(static_cast<std::uint32_t>(memory_kib), static_cast<std::uint32_t>(passes));
}

std::array<std::uint8_t, kKdfParamsBytes> encode(const KdfParams& params) noexcept {
    std::array<std::uint8_t, kKdfParamsBytes> bytes{};
    wire::Writer out(bytes);
    out.u8(kArgon2id13);
    out.u32(params.memory_kib);
    out.u32(params.passes);
    out.bytes(params.salt);
    return bytes;
}

Result<KdfParams> decode_kdf_params(ByteView bytes) noexcept {
    if (bytes.size() != kKdfParamsBytes)
        return Status::bad_argument;
    wire::Reader in(bytes);
    if (in.u8() != kArgon2id13)
        return Status::kdf_params_refused;
    KdfParams params;
    params.memory_kib = in.u32();
    params.passes = in.u32();
    params.salt = in.array<kSaltBytes>();
    BYOK_CHECK(check_acceptable(params));
    return params;
}

Result<Kek> derive_kek(ByteView password, const KdfParams& params) noexcept {
    BYOK_CHECK(check_acceptable(params));
    if (password.empty())
        return Status::password_too_short;
    if (password.size() > kMaxPasswordBytes)
        return Status::password_too_long;
    BYOK_TRY(key, hazmat::argon2id(password, params));
    return Kek(std::move(key));
}

} // namespace byok
