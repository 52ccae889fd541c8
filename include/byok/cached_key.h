/// A user's key in the platform's short-lived cache: the sealed key of a job, sealed anew with a secret that
/// only the platform has, so that an API puts it there and a worker takes it out without another secret
/// between them.
///
/// Layout: u8 version = 1 | platform key id 8 | u64 expires | context-bound secretbox "platform-cache" of the
/// padded plaintext, under the platform secret's cache key. The context holds key id, user, provider and
/// expires: a changed time in front opens nothing. Plaintext, padded to 256: seal id 16 | u64 issued | u16
/// length + key.
#pragma once

#include "byok/ids.h"
#include "byok/platform_secret.h"
#include "byok/provider.h"
#include "byok/result.h"
#include "byok/sealed_key.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace byok {

inline constexpr std::uint64_t kMaxCacheLifeMs = 300'000;
inline constexpr std::size_t kMaxCachedBytes = 825;

/// For whom a key is put into the cache, or taken out of it.
struct CacheDemand {
    std::string_view user; ///< 1..128 bytes; from the session, never from a request's body
    const Provider* provider = nullptr;
    WallMs now; ///< the platform's time
    /// When the user last had the cache cleared: keys sealed up to that moment are refused, for good. A key
    /// that was on its way, or was written back by an API that had not yet heard of it, stays unusable (E33).
    std::optional<WallMs> cleared;
};

/// A sealed key, sealed anew. Nothing in it is secret.
struct CachedKey {
    SealId id;
    WallMs expires; ///< the sealed key's own end, and at most kMaxCacheLifeMs from now
    Tag key_tag;    ///< names the provider key: counts how many different ones a user brings
    std::vector<std::uint8_t> bytes;
};

/// Opens a key that was sealed for a job and seals it for the cache; the key does not leave this call. Opened
/// by the secret that its key id names, sealed by the first.
/// @return what open_sealed_key() returns; key_cleared. bad_argument for a user outside 1..128 bytes, no
/// provider, no secret, or a time whose end does not fit 64 bits.
Result<CachedKey> cache_sealed_key(std::span<const PlatformSecret> secrets, ByteView sealed,
                                   const CacheDemand& demand);

/// Opens what cache_sealed_key() made, with the secret that its key id names.
/// @return cached_key_refused for anything that does not open for this user and provider, or was sealed by a
/// secret that is no longer listed (one code: no oracle);
///         then, expired from `expires` on, clock where that lies further ahead than any platform process
///         could have set it, key_cleared.
Result<OpenedKey> open_cached_key(std::span<const PlatformSecret> secrets, ByteView cached,
                                  const CacheDemand& demand);

/// Stands for a user in the cache's names, which say nothing about who that is: one tag for each secret, in
/// their order. What is written goes under the first; what is read or removed is looked for under all of
/// them, or a user's keys would be lost, or outlive a clearing, while processes still have the secrets in
/// different orders.
/// @return bad_argument for a user outside 1..128 bytes.
Result<std::vector<Tag>> user_tags(std::span<const PlatformSecret> secrets, std::string_view user);

/// The domain of the tag that names a provider key (CachedKey::key_tag), under the first secret: the same
/// where a key is tested, so that both are counted as one.
inline constexpr std::string_view kKeyTagDomain = "key";

} // namespace byok
