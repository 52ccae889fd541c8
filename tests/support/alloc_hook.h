/// Watches the test program's memory: what is freed, what it still held, how much was asked for, and refusing
/// it.
///
/// The test program's operator new and delete are replaced (tests/support/alloc_hook.cpp):
/// - SecretBytes is the only user of the nothrow array form, so every such block is known to have held a
/// secret: where one
///   is not all zeros when it is freed, the test program stops, in any test, without anything to write for
///   it. Inside an AllocWatch it is counted instead.
/// - Inside an AllocWatch every block that is freed, of whatever owner, is searched for 8 consecutive bytes
/// of each canary.
///   Keep canaries in static or stack memory: a test's own vector of them would be found as well.
///
///     constexpr auto kCanary = random_looking_bytes<40>(7);
///     AllocWatch watch({kCanary});
///     ... use the core with kCanary as a key or password ...
///     CHECK(watch.findings().freed_secrets > 0); // something was watched
///     CHECK(watch.is_clean());
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>
#include <initializer_list>

namespace byok::testing {

struct AllocFindings {
    std::size_t freed_secrets = 0;   ///< blocks of SecretBytes given back
    std::size_t unwiped_secrets = 0; ///< of these, not all zeros
    std::size_t leaky_blocks = 0;    ///< blocks given back that held a part of a canary
    std::size_t largest_request =
        0; ///< bytes; from operator new and from mmap, where Argon2's memory comes from
};

/// At most one at a time.
class AllocWatch {
  public:
    /// @param canaries the random part of each planted secret, at least 8 bytes, 1024 in all.
    explicit AllocWatch(std::initializer_list<ByteView> canaries = {}) noexcept;
    ~AllocWatch();
    AllocWatch(const AllocWatch&) = delete;
    AllocWatch& operator=(const AllocWatch&) = delete;

    [[nodiscard]] AllocFindings findings() const noexcept;
    [[nodiscard]] bool is_clean() const noexcept;
};

/// While it lives, SecretBytes and Argon2 get no memory above `bytes` at once.
class RefuseAbove {
  public:
    explicit RefuseAbove(std::size_t bytes) noexcept;
    ~RefuseAbove();
    RefuseAbove(const RefuseAbove&) = delete;
    RefuseAbove& operator=(const RefuseAbove&) = delete;
};

} // namespace byok::testing
