/// The last scrub before any sink: removes provider keys from text, by value and by pattern (E34).
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "byok/result.h"
#include "byok/secret_bytes.h"

namespace byok {

inline constexpr std::size_t kMaxRedactBytes = std::size_t{256} * 1024;  ///< longer text is refused whole, not passed through

/// Replaces in `text` (UTF-8 or not)
/// - every occurrence of a known secret, raw, base64, base64url, hex (either case), percent-encoded, JSON-escaped;
/// - every run shaped like a provider key (the catalogue's prefixes), a sealed key, `Bearer …`, `?key=…`, 64 hex characters;
/// by "[redacted]". Linear time in the length of the text.
/// @return bad_argument for text over kMaxRedactBytes.
Result<std::string> redact(ByteView text, std::span<const ByteView> known_secrets);

}  // namespace byok
