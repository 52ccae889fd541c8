#include "json_scan.h"
#include "json_text.h"

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

class Reader : JsonScanner {
  public:
    using JsonScanner::JsonScanner;

    bool document(Json& out, std::size_t max_depth) {
        skip_space();
        if (!value(out, max_depth))
            return false;
        skip_space();
        return at_end();
    }

  private:
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
        (void)take('{');
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
        (void)take('[');
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

    bool number(Json& out) {
        std::string_view spelling;
        bool real = false;
        if (!JsonScanner::number(spelling, real))
            return false;
        if (!real && whole(spelling, out))
            return true;
        JsonReal spelled{std::string(spelling)};
        const double value = to_double(spelled);
        constexpr double kLargest = std::numeric_limits<double>::max();
        if (value > kLargest || value < -kLargest)
            return false;
        out = Json(std::move(spelled));
        return true;
    }

    /// @return false where 64 bits do not hold it.
    static bool whole(std::string_view spelling, Json& out) noexcept {
        const bool negative = spelling.starts_with('-');
        std::uint64_t value = 0;
        if (!whole_number(spelling.substr(negative ? 1 : 0), value))
            return false;
        if (!negative) {
            out = Json(value);
            return true;
        }
        if (value > std::uint64_t{1} << 63)
            return false;
        out = Json::negative(static_cast<std::int64_t>(0 - value));
        return true;
    }
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
