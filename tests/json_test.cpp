#include "json.h"
#include "json_text.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace byok {
namespace {

using testing::view;

bool parses(const std::string& text, const JsonLimits& limits = {}) {
    return parse_json(view(text), limits).ok();
}

Json parsed(const std::string& text) {
    Result<Json> result = parse_json(view(text));
    REQUIRE(result.ok());
    return std::move(result).value();
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

using Reference = nlohmann::json;

/// What another implementation makes of a text, or nothing: for what it refuses, and for the two things that
/// it lets pass and ours does not.
std::optional<Reference> reference(const std::string& text) {
    std::vector<std::set<std::string>> names;
    bool twice = false;
    const auto look = [&](int, Reference::parse_event_t event, Reference& parsed) {
        if (event == Reference::parse_event_t::object_start)
            names.emplace_back();
        else if (event == Reference::parse_event_t::object_end)
            names.pop_back();
        else if (event == Reference::parse_event_t::key)
            twice = !names.back().insert(parsed.get<std::string>()).second || twice;
        return true;
    };
    if (text.find('\0') != std::string::npos || text.starts_with("\xEF"))
        return std::nullopt;
    Reference parsed = Reference::parse(text, look, false);
    if (parsed.is_discarded() || twice)
        return std::nullopt;
    return parsed;
}

/// Documents that are mostly sound, and near misses of them.
class Documents {
  public:
    std::string next() {
        std::string text = value(4);
        for (unsigned edits = pick(3); edits > 0 && !text.empty(); --edits)
            edit(text);
        return text;
    }

  private:
    unsigned pick(unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random_); }
    template <std::size_t size>
    std::string one_of(const char* const (&texts)[size]) {
        return texts[pick(size)];
    }

    std::string value(unsigned depth) {
        switch (pick(depth > 0 ? 6 : 4)) {
        case 0:
            return one_of({"null", "true", "false", " 1", "\t[]", "{}\n"});
        case 1:
            return one_of({"0", "-0", "12", "-9223372036854775808", "-9223372036854775809",
                           "18446744073709551615", "18446744073709551616", "1.50", "-2e3", "1E+2", "4.5e-310",
                           "1.7976931348623157e308", "1.8e308", "0.000012345678901234567890123", "1e-400",
                           "123456789012345678901234567890.5e-20"});
        case 2:
        case 3:
            return string();
        case 4:
            return list('[', ']', [&] { return value(depth - 1); });
        default:
            return list('{', '}', [&] { return string() + " :" + value(depth - 1); });
        }
    }
    std::string string() {
        std::string text = "\"";
        for (unsigned parts = pick(4); parts > 0; --parts)
            text += one_of({"a", "b", "\\n", "\\u00e9", "\\uD83D\\ude00", "\\/", "\xC3\xA9",
                            "\xF0\x9F\x98\x80", "\x7F", "\\\"", "\\u0000", "zz"});
        return text + "\"";
    }
    template <typename Item>
    std::string list(char open, char close, const Item& item) {
        std::string text(1, open);
        for (unsigned left = pick(4); left > 0; --left)
            text += item() + (left > 1 ? "," : "");
        return text + close;
    }
    void edit(std::string& text) {
        const std::size_t at = pick(static_cast<unsigned>(text.size()));
        static constexpr char kBytes[] = "{}[]\",:\\0159.eE+-utnul \x01\x80\xC3\xED\xA0\xFF";
        const char byte = kBytes[pick(sizeof kBytes)];
        switch (pick(3)) {
        case 0:
            text.erase(at, 1);
            break;
        case 1:
            text.insert(at, 1, byte);
            break;
        default:
            text[at] = byte;
        }
    }

    std::mt19937 random_{20};
};

/// Every real number in a document, in the order of both.
void compare_reals(const Json& ours, const Reference& theirs) {
    if (const JsonReal* real = ours.as_real()) {
        CAPTURE(real->spelling);
        const auto expected = theirs.get<double>();
        // Below the smallest normal double there are fewer digits.
        CHECK(std::abs(to_double(*real) - expected) <= std::abs(expected) * 1e-14 + 1e-322);
    } else if (const auto* items = ours.as_items()) {
        for (std::size_t i = 0; i < items->size(); ++i)
            compare_reals((*items)[i], theirs.at(i));
    } else if (const auto* members = ours.as_members()) {
        for (const JsonMember& member : *members)
            compare_reals(member.value, theirs.at(member.name));
    }
}

} // namespace

