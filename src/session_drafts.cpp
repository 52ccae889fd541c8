#include "byok/app_origin.h"
#include "byok/key_text.h"
#include "hazmat/hash.h"
#include "hazmat/random.h"
#include "session_state.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

/// E3: the stored record of this provider that holds this very key. Opens the provider's key boxes one after
/// the other, each wiped before the next; a look at previews would miss keys that differ in the middle.
EntryPtr find_same_key(const Contents& contents, const Provider& provider, const SecretBytes& key) {
    for (const EntryPtr& entry : contents.entries) {
        if (entry->state != RecordState::ok || entry->meta->provider != &provider)
            continue;
        const Result<SecretBytes> stored =
            open_key(*contents.key, contents.header.vault_id, entry->record, provider);
        if (stored.ok() && hazmat::equal(stored.value(), key))
            return entry;
    }
    return nullptr;
}

EntryPtr find_first(const Contents& contents, const Provider& provider) {
    const auto found =
        std::find_if(contents.entries.begin(), contents.entries.end(), [&](const EntryPtr& entry) {
            return entry->state == RecordState::ok && entry->meta->provider == &provider;
        });
    return found == contents.entries.end() ? nullptr : *found;
}

DraftResult describe(const Draft& draft, bool already_there) {
    return {draft.id, draft.edges_cleaned, already_there, draft.shape};
}

Draft& keep(std::vector<Draft>& drafts, Draft draft, const std::optional<DraftId>& accepting) {
    std::erase_if(drafts, [&](const Draft& old) {
        return old.id == draft.id || old.meta.provider == draft.meta.provider;
    });
    if (drafts.size() >= kMaxDrafts)
        drafts.erase(std::find_if(drafts.begin(), drafts.end(),
                                  [&](const Draft& old) { return accepting != old.id; }));
    return drafts.emplace_back(std::move(draft));
}

std::size_t count_promised(const Contents& contents) noexcept {
    return static_cast<std::size_t>(
        std::count_if(contents.entries.begin(), contents.entries.end(),
                      [](const EntryPtr& entry) { return entry->state != RecordState::unexpected; }));
}

} // namespace

Result<DraftResult> Session::draft(const Provider& provider, ByteView pasted, std::string_view label,
                                   WallMs now, std::string_view app) {
    if (!state_)
        return Status::locked;
    if (!app.empty() && !is_app_origin(app))
        return Status::bad_argument;
    const Provider* const row = catalogue_row(provider);
    if (row == nullptr)
        return Status::unknown_provider;
    BYOK_TRY(clean, clean_key(pasted));

    Draft draft;
    hazmat::fill_random(draft.id.bytes);
    draft.meta.provider = row;
    draft.meta.label = label;
    draft.meta.preview = make_preview(clean.key.expose());
    draft.meta.added = now;
    draft.meta.updated = now;
    draft.shape = read_shape(clean.key.expose());
    draft.edges_cleaned = clean.edges_cleaned;
    draft.allows = app;
    BYOK_TRY(sealed, seal_record(state_->draft_key, state_->now.header.vault_id, RecordId{draft.id.bytes},
                                 draft.meta, clean.key.expose()));
    draft.sealed = std::move(sealed);
    const bool already_there = find_same_key(state_->now, *row, clean.key) != nullptr;
    return describe(keep(state_->drafts, std::move(draft), state_->accepting), already_there);
}

Result<DraftResult> Session::retarget(const DraftId& id, const Provider& provider) {
    if (!state_)
        return Status::locked;
    const Draft* const old = state_->find_draft(id);
    if (old == nullptr)
        return Status::draft_unknown;
    if (state_->accepting == id)
        return Status::busy;
    const Provider* const row = catalogue_row(provider);
    if (row == nullptr)
        return Status::unknown_provider;

    const VaultId& vault = state_->now.header.vault_id;
    Draft draft = *old;
    draft.meta.provider = row;
    BYOK_TRY(key, open_key(state_->draft_key, vault, old->sealed, *old->meta.provider));
    BYOK_TRY(sealed, seal_record(state_->draft_key, vault, old->sealed.id, draft.meta, key.expose()));
    draft.sealed = std::move(sealed);
    const bool already_there = find_same_key(state_->now, *row, key) != nullptr;
    return describe(keep(state_->drafts, std::move(draft), state_->accepting), already_there);
}

void Session::discard(const DraftId& id) noexcept {
    if (state_)
        state_->forget_draft(id);
}

Result<Change> Session::accept(const DraftId& id, Verdict verdict, WallMs now) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    const StoreDecision decision = store_decision(verdict);
    if (decision == StoreDecision::refuse || decision == StoreDecision::offer_switch)
        return Status::bad_argument;
    const Draft* const draft = state_->find_draft(id);
    if (draft == nullptr)
        return Status::draft_unknown;

    Contents next = state_->now;
    const VaultId& vault = next.header.vault_id;
    BYOK_TRY(key, open_key(state_->draft_key, vault, draft->sealed, *draft->meta.provider));
    const EntryPtr same = find_same_key(next, *draft->meta.provider, key);
    const EntryPtr replaced = same ? same : find_first(next, *draft->meta.provider);
    if (!replaced && count_promised(next) >= kMaxRecords)
        return Status::too_many_records;

    RecordMeta meta = draft->meta;
    if (replaced) {
        meta.added = replaced->meta->added;
        if (meta.label.empty())
            meta.label = replaced->meta->label;
    }
    if (same)
        meta.updated = same->meta->updated;
    if (is_about_the_key(verdict)) {
        meta.verdict = verdict;
        meta.verdict_at = now;
    } else if (same) {
        meta.verdict = same->meta->verdict;
        meta.verdict_at = same->meta->verdict_at;
    }

    RecordId record_id = replaced ? replaced->record.id : RecordId{};
    if (!replaced)
        hazmat::fill_random(record_id.bytes);
    BYOK_TRY(record, seal_record(*next.key, vault, record_id, meta, key.expose()));
    next.put(make_entry(record, meta));
    // A list that is full costs the app its permission, not the person the key.
    if (!draft->allows.empty())
        (void)next.allow_app(draft->allows, now);
    BYOK_TRY(change, state_->stage(std::move(next), {.put = {std::move(record)}}));
    state_->accepting = id;
    return std::move(change);
}

} // namespace byok
