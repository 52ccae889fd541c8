/// The growing wait after wrong passwords (E17). It slows a person at the keyboard, not someone with a copy
/// of the vault.
#pragma once

#include "byok/ids.h"

#include <cstdint>

namespace byok {

/// Stored in clear beside the vault, written *before* each derivation so that killing the tab doesn't save an
/// attempt.
struct Attempts {
    std::uint32_t failed = 0;
    WallMs last;
};

inline constexpr std::uint32_t kFreeAttempts = 5;
inline constexpr std::uint64_t kFirstWaitMs =
    10'000; ///< after kFreeAttempts failures; doubles with each further one
inline constexpr std::uint64_t kMaxWaitMs = 15ULL * 60 * 1000;

/// Milliseconds still to wait before the next attempt; 0 = now. Where the clock was set back, the whole wait,
/// but 0 where it stands further back than that: a clock once wrong by years must not lock the owner out for
/// years. (Whoever can set the clock back could as well set it forward.)
std::uint64_t wait_ms(const Attempts& attempts, WallMs now) noexcept;
/// The count to be stored before an attempt is derived; a success then stores a fresh Attempts.
Attempts after_attempt(const Attempts& attempts, WallMs now) noexcept;

} // namespace byok
