#include "session_state.h"

#ifdef BYOK_HOLD_POINT
// In the build of the memory test only: stops here, with the key in clear, until the test has looked.
extern "C" void byok_hold_point();
#endif

namespace byok {
namespace {

/// The one place where a stored key is in clear: between open_key and the end of this call, which wipes it.
Result<SealedKey> seal_opened(const VaultKey& key, const VaultId& vault, const Record& record,
                              const Provider& provider, const SealTarget& target) {
    BYOK_TRY(provider_key, open_key(key, vault, record, provider));
#ifdef BYOK_HOLD_POINT
    byok_hold_point();
#endif
    return seal_key(target, provider, provider_key.expose());
}

/// A page that is signed in as somebody else must not have this person's keys sealed for that account.
Status check_confirmed(const std::optional<ConfirmedUser>& confirmed, const SealTarget& target) noexcept {
    return confirmed && confirmed->id == target.user ? Status::ok : Status::user_unconfirmed;
}

} // namespace

Result<SealedKey> Session::seal_for_platform(const RecordId& id, const SealTarget& target) {
    if (!state_)
        return Status::locked;
    const Contents& now = state_->now;
    BYOK_TRY(entry, now.find_ok(id));
    BYOK_CHECK(check_confirmed(now.user, target));
    return seal_opened(*now.key, now.header.vault_id, entry->record, *entry->meta->provider, target);
}

Result<SealedKey> Session::seal_draft_for_platform(const DraftId& id, const SealTarget& target) {
    if (!state_)
        return Status::locked;
    const Draft* const draft = state_->find_draft(id);
    if (draft == nullptr)
        return Status::draft_unknown;
    if (target.purpose != Purpose::test)
        return Status::purpose_refused;
    BYOK_CHECK(check_confirmed(state_->now.user, target));
    return seal_opened(state_->draft_key, state_->now.header.vault_id, draft->sealed, *draft->meta.provider,
                       target);
}

} // namespace byok
