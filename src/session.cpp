#include "byok/session.h"

#include "session_state.h"

#include <algorithm>
#include <utility>

namespace byok {

Session::Session(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::vector<RecordView> Session::list() const {
    std::vector<RecordView> views;
    views.reserve(lines());
    for (std::size_t i = 0; i < lines(); ++i) {
        const RecordLine found = line(i);
        views.push_back({found.id, found.state, std::nullopt});
        if (found.meta != nullptr)
            views.back().meta = *found.meta;
    }
    return views;
}

std::size_t Session::lines() const noexcept {
    return state_ ? state_->now.entries.size() : 0;
}

RecordLine Session::line(std::size_t index) const noexcept {
    const Entry& entry = *state_->now.entries[index];
    const bool shown = entry.state == RecordState::ok || entry.state == RecordState::unverified;
    return {entry.record.id, entry.state, shown && entry.meta ? &*entry.meta : nullptr};
}

Status Session::integrity() const noexcept {
    if (!state_)
        return Status::locked;
    if (!state_->now.vouched)
        return Status::manifest_damaged;
    const std::vector<EntryPtr>& entries = state_->now.entries;
    const bool whole = std::all_of(entries.begin(), entries.end(), [](const EntryPtr& entry) {
        return entry->state == RecordState::ok || entry->state == RecordState::newer;
    });
    return whole ? Status::ok : Status::record_damaged;
}

std::uint64_t Session::revision() const noexcept {
    return state_ ? state_->now.stored_revision : 0;
}

const std::optional<ConfirmedUser>& Session::user() const noexcept {
    static const std::optional<ConfirmedUser> nobody;
    return state_ ? state_->now.user : nobody;
}

const Header& Session::header() const noexcept {
    static const Header none;
    return state_ ? state_->now.header : none;
}

Status Session::commit() noexcept {
    if (!state_)
        return Status::locked;
    if (!state_->staged)
        return Status::bad_argument;
    state_->now = std::move(*state_->staged);
    state_->staged.reset();
    if (state_->accepting)
        state_->forget_draft(*state_->accepting);
    state_->accepting.reset();
    return Status::ok;
}

Status Session::rollback() noexcept {
    if (!state_)
        return Status::locked;
    if (!state_->staged)
        return Status::bad_argument;
    state_->staged.reset();
    state_->accepting.reset();
    const bool never_stored = state_->now.revision == 0 && state_->now.vouched;
    if (never_stored)
        state_.reset();
    return Status::ok;
}

Status Session::State::ready_for_change() const noexcept {
    if (staged)
        return Status::busy;
    return now.vouched ? Status::ok : Status::manifest_damaged;
}

SealRate& Session::State::rate_of(std::string_view origin) {
    for (AppRate& app : rates)
        if (app.origin == origin)
            return app.rate;
    return rates.emplace_back(AppRate{std::string(origin)}).rate;
}

Draft* Session::State::find_draft(const DraftId& id) noexcept {
    const auto found =
        std::find_if(drafts.begin(), drafts.end(), [&](const Draft& draft) { return draft.id == id; });
    return found == drafts.end() ? nullptr : &*found;
}

void Session::State::revoke_in_drafts(std::string_view origin) noexcept {
    for (Draft& draft : drafts)
        if (draft.allows == origin)
            draft.allows.clear();
}

void Session::State::forget_draft(const DraftId& id) noexcept {
    std::erase_if(drafts, [&](const Draft& draft) { return draft.id == id; });
}

Result<Change> Session::State::stage(Contents next, Writes writes) {
    BYOK_TRY(change, seal_change(next, std::move(writes)));
    staged = std::move(next);
    return std::move(change);
}

const Provider* catalogue_row(const Provider& provider) noexcept {
    const Provider* const row = find_provider(provider.id);
    return row == &provider ? row : nullptr;
}

} // namespace byok
