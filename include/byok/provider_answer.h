/// Reads a provider's answer to the key test into a verdict (E30, E31).
#pragma once

#include "byok/key_shape.h"
#include "byok/provider_calls.h"
#include "byok/secret_bytes.h"
#include "byok/verdict.h"

#include <cstddef>
#include <cstdint>

namespace byok {

/// The longest list of models any provider of the catalogue sends fits in twice.
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{512} * 1024;

/// An answer to the test request, bounded by the caller.
struct ProviderAnswer {
    std::uint16_t http_status = 0;
    ByteView body;          ///< at most kMaxAnswerBytes; longer answers are cut by the caller and marked
    bool truncated = false; ///< cut, or the connection broke in the middle
};

/// The body decides, not the status alone; nothing of the body is kept. Total: any bytes give a verdict.
///
/// For every provider: 5xx is provider_down, 3xx unreachable (a redirect is never followed), 429
/// rate_limited; a 200 that is not the JSON this provider sends is provider_down. Before those come the
/// provider's own rules. What is named nowhere is `unknown`, never `invalid`: calling a live key dead is
/// worse than saying nothing.
/// @param calls calls_of() it.
/// @param key_shape read_shape() of the key that was tested: an `invalid` whose key is shaped like another
///        provider's becomes `wrong_provider`.
Verdict read_answer(const Provider& provider, const ProviderCalls& calls, const ProviderAnswer& answer,
                    const ShapeHint& key_shape) noexcept;
inline Verdict read_answer(const Provider& provider, const ProviderAnswer& answer,
                           const ShapeHint& key_shape) noexcept {
    return read_answer(provider, calls_of(provider), answer, key_shape);
}

} // namespace byok
