#include "byok/key_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace byok {
namespace {

bool is_ascii_blank(std::uint8_t byte) noexcept {
    return byte == ' ' || (byte >= 0x09 && byte <= 0x0D);
}

bool is_printable_ascii(std::uint8_t byte) noexcept {
    return byte >= 0x21 && byte <= 0x7E;
}

/// What may be dropped at an edge: blanks, marks that can't be seen, quotes.
bool is_edge_noise(std::uint32_t c) noexcept {
    if (c < 0x80)
        return is_ascii_blank(static_cast<std::uint8_t>(c)) || c == '"' || c == '\'' || c == '`';
    struct Range {
        std::uint32_t first, last;
    };
    constexpr std::array kNoise{
        Range{0x85, 0x85},     Range{0xA0, 0xA0},
        Range{0xAB, 0xAB}, // NEL, NBSP, «
        Range{0xAD, 0xAD},     Range{0xB4, 0xB4},
        Range{0xBB, 0xBB}, // soft hyphen, ´, »
        Range{0x61C, 0x61C},   Range{0x1680, 0x1680},
        Range{0x180E, 0x180E},                        // direction mark, Ogham, Mongolian blank
        Range{0x2000, 0x200F}, Range{0x2018, 0x201F}, // blanks, zero width; typographic quotes
        Range{0x2028, 0x202F}, Range{0x2039, 0x203A},
        Range{0x205F, 0x206F},                        // line ends, direction marks; ‹ ›; joiners
        Range{0x3000, 0x3000}, Range{0xFEFF, 0xFEFF}, // ideographic space, byte order mark
    };
    return std::any_of(kNoise.begin(), kNoise.end(),
                       [&](Range range) { return c >= range.first && c <= range.last; });
}

bool is_continuation(std::uint8_t byte) noexcept {
    return (byte & 0xC0) == 0x80;
}

/// The code point of a sequence of two or three bytes; 0 for anything else. All noise beyond ASCII has two or
/// three.
std::uint32_t decode(ByteView sequence) noexcept {
    if (sequence.size() == 2 && (sequence[0] & 0xE0) == 0xC0 && is_continuation(sequence[1])) {
        return (sequence[0] & 0x1FU) << 6 | (sequence[1] & 0x3FU);
    }
    if (sequence.size() == 3 && (sequence[0] & 0xF0) == 0xE0 && is_continuation(sequence[1]) &&
        is_continuation(sequence[2])) {
        return (sequence[0] & 0x0FU) << 12 | (sequence[1] & 0x3FU) << 6 | (sequence[2] & 0x3FU);
    }
    return 0;
}

/// Bytes of noise at an edge: 0 where there is none.
std::size_t noise_at_front(ByteView text) noexcept {
    if (text.empty())
        return 0;
    if (text[0] < 0x80)
        return is_edge_noise(text[0]) ? 1 : 0;
    for (const std::size_t size : {std::size_t{2}, std::size_t{3}}) {
        if (text.size() >= size && is_edge_noise(decode(text.first(size))))
            return size;
    }
    return 0;
}

std::size_t noise_at_back(ByteView text) noexcept {
    if (text.empty())
        return 0;
    if (text.back() < 0x80)
        return is_edge_noise(text.back()) ? 1 : 0;
    for (const std::size_t size : {std::size_t{2}, std::size_t{3}}) {
        if (text.size() >= size && is_edge_noise(decode(text.last(size))))
            return size;
    }
    return 0;
}

ByteView trim(ByteView text) noexcept {
    while (const std::size_t noise = noise_at_front(text))
        text = text.subspan(noise);
    while (const std::size_t noise = noise_at_back(text))
        text = text.first(text.size() - noise);
    return text;
}

bool starts_with_ignoring_case(ByteView text, std::string_view lower_case) noexcept {
    return text.size() >= lower_case.size() &&
           std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                      [](char expected, std::uint8_t byte) {
                          const bool upper = byte >= 'A' && byte <= 'Z';
                          return static_cast<std::uint8_t>(expected) == (upper ? byte + 0x20 : byte);
                      });
}

/// Drops what comes along when a header or a command line is copied.
ByteView drop_header_words(ByteView text) noexcept {
    for (const std::string_view name : {"authorization:", "x-api-key:", "x-goog-api-key:"}) {
        if (starts_with_ignoring_case(text, name))
            return text.subspan(name.size());
    }
    constexpr std::string_view kBearer = "bearer";
    if (!starts_with_ignoring_case(text, kBearer))
        return text;
    const ByteView rest = text.subspan(kBearer.size());
    return rest.empty() || noise_at_front(rest) > 0 ? rest : text;
}

} // namespace

Result<CleanKey> clean_key(ByteView pasted) noexcept {
    if (pasted.size() > kMaxPastedKeyBytes)
        return Status::key_too_long;

    ByteView key = trim(pasted);
    for (;;) { // ends: each round but the last shortens the key
        const ByteView shorter = trim(drop_header_words(key));
        if (shorter.size() == key.size())
            break;
        key = shorter;
    }
    if (key.empty())
        return Status::key_empty;
    if (key.size() > kMaxKeyBytes)
        return Status::key_too_long;
    if (!std::all_of(key.begin(), key.end(), is_printable_ascii))
        return Status::key_bad_character;

    BYOK_TRY(copy, SecretBytes::copy_of(key));
    return CleanKey{std::move(copy), key.size() != pasted.size()};
}

bool is_clean_key(ByteView key) noexcept {
    const Result<CleanKey> clean = clean_key(key);
    return clean.ok() && !clean.value().edges_cleaned;
}

std::string make_preview(ByteView key) {
    constexpr std::size_t kShown = 4;
    constexpr std::size_t kMinBytes = 16; // below, eight characters would be half of the key
    std::string preview;
    if (key.size() < kMinBytes)
        return preview.append("…");
    const ByteView first = key.first(kShown);
    const ByteView last = key.last(kShown);
    preview.append(first.begin(), first.end()).append("…").append(last.begin(), last.end());
    return preview;
}

} // namespace byok
