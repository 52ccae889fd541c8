#include "hazmat/sealed_box.h"

#include <sodium.h>

namespace byok::hazmat {

static_assert(std::tuple_size_v<BoxPublicKey> == crypto_box_PUBLICKEYBYTES);
static_assert(kSealedBoxOverhead == crypto_box_SEALBYTES);

Result<BoxKeyPair> derive_box_key_pair(const SecretBytes& seed) noexcept {
    if (seed.size() != crypto_box_SEEDBYTES)
        return Status::internal;
    BYOK_TRY(secret_key, SecretBytes::make(crypto_box_SECRETKEYBYTES));
    BoxKeyPair pair;
    crypto_box_seed_keypair(pair.public_key.data(), secret_key.expose().data(), seed.expose().data());
    pair.secret_key = std::move(secret_key);
    return pair;
}

Result<std::vector<std::uint8_t>> seal_to(const BoxPublicKey& recipient, ByteView plaintext) {
    std::vector<std::uint8_t> sealed(kSealedBoxOverhead + plaintext.size());
    // libsodium refuses points of low order itself, and only them.
    if (crypto_box_seal(sealed.data(), plaintext.data(), plaintext.size(), recipient.data()) != 0)
        return Status::platform_key_refused;
    return sealed;
}

Result<SecretBytes> open_sealed(const BoxPublicKey& public_key, const SecretBytes& secret_key,
                                ByteView sealed) noexcept {
    if (secret_key.size() != crypto_box_SECRETKEYBYTES)
        return Status::internal;
    if (sealed.size() < kSealedBoxOverhead)
        return Status::sealed_key_refused;
    BYOK_TRY(plaintext, SecretBytes::make(sealed.size() - kSealedBoxOverhead));
    if (crypto_box_seal_open(plaintext.expose().data(), sealed.data(), sealed.size(), public_key.data(),
                             secret_key.expose().data()) != 0)
        return Status::sealed_key_refused;
    return std::move(plaintext);
}

} // namespace byok::hazmat
