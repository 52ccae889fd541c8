#include "byok/seal_rate.h"

#include <catch2/catch.hpp>

#include <deque>
#include <random>

using namespace byok;

TEST_CASE("An app may seal 30 times at once, and once more when the first is a minute ago", "[app][rate]") {
    SealRate rate;
    for (std::size_t i = 0; i < kSealsPerWindow; ++i) {
        CHECK_FALSE(rate.is_used_up({1'000 + i}));
        rate.count({1'000 + i});
    }
    CHECK(rate.is_used_up({1'029}));
    CHECK(rate.is_used_up({1'000 + kSealWindowMs - 1}));
    CHECK_FALSE(rate.is_used_up({1'000 + kSealWindowMs}));
    rate.count({1'000 + kSealWindowMs});
    CHECK(rate.is_used_up({1'000 + kSealWindowMs}));
    CHECK_FALSE(rate.is_used_up({1'001 + kSealWindowMs}));
}

TEST_CASE("A clock that stands still or goes back gives no more seals", "[app][rate]") {
    SealRate rate;
    for (std::size_t i = 0; i < kSealsPerWindow; ++i)
        rate.count({500'000});
    CHECK(rate.is_used_up({500'000}));
    CHECK(rate.is_used_up({0}));
    CHECK(rate.is_used_up({499'999}));
    CHECK_FALSE(rate.is_used_up({500'000 + kSealWindowMs}));
}

TEST_CASE("In no minute are there more than 30, however they are spread", "[app][rate]") {
    std::mt19937 random(7);
    SealRate rate;
    std::deque<std::uint64_t> counted;
    std::uint64_t now = 0;
    std::size_t refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        now += std::uniform_int_distribution<std::uint64_t>(0, 3'000)(random);
        while (!counted.empty() && now - counted.front() >= kSealWindowMs)
            counted.pop_front();
        REQUIRE(rate.is_used_up({now}) == (counted.size() >= kSealsPerWindow));
        if (counted.size() >= kSealsPerWindow) {
            ++refused;
            continue;
        }
        rate.count({now});
        counted.push_back(now);
    }
    CHECK(refused > 1'000);
}
