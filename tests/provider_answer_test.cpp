#include "byok/provider_answer.h"
#include "json.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace byok {
namespace {

using testing::view;

struct Fixture {
    std::string path, provider, name, body, verdict;
    std::uint16_t status = 0;
};

Fixture read_fixture(const std::filesystem::path& path) {
    const testing::Bytes bytes =
        testing::read_file(std::filesystem::relative(path, BYOK_SOURCE_DIR).string());
    const Result<Json> json = parse_json(bytes);
    REQUIRE(json.ok());
    JsonFields fields(json.value());
    Fixture fixture{path.string(),
                    std::string(fields.text("provider", {1, 32})),
                    std::string(fields.text("case", {1, 64})),
                    "",
                    std::string(fields.text("verdict", {1, 32})),
                    static_cast<std::uint16_t>(fields.number("status", {100, 599}))};
    fields.object("headers");
    fields.text("body", {0, kMaxAnswerBytes});
    fixture.body = std::string(json_text(json.value(), {"body"}));
    CAPTURE(fixture.path);
    REQUIRE(fields.finish() == Status::ok);
    return fixture;
}

std::vector<Fixture> all_fixtures() {
    std::vector<Fixture> fixtures;
    const std::string root = std::string(BYOK_SOURCE_DIR) + "/tests/fixtures/providers";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.is_regular_file())
            fixtures.push_back(read_fixture(entry.path()));
    }
    return fixtures;
}

Verdict read(std::string_view provider, std::uint16_t status, std::string_view body,
             const ShapeHint& shape = {}) {
    return read_answer(*find_provider(provider), {status, view(body), false}, shape);
}

} // namespace

TEST_CASE("E30, E31: every recorded answer earns its verdict") {
    const std::vector<Fixture> fixtures = all_fixtures();
    std::set<std::string> seen;
    for (const Fixture& fixture : fixtures) {
        CAPTURE(fixture.path);
        const Provider* provider = find_provider(fixture.provider);
        REQUIRE(provider != nullptr);
        CHECK(fixture.path.find("/" + fixture.provider + "/" + fixture.name + ".json") != std::string::npos);
        CHECK(fixture.name.rfind(fixture.verdict, 0) == 0);
        CHECK(verdict_name(read_answer(*provider, {fixture.status, view(fixture.body), false}, {})) ==
              fixture.verdict);
        seen.insert(fixture.provider + " " + fixture.name);
    }
    for (const Provider& provider : providers()) {
        for (const char* name :
             {"valid", "invalid", "rate_limited", "provider_down", "provider_down_html_with_200",
              "provider_down_truncated", "provider_down_empty", "unreachable_redirect"}) {
            CAPTURE(std::string(provider.id), name);
            CHECK(seen.count(std::string(provider.id) + " " + name) == 1);
        }
    }
}

TEST_CASE("every rule of the catalogue decides some recorded answer") {
    const std::vector<Fixture> fixtures = all_fixtures();
    for (const Provider& provider : providers()) {
        const ProviderCalls& calls = calls_of(provider);
        for (std::size_t left_out = 0; left_out < calls.rules.size(); ++left_out) {
            std::vector<AnswerRule> rules(calls.rules.begin(), calls.rules.end());
            rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(left_out));
            ProviderCalls without = calls;
            without.rules = rules;
            bool missed = false;
            for (const Fixture& fixture : fixtures) {
                missed =
                    missed ||
                    (fixture.provider == provider.id &&
                     verdict_name(read_answer(provider, without, {fixture.status, view(fixture.body), false},
                                              {})) != fixture.verdict);
            }
            CAPTURE(std::string(provider.id), left_out);
            CHECK(missed);
        }
    }
}

TEST_CASE("E12: a refused key shaped like another provider's is of the wrong provider") {
    const std::string refusal = R"({"error":{"message":"no","code":"invalid_api_key"}})";
    const std::string key = "sk-ant-api03-" + std::string(95, 'a');
    const ShapeHint anthropic = read_shape(view(key));
    CHECK(read("openai", 401, refusal, anthropic) == Verdict::wrong_provider);
    CHECK(read("anthropic", 401, refusal, anthropic) == Verdict::invalid);
    CHECK(read("openai", 401, refusal) == Verdict::invalid);
    CHECK(read("openai", 200, R"({"data":[]})", anthropic) == Verdict::valid);
    CHECK(read("openai", 503, refusal, anthropic) == Verdict::provider_down);
}

