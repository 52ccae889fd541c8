/// An unlocked vault. Holds the vault key, and no provider key: a key box is opened inside the one call that
/// seals it.
///
/// The session never touches storage. Every mutation returns a Change, which the caller writes in one
/// transaction and then reports with commit() or rollback(); until then no other mutation is accepted (busy).
/// So a crash at any moment leaves the vault as before or as after.
#pragma once

#include "byok/auto_lock.h"
#include "byok/header.h"
#include "byok/key_shape.h"
#include "byok/manifest.h"
#include "byok/record.h"
#include "byok/sealed_key.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace byok {

/// Everything that is stored, as read in one transaction. Order and content are untrusted.
struct Snapshot {
    std::vector<std::uint8_t> header;
    std::vector<std::uint8_t> manifest;
    std::vector<Record> records; ///< the id under which each is stored, whatever its bytes say: a row can be
                                 ///< found to remove it
};

/// What must be written, all or nothing, provided that the stored revision is still `expected_revision`: what
/// manifest_revision() reads of the stored manifest, 0 where there is none or it has none. Only create()
/// writes a header from revision 0: it must find no header stored.
struct Change {
    std::uint64_t expected_revision = 0;
    std::uint64_t revision = 0;
    std::optional<std::vector<std::uint8_t>> header; ///< present only where it changes
    std::vector<std::uint8_t> manifest;
    std::vector<Record> put;
    std::vector<RecordId> remove;
};

/// What was found about one stored or promised record.
enum class RecordState : std::uint8_t {
    ok = 0,
    unreadable, ///< its boxes do not open: damaged, or moved from another id
    stale,      ///< opens, but isn't the one the manifest names: restored alone from an older copy
    missing,    ///< named by the manifest, not in the store
    unexpected, ///< in the store, not named by the manifest (a duplicate, or added behind our back)
    unverified, ///< opens, but the manifest that should vouch for it does not
    newer,      ///< made by a newer version; left as it is, also by repair()
};

/// One line of the panel. `meta` is set for ok and unverified only: nothing else is ever shown as configured.
/// Two lines may have one id where a hostile store holds it twice; remove() takes both.
struct RecordView {
    RecordId id;
    RecordState state = RecordState::ok;
    std::optional<RecordMeta> meta;
};

/// The same line where it is, until the session changes.
struct RecordLine {
    const RecordId& id;
    RecordState state;
    const RecordMeta* meta; ///< null where the view has none
};

/// A key that was entered but not stored yet: sealed, so that it is not in clear while its test is under way.
/// Drafts live in memory only, under a key of their own that no storage ever sees, and end with the session.
using DraftId = Id<struct DraftTag>;

/// One for each provider, and this many in all; one more, and the oldest is forgotten.
inline constexpr std::size_t kMaxDrafts = 8;

struct DraftResult {
    DraftId draft;
    bool edges_cleaned = false;
    bool already_there =
        false;       ///< E3: the same key is stored for this provider; accepting re-seals that record
    ShapeHint shape; ///< E12
};

/// At most this many providers in one seal_for_app().
inline constexpr std::size_t kMaxSealedTogether = 8;

/// Keys sealed for an app. They are handed to it once its counted use is on disk, or could not be written for
/// want of space: a full store must not stop sealing.
struct AppSeal {
    std::vector<SealedKey> keys; ///< in the order that they were asked for
    Change change;
};

/// Every method of a session that was moved from, or whose creation was rolled back, says `locked` (or shows
/// nothing). Every method that returns a Change may also return busy (one is pending) and, but for repair(),
/// manifest_damaged: nothing is written over a manifest that does not vouch for what is stored, until the
/// person accepts that.
class Session {
  public:
    struct Created;
    /// A new vault under one password slot. The Session is usable once its first Change is committed; rolled
    /// back, it is inert.
    /// @return kdf_params_refused; bad_argument for a KEK of another length or a user outside 1..128 bytes of
    /// id, 256 of name.
    static Result<Created> create(Kek kek, const KdfParams& params, std::optional<ConfirmedUser> user);
    /// @param slot the slot the KEK was derived for.
    /// @return wrong_password, header_damaged, newer_format, kdf_params_refused. A damaged manifest or record
    /// does not fail
    ///         the unlock: it is reported by integrity() and list().
    static Result<Session> unlock(Snapshot snapshot, const SlotId& slot, Kek kek);

    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session(); ///< locking is destroying: wipes the vault key and the wrap keys

    [[nodiscard]] std::vector<RecordView> list() const;
    /// How many lines there are, and one of them.
    [[nodiscard]] std::size_t lines() const noexcept;
    [[nodiscard]] RecordLine line(std::size_t index) const noexcept;
    /// ok, manifest_damaged, or record_damaged (at least one record is neither `ok` nor `newer`).
    [[nodiscard]] Status integrity() const noexcept;
    /// Of what is stored, as last read or committed.
    [[nodiscard]] std::uint64_t revision() const noexcept;
    [[nodiscard]] const std::optional<ConfirmedUser>& user() const noexcept;
    [[nodiscard]] const Header& header() const noexcept;
    /// Who may have keys sealed, the longest allowed first. Nobody where the manifest is damaged.
    [[nodiscard]] const std::vector<Permission>& apps() const noexcept;

