#include "hazmat/hash.h"
#include "hazmat/random.h"
#include "session_state.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

template <typename IdType>
IdType make_id() noexcept {
    IdType id;
    hazmat::fill_random(id.bytes);
    return id;
}

/// Whether one of the wrap keys we know opens this header and finds our vault key in it. It tells a manifest
/// that is damaged from one that was sealed under another vault key.
Result<bool> holds_our_key(const Header& header, const Contents& ours) {
    for (const SlotSecretPtr& secret : ours.slots) {
        const Slot* const slot = find_slot(header, secret->id);
        if (slot == nullptr)
            continue;
        BYOK_TRY(copy, SecretBytes::copy_of(secret->kek.expose()));
        const Kek kek(std::move(copy));
        const Result<VaultKey> theirs = unwrap(*slot, kek, header.vault_id);
        if (theirs.ok() && hazmat::equal(theirs.value().secret(), ours.key->secret()))
            return true;
    }
    return false;
}

} // namespace

Result<Session::Created> Session::create(Kek kek, const KdfParams& params,
                                         std::optional<ConfirmedUser> user) {
    BYOK_CHECK(check_makeable(params));
    BYOK_TRY(key, make_vault_key());
    BYOK_TRY(draft_key, make_vault_key());
    Contents empty;
    empty.vouched = true;
    empty.header.vault_id = make_id<VaultId>();
    const SlotId slot_id = make_id<SlotId>();
    BYOK_TRY(slot, wrap(key, kek, empty.header.vault_id, slot_id, SlotKind::password, params));
    empty.header.slots.push_back(slot);
    empty.key = VaultKeyPtr(std::move(key));
    empty.slots.push_back(make_slot_secret(slot_id, std::move(kek)));
    empty.user = std::move(user);

    auto state = std::make_unique<State>(State{std::move(draft_key), empty, std::nullopt, std::nullopt});
    BYOK_TRY(change, state->stage(std::move(empty), {.header = true}));
    return Created{Session(std::move(state)), std::move(change)};
}

Result<Session> Session::unlock(Snapshot snapshot, const SlotId& slot_id, Kek kek) {
    BYOK_TRY(header, decode_header(snapshot.header));
    const Slot* const slot = find_slot(header, slot_id);
    if (slot == nullptr)
        return Status::bad_argument;
    BYOK_TRY(key, unwrap(*slot, kek, header.vault_id));
    BYOK_TRY(draft_key, make_vault_key());
    BYOK_TRY(contents, read_contents(VaultKeyPtr(std::move(key)), std::move(header), std::move(snapshot)));
    // It did open the slot: whatever the manifest has for it, or has lost, this is its wrap key.
    contents.put_secret(make_slot_secret(slot_id, std::move(kek)));
    return Session(std::make_unique<State>(
        State{std::move(draft_key), std::move(contents), std::nullopt, std::nullopt}));
}

Status Session::reload(Snapshot snapshot) {
    if (!state_)
        return Status::locked;
    if (state_->staged)
        return Status::busy;
    const Contents& ours = state_->now;
    BYOK_TRY(header, decode_header(snapshot.header));
    const Result<Manifest> manifest = open_manifest(*ours.key, header.vault_id, snapshot.manifest);
    const bool vouches = manifest.ok() && manifest.value().header_hash == hash_of(snapshot.header);
    if (!vouches) {
        BYOK_TRY(same_key, holds_our_key(header, ours));
        // A header that nothing of ours opens is not taken in beside a manifest of ours: a repair would vouch
        // for it, and the vault would never open again. Ours is still here, and the next password change
        // writes it.
        if (!same_key)
            return manifest.ok() ? Status::header_damaged : Status::vault_changed;
    }

    BYOK_TRY(found, read_contents(ours.key, std::move(header), std::move(snapshot)));
    const bool older = found.revision < ours.revision;
    const bool forked = found.revision == ours.revision && found.newest != ours.newest;
    if (found.vouched && (older || forked))
        distrust(found);
    if (older || forked) {
        found.revision = ours.revision;
        found.newest = ours.newest;
    }
    for (const SlotSecretPtr& secret : ours.slots)
        if (!found.find_secret(secret->id) && find_slot(found.header, secret->id) != nullptr)
            found.put_secret(secret);
    // Another tab may have taken back what was given here.
    for (const Permission& app : state_->now.permissions)
        if (found.find_app(app.origin) == nullptr)
            state_->revoke_in_drafts(app.origin);
    state_->now = std::move(found);
    return Status::ok;
}

} // namespace byok
