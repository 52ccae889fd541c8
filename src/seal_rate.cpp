#include "byok/seal_rate.h"

namespace byok {

bool SealRate::is_used_up(MonoMs now) const noexcept {
    if (counted_ < kSealsPerWindow)
        return false;
    const MonoMs oldest = last_[next_];
    return now <= oldest || now.ms - oldest.ms < kSealWindowMs;
}

void SealRate::count(MonoMs now) noexcept {
    last_[next_] = now;
    next_ = (next_ + 1) % kSealsPerWindow;
    if (counted_ < kSealsPerWindow)
        ++counted_;
}

} // namespace byok
