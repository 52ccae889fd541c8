#include "id_index.h"

#include <catch2/catch.hpp>

#include <map>
#include <random>

namespace byok {
namespace {

IdBytes id_of(std::uint32_t number) {
    IdBytes id{};
    for (std::size_t i = 0; i < 4; ++i)
        id[(number % 2 == 0 ? 0 : 12) + i] = static_cast<std::uint8_t>(number >> 8 * i);
    return id;
}

} // namespace

TEST_CASE("an index of ids finds each at its lowest place, and nothing else") {
    std::mt19937 random(5);
    for (const std::size_t size : {0U, 1U, 2U, 3U, 17U, 1000U, 10'001U}) {
        std::vector<IdBytes> ids;
        std::map<IdBytes, std::size_t> lowest;
        for (std::size_t i = 0; i < size; ++i) {
            ids.push_back(id_of(static_cast<std::uint32_t>(random() % (size + 1))));
            lowest.emplace(ids.back(), i);
        }
        IdIndex index(size);
        for (std::size_t i = 0; i < size; ++i)
            index.add(ids[i], i);
        CHECK(index.settle() == (lowest.size() == size));
        for (const auto& [id, place] : lowest)
            REQUIRE(index.find(id) == place);
        for (std::uint32_t number = 0; number < 2 * size + 2; ++number)
            REQUIRE(index.find(id_of(number)).has_value() == (lowest.count(id_of(number)) == 1));
    }
}

TEST_CASE("an index tells two of the same id wherever they stand") {
    for (const std::size_t twin : {1U, 50U, 99U}) {
        std::vector<IdBytes> ids;
        for (std::uint32_t i = 0; i < 100; ++i)
            ids.push_back(id_of(i));
        IdIndex without(ids.size());
        for (const IdBytes& id : ids)
            without.add(id, 0);
        CHECK(without.settle());
        ids[twin] = ids[0];
        IdIndex with(ids.size());
        for (const IdBytes& id : ids)
            with.add(id, 0);
        CHECK_FALSE(with.settle());
    }
}

} // namespace byok
