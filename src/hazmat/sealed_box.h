/// crypto_box_seal: anyone can seal to a public key (X25519, XSalsa20-Poly1305), only its secret key opens.
#pragma once

#include "byok/secret_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace byok::hazmat {

using BoxPublicKey = std::array<std::uint8_t, 32>;

struct BoxKeyPair {
    BoxPublicKey public_key{};
    SecretBytes secret_key; ///< 32 bytes
};

/// The key pair of a 32-byte seed (crypto_box_seed_keypair). @return internal for another length.
Result<BoxKeyPair> derive_box_key_pair(const SecretBytes& seed) noexcept;

inline constexpr std::size_t kSealedBoxOverhead = 32 + 16; ///< the one-time public key and the tag

/// @return platform_key_refused for a public key of low order: with it, anyone could open the box.
Result<std::vector<std::uint8_t>> seal_to(const BoxPublicKey& recipient, ByteView plaintext);

/// @return sealed_key_refused where it does not open.
Result<SecretBytes> open_sealed(const BoxPublicKey& public_key, const SecretBytes& secret_key,
                                ByteView sealed) noexcept;

} // namespace byok::hazmat
