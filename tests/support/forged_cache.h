/// A cached key with any plaintext: what only who has the platform's secret can make, and the core never
/// does.
#pragma once

#include "byok/cached_key.h"
#include "hazmat/box.h"
#include "wire.h"

#include <cstdint>
#include <vector>

namespace byok::testing {

/// @param demand for whom; its times are not looked at. @param padded the plaintext, as it goes into the box.
inline std::vector<std::uint8_t> forge_cached(const PlatformSecret& secret, const CacheDemand& demand,
                                              WallMs expires, ByteView padded) {
    hazmat::Context context(kFormatVersion, "platform-cache");
    context.add(secret.key_id()).add_text(demand.user).add_text(demand.provider->id).add_u64(expires.ms);
    const auto box = hazmat::seal_box(secret.cache_key(), context, padded).value();
    std::vector<std::uint8_t> cached(1 + kKeyIdBytes + 8 + box.size());
    wire::Writer out(cached);
    out.u8(1);
    out.bytes(secret.key_id());
    out.u64(expires.ms);
    out.bytes(box);
    return cached;
}

} // namespace byok::testing
