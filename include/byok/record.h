/// A record: one provider key with its metadata, in two boxes, so that unlocking can read the one without
/// ever opening the other.
///
/// Layout: "BYKR" | u16 version = 1 | record id 16 | u32 length | meta box | u32 length | key box
/// Both plaintexts are padded to multiples of 512 (sodium_pad), so that a length doesn't betray the provider.
/// Contexts: meta: version, "record-meta", vault id, record id. Key: version, "record-key", vault id, record
/// id, provider.
#pragma once

#include "byok/header.h"
#include "byok/ids.h"
#include "byok/provider.h"
#include "byok/result.h"
#include "byok/verdict.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace byok {

inline constexpr std::size_t kMaxLabelCodePoints = 64;
inline constexpr std::size_t kMaxRecordBytes = 3694; ///< as stored; larger ones are refused before any work

/// The meta box's content (strict JSON): never the key itself.
struct RecordMeta {
    const Provider* provider = nullptr;
    std::string label;   ///< the user's words, at most 64 code points, no control characters; may be empty
    std::string preview; ///< make_preview()
    WallMs added;
    WallMs updated; ///< when the key itself was last replaced
    Verdict verdict = Verdict::untested;
    WallMs verdict_at; ///< 0 where untested
};

/// @return label_refused for more code points than allowed, a control character, or ill-formed UTF-8.
Status check_label(std::string_view label) noexcept;

struct Record {
    RecordId id;
    std::vector<std::uint8_t> bytes; ///< the layout above: opaque, safe to store
};

/// @param provider_key 1..512 bytes. @return label_refused, key_empty, key_too_long, bad_argument.
Result<Record> seal_record(const VaultKey& key, const VaultId& vault, const RecordId& id,
                           const RecordMeta& meta, ByteView provider_key);
/// The same key box, moved under new metadata or a new vault key without its plaintext leaving this call.
Result<Record> reseal_record(const VaultKey& from, const VaultKey& to, const VaultId& vault,
                             const Record& record, const RecordMeta& meta);
/// @return record_damaged; newer_format for a higher version under which it really doesn't open as today's,
/// and for a box
///         that opens and says what this version doesn't know (a provider, a field, a verdict).
Result<RecordMeta> open_meta(const VaultKey& key, const VaultId& vault, const Record& record);
/// Opens the key box. Called inside the one call that seals it (for the platform, or anew), compares it (E3),
/// or must tell damage from an old copy (E24); wiped when it goes out of scope.
Result<SecretBytes> open_key(const VaultKey& key, const VaultId& vault, const Record& record,
                             const Provider& provider);
/// Reads the id from stored bytes of any version, without a key. @return record_damaged.
Result<RecordId> record_id_of(ByteView bytes);

} // namespace byok
