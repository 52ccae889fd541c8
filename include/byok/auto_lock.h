/// When an unlocked vault must lock: a pure state machine over injected clocks (E18-E21).
#pragma once

#include "byok/ids.h"

#include <cstdint>

namespace byok {

inline constexpr std::uint64_t kAbsoluteLimitMs = 12ULL * 60 * 60 * 1000;
inline constexpr std::uint64_t kClockDisagreementMs = 30'000;
inline constexpr std::uint32_t kDefaultIdleMinutes = 30;

/// What the user may choose: 1, 5, 15, 30 or 60 minutes without activity; and, apart from it, locking when
/// hidden.
struct AutoLockChoice {
    std::uint32_t idle_minutes = kDefaultIdleMinutes;
    bool when_hidden = false;
};
bool is_allowed(const AutoLockChoice& choice) noexcept;

enum class LockReason : std::uint8_t { none = 0, idle, absolute_limit, clock_changed, hidden, page_hidden };

/// Both clocks, read at the same moment.
struct ClockReading {
    MonoMs mono;
    WallMs wall;
};

/// Holds the deadline of one unlocked session.
///
/// Elapsed time is the larger of what the two clocks say, so a sleeping machine (monotonic clock standing
/// still) and a throttled timer both count. A wall clock that runs ahead cannot be told from sleep, and only
/// brings the deadline nearer; a wall clock set *back* by more than 30 s against the monotonic one is the
/// only way to stretch a session, and locks at once. So does a monotonic clock that goes back by more than
/// that: it can't, so it is not to be believed.
class AutoLock {
  public:
    /// A choice that is not allowed is taken as the default one.
    AutoLock(const AutoLockChoice& choice, const ClockReading& unlocked_at) noexcept;

    /// Activity in this tab or another. Refused (returns the reason) where the deadline has already passed:
    /// the first use after a wake must not revive a session.
    LockReason on_activity(const ClockReading& now) noexcept;
    /// Called before every use, by timers, and on visibilitychange, resume, pageshow, focus.
    LockReason check(const ClockReading& now) noexcept;
    LockReason on_hidden(const ClockReading& now) noexcept; ///< the document became hidden
    LockReason on_page_hide() noexcept; ///< the document is going away, or into the back/forward cache
    /// Choosing is activity, too. A choice that is not allowed changes nothing else.
    LockReason choose(const AutoLockChoice& choice, const ClockReading& now) noexcept;

    /// Milliseconds until the nearest deadline, 0 once locked.
    [[nodiscard]] std::uint64_t remaining_ms(const ClockReading& now) const noexcept;

  private:
    [[nodiscard]] LockReason judge(const ClockReading& now) const noexcept;
    void note(const ClockReading& now) noexcept;
    [[nodiscard]] std::uint64_t idle_limit_ms() const noexcept;

    AutoLockChoice choice_;
    ClockReading unlocked_at_;
    ClockReading active_at_;
    MonoMs latest_mono_;                   // the highest reading so far
    std::int64_t lead_ms_ = 0;             // the furthest the wall clock was ever ahead of the monotonic one
    LockReason locked_ = LockReason::none; // once locked, always locked: a new session has a new AutoLock
};

} // namespace byok
