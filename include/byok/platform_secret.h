/// The platform's key pair, from the one secret that an operator sets.
///
/// seed = BLAKE2b-256 keyed with the 32 secret bytes over the context "platform-seal-key"; X25519 key pair
/// from that seed. The secret itself is not kept: the platform may use it elsewhere, and nothing here may be
/// mistaken for another of its uses.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace byok {

inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kKeyIdBytes = 8;

using PublicKey = std::array<std::uint8_t, kPublicKeyBytes>;
/// The first 8 bytes of BLAKE2b-256 of the public key: names the pair among several, is no secret and proves
/// nothing.
using KeyId = std::array<std::uint8_t, kKeyIdBytes>;
KeyId key_id_of(const PublicKey& key) noexcept;

using Tag = std::array<std::uint8_t, 32>;

class PlatformSecret {
  public:
    /// @param hex PLATFORM_TOKEN_SECRET, 64 hex characters of either case.
    /// @return secret_missing, secret_wrong_length, secret_not_hex, secret_weak (E16). The value is never
    /// echoed.
    static Result<PlatformSecret> parse(ByteView hex);

    [[nodiscard]] const PublicKey& public_key() const noexcept { return public_key_; }
    [[nodiscard]] const KeyId& key_id() const noexcept { return key_id_; }
    [[nodiscard]] const SecretBytes& secret_key() const noexcept { return secret_key_; }
    /// The parent of every box in the cache (cached_key.h).
    [[nodiscard]] const SecretBytes& cache_key() const noexcept { return cache_key_; }

    /// Names something without saying what it is, or signs it: BLAKE2b-256 of `data` under a key for `domain`
    /// alone, so that a tag of one domain is no tag of another. Stays the same for as long as the secret
    /// does.
    /// @param domain what the tag is for, e.g. "session".
    [[nodiscard]] Result<Tag> tag(std::string_view domain, ByteView data) const;

  private:
    PlatformSecret() = default;
    PublicKey public_key_{};
    KeyId key_id_{};
    SecretBytes secret_key_;
    SecretBytes cache_key_;
    SecretBytes tag_key_;
};

/// The one of that key id among those listed; null where it is not, or no longer, among them.
const PlatformSecret* find_secret(std::span<const PlatformSecret> secrets, const KeyId& key_id) noexcept;

} // namespace byok
