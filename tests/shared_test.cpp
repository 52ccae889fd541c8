#include "shared.h"

#include <catch2/catch.hpp>

#include <vector>

namespace byok {
namespace {

/// Counts how many of them there are.
struct Counted {
    explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
    Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
    Counted& operator=(Counted&&) = delete;
    ~Counted() { --*alive_; }

  private:
    int* alive_;
};

} // namespace

TEST_CASE("what is shared lives as long as its last owner, and no longer") {
    int alive = 0;
    {
        Shared<Counted> first{Counted(alive)};
        CHECK(alive == 1);
        Shared<Counted> second = first;
        CHECK(first == second);
        const Shared<Counted> moved = std::move(first);
        CHECK_FALSE(first); // NOLINT(bugprone-use-after-move): what it is then is promised
        second = nullptr;
        CHECK(alive == 1);
        std::vector<Shared<Counted>> many(10, moved);
        many.resize(3);
        const Shared<Counted>& same = many.back();
        many.front() = same;
        many.erase(many.begin(), many.end());
        CHECK(alive == 1);
        second = Shared<Counted>{Counted(alive)};
        CHECK(alive == 2);
        CHECK_FALSE(second == moved);
    }
    CHECK(alive == 0);
    CHECK(Shared<Counted>() == nullptr);
}

} // namespace byok
