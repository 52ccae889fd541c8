/// How often an app may have keys sealed: a script that took over an allowed app's page must not drain the
/// vault unnoticed.
#pragma once

#include "byok/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace byok {

inline constexpr std::size_t kSealsPerWindow = 30;
inline constexpr std::uint64_t kSealWindowMs = 60'000;

/// Of one app in one unlocked session: at most kSealsPerWindow in any kSealWindowMs. Refused ones are not
/// counted, so an app that keeps asking is served again as soon as it may be.
class SealRate {
  public:
    /// @param now a clock that stands still in sleep, or goes back, makes the limit stricter only.
    [[nodiscard]] bool is_used_up(MonoMs now) const noexcept;
    void count(MonoMs now) noexcept;

  private:
    std::array<MonoMs, kSealsPerWindow> last_{}; ///< a ring
    std::size_t next_ = 0;                       ///< where the oldest is, once there are as many as may be
    std::size_t counted_ = 0;
};

} // namespace byok
