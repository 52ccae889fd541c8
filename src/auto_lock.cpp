#include "byok/auto_lock.h"

#include <algorithm>

namespace byok {
namespace {

/// Readings come from JavaScript numbers; beyond this (thousands of years) differences could overflow.
constexpr std::uint64_t kMaxReadingMs = 1ULL << 60;

ClockReading bounded(const ClockReading& now) noexcept {
    return {{std::min(now.mono.ms, kMaxReadingMs)}, {std::min(now.wall.ms, kMaxReadingMs)}};
}

std::uint64_t passed(std::uint64_t since, std::uint64_t now) noexcept {
    return now > since ? now - since : 0;
}

std::uint64_t elapsed_ms(const ClockReading& since, const ClockReading& now) noexcept {
    return std::max(passed(since.mono.ms, now.mono.ms), passed(since.wall.ms, now.wall.ms));
}

std::int64_t lead_of(const ClockReading& reading) noexcept {
    return static_cast<std::int64_t>(reading.wall.ms) - static_cast<std::int64_t>(reading.mono.ms);
}

} // namespace

bool is_allowed(const AutoLockChoice& choice) noexcept {
    switch (choice.idle_minutes) {
    case 1:
    case 5:
    case 15:
    case 30:
    case 60:
        return true;
    default:
        return false;
    }
}

AutoLock::AutoLock(const AutoLockChoice& choice, const ClockReading& unlocked_at) noexcept
    : choice_(is_allowed(choice) ? choice : AutoLockChoice{}), unlocked_at_(bounded(unlocked_at)),
      active_at_(unlocked_at_), latest_mono_(unlocked_at_.mono), lead_ms_(lead_of(unlocked_at_)) {}

std::uint64_t AutoLock::idle_limit_ms() const noexcept {
    return std::uint64_t{choice_.idle_minutes} * 60'000;
}

LockReason AutoLock::judge(const ClockReading& now) const noexcept {
    if (locked_ != LockReason::none)
        return locked_;
    if (elapsed_ms(unlocked_at_, now) >= kAbsoluteLimitMs)
        return LockReason::absolute_limit;
    if (elapsed_ms(active_at_, now) >= idle_limit_ms())
        return LockReason::idle;
    if (passed(now.mono.ms, latest_mono_.ms) > kClockDisagreementMs)
        return LockReason::clock_changed;
    // Against the furthest lead seen, not the first one: else an hour asleep would pay for an hour set back.
    if (lead_ms_ - lead_of(now) > static_cast<std::int64_t>(kClockDisagreementMs))
        return LockReason::clock_changed;
    return LockReason::none;
}

void AutoLock::note(const ClockReading& now) noexcept {
    latest_mono_ = std::max(latest_mono_, now.mono);
    lead_ms_ = std::max(lead_ms_, lead_of({latest_mono_, now.wall}));
}

LockReason AutoLock::check(const ClockReading& now) noexcept {
    const ClockReading reading = bounded(now);
    locked_ = judge(reading);
    note(reading);
    return locked_;
}

LockReason AutoLock::on_activity(const ClockReading& now) noexcept {
    if (check(now) == LockReason::none)
        active_at_ = bounded(now);
    return locked_;
}

LockReason AutoLock::on_hidden(const ClockReading& now) noexcept {
    if (check(now) == LockReason::none && choice_.when_hidden)
        locked_ = LockReason::hidden;
    return locked_;
}

LockReason AutoLock::on_page_hide() noexcept {
    if (locked_ == LockReason::none)
        locked_ = LockReason::page_hidden;
    return locked_;
}

LockReason AutoLock::choose(const AutoLockChoice& choice, const ClockReading& now) noexcept {
    if (on_activity(now) == LockReason::none && is_allowed(choice))
        choice_ = choice;
    return locked_;
}

std::uint64_t AutoLock::remaining_ms(const ClockReading& now) const noexcept {
    const ClockReading reading = bounded(now);
    if (judge(reading) != LockReason::none)
        return 0;
    return std::min(idle_limit_ms() - elapsed_ms(active_at_, reading),
                    kAbsoluteLimitMs - elapsed_ms(unlocked_at_, reading));
}

} // namespace byok
