#include "byok/common_passwords.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <optional>

namespace byok {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{'B', 'P', 'W', '1'};
constexpr std::size_t kHeaderBytes = 24;
constexpr std::uint32_t kMaxCount = 1U << 20;
constexpr std::uint32_t kMaxRate = 1U << 20;
constexpr std::uint32_t kMaxRemainderBits = 24;
constexpr std::uint32_t kMaxOnes = 32;

std::uint64_t read_little_endian(ByteView bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        value = value << 8 | bytes[i - 1];
    return value;
}

/// Reads the differences between sorted fingerprints; see the tool for the coding.
class GolombReader {
  public:
    GolombReader(ByteView bits, std::uint32_t remainder_bits) noexcept
        : bits_(bits), remainder_bits_(remainder_bits) {}

    /// Nothing at the end, and where the unary part is longer than kMaxOnes.
    std::optional<std::uint64_t> next() noexcept {
        const std::uint64_t ahead = window();
        const auto ones = static_cast<std::uint32_t>(std::countl_one(ahead));
        const std::uint32_t used = ones + 1 + remainder_bits_;
        if (ones > kMaxOnes || used > bits_.size() * 8 - position_)
            return std::nullopt;
        position_ += used;
        const std::uint64_t mask = (std::uint64_t{1} << remainder_bits_) - 1;
        return std::uint64_t{ones} << remainder_bits_ | (ahead >> (64 - used) & mask);
    }

    /// Nothing is left but the zeros that fill the last byte.
    [[nodiscard]] bool at_end() const noexcept { return bits_.size() * 8 - position_ < 8 && window() == 0; }

  private:
    /// The next 57 bits or more from the highest on, zeros beyond the end.
    [[nodiscard]] std::uint64_t window() const noexcept {
        std::uint64_t bits = 0;
        for (std::size_t i = position_ / 8; i < position_ / 8 + 8; ++i)
            bits = bits << 8 | (i < bits_.size() ? bits_[i] : 0U);
        return bits << position_ % 8;
    }

    ByteView bits_;
    std::uint32_t remainder_bits_;
    std::size_t position_ = 0;
};
static_assert(kMaxOnes + 1 + kMaxRemainderBits <= 57, "a difference is read from one window");

bool is_well_formed(ByteView bits, std::uint32_t count, std::uint32_t remainder_bits,
                    std::uint64_t range) noexcept {
    GolombReader reader(bits, remainder_bits);
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::optional<std::uint64_t> difference = reader.next();
        if (!difference.has_value())
            return false;
        value += *difference; // can't overflow: each is below 2^30 and there are at most 2^20
        if (value >= range)
            return false;
    }
    return reader.at_end();
}

} // namespace

std::uint64_t password_fingerprint(ByteView lower_case_password) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::uint8_t byte : lower_case_password)
        hash = (hash ^ byte) * 0x100000001b3U;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdU;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53U;
    return hash ^ hash >> 33;
}

Result<CommonPasswords> CommonPasswords::load(ByteView file) noexcept {
    CommonPasswords set;
    if (file.empty())
        return set;
    if (file.size() < kHeaderBytes || !std::equal(kMagic.begin(), kMagic.end(), file.begin()))
        return Status::bad_argument;

    const std::uint64_t count = read_little_endian(file.subspan(12, 4));
    const std::uint64_t rate = read_little_endian(file.subspan(16, 4));
    const std::uint64_t remainder_bits = read_little_endian(file.subspan(20, 4));
    if (count == 0 || count > kMaxCount || rate == 0 || rate > kMaxRate ||
        remainder_bits > kMaxRemainderBits) {
        return Status::bad_argument;
    }
    set.bits_ = file.subspan(kHeaderBytes);
    set.count_ = static_cast<std::uint32_t>(count);
    set.remainder_bits_ = static_cast<std::uint32_t>(remainder_bits);
    set.range_ = count * rate;
    if (password_fingerprint(file.subspan(12)) != read_little_endian(file.subspan(4, 8)) ||
        !is_well_formed(set.bits_, set.count_, set.remainder_bits_, set.range_)) {
        return Status::bad_argument;
    }
    return set;
}

bool CommonPasswords::contains(ByteView lower_case_password) const noexcept {
    if (count_ == 0)
        return false;
    const std::uint64_t wanted = password_fingerprint(lower_case_password) % range_;
    GolombReader reader(bits_, remainder_bits_);
    std::uint64_t value = 0;
    bool found = false;
    // To the end in any case: how long a lookup takes says nothing about the password.
    for (std::uint32_t i = 0; i < count_; ++i) {
        value += reader.next().value_or(0);
        found = found || value == wanted;
    }
    return found;
}

} // namespace byok
