#include "id_index.h"

#include <cstring>
#include <utility>

namespace byok {

bool IdIndex::is_before(const Place& a, const Place& b) noexcept {
    const int order = std::memcmp(a.id->data(), b.id->data(), kIdBytes);
    return order < 0 || (order == 0 && a.place < b.place);
}

void IdIndex::sift_down(std::size_t root, std::size_t end) noexcept {
    for (std::size_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
        if (child + 1 < end && is_before(places_[child], places_[child + 1]))
            ++child;
        if (!is_before(places_[root], places_[child]))
            return;
        std::swap(places_[root], places_[child]);
        root = child;
    }
}

/// A heap sort: std::sort is eight times the code.
bool IdIndex::settle() noexcept {
    const std::size_t size = places_.size();
    for (std::size_t root = size / 2; root > 0; --root)
        sift_down(root - 1, size);
    for (std::size_t end = size; end > 1; --end) {
        std::swap(places_[0], places_[end - 1]);
        sift_down(0, end - 1);
    }
    for (std::size_t i = 1; i < size; ++i)
        if (*places_[i - 1].id == *places_[i].id)
            return false;
    return true;
}

std::optional<std::size_t> IdIndex::find(const IdBytes& id) const noexcept {
    std::size_t low = 0;
    std::size_t high = places_.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (is_before(places_[middle], {&id, 0}))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == places_.size() || *places_[low].id != id)
        return std::nullopt;
    return places_[low].place;
}

} // namespace byok
