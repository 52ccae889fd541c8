#include "byok/attempts.h"

#include <catch2/catch.hpp>

#include <limits>

namespace byok {
namespace {

constexpr WallMs kNow{1'800'000'000'000};

std::uint64_t wait_after(std::uint32_t failed) {
    return wait_ms({failed, kNow}, kNow);
}

} // namespace

TEST_CASE("E17: the first five attempts are free, then the wait doubles up to fifteen minutes") {
    CHECK(wait_ms({}, kNow) == 0);
    CHECK(wait_after(4) == 0);
    CHECK(wait_after(5) == 10'000);
    CHECK(wait_after(6) == 20'000);
    CHECK(wait_after(7) == 40'000);
    CHECK(wait_after(11) == 640'000);
    CHECK(wait_after(12) == 900'000);
    CHECK(wait_after(1000) == 900'000);
    CHECK(wait_after(std::numeric_limits<std::uint32_t>::max()) == 900'000);
}

TEST_CASE("E17: the wait runs down with the clock") {
    const Attempts attempts{6, kNow};
    CHECK(wait_ms(attempts, {kNow.ms + 1}) == 19'999);
    CHECK(wait_ms(attempts, {kNow.ms + 19'999}) == 1);
    CHECK(wait_ms(attempts, {kNow.ms + 20'000}) == 0);
    CHECK(wait_ms(attempts, {std::numeric_limits<std::uint64_t>::max()}) == 0);
}

TEST_CASE("E17: a clock set back a little makes the wait a full one, from the time that it shows") {
    CHECK(wait_ms({6, kNow}, {kNow.ms - 1}) == 20'000);
    CHECK(wait_ms({6, kNow}, {kNow.ms - 20'000}) == 20'000);
}

TEST_CASE("E17: a clock that was wrong by years and was put right locks nobody out for years") {
    CHECK(wait_ms({6, kNow}, {kNow.ms - 20'001}) == 0);
    CHECK(wait_ms({6, kNow}, {0}) == 0);
    CHECK(wait_ms({1000, {std::numeric_limits<std::uint64_t>::max()}}, kNow) == 0);
}

TEST_CASE("E17: each attempt counts, and the count does not wrap around") {
    Attempts attempts;
    for (std::uint32_t i = 0; i < 5; ++i) {
        CHECK(wait_ms(attempts, kNow) == 0);
        attempts = after_attempt(attempts, kNow);
    }
    CHECK(attempts.failed == 5);
    CHECK(attempts.last == kNow);
    CHECK(wait_ms(attempts, kNow) == 10'000);

    constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
    CHECK(after_attempt({kMost, kNow}, kNow).failed == kMost);
}

} // namespace byok
