#include "byok/redact.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

namespace byok {
namespace {

using testing::view;

// Looks like no key of the catalogue, so that only its value can give it away; holds what encodings change.
const std::string kSecret = "q7\"Zp/9+x~W%2m\\K&4?t";

std::string redacted(const std::string& text, const std::vector<std::string>& secrets = {}) {
    std::vector<ByteView> views;
    for (const std::string& secret : secrets)
        views.push_back(view(secret));
    const Result<std::string> result = redact(view(text), views);
    REQUIRE(result.ok());
    return result.value();
}

std::string base64(const std::string& bytes, const char* last_two = "+/", bool padded = true) {
    const std::string alphabet =
        std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + last_two;
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6)
            text += alphabet[bits >> (held - 6) & 63];
    }
    if (held > 0)
        text += alphabet[bits << (6 - held) & 63];
    while (padded && text.size() % 4 != 0)
        text += '=';
    return text;
}

std::string percent(const std::string& bytes, bool everything) {
    std::string text;
    for (const char c : bytes) {
        if (!everything && std::isalnum(static_cast<unsigned char>(c)) != 0) {
            text += c;
            continue;
        }
        std::string hex = testing::to_hex(view(std::string(1, c)));
        if (!everything)
            std::transform(hex.begin(), hex.end(), hex.begin(), ::toupper);
        text += "%" + hex;
    }
    return text;
}

std::string json_escaped(const std::string& bytes, bool slashes) {
    std::string text;
    for (const char c : bytes) {
        if (c == '"' || c == '\\' || (slashes && c == '/'))
            text += '\\';
        text += c;
    }
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), ::toupper);
    return text;
}

} // namespace

TEST_CASE("E34: a known key is removed in every form it may be written in") {
    const std::string hex = testing::to_hex(view(kSecret));
    for (const std::string& form :
         {kSecret, percent(kSecret, false), percent(kSecret, true), json_escaped(kSecret, false),
          json_escaped(kSecret, true), hex, upper(hex), base64(kSecret), base64(kSecret, "-_"),
          base64(kSecret, "-_", false)}) {
        CAPTURE(form);
        CHECK(redacted("before (" + form + ") after", {kSecret}).rfind("before ([redacted]", 0) == 0);
        CHECK(redacted("before (" + form + ") after", {kSecret}).find(form.substr(2, 8)) ==
              std::string::npos);
        CHECK(redacted(form + form, {kSecret}).find(form.substr(2, 8)) == std::string::npos);
        CHECK(redacted("before (" + form + ") after", {"another secret"}) == "before (" + form + ") after");
    }
    std::string unicode;
    for (const char c : kSecret)
        unicode += "\\u00" + testing::to_hex(view(std::string(1, c)));
    CHECK(redacted(unicode, {kSecret}) == "[redacted]");
}

TEST_CASE("E34: base64 of a key together with what stood around it is removed as well") {
    for (std::size_t before = 0; before < 4; ++before) {
        for (std::size_t after = 0; after < 4; ++after) {
            const std::string form = base64(std::string(before, 'b') + kSecret + std::string(after, 'a'));
            const std::string clean = redacted(form, {kSecret});
            CAPTURE(form, clean);
            CHECK(clean.find("[redacted]") != std::string::npos);
            CHECK(clean.size() <= std::string("[redacted]").size() + 2 + 8);
        }
    }
}

TEST_CASE("E34: several keys, overlapping and repeated, leave nothing behind") {
    CHECK(redacted("xx"
                   "abcdef"
                   "xx",
                   {"abcd", "cdef"}) == "xx[redacted]xx");
    CHECK(redacted("aaaaaa", {"aaaa"}) == "[redacted]");
    CHECK(redacted("abcdefabcdef", {"abcdef"}) == "[redacted]");
    CHECK(redacted("long inner end", {"inner", "long inner end"}) == "[redacted]");
    CHECK(redacted("nothing here", {""}) == "nothing here");
    CHECK(redacted("short: xyz", {"xyz"}) == "short: [redacted]");
    CHECK(redacted("", {"xyz"}).empty());
}

TEST_CASE("E34: what a provider echoes is removed by pattern alone") {
    const std::string tail = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1";
    for (const std::string& key : {"AIza" + tail, "AQ." + tail, "sk-proj-" + tail, "sk-svcacct-" + tail,
                                   "sk-admin-" + tail, "sk-ant-api03-" + tail, "gsk_" + tail, "xai-" + tail,
                                   "sk-or-v1-" + tail, "fw_" + tail, "pplx-" + tail, "sk-" + tail + tail}) {
        CAPTURE(key);
        CHECK(redacted("Incorrect API key provided: " + key + ", sorry") ==
              "Incorrect API key provided: [redacted], sorry");
        CHECK(redacted("{\"key\":\"" + key + "\"}") == "{\"key\":\"[redacted]\"}");
        CHECK(redacted("line\\n" + key) == "line\\n[redacted]");
        CHECK(redacted("a%20" + key) == "a%20[redacted]");
        CHECK(redacted(key) == "[redacted]");
    }
}

TEST_CASE("E34: a key without a digit is removed, too") {
    const std::string key = "AIza" + std::string(20, 'q') + std::string(15, 'W');
    const Result<std::string> clean = redact(testing::view("the key is " + key + "."), {});
    REQUIRE(clean.ok());
    CHECK(clean.value().find("qqqqWWWW") == std::string::npos);
}

