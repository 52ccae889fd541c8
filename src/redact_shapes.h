/// Finds what is shaped like a key, whoever's it is.
#pragma once

#include "byok/secret_bytes.h"
#include "redaction_marks.h"

namespace byok {

/// Marks keys with a prefix of the catalogue, tokens after `Bearer`, key-like URL parameters and header
/// values, 64 or more hex characters, and runs as long as a sealed key.
void mark_key_shapes(ByteView text, RedactionMarks& marks);

} // namespace byok
