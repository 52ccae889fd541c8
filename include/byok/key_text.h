/// Cleans what a person pasted as a provider key (E28, E29).
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <string>

namespace byok {

inline constexpr std::size_t kMaxKeyBytes = 512;        ///< a provider key after cleaning
inline constexpr std::size_t kMaxPastedKeyBytes = 4096; ///< refused before any work beyond this

struct CleanKey {
    SecretBytes key;
    bool edges_cleaned = false; ///< something was removed: the panel says so
};

/// Removes from the edges: ASCII and Unicode blanks (NBSP, zero-width, BOM, line ends), quotes (straight,
/// typographic, back ticks), a leading `Bearer `, and an `Authorization:`/`x-api-key:` in front. What remains
/// must be 0x21-0x7E only: a control, blank or non-ASCII character inside is refused, since it can't be
/// guessed what was meant.
/// @return key_empty, key_too_long, key_bad_character. The value is never echoed.
Result<CleanKey> clean_key(ByteView pasted) noexcept;

/// A key as clean_key() leaves it: nothing that could end a header line, nothing left to clean. False, too,
/// where there is no memory to find out.
bool is_clean_key(ByteView key) noexcept;

/// "AIza…k7Gw": the first and last four characters; for keys under 16 characters nothing is shown but "…".
/// Lives in the sealed meta box only.
std::string make_preview(ByteView key);

} // namespace byok
