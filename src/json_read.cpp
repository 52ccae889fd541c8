#include "json_text.h"
#include "utf8.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace byok {
namespace {

// A record's meta has seven. Growing to that by doubling would move them three times.
constexpr std::size_t kUsualMembers = 8;
constexpr std::size_t kMaxMantissaDigits = 19; // more of them than 64 bits always hold
constexpr std::array kPowersOfTen{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
// Beyond all doubles, whatever the 19 digits before it.
constexpr std::int64_t kMaxExponent = 400;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
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

/// Reads what is next, or says that it is something else; then nothing more is read.
class Reader {
  public:
    explicit Reader(ByteView text) noexcept
        : rest_(reinterpret_cast<const char*>(text.data()), text.size()) {}

    bool document(Json& out, std::size_t max_depth) {
        skip_space();
        if (!value(out, max_depth))
            return false;
        skip_space();
        return rest_.empty();
    }

  private:
    char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(char c) noexcept {
        if (peek() != c || rest_.empty())
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take_word(std::string_view word) noexcept {
        if (!rest_.starts_with(word))
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    void skip_space() noexcept {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            rest_.remove_prefix(1);
    }

    bool value(Json& out, std::size_t depth_left) {
        switch (peek()) {
        case '{':
            return depth_left > 0 && object(out, depth_left - 1);
        case '[':
            return depth_left > 0 && array(out, depth_left - 1);
        case '"': {
            std::string text;
            if (!string(text))
                return false;
            out = Json(std::move(text));
            return true;
        }
        case 't':
            out = Json(true);
            return take_word("true");
        case 'f':
            out = Json(false);
            return take_word("false");
        case 'n':
            out = Json(nullptr);
            return take_word("null");
        default:
            return number(out);
        }
    }

    bool object(Json& out, std::size_t depth_left) {
        Json::Members members;
        rest_.remove_prefix(1);
        skip_space();
        if (!take('}')) {
            members.reserve(kUsualMembers);
            do {
                skip_space();
                JsonMember& member = members.emplace_back();
                if (!string(member.name))
                    return false;
                skip_space();
                if (!take(':'))
                    return false;
                skip_space();
                if (!value(member.value, depth_left))
                    return false;
                skip_space();
            } while (take(','));
            if (!take('}'))
                return false;
        }
        return Json::make_object(std::move(members), out);
    }

    bool array(Json& out, std::size_t depth_left) {
        out = Json::array();
        rest_.remove_prefix(1);
        skip_space();
        if (take(']'))
            return true;
        do {
            skip_space();
            Json item;
            if (!value(item, depth_left))
                return false;
            out.push_back(std::move(item));
            skip_space();
        } while (take(','));
        return take(']');
    }

    bool string(std::string& out) {
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
    static bool is_plain(char c) noexcept {
        return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
    }

    bool code_point(std::string& out) {
        ByteView bytes(reinterpret_cast<const std::uint8_t*>(rest_.data()), rest_.size());
        const auto found = take_code_point(bytes);
        if (!found || *found < 0x20)
            return false;
        const std::size_t size = rest_.size() - bytes.size();
        out.append(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return true;
    }

    bool escape(std::string& out) {
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

    bool utf16_unit(std::uint32_t& unit) noexcept {
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

    bool digits() noexcept {
        if (!is_digit(peek()))
            return false;
        while (is_digit(peek()))
            rest_.remove_prefix(1);
        return true;
    }

    bool number(Json& out) {
        const std::string_view begin = rest_;
        const bool negative = take('-');
        const std::string_view whole = rest_;
        if (!take('0') && !digits())
            return false;
        const std::string_view magnitude = whole.substr(0, whole.size() - rest_.size());
        bool real = false;
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
        if (!real && whole_number(magnitude, negative, out))
            return true;
        JsonReal spelled{std::string(begin.substr(0, begin.size() - rest_.size()))};
        const double value = to_double(spelled);
        constexpr double kLargest = std::numeric_limits<double>::max();
        if (value > kLargest || value < -kLargest)
            return false;
        out = Json(std::move(spelled));
        return true;
    }

    /// @return false where 64 bits do not hold it.
    static bool whole_number(std::string_view digits, bool negative, Json& out) noexcept {
        constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
        std::uint64_t value = 0;
        for (const char c : digits) {
            const auto digit = static_cast<std::uint64_t>(c - '0');
            if (value > (kLargest - digit) / 10)
                return false;
            value = value * 10 + digit;
        }
        if (!negative) {
            out = Json(value);
            return true;
        }
        if (value > std::uint64_t{1} << 63)
            return false;
        out = Json::negative(static_cast<std::int64_t>(0 - value));
        return true;
    }

    std::string_view rest_;
};

} // namespace

std::optional<Json> read_json(ByteView text, std::size_t max_depth) {
    std::optional<Json> json(std::in_place);
    if (!Reader(text).document(*json, max_depth))
        json.reset();
    return json;
}

double to_double(const JsonReal& real) noexcept {
    std::uint64_t mantissa = 0;
    std::size_t kept = 0;
    std::int64_t exponent = 0;
    bool fraction = false;
    std::string_view rest = real.spelling;
    const bool negative = rest.starts_with('-');
    if (negative)
        rest.remove_prefix(1);
    for (; !rest.empty() && (is_digit(rest.front()) || rest.front() == '.'); rest.remove_prefix(1)) {
        if (rest.front() == '.') {
            fraction = true;
            continue;
        }
        // Zeros in front are no digits of it; digits that no double has only count.
        if (kept < kMaxMantissaDigits) {
            mantissa = mantissa * 10 + static_cast<std::uint64_t>(rest.front() - '0');
            kept += mantissa == 0 ? 0 : 1;
            exponent -= fraction ? 1 : 0;
        } else {
            exponent += fraction ? 0 : 1;
        }
    }
    if (!rest.empty()) {
        rest.remove_prefix(1); // the e
        const bool down = rest.starts_with('-');
        if (down || rest.starts_with('+'))
            rest.remove_prefix(1);
        std::int64_t given = 0;
        constexpr std::int64_t kEnough = std::int64_t{1} << 40; // more than there are digits in any text
        for (const char c : rest)
            given = given < kEnough ? given * 10 + (c - '0') : given;
        exponent += down ? -given : given;
    }
    if (mantissa == 0)
        return negative ? -0.0 : 0.0;
    auto value = static_cast<double>(mantissa);
    const bool down = exponent < 0;
    std::int64_t steps = down ? -exponent : exponent;
    steps = steps < kMaxExponent ? steps : kMaxExponent;
    while (steps > 0) {
        const auto step = static_cast<std::size_t>(steps < 22 ? steps : 22);
        value = down ? value / kPowersOfTen[step] : value * kPowersOfTen[step];
        steps -= static_cast<std::int64_t>(step);
    }
    return negative ? -value : value;
}

} // namespace byok
