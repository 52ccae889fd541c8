#include "redact_known.h"

#include "byok/key_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace byok {
namespace {

constexpr std::size_t kMinEncodedBytes = 4;
constexpr std::size_t kMaxPatternBytes = 2 * kMaxKeyBytes; // hex

/// One character of the text as a decoder sees it.
struct Unit {
    std::uint8_t byte = 0;
    std::size_t length = 1; ///< bytes of the text that it stands for
};

std::optional<std::uint32_t> hex_value(std::uint8_t c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

/// The number that `digits` hex digits at the front write; nothing where one is missing.
std::optional<std::uint32_t> read_hex(ByteView text, std::size_t digits) noexcept {
    if (text.size() < digits)
        return std::nullopt;
    std::uint32_t value = 0;
    for (const std::uint8_t c : text.first(digits)) {
        const std::optional<std::uint32_t> digit = hex_value(c);
        if (!digit.has_value())
            return std::nullopt;
        value = value << 4 | *digit;
    }
    return value;
}

Unit as_written(ByteView rest) noexcept {
    return {rest[0], 1};
}

Unit percent_decoded(ByteView rest) noexcept {
    if (rest[0] == '%') {
        if (const auto value = read_hex(rest.subspan(1), 2))
            return {static_cast<std::uint8_t>(*value), 3};
    }
    return {rest[0], 1};
}

Unit json_unescaped(ByteView rest) noexcept {
    if (rest[0] != '\\' || rest.size() < 2)
        return {rest[0], 1};
    if (rest[1] == '"' || rest[1] == '\\' || rest[1] == '/')
        return {rest[1], 2};
    if (rest[1] == 'u') {
        const auto value = read_hex(rest.subspan(2), 4);
        if (value.has_value() && *value < 0x80)
            return {static_cast<std::uint8_t>(*value), 6};
    }
    return {rest[0], 1};
}

Unit lower_case(ByteView rest) noexcept {
    const std::uint8_t c = rest[0];
    return {c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c, 1};
}

Unit standard_base64(ByteView rest) noexcept {
    if (rest[0] == '-')
        return {'+', 1};
    if (rest[0] == '_')
        return {'/', 1};
    return {rest[0], 1};
}

/// Knuth, Morris and Pratt over the decoded text: linear, whatever the text and the secret are.
/// `before` and `after` widen each hit, for characters that carry only some bits of the secret.
template <typename Decoder>
void mark_all(ByteView text, ByteView pattern, Decoder decode, RedactionMarks& marks, std::size_t before = 0,
              std::size_t after = 0) {
    std::array<std::uint16_t, kMaxPatternBytes> border{};
    for (std::size_t i = 1; i < pattern.size(); ++i) {
        std::size_t length = border[i - 1];
        while (length > 0 && pattern[i] != pattern[length])
            length = border[length - 1];
        border[i] = static_cast<std::uint16_t>(pattern[i] == pattern[length] ? length + 1 : length);
    }

    std::vector<std::uint32_t> starts; // of the units so far: a unit may be several bytes long
    starts.reserve(text.size());
    std::size_t matched = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Unit unit = decode(text.subspan(at));
        starts.push_back(static_cast<std::uint32_t>(at));
        at += unit.length;
        while (matched > 0 && unit.byte != pattern[matched])
            matched = border[matched - 1];
        if (unit.byte == pattern[matched])
            ++matched;
        if (matched == pattern.size()) {
            const std::size_t first = starts[starts.size() - pattern.size()];
            marks.mark(first - std::min(first, before), std::min(at + after, text.size()));
            matched = border[matched - 1];
        }
    }
}

Status mark_hex(ByteView text, ByteView secret, RedactionMarks& marks) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    BYOK_TRY(pattern, SecretBytes::make(2 * secret.size()));
    const MutableBytes digits = pattern.expose();
    for (std::size_t i = 0; i < secret.size(); ++i) {
        digits[2 * i] = static_cast<std::uint8_t>(kDigits[secret[i] >> 4]);
        digits[2 * i + 1] = static_cast<std::uint8_t>(kDigits[secret[i] & 0xF]);
    }
    mark_all(text, digits, lower_case, marks);
    return Status::ok;
}

/// @param lead bytes (0 to 2) that were encoded together with the secret, in front of it. Characters that mix
/// their bits
///        with the secret's can't be known; they are left out of the pattern and removed with it.
Status mark_base64(ByteView text, ByteView secret, std::size_t lead, RedactionMarks& marks) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t first_bit = 8 * lead;
    const std::size_t end_bit = first_bit + 8 * secret.size();
    const std::size_t first = (first_bit + 5) / 6;
    const std::size_t end = end_bit / 6;

    BYOK_TRY(pattern, SecretBytes::make(end - first));
    const MutableBytes characters = pattern.expose();
    for (std::size_t i = 0; i < characters.size(); ++i) {
        std::size_t value = 0;
        for (std::size_t bit = 6 * (first + i); bit < 6 * (first + i + 1); ++bit) {
            const std::size_t offset = bit - first_bit;
            value = value << 1 | (secret[offset / 8] >> (7 - offset % 8) & 1U);
        }
        characters[i] = static_cast<std::uint8_t>(kAlphabet[value]);
    }
    mark_all(text, characters, standard_base64, marks, first_bit % 6 == 0 ? 0 : 1, end_bit % 6 == 0 ? 0 : 1);
    return Status::ok;
}

} // namespace

Status mark_known_secret(ByteView text, ByteView secret, RedactionMarks& marks) {
    if (secret.empty())
        return Status::ok;
    mark_all(text, secret, as_written, marks);
    if (secret.size() < kMinEncodedBytes)
        return Status::ok;
    mark_all(text, secret, percent_decoded, marks);
    mark_all(text, secret, json_unescaped, marks);
    BYOK_CHECK(mark_hex(text, secret, marks));
    for (std::size_t lead = 0; lead < 3; ++lead)
        BYOK_CHECK(mark_base64(text, secret, lead, marks));
    return Status::ok;
}

} // namespace byok
