/// Memory that is zero when it is given back: a freed block or a dead stack frame in linear memory is read as
/// easily as any other.
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <emscripten/stack.h>
#include <malloc.h>

namespace byok::abi {

inline void wipe_and_free(void* memory) noexcept {
    if (memory == nullptr)
        return;
    wipe({static_cast<std::uint8_t*>(memory), malloc_usable_size(memory)});
    std::free(memory);
}

/// Wipes the stack below the caller's frame. The stack is the lowest part of memory (--stack-first) and grows
/// down.
__attribute__((noinline)) inline void wipe_stack_below() noexcept {
    constexpr std::uintptr_t kLowest = 16; // nothing is ever put around address 0
    const std::uintptr_t top = emscripten_stack_get_current();
    wipe({reinterpret_cast<std::uint8_t*>(kLowest), top - kLowest});
}

/// Runs `call` in a frame of its own, and wipes that frame and all below it before it returns.
template <typename Call>
auto with_clean_stack(const Call& call) noexcept {
    struct Apart {
        __attribute__((noinline)) static auto run(const Call& body) noexcept { return body(); }
    };
    const auto result = Apart::run(call);
    wipe_stack_below();
    return result;
}

} // namespace byok::abi
