/// Start of libsodium and the one source of randomness.
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>

namespace byok::hazmat {

/// Fills `size` bytes at `out` with cryptographic randomness, or does not return.
using RandomSource = void (*)(void* out, std::size_t size);

/// Must succeed once before anything else of the core is used; later calls do nothing.
/// @param source replaces libsodium's own. The wasm build gives one that asks the browser once for all bytes:
///               libsodium's asks once for each byte.
/// @return internal where the system has no source of randomness.
Status init(RandomSource source = nullptr) noexcept;

/// Nonces, salts, ids, keys. One call to the source, whatever the size.
void fill_random(MutableBytes out) noexcept;

} // namespace byok::hazmat
