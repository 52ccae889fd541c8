#include "byok/routing.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace byok {
namespace {

const SealId kSeal = testing::make_id<SealId>(7);

using Event = std::variant<CacheResult, JobAnswer>;

JobAnswer says(Verdict verdict, std::optional<std::uint32_t> retry_after_s = std::nullopt,
               bool streamed = false) {
    return {verdict, retry_after_s, streamed};
}

std::string to_text(const Step& step) {
    constexpr std::array kNames{"read_cache", "call_user", "call_server", "give_answer", "refuse"};
    std::string text = kNames.at(static_cast<std::size_t>(step.action));
    if (step.wait_s != 0)
        text = "wait " + std::to_string(step.wait_s) + " s, " + text;
    if (step.drop_cached)
        text = "drop, " + text;
    if (step.action == Action::refuse)
        text += " " + std::string(status_name(step.refusal));
    return text;
}

std::string to_text(const Receipt& receipt) {
    return std::string(credential_name(receipt.credential)) + " " +
           std::string(route_reason_name(receipt.reason)) + " " + std::to_string(receipt.attempts) +
           (receipt.seal_id == SealId{} ? "" : " sealed");
}

Step tell(Route& route, const Event& event) {
    if (const auto* const result = std::get_if<CacheResult>(&event))
        return route.cache_read(*result, kSeal);
    return route.answered(std::get<JobAnswer>(event));
}

/// All steps of a job, "; " between them, and its receipt behind " | ".
std::string walk(const RoutePolicy& policy, const std::vector<Event>& events) {
    Route route(policy);
    std::string text = to_text(route.begin());
    for (const Event& event : events)
        text += "; " + to_text(tell(route, event));
    return text + " | " + to_text(route.receipt());
}

constexpr RoutePolicy kAsk{Credential::user, Fallback::server, true};
constexpr RoutePolicy kNever{Credential::user, Fallback::never, true};
constexpr RoutePolicy kNoServerKey{Credential::user, Fallback::server, false};

constexpr auto hit = CacheResult::hit;
constexpr auto miss = CacheResult::miss;
constexpr auto unavailable = CacheResult::unavailable;

} // namespace

TEST_CASE("a job that asks for the platform's key calls with it once, and reads no cache", "[routing]") {
    const RoutePolicy server{Credential::server, Fallback::server, true};
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        CHECK(walk(server, {says(static_cast<Verdict>(i), 1)}) ==
              "call_server; give_answer | server as_asked 1");
    }
    CHECK(walk({Credential::server, Fallback::never, true}, {says(Verdict::valid)}) ==
          "call_server; give_answer | server as_asked 1");
}

TEST_CASE("a job whose user's key serves calls once with it", "[routing]") {
    for (const RoutePolicy& policy : {kAsk, kNever, kNoServerKey}) {
        CHECK(walk(policy, {hit, says(Verdict::valid)}) ==
              "read_cache; call_user; give_answer | user as_asked 1 sealed");
        CHECK(walk(policy, {hit, says(Verdict::valid, 5, true)}) ==
              "read_cache; call_user; give_answer | user as_asked 1 sealed");
    }
}

TEST_CASE("an answer that is not about the credential is the job's, not a reason to use another key",
          "[routing]") {
    for (const Verdict verdict : {Verdict::unknown, Verdict::untested, static_cast<Verdict>(200)}) {
        CHECK(walk(kAsk, {hit, says(verdict, 5)}) ==
              "read_cache; call_user; give_answer | user as_asked 1 sealed");
    }
}

TEST_CASE("E6: no cached key: the platform's by policy, or a refusal that says so", "[routing]") {
    CHECK(walk(kAsk, {miss, says(Verdict::valid)}) ==
          "read_cache; call_server; give_answer | server cache_miss 1");
    CHECK(walk(kNever, {miss}) == "read_cache; refuse user_key_missing | user cache_miss 0");
}

