#include "byok/route_json.h"
#include "byok/routing.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace byok {
namespace {

constexpr std::string_view kUser = R"("credential":"user","fallback":"server","serverKey":true)";
constexpr std::string_view kHit = R"({"cache":"hit","sealId":"0102030405060708090a0b0c0d0e0f10"})";

std::string json_of(std::string_view policy, std::string_view events) {
    return "{" + std::string(policy) + R"(,"events":[)" + std::string(events) + "]}";
}

Status status_of(const std::string& json) {
    return route_json(testing::view(json)).status();
}

/// With the names sorted, as whoever reads it does not care for their order.
std::string next(std::string_view policy, std::string_view events) {
    return nlohmann::json::parse(route_json(testing::view(json_of(policy, events))).value()).dump();
}

} // namespace

TEST_CASE("a route in JSON: from all that has happened to the next step", "[route_json]") {
    CHECK(next(kUser, "") ==
          R"({"action":"read_cache","dropCached":false,)"
          R"("receipt":{"attempts":0,"credential":"user","reason":"as_asked","sealId":null},)"
          R"("refusal":null,"wait":0})");
    std::string events(kHit);
    CHECK(next(kUser, events) == R"({"action":"call_user","dropCached":false,)"
                                 R"("receipt":{"attempts":1,"credential":"user","reason":"as_asked",)"
                                 R"("sealId":"0102030405060708090a0b0c0d0e0f10"},"refusal":null,"wait":0})");
    events += R"(,{"verdict":"rate_limited","streamed":false,"retryAfter":7})";
    CHECK(next(kUser, events) == R"({"action":"read_cache","dropCached":false,)"
                                 R"("receipt":{"attempts":1,"credential":"user","reason":"rate_limited",)"
                                 R"("sealId":"0102030405060708090a0b0c0d0e0f10"},"refusal":null,"wait":7})");
    events += R"(,{"cache":"hit","sealId":"ffffffffffffffffffffffffffffffff"})"
              R"(,{"verdict":"invalid","streamed":false})";
    CHECK(next(kUser, events) == R"({"action":"call_server","dropCached":true,)"
                                 R"("receipt":{"attempts":3,"credential":"server","reason":"invalid",)"
                                 R"("sealId":"ffffffffffffffffffffffffffffffff"},"refusal":null,"wait":0})");
    events += R"(,{"verdict":"no_credit","streamed":false})";
    CHECK(next(kUser, events) == R"({"action":"give_answer","dropCached":false,)"
                                 R"("receipt":{"attempts":3,"credential":"server","reason":"invalid",)"
                                 R"("sealId":"ffffffffffffffffffffffffffffffff"},"refusal":null,"wait":0})");
}

TEST_CASE("a route in JSON: refusals carry their code", "[route_json]") {
    const auto refusal = [](std::string_view policy, std::string_view events) {
        const std::string json = next(policy, events);
        const std::size_t at = json.find(R"("refusal":)");
        return json.find(R"("action":"refuse")") == std::string::npos ? "none" : json.substr(at + 10);
    };
    constexpr std::string_view kNever = R"("credential":"user","fallback":"never","serverKey":true)";
    CHECK(refusal(kNever, R"({"cache":"miss"})") == R"("user_key_missing","wait":0})");
    CHECK(refusal(kNever, R"({"cache":"unavailable"})") == R"("cache_unavailable","wait":0})");
    CHECK(refusal(kNever, std::string(kHit) + R"(,{"verdict":"blocked","streamed":false})") ==
          R"("user_key_failed","wait":0})");
    CHECK(refusal(R"("credential":"server","fallback":"server","serverKey":false)", "") ==
          R"("no_api_key","wait":0})");
    CHECK(refusal(kNever, R"({"verdict":"valid","streamed":false})") == R"("bad_argument","wait":0})");
    // A streamed byte crosses as well.
    CHECK(refusal(kNever, std::string(kHit) + R"(,{"verdict":"unreachable","streamed":true})") == "none");
}

TEST_CASE("a route in JSON: anything else than the format is refused", "[route_json]") {
    REQUIRE(status_of(json_of(kUser, kHit)) == Status::ok);
    for (const std::string_view policy :
         {R"("credential":"User","fallback":"server","serverKey":true)",
          R"("credential":"user","fallback":"ask","serverKey":true)",
          R"("credential":"user","fallback":"server","serverKey":1)",
          R"("credential":"user","serverKey":true)",
          R"("credential":"user","fallback":"server","serverKey":true,"more":1)"}) {
        CHECK(status_of(json_of(policy, "")) == Status::json_refused);
    }
    for (const std::string_view event :
         {"{}", "[]", "1", R"({"cache":"stale"})", R"({"cache":"hit"})", R"({"cache":"hit","sealId":"01"})",
          R"({"cache":"hit","sealId":"0102030405060708090A0b0c0d0e0f10"})",
          R"({"cache":"miss","sealId":"0102030405060708090a0b0c0d0e0f10"})",
          R"({"cache":"miss","verdict":"valid"})", R"({"verdict":"valid"})",
          R"({"verdict":"fine","streamed":false})", R"({"verdict":"valid","streamed":false,"retryAfter":-1})",
          R"({"verdict":"valid","streamed":false,"retryAfter":1.5})",
          R"({"verdict":"valid","streamed":false,"retryAfter":null})",
          R"({"verdict":"valid","streamed":false,"retryAfter":4294967296})"}) {
        CHECK(status_of(json_of(kUser, event)) == Status::json_refused);
    }
    std::string many(R"({"cache":"miss"})");
    for (std::size_t i = 1; i < kMaxRouteEvents; ++i)
        many += R"(,{"cache":"miss"})";
    CHECK(status_of(json_of(kUser, many)) == Status::ok);
    CHECK(status_of(json_of(kUser, many + R"(,{"cache":"miss"})")) == Status::json_refused);
    CHECK(status_of("") == Status::json_refused);
}

} // namespace byok
