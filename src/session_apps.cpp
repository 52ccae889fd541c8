#include "byok/app_origin.h"
#include "session_state.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace byok {
namespace {

/// The one that a job gets where a provider has several.
EntryPtr find_usable(const Contents& contents, const Provider* provider) noexcept {
    const auto found =
        std::find_if(contents.entries.begin(), contents.entries.end(), [&](const EntryPtr& entry) {
            return entry->state == RecordState::ok && entry->meta && entry->meta->provider == provider;
        });
    return found == contents.entries.end() ? nullptr : *found;
}

bool is_sealable(std::span<const Provider* const> providers) noexcept {
    if (providers.empty() || providers.size() > kMaxSealedTogether)
        return false;
    for (std::size_t i = 0; i < providers.size(); ++i)
        if (providers[i] == nullptr || std::count(providers.begin(), providers.end(), providers[i]) != 1)
            return false;
    return true;
}

void count_use(Contents& contents, std::string_view origin, WallMs at) noexcept {
    for (Permission& app : contents.permissions) {
        if (app.origin != origin)
            continue;
        app.last_used = at;
        if (app.uses < std::numeric_limits<std::uint32_t>::max())
            ++app.uses;
    }
}

} // namespace

const std::vector<Permission>& Session::apps() const noexcept {
    static const std::vector<Permission> nobody;
    return state_ && state_->now.vouched ? state_->now.permissions : nobody;
}

Result<std::optional<Change>> Session::grant_app(std::string_view origin, WallMs now) {
    if (!state_)
        return Status::locked;
    if (!is_app_origin(origin))
        return Status::bad_argument;
    BYOK_CHECK(state_->ready_for_change());
    if (state_->now.find_app(origin) != nullptr)
        return std::optional<Change>();
    Contents next = state_->now;
    BYOK_CHECK(next.allow_app(origin, now));
    BYOK_TRY(change, state_->stage(std::move(next), {}));
    return std::optional<Change>(std::move(change));
}

Result<std::optional<Change>> Session::revoke_app(std::string_view origin) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    state_->revoke_in_drafts(origin);
    Contents next = state_->now;
    if (std::erase_if(next.permissions, [&](const Permission& app) { return app.origin == origin; }) == 0)
        return std::optional<Change>();
    BYOK_TRY(change, state_->stage(std::move(next), {}));
    return std::optional<Change>(std::move(change));
}

Result<AppSeal> Session::seal_for_app(std::string_view origin, std::span<const Provider* const> providers,
                                      const SealTarget& target, const ClockReading& now) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    if (state_->now.find_app(origin) == nullptr)
        return Status::app_not_allowed;
    if (!is_sealable(providers))
        return Status::bad_argument;
    if (target.purpose != Purpose::job)
        return Status::purpose_refused;
    SealRate& rate = state_->rate_of(origin);
    if (rate.is_used_up(now.mono))
        return Status::rate_limited;

    AppSeal sealed;
    for (const Provider* const provider : providers) {
        const EntryPtr entry = find_usable(state_->now, provider);
        if (!entry)
            return Status::no_key;
        BYOK_TRY(key, seal_for_platform(entry->record.id, target));
        sealed.keys.push_back(std::move(key));
    }
    Contents next = state_->now;
    count_use(next, origin, now.wall);
    BYOK_TRY(change, state_->stage(std::move(next), {}));
    sealed.change = std::move(change);
    rate.count(now.mono);
    return sealed;
}

} // namespace byok
