#include "session_state.h"

#include <utility>

namespace byok {
namespace {

Result<Kek> copy_kek(const SecretBytes& secret) {
    BYOK_TRY(copy, SecretBytes::copy_of(secret.expose()));
    return Kek(std::move(copy));
}

/// Every slot but one, wrapping the new key under the wrap key that it had.
Status rewrap_others(Contents& next, const VaultKey& key, const SlotId& but) {
    for (Slot& slot : next.header.slots) {
        if (slot.id == but)
            continue;
        const SlotSecretPtr secret = next.find_secret(slot.id);
        if (!secret)
            return Status::manifest_damaged;
        BYOK_TRY(kek, copy_kek(secret->kek));
        // Another wrap key than the one the slot opens with would lock its owner out.
        if (!matches(slot, kek, next.header.vault_id))
            return Status::manifest_damaged;
        BYOK_TRY(wrapped, wrap(key, kek, next.header.vault_id, slot.id, slot.kind, slot.kdf));
        slot = wrapped;
    }
    return Status::ok;
}

Result<std::vector<Record>> reseal_all(Contents& next, const VaultKey& key) {
    std::vector<Record> records;
    records.reserve(next.entries.size());
    for (EntryPtr& entry : next.entries) {
        BYOK_TRY(record, reseal_record(*next.key, key, next.header.vault_id, entry->record, *entry->meta));
        entry = make_entry(record, *entry->meta);
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace

Result<Change> Session::change_password(const SlotId& slot_id, const Kek& current, Kek next_kek,
                                        const KdfParams& next_params) {
    if (!state_)
        return Status::locked;
    BYOK_CHECK(state_->ready_for_change());
    BYOK_CHECK(check_makeable(next_params));
    Contents next = state_->now;
    const VaultId& vault = next.header.vault_id;
    const Slot* const old_slot = find_slot(next.header, slot_id);
    if (old_slot == nullptr)
        return Status::bad_argument;
    if (!matches(*old_slot, current, vault))
        return Status::wrong_password;
    for (const EntryPtr& entry : next.entries) {
        if (entry->state == RecordState::newer)
            return Status::newer_format;
        if (entry->state != RecordState::ok)
            return Status::record_damaged;
    }

    BYOK_TRY(key, make_vault_key());
    BYOK_TRY(slot, wrap(key, next_kek, vault, slot_id, old_slot->kind, next_params));
    BYOK_CHECK(rewrap_others(next, key, slot_id));
    BYOK_TRY(records, reseal_all(next, key));
    for (Slot& old : next.header.slots)
        if (old.id == slot_id)
            old = slot;
    next.put_secret(make_slot_secret(slot_id, std::move(next_kek)));
    next.key = VaultKeyPtr(std::move(key));
    return state_->stage(std::move(next), {.put = std::move(records), .header = true});
}

} // namespace byok
