#include "byok/common_passwords.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>

namespace byok {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{'B', 'P', 'W', '1'};
constexpr std::size_t kHeaderBytes = 24;
constexpr std::uint32_t kMaxCount = 1U << 20;
constexpr std::uint32_t kMaxRate = 1U << 20;
constexpr std::uint32_t kMaxRemainderBits = 24;

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

    std::optional<std::uint64_t> next() noexcept {
        std::uint64_t difference = 0;
        for (;;) {
            const std::optional<bool> one = bit();
            if (!one.has_value())
                return std::nullopt;
            if (!*one)
                break;
            ++difference;
        }
        for (std::uint32_t i = 0; i < remainder_bits_; ++i) {
            const std::optional<bool> one = bit();
            if (!one.has_value())
                return std::nullopt;
            difference = difference << 1 | (*one ? 1U : 0U);
        }
        return difference;
    }

    /// Nothing but the zeros that fill the last byte.
    [[nodiscard]] bool at_end() noexcept {
        if (bits_.size() * 8 - position_ >= 8)
            return false;
        while (const std::optional<bool> one = bit()) {
            if (*one)
                return false;
        }
        return true;
    }

  private:
    std::optional<bool> bit() noexcept {
        if (position_ >= bits_.size() * 8)
            return std::nullopt;
        const bool one = (bits_[position_ / 8] >> (7 - position_ % 8) & 1) != 0;
        ++position_;
        return one;
    }

    ByteView bits_;
    std::uint32_t remainder_bits_;
    std::size_t position_ = 0;
};

bool is_well_formed(ByteView bits, std::uint32_t count, std::uint32_t remainder_bits,
                    std::uint64_t range) noexcept {
    GolombReader reader(bits, remainder_bits);
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::optional<std::uint64_t> difference = reader.next();
        if (!difference.has_value())
            return false;
        value += *difference; // can't overflow: each is below 2^48 and there are at most 2^20
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

    const std::uint64_t count = read_little_endian(file.subspan(4, 4));
    const std::uint64_t rate = read_little_endian(file.subspan(8, 4));
    const std::uint64_t remainder_bits = read_little_endian(file.subspan(12, 4));
    if (count == 0 || count > kMaxCount || rate == 0 || rate > kMaxRate ||
        remainder_bits > kMaxRemainderBits) {
        return Status::bad_argument;
    }
    set.bits_ = file.subspan(kHeaderBytes);
    set.count_ = static_cast<std::uint32_t>(count);
    set.remainder_bits_ = static_cast<std::uint32_t>(remainder_bits);
    set.range_ = count * rate;
    if (password_fingerprint(set.bits_) != read_little_endian(file.subspan(16, 8)) ||
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
