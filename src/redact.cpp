#include "byok/redact.h"

#include "byok/key_text.h"
#include "redact_known.h"
#include "redact_shapes.h"
#include "redaction_marks.h"

namespace byok {

Result<std::string> redact(ByteView text, std::span<const ByteView> known_secrets) {
    if (text.size() > kMaxRedactBytes || known_secrets.size() > kMaxKnownSecrets)
        return Status::bad_argument;
    RedactionMarks marks(text.size());
    for (const ByteView secret : known_secrets) {
        if (secret.size() > kMaxKeyBytes)
            return Status::bad_argument;
        BYOK_CHECK(mark_known_secret(text, secret, marks));
    }
    mark_key_shapes(text, marks);
    return marks.apply(text);
}

} // namespace byok
