#include "byok/attempts.h"

#include <algorithm>
#include <limits>

namespace byok {
namespace {

/// 10 s after the fifth failure, doubled by each further one.
std::uint64_t full_wait_ms(std::uint32_t failed) noexcept {
    if (failed < kFreeAttempts)
        return 0;
    const std::uint32_t doublings = std::min<std::uint32_t>(failed - kFreeAttempts, 16);
    return std::min(kFirstWaitMs << doublings, kMaxWaitMs);
}

} // namespace

std::uint64_t wait_ms(const Attempts& attempts, WallMs now) noexcept {
    const std::uint64_t full = full_wait_ms(attempts.failed);
    if (now < attempts.last) {
        // The clock was set back. Further than the wait itself, it would keep its owner out until it has
        // caught up, for years where it had been wrong by years.
        return attempts.last.ms - now.ms > full ? 0 : full;
    }
    const std::uint64_t passed = now.ms - attempts.last.ms;
    return passed >= full ? 0 : full - passed;
}

Attempts after_attempt(const Attempts& attempts, WallMs now) noexcept {
    constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
    return {attempts.failed == kMost ? kMost : attempts.failed + 1, now};
}

} // namespace byok
