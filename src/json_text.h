/// Reading and writing the text of JSON values.
#pragma once

#include "byok/secret_bytes.h"
#include "json_value.h"

#include <cstddef>
#include <optional>
#include <string>

namespace byok {

/// The one value that a text is, with at most `max_depth` arrays and objects in each other; the stack has to
/// hold as many calls. Nothing for anything else, names that stand twice in one object included.
std::optional<Json> read_json(ByteView text, std::size_t max_depth);

/// Compact, members in their order; ill-formed UTF-8 in a string becomes U+FFFD.
std::string write_json(const Json& value);

/// To about 15 digits, exactly where a double and a power of ten up to 22 have it exactly. Infinite where it
/// is beyond all doubles.
double to_double(const JsonReal& real) noexcept;

} // namespace byok