TEST_CASE("E34: credentials are removed by where they stand") {
    CHECK(redacted("authorization: Bearer 9f8e7d6c5b4a") == "authorization: Bearer [redacted]");
    CHECK(redacted("BEARER  abc123/+=~xyz!") == "BEARER  [redacted]!");
    CHECK(redacted("{\"x-api-key\":\"0123456789\"}") == "{\"x-api-key\":\"[redacted]\"}");
    CHECK(redacted("X-Goog-Api-Key: k1k2k3k4\r\n") == "X-Goog-Api-Key: [redacted]\r\n");
    CHECK(redacted("{\\\"x-byok-key\\\":\\\"AQabc0123456789\\\"}") ==
          "{\\\"x-byok-key\\\":\\\"[redacted]\\\"}");
    CHECK(redacted("GET /v1/models?key=abc HTTP/1.1") == "GET /v1/models?key=[redacted] HTTP/1.1");
    CHECK(redacted("/x?a=1&API_KEY=s3cr3t&b=2") == "/x?a=1&API_KEY=[redacted]&b=2");
    CHECK(redacted("/x?access_token=s#top") == "/x?access_token=[redacted]#top");
}

TEST_CASE("E34: a platform secret and a sealed key are removed") {
    const std::string secret(64, 'a');
    CHECK(redacted("PLATFORM_TOKEN_SECRET=" + secret) == "PLATFORM_TOKEN_SECRET=[redacted]");
    CHECK(redacted("x " + upper(secret) + "00 y") == "x [redacted] y");
    const std::string short_hex(63, 'a');
    CHECK(redacted(short_hex) == short_hex);
    const std::string sealed = "AQ" + std::string(416, 'x');
    CHECK(redacted("{\"openai\":\"" + sealed + "\"}") == "{\"openai\":\"[redacted]\"}");
}

TEST_CASE("ordinary log lines stay as they are") {
    for (const std::string line : {
             "GET /byok/testByokKey 200 in 312 ms, user 42",
             "Bearer authentication is required; the bearer of this token must be known",
             "x-api-key: required",
             "the task-force made a risk-based desk-research-plan for 2026-11-22",
             "sk-learn 1.4.2 installed; ask-for-more-information-here-please",
             "fw_version, xai-provider-adapter-module, pplx-adapter and gsk_helper were loaded",
             "job 7f9c24e8-3b1a-4d5e-9f00-112233445566 took 1200 ms (commit "
             "1eb8b24d2f3a4b5c6d7e8f90a1b2c3d4e5f60718)",
             "GET /search?q=key&monkey=banana&keyword=x 200",
             "openai answered 401 invalid_api_key: verdict invalid",
             "at Object.<anonymous> (/srv/app/server/provider-call/index.js:120:33)",
             "AIza is how Gemini keys begin, sk-proj- and sk-ant- are others",
             "прывітанне, 日本語, \xFF\xFE and \x01 controls",
         }) {
        CAPTURE(line);
        CHECK(redacted(line) == line);
    }
}

TEST_CASE("too much is refused whole, not passed through") {
    const std::string most(kMaxRedactBytes, ' ');
    CHECK(redacted(most, {kSecret}) == most);
    CHECK(redact(view(most + " "), {}).status() == Status::bad_argument);
    const std::string long_secret(513, 's');
    const ByteView one = view(long_secret);
    CHECK(redact(view("text"), {&one, 1}).status() == Status::bad_argument);
    const std::vector<ByteView> many(kMaxKnownSecrets + 1, view("secret"));
    CHECK(redact(view("text"), many).status() == Status::bad_argument);
    const std::string longest_secret(512, 's');
    CHECK(redacted("a " + longest_secret + " b", {longest_secret}) == "a [redacted] b");
}

TEST_CASE("redacting leaves no copy of a known key in freed memory") {
    static constexpr auto kCanary = testing::random_looking_bytes<40>(77);
    static const ByteView kKnown(kCanary);
    testing::AllocWatch watch({kCanary});
    CHECK(redact(kKnown, {&kKnown, 1}).value() == "[redacted]");
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("the time grows as the text does, whatever the text") {
    const auto shortest_time = [](const std::string& text, const std::string& secret) {
        const ByteView known = view(secret);
        // The processor's time: another program's turn is not ours.
        auto best = std::numeric_limits<std::clock_t>::max();
        for (int round = 0; round < 5; ++round) {
            const std::clock_t start = std::clock();
            CHECK(redact(view(text), {&known, 1}).ok());
            best = std::min(best, std::clock() - start);
        }
        return static_cast<double>(best);
    };
    const auto repeated = [](const std::string& part, std::size_t size) {
        std::string text;
        while (text.size() < size)
            text += part;
        return text;
    };
    const std::string almost = std::string(255, 'a') + "b";
    for (const std::string part : {"sk-", "sk-proj-", "bearer ", "x-api-key:", "?key=", "&key=a", "a",
                                   "0123456789abcdef ", "%61", "\\u0061"}) {
        CAPTURE(part);
        const double once = shortest_time(repeated(part, 20'000), almost);
        const double eightfold = shortest_time(repeated(part, 160'000), almost);
        CHECK(eightfold < once * 24); // a quadratic scan would take 64 times as long
    }
}

} // namespace byok
