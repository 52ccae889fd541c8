#include "hazmat/random.h"

#include <sodium.h>

namespace byok::hazmat {

Status init() noexcept {
    return sodium_init() < 0 ? Status::internal : Status::ok;
}

void fill_random(MutableBytes out) noexcept {
    randombytes_buf(out.data(), out.size());
}

} // namespace byok::hazmat