    /// Cleans and seals an entered key as a draft. A second draft for the same provider replaces the first.
    /// Possible while a change is pending.
    /// @param label empty = none, or the one of the record it will replace.
    /// @param app the origin of the app that is allowed with the key once that is stored; empty = none. It is
    /// not, where it was
    ///        revoked meanwhile. Where there are kMaxPermissions already, the key is stored all the same, and
    ///        the app will have to ask.
    /// @param now when it was entered: `added` or `updated` once it is stored.
    /// @return key_empty, key_too_long, key_bad_character, label_refused, unknown_provider for one outside
    /// the catalogue; bad_argument for an app that is_app_origin() refuses.
    Result<DraftResult> draft(const Provider& provider, ByteView pasted, std::string_view label, WallMs now,
                              std::string_view app = {});
    /// The same draft for another provider ("switch", E12). @return draft_unknown, unknown_provider; busy
    /// where its accept() is pending.
    Result<DraftResult> retarget(const DraftId& draft, const Provider& provider);
    void discard(const DraftId& draft) noexcept;
    /// Stores a draft with what its test found. The record that holds the same key (E3), else the provider's
    /// first one, is replaced: its id, `added` and its place stay, the nonces are fresh. Otherwise there is a
    /// new record at the end. The draft is gone when the change is committed, and still there when it is
    /// rolled back.
    /// @param verdict any but invalid, blocked, wrong_provider (bad_argument). One that says nothing about
    /// the key is stored as
    ///        `untested` ("Save untested"), or leaves the last verdict of the same key (E30).
    /// @return draft_unknown, too_many_records.
    Result<Change> accept(const DraftId& draft, Verdict verdict, WallMs now);

    /// Any listed record, damaged ones too. @return record_unknown.
    Result<Change> remove(const RecordId& record);
    /// @return record_unknown, record_damaged, newer_format, label_refused.
    Result<Change> set_label(const RecordId& record, std::string_view label);
    /// @return a Change only where is_about_the_key(verdict); otherwise nothing is written (E30).
    ///         record_unknown, record_damaged, newer_format.
    Result<std::optional<Change>> set_verdict(const RecordId& record, Verdict verdict, WallMs now);
    Result<Change> confirm_user(ConfirmedUser user);
    /// Rebuilds the manifest from the records that open, dropping the others: the person accepts what was
    /// found (E24). The permissions of a manifest that was damaged are lost: apps ask again. Of one that does
    /// not open, the confirmed user is lost, too, and the wrap keys of the slots other than those this
    /// session knows: these slots still open the vault, and the next change after such an unlock brings their
    /// wrap key back.
    Result<Change> repair();
    /// A new vault key, everything re-sealed, `slot` re-wrapped under the new KEK; the other slots keep
    /// theirs. An old copy of the header opens nothing of what is written from now on (E8). Also how a vault
    /// with weak parameters is re-wrapped.
    /// @param current derived from the password asked again (E38).
    /// @return wrong_password; kdf_params_refused; bad_argument for an unknown slot; record_damaged while any
    /// record is not ok: what
    ///         can't be re-sealed would be lost silently, so repair() first; newer_format while one is
    ///         `newer`; manifest_damaged also where the wrap key of another slot is unknown (see repair()):
    ///         unlock once with that slot and change anything.
    Result<Change> change_password(const SlotId& slot, const Kek& current, Kek next,
                                   const KdfParams& next_params);

    /// Seals the stored key of `record`, or a draft's (to be tested, nothing else). The key is in clear
    /// inside this call only. Possible while a change is pending; what is committed is what is sealed.
    /// @return user_unconfirmed unless target.user is the confirmed user; record_unknown, record_damaged,
    /// newer_format, manifest_damaged;
    ///         draft_unknown; purpose_refused for a draft and any purpose but test; what seal_key() returns.
    Result<SealedKey> seal_for_platform(const RecordId& record, const SealTarget& target);
    Result<SealedKey> seal_draft_for_platform(const DraftId& draft, const SealTarget& target);

    /// Lets an app have keys sealed. @return a Change only where it was not allowed before; too_many_apps;
    /// bad_argument for
    ///         what is_app_origin() refuses.
    Result<std::optional<Change>> grant_app(std::string_view origin, WallMs now);
    /// What was sealed before stays good until it ends. @return a Change only where the app was allowed.
    Result<std::optional<Change>> revoke_app(std::string_view origin);
    /// Seals the stored key of each provider for an app, all or none, and counts one use. What was sealed
    /// counts towards the app's rate (SealRate) whatever becomes of the change.
    /// @param target its purpose is `job`.
    /// @param now the device's clocks: last used, and the rate.
    /// @return app_not_allowed, whatever is stored: who has no permission learns nothing; rate_limited;
    /// purpose_refused; no_key
    ///         where one is missing; user_unconfirmed; bad_argument for a list that is empty, repeats itself
    ///         or holds more than kMaxSealedTogether; what seal_key() returns.
    Result<AppSeal> seal_for_app(std::string_view origin, std::span<const Provider* const> providers,
                                 const SealTarget& target, const ClockReading& now);

    Status commit() noexcept;   ///< the pending Change is on disk; bad_argument where none is pending
    Status rollback() noexcept; ///< it is not: everything is as before it was asked for
    /// Another tab changed the store. Drafts stay. Anything but ok leaves the session as it was.
    /// A store older than this session, or another one of the same revision, is a rollback: taken in, and
    /// reported as a damaged manifest by integrity().
    /// @return vault_changed where the vault key no longer opens it (password changed) or it is another
    /// vault: lock;
    ///         header_damaged, also for a header that nothing known here opens beside a manifest of ours;
    ///         newer_format, kdf_params_refused; busy.
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

} // namespace byok
