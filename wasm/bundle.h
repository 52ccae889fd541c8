/// Several byte strings as one: u32 count, then for each u32 length | bytes (little-endian).
#pragma once

#include "wire.h"

#include <vector>

namespace byok::abi {

/// @return false where the bundle is not well formed, or holds more than `max_items`.
inline bool read_bundle(ByteView bundle, std::size_t max_items, std::vector<ByteView>& items) {
    wire::Reader in(bundle);
    const std::uint32_t count = in.u32();
    if (count > max_items)
        return false;
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i)
        items.push_back(in.bytes(in.u32()));
    return in.finished();
}

inline std::size_t bundle_size(const std::vector<ByteView>& items) noexcept {
    std::size_t size = 4;
    for (const ByteView item : items)
        size += 4 + item.size();
    return size;
}

inline void write_bundle(const std::vector<ByteView>& items, MutableBytes out) noexcept {
    wire::Writer writer(out);
    writer.u32(static_cast<std::uint32_t>(items.size()));
    for (const ByteView item : items) {
        writer.u32(static_cast<std::uint32_t>(item.size()));
        writer.bytes(item);
    }
}

} // namespace byok::abi
