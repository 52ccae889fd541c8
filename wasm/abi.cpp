#include "abi.h"

#include "hazmat/random.h"
#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>

// Everything the core frees goes through these. Out of memory ends the instance: there are no exceptions to
// tell it by.
void* operator new(std::size_t size) {
    void* const memory = std::malloc(size);
    if (memory == nullptr)
        __builtin_trap();
    return memory;
}
void* operator new[](std::size_t size) {
    return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    byok::abi::wipe_and_free(memory);
}
void operator delete[](void* memory) noexcept {
    byok::abi::wipe_and_free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    byok::abi::wipe_and_free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    byok::abi::wipe_and_free(memory);
}
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
    byok::abi::wipe_and_free(memory);
}
void operator delete[](void* memory, const std::nothrow_t& /*tag*/) noexcept {
    byok::abi::wipe_and_free(memory);
}
using namespace byok;
using namespace byok::abi;

StatusCode byok_init() {
    return static_cast<StatusCode>(hazmat::init());
}

std::uint8_t* byok_alloc(Size size) {
    return static_cast<std::uint8_t*>(std::malloc(std::max<Size>(size, 1)));
}

void byok_free(std::uint8_t* memory) {
    wipe_and_free(memory);
}
