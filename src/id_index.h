/// Finds ids in a list that may be long, and may be a hostile store's.
#pragma once

#include "byok/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace byok {

using IdBytes = std::array<std::uint8_t, kIdBytes>;

/// Add all, then settle() once, then find(). The ids must outlive it. In O(n log n), whatever they are.
class IdIndex {
  public:
    explicit IdIndex(std::size_t count) { places_.reserve(count); }

    void add(const IdBytes& id, std::size_t place) { places_.push_back({&id, place}); }
    /// @return whether no two of them are the same.
    bool settle() noexcept;
    /// The lowest place of that id.
    [[nodiscard]] std::optional<std::size_t> find(const IdBytes& id) const noexcept;

  private:
    struct Place {
        const IdBytes* id;
        std::size_t place;
    };

    static bool is_before(const Place& a, const Place& b) noexcept;
    void sift_down(std::size_t root, std::size_t end) noexcept;

    std::vector<Place> places_;
};

} // namespace byok