TEST_CASE("E15: no cache: the platform's key by policy, or a refusal that says so", "[routing]") {
    CHECK(walk(kAsk, {unavailable, says(Verdict::valid)}) ==
          "read_cache; call_server; give_answer | server cache_unavailable 1");
    CHECK(walk(kNever, {unavailable}) == "read_cache; refuse cache_unavailable | user cache_unavailable 0");
}

TEST_CASE("E13: no user key and no server key: a refusal of its own", "[routing]") {
    CHECK(walk(kNoServerKey, {miss}) == "read_cache; refuse no_api_key | user cache_miss 0");
    CHECK(walk(kNoServerKey, {unavailable}) == "read_cache; refuse no_api_key | user cache_unavailable 0");
    CHECK(walk(kNoServerKey, {hit, says(Verdict::no_credit)}) ==
          "read_cache; call_user; refuse no_api_key | user no_credit 1 sealed");
    CHECK(walk({Credential::server, Fallback::server, false}, {}) == "refuse no_api_key | server as_asked 0");
    CHECK(walk({Credential::server, Fallback::never, false}, {}) == "refuse no_api_key | server as_asked 0");
    // Where the job forbids the platform's key, its absence is nobody's reason.
    CHECK(walk({Credential::user, Fallback::never, false}, {miss}) ==
          "read_cache; refuse user_key_missing | user cache_miss 0");
}

TEST_CASE("E5: a key that the provider rejected is dropped from the cache, and the policy holds at once",
          "[routing]") {
    for (const Verdict verdict : {Verdict::invalid, Verdict::blocked, Verdict::wrong_provider}) {
        const std::string reason(verdict_name(verdict));
        CHECK(walk(kAsk, {hit, says(verdict, 1), says(Verdict::valid)}) ==
              "read_cache; call_user; drop, call_server; give_answer | server " + reason + " 2 sealed");
        CHECK(walk(kNever, {hit, says(verdict, 1)}) ==
              "read_cache; call_user; drop, refuse user_key_failed | user " + reason + " 1 sealed");
        CHECK(walk(kNoServerKey, {hit, says(verdict)}) ==
              "read_cache; call_user; drop, refuse no_api_key | user " + reason + " 1 sealed");
    }
}

TEST_CASE(
    "E14: a key that may not do this, here, or for lack of credit stays cached; the policy holds at once",
    "[routing]") {
    for (const Verdict verdict : {Verdict::restricted, Verdict::no_credit, Verdict::wrong_region_or_ip}) {
        const std::string reason(verdict_name(verdict));
        CHECK(walk(kAsk, {hit, says(verdict, 1), says(Verdict::valid)}) ==
              "read_cache; call_user; call_server; give_answer | server " + reason + " 2 sealed");
        CHECK(walk(kNever, {hit, says(verdict, 1)}) ==
              "read_cache; call_user; refuse user_key_failed | user " + reason + " 1 sealed");
    }
}

TEST_CASE("a rate limit is waited for once, at most 10 s, then the policy holds", "[routing]") {
    const JobAnswer limited = says(Verdict::rate_limited, 10);
    CHECK(
        walk(kAsk, {hit, limited, hit, says(Verdict::valid)}) ==
        "read_cache; call_user; wait 10 s, read_cache; call_user; give_answer | user rate_limited 2 sealed");
    CHECK(walk(kAsk, {hit, limited, hit, limited, says(Verdict::valid)}) ==
          "read_cache; call_user; wait 10 s, read_cache; call_user; call_server; give_answer"
          " | server rate_limited 3 sealed");
    CHECK(walk(kNever, {hit, limited, hit, limited}) ==
          "read_cache; call_user; wait 10 s, read_cache; call_user; refuse user_key_failed"
          " | user rate_limited 2 sealed");
    CHECK(walk(kAsk, {hit, says(Verdict::rate_limited, 0)}) ==
          "read_cache; call_user; read_cache | user rate_limited 1 sealed");
    for (const auto& retry_after : {std::optional<std::uint32_t>{}, std::optional<std::uint32_t>{11},
                                    std::optional{std::numeric_limits<std::uint32_t>::max()}}) {
        CHECK(walk(kAsk, {hit, says(Verdict::rate_limited, retry_after), says(Verdict::valid)}) ==
              "read_cache; call_user; call_server; give_answer | server rate_limited 2 sealed");
    }
}

