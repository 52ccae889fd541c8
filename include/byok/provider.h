/// The catalogue of providers: data, one row each, so that a provider's change is a data change.
/// What a platform needs to call one stands in provider_calls.h, which a browser does not load.
/// Sources: each provider's public API documentation (docs/providers.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace byok {

/// What follows a key's prefix.
enum class KeyAlphabet : std::uint8_t {
    token,        ///< A-Z a-z 0-9 - _ .
    alphanumeric, ///< A-Z a-z 0-9
    hex,          ///< 0-9 a-f
};

/// One shape a provider's keys are known to have. A hint, never a condition.
struct KeyShape {
    std::string_view prefix;
    std::size_t min_tail = 1; ///< characters after the prefix
    std::size_t max_tail = std::numeric_limits<std::size_t>::max();
    KeyAlphabet alphabet = KeyAlphabet::token;
    bool for_inference = true; ///< false: an administrator's key
};

struct Provider {
    std::string_view id;              ///< "openai": lower case, what the wire and records use
    std::string_view name;            ///< "OpenAI": what people read
    std::string_view keys_page;       ///< "Where to get a key?"
    std::string_view key_hint;        ///< a public example of the shape, "sk-proj-…"; may be empty
    std::span<const KeyShape> shapes; ///< may be empty
};

/// All providers in the order of the panel: gemini, openai, anthropic, then the others.
std::span<const Provider> providers() noexcept;
/// The row of an id, compared exactly; null where there is none.
const Provider* find_provider(std::string_view id) noexcept;

/// How many of the catalogue's first rows are shown before "More providers".
inline constexpr std::size_t kFeaturedProviders = 3;

} // namespace byok