TEST_CASE("JSON is read, and written, as another implementation does it") {
    Documents documents;
    std::size_t sound = 0;
    for (int i = 0; i < 60'000; ++i) {
        const std::string text = documents.next();
        const auto expected = reference(text);
        const Result<Json> found = parse_json(view(text));
        CAPTURE(text);
        REQUIRE(found.ok() == expected.has_value());
        if (!expected)
            continue;
        ++sound;
        REQUIRE(Reference::parse(to_json_text(found.value())) == *expected);
        compare_reals(found.value(), *expected);
    }
    CHECK(sound > 20'000);
    CHECK(sound < 50'000);
}

TEST_CASE("JSON is taken as RFC 8259 has it, and nothing else") {
    for (const char* good : {"{}", "[]", "null", "true", "0", "-1.5e3", "\"\"",
                             " {\"a\":[1,{\"b\":null}]}\r\n\t", "\"\\u00e9\\ud83d\\ude00\""}) {
        CAPTURE(good);
        CHECK(parses(good));
    }
    for (const char* bad :
         {"",          " ",           "{",         "[1,]",     "{\"a\":1,}", "{a:1}", "'a'",
          "01",        "+1",          "NaN",       "Infinity", "1e999",      "nul",   "// x\n1",
          "/* x */ 1", "\"\\ud800\"", "\"\\x41\"", "\"a\nb\"", "{} {}",      "{}x",   "\xEF\xBB\xBF{}"}) {
        CAPTURE(bad);
        CHECK_FALSE(parses(bad));
    }
}

TEST_CASE("E26: a name that stands twice in an object is refused, at any level") {
    CHECK_FALSE(parses(R"({"a":1,"a":2})"));
    CHECK_FALSE(parses(R"({"a":1,"\u0061":2})"));
    CHECK_FALSE(parses(R"([{"x":{"a":1,"b":2,"a":null}}])"));
    CHECK(parses(R"([{"a":1},{"a":2},{"b":{"a":3},"a":{"a":4}}])"));
}

TEST_CASE("E26: text that is not well-formed UTF-8, or holds a NUL, is refused") {
    CHECK(parses("\"\u20AC\""));
    CHECK_FALSE(parses("\"\xC0\xAF\""));
    CHECK_FALSE(parses("\"\xED\xA0\x80\""));
    CHECK_FALSE(parses("\"\xF5\x80\x80\x80\""));
    CHECK_FALSE(parses("\"\xE2\x82\""));
    CHECK_FALSE(parses(std::string("{}\0", 3)));
    CHECK_FALSE(parses(std::string("{}\0{\"hidden\":1}", 15)));
    CHECK_FALSE(parses(std::string("\"a\0b\"", 5)));
}

TEST_CASE("E26: bytes and depth are bounded, however deep the nesting is") {
    CHECK(parses(nested(16)));
    CHECK_FALSE(parses(nested(17)));
    CHECK(parses(nested(17), {.max_depth = 17}));
    CHECK_FALSE(parses("{\"a\":" + nested(16) + "}"));
    CHECK_FALSE(parses(std::string(10'000'000, '[')));
    CHECK_FALSE(parses(std::string(10'000'000, '['), {.max_bytes = 20'000'000}));
    CHECK_FALSE(parses(nested(4'000'000), {.max_bytes = 20'000'000}));
    CHECK(parses("\"" + std::string(98, 'a') + "\"", {.max_bytes = 100}));
    CHECK_FALSE(parses("\"" + std::string(99, 'a') + "\"", {.max_bytes = 100}));
    CHECK_FALSE(parses("\"" + std::string(10'000'000, 'a') + "\""));
}

TEST_CASE("fields of a closed object are read by type and range") {
    const Json json = parsed(R"({"text":"abc","number":7,"flag":true,"list":[1,2],"inner":{"x":1}})");
    JsonFields fields(json);
    CHECK(fields.text("text", {1, 3}) == "abc");
    CHECK(fields.number("number", {7, 7}) == 7);
    CHECK(fields.flag("flag"));
    CHECK(fields.array("list", 2).size() == 2);
    CHECK(JsonFields(fields.object("inner")).number("x", {0, 9}) == 1);
    CHECK_FALSE(fields.optional_text("absent", {0, 9}).has_value());
    CHECK_FALSE(fields.optional_number("absent", {0, 9}).has_value());
    CHECK_FALSE(fields.optional_flag("absent").has_value());
    CHECK(fields.finish() == Status::ok);
}

TEST_CASE("E26: an unknown field is refused, and asking twice for a known one does not hide it") {
    const Json json = parsed(R"({"a":1,"extra":2})");
    JsonFields fields(json);
    CHECK(fields.number("a", {0, 9}) == 1);
    CHECK(fields.number("a", {0, 9}) == 1);
    CHECK(fields.finish() == Status::json_refused);
}

TEST_CASE("a missing, mistyped or out-of-range field is refused and reads as empty") {
    const Json json = parsed(
        R"({"text":"abc","control":"a\nb","delete":"a\u007fb","number":7,"negative":-1,"real":7.0,"big":18446744073709551616,"null":null})");
    const auto refused = [&](const char* name, auto read) {
        Json one = Json::object();
        if (const Json* const field = json.find(name))
            one[name] = parsed(to_json_text(*field));
        JsonFields fields(one);
        read(fields, name);
        return fields.finish() == Status::json_refused;
    };
    const auto text = [](JsonFields& f, const char* name) {
        CHECK(f.text(name, {1, 9}).empty());
    };
    const auto number = [](JsonFields& f, const char* name) {
        CHECK(f.number(name, {0, 9}) == 0);
    };
    const auto flag = [](JsonFields& f, const char* name) {
        CHECK_FALSE(f.flag(name));
    };
    const auto list = [](JsonFields& f, const char* name) {
        CHECK(f.array(name, 9).empty());
    };
    const auto object = [](JsonFields& f, const char* name) {
        CHECK(f.object(name).empty());
    };
    for (const char* name : {"absent", "number", "null", "control", "delete"})
        CHECK(refused(name, text));
    for (const char* name : {"absent", "text", "null", "negative", "real", "big"})
        CHECK(refused(name, number));
    for (const char* name : {"absent", "text", "null", "number"}) {
        CHECK(refused(name, flag));
        CHECK(refused(name, list));
        CHECK(refused(name, object));
    }
    CHECK(refused("text", [](JsonFields& f, const char* name) { f.text(name, {4, 9}); }));
    CHECK(refused("text", [](JsonFields& f, const char* name) { f.text(name, {0, 2}); }));
    CHECK(refused("number", [](JsonFields& f, const char* name) { f.number(name, {8, 9}); }));
    CHECK(refused("number", [](JsonFields& f, const char* name) { f.number(name, {0, 6}); }));
    CHECK(refused("null", [](JsonFields& f, const char* name) { f.optional_text(name, {0, 9}); }));
    CHECK(refused("number", [](JsonFields& f, const char* name) {
        f.number(name, {0, 9});
        f.refuse();
    }));
}

TEST_CASE("what is no object has no fields") {
    for (const char* text : {"[]", "null", "1", "\"a\""}) {
        const Json json = parsed(text);
        CHECK(JsonFields(json).finish() == Status::json_refused);
    }
}

TEST_CASE("open documents are looked into without a shape") {
    const Json json =
        parsed(R"({"error":{"code":"x","n":-1.5,"big":18446744073709551615,"ok":false},"list":[{"a":1}]})");
    CHECK(json_text(json, {"error", "code"}) == "x");
    CHECK(json_text(json, {"error", "n"}).empty());
    CHECK(json_text(json, {"error", "code", "deeper"}).empty());
    CHECK(json_text(json, {"list", "a"}).empty());
    CHECK(json_number(json, {"error", "n"}) == -1.5);
    CHECK(json_number(json, {"error", "big"}) == 18446744073709551615.0);
    CHECK_FALSE(json_number(json, {"error", "code"}).has_value());
    CHECK(json_flag(json, {"error", "ok"}) == false);
    CHECK_FALSE(json_flag(json, {"error"}).has_value());
    CHECK(json_find(json, {}) == &json);
}

TEST_CASE("writing is compact, in order, and total") {
    Json json = Json::object();
    json["b"] = 1;
    json["a"] = std::string("x\xFFy");
    json["b"] = 2;
    CHECK(to_json_text(json) == "{\"b\":2,\"a\":\"x\uFFFDy\"}");
    const Json all{{"z", nullptr},
                   {"text", std::string("\"\\/\b\f\n\r\t\x01\x7F\u00e9")},
                   {"list", Json::array()},
                   {"flag", false},
                   {"least", std::numeric_limits<std::int64_t>::min()},
                   {"most", std::numeric_limits<std::uint64_t>::max()}};
    CHECK(to_json_text(all) ==
          "{\"z\":null,\"text\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7F\u00e9\",\"list\":[],\"flag\":false,"
          "\"least\":-9223372036854775808,\"most\":18446744073709551615}");
}

TEST_CASE("a name that stands twice is found among few members and among many") {
    for (const std::size_t count : std::initializer_list<std::size_t>{2, 7, 16, 17, 300}) {
        std::string text = "{";
        for (std::size_t i = 0; i < count; ++i)
            text += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
        const Json json = parsed(text + "\"last\":1}");
        CHECK(json.size() == count + 1);
        CHECK(json_number(json, {"n" + std::to_string(count - 1)}) == static_cast<double>(count - 1));
        for (const std::size_t twin : {std::size_t{0}, count / 2, count - 1}) {
            const std::string twice = text + "\"n" + std::to_string(twin) + "\":1}";
            CHECK(parse_json(view(twice)).status() == Status::json_refused);
        }
    }
}

} // namespace byok
