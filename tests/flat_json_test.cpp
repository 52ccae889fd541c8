#include "flat_json.h"
#include "json.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <random>
#include <set>

namespace byok {
namespace {

struct Read {
    bool finished = false;
    bool twice = false;
};

Read read(std::string_view text) {
    FlatJson json(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    Read found;
    std::set<std::string> names;
    while (json.next())
        found.twice = !names.insert(std::string(json.name())).second || found.twice;
    found.finished = json.finished();
    CHECK_FALSE(json.next());
    return found;
}

/// What the reader of values says of the same text.
bool is_flat_object(std::string_view text) {
    const Result<Json> json = parse_json(
        ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), {.max_depth = 1});
    return json.ok() && json.value().is_object();
}

} // namespace

TEST_CASE("a flat object is read member by member") {
    const std::string_view text =
        " {\"a\\u00e4\" : \"x\\n\\ud83d\\udd11\" , \"n\":18446744073709551615,\"m\":-1,"
        "\"r\":1.5e3,\"t\":true,\"f\":false,\"z\":null,\"big\":18446744073709551616} ";
    FlatJson json(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    REQUIRE(json.next());
    CHECK(json.name() == "a\u00e4");
    CHECK(json.kind() == FlatJson::Kind::text);
    CHECK(json.text() == "x\n\U0001F511");
    REQUIRE(json.next());
    CHECK(json.name() == "n");
    CHECK(json.kind() == FlatJson::Kind::natural);
    CHECK(json.number() == UINT64_MAX);
    for (const std::string_view name : {"m", "r", "t", "f", "z", "big"}) {
        CHECK_FALSE(json.finished());
        REQUIRE(json.next());
        CHECK(json.name() == name);
        CHECK(json.kind() == FlatJson::Kind::other);
        CHECK(json.text().empty());
    }
    CHECK_FALSE(json.next());
    CHECK(json.finished());
}

TEST_CASE("what is a flat object is what the reader of values takes for one, whatever is changed in it") {
    const std::string good =
        R"({"added":1700000000000,"label":"a\"b\\u00e4","preview":"sk-p…k7Gw","verdict":0})";
    CHECK(read(good).finished);
    CHECK(read("{}").finished);
    for (const char* other : {"",
                              " ",
                              "[]",
                              "1",
                              "\"a\"",
                              "null",
                              "{",
                              "}",
                              "{}}",
                              "{},",
                              "{,}",
                              "{\"a\":1,}",
                              "{\"a\":}",
                              "{\"a\"}",
                              "{a:1}",
                              "{\"a\":01}",
                              "{\"a\":{}}",
                              "{\"a\":[]}",
                              "{\"a\":tru}",
                              "{\"a\":1 \"b\":2}",
                              "{\"a\":\"\n\"}",
                              "\xEF\xBB\xBF{}"}) {
        CAPTURE(other);
        CHECK_FALSE(read(other).finished);
        CHECK_FALSE(is_flat_object(other));
    }
    std::mt19937 random(11);
    const std::string_view bytes = "{}[]:,\"\\u0a1-+.tfn \n\x80\xE2";
    std::size_t taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = good;
        for (auto changes = random() % 3 + 1; changes > 0; --changes) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = bytes[random() % bytes.size()];
            else
                text.erase(at, 1);
        }
        const Read found = read(text);
        CAPTURE(text);
        REQUIRE((found.finished && !found.twice) == is_flat_object(text));
        taken += found.finished ? 1 : 0;
    }
    CHECK(taken > 1000);
}

} // namespace byok
