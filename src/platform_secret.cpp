#include "byok/platform_secret.h"

#include "byok/header.h"
#include "hazmat/box.h"
#include "hazmat/hash.h"
#include "hazmat/sealed_box.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

constexpr std::size_t kSecretBytes = 32;

/// The value of a hex digit, or 16 for any other character. Arithmetic, not a table: nothing is looked up by
/// a secret.
unsigned nibble(std::uint8_t character) noexcept {
    const unsigned digit = character - unsigned{'0'};
    const unsigned letter = (character | 0x20u) - unsigned{'a'};
    return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

Result<SecretBytes> decode_hex(ByteView hex) noexcept {
    BYOK_TRY(secret, SecretBytes::make(hex.size() / 2));
    const MutableBytes out = secret.expose();
    for (std::size_t i = 0; i < out.size(); ++i) {
        const unsigned high = nibble(hex[2 * i]);
        const unsigned low = nibble(hex[2 * i + 1]);
        if ((high | low) > 15)
            return Status::secret_not_hex;
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return std::move(secret);
}

} // namespace

KeyId key_id_of(const PublicKey& key) noexcept {
    const hazmat::Digest digest = hazmat::hash(key);
    KeyId id;
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

Result<PlatformSecret> PlatformSecret::parse(ByteView hex) {
    if (hex.empty())
        return Status::secret_missing;
    if (hex.size() != 2 * kSecretBytes)
        return Status::secret_wrong_length;
    BYOK_TRY(secret, decode_hex(hex));
    const ByteView bytes = std::as_const(secret).expose();
    if (std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t byte) { return byte == bytes[0]; }))
        return Status::secret_weak;

    BYOK_TRY(seed, hazmat::derive_subkey(secret, hazmat::Context(kFormatVersion, "platform-seal-key")));
    BYOK_TRY(pair, hazmat::derive_box_key_pair(seed));
    PlatformSecret platform;
    platform.public_key_ = pair.public_key;
    platform.key_id_ = key_id_of(pair.public_key);
    platform.secret_key_ = std::move(pair.secret_key);
    BYOK_TRY(cache_key, hazmat::derive_subkey(secret, hazmat::Context(kFormatVersion, "platform-cache-key")));
    platform.cache_key_ = std::move(cache_key);
    BYOK_TRY(tag_key, hazmat::derive_subkey(secret, hazmat::Context(kFormatVersion, "platform-tag-key")));
    platform.tag_key_ = std::move(tag_key);
    return platform;
}

Result<Tag> PlatformSecret::tag(std::string_view domain, ByteView data) const {
    BYOK_TRY(key, hazmat::derive_subkey(tag_key_,
                                        hazmat::Context(kFormatVersion, "platform-tag").add_text(domain)));
    return hazmat::keyed_hash(key, data);
}

const PlatformSecret* find_secret(std::span<const PlatformSecret> secrets, const KeyId& key_id) noexcept {
    const auto found = std::find_if(secrets.begin(), secrets.end(), [&](const PlatformSecret& candidate) {
        return candidate.key_id() == key_id;
    });
    return found == secrets.end() ? nullptr : &*found;
}

} // namespace byok
