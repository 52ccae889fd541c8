#include "byok/strength.h"

#include "utf8.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace byok {
namespace {

/// Of a number from 1 on, to a millionth: finer than anything that is said of guesses. The C library's is
/// exact, and a fortieth of what a browser loads to derive a key.
double log2_of(double number) noexcept {
    double whole = 0;
    while (number >= 2) {
        number /= 2;
        ++whole;
    }
    double fraction = 0;
    double bit = 1;
    for (int place = 0; place < 20; ++place) {
        bit /= 2;
        number *= number;
        if (number >= 2) {
            number /= 2;
            fraction += bit;
        }
    }
    return whole + fraction;
}

constexpr double kCommonBits = 13;   // the set holds about 2^13.4 passwords, the commonest first
constexpr double kBitsOfAStep = 0.3; // going on as before: same character, next in a run, next key of a walk
constexpr double kBitsOfALetter = 2.2; // a letter inside a word; English has 1 to 2.3 bits a letter
constexpr double kBitsOfAYear = 6.6;   // 1930 to 2029
constexpr std::size_t kLettersBeforeWord = 2;

/// The password's code points, wiped when the estimate is done.
class CodePoints {
  public:
    CodePoints() noexcept = default;
    CodePoints(const CodePoints&) = delete;
    CodePoints& operator=(const CodePoints&) = delete;
    ~CodePoints() { wipe({reinterpret_cast<std::uint8_t*>(points_.data()), sizeof points_}); }

    /// False where the bytes are not well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, up to
    /// U+10FFFF).
    bool decode(ByteView text) noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t operator[](std::size_t index) const noexcept { return points_[index]; }

