#include "id_index.h"
#include "session_state.h"

#include <utility>

namespace byok {
namespace {

/// The same key under new metadata, as a change of one record.
Result<Contents> with_meta(const Contents& contents, const Entry& entry, const RecordMeta& meta) {
    Contents next = contents;
    BYOK_TRY(record, reseal_record(*next.key, *next.key, next.header.vault_id, entry.record, meta));
    next.put(make_entry(std::move(record), meta));
    return next;
}

/// One of a newer version can't be read, and is not for us to throw away.
bool is_worth_keeping(const Entry& entry) noexcept {
    return entry.meta || entry.state == RecordState::newer;
}

EntryPtr accepted(const Entry& found) {
    Entry entry = found;
    entry.promised = hash_of(entry.record.bytes);
    entry.state = entry.meta ? RecordState::ok : RecordState::newer;
    return EntryPtr(std::move(entry));
}

} // namespace

Result<Change> Session::remove(const RecordId& id) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    Contents next = state_->now;
    const auto same_id = [&](const EntryPtr& entry) {
        return entry->record.id == id;
    };
    if (std::erase_if(next.entries, same_id) == 0)
        return Status::record_unknown;
    return state_->stage(std::move(next), {.remove = {id}});
}

Result<Change> Session::set_label(const RecordId& id, std::string_view label) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    BYOK_TRY(entry, state_->now.find_ok(id));
    RecordMeta meta = *entry->meta;
    meta.label = label;
    BYOK_TRY(next, with_meta(state_->now, *entry, meta));
    const Record record = next.find(id)->record;
    return state_->stage(std::move(next), {.put = {record}});
}

Result<std::optional<Change>> Session::set_verdict(const RecordId& id, Verdict verdict, WallMs now) {
    if (!state_)
        return Status::locked;
    BYOK_TRY(entry, state_->now.find_ok(id));
    if (!is_about_the_key(verdict))
        return std::optional<Change>();
    BYOK_CHECK(state_->ready_for_change());
    RecordMeta meta = *entry->meta;
    meta.verdict = verdict;
    meta.verdict_at = now;
    BYOK_TRY(next, with_meta(state_->now, *entry, meta));
    const Record record = next.find(id)->record;
    BYOK_TRY(change, state_->stage(std::move(next), {.put = {record}}));
    return std::optional<Change>(std::move(change));
}

Result<Change> Session::confirm_user(ConfirmedUser user) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    Contents next = state_->now;
    next.user = std::move(user);
    return state_->stage(std::move(next), {});
}

Result<Change> Session::repair() {
    if (!state_)
        return Status::locked;
    if (state_->staged)
        return Status::busy;
    Contents next = state_->now;
    const std::vector<EntryPtr> found = std::exchange(next.entries, {});
    IdIndex kept(found.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        if (is_worth_keeping(*found[i]))
            kept.add(found[i]->record.id.bytes, i);
    kept.settle();

    // Nobody vouches for them: one may have been revoked since. Asking again is cheap.
    if (!next.vouched)
        next.permissions.clear();

    Writes writes;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const EntryPtr& entry = found[i];
        const auto twin = kept.find(entry->record.id.bytes);
        if (twin == i) {
            next.entries.push_back(accepted(*entry));
            continue;
        }
        if (entry->state != RecordState::missing)
            writes.remove.push_back(entry->record.id);
        if (twin)
            writes.put.push_back(found[*twin]->record); // what goes takes its twin's id along
    }
    std::erase_if(next.slots,
                  [&](const SlotSecretPtr& secret) { return find_slot(next.header, secret->id) == nullptr; });
    return state_->stage(std::move(next), std::move(writes));
}

} // namespace byok
