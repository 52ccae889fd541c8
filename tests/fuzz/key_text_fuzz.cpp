/// Whatever is pasted, a cleaned key is printable ASCII of 1 to 512 bytes, and cleaning it again changes
/// nothing.
#include "byok/key_shape.h"
#include "byok/key_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const byok::Result<byok::CleanKey> first = byok::clean_key({data, size});
    if (!first.ok())
        return 0;
    const byok::ByteView key = first.value().key.expose();
    if (key.empty() || key.size() > byok::kMaxKeyBytes)
        __builtin_trap();
    if (!std::all_of(key.begin(), key.end(), [](std::uint8_t c) { return c >= 0x21 && c <= 0x7E; }))
        __builtin_trap();
    if (byok::make_preview(key).size() > 11)
        __builtin_trap();
    byok::read_shape(key);

    const byok::Result<byok::CleanKey> again = byok::clean_key(key);
    if (!again.ok() || again.value().edges_cleaned)
        __builtin_trap();
    return 0;
}
