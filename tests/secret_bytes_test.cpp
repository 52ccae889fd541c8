#include "byok/secret_bytes.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr auto kCanary = random_looking_bytes<40>(2);

bool is_canary(const SecretBytes& bytes) {
    return std::equal(bytes.expose().begin(), bytes.expose().end(), kCanary.begin(), kCanary.end());
}

} // namespace

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(std::is_nothrow_move_assignable_v<SecretBytes>);

TEST_CASE("wipe() overwrites every byte", "[secret_bytes]") {
    std::array<std::uint8_t, 40> bytes = kCanary;
    wipe(bytes);
    CHECK(bytes == std::array<std::uint8_t, 40>{});
    wipe({});
}

TEST_CASE("A secret starts as zeros and holds what it was given", "[secret_bytes]") {
    const SecretBytes zeros = SecretBytes::make(48).value();
    CHECK(zeros.size() == 48);
    CHECK(std::all_of(zeros.expose().begin(), zeros.expose().end(), [](auto byte) { return byte == 0; }));
    CHECK(is_canary(SecretBytes::copy_of(kCanary).value()));
    CHECK(SecretBytes::make(0).value().empty());
    CHECK(SecretBytes().empty());
}

TEST_CASE("A secret is wiped when it is destroyed, reset, overwritten or shrunk", "[secret_bytes]") {
    const AllocWatch watch({kCanary});
    { const SecretBytes secret = SecretBytes::copy_of(kCanary).value(); }
    CHECK(watch.findings().freed_secrets == 1);

    SecretBytes secret = SecretBytes::copy_of(kCanary).value();
    secret.reset();
    CHECK(secret.empty());
    CHECK(watch.findings().freed_secrets == 2);

    secret = SecretBytes::copy_of(kCanary).value();
    secret = SecretBytes::make(8).value();
    CHECK(watch.findings().freed_secrets == 3);

    secret = SecretBytes::copy_of(kCanary).value();
    const std::uint8_t* tail = std::as_const(secret).expose().data() + 8;
    secret.shrink(8);
    CHECK(secret.size() == 8);
    CHECK(std::all_of(tail, tail + kCanary.size() - 8, [](auto byte) { return byte == 0; }));
    secret.reset();
    CHECK(watch.is_clean());
}

TEST_CASE("A secret is moved without a copy staying behind", "[secret_bytes]") {
    const AllocWatch watch({kCanary});
    {
        SecretBytes from = SecretBytes::copy_of(kCanary).value();
        const std::uint8_t* address = std::as_const(from).expose().data();
        SecretBytes to = std::move(from);
        CHECK(std::as_const(to).expose().data() == address);
        CHECK(from.empty()); // NOLINT(bugprone-use-after-move): that it is empty is the promise
        SecretBytes& same = to;
        to = std::move(same);
        CHECK(is_canary(to));
    }
    CHECK(watch.findings().freed_secrets == 1);
    CHECK(watch.is_clean());
}

TEST_CASE("A secret for which there is no memory is a typed error", "[secret_bytes]") {
    const RefuseAbove refuse(100);
    CHECK(SecretBytes::make(101).status() == Status::out_of_memory);
    CHECK(SecretBytes::make(100).ok());
}