TEST_CASE("E30: a provider that is down or out of reach is asked once more, then the policy holds",
          "[routing]") {
    for (const Verdict verdict : {Verdict::provider_down, Verdict::unreachable}) {
        const std::string reason(verdict_name(verdict));
        const JobAnswer down = says(verdict);
        CHECK(walk(kAsk, {hit, down, hit, says(Verdict::valid)}) ==
              "read_cache; call_user; wait 1 s, read_cache; call_user; give_answer | user " + reason +
                  " 2 sealed");
        CHECK(walk(kAsk, {hit, down, hit, down, down}) ==
              "read_cache; call_user; wait 1 s, read_cache; call_user; call_server; give_answer | server " +
                  reason + " 3 sealed");
        CHECK(walk(kNever, {hit, down, hit, down}) ==
              "read_cache; call_user; wait 1 s, read_cache; call_user; refuse user_key_failed | user " +
                  reason + " 2 sealed");
        CHECK(walk(kAsk, {hit, says(verdict, 7)}) ==
              "read_cache; call_user; wait 7 s, read_cache | user " + reason + " 1 sealed");
        CHECK(walk(kAsk, {hit, says(verdict, 11), says(Verdict::valid)}) ==
              "read_cache; call_user; call_server; give_answer | server " + reason + " 2 sealed");
    }
}

TEST_CASE("there is one retry in all, not one for each reason", "[routing]") {
    CHECK(walk(kAsk, {hit, says(Verdict::rate_limited, 2), hit, says(Verdict::unreachable, 2),
                      says(Verdict::valid)}) ==
          "read_cache; call_user; wait 2 s, read_cache; call_user; call_server; give_answer"
          " | server unreachable 3 sealed");
    CHECK(walk(kAsk, {hit, says(Verdict::provider_down, 2), hit, says(Verdict::invalid)}) ==
          "read_cache; call_user; wait 2 s, read_cache; call_user; drop, call_server"
          " | server invalid 3 sealed");
}

TEST_CASE("E33: a key that was cleared while its job waited is not called with again", "[routing]") {
    CHECK(walk(kAsk, {hit, says(Verdict::rate_limited, 9), miss, says(Verdict::valid)}) ==
          "read_cache; call_user; wait 9 s, read_cache; call_server; give_answer"
          " | server cache_miss 2 sealed");
    CHECK(walk(kNever, {hit, says(Verdict::rate_limited, 9), miss}) ==
          "read_cache; call_user; wait 9 s, read_cache; refuse user_key_missing | user cache_miss 1 sealed");
}

TEST_CASE("after the first streamed byte the answer is the job's, whatever becomes of it", "[routing]") {
    for (const RoutePolicy& policy : {kAsk, kNever, kNoServerKey}) {
        for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
            CHECK(walk(policy, {hit, says(static_cast<Verdict>(i), 1, true)}) ==
                  "read_cache; call_user; give_answer | user as_asked 1 sealed");
        }
    }
}

TEST_CASE("each reason has a name of its own, and the verdict's where it is one", "[routing]") {
    std::set<std::string> names;
    for (std::uint8_t i = 0; i < kRouteReasonCount; ++i)
        names.insert(std::string(route_reason_name(static_cast<RouteReason>(i))));
    CHECK(names.size() == kRouteReasonCount);
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        const bool about_no_key =
            verdict == Verdict::untested || verdict == Verdict::valid || verdict == Verdict::unknown;
        CHECK(names.count(std::string(verdict_name(verdict))) == (about_no_key ? 0U : 1U));
    }
}

// ---- Every sequence, also those that can't be

