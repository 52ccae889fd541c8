#include "utf8.h"

#include <cstdint>

namespace byok {
namespace {

/// How a sequence starts, by its first byte: how long it is, the bits it brings, the smallest number it may
/// stand for.
struct Lead {
    std::size_t length;
    char32_t bits;
    char32_t smallest;
};

std::optional<Lead> read_lead(std::uint8_t byte) noexcept {
    if (byte < 0x80)
        return Lead{1, byte, 0};
    if (byte >= 0xC2 && byte < 0xE0)
        return Lead{2, static_cast<char32_t>(byte & 0x1F), 0x80};
    if (byte >= 0xE0 && byte < 0xF0)
        return Lead{3, static_cast<char32_t>(byte & 0x0F), 0x800};
    if (byte >= 0xF0 && byte < 0xF5)
        return Lead{4, static_cast<char32_t>(byte & 0x07), 0x10000};
    return std::nullopt;
}

} // namespace

std::optional<char32_t> take_code_point(ByteView& rest) noexcept {
    if (rest.empty())
        return std::nullopt;
    const auto lead = read_lead(rest.front());
    if (!lead || lead->length > rest.size())
        return std::nullopt;
    char32_t number = lead->bits;
    for (const std::uint8_t byte : rest.subspan(1, lead->length - 1)) {
        if ((byte & 0xC0) != 0x80)
            return std::nullopt;
        number = number << 6 | static_cast<char32_t>(byte & 0x3F);
    }
    const bool is_surrogate = number >= 0xD800 && number <= 0xDFFF;
    if (number < lead->smallest || number > 0x10FFFF || is_surrogate)
        return std::nullopt;
    rest = rest.subspan(lead->length);
    return number;
}

bool is_control(char32_t code_point) noexcept {
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

std::optional<std::size_t> count_plain_text(std::string_view text) noexcept {
    ByteView rest(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    std::size_t count = 0;
    while (!rest.empty()) {
        // Nearly all texts are of these alone.
        if (rest.front() >= 0x20 && rest.front() < 0x7F) {
            rest = rest.subspan(1);
            ++count;
            continue;
        }
        const auto code_point = take_code_point(rest);
        if (!code_point || is_control(*code_point))
            return std::nullopt;
        ++count;
    }
    return count;
}

} // namespace byok
