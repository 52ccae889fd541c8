/// Padding (ISO/IEC 7816-4: 0x80, then zeros), so that the length of a box doesn't betray what is in it.
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>

namespace byok::hazmat {

/// The size after padding: the next multiple of `block` above `size` (always at least one byte more).
constexpr std::size_t padded_size(std::size_t size, std::size_t block) noexcept {
    return (size / block + 1) * block;
}

/// A padded copy. The caller still owns, and must wipe, the source.
Result<SecretBytes> pad(ByteView bytes, std::size_t block) noexcept;

/// Removes the padding in place, in time that depends on the padded size alone.
/// @param block a multiple of 8.
/// @return bad_argument where there is no valid padding.
Status unpad(SecretBytes& bytes, std::size_t block) noexcept;

} // namespace byok::hazmat
