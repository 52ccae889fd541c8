/// Reading UTF-8 (RFC 3629) one code point at a time.
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace byok {

/// Takes the first code point off `rest`. Nothing, and `rest` untouched, where it is empty or ill-formed
/// (overlong forms, surrogates and numbers above U+10FFFF included).
std::optional<char32_t> take_code_point(ByteView& rest) noexcept;

/// C0, DEL and C1: what moves cursors, ends lines and splits headers.
bool is_control(char32_t code_point) noexcept;

/// Well-formed and without controls: how many code points. Nothing for other text.
std::optional<std::size_t> count_plain_text(std::string_view text) noexcept;

} // namespace byok
