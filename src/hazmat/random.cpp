#include "hazmat/random.h"

#include <sodium.h>

#include <cstdint>

namespace byok::hazmat {
namespace {

RandomSource given_source = nullptr;

void fill_from_given(void* const out, const std::size_t size) {
    given_source(out, size);
}

std::uint32_t number_from_given() {
    std::uint32_t number = 0;
    given_source(&number, sizeof number);
    return number;
}

const char* name_of_given() {
    return "given";
}

randombytes_implementation given_implementation{
    .implementation_name = name_of_given,
    .random = number_from_given,
    .stir = nullptr,
    .uniform = nullptr,
    .buf = fill_from_given,
    .close = nullptr,
};

} // namespace

Status init(RandomSource source) noexcept {
    if (source != nullptr) {
        given_source = source;
        if (randombytes_set_implementation(&given_implementation) != 0)
            return Status::internal;
    }
    return sodium_init() < 0 ? Status::internal : Status::ok;
}

void fill_random(MutableBytes out) noexcept {
    randombytes_buf(out.data(), out.size());
}

} // namespace byok::hazmat
