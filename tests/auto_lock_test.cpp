#include "byok/auto_lock.h"

#include <catch2/catch.hpp>

#include <limits>

namespace byok {
namespace {

constexpr std::uint64_t kSecond = 1000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;

/// A machine with the two clocks of a browser.
class Machine {
  public:
    [[nodiscard]] ClockReading now() const { return {mono_, wall_}; }
    void run(std::uint64_t ms) {
        mono_.ms += ms;
        wall_.ms += ms;
    }
    void sleep(std::uint64_t ms) { wall_.ms += ms; } // the monotonic clock stands still on some systems
    void set_forward(std::uint64_t ms) { wall_.ms += ms; }
    void set_back(std::uint64_t ms) { wall_.ms -= ms; }

  private:
    MonoMs mono_{5 * kHour};
    WallMs wall_{1'800'000'000'000};
};

} // namespace

TEST_CASE("only the offered idle times are allowed") {
    for (const std::uint32_t minutes : {1U, 5U, 15U, 30U, 60U})
        CHECK(is_allowed({minutes, false}));
    for (const std::uint32_t minutes : {0U, 2U, 29U, 61U, 720U, std::numeric_limits<std::uint32_t>::max()})
        CHECK_FALSE(is_allowed({minutes, true}));

    Machine machine;
    const AutoLock lock({100'000, false}, machine.now());
    CHECK(lock.remaining_ms(machine.now()) == 30 * kMinute);
}

TEST_CASE("the vault locks when the idle time has passed, not before, and stays locked") {
    Machine machine;
    AutoLock lock({5, false}, machine.now());
    machine.run(5 * kMinute - 1);
    CHECK(lock.check(machine.now()) == LockReason::none);
    CHECK(lock.remaining_ms(machine.now()) == 1);
    machine.run(1);
    CHECK(lock.check(machine.now()) == LockReason::idle);
    CHECK(lock.remaining_ms(machine.now()) == 0);
    CHECK(lock.on_activity(machine.now()) == LockReason::idle);
    CHECK(lock.choose({60, false}, machine.now()) == LockReason::idle);
    CHECK(lock.on_page_hide() == LockReason::idle);
}

TEST_CASE("activity moves the idle deadline") {
    Machine machine;
    AutoLock lock({5, false}, machine.now());
    for (int i = 0; i < 10; ++i) {
        machine.run(4 * kMinute);
        CHECK(lock.on_activity(machine.now()) == LockReason::none);
    }
    CHECK(lock.remaining_ms(machine.now()) == 5 * kMinute);
}

TEST_CASE("E19: a late timer, a frozen tab: the first use after the deadline is refused, and does not revive "
          "the session") {
    Machine machine;
    AutoLock lock({5, false}, machine.now());
    machine.run(5 * kMinute); // no timer fired in between
    SECTION("a use") {
        CHECK(lock.check(machine.now()) == LockReason::idle);
    }
    SECTION("activity") {
        CHECK(lock.on_activity(machine.now()) == LockReason::idle);
    }
    SECTION("a new choice") {
        CHECK(lock.choose({60, false}, machine.now()) == LockReason::idle);
    }
    SECTION("hiding") {
        CHECK(lock.on_hidden(machine.now()) == LockReason::idle);
    }
}

TEST_CASE("E19: a short sleep does not lock, one past the deadline does") {
    Machine machine;
    AutoLock lock({30, false}, machine.now());
    machine.sleep(20 * kMinute);
    CHECK(lock.check(machine.now()) == LockReason::none);
    CHECK(lock.remaining_ms(machine.now()) == 10 * kMinute);
    machine.sleep(10 * kMinute);
    CHECK(lock.on_activity(machine.now()) == LockReason::idle);
}

TEST_CASE("E19: sleep counts where the monotonic clock runs through it as well") {
    Machine machine;
    AutoLock lock({30, false}, machine.now());
    machine.run(31 * kMinute);
    CHECK(lock.check(machine.now()) == LockReason::idle);
}

TEST_CASE("E20: a clock set forward only brings the deadline nearer") {
    Machine machine;
    AutoLock lock({30, false}, machine.now());
    machine.set_forward(10 * kMinute);
    CHECK(lock.check(machine.now()) == LockReason::none);
    CHECK(lock.remaining_ms(machine.now()) == 20 * kMinute);
    machine.set_forward(kHour);
    CHECK(lock.check(machine.now()) == LockReason::idle);
}

TEST_CASE("E20: a clock set back by more than 30 s locks, a smaller correction does not") {
    Machine machine;
    AutoLock lock({30, false}, machine.now());
    machine.set_back(30 * kSecond);
    CHECK(lock.check(machine.now()) == LockReason::none);
    machine.set_back(1);
    CHECK(lock.remaining_ms(machine.now()) == 0);
    CHECK(lock.check(machine.now()) == LockReason::clock_changed);
    machine.set_forward(kMinute);
    CHECK(lock.check(machine.now()) == LockReason::clock_changed);
}

TEST_CASE("E20: many small corrections add up") {
    Machine machine;
    AutoLock lock({60, false}, machine.now());
    LockReason reason = LockReason::none;
    int corrections = 0;
    for (; reason == LockReason::none && corrections < 10; ++corrections) {
        machine.run(kMinute);
        machine.set_back(20 * kSecond);
        reason = lock.on_activity(machine.now());
    }
    CHECK(reason == LockReason::clock_changed);
    CHECK(corrections == 2);
}

TEST_CASE("E20: time asleep does not pay for a clock set back afterwards") {
    Machine machine;
    AutoLock lock({60, false}, machine.now());
    machine.sleep(50 * kMinute);
    CHECK(lock.on_activity(machine.now()) == LockReason::none);
    machine.run(40 * kMinute);
    machine.set_back(40 * kMinute);
    CHECK(lock.check(machine.now()) == LockReason::clock_changed);
}

TEST_CASE("E20: with the wall clock standing still the monotonic one still locks") {
    const ClockReading start{{1000}, {1'800'000'000'000}};
    AutoLock lock({1, false}, start);
    CHECK(lock.check({{1000 + 20 * kSecond}, start.wall}) == LockReason::none);
    CHECK(lock.check({{1000 + kMinute}, start.wall}) == LockReason::idle);
}

TEST_CASE("E20: a monotonic clock that goes back is not believed") {
    const ClockReading start{{kHour}, {1'800'000'000'000}};
    AutoLock lock({60, false}, start);
    CHECK(lock.check({{kHour - 30 * kSecond}, start.wall}) == LockReason::none);
    CHECK(lock.check({{kHour - 31 * kSecond}, start.wall}) == LockReason::clock_changed);
}

TEST_CASE("E20: both clocks going back together do not stretch a session") {
    const ClockReading start{{kHour}, {1'800'000'000'000}};
    AutoLock lock({60, false}, start);
    CHECK(lock.check({{0}, {start.wall.ms - kHour}}) == LockReason::clock_changed);
}

TEST_CASE("E20: clocks at the end of their range lock instead of wrapping around") {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    AutoLock from_zero({60, false}, {{0}, {0}});
    CHECK(from_zero.check({{kMost}, {kMost}}) == LockReason::absolute_limit);

    AutoLock from_most({60, false}, {{kMost}, {kMost}});
    CHECK(from_most.check({{kMost}, {kMost}}) == LockReason::none);
    CHECK(from_most.check({{0}, {kMost}}) == LockReason::clock_changed);

    AutoLock crossed({60, false}, {{kMost}, {0}});
    CHECK(crossed.check({{0}, {kMost}}) == LockReason::absolute_limit);
}

TEST_CASE("twelve hours after unlocking the vault locks whatever the activity") {
    Machine machine;
    AutoLock lock({60, false}, machine.now());
    for (std::uint64_t passed = 0; passed < kAbsoluteLimitMs - 30 * kMinute; passed += 30 * kMinute) {
        machine.run(30 * kMinute);
        REQUIRE(lock.on_activity(machine.now()) == LockReason::none);
    }
    CHECK(lock.remaining_ms(machine.now()) == 30 * kMinute); // the absolute deadline is the nearer one
    machine.run(30 * kMinute);
    CHECK(lock.on_activity(machine.now()) == LockReason::absolute_limit);
}

TEST_CASE("hiding the document locks only where that was chosen") {
    Machine machine;
    AutoLock stays({30, false}, machine.now());
    CHECK(stays.on_hidden(machine.now()) == LockReason::none);
    AutoLock locks({30, true}, machine.now());
    CHECK(locks.on_hidden(machine.now()) == LockReason::hidden);
}

TEST_CASE("E21: leaving the page locks in any case") {
    Machine machine;
    AutoLock lock({60, false}, machine.now());
    CHECK(lock.on_page_hide() == LockReason::page_hidden);
    CHECK(lock.check(machine.now()) == LockReason::page_hidden);
    CHECK(lock.remaining_ms(machine.now()) == 0);
}

TEST_CASE("a new choice counts from the moment it is made, and a refused one changes nothing") {
    Machine machine;
    AutoLock lock({30, false}, machine.now());
    machine.run(10 * kMinute);
    CHECK(lock.choose({5, false}, machine.now()) == LockReason::none);
    CHECK(lock.remaining_ms(machine.now()) == 5 * kMinute);
    CHECK(lock.choose({7, true}, machine.now()) == LockReason::none);
    CHECK(lock.remaining_ms(machine.now()) == 5 * kMinute);
    CHECK(lock.on_hidden(machine.now()) == LockReason::none);
}

TEST_CASE("E18: once locked, nothing that arrives later unlocks") {
    Machine machine;
    AutoLock lock({30, true}, machine.now());
    REQUIRE(lock.on_hidden(machine.now()) == LockReason::hidden);
    CHECK(lock.on_activity(machine.now()) == LockReason::hidden);
    CHECK(lock.choose({60, false}, machine.now()) == LockReason::hidden);
    CHECK(lock.on_page_hide() == LockReason::hidden);
    CHECK(lock.check(machine.now()) == LockReason::hidden);
}

} // namespace byok
