#include "byok/record.h"

#include "byok/key_text.h"
#include "flat_json.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"
#include "json_writer.h"
#include "utf8.h"
#include "wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace byok {
namespace {

constexpr std::string_view kMagic = "BYKR";
constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxMetaBytes = 2048;
constexpr std::size_t kMaxPreviewBytes = 16;
constexpr std::uint64_t kMaxWallMs = 253'402'300'799'999; // the end of the year 9999
constexpr std::size_t kPrefixBytes = wire::kPreambleBytes + kIdBytes;
constexpr std::size_t kLengthBytes = 4;

static_assert(kMaxRecordBytes == kPrefixBytes + 2 * (kLengthBytes + hazmat::kBoxOverhead) +
                                     hazmat::padded_size(kMaxMetaBytes, kBlock) +
                                     hazmat::padded_size(kMaxKeyBytes, kBlock));

/// One record's place: what both of its boxes are bound to.
struct Place {
    const VaultId& vault;
    const RecordId& record;
};

hazmat::Context meta_context(const Place& place) {
    hazmat::Context context(kFormatVersion, "record-meta");
    context.add(place.vault).add(place.record);
    return context;
}

hazmat::Context key_context(const Place& place, const Provider& provider) {
    hazmat::Context context(kFormatVersion, "record-key");
    context.add(place.vault).add(place.record).add_text(provider.id);
    return context;
}

Status check(const RecordMeta& meta) noexcept {
    BYOK_CHECK(check_label(meta.label));
    const bool legal =
        meta.provider != nullptr && meta.preview.size() <= kMaxPreviewBytes &&
        count_plain_text(meta.preview) && static_cast<std::uint8_t>(meta.verdict) < kVerdictCount &&
        meta.added.ms <= kMaxWallMs && meta.updated.ms <= kMaxWallMs && meta.verdict_at.ms <= kMaxWallMs;
    return legal ? Status::ok : Status::bad_argument;
}

constexpr std::array<std::string_view, 7> kMetaFields{"added",   "label",   "preview",   "provider",
                                                      "updated", "verdict", "verdict_at"};

/// @param field its place among them. @return false for a value of another type.
bool read_field(RecordMeta& meta, std::size_t field, const FlatJson& json) {
    const bool is_text = field >= 1 && field <= 3;
    if (json.kind() != (is_text ? FlatJson::Kind::text : FlatJson::Kind::natural))
        return false;
    switch (field) {
    case 0:
        meta.added.ms = json.number();
        break;
    case 1:
        meta.label = json.text();
        break;
    case 2:
        meta.preview = json.text();
        break;
    case 3:
        meta.provider = find_provider(json.text());
        break;
    case 4:
        meta.updated.ms = json.number();
        break;
    case 5:
        // More than a byte holds would look like another one.
        meta.verdict = static_cast<Verdict>(std::min<std::uint64_t>(json.number(), kVerdictCount));
        break;
    default:
        meta.verdict_at.ms = json.number();
        break;
    }
    return true;
}

std::string to_json(const RecordMeta& meta) {
    JsonWriter out;
    out.raw("{\"added\":").number(meta.added.ms);
    out.raw(",\"label\":").text(meta.label);
    out.raw(",\"preview\":").text(meta.preview);
    out.raw(",\"provider\":").text(meta.provider->id);
    out.raw(",\"updated\":").number(meta.updated.ms);
    out.raw(",\"verdict\":").number(static_cast<std::uint64_t>(meta.verdict));
    out.raw(",\"verdict_at\":").number(meta.verdict_at.ms).raw("}");
    return std::move(out).take();
}

/// What a box that opened says was written by this software: what can't be understood of it is newer, not
/// damaged.
Result<RecordMeta> read_json(ByteView text) {
    if (text.size() > kMaxMetaBytes)
        return Status::record_damaged;
    RecordMeta meta;
    std::array<bool, kMetaFields.size()> seen{};
    bool understood = true;
    FlatJson json(text);
    while (json.next()) {
        const auto field = static_cast<std::size_t>(
            std::find(kMetaFields.begin(), kMetaFields.end(), json.name()) - kMetaFields.begin());
        if (field == kMetaFields.size()) {
            understood = false;
            continue;
        }
        if (std::exchange(seen[field], true))
            return Status::record_damaged;
        understood = understood && read_field(meta, field, json);
    }
    if (!json.finished())
        return Status::record_damaged;
    const bool whole = std::find(seen.begin(), seen.end(), false) == seen.end();
    if (!understood || !whole || check(meta) != Status::ok)
        return Status::newer_format;
    return meta;
}

struct Boxes {
    ByteView meta;
    ByteView key;
};

Result<Boxes> split(const Record& record) noexcept {
    wire::Reader in(record.bytes);
    BYOK_CHECK(wire::read_preamble(in, kMagic, Status::record_damaged).status());
    if (in.id<RecordId>() != record.id)
        return Status::record_damaged;
    Boxes boxes;
    boxes.meta = in.bytes(in.u32());
    boxes.key = in.bytes(in.u32());
    if (!in.finished() || record.bytes.size() > kMaxRecordBytes)
        return Status::record_damaged;
    return boxes;
}

Result<SecretBytes> open_padded(const VaultKey& key, const hazmat::Context& context, ByteView box) noexcept {
    BYOK_TRY(plaintext, hazmat::open_box(key.secret(), context, box, Status::record_damaged));
    if (hazmat::unpad(plaintext, kBlock) != Status::ok)
        return Status::record_damaged;
    return std::move(plaintext);
}

Result<RecordMeta> open_meta_as_v1(const VaultKey& key, const VaultId& vault, const Record& record) {
    BYOK_TRY(boxes, split(record));
    BYOK_TRY(json, open_padded(key, meta_context({vault, record.id}), boxes.meta));
    return read_json(std::as_const(json).expose());
}

Result<SecretBytes> open_key_as_v1(const VaultKey& key, const VaultId& vault, const Record& record,
                                   const Provider& provider) {
    BYOK_TRY(boxes, split(record));
    BYOK_TRY(provider_key, open_padded(key, key_context({vault, record.id}, provider), boxes.key));
    if (provider_key.empty() || provider_key.size() > kMaxKeyBytes)
        return Status::record_damaged;
    return std::move(provider_key);
}

/// A record that says it is newer, and opens as one of today's, had its version changed behind our back.
template <typename T>
Result<T> judge_version(Result<T> opened, const Record& record) {
    wire::Reader in(record.bytes);
    BYOK_TRY(version, wire::read_preamble(in, kMagic, Status::record_damaged));
    if (version == kFormatVersion)
        return opened;
    return opened.ok() ? Status::record_damaged : Status::newer_format;
}

} // namespace

