/// Objects that JavaScript names by number. A number carries its kind and a generation, so that a freed one,
/// one of another kind and an invented one are all told from a living one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace byok::abi {

/// @tparam kind 1..3, in the top two bits of each handle; 22 bits of generation and 8 of place follow.
template <typename T, std::uint32_t kind>
class Handles {
  public:
    static constexpr std::size_t kPlaces = 64;

    /// @return 0 where all places are taken.
    std::uint32_t add(T value) {
        for (std::size_t i = 0; i < kPlaces; ++i) {
            Place& place = places_[i];
            if (place.value)
                continue;
            place.value.emplace(std::move(value));
            place.generation = (place.generation + 1) & kGenerations;
            return kind << 30 | place.generation << 8 | static_cast<std::uint32_t>(i);
        }
        return 0;
    }

    T* find(std::uint32_t handle) noexcept {
        Place* const place = place_of(handle);
        return place == nullptr ? nullptr : &*place->value;
    }

    bool remove(std::uint32_t handle) noexcept {
        Place* const place = place_of(handle);
        if (place == nullptr)
            return false;
        place->value.reset();
        return true;
    }

  private:
    static constexpr std::uint32_t kGenerations = (1u << 22) - 1;

    struct Place {
        std::optional<T> value;
        std::uint32_t generation = 0;
    };

    Place* place_of(std::uint32_t handle) noexcept {
        const std::size_t index = handle & 0xFF;
        if (handle >> 30 != kind || index >= kPlaces)
            return nullptr;
        Place& place = places_[index];
        return place.value && place.generation == (handle >> 8 & kGenerations) ? &place : nullptr;
    }

    std::array<Place, kPlaces> places_;
};

} // namespace byok::abi
