#include "byok/record.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <set>

using namespace byok;
using namespace byok::testing;

namespace {

const VaultId kVault = make_id<VaultId>(0xA1);
const RecordId kRecord = make_id<RecordId>(0xC1);
constexpr auto kCanary = random_looking_bytes<48>(6);

const Provider& openai() {
    return *find_provider("openai");
}

RecordMeta make_meta() {
    RecordMeta meta;
    meta.provider = &openai();
    meta.label = "work";
    meta.preview = "sk-p\u2026k7Gw";
    meta.added.ms = 1'700'000'000'000;
    meta.updated.ms = 1'700'000'000'001;
    meta.verdict = Verdict::no_credit;
    meta.verdict_at.ms = 1'700'000'000'002;
    return meta;
}

Record make_record(const RecordMeta& meta = make_meta(), ByteView provider_key = kCanary) {
    return seal_record(make_test_vault_key(1), kVault, kRecord, meta, provider_key).value();
}

Status seal_status(const RecordMeta& meta, ByteView provider_key = kCanary) {
    return seal_record(make_test_vault_key(1), kVault, kRecord, meta, provider_key).status();
}

Status meta_status(const Record& record) {
    return open_meta(make_test_vault_key(1), kVault, record).status();
}

Status key_status(const Record& record) {
    return open_key(make_test_vault_key(1), kVault, record, openai()).status();
}

bool is_refused(Status status) {
    return status == Status::record_damaged || status == Status::newer_format;
}

std::string key_text(const SecretBytes& key) {
    return {key.expose().begin(), key.expose().end()};
}

std::string canary_text() {
    return {kCanary.begin(), kCanary.end()};
}

bool same_meta(const RecordMeta& a, const RecordMeta& b) {
    return a.provider == b.provider && a.label == b.label && a.preview == b.preview && a.added == b.added &&
           a.updated == b.updated && a.verdict == b.verdict && a.verdict_at == b.verdict_at;
}

/// A record whose meta box opens and holds `json`: what only someone with the vault key can make.
Record record_with_meta(std::string_view json) {
    hazmat::Context context(kFormatVersion, "record-meta");
    context.add(kVault).add(kRecord);
    const SecretBytes padded = hazmat::pad(view(json), 512).value();
    const Bytes box = hazmat::seal_box(make_secret(1), context, padded.expose()).value();
    const Record good = make_record();
    const std::size_t good_meta_bytes = hazmat::kBoxOverhead + 512;
    Bytes bytes(good.bytes.begin(), good.bytes.begin() + 22);
    for (std::size_t i = 0; i < 4; ++i)
        bytes.push_back(static_cast<std::uint8_t>(box.size() >> (8 * i)));
    bytes.insert(bytes.end(), box.begin(), box.end());
    bytes.insert(bytes.end(), good.bytes.begin() + 26 + static_cast<std::ptrdiff_t>(good_meta_bytes),
                 good.bytes.end());
    return {kRecord, std::move(bytes)};
}

const std::string kGoodJson =
    R"({"provider":"openai","label":"","preview":"","added":1,"updated":2,"verdict":0,"verdict_at":0)";

} // namespace

TEST_CASE("A record is read as it was written", "[record]") {
    const Record record = make_record();
    CHECK(same_meta(open_meta(make_test_vault_key(1), kVault, record).value(), make_meta()));
    CHECK(key_text(open_key(make_test_vault_key(1), kVault, record, openai()).value()) == canary_text());
    CHECK(record_id_of(record.bytes).value() == kRecord);
}

TEST_CASE("Every provider and every verdict can be stored", "[record]") {
    for (const Provider& provider : providers()) {
        for (std::uint8_t verdict = 0; verdict < kVerdictCount; ++verdict) {
            RecordMeta meta = make_meta();
            meta.provider = &provider;
            meta.verdict = static_cast<Verdict>(verdict);
            const RecordMeta again = open_meta(make_test_vault_key(1), kVault, make_record(meta)).value();
            REQUIRE(again.provider == &provider);
            REQUIRE(again.verdict == meta.verdict);
        }
    }
}

TEST_CASE("The length of a record betrays neither provider, label nor key", "[record]") {
    std::set<std::size_t> sizes;
    for (const Provider& provider : providers()) {
        for (const std::size_t key_bytes : std::initializer_list<std::size_t>{1, 39, 51, 164, 511}) {
            RecordMeta meta = make_meta();
            meta.provider = &provider;
            meta.label = std::string(key_bytes % 64, 'x');
            sizes.insert(make_record(meta, Bytes(key_bytes, 'k')).bytes.size());
        }
    }
    CHECK(sizes == std::set<std::size_t>{22 + 2 * (4 + 40 + 512)});
}

TEST_CASE("The largest legal record fits its limit, and opens", "[record]") {
    RecordMeta meta = make_meta();
    meta.label.clear();
    for (std::size_t i = 0; i < kMaxLabelCodePoints; ++i)
        meta.label += "\U0001F511";
    const Record record = make_record(meta, Bytes(512, 'k'));
    CHECK(record.bytes.size() <= kMaxRecordBytes);
    CHECK(meta_status(record) == Status::ok);
    CHECK(open_key(make_test_vault_key(1), kVault, record, openai()).value().size() == 512);
}

