/// The sealed hand-off: a provider key encrypted to the platform, for one user, one provider, one purpose,
/// until a time.
///
/// Layout: u8 version = 1 | platform key id 8 | crypto_box_seal of the padded plaintext; base64url without
/// padding in a header. Plaintext, padded to 256: u8 version | u8 purpose | seal id 16 | u64 issued | u64
/// expires | u16 length + user | u8 length + provider | u16 length + key. Key id: the first 8 bytes of
/// BLAKE2b-256 of the public key.
#pragma once

#include "byok/ids.h"
#include "byok/platform_secret.h"
#include "byok/provider.h"
#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace byok {

enum class Purpose : std::uint8_t { test = 1, job = 2 };

inline constexpr std::uint64_t kMaxSkewMs = 60'000;
inline constexpr std::uint64_t kMaxTestLifeMs = 120'000;
inline constexpr std::uint64_t kMaxJobLifeMs = 300'000;
inline constexpr std::size_t kMaxSealedBytes = 2048;

/// Whom a key is sealed for. Comes from the vault's own origin, never from the embedding page.
struct SealTarget {
    PublicKey platform;
    std::string user; ///< the platform's user id, 1..128 bytes
    Purpose purpose = Purpose::test;
    WallMs server_now; ///< the platform's time: the client's clock may be off by a day (E39)
};

struct SealedKey {
    SealId id;
    std::vector<std::uint8_t> bytes;
};

/// Issued at target.server_now, ends after the longest life of its purpose.
/// @param key as clean_key() left it, 1..512 bytes.
/// @return platform_key_refused for a low-order or all-zero public key; purpose_refused; unknown_provider;
/// bad_argument for a user
///         outside 1..128 bytes, a key that isn't clean, or a time whose end does not fit 64 bits.
Result<SealedKey> seal_key(const SealTarget& target, const Provider& provider, ByteView key);

/// What the opener demands of a sealed key.
struct OpenDemand {
    std::string_view user;
    const Provider* provider = nullptr;
    Purpose purpose = Purpose::test;
    WallMs now;
};

struct OpenedKey {
    SealId id;
    WallMs issued;
    WallMs expires;
    SecretBytes key;
};

/// Opens with the secret whose key id matches; the first of the list seals, all open.
/// Anyone can seal to a public key, so what is inside is checked as if it came from a stranger: the key must
/// be clean (E29), or it could carry a line end into the provider's request.
/// @return sealed_key_refused for anything that doesn't open or isn't for this user, provider or purpose (one
/// code: no oracle);
///         then, clock where issued lies more than 60 s ahead or the life is longer than allowed (E39);
///         expired from `expires` on.
Result<OpenedKey> open_sealed_key(std::span<const PlatformSecret> secrets, ByteView sealed,
                                  const OpenDemand& demand);

} // namespace byok
