#include "contents.h"

#include "id_index.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

// What JavaScript can count to.
constexpr std::uint64_t kMaxRevision = (std::uint64_t{1} << 53) - 1;
// A damaged manifest may claim any revision. A repair counts on from no higher one than this: of the rest, no
// forger can use up the numbers, after which nothing could be written any more.
constexpr std::uint64_t kMaxClaimedRevision = std::uint64_t{1} << 52;

/// The metadata of a record that no manifest vouches for, where it is readable as a whole. A hash that does
/// not match can be an older copy or damage to either box; only opening both tells which.
Result<RecordMeta> open_whole(const VaultKey& key, const VaultId& vault, const Record& record) {
    BYOK_TRY(meta, open_meta(key, vault, record));
    BYOK_CHECK(open_key(key, vault, record, *meta.provider).status());
    return std::move(meta);
}

Entry read_unvouched(const VaultKey& key, const VaultId& vault, Record record, RecordState if_it_opens) {
    Entry entry;
    Result<RecordMeta> meta = open_whole(key, vault, record);
    if (meta.ok()) {
        entry.state = if_it_opens;
        entry.meta = std::move(meta).value();
    } else {
        // Where nothing says that it should be another one, a newer record is left to the newer version.
        const bool newer = meta.status() == Status::newer_format && if_it_opens == RecordState::unverified;
        entry.state = newer ? RecordState::newer : RecordState::unreadable;
    }
    entry.promised = hash_of(record.bytes);
    entry.record = std::move(record);
    return entry;
}

Entry read_unexpected(const VaultKey& key, const VaultId& vault, Record record) {
    Entry entry = read_unvouched(key, vault, std::move(record), RecordState::unexpected);
    entry.state = RecordState::unexpected; // also where it does not open: the manifest has no place for it
    return entry;
}

/// Of a record whose every byte the manifest vouches for.
RecordState state_of(Status opened) noexcept {
    if (opened == Status::ok)
        return RecordState::ok;
    return opened == Status::newer_format ? RecordState::newer : RecordState::unreadable;
}

/// The rows of the store against the promises of a manifest that is vouched for.
std::vector<EntryPtr> compare_records(const VaultKey& key, const VaultId& vault,
                                      const std::vector<ManifestEntry>& promises, std::vector<Record> rows) {
    IdIndex index(promises.size());
    std::vector<Entry> named(promises.size());
    std::vector<bool> kept(promises.size()); // the very row that was promised has been found
    for (std::size_t i = 0; i < promises.size(); ++i) {
        index.add(promises[i].id.bytes, i);
        named[i].record.id = promises[i].id;
        named[i].promised = promises[i].hash;
        named[i].state = RecordState::missing;
    }

    index.settle();

    std::vector<Entry> unexpected;
    for (Record& row : rows) {
        const auto place = index.find(row.id.bytes);
        Entry* const slot = place ? &named[*place] : nullptr;
        if (slot != nullptr && !kept[*place] && hash_of(row.bytes) == slot->promised) {
            kept[*place] = true;
            Result<RecordMeta> meta = open_meta(key, vault, row);
            // A second row of this id may have come first: it gives way to the one that the manifest names.
            if (slot->state != RecordState::missing)
                unexpected.push_back(read_unexpected(key, vault, std::move(slot->record)));
            slot->state = state_of(meta.status());
            slot->meta.reset();
            if (meta.ok())
                slot->meta = std::move(meta).value();
            slot->record = std::move(row);
        } else if (slot != nullptr && slot->state == RecordState::missing) {
            const Hash promised = slot->promised;
            *slot = read_unvouched(key, vault, std::move(row), RecordState::stale);
            slot->promised = promised;
        } else {
            unexpected.push_back(read_unexpected(key, vault, std::move(row)));
        }
    }

    std::vector<EntryPtr> entries;
    entries.reserve(named.size() + unexpected.size());
    for (std::vector<Entry>* const part : {&named, &unexpected})
        for (Entry& entry : *part)
            entries.push_back(EntryPtr(std::move(entry)));
    return entries;
}

std::vector<EntryPtr> read_unverified(const VaultKey& key, const VaultId& vault, std::vector<Record> rows) {
    std::vector<EntryPtr> entries;
    entries.reserve(rows.size());
    for (Record& row : rows)
        entries.push_back(EntryPtr(read_unvouched(key, vault, std::move(row), RecordState::unverified)));
    return entries;
}

Result<Manifest> describe(const Contents& contents) {
    Manifest manifest;
    manifest.revision = contents.revision;
    manifest.header_hash = contents.header_hash;
    manifest.permissions = contents.permissions;
    manifest.user = contents.user;
    manifest.records.reserve(contents.entries.size());
    for (const EntryPtr& entry : contents.entries)
        if (entry->state != RecordState::unexpected)
            manifest.records.push_back({entry->record.id, entry->promised});
    for (const SlotSecretPtr& slot : contents.slots) {
        BYOK_TRY(kek, SecretBytes::copy_of(slot->kek.expose()));
        manifest.slots.push_back({slot->id, std::move(kek)});
    }
    return manifest;
}

} // namespace

EntryPtr Contents::find(const RecordId& id) const noexcept {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const EntryPtr& entry) { return entry->record.id == id; });
    return found == entries.end() ? nullptr : *found;
}