Status check_label(std::string_view label) noexcept {
    const auto code_points = count_plain_text(label);
    return code_points && *code_points <= kMaxLabelCodePoints ? Status::ok : Status::label_refused;
}

Result<Record> seal_record(const VaultKey& key, const VaultId& vault, const RecordId& id,
                           const RecordMeta& meta, ByteView provider_key) {
    BYOK_CHECK(check(meta));
    if (provider_key.empty())
        return Status::key_empty;
    if (provider_key.size() > kMaxKeyBytes)
        return Status::key_too_long;

    const std::string json = to_json(meta);
    BYOK_TRY(padded_meta,
             hazmat::pad({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}, kBlock));
    BYOK_TRY(meta_box, hazmat::seal_box(key.secret(), meta_context({vault, id}), padded_meta.expose()));
    BYOK_TRY(padded_key, hazmat::pad(provider_key, kBlock));
    BYOK_TRY(key_box,
             hazmat::seal_box(key.secret(), key_context({vault, id}, *meta.provider), padded_key.expose()));

    Record record{
        id, std::vector<std::uint8_t>(kPrefixBytes + 2 * kLengthBytes + meta_box.size() + key_box.size())};
    wire::Writer out(record.bytes);
    wire::write_preamble(out, kMagic);
    out.id(id);
    out.u32(static_cast<std::uint32_t>(meta_box.size()));
    out.bytes(meta_box);
    out.u32(static_cast<std::uint32_t>(key_box.size()));
    out.bytes(key_box);
    return record;
}

Result<Record> reseal_record(const VaultKey& from, const VaultKey& to, const VaultId& vault,
                             const Record& record, const RecordMeta& meta) {
    BYOK_TRY(old_meta, open_meta(from, vault, record));
    BYOK_TRY(provider_key, open_key(from, vault, record, *old_meta.provider));
    return seal_record(to, vault, record.id, meta, std::as_const(provider_key).expose());
}

Result<RecordMeta> open_meta(const VaultKey& key, const VaultId& vault, const Record& record) {
    return judge_version(open_meta_as_v1(key, vault, record), record);
}

Result<SecretBytes> open_key(const VaultKey& key, const VaultId& vault, const Record& record,
                             const Provider& provider) {
    return judge_version(open_key_as_v1(key, vault, record, provider), record);
}

Result<RecordId> record_id_of(ByteView bytes) {
    wire::Reader in(bytes);
    BYOK_CHECK(wire::read_preamble(in, kMagic, Status::record_damaged).status());
    const auto id = in.id<RecordId>();
    if (in.failed())
        return Status::record_damaged;
    return id;
}

} // namespace byok
