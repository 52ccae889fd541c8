/// Bounded little-endian reading and writing: the bytes of every stored format go through here.
#pragma once

#include "byok/header.h"
#include "byok/ids.h"
#include "byok/secret_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace byok::wire {

/// Reads from the front. A read beyond the end gives zeros or an empty view and fails the reader for good, so
/// that a decoder may read on and ask once.
class Reader {
  public:
    explicit Reader(ByteView bytes) noexcept : rest_(bytes) {}

    std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number<1>()); }
    std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number<2>()); }
    std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number<4>()); }
    std::uint64_t u64() noexcept { return number<8>(); }
    ByteView bytes(std::size_t count) noexcept;
    std::string_view text(std::size_t count) noexcept;
    template <std::size_t size>
    std::array<std::uint8_t, size> array() noexcept {
        std::array<std::uint8_t, size> out{};
        const ByteView in = bytes(size);
        for (std::size_t i = 0; i < in.size(); ++i)
            out[i] = in[i];
        return out;
    }
    template <typename IdType>
    IdType id() noexcept {
        return IdType{array<kIdBytes>()};
    }

    [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// Nothing failed and nothing is left over.
    [[nodiscard]] bool finished() const noexcept { return !failed_ && rest_.empty(); }

  private:
    template <std::size_t size>
    std::uint64_t number() noexcept {
        const ByteView in = bytes(size);
        std::uint64_t value = 0;
        for (std::size_t i = in.size(); i > 0; --i)
            value = value << 8 | in[i - 1];
        return value;
    }

    ByteView rest_;
    bool failed_ = false;
};

/// Writes into memory of the right size, which the caller counted: a buffer that grows would leave copies of
/// a secret behind. A write beyond the end is a mistake of ours, and traps.
class Writer {
  public:
    explicit Writer(MutableBytes out) noexcept : rest_(out) {}

    void u8(std::uint8_t value) noexcept { number<1>(value); }
    void u16(std::uint16_t value) noexcept { number<2>(value); }
    void u32(std::uint32_t value) noexcept { number<4>(value); }
    void u64(std::uint64_t value) noexcept { number<8>(value); }
    void bytes(ByteView in) noexcept;
    void text(std::string_view in) noexcept;
    template <typename Tag>
    void id(const Id<Tag>& value) noexcept {
        bytes(value.bytes);
    }

    [[nodiscard]] bool full() const noexcept { return rest_.empty(); }

  private:
    template <std::size_t size>
    void number(std::uint64_t value) noexcept {
        std::array<std::uint8_t, size> out;
        for (auto& byte : out) {
            byte = static_cast<std::uint8_t>(value & 0xFF);
            value >>= 8;
        }
        bytes(out);
    }

    MutableBytes rest_;
};

inline constexpr std::size_t kMagicBytes = 4;
inline constexpr std::size_t kPreambleBytes = kMagicBytes + 2;

/// Every stored object of every version begins with its magic and a u16 version.
void write_preamble(Writer& out, std::string_view magic) noexcept;
/// @return the version, 1 or higher; `damaged` where the magic is another one or the version is 0.
Result<std::uint16_t> read_preamble(Reader& in, std::string_view magic, Status damaged) noexcept;

} // namespace byok::wire