TEST_CASE("E30: an answer that was cut is never read as valid or invalid") {
    const std::string body = R"({"data":[]})";
    CHECK(read_answer(*find_provider("openai"), {200, view(body), true}, {}) == Verdict::provider_down);
    CHECK(read_answer(*find_provider("mistral"), {401, view(body), true}, {}) == Verdict::unknown);
}

TEST_CASE("E30: a body of 10 MB is refused before it is parsed") {
    const std::string body = R"({"data":[)" + std::string(10'000'000, ' ') + "]}";
    CHECK(read("openai", 200, body) == Verdict::provider_down);
    const std::string most = R"({"data":[)" + std::string(kMaxAnswerBytes - 11, ' ') + "]}";
    CHECK(read("openai", 200, most) == Verdict::valid);
    CHECK(read("openai", 200, most + " ") == Verdict::provider_down);
}

TEST_CASE("numbers of any spelling, wrong types and nulls give a verdict") {
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":0.0}})") == Verdict::no_credit);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":-1}})") == Verdict::no_credit);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":-1e300}})") == Verdict::no_credit);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":18446744073709551615}})") == Verdict::valid);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":1e-300}})") == Verdict::valid);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":"0"}})") == Verdict::valid);
    CHECK(read("openrouter", 200, R"({"data":{}})") == Verdict::valid);
    CHECK(read("openrouter", 200, R"({"data":{"limit_remaining":1e999}})") == Verdict::provider_down);
    CHECK(read("openrouter", 200, R"({"data":null})") == Verdict::provider_down);
    CHECK(read("cohere", 200, R"({"valid":null})") == Verdict::provider_down);
    CHECK(read("cohere", 200, R"({"valid":"false"})") == Verdict::provider_down);
    CHECK(read("cohere", 200, R"({"valid":0})") == Verdict::provider_down);
    CHECK(read("deepseek", 200, R"({"is_available":null})") == Verdict::provider_down);
    CHECK(read("xai", 200, R"({"redacted_api_key":"x","team_blocked":"true"})") == Verdict::valid);
    CHECK(read("xai", 200, R"({"api_key_blocked":true})") == Verdict::provider_down);
    CHECK(
        read("gemini", 400, R"({"error":{"details":[null,7,{"reason":5},{"reason":"API_KEY_INVALID"}]}})") ==
        Verdict::invalid);
    CHECK(read("gemini", 400, R"({"error":{"details":{"reason":"API_KEY_INVALID"}}})") == Verdict::unknown);
    CHECK(read("gemini", 400, R"({"error":null})") == Verdict::unknown);
    CHECK(read("openai", 401, R"({"error":{"message":7,"code":null}})") == Verdict::unknown);
    CHECK(read("openai", 401, "[]") == Verdict::unknown);
    CHECK(read("openai", 401, "null") == Verdict::unknown);
}

TEST_CASE("a reason is looked for where reasons stand, not in what is echoed elsewhere") {
    CHECK(read("gemini", 400, R"({"model":"API_KEY_INVALID","error":{"message":"bad page"}})") ==
          Verdict::unknown);
}

TEST_CASE("no status and no small body is taken for invalid without a reason, nor for valid") {
    for (const Provider& provider : providers()) {
        for (int status = 0; status <= 999; ++status) {
            for (const char* body : {"", "x", "null", "true", "0", "\"invalid\"", "{", "[", "[[",
                                     "{\"a\":1,\"a\":2}", "<html>"}) {
                const Verdict verdict = read(provider.id, static_cast<std::uint16_t>(status), body);
                if (verdict == Verdict::invalid || verdict == Verdict::valid) {
                    CAPTURE(std::string(provider.id), status, body);
                    FAIL_CHECK("decided without a reason");
                }
            }
        }
    }
}

} // namespace byok