namespace {

struct Told {
    unsigned user_calls = 0;
    unsigned server_calls = 0;
    unsigned reads = 0;
    std::uint64_t waited_s = 0;
    bool streamed = false;
    bool ended = false;
};

std::vector<Event> all_events() {
    std::vector<Event> events{hit, miss, unavailable, static_cast<CacheResult>(9)};
    for (std::uint8_t i = 0; i <= kVerdictCount; ++i) {
        for (const auto& wait : {std::optional<std::uint32_t>{}, std::optional<std::uint32_t>{10},
                                 std::optional<std::uint32_t>{11}}) {
            events.emplace_back(says(static_cast<Verdict>(i), wait, false));
            events.emplace_back(says(static_cast<Verdict>(i), wait, true));
        }
    }
    return events;
}

/// Walks every sequence of events of that length; what does not hold is counted, since a CHECK each would
/// take minutes.
class Model {
  public:
    explicit Model(const RoutePolicy& policy) : policy_(policy), events_(all_events()) {}

    void run(int depth) {
        Route route(policy_);
        Told told;
        note(route.begin(), told);
        visit(route, told, depth);
    }

    unsigned long broken = 0;
    unsigned long visited = 0;
    unsigned most_user_calls = 0;

  private:
    void expect(bool holds) { broken += holds ? 0U : 1U; }

    void note(const Step& step, Told& told) {
        ++visited;
        const bool calls = step.action == Action::call_user || step.action == Action::call_server;
        expect(!(told.ended && step.action != Action::refuse));
        expect(!(told.streamed && (calls || step.action == Action::read_cache)));
        expect((step.action == Action::refuse) == (step.refusal != Status::ok));
        told.user_calls += step.action == Action::call_user ? 1U : 0U;
        told.server_calls += step.action == Action::call_server ? 1U : 0U;
        told.reads += step.action == Action::read_cache ? 1U : 0U;
        told.waited_s += step.wait_s;
        told.ended = told.ended || step.action == Action::refuse || step.action == Action::give_answer;
        expect(told.user_calls <= 2 && told.server_calls <= 1 && told.reads <= 2);
        expect(told.waited_s <= kMaxRetryAfterS);
        if (policy_.credential == Credential::user && policy_.fallback == Fallback::never)
            expect(told.server_calls == 0);
        if (policy_.credential == Credential::server)
            expect(told.user_calls == 0 && told.reads == 0);
        if (!policy_.has_server_key)
            expect(told.server_calls == 0);
        if (told.user_calls > most_user_calls)
            most_user_calls = told.user_calls;
    }

    void visit(const Route& route, const Told& told, int depth) {
        // Never silently: whoever was served by the platform's key reads it, and why.
        const Receipt& receipt = route.receipt();
        expect(receipt.attempts == told.user_calls + told.server_calls);
        if (told.server_calls > 0)
            expect(receipt.credential == Credential::server);
        if (told.server_calls > 0 && policy_.credential == Credential::user)
            expect(receipt.reason != RouteReason::as_asked);
        expect((receipt.seal_id == kSeal) == (told.user_calls > 0));
        if (depth == 0)
            return;
        for (const Event& event : events_) {
            Route next = route;
            Told then = told;
            const auto* const answer = std::get_if<JobAnswer>(&event);
            then.streamed = then.streamed || (answer != nullptr && answer->streamed);
            const Step step = tell(next, event);
            note(step, then);
            // Behind the end nothing opens up again: two more events are enough to see it.
            visit(next, then, then.ended ? std::min(depth - 1, told.ended ? 0 : 1) : depth - 1);
        }
        Route again = route;
        Told then = told;
        note(again.begin(), then);
    }

    RoutePolicy policy_;
    std::vector<Event> events_;
};

} // namespace

TEST_CASE("no sequence of events, possible or not, makes more calls than allowed or uses a key that is not",
          "[routing][model]") {
    unsigned long visited = 0;
    for (const Credential credential : {Credential::user, Credential::server}) {
        for (const Fallback fallback : {Fallback::server, Fallback::never}) {
            for (const bool has_server_key : {false, true}) {
                Model model({credential, fallback, has_server_key});
                model.run(6);
                CHECK(model.broken == 0);
                CHECK(model.most_user_calls == (credential == Credential::user ? 2U : 0U));
                visited += model.visited;
            }
        }
    }
    CHECK(visited > 100'000);
}

} // namespace byok
