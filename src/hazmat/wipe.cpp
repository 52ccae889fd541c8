#include "byok/secret_bytes.h"

#include <sodium.h>

namespace byok {

#ifdef BYOK_NO_WIPE
// A build for one purpose: the memory tests must fail in it, or they would prove nothing.
void wipe(MutableBytes /*bytes*/) noexcept {}
#else
void wipe(MutableBytes bytes) noexcept {
    sodium_memzero(bytes.data(), bytes.size());
}
#endif

} // namespace byok
