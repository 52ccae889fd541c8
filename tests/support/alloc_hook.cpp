#include "support/alloc_hook.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace byok::testing {
namespace {

constexpr std::size_t kWindow = 8;

/// In front of every block. Its size keeps what follows aligned for anything.
struct alignas(std::max_align_t) BlockHead {
    std::size_t size;
    bool holds_secret;
};

/// The canaries' windows of 8 bytes, in memory that no allocation touches.
struct Canaries {
    std::array<std::uint64_t, 1024> windows{};
    std::size_t count = 0;
    std::array<bool, 65536> starts{}; // by the first two bytes: most of a block is dismissed by one look here
};

bool watching = false;
AllocFindings found;
Canaries canaries;
std::size_t refuse_above = std::numeric_limits<std::size_t>::max();

std::uint64_t window_at(const std::uint8_t* bytes) noexcept {
    std::uint64_t window = 0;
    std::memcpy(&window, bytes, kWindow);
    return window;
}

bool holds_canary(ByteView block) noexcept {
    for (std::size_t i = 0; i + kWindow <= block.size(); ++i) {
        const std::uint64_t window = window_at(block.data() + i);
        if (!canaries.starts[window & 0xFFFF])
            continue;
        const auto* end = canaries.windows.begin() + canaries.count;
        if (std::find(canaries.windows.cbegin(), end, window) != end)
            return true;
    }
    return false;
}

void inspect(const BlockHead& head, ByteView block) noexcept {
    if (watching && canaries.count > 0 && holds_canary(block))
        ++found.leaky_blocks;
    if (!head.holds_secret)
        return;
    ++found.freed_secrets;
    if (std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; }))
        return;
    ++found.unwiped_secrets;
    if (!watching) {
        std::fputs("A SecretBytes block was freed without being wiped.\n", stderr);
        std::abort();
    }
}

void* allocate(std::size_t size, bool holds_secret) noexcept {
    found.largest_request = std::max(found.largest_request, size);
    // Zeroed, so that what a block holds in the end was written during its own life and not by the block
    // before it.
    auto* head = static_cast<BlockHead*>(std::calloc(1, sizeof(BlockHead) + size));
    if (head == nullptr)
        return nullptr;
    *head = {size, holds_secret};
    return head + 1;
}

void* allocate_or_abort(std::size_t size) noexcept {
    void* block = allocate(size, false);
    if (block == nullptr)
        std::abort();
    return block;
}

void release(void* block) noexcept {
    if (block == nullptr)
        return;
    BlockHead* head = static_cast<BlockHead*>(block) - 1;
    inspect(*head, {static_cast<const std::uint8_t*>(block), head->size});
    std::free(head);
}

} // namespace

AllocWatch::AllocWatch(std::initializer_list<ByteView> planted) noexcept {
    if (watching)
        std::abort();
    found = {};
    canaries = {};
    for (const ByteView canary : planted) {
        for (std::size_t i = 0; i + kWindow <= canary.size(); ++i) {
            const std::uint64_t window = window_at(canary.data() + i);
            canaries.windows.at(canaries.count++) = window;
            canaries.starts[window & 0xFFFF] = true;
        }
    }
    watching = true;
}

AllocWatch::~AllocWatch() {
    watching = false;
}

AllocFindings AllocWatch::findings() const noexcept {
    return found;
}

bool AllocWatch::is_clean() const noexcept {
    return found.leaky_blocks == 0 && found.unwiped_secrets == 0;
}

RefuseAbove::RefuseAbove(std::size_t bytes) noexcept {
    refuse_above = bytes;
}

RefuseAbove::~RefuseAbove() {
    refuse_above = std::numeric_limits<std::size_t>::max();
}

} // namespace byok::testing

using byok::testing::allocate;
using byok::testing::allocate_or_abort;
using byok::testing::refuse_above;
using byok::testing::release;

// clang 14 knows the sized forms only where somebody declares them; g++ calls them.
void operator delete(void* block, std::size_t size) noexcept;
void operator delete[](void* block, std::size_t size) noexcept;

void* operator new(std::size_t size) {
    return allocate_or_abort(size);
}
void* operator new[](std::size_t size) {
    return allocate_or_abort(size);
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return allocate(size, false);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return size > refuse_above ? nullptr : allocate(size, true);
}
void operator delete(void* block) noexcept {
    release(block);
}
void operator delete[](void* block) noexcept {
    release(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept {
    release(block);
}
void operator delete[](void* block, std::size_t /*size*/) noexcept {
    release(block);
}
void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept {
    release(block);
}
void operator delete[](void* block, const std::nothrow_t& /*tag*/) noexcept {
    release(block);
}

/// libsodium maps Argon2's memory; the program's own symbol comes before the C library's.
extern "C" void* mmap(void* address, std::size_t length, int protection, int flags, int file,
                      off_t offset) noexcept {
    byok::testing::found.largest_request = std::max(byok::testing::found.largest_request, length);
    if (length > refuse_above) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel answers with a number
    return reinterpret_cast<void*>(syscall(SYS_mmap, address, length, protection, flags, file, offset));
}
