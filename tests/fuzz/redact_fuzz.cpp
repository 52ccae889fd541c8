/// A known secret is in no redacted text, whatever stands around it.
///
/// Input: u8 length of the secret, the secret, the text.
#include "byok/redact.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    const std::size_t secret_size = std::min<std::size_t>(data[0], size - 1);
    const byok::ByteView secret(data + 1, secret_size);
    const byok::ByteView text(data + 1 + secret_size, size - 1 - secret_size);
    const byok::Result<std::string> clean = byok::redact(text, {&secret, 1});
    if (!clean.ok()) {
        if (text.size() <= byok::kMaxRedactBytes)
            __builtin_trap();
        return 0;
    }
    // A part of the replacement itself, or one that it completes at an edge, is no leak.
    constexpr std::string_view kReplacement = "[redacted]";
    const std::string known(secret.begin(), secret.end());
    if (known.empty() || known.find_first_of("[]") != std::string::npos ||
        kReplacement.find(known) != std::string_view::npos) {
        return 0;
    }
    if (clean.value().find(known) != std::string::npos)
        __builtin_trap();
    return 0;
}
