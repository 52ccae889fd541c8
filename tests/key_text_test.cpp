#include "byok/key_text.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace byok {
namespace {

using testing::view;

std::string text_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string cleaned(std::string_view pasted) {
    const Result<CleanKey> result = clean_key(view(pasted));
    if (!result.ok())
        return "refused: " + std::string(status_name(result.status()));
    CHECK(result.value().edges_cleaned == (result.value().key.size() != pasted.size()));
    return text_of(result.value().key.expose());
}

} // namespace

TEST_CASE("E28: a clean key is kept byte for byte and not called cleaned") {
    for (const std::string_view key : {"sk-proj-Ab1_-.", "x", "~!#$%&()*+,/:;<=>?@[]^{|}", "a\"b'c`d"}) {
        const Result<CleanKey> result = clean_key(view(key));
        REQUIRE(result.ok());
        CHECK(text_of(result.value().key.expose()) == key);
        CHECK_FALSE(result.value().edges_cleaned);
    }
}

TEST_CASE("E28: blanks, invisible marks and quotes are removed from the edges") {
    for (const std::string_view edge :
         {" ",      "\t",     "\n",     "\r\n",   "\v\f",   "\u00A0", "\u1680", "\u2003", "\u200B", "\u200C",
          "\u200D", "\u200E", "\u2028", "\u202F", "\u2060", "\u3000", "\uFEFF", "\u00AD", "\"",     "'",
          "`",      "‘",      "’",      "“",      "”",      "„",      "«",      "»",      "‹",      "›"}) {
        const std::string mark(edge);
        CAPTURE(testing::to_hex(view(edge)));
        CHECK(cleaned(mark + "sk-key") == "sk-key");
        CHECK(cleaned("sk-key" + mark) == "sk-key");
        CHECK(cleaned(mark + mark + "sk-key" + mark + mark) == "sk-key");
    }
    CHECK(cleaned(" \u200B\"“sk-key”\"\r\n\uFEFF") == "sk-key");
}

TEST_CASE("E28: what comes along with a copied header is removed") {
    CHECK(cleaned("Bearer sk-key") == "sk-key");
    CHECK(cleaned("bearer\u00A0sk-key") == "sk-key");
    CHECK(cleaned("BEARER \"sk-key\"") == "sk-key");
    CHECK(cleaned("Authorization: Bearer sk-key\n") == "sk-key");
    CHECK(cleaned("authorization:sk-key") == "sk-key");
    CHECK(cleaned("X-API-Key: sk-key") == "sk-key");
    CHECK(cleaned("'x-goog-api-key: AIzaKey'") == "AIzaKey");
    CHECK(cleaned("bearersk-key") == "bearersk-key"); // no blank: it may be the key
}

TEST_CASE("E28: nothing left is no key") {
    for (const std::string_view pasted :
         {"", " ", "\r\n", "\"\"", "\u200B", "Bearer ", "Bearer", "Authorization: Bearer \n"}) {
        CAPTURE(pasted);
        CHECK(cleaned(pasted) == "refused: key_empty");
    }
}

TEST_CASE("E28, E29: blanks, controls and other scripts inside are refused, never guessed away") {
    for (const std::string_view pasted :
         {"sk-a b", "sk-a\nb", "sk-a\r\nX-Evil: 1", "sk-a\tb", "sk-a\u00A0b", "sk-a\u200Bb", "sk-кey",
          "sk-\x7F"
          "b",
          "sk-\xFF", "\x01sk-key", "sk-key\xC2"}) {
        CAPTURE(testing::to_hex(view(pasted)));
        CHECK(cleaned(pasted) == "refused: key_bad_character");
    }
    CHECK(cleaned(std::string("sk-\0key", 7)) == "refused: key_bad_character");
    CHECK(cleaned(std::string("sk-key\0", 7)) == "refused: key_bad_character");
}

TEST_CASE("E29: a key is at most 512 bytes, and a huge paste is refused at once") {
    CHECK(cleaned(std::string(512, 'k')).size() == 512);
    CHECK(cleaned(std::string(513, 'k')) == "refused: key_too_long");
    CHECK(cleaned(std::string(3000, ' ') + std::string(512, 'k')).size() == 512);
    CHECK(cleaned(std::string(4097, ' ')) == "refused: key_too_long");
    CHECK(cleaned(std::string(1 << 20, 'k')) == "refused: key_too_long");
}

TEST_CASE("cleaning leaves no copy of the key in freed memory") {
    static constexpr auto kCanary = testing::random_looking_bytes<40>(31);
    testing::AllocWatch watch({kCanary});
    CHECK(clean_key(kCanary).ok());
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("a preview shows four characters of each end, and nothing of a short key") {
    CHECK(make_preview(view("AIzaSyD-0123456789k7Gw")) == "AIza…k7Gw");
    CHECK(make_preview(view("0123456789abcdef")) == "0123…cdef");
    CHECK(make_preview(view("0123456789abcde")) == "…");
    CHECK(make_preview({}) == "…");
}

} // namespace byok