TEST_CASE("A stored record holds nothing readable but its id", "[record]") {
    const Record record = make_record();
    const std::string stored(record.bytes.begin(), record.bytes.end());
    CHECK(stored.find("openai") == std::string::npos);
    CHECK(stored.find("work") == std::string::npos);
    CHECK(stored.find("sk-p") == std::string::npos);
    CHECK(stored.find(canary_text().substr(0, 8)) == std::string::npos);
}

TEST_CASE("E3: sealing the same twice gives nothing alike", "[record]") {
    CHECK(make_record().bytes != make_record().bytes);
}

TEST_CASE("E29: what may not be stored is refused", "[record]") {
    CHECK(seal_status(make_meta(), {}) == Status::key_empty);
    CHECK(seal_status(make_meta(), Bytes(513, 'k')) == Status::key_too_long);
    CHECK(seal_status(make_meta(), Bytes(1024 * 1024, 'k')) == Status::key_too_long);
    const auto with = [](auto change) {
        RecordMeta meta = make_meta();
        change(meta);
        return seal_status(meta);
    };
    CHECK(with([](RecordMeta& meta) { meta.provider = nullptr; }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.label = "a\r\nb"; }) == Status::label_refused);
    CHECK(with([](RecordMeta& meta) { meta.label = "\xFF"; }) == Status::label_refused);
    CHECK(with([](RecordMeta& meta) { meta.label = std::string(65, 'x'); }) == Status::label_refused);
    CHECK(with([](RecordMeta& meta) { meta.label = std::string(64, '"'); }) == Status::ok);
    CHECK(with([](RecordMeta& meta) { meta.preview = std::string(17, 'x'); }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.preview = "\n"; }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.added.ms = UINT64_MAX; }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.updated.ms = UINT64_MAX; }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.verdict_at.ms = UINT64_MAX; }) == Status::bad_argument);
    CHECK(with([](RecordMeta& meta) { meta.verdict = static_cast<Verdict>(kVerdictCount); }) ==
          Status::bad_argument);
}

TEST_CASE("E24: a record with any byte changed, cut or added does not open whole", "[record]") {
    const VaultKey key = make_test_vault_key(1);
    for_each_damage(make_record().bytes, [&key](const Bytes& bad, const std::string& what) {
        INFO(what);
        const Record record{kRecord, bad};
        const Status meta = open_meta(key, kVault, record).status();
        const Status provider_key = open_key(key, kVault, record, openai()).status();
        CHECK((is_refused(meta) || is_refused(provider_key)));
        // Damage in the one box leaves the other readable; anything else would hide what is still good.
        CHECK((meta == Status::ok || is_refused(meta)));
        CHECK((provider_key == Status::ok || is_refused(provider_key)));
    });
}

TEST_CASE("E24: an empty record is damaged", "[record]") {
    CHECK(meta_status({kRecord, {}}) == Status::record_damaged);
    CHECK(key_status({kRecord, {}}) == Status::record_damaged);
    CHECK(record_id_of({}).status() == Status::record_damaged);
}

TEST_CASE("E24: a record does not open in another's place", "[record]") {
    const Record record = make_record();
    const RecordId other_id = make_id<RecordId>(0xC2);
    CHECK(meta_status({other_id, record.bytes}) == Status::record_damaged);
    CHECK(key_status({other_id, record.bytes}) == Status::record_damaged);

    Record renamed{other_id, record.bytes};
    std::copy(other_id.bytes.begin(), other_id.bytes.end(), renamed.bytes.begin() + 6);
    CHECK(record_id_of(renamed.bytes).value() == other_id);
    CHECK(meta_status(renamed) == Status::record_damaged);
    CHECK(key_status(renamed) == Status::record_damaged);

    CHECK(open_meta(make_test_vault_key(1), make_id<VaultId>(0xA2), record).status() ==
          Status::record_damaged);
    CHECK(open_key(make_test_vault_key(1), make_id<VaultId>(0xA2), record, openai()).status() ==
          Status::record_damaged);
    CHECK(open_meta(make_test_vault_key(2), kVault, record).status() == Status::record_damaged);
    CHECK(open_key(make_test_vault_key(2), kVault, record, openai()).status() == Status::record_damaged);
}

TEST_CASE("E24: the boxes of one record can't be exchanged, with each other or with another's", "[record]") {
    const Record record = make_record();
    constexpr std::ptrdiff_t kBox = 4 + 40 + 512;
    Record exchanged = record;
    std::swap_ranges(exchanged.bytes.begin() + 22, exchanged.bytes.begin() + 22 + kBox,
                     exchanged.bytes.begin() + 22 + kBox);
    CHECK(meta_status(exchanged) == Status::record_damaged);
    CHECK(key_status(exchanged) == Status::record_damaged);

    const Record other =
        seal_record(make_test_vault_key(1), kVault, make_id<RecordId>(0xC2), make_meta(), kCanary).value();
    Record mixed = record;
    std::copy(other.bytes.begin() + 22 + kBox, other.bytes.end(), mixed.bytes.begin() + 22 + kBox);
    CHECK(meta_status(mixed) == Status::ok);
    CHECK(key_status(mixed) == Status::record_damaged);
}