  private:
    std::array<std::uint32_t, kMaxPasswordBytes> points_{};
    std::size_t size_ = 0;
};

bool CodePoints::decode(ByteView text) noexcept {
    while (const std::optional<char32_t> point = take_code_point(text))
        points_[size_++] = *point;
    return text.empty();
}

bool is_digit(std::uint32_t c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_lower(std::uint32_t c) noexcept {
    return c >= 'a' && c <= 'z';
}
bool is_upper(std::uint32_t c) noexcept {
    return c >= 'A' && c <= 'Z';
}
bool is_letter(std::uint32_t c) noexcept {
    return is_lower(c) || is_upper(c);
}
std::uint32_t to_lower(std::uint32_t c) noexcept {
    return is_upper(c) ? c + ('a' - 'A') : c;
}
bool is_vowel(std::uint32_t c) noexcept {
    return std::string_view("aeiouy").find(static_cast<char>(to_lower(c))) != std::string_view::npos;
}

/// Neighbours on a US keyboard, along a row or down a column. Rows alone are not enough: 1qaz2wsx is among
/// the commonest.
bool is_keyboard_step(std::uint32_t from, std::uint32_t to) noexcept {
    constexpr std::array<std::string_view, 4> kRows{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'",
                                                    "zxcvbnm,./"};
    struct Key {
        int row, column;
    };
    const auto find = [&](std::uint32_t c) -> std::optional<Key> {
        if (c >= 0x80)
            return std::nullopt;
        for (std::size_t row = 0; row < kRows.size(); ++row) {
            const std::size_t column = kRows[row].find(static_cast<char>(to_lower(c)));
            if (column != std::string_view::npos)
                return Key{static_cast<int>(row), static_cast<int>(column)};
        }
        return std::nullopt;
    };
    const std::optional<Key> a = find(from);
    const std::optional<Key> b = find(to);
    if (!a.has_value() || !b.has_value())
        return false;
    const int rows = std::abs(a->row - b->row);
    const int columns = std::abs(a->column - b->column);
    return rows <= 1 && columns <= 1 && rows + columns > 0;
}

/// Bits of one character chosen at random among those of the kinds that the password uses.
double pool_bits(const CodePoints& points, std::size_t size) noexcept {
    bool lower = false, upper = false, digit = false, symbol = false, other = false;
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint32_t c = points[i];
        lower = lower || is_lower(c);
        upper = upper || is_upper(c);
        digit = digit || is_digit(c);
        symbol = symbol || (c < 0x80 && !is_letter(c) && !is_digit(c));
        other = other || c >= 0x80;
    }
    const int pool =
        (lower ? 26 : 0) + (upper ? 26 : 0) + (digit ? 10 : 0) + (symbol ? 33 : 0) + (other ? 100 : 0);
    return log2_of(static_cast<double>(std::max(pool, 2)));
}

bool is_year_at(const CodePoints& points, std::size_t index, std::size_t size) noexcept {
    if (size - index < 4 || (index > 0 && is_digit(points[index - 1])))
        return false;
    if (size - index > 4 && is_digit(points[index + 4]))
        return false;
    const bool century = (points[index] == '1' && points[index + 1] == '9') ||
                         (points[index] == '2' && points[index + 1] == '0');
    return century && is_digit(points[index + 2]) && is_digit(points[index + 3]);
}

/// Sums what each character adds for a guesser who expects words, years, runs and walks.
double pattern_bits(const CodePoints& points, std::size_t size) noexcept {
    const double fresh = pool_bits(points, size);
    double bits = 0;
    std::size_t letters = 0; // of the word so far
    std::int64_t last_step = 0;
    bool walking = false;
    for (std::size_t i = 0; i < size; ++i) {
        if (is_year_at(points, i, size)) {
            bits += kBitsOfAYear;
            i += 3;
            letters = 0;
            walking = false;
            continue;
        }
        const std::uint32_t c = points[i];
        const std::uint32_t before = i > 0 ? points[i - 1] : 0;
        const std::int64_t step = i > 0 ? std::int64_t{to_lower(c)} - std::int64_t{to_lower(before)} : 0;
        const bool repeats = i > 0 && step == 0;
        const bool runs = i > 0 && (step == 1 || step == -1) && (i == 1 || last_step == step);
        const bool keys = i > 0 && is_keyboard_step(before, c);
        const bool word = is_letter(c) && letters >= kLettersBeforeWord &&
                          (is_vowel(c) || is_vowel(before) || is_vowel(points[i - 2]));
        // A single pair of neighbouring keys is chance; the second step makes it a walk.
        if (repeats || runs || (keys && walking)) {
            bits += kBitsOfAStep;
        } else {
            bits += word ? std::min(kBitsOfALetter, fresh) : fresh;
        }
        letters = is_letter(c) ? letters + 1 : 0;
        walking = keys;
        last_step = step;
    }
    return bits;
}

/// The length of the shortest part that, repeated, makes the whole; the whole length where there is none.
/// By the failure function of Knuth, Morris and Pratt, so linear.
std::size_t period_of(const CodePoints& points) noexcept {
    const std::size_t size = points.size();
    std::array<std::uint16_t, kMaxPasswordBytes> border{};
    for (std::size_t i = 1; i < size; ++i) {
        std::size_t length = border[i - 1];
        while (length > 0 && points[i] != points[length])
            length = border[length - 1];
        border[i] = static_cast<std::uint16_t>(points[i] == points[length] ? length + 1 : length);
    }
    const std::size_t period = size - (size > 0 ? border[size - 1] : 0);
    return period > 0 && size % period == 0 ? period : size;
}

/// What a guesser's rules undo first: capitals, digits and signs for letters, and digits and signs at the
/// end.
std::uint8_t plain_letter(std::uint8_t byte) noexcept {
    switch (byte) {
    case '@':
    case '4':
        return 'a';
    case '3':
        return 'e';
    case '1':
    case '!':
        return 'i';
    case '0':
        return 'o';
    case '5':
    case '$':
        return 's';
    case '7':
        return 't';
    default:
        return static_cast<std::uint8_t>(to_lower(byte));
    }
}

struct CommonMatch {
    bool exact = false; ///< the password itself, capitals aside
    double bits = 1e9;  ///< of the common password within it plus what was changed or added
};

CommonMatch match_common(ByteView password, const CommonPasswords& common) noexcept {
    std::array<std::uint8_t, kMaxPasswordBytes> buffer{};
    const MutableBytes text(buffer.data(), password.size());
    std::transform(password.begin(), password.end(), text.begin(),
                   [](std::uint8_t byte) { return static_cast<std::uint8_t>(to_lower(byte)); });
    CommonMatch match;
    match.exact = common.contains(text);
    if (match.exact)
        match.bits = kCommonBits;

    std::size_t stem = text.size();
    while (stem > 0 && !is_letter(text[stem - 1]) && text[stem - 1] < 0x80)
        --stem;
    const double added = 3.4 * static_cast<double>(text.size() - stem);
    if (common.contains(text.first(stem)))
        match.bits = std::min(match.bits, kCommonBits + 1 + added);
    std::transform(text.begin(), text.end(), text.begin(), plain_letter);
    if (common.contains(text))
        match.bits = std::min(match.bits, kCommonBits + 3);
    if (common.contains(text.first(stem)))
        match.bits = std::min(match.bits, kCommonBits + 3 + added);
    wipe({buffer.data(), buffer.size()});
    return match;
}

StrengthScore score_of(double bits) noexcept {
    if (bits < 28)
        return StrengthScore::very_weak;
    if (bits < 40)
        return StrengthScore::weak;
    if (bits < 52)
        return StrengthScore::fair;
    if (bits < 64)
        return StrengthScore::good;
    return StrengthScore::strong;
}

Strength refused(Status why, std::size_t code_points, double bits) noexcept {
    return {StrengthScore::very_weak, static_cast<std::uint32_t>(code_points),
            static_cast<std::uint32_t>(bits), why};
}

} // namespace

Strength estimate_strength(ByteView password, const CommonPasswords& common) noexcept {
    if (password.size() > kMaxPasswordBytes)
        return refused(Status::password_too_long, 0, 0);
    CodePoints points;
    if (!points.decode(password))
        return refused(Status::password_not_utf8, 0, 0);

    const std::size_t period = period_of(points);
    double bits = pattern_bits(points, period);
    if (period < points.size()) {
        const std::size_t repeats = points.size() / period;
        bits += log2_of(static_cast<double>(repeats));
    }
    if (points.size() < kMinPasswordCodePoints)
        return refused(Status::password_too_short, points.size(), bits);

    const CommonMatch match = match_common(password, common);
    bits = std::min(bits, match.bits);
    if (match.exact || bits < kCommonBits)
        return refused(Status::password_common, points.size(), std::min(bits, kCommonBits));
    return {score_of(bits), static_cast<std::uint32_t>(points.size()), static_cast<std::uint32_t>(bits),
            Status::ok};
}

} // namespace byok
