/// Start of libsodium and the one source of randomness.
#pragma once

#include "byok/secret_bytes.h"

namespace byok::hazmat {

/// Must succeed once before anything else of the core is used; later calls do nothing.
/// @return internal where the system has no source of randomness.
Status init() noexcept;

/// Nonces, salts, ids, keys. One call to the source, whatever the size.
void fill_random(MutableBytes out) noexcept;

} // namespace byok::hazmat
