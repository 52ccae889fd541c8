#include "json_text.h"
#include "json_writer.h"
#include "utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace byok {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kNamed = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetters = "btnfr\"\\";
    out += '\\';
    const std::size_t name = kNamed.find(c);
    if (name != std::string_view::npos) {
        out += kLetters[name];
        return;
    }
    out += "u00";
    out += kHexDigits[static_cast<unsigned char>(c) >> 4];
    out += kHexDigits[c & 15];
}

bool is_plain(char c) noexcept {
    return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

void append(JsonWriter& out, const Json& value) {
    if (const auto* const members = value.as_members()) {
        out.raw("{");
        for (const JsonMember& member : *members) {
            if (&member != members->data())
                out.raw(",");
            append(out.text(member.name).raw(":"), member.value);
        }
        out.raw("}");
    } else if (const auto* const items = value.as_items()) {
        out.raw("[");
        for (const Json& item : *items) {
            if (&item != items->data())
                out.raw(",");
            append(out, item);
        }
        out.raw("]");
    } else if (const auto* const text = value.as_text()) {
        out.text(*text);
    } else if (const auto* const natural = value.as_natural()) {
        out.number(*natural);
    } else if (const auto* const negative = value.as_negative()) {
        out.raw("-").number(0 - static_cast<std::uint64_t>(*negative));
    } else if (const auto* const real = value.as_real()) {
        out.raw(real->spelling);
    } else if (const auto* const flag = value.as_flag()) {
        out.flag(*flag);
    } else {
        out.raw("null");
    }
}

} // namespace

JsonWriter& JsonWriter::raw(std::string_view json) {
    out_.append(json);
    return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
    std::array<char, 20> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return raw({digits.data() + at, digits.size() - at});
}

JsonWriter& JsonWriter::flag(bool value) {
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::hex(ByteView bytes) {
    out_ += '"';
    for (const std::uint8_t byte : bytes) {
        out_ += kHexDigits[byte >> 4];
        out_ += kHexDigits[byte & 15];
    }
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    out_ += '"';
    while (!value.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), is_plain) - value.begin());
        out_.append(value.substr(0, plain));
        value.remove_prefix(plain);
        if (value.empty())
            break;
        ByteView rest(reinterpret_cast<const std::uint8_t*>(value.data()), value.size());
        std::size_t taken = 1;
        if (rest.front() < 0x80) {
            append_escaped(out_, value.front());
        } else if (take_code_point(rest)) {
            taken = value.size() - rest.size();
            out_.append(value.substr(0, taken));
        } else {
            out_ += kReplacement;
        }
        value.remove_prefix(taken);
    }
    out_ += '"';
    return *this;
}

std::string write_json(const Json& value) {
    JsonWriter out;
    append(out, value);
    return std::move(out).take();
}

} // namespace byok
