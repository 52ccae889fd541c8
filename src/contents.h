/// What a vault holds while it is unlocked, and how it goes from and to what is stored.
///
/// Contents are copied to prepare a change and swapped in when it is on disk, so a change that fails has
/// touched nothing. Copies share the secrets and the records: none is ever there twice.
#pragma once

#include "byok/session.h"
#include "shared.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace byok {

/// One stored or promised record as it was found. Never altered once made.
struct Entry {
    Record record;   ///< no bytes where it is missing
    Hash promised{}; ///< what the manifest says of it, whatever was found; of `unexpected` and `unverified`
                     ///< ones: what they are
    RecordState state = RecordState::ok;
    std::optional<RecordMeta> meta; ///< where both boxes open, or (ok) the manifest vouches for the whole
};
using EntryPtr = Shared<Entry>;
using SlotSecretPtr = Shared<SlotSecret>;
using VaultKeyPtr = Shared<VaultKey>;

struct Contents {
    VaultKeyPtr key;
    Header header;
    Hash header_hash{};
    std::uint64_t stored_revision = 0; ///< what the stored manifest says, believed or not
    std::uint64_t revision = 0;        ///< the highest that a manifest of this vault is known to have had
    std::optional<Hash> newest{};      ///< the whole manifest of that revision
    bool vouched = false; ///< the manifest opens, fits the header, and is no older than what was seen before
    std::vector<EntryPtr> entries; ///< in the manifest's order, then what it doesn't name
    std::vector<SlotSecretPtr> slots;
    std::vector<Permission> permissions;
    std::optional<ConfirmedUser> user;

    /// The first line of that id: the one that the manifest names, where it names one. Null where there is
    /// none.
    [[nodiscard]] EntryPtr find(const RecordId& id) const noexcept;
    /// The entry takes the place of that id's first line, or comes last among what the manifest names.
    void put(const EntryPtr& entry);
    [[nodiscard]] SlotSecretPtr find_secret(const SlotId& id) const noexcept;
    void put_secret(const SlotSecretPtr& secret);
    /// Null where the app is not allowed.
    [[nodiscard]] const Permission* find_app(std::string_view origin) const noexcept;
    /// One that is allowed already stays as it is. @return too_many_apps.
    Status allow_app(std::string_view origin, WallMs at);
    /// The record itself. @return record_unknown; manifest_damaged; newer_format; record_damaged.
    [[nodiscard]] Result<EntryPtr> find_ok(const RecordId& id) const noexcept;
};

/// Null where the header has no slot of that id.
const Slot* find_slot(const Header& header, const SlotId& id) noexcept;
SlotSecretPtr make_slot_secret(const SlotId& slot, Kek kek);

/// An entry for a record that was sealed just now.
EntryPtr make_entry(Record record, const RecordMeta& meta);

/// @param header decoded from snapshot.header, and opened by `key`.
/// @return newer_format for a manifest of a newer version; everything else that is found is in the contents.
Result<Contents> read_contents(VaultKeyPtr key, Header header, Snapshot snapshot);

/// The same, with records that nobody vouches for: after a rollback of the whole store that this session has
/// witnessed.
void distrust(Contents& contents);

/// What a change writes beside the manifest.
struct Writes {
    std::vector<Record> put{};
    std::vector<RecordId> remove{};
    bool header = false;
};
/// Gives `next` its revision, seals its manifest, and describes what to write.
Result<Change> seal_change(Contents& next, Writes writes);

} // namespace byok