TEST_CASE("A key does not open for another provider", "[record]") {
    CHECK(open_key(make_test_vault_key(1), kVault, make_record(), *find_provider("anthropic")).status() ==
          Status::record_damaged);
}

TEST_CASE("E26: a record of a newer version is left alone, one that only says so is damaged", "[record]") {
    Record newer{kRecord, from_hex("42594b520200"
                                   "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
                                   "0102030405060708")};
    CHECK(record_id_of(newer.bytes).value() == kRecord);
    CHECK(meta_status(newer) == Status::newer_format);
    CHECK(key_status(newer) == Status::newer_format);

    Record flipped = make_record();
    flipped.bytes[4] = 3;
    CHECK(meta_status(flipped) == Status::record_damaged);
    CHECK(key_status(flipped) == Status::record_damaged);
    flipped.bytes[4] = 0;
    CHECK(meta_status(flipped) == Status::record_damaged);
}

TEST_CASE("E26: a meta that opens and says what is not known here is a newer format", "[record]") {
    CHECK(meta_status(record_with_meta(kGoodJson + "}")) == Status::ok);
    CHECK(meta_status(record_with_meta(kGoodJson + R"(,"colour":"red"})")) == Status::newer_format);
    CHECK(meta_status(record_with_meta(R"({"provider":"openai"})")) == Status::newer_format);
    std::string other = kGoodJson + "}";
    other.replace(other.find("openai"), 6, "a-new-one");
    CHECK(meta_status(record_with_meta(other)) == Status::newer_format);
    other = kGoodJson + "}";
    other.replace(other.find("\"verdict\":0"), 11, "\"verdict\":12");
    CHECK(meta_status(record_with_meta(other)) == Status::newer_format);
}

TEST_CASE("E26: a meta that is no JSON, too long or too deep is damaged", "[record]") {
    CHECK(meta_status(record_with_meta("")) == Status::record_damaged);
    CHECK(meta_status(record_with_meta("{")) == Status::record_damaged);
    CHECK(meta_status(record_with_meta("\xFF")) == Status::record_damaged);
    CHECK(meta_status(record_with_meta(kGoodJson + R"(,"x":)" + std::string(200, '['))) ==
          Status::record_damaged);
    CHECK(meta_status(record_with_meta(kGoodJson + std::string(2048, ' ') + "}")) == Status::record_damaged);
}

TEST_CASE("Re-sealing keeps the key and takes the new metadata, place and vault key", "[record]") {
    RecordMeta meta = make_meta();
    meta.label = "home";
    meta.provider = find_provider("gemini");
    const Record record = make_record();
    const Record again =
        reseal_record(make_test_vault_key(1), make_test_vault_key(2), kVault, record, meta).value();
    CHECK(again.id == kRecord);
    CHECK(same_meta(open_meta(make_test_vault_key(2), kVault, again).value(), meta));
    CHECK(key_text(open_key(make_test_vault_key(2), kVault, again, *meta.provider).value()) == canary_text());
    // E8: the old vault key opens nothing of it.
    CHECK(meta_status(again) == Status::record_damaged);
    CHECK(key_status(again) == Status::record_damaged);
}

TEST_CASE("Re-sealing a damaged record fails, and says so", "[record]") {
    Record record = make_record();
    record.bytes.back() ^= 1;
    CHECK(
        reseal_record(make_test_vault_key(1), make_test_vault_key(2), kVault, record, make_meta()).status() ==
        Status::record_damaged);
}

TEST_CASE("A label is at most 64 code points, without control characters", "[record]") {
    CHECK(check_label("") == Status::ok);
    CHECK(check_label(std::string(64, 'x')) == Status::ok);
    CHECK(check_label(std::string(65, 'x')) == Status::label_refused);
    CHECK(check_label("../etc") == Status::ok); // no path is ever made of it
    CHECK(check_label("a\tb") == Status::label_refused);
    CHECK(check_label(std::string_view("a\0b", 3)) == Status::label_refused);
}

TEST_CASE("Sealing, opening and re-sealing leave neither key nor vault key in freed memory", "[record]") {
    static constexpr auto kFrom = random_looking_bytes<32>(1);
    static constexpr auto kTo = random_looking_bytes<32>(2);
    const AllocWatch watch({kCanary, kFrom, kTo});
    {
        const Record record = make_record();
        CHECK(open_meta(make_test_vault_key(1), kVault, record).ok());
        CHECK(open_key(make_test_vault_key(1), kVault, record, openai()).ok());
        CHECK(
            reseal_record(make_test_vault_key(1), make_test_vault_key(2), kVault, record, make_meta()).ok());
        Record bad = record;
        bad.bytes.back() ^= 1;
        CHECK_FALSE(open_key(make_test_vault_key(1), kVault, bad, openai()).ok());
    }
    CHECK(watch.findings().freed_secrets > 20);
    CHECK(watch.is_clean());
}
