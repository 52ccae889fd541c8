#include "byok/verdict.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace byok {
namespace {

std::set<std::string> names_where(bool (*holds)(Verdict)) {
    std::set<std::string> names;
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        if (holds(verdict))
            names.insert(std::string(verdict_name(verdict)));
    }
    return names;
}

using Names = std::set<std::string>;

} // namespace

TEST_CASE("each verdict has a name of its own that leads back to it") {
    Names names;
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        names.insert(std::string(verdict_name(verdict)));
        CHECK(verdict_from_name(verdict_name(verdict)) == verdict);
    }
    CHECK(names.size() == kVerdictCount);
    CHECK_FALSE(verdict_from_name("").has_value());
    CHECK_FALSE(verdict_from_name("Valid").has_value());
    CHECK_FALSE(verdict_from_name("valid ").has_value());
}

TEST_CASE("what each verdict does to a key that is about to be stored") {
    CHECK(names_where([](Verdict v) { return store_decision(v) == StoreDecision::store; }) == Names{"valid"});
    CHECK(names_where([](Verdict v) { return store_decision(v) == StoreDecision::store_warned; }) ==
          Names{"restricted", "no_credit", "rate_limited", "wrong_region_or_ip"});
    CHECK(names_where([](Verdict v) { return store_decision(v) == StoreDecision::refuse; }) ==
          Names{"invalid", "blocked"});
    CHECK(names_where([](Verdict v) { return store_decision(v) == StoreDecision::offer_switch; }) ==
          Names{"wrong_provider"});
    CHECK(names_where([](Verdict v) { return store_decision(v) == StoreDecision::ask; }) ==
          Names{"untested", "provider_down", "unreachable", "unknown"});
}

TEST_CASE("only invalid and blocked suggest deleting a stored key") {
    CHECK(names_where(suggests_deletion) == Names{"invalid", "blocked"});
}

TEST_CASE("E30: an answer that says nothing about the key leaves the last verdict untouched") {
    CHECK_FALSE(is_about_the_key(Verdict::provider_down));
    CHECK_FALSE(is_about_the_key(Verdict::unreachable));
    CHECK_FALSE(is_about_the_key(Verdict::unknown));
    CHECK_FALSE(is_about_the_key(Verdict::untested));
    CHECK(names_where(is_about_the_key).size() == kVerdictCount - 4U);
}

TEST_CASE("a verdict of a newer version is one that could not tell") {
    const auto newer = static_cast<Verdict>(200);
    CHECK(verdict_name(newer) == "unknown");
    CHECK(store_decision(newer) == StoreDecision::ask);
    CHECK_FALSE(suggests_deletion(newer));
}

} // namespace byok
