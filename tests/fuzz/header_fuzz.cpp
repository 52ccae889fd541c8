/// Any bytes as a header. With a checksum made right half of the time, since no fuzzer guesses one.
#include "byok/header.h"

#include <algorithm>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void decode(byok::ByteView bytes) {
    const auto header = byok::decode_header(bytes);
    if (!header.ok())
        return;
    // What is accepted is exactly what would be written.
    const std::vector<std::uint8_t> again = byok::encode(header.value());
    if (!std::equal(bytes.begin(), bytes.end(), again.begin(), again.end()))
        __builtin_trap();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    decode({data, size});
    if (size < byok::kHashBytes)
        return 0;
    std::vector<std::uint8_t> bytes(data, data + size);
    const byok::Hash checksum = byok::hash_of({data, size - byok::kHashBytes});
    std::copy(checksum.begin(), checksum.end(), bytes.end() - byok::kHashBytes);
    decode(bytes);
    return 0;
}
