/// The catalogue of providers: data, one row each, so that a provider's change is a data change.
/// Sources: each provider's public API documentation, read in 2026 (docs/providers.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "byok/secret_bytes.h"
#include "byok/verdict.h"

namespace byok {

/// A request header of the key test. `value` is sent as it is; where `carries_key` is set the key's bytes follow it.
struct RequestHeader {
    std::string_view name;
    std::string_view value;
    bool carries_key = false;
};

/// The cheapest call that proves a key without spending tokens. Always HTTPS, never a key in the URL.
struct TestRequest {
    std::string_view method;
    std::string_view url;
    std::span<const RequestHeader> headers;
};

struct Provider {
    std::string_view id;         ///< "openai": lower case, what the wire and records use
    std::string_view name;       ///< "OpenAI": what people read
    std::string_view keys_page;  ///< "Where to get a key?"
    std::string_view key_hint;   ///< a public example of the shape, "sk-proj-…"; may be empty
    TestRequest test;
};

/// All providers in the order of the panel: gemini, openai, anthropic, then the others.
std::span<const Provider> providers() noexcept;
const Provider* find_provider(std::string_view id) noexcept;

/// How many of the catalogue's first rows are shown before "More providers".
inline constexpr std::size_t kFeaturedProviders = 3;

/// What the shape of a pasted key says. Hints only, never a refusal: providers change their prefixes.
struct ShapeHint {
    const Provider* looks_like = nullptr;  ///< the provider whose shape fits best; null where none is known to
    bool not_for_inference = false;        ///< an administrator's key (sk-admin-, sk-ant-admin01-)
};
ShapeHint read_shape(ByteView key) noexcept;

/// A provider's answer to the test request, bounded by the caller.
struct ProviderAnswer {
    std::uint16_t http_status = 0;
    ByteView body;               ///< at most kMaxAnswerBytes; longer answers are cut by the caller and marked
    bool truncated = false;
};
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{64} * 1024;

/// Reads an answer into a verdict. The body decides, not the status alone; nothing of the body is kept.
/// Total: any bytes give a verdict; what is not named in the catalogue is `unknown` (or provider_down for
/// 5xx and for a 200 that is not the JSON this provider sends), never `invalid`.
/// @param key_shape read_shape() of the key that was tested: an `invalid` whose key is shaped like another
///        provider's becomes `wrong_provider`.
Verdict read_answer(const Provider& provider, const ProviderAnswer& answer, const ShapeHint& key_shape) noexcept;

}  // namespace byok