void Contents::put(const EntryPtr& entry) {
    const auto place = std::find_if(entries.begin(), entries.end(), [&](const EntryPtr& old) {
        return old->record.id == entry->record.id || old->state == RecordState::unexpected;
    });
    if (place != entries.end() && (*place)->record.id == entry->record.id) {
        *place = entry;
        return;
    }
    const auto before = static_cast<std::size_t>(place - entries.begin());
    entries.push_back(entry);
    for (std::size_t i = entries.size() - 1; i > before; --i)
        std::swap(entries[i], entries[i - 1]);
}

SlotSecretPtr Contents::find_secret(const SlotId& id) const noexcept {
    const auto found =
        std::find_if(slots.begin(), slots.end(), [&](const SlotSecretPtr& slot) { return slot->id == id; });
    return found == slots.end() ? nullptr : *found;
}

void Contents::put_secret(const SlotSecretPtr& secret) {
    std::erase_if(slots, [&](const SlotSecretPtr& slot) { return slot->id == secret->id; });
    slots.push_back(secret);
}

const Permission* Contents::find_app(std::string_view origin) const noexcept {
    const auto found = std::find_if(permissions.begin(), permissions.end(),
                                    [&](const Permission& app) { return app.origin == origin; });
    return found == permissions.end() ? nullptr : &*found;
}

Status Contents::allow_app(std::string_view origin, WallMs at) {
    if (find_app(origin) != nullptr)
        return Status::ok;
    if (permissions.size() >= kMaxPermissions)
        return Status::too_many_apps;
    permissions.push_back({std::string(origin), at, {}, 0});
    return Status::ok;
}

Result<EntryPtr> Contents::find_ok(const RecordId& id) const noexcept {
    const EntryPtr entry = find(id);
    if (!entry)
        return Status::record_unknown;
    if (!vouched)
        return Status::manifest_damaged;
    if (entry->state == RecordState::newer)
        return Status::newer_format;
    if (entry->state != RecordState::ok)
        return Status::record_damaged;
    return entry;
}

const Slot* find_slot(const Header& header, const SlotId& id) noexcept {
    const auto found = std::find_if(header.slots.begin(), header.slots.end(),
                                    [&](const Slot& slot) { return slot.id == id; });
    return found == header.slots.end() ? nullptr : &*found;
}

SlotSecretPtr make_slot_secret(const SlotId& slot, Kek kek) {
    return SlotSecretPtr(SlotSecret{slot, std::move(kek.secret())});
}

EntryPtr make_entry(Record record, const RecordMeta& meta) {
    Entry entry;
    entry.promised = hash_of(record.bytes);
    entry.record = std::move(record);
    entry.meta = meta;
    return EntryPtr(std::move(entry));
}

Result<Contents> read_contents(VaultKeyPtr key, Header header, Snapshot snapshot) {
    const VaultId vault = header.vault_id;
    Contents contents;
    contents.header = std::move(header);
    contents.header_hash = hash_of(snapshot.header);
    const Result<ManifestFacts> stored = manifest_facts(snapshot.manifest);
    contents.stored_revision = stored.ok() ? stored.value().revision : 0;

    Result<Manifest> opened = open_manifest(*key, vault, snapshot.manifest);
    if (opened.status() == Status::newer_format)
        return Status::newer_format;
    std::vector<ManifestEntry> promises;
    if (opened.ok()) {
        Manifest& manifest = opened.value();
        // A header that the manifest does not know: put there behind our back, though it holds our vault key.
        contents.vouched = manifest.header_hash == contents.header_hash && manifest.revision < kMaxRevision;
        contents.revision = manifest.revision;
        contents.newest = hash_of(snapshot.manifest);
        promises = std::move(manifest.records);
        contents.permissions = std::move(manifest.permissions);
        contents.user = std::move(manifest.user);
        for (SlotSecret& slot : manifest.slots)
            contents.slots.push_back(SlotSecretPtr(std::move(slot)));
    }

    if (contents.vouched) {
        contents.entries = compare_records(*key, vault, promises, std::move(snapshot.records));
    } else {
        contents.entries = read_unverified(*key, vault, std::move(snapshot.records));
    }
    contents.key = std::move(key);
    return contents;
}

void distrust(Contents& contents) {
    contents.vouched = false;
    for (EntryPtr& entry : contents.entries) {
        if (entry->state != RecordState::ok)
            continue;
        Entry doubted = *entry;
        doubted.state = RecordState::unverified;
        entry = EntryPtr(std::move(doubted));
    }
}

Result<Change> seal_change(Contents& next, Writes writes) {
    const std::uint64_t claimed = next.stored_revision <= kMaxClaimedRevision ? next.stored_revision : 0;
    const std::uint64_t last = std::max(next.revision, claimed);
    if (last >= kMaxRevision)
        return Status::internal;
    Change change;
    change.expected_revision = next.stored_revision;
    change.revision = last + 1;
    next.revision = change.revision;
    next.stored_revision = change.revision;
    next.vouched = true;
    if (writes.header) {
        change.header = encode(next.header);
        next.header_hash = hash_of(*change.header);
    }
    BYOK_TRY(manifest, describe(next));
    BYOK_TRY(sealed, seal_manifest(*next.key, next.header.vault_id, manifest));
    next.newest = hash_of(sealed);
    change.manifest = std::move(sealed);
    change.put = std::move(writes.put);
    change.remove = std::move(writes.remove);
    return change;
}

} // namespace byok
