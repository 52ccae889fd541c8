#include "utf8.h"

#include <catch2/catch.hpp>

#include <string>

using namespace byok;

TEST_CASE("Code points are counted, not bytes", "[utf8]") {
    CHECK(count_plain_text("") == 0U);
    CHECK(count_plain_text("abc") == 3U);
    CHECK(count_plain_text("h\u00E9") == 2U);
    CHECK(count_plain_text("\u20AC") == 1U);
    CHECK(count_plain_text("\U0001F511\U0001F511") == 2U);
    CHECK(count_plain_text("\U0010FFFF") == 1U);
}

TEST_CASE("Ill-formed UTF-8 is refused", "[utf8]") {
    const std::string bad[] = {
        "\x80",             // a continuation with no start
        "\xC3",             // a start with no continuation
        "\xC0\xAF",         // overlong
        "\xE0\x80\xAF",     // overlong
        "\xF0\x80\x80\xAF", // overlong
        "\xED\xA0\x80",     // a surrogate
        "\xF4\x90\x80\x80", // above U+10FFFF
        "\xF8\x88\x80\x80", // no such length
        "\xE2\x82",         // cut short
        "a\xFF",
    };
    for (const std::string& text : bad)
        CHECK_FALSE(count_plain_text(text));
}

TEST_CASE("E29: control characters are not plain text", "[utf8]") {
    CHECK_FALSE(count_plain_text("a\r\nb"));
    CHECK_FALSE(count_plain_text(std::string_view("a\0b", 3)));
    CHECK_FALSE(count_plain_text("\x1B[31m"));
    CHECK_FALSE(count_plain_text("\x7F"));
    CHECK_FALSE(count_plain_text("\u0085"));
    CHECK(count_plain_text("\u00A0") == 1U);
}
