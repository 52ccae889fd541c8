#include "hazmat/hash.h"

#include <sodium.h>

namespace byok::hazmat {

static_assert(kDigestBytes == crypto_generichash_BYTES);

Digest hash(ByteView message) noexcept {
    Digest digest;
    crypto_generichash(digest.data(), digest.size(), message.data(), message.size(), nullptr, 0);
    return digest;
}

Result<Digest> keyed_hash(const SecretBytes& key, ByteView message) noexcept {
    if (key.size() < crypto_generichash_KEYBYTES_MIN || key.size() > crypto_generichash_KEYBYTES_MAX)
        return Status::internal;
    Digest digest;
    crypto_generichash(digest.data(), digest.size(), message.data(), message.size(), key.expose().data(),
                       key.size());
    return digest;
}

bool equal(const Digest& a, const Digest& b) noexcept {
    return sodium_memcmp(a.data(), b.data(), kDigestBytes) == 0;
}

bool equal(const SecretBytes& a, const SecretBytes& b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.expose().data(), b.expose().data(), a.size()) == 0;
}

} // namespace byok::hazmat
