/// An unlocked vault. Holds the vault key, and no provider key: a key box is opened inside the one call that seals it.
///
/// The session never touches storage. Every mutation returns a Change, which the caller writes in one transaction and
/// then reports with commit() or rollback(); until then no other mutation is accepted (busy). So a crash at any moment
/// leaves the vault as before or as after.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "byok/header.h"
#include "byok/manifest.h"
#include "byok/record.h"
#include "byok/sealed_key.h"

namespace byok {

/// Everything that is stored, as read in one transaction. Order and content are untrusted.
struct Snapshot {
    std::vector<std::uint8_t> header;
    std::vector<std::uint8_t> manifest;
    std::vector<std::vector<std::uint8_t>> records;
};

/// What must be written, all or nothing, provided that the stored revision is still `expected_revision` (0 = nothing stored).
struct Change {
    std::uint64_t expected_revision = 0;
    std::uint64_t revision = 0;
    std::optional<std::vector<std::uint8_t>> header;  ///< present only where it changes
    std::vector<std::uint8_t> manifest;
    std::vector<Record> put;
    std::vector<RecordId> remove;
};

/// What was found about one stored or promised record.
enum class RecordState : std::uint8_t {
    ok = 0,
    unreadable,   ///< its boxes do not open: damaged, or moved from another id
    stale,        ///< opens, but isn't the one the manifest names: restored alone from an older copy
    missing,      ///< named by the manifest, not in the store
    unexpected,   ///< in the store, not named by the manifest (a duplicate, or added behind our back)
    unverified,   ///< opens, but the manifest that should vouch for it does not
};

/// One line of the panel. `meta` is set for ok and unverified only: nothing else is ever shown as configured.
struct RecordView {
    RecordId id;
    RecordState state = RecordState::ok;
    std::optional<RecordMeta> meta;
};

/// A key that was entered but not stored yet: already sealed as a record, so that it is not in clear while its test is under way.
using DraftId = RecordId;

struct DraftResult {
    DraftId draft;
    bool edges_cleaned = false;
    bool already_there = false;    ///< E3: the same key is stored for this provider; accepting re-seals that record
    ShapeHint shape;               ///< E12
};

class Session {
public:
    struct Created;
    /// A new vault under one password slot. The Session is usable once its first Change is committed.
    static Result<Created> create(Kek kek, const KdfParams& params, std::optional<ConfirmedUser> user);
    /// @param slot the slot the KEK was derived for.
    /// @return wrong_password, header_damaged, newer_format, kdf_params_refused. A damaged manifest or record does not fail
    ///         the unlock: it is reported by integrity() and list().
    static Result<Session> unlock(Snapshot snapshot, const SlotId& slot, Kek kek);

    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();  ///< locking is destroying: wipes the vault key and the wrap keys

    [[nodiscard]] std::vector<RecordView> list() const;
    /// ok, manifest_damaged, or record_damaged (at least one record isn't `ok`).
    [[nodiscard]] Status integrity() const noexcept;
    [[nodiscard]] std::uint64_t revision() const noexcept;
    [[nodiscard]] const std::optional<ConfirmedUser>& user() const noexcept;
    [[nodiscard]] const Header& header() const noexcept;

    /// Cleans and seals an entered key as a draft. A second draft for the same provider replaces the first.
    /// @param replaces the record whose key it will replace; none = a new record, or the provider's existing one.
    Result<DraftResult> draft(const Provider& provider, ByteView pasted, std::string_view label, WallMs now);
    /// The same draft for another provider ("switch", E12).
    Status retarget(const DraftId& draft, const Provider& provider);
    void discard(const DraftId& draft) noexcept;
    /// Stores a draft with what its test found. @param verdict any but invalid, blocked, wrong_provider.
    /// An `untested` verdict is "Save untested".
    Result<Change> accept(const DraftId& draft, Verdict verdict, WallMs now);

    Result<Change> remove(const RecordId& record);
    Result<Change> set_label(const RecordId& record, std::string_view label);
    /// @return a Change only where is_about_the_key(verdict); otherwise nothing is written (E30).
    Result<std::optional<Change>> set_verdict(const RecordId& record, Verdict verdict, WallMs now);
    Result<Change> confirm_user(ConfirmedUser user);
    /// Rebuilds the manifest from the records that open, dropping the others: the person accepts what was found (E24).
    Result<Change> repair();
    /// A new vault key, everything re-sealed, `slot` re-wrapped under the new KEK; the other slots keep theirs. An old copy
    /// of the header opens nothing of what is written from now on (E8). Also how a vault with weak parameters is re-wrapped.
    /// @param current derived from the password asked again (E38). @return wrong_password.
    Result<Change> change_password(const SlotId& slot, const Kek& current, Kek next, const KdfParams& next_params);

    /// Seals the stored key of `record`, or a draft's. The key is in clear inside this call only.
    /// @return user_unconfirmed unless target.user is the confirmed user; record_unknown, record_damaged.
    Result<SealedKey> seal_for_platform(const RecordId& record, const SealTarget& target);
    Result<SealedKey> seal_draft_for_platform(const DraftId& draft, const SealTarget& target);

    Status commit() noexcept;    ///< the pending Change is on disk
    Status rollback() noexcept;  ///< it is not
    /// Another tab changed the store. @return vault_changed where the vault key no longer opens it (password changed): lock.
    Status reload(Snapshot snapshot);

private:
    struct State;
    explicit Session(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

struct Session::Created {
    Session session;
    Change change;
};

}  // namespace byok
