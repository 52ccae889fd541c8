#include "redact_shapes.h"

#include "byok/key_shape.h"
#include "byok/provider.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace byok {
namespace {

constexpr std::size_t kTellingPrefix = 7; // "sk-ant-" begins no word; "xai-" or "fw_" may
constexpr std::size_t kMinTailTelling = 8;
constexpr std::size_t kMinTailShort = 16;
constexpr std::size_t kMinToken = 8;
constexpr std::size_t kMinTokenOfLetters =
    32; // a word where a token could stand ("Bearer authentication failed")
constexpr std::size_t kMinHexDigits = 64;
constexpr std::size_t kMinSealedKey = 300; // a sealed key has 418 characters

bool is_digit(std::uint8_t c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(std::uint8_t c) noexcept {
    return is_in_alphabet(c, KeyAlphabet::alphanumeric);
}
bool is_key_character(std::uint8_t c) noexcept {
    return is_in_alphabet(c, KeyAlphabet::token);
}
bool is_hex_digit(std::uint8_t c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_base64url(std::uint8_t c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '_';
}
/// token68 of RFC 9110, what a credential after a scheme is made of.
bool is_credential_character(std::uint8_t c) noexcept {
    return is_key_character(c) || c == '~' || c == '+' || c == '/' || c == '=';
}
bool is_parameter_character(std::uint8_t c) noexcept {
    return c > 0x20 && c != 0x7F &&
           std::string_view("&#\"'<>`\\").find(static_cast<char>(c)) == std::string_view::npos;
}

std::uint8_t lower(std::uint8_t c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c;
}

/// Stretches of one kind of character. Each stretch is walked once, however often it is asked about: prefixes
/// that repeat ("sk-sk-sk-...") would make a plain scan quadratic.
template <bool (*Belongs)(std::uint8_t)>
class Runs {
  public:
    explicit Runs(ByteView text) noexcept : text_(text) {}

    /// The end of the stretch that begins at, or contains, `from`. Positions must be asked for in growing
    /// order.
    std::size_t end_of(std::size_t from) noexcept {
        if (from < end_)
            return end_;
        end_ = from;
        digits_end_ = from;
        while (end_ < text_.size() && Belongs(text_[end_])) {
            if (is_digit(text_[end_++]))
                digits_end_ = end_;
        }
        return end_;
    }
    /// Whether a digit stands in the stretch at or after `from`.
    bool has_digit(std::size_t from) noexcept {
        end_of(from);
        return digits_end_ > from;
    }

  private:
    ByteView text_;
    std::size_t end_ = 0;
    std::size_t digits_end_ = 0;
};

class ShapeScanner {
  public:
    ShapeScanner(ByteView text, RedactionMarks& marks) noexcept
        : text_(text), marks_(marks), keys_(text), credentials_(text), parameters_(text), hex_(text),
          base64_(text) {
        for (const Provider& provider : providers())
            for (const KeyShape& shape : provider.shapes)
                if (!shape.prefix.empty())
                    begins_a_prefix_[static_cast<std::uint8_t>(shape.prefix.front())] = true;
    }

    void run() {
        for (std::size_t at = 0; at < text_.size(); ++at) {
            mark_prefixed_key(at);
            mark_after_bearer(at);
            mark_parameter(at);
            mark_header_value(at);
            if (begins(at, is_hex_digit))
                mark_if_long(at, hex_.end_of(at), kMinHexDigits);
            if (begins(at, is_base64url))
                mark_if_long(at, base64_.end_of(at), kMinSealedKey);
        }
    }

  private:
    [[nodiscard]] bool stands_at(std::size_t at, std::string_view words) const noexcept {
        return text_.size() - at >= words.size() &&
               std::equal(words.begin(), words.end(), text_.begin() + static_cast<std::ptrdiff_t>(at),
                          [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
    }
    [[nodiscard]] bool stands_at_in_any_case(std::size_t at, std::string_view lower_case) const noexcept {
        return text_.size() - at >= lower_case.size() &&
               std::equal(lower_case.begin(), lower_case.end(),
                          text_.begin() + static_cast<std::ptrdiff_t>(at),
                          [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == lower(b); });
    }
    [[nodiscard]] bool begins(std::size_t at, bool (*belongs)(std::uint8_t)) const noexcept {
        return belongs(text_[at]) && (at == 0 || !belongs(text_[at - 1]));
    }
    /// Not in the middle of a word; an escape (`\n`, `%20`) in front is no part of a word.
    [[nodiscard]] bool is_word_start(std::size_t at) const noexcept {
        if (at == 0 || !is_alphanumeric(text_[at - 1]))
            return true;
        if (at >= 2 && text_[at - 2] == '\\')
            return true;
        return at >= 3 && text_[at - 3] == '%' && is_hex_digit(text_[at - 2]) && is_hex_digit(text_[at - 1]);
    }
    void mark_if_long(std::size_t first, std::size_t end, std::size_t least) {
        if (end - first >= least)
            marks_.mark(first, end);
    }

    void mark_prefixed_key(std::size_t at) {
        // Most characters of a line begin none of the twenty: to try each took half of the scrub's time.
        if (!begins_a_prefix_[text_[at]])
            return;
        for (const Provider& provider : providers()) {
            for (const KeyShape& shape : provider.shapes) {
                if (shape.prefix.empty() || !stands_at(at, shape.prefix))
                    continue;
                const bool telling = shape.prefix.size() >= kTellingPrefix;
                const std::size_t tail = at + shape.prefix.size();
                const std::size_t end = keys_.end_of(tail);
                const bool enough = end - tail >= (telling ? kMinTailTelling : kMinTailShort);
                // One key in five hundred has no digit. What is as long as one is one, then.
                const bool token = keys_.has_digit(tail) || end - tail >= kMinTokenOfLetters;
                if (enough && (telling || (is_word_start(at) && token)))
                    marks_.mark(at, end);
            }
        }
    }

    void mark_credential(std::size_t first) {
        const std::size_t end = credentials_.end_of(first);
        const bool token = end - first >= kMinTokenOfLetters || credentials_.has_digit(first);
        if (token)
            mark_if_long(first, end, kMinToken);
    }

    /// The end of at most eight of the given characters.
    [[nodiscard]] std::size_t skip(std::size_t at, std::string_view characters) const noexcept {
        const std::size_t most = std::min(text_.size(), at + 8);
        while (at < most && characters.find(static_cast<char>(text_[at])) != std::string_view::npos)
            ++at;
        return at;
    }

    void mark_after_bearer(std::size_t at) {
        constexpr std::string_view kBearer = "bearer";
        if (!stands_at_in_any_case(at, kBearer))
            return;
        const std::size_t after = at + kBearer.size();
        const std::size_t first = skip(after, " \t");
        if (first > after)
            mark_credential(first);
    }

    void mark_header_value(std::size_t at) {
        for (const std::string_view name : {"x-api-key", "x-goog-api-key", "x-byok-key", "x-byok-keys"}) {
            if (!stands_at_in_any_case(at, name))
                continue;
            const std::size_t after = at + name.size();
            const std::size_t first = skip(after, " \t\"'\\:=");
            if (first > after)
                mark_credential(first);
        }
    }

    void mark_parameter(std::size_t at) {
        if (text_[at] != '?' && text_[at] != '&')
            return;
        for (const std::string_view name :
             {"key=", "api_key=", "api-key=", "apikey=", "access_token=", "token="}) {
            if (!stands_at_in_any_case(at + 1, name))
                continue;
            const std::size_t first = at + 1 + name.size();
            mark_if_long(first, parameters_.end_of(first), 1);
        }
    }

    ByteView text_;
    RedactionMarks& marks_;
    std::array<bool, 256> begins_a_prefix_{};
    Runs<is_key_character> keys_;
    Runs<is_credential_character> credentials_;
    Runs<is_parameter_character> parameters_;
    Runs<is_hex_digit> hex_;
    Runs<is_base64url> base64_;
};

} // namespace

void mark_key_shapes(ByteView text, RedactionMarks& marks) {
    ShapeScanner(text, marks).run();
}

} // namespace byok
