/// What is behind a Session: the committed contents, at most one staged change, and the drafts.
#pragma once

#include "byok/seal_rate.h"
#include "contents.h"

#include <optional>
#include <string>
#include <vector>

namespace byok {

/// An entered key on its way into the vault: sealed as a record is, under the session's draft key and the
/// draft's own id.
struct Draft {
    DraftId id;
    Record sealed;
    RecordMeta meta;
    ShapeHint shape;
    bool edges_cleaned = false;
    std::string allows{}; ///< the app that may use keys once this is stored; empty = none
};

struct AppRate {
    std::string origin;
    SealRate rate{};
};

struct Session::State {
    /// Of drafts only, made with the session, never stored: a new vault key leaves the drafts alone, and
    /// nothing that is stored can open one.
    VaultKey draft_key;
    Contents now;
    std::optional<Contents> staged;
    std::optional<DraftId> accepting; ///< the draft that the staged change stores
    std::vector<Draft> drafts{};      ///< oldest first
    std::vector<AppRate> rates{};     ///< of the apps that had something sealed

    [[nodiscard]] Status ready_for_change() const noexcept;
    SealRate& rate_of(std::string_view origin);
    [[nodiscard]] Draft* find_draft(const DraftId& id) noexcept;
    void forget_draft(const DraftId& id) noexcept;
    /// What was said when a key was entered does not outlast a revocation.
    void revoke_in_drafts(std::string_view origin) noexcept;
    /// Seals the manifest of `next` and keeps it until commit() or rollback().
    Result<Change> stage(Contents next, Writes writes);
};

/// Null unless `provider` is a row of the catalogue: a record's context holds its id.
const Provider* catalogue_row(const Provider& provider) noexcept;

} // namespace byok
