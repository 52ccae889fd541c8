/// Finds a known secret in a text, in whatever way it was written there.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"
#include "redaction_marks.h"

namespace byok {

/// Marks every occurrence of `secret` (at most kMaxKeyBytes; the empty one is nowhere): raw, percent-encoded,
/// JSON-escaped, hex, base64 and base64url. Secrets under 4 bytes are looked for in their raw form only:
/// their encodings would be found by chance.
/// @return out_of_memory.
Status mark_known_secret(ByteView text, ByteView secret, RedactionMarks& marks);

} // namespace byok
