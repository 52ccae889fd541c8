#include "byok/key_shape.h"

#include <algorithm>

namespace byok {
namespace {

bool fits(ByteView key, const KeyShape& shape) noexcept {
    if (key.size() < shape.prefix.size())
        return false;
    const bool same_prefix =
        std::equal(shape.prefix.begin(), shape.prefix.end(), key.begin(),
                   [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
    const ByteView tail = key.subspan(shape.prefix.size());
    return same_prefix && tail.size() >= shape.min_tail && tail.size() <= shape.max_tail &&
           std::all_of(tail.begin(), tail.end(),
                       [&](std::uint8_t character) { return is_in_alphabet(character, shape.alphabet); });
}

} // namespace

bool is_in_alphabet(std::uint8_t character, KeyAlphabet alphabet) noexcept {
    const bool digit = character >= '0' && character <= '9';
    const bool lower = character >= 'a' && character <= 'z';
    const bool upper = character >= 'A' && character <= 'Z';
    switch (alphabet) {
    case KeyAlphabet::hex:
        return digit || (character >= 'a' && character <= 'f');
    case KeyAlphabet::alphanumeric:
        return digit || lower || upper;
    case KeyAlphabet::token:
        return digit || lower || upper || character == '-' || character == '_' || character == '.';
    }
    return false;
}

ShapeHint read_shape(ByteView key) noexcept {
    ShapeHint hint;
    const KeyShape* best = nullptr;
    for (const Provider& provider : providers()) {
        for (const KeyShape& shape : provider.shapes) {
            if (!fits(key, shape) || (best != nullptr && shape.prefix.size() <= best->prefix.size()))
                continue;
            best = &shape;
            hint = {&provider, !shape.for_inference};
        }
    }
    return hint;
}

} // namespace byok
