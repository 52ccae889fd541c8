#include "byok/kdf.h"
#include "byok/secret_bytes.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <new>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr auto kCanary = random_looking_bytes<40>(1);

/// A secret's block as SecretBytes makes it.
std::uint8_t* new_secret_block() {
    return new (std::nothrow) std::uint8_t[64]();
}

} // namespace

TEST_CASE("The allocation hook finds a secret block that nobody wiped", "[alloc_hook]") {
    const AllocWatch watch;
    std::uint8_t* block = new_secret_block();
    block[63] = 1;
    delete[] block;
    CHECK(watch.findings().freed_secrets == 1);
    CHECK(watch.findings().unwiped_secrets == 1);
    CHECK_FALSE(watch.is_clean());
}

TEST_CASE("The allocation hook accepts a secret block that was wiped", "[alloc_hook]") {
    const AllocWatch watch;
    std::uint8_t* block = new_secret_block();
    std::copy(kCanary.begin(), kCanary.end(), block);
    wipe({block, 64});
    delete[] block;
    CHECK(watch.findings().freed_secrets == 1);
    CHECK(watch.is_clean());
}

TEST_CASE("The allocation hook finds any eight bytes of a canary in any block", "[alloc_hook]") {
    for (std::size_t start = 0; start + 8 <= kCanary.size(); ++start) {
        const AllocWatch watch({kCanary});
        {
            std::vector<std::uint8_t> block(100);
            std::copy_n(kCanary.begin() + start, 8, block.begin() + 37);
        }
        CHECK(watch.findings().leaky_blocks == 1);
    }
    const AllocWatch watch({kCanary});
    {
        std::vector<std::uint8_t> block(100);
        std::copy_n(kCanary.begin() + 3, 7, block.begin() + 37);
    }
    CHECK(watch.findings().leaky_blocks == 0);
}

TEST_CASE("The allocation hook sees Argon2's memory being asked for, and can refuse it", "[alloc_hook]") {
    const KdfParams params = make_cheap_kdf_params();
    const std::size_t argon2_bytes = std::size_t{params.memory_kib} * 1024;
    {
        const AllocWatch watch;
        CHECK(derive_kek(view("a password"), params).ok());
        CHECK(watch.findings().largest_request >= argon2_bytes);
    }
    const RefuseAbove refuse(argon2_bytes / 2);
    CHECK(derive_kek(view("a password"), params).status() == Status::out_of_memory);
}
