/// Any bytes as a cached key; any bytes as the plaintext of one, which who stole the secret could seal; and
/// any times around a good one.
#include "byok/cached_key.h"
#include "byok/key_text.h"
#include "hazmat/padding.h"
#include "support/forged_cache.h"
#include "wire.h"

#include <algorithm>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace byok;

constexpr std::string_view kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr WallMs kNow{1'000'000};

const PlatformSecret& platform() {
    static const PlatformSecret secret =
        PlatformSecret::parse({reinterpret_cast<const std::uint8_t*>(kHex.data()), kHex.size()}).value();
    return secret;
}

CacheDemand demand_at(WallMs now) {
    return {"u", find_provider("openai"), now, std::nullopt};
}

void open_any(ByteView bytes) {
    if (open_cached_key({&platform(), 1}, bytes, demand_at(kNow)).ok())
        __builtin_trap(); // a forged box opened
}

void open_sealed_plaintext(ByteView plaintext) {
    const SecretBytes padded = hazmat::pad(plaintext, 256).value();
    const auto cached =
        testing::forge_cached(platform(), demand_at(kNow), {kNow.ms + kMaxCacheLifeMs}, padded.expose());
    const Result<OpenedKey> opened = open_cached_key({&platform(), 1}, cached, demand_at(kNow));
    if (!opened.ok())
        return;
    // What is handed to a provider's request is one clean token.
    const ByteView key = opened.value().key.expose();
    const bool clean =
        std::all_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; });
    if (key.empty() || key.size() > kMaxKeyBytes || !clean)
        __builtin_trap();
}

/// The first 24 bytes are three times: of sealing, of caching, of opening.
void open_at_any_time(ByteView bytes) {
    wire::Reader in(bytes);
    const WallMs sealed_at{in.u64()};
    const WallMs cached_at{in.u64()};
    const WallMs opened_at{in.u64()};
    const Provider& provider = *find_provider("openai");
    constexpr std::string_view kKey = "sk-1";
    const Result<SealedKey> sealed =
        seal_key({platform().public_key(), "u", Purpose::job, sealed_at}, provider,
                 {reinterpret_cast<const std::uint8_t*>(kKey.data()), kKey.size()});
    if (in.failed() || !sealed.ok())
        return;
    const Result<CachedKey> cached =
        cache_sealed_key({&platform(), 1}, sealed.value().bytes, demand_at(cached_at));
    if (!cached.ok())
        return;
    const WallMs expires = cached.value().expires;
    if (expires <= cached_at || expires.ms - cached_at.ms > kMaxCacheLifeMs)
        __builtin_trap(); // in the cache for longer than anything may be
    const bool opens = open_cached_key({&platform(), 1}, cached.value().bytes, demand_at(opened_at)).ok();
    const bool alive = opened_at < expires && expires.ms - opened_at.ms <= kMaxCacheLifeMs + kMaxSkewMs;
    if (opens != alive)
        __builtin_trap();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    open_any({data, size});
    open_sealed_plaintext({data, size});
    open_at_any_time({data, size});
    return 0;
}
