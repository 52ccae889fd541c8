#include "byok/cached_key.h"

#include "byok/key_text.h"
#include "byok/manifest.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"
#include "wire.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace byok {
namespace {

constexpr std::uint8_t kCacheVersion = 1;
constexpr std::size_t kBlock = 256;
constexpr std::size_t kPrefixBytes = 1 + kKeyIdBytes + 8;
constexpr std::size_t kFixedBytes = kIdBytes + 8 + 2;
static_assert(kPrefixBytes + hazmat::kBoxOverhead + hazmat::padded_size(kFixedBytes + kMaxKeyBytes, kBlock) ==
              kMaxCachedBytes);
static_assert(kMaxCacheLifeMs <= kMaxJobLifeMs);

constexpr std::string_view kUserTagDomain = "cache-user";

bool is_user_id(std::string_view user) noexcept {
    return !user.empty() && user.size() <= kMaxUserIdBytes;
}

ByteView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

hazmat::Context context_of(const KeyId& key_id, const CacheDemand& demand, WallMs expires) {
    hazmat::Context context(kFormatVersion, "platform-cache");
    context.add(key_id).add_text(demand.user).add_text(demand.provider->id).add_u64(expires.ms);
    return context;
}

bool is_cleared(WallMs issued, const CacheDemand& demand) noexcept {
    return demand.cleared && issued <= *demand.cleared;
}

} // namespace

Result<CachedKey> cache_sealed_key(std::span<const PlatformSecret> secrets, ByteView sealed,
                                   const CacheDemand& demand) {
    const bool time_fits = demand.now.ms <= std::numeric_limits<std::uint64_t>::max() - kMaxCacheLifeMs;
    if (secrets.empty() || !is_user_id(demand.user) || !time_fits)
        return Status::bad_argument;
    BYOK_TRY(opened,
             open_sealed_key(secrets, sealed, {demand.user, demand.provider, Purpose::job, demand.now}));
    if (is_cleared(opened.issued, demand))
        return Status::key_cleared;

    const PlatformSecret& sealer = secrets.front();
    const ByteView key = std::as_const(opened.key).expose();
    BYOK_TRY(tag, sealer.tag(kKeyTagDomain, key));
    // A client's clock ahead of ours may have set the end further off than a cache may keep anything.
    const WallMs expires{std::min(opened.expires.ms, demand.now.ms + kMaxCacheLifeMs)};

    BYOK_TRY(plaintext, SecretBytes::make(kFixedBytes + key.size()));
    wire::Writer fields(plaintext.expose());
    fields.id(opened.id);
    fields.u64(opened.issued.ms);
    fields.u16(static_cast<std::uint16_t>(key.size()));
    fields.bytes(key);
    BYOK_TRY(padded, hazmat::pad(std::as_const(plaintext).expose(), kBlock));
    BYOK_TRY(box, hazmat::seal_box(sealer.cache_key(), context_of(sealer.key_id(), demand, expires),
                                   std::as_const(padded).expose()));

    CachedKey cached{opened.id, expires, tag, std::vector<std::uint8_t>(kPrefixBytes + box.size())};
    wire::Writer out(cached.bytes);
    out.u8(kCacheVersion);
    out.bytes(sealer.key_id());
    out.u64(expires.ms);
    out.bytes(box);
    return cached;
}

Result<OpenedKey> open_cached_key(std::span<const PlatformSecret> secrets, ByteView cached,
                                  const CacheDemand& demand) {
    if (demand.provider == nullptr || !is_user_id(demand.user))
        return Status::bad_argument;
    if (cached.size() > kMaxCachedBytes)
        return Status::cached_key_refused;
    wire::Reader in(cached);
    const std::uint8_t version = in.u8();
    const KeyId key_id = in.array<kKeyIdBytes>();
    const WallMs expires{in.u64()};
    const PlatformSecret* const secret = find_secret(secrets, key_id);
    if (in.failed() || version != kCacheVersion || secret == nullptr)
        return Status::cached_key_refused;

    BYOK_TRY(plaintext, hazmat::open_box(secret->cache_key(), context_of(key_id, demand, expires),
                                         in.bytes(in.remaining()), Status::cached_key_refused));
    if (hazmat::unpad(plaintext, kBlock) != Status::ok)
        return Status::cached_key_refused;
    wire::Reader fields(std::as_const(plaintext).expose());
    const SealId id = fields.id<SealId>();
    const WallMs issued{fields.u64()};
    const ByteView key = fields.bytes(fields.u16());
    if (!fields.finished() || !is_clean_key(key))
        return Status::cached_key_refused;

    if (demand.now >= expires)
        return Status::expired;
    // Our own clock went back, or another's was ahead: the life that was promised can't be held.
    if (expires.ms - demand.now.ms > kMaxCacheLifeMs + kMaxSkewMs)
        return Status::clock;
    if (is_cleared(issued, demand))
        return Status::key_cleared;
    BYOK_TRY(copy, SecretBytes::copy_of(key));
    return OpenedKey{id, issued, expires, std::move(copy)};
}

Result<std::vector<Tag>> user_tags(std::span<const PlatformSecret> secrets, std::string_view user) {
    if (!is_user_id(user))
        return Status::bad_argument;
    std::vector<Tag> tags;
    tags.reserve(secrets.size());
    for (const PlatformSecret& secret : secrets) {
        BYOK_TRY(tag, secret.tag(kUserTagDomain, as_bytes(user)));
        tags.push_back(tag);
    }
    return tags;
}

} // namespace byok
