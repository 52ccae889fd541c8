/// Bytes that must not outlive their use: owned once, never copied, wiped before their memory is given back.
#pragma once

#include "byok/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace byok {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// Overwrites memory with zeros in a way that the compiler may not remove (sodium_memzero).
void wipe(MutableBytes bytes) noexcept;

/// An owning, move-only buffer for a secret.
///
/// It can't be copied, compared, printed or converted by accident; `expose()` is the only way in, so that
/// `grep -rn 'expose()'` lists every place that reads a secret. Plain heap memory plus a wipe in the
/// destructor: libsodium's guarded allocator costs 256 KiB a secret in wasm and wipes nothing there.
class SecretBytes {
  public:
    SecretBytes() noexcept = default;
    /// @param size bytes; zero-filled. @return out_of_memory where the allocation is refused.
    static Result<SecretBytes> make(std::size_t size) noexcept;
    /// A copy of `bytes`; the caller still owns, and must wipe, the source.
    static Result<SecretBytes> copy_of(ByteView bytes) noexcept;

    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    bool operator==(const SecretBytes&) const = delete;
    ~SecretBytes();

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The secret itself, for the one expression that uses it. Never store the view.
    [[nodiscard]] ByteView expose() const noexcept { return {data_, size_}; }
    [[nodiscard]] MutableBytes expose() noexcept { return {data_, size_}; }

    /// Wipes what lies beyond `size` and forgets it (after unpadding). `size` must not exceed size().
    void shrink(std::size_t size) noexcept;
    /// Wipes and frees now.
    void reset() noexcept;

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0; // what the destructor wipes: shrink() must not leave a tail behind
};

} // namespace byok
