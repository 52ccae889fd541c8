/// Identifiers and times as types of their own: a record id, a vault id and a clock reading are not
/// interchangeable.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace byok {

inline constexpr std::size_t kIdBytes = 16; ///< Random 128-bit identifiers: no collision worth handling.

/// A random identifier; `Tag` makes ids of different things different types.
template <typename Tag>
struct Id {
    std::array<std::uint8_t, kIdBytes> bytes{};
    friend bool operator==(const Id&, const Id&) = default;
};

using VaultId = Id<struct VaultTag>;
using RecordId = Id<struct RecordTag>;
using SlotId = Id<struct SlotTag>;
using SealId = Id<struct SealTag>;

/// Wall-clock time, milliseconds since 1970-01-01T00:00:00Z. May jump in either direction.
struct WallMs {
    std::uint64_t ms = 0;
    friend auto operator<=>(const WallMs&, const WallMs&) = default; // NOLINT(modernize-use-nullptr)
};

/// Monotonic time, milliseconds from any fixed origin. Never goes back; may stand still while the machine
/// sleeps.
struct MonoMs {
    std::uint64_t ms = 0;
    friend auto operator<=>(const MonoMs&, const MonoMs&) = default; // NOLINT(modernize-use-nullptr)
};

} // namespace byok
