/// The last scrub before any sink: removes provider keys from text, by value and by pattern (E34).
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <span>
#include <string>

namespace byok {

/// Longer text is refused whole, not passed through.
inline constexpr std::size_t kMaxRedactBytes = std::size_t{256} * 1024;
inline constexpr std::size_t kMaxKnownSecrets = 16;

/// Replaces in `text` (UTF-8 or not) by "[redacted]"
/// - every occurrence of a known secret: raw, percent-encoded, JSON-escaped, hex in either case, base64 and
/// base64url,
///   also where it was encoded together with what stood around it;
/// - every run shaped like a provider key (the catalogue's prefixes), what follows `Bearer `, `?key=`,
/// `x-api-key:` and the
///   like, 64 or more hex characters, and runs as long as a sealed key.
/// Ordinary words, hyphenated ones too, stay. Time is linear in the length of the text.
/// @return bad_argument for text over kMaxRedactBytes, a secret over kMaxKeyBytes, or more than
/// kMaxKnownSecrets.
Result<std::string> redact(ByteView text, std::span<const ByteView> known_secrets);

} // namespace byok
