#include "hazmat/padding.h"

#include <sodium.h>

#include <algorithm>

namespace byok::hazmat {

Result<SecretBytes> pad(ByteView bytes, std::size_t block) noexcept {
    BYOK_TRY(padded, SecretBytes::make(padded_size(bytes.size(), block)));
    const MutableBytes out = padded.expose();
    std::copy(bytes.begin(), bytes.end(), out.begin());
    std::size_t size = 0;
    if (sodium_pad(&size, out.data(), bytes.size(), block, out.size()) != 0 || size != out.size())
        return Status::internal;
    return std::move(padded);
}

Status unpad(SecretBytes& bytes, std::size_t block) noexcept {
    std::size_t size = 0;
    if (bytes.empty() || bytes.size() % block != 0 ||
        sodium_unpad(&size, bytes.expose().data(), bytes.size(), block) != 0)
        return Status::bad_argument;
    bytes.shrink(size);
    return Status::ok;
}

} // namespace byok::hazmat
