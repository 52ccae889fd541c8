#include "json_text.h"
#include "utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace byok {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

void append_number(std::string& out, std::uint64_t value) {
    std::array<char, 20> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value > 0);
    out.append(digits.data() + at, digits.size() - at);
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kNamed = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetters = "btnfr\"\\";
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '\\';
    const std::size_t name = kNamed.find(c);
    if (name != std::string_view::npos) {
        out += kLetters[name];
        return;
    }
    out += "u00";
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[c & 15];
}

bool is_plain(char c) noexcept {
    return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty())
            break;
        ByteView rest(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        std::size_t taken = 1;
        if (rest.front() < 0x80) {
            append_escaped(out, text.front());
        } else if (take_code_point(rest)) {
            taken = text.size() - rest.size();
            out.append(text.substr(0, taken));
        } else {
            out += kReplacement;
        }
        text.remove_prefix(taken);
    }
    out += '"';
}

void append(std::string& out, const Json& value) {
    if (const auto* const members = value.as_members()) {
        out += '{';
        for (const JsonMember& member : *members) {
            if (&member != members->data())
                out += ',';
            append_text(out, member.name);
            out += ':';
            append(out, member.value);
        }
        out += '}';
    } else if (const auto* const items = value.as_items()) {
        out += '[';
        for (const Json& item : *items) {
            if (&item != items->data())
                out += ',';
            append(out, item);
        }
        out += ']';
    } else if (const auto* const text = value.as_text()) {
        append_text(out, *text);
    } else if (const auto* const natural = value.as_natural()) {
        append_number(out, *natural);
    } else if (const auto* const negative = value.as_negative()) {
        out += '-';
        append_number(out, 0 - static_cast<std::uint64_t>(*negative));
    } else if (const auto* const real = value.as_real()) {
        out += real->spelling;
    } else if (const auto* const flag = value.as_flag()) {
        out += *flag ? "true" : "false";
    } else {
        out += "null";
    }
}

} // namespace

std::string write_json(const Json& value) {
    std::string out;
    append(out, value);
    return out;
}

} // namespace byok
