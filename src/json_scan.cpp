#include "json_scan.h"

#include "utf8.h"

#include <limits>

namespace byok {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_plain(char c) noexcept {
    return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

void append_utf8(std::string& text, std::uint32_t code_point) {
    const auto byte = [&](std::uint32_t bits) {
        text += static_cast<char>(bits);
    };
    if (code_point < 0x80) {
        byte(code_point);
        return;
    }
    if (code_point < 0x800) {
        byte(0xC0 | code_point >> 6);
    } else {
        if (code_point < 0x10000) {
            byte(0xE0 | code_point >> 12);
        } else {
            byte(0xF0 | code_point >> 18);
            byte(0x80 | (code_point >> 12 & 0x3F));
        }
        byte(0x80 | (code_point >> 6 & 0x3F));
    }
    byte(0x80 | (code_point & 0x3F));
}

} // namespace

bool JsonScanner::take(char c) noexcept {
    if (peek() != c || rest_.empty())
        return false;
    rest_.remove_prefix(1);
    return true;
}

bool JsonScanner::take_word(std::string_view word) noexcept {
    if (!rest_.starts_with(word))
        return false;
    rest_.remove_prefix(word.size());
    return true;
}

void JsonScanner::skip_space() noexcept {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
        rest_.remove_prefix(1);
}

bool JsonScanner::string(std::string& out) {
    if (!take('"'))
        return false;
    for (;;) {
        std::size_t plain = 0;
        while (plain < rest_.size() && is_plain(rest_[plain]))
            ++plain;
        out.append(rest_.substr(0, plain));
        rest_.remove_prefix(plain);
        if (take('"'))
            return true;
        if (!(take('\\') ? escape(out) : code_point(out)))
            return false;
    }
}

bool JsonScanner::code_point(std::string& out) {
    ByteView bytes(reinterpret_cast<const std::uint8_t*>(rest_.data()), rest_.size());
    const auto found = take_code_point(bytes);
    if (!found || *found < 0x20)
        return false;
    const std::size_t size = rest_.size() - bytes.size();
    out.append(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
}

bool JsonScanner::escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = rest_.empty() ? std::string_view::npos : kLetters.find(rest_.front());
    if (letter != std::string_view::npos) {
        rest_.remove_prefix(1);
        out += kMeanings[letter];
        return true;
    }
    std::uint32_t unit = 0;
    if (!utf16_unit(unit))
        return false;
    if (unit >= 0xD800 && unit < 0xDC00) {
        std::uint32_t low = 0;
        if (!take('\\') || !utf16_unit(low) || low < 0xDC00 || low >= 0xE000)
            return false;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xDC00 && unit < 0xE000) {
        return false;
    }
    append_utf8(out, unit);
    return true;
}

bool JsonScanner::utf16_unit(std::uint32_t& unit) noexcept {
    if (!take('u') || rest_.size() < 4)
        return false;
    for (const char c : rest_.substr(0, 4)) {
        const char lower = static_cast<char>(c | 0x20);
        if (!is_digit(c) && (lower < 'a' || lower > 'f'))
            return false;
        unit = unit << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    rest_.remove_prefix(4);
    return true;
}

bool JsonScanner::digits() noexcept {
    if (!is_digit(peek()))
        return false;
    while (is_digit(peek()))
        rest_.remove_prefix(1);
    return true;
}

bool JsonScanner::number(std::string_view& spelling, bool& real) noexcept {
    const std::string_view begin = rest_;
    (void)take('-');
    if (!take('0') && !digits())
        return false;
    real = false;
    if (take('.')) {
        real = true;
        if (!digits())
            return false;
    }
    if (take('e') || take('E')) {
        real = true;
        if (!take('+'))
            (void)take('-');
        if (!digits())
            return false;
    }
    spelling = begin.substr(0, begin.size() - rest_.size());
    return true;
}

bool whole_number(std::string_view digits, std::uint64_t& value) noexcept {
    constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
    value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kLargest - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    return true;
}

} // namespace byok
