#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";

/// Three providers; `today` is what is stored now, `yesterday` what was stored before openai's label changed.
struct Fixture {
    Vault vault = Vault::make();
    RecordId openai = vault.add("openai", kKey, "old");
    RecordId gemini = vault.add("gemini", "AIza-two");
    RecordId anthropic = vault.add("anthropic", "sk-ant-three");
    Store yesterday = vault.store;

    Fixture() {
        vault.save(vault.session.set_label(openai, "new"));
        yesterday.records.at(openai.bytes); // there from the start
    }

    [[nodiscard]] Session unlock(const Snapshot& snapshot) const {
        return std::move(vault.unlock_again(snapshot)).value();
    }
    [[nodiscard]] Session unlock() const { return unlock(vault.store.read()); }
};

const RecordView& line(const std::vector<RecordView>& list, const RecordId& id) {
    return *std::find_if(list.begin(), list.end(), [&](const RecordView& view) { return view.id == id; });
}

/// The named record is shown as nothing but damaged and seals nothing; the others work.
void check_only_damaged(Session& session, const RecordId& damaged, RecordState state,
                        const Fixture& fixture) {
    CHECK(session.integrity() == Status::record_damaged);
    const std::vector<RecordView> list = session.list();
    CHECK(line(list, damaged).state == state);
    CHECK_FALSE(line(list, damaged).meta);
    CHECK(session.seal_for_platform(damaged, target_for(make_platform())).status() == Status::record_damaged);
    CHECK(session.set_label(damaged, "x").status() == Status::record_damaged);
    CHECK(session.set_verdict(damaged, Verdict::valid, kNow).status() == Status::record_damaged);
    for (const auto& [id, name, key] :
         {std::tuple{fixture.openai, "openai", kKey},
          std::tuple{fixture.gemini, "gemini", std::string_view("AIza-two")},
          std::tuple{fixture.anthropic, "anthropic", std::string_view("sk-ant-three")}}) {
        if (id == damaged)
            continue;
        CHECK(line(list, id).state == RecordState::ok);
        CHECK(key_through_platform(session, id, provider(name)) == key);
    }
}

/// Seals a manifest that says what the test wants, as only the vault itself could.
void rewrite_manifest(const Vault& vault, Store& store, void (*edit)(Manifest&)) {
    const Header header = decode_header(store.header).value();
    const VaultKey key =
        std::move(unwrap(header.slots.at(0), make_test_kek(vault.password), header.vault_id)).value();
    Manifest manifest = std::move(open_manifest(key, header.vault_id, store.manifest)).value();
    edit(manifest);
    store.manifest = seal_manifest(key, header.vault_id, manifest).value();
}

} // namespace

TEST_CASE("E24: every damage of a stored record makes that record unreadable and leaves the others",
          "[session][damage]") {
    Fixture fixture;
    const Bytes good = fixture.vault.store.row(fixture.gemini);
    std::size_t tried = 0;
    std::size_t named = 0;
    // Each byte once here; every pattern and length is the business of record_test.cpp.
    std::vector<Bytes> damages{{}, Bytes(good.begin(), good.end() - 1), Bytes(3), Bytes(good.size())};
    for (std::size_t i = 0; i < good.size(); i += 7) {
        damages.push_back(good);
        damages.back()[i] ^= 0x10;
    }
    for (const Bytes& bad : damages) {
        Snapshot snapshot = fixture.vault.store.read();
        for (Record& record : snapshot.records) {
            if (record.id == fixture.gemini)
                record.bytes = bad;
        }
        const Session session = fixture.unlock(snapshot);
        ++tried;
        named += states_of(session) == std::vector{RecordState::ok, RecordState::unreadable, RecordState::ok}
                     ? 1U
                     : 0U;
    }
    CHECK(named == tried);

    fixture.vault.store.row(fixture.gemini).back() ^= 1;
    Session session = fixture.unlock();
    check_only_damaged(session, fixture.gemini, RecordState::unreadable, fixture);
}

TEST_CASE("E24: two records that were swapped are both unreadable", "[session][damage]") {
    Fixture fixture;
    std::swap(fixture.vault.store.row(fixture.openai), fixture.vault.store.row(fixture.gemini));
    const Session session = fixture.unlock();
    CHECK(states_of(session) ==
          std::vector{RecordState::unreadable, RecordState::unreadable, RecordState::ok});
}

TEST_CASE("E24: a record restored alone from yesterday is stale, not shown and not used",
          "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.row(fixture.openai) = fixture.yesterday.row(fixture.openai);
    Session session = fixture.unlock();
    check_only_damaged(session, fixture.openai, RecordState::stale, fixture);
}

TEST_CASE("E24: a record that was removed from the store is missing", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.records.erase(fixture.anthropic.bytes);
    Session session = fixture.unlock();
    check_only_damaged(session, fixture.anthropic, RecordState::missing, fixture);
}

TEST_CASE("E24: a record that was deleted and put back is unexpected", "[session][damage]") {
    Fixture fixture;
    const Bytes deleted = fixture.vault.store.row(fixture.openai);
    fixture.vault.save(fixture.vault.session.remove(fixture.openai));
    fixture.vault.store.records[fixture.openai.bytes] = deleted;
    Session session = fixture.unlock();
    check_only_damaged(session, fixture.openai, RecordState::unexpected, fixture);
}

TEST_CASE("E24: a copy of a record under another id is unexpected", "[session][damage]") {
    Fixture fixture;
    const auto copy = make_id<RecordId>(0xC0);
    fixture.vault.store.records[copy.bytes] = fixture.vault.store.row(fixture.openai);
    Session session = fixture.unlock();
    check_only_damaged(session, copy, RecordState::unexpected, fixture);
}

TEST_CASE(
    "E24: of one id that the store holds twice, the copy that the manifest names is used, in either order",
    "[session][damage]") {
    const Fixture fixture;
    Store old = fixture.yesterday;
    const Record stale{fixture.openai, old.row(fixture.openai)};
    for (const bool stale_first : {false, true}) {
        Snapshot snapshot = fixture.vault.store.read();
        snapshot.records.insert(stale_first ? snapshot.records.begin() : snapshot.records.end(), stale);
        Session session = fixture.unlock(snapshot);
        CHECK(session.integrity() == Status::record_damaged);
        CHECK(states_of(session) ==
              std::vector{RecordState::ok, RecordState::ok, RecordState::ok, RecordState::unexpected});
        CHECK(session.list()[0].meta->label == "new");
        CHECK(session.list()[3].id == fixture.openai);
        CHECK(key_through_platform(session, fixture.openai, provider("openai")) == kKey);
    }
    Snapshot twice = fixture.vault.store.read();
    twice.records.push_back(twice.records[0]);
    CHECK(states_of(fixture.unlock(twice)).size() == 4);
}

TEST_CASE("E24: a record of another vault is unexpected, or unreadable in another's place",
          "[session][damage]") {
    Fixture fixture;
    Vault other = Vault::make(1);
    const RecordId foreign = other.add("openai", "sk-proj-foreign");
    Snapshot added = fixture.vault.store.read();
    added.records.push_back({foreign, other.store.row(foreign)});
    CHECK(state_of(fixture.unlock(added), foreign) == RecordState::unexpected);
    fixture.vault.store.row(fixture.gemini) = other.store.row(foreign);
    CHECK(state_of(fixture.unlock(), fixture.gemini) == RecordState::unreadable);
}

TEST_CASE("E24: a damaged record is not laundered by changes of the others", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.row(fixture.openai) = fixture.yesterday.row(fixture.openai);
    fixture.vault.session = fixture.unlock();
    fixture.vault.save(fixture.vault.session.set_label(fixture.gemini, "still here"));
    CHECK(state_of(fixture.unlock(), fixture.openai) == RecordState::stale);
    CHECK(state_of(fixture.unlock(), fixture.gemini) == RecordState::ok);
    fixture.vault.store.records.erase(fixture.openai.bytes);
    CHECK(state_of(fixture.unlock(), fixture.openai) == RecordState::missing);

    const auto copy = make_id<RecordId>(0xC0);
    fixture.vault.store.records[copy.bytes] = fixture.vault.store.row(fixture.gemini);
    const Bytes deleted = fixture.vault.store.row(fixture.anthropic);
    fixture.vault.save(fixture.vault.session.remove(fixture.anthropic));
    fixture.vault.store.records[fixture.anthropic.bytes] = deleted;
    fixture.vault.session = fixture.unlock();
    fixture.vault.save(fixture.vault.session.set_label(fixture.gemini, "and here"));
    CHECK(state_of(fixture.unlock(), copy) == RecordState::unexpected);
    CHECK(state_of(fixture.unlock(), fixture.anthropic) == RecordState::unexpected);
}

TEST_CASE(
    "E24: a damaged manifest leaves every record unverified: shown, not used, and nothing is written over it",
    "[session][damage]") {
    Fixture fixture;
    const Bytes good = fixture.vault.store.manifest;
    for (const Bytes& bad : {Bytes(), Bytes(good.begin(), good.end() - 1), Bytes(good.size()), [&] {
                                 Bytes flipped = good;
                                 flipped.back() ^= 1;
                                 return flipped;
                             }()}) {
        fixture.vault.store.manifest = bad;
        fixture.vault.session = fixture.unlock();
        Session& session = fixture.vault.session;
        CHECK(session.integrity() == Status::manifest_damaged);
        REQUIRE(session.list().size() == 3);
        for (const RecordView& view : session.list()) {
            CHECK(view.state == RecordState::unverified);
            CHECK(view.meta);
            CHECK(session.seal_for_platform(view.id, target_for(make_platform())).status() ==
                  Status::manifest_damaged);
        }
        const DraftId draft = session.draft(provider("openai"), view("sk-proj-new"), "", kNow).value().draft;
        CHECK(session.accept(draft, Verdict::valid, kNow).status() == Status::manifest_damaged);
        CHECK(session.remove(fixture.openai).status() == Status::manifest_damaged);
        CHECK(session.set_label(fixture.openai, "x").status() == Status::manifest_damaged);
        CHECK(session.set_verdict(fixture.openai, Verdict::valid, kNow).status() == Status::manifest_damaged);
        CHECK(session.confirm_user(kUser).status() == Status::manifest_damaged);
        CHECK(fixture.vault.change_password(2) == Status::manifest_damaged);
    }
}

TEST_CASE("E24: with a damaged manifest, records that do not open are unreadable", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.manifest.back() ^= 1;
    fixture.vault.store.row(fixture.gemini).back() ^=
        1; // the key box: unlocking must notice though the meta opens
    const Session session = fixture.unlock();
    CHECK(state_of(session, fixture.gemini) == RecordState::unreadable);
    CHECK(state_of(session, fixture.openai) == RecordState::unverified);
}

TEST_CASE("E24: a header that the manifest does not know counts as a damaged manifest", "[session][damage]") {
    Fixture fixture;
    Header header = decode_header(fixture.vault.store.header).value();
    const VaultKey key = std::move(unwrap(header.slots.at(0), make_test_kek(1), header.vault_id)).value();
    header.slots.push_back(wrap(key, make_test_kek(9), header.vault_id, make_id<SlotId>(0x66),
                                SlotKind::password, make_cheap_kdf_params())
                               .value());
    fixture.vault.store.header = encode(header);
    Session session = fixture.unlock();
    CHECK(session.integrity() == Status::manifest_damaged);
    CHECK(states_of(session) == std::vector(3, RecordState::unverified));
    CHECK(session.user()); // the manifest itself is genuine
}

TEST_CASE("E24: the manifest of yesterday alone names each record that is not of its day",
          "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.manifest = fixture.yesterday.manifest;
    const Session session = fixture.unlock();
    CHECK(session.integrity() == Status::record_damaged);
    CHECK(state_of(session, fixture.openai) == RecordState::stale);
    CHECK(state_of(session, fixture.gemini) == RecordState::ok);
}

TEST_CASE("E24: repair keeps what opens, drops the rest, and the vault is whole again", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.row(fixture.openai) = fixture.yesterday.row(fixture.openai); // stale: opens
    fixture.vault.store.row(fixture.gemini).back() ^= 1;                             // unreadable
    fixture.vault.store.records.erase(fixture.anthropic.bytes);                      // missing
    const auto junk = make_id<RecordId>(0xEE);
    fixture.vault.store.records[junk.bytes] = Bytes(100); // unexpected
    fixture.vault.session = fixture.unlock();
    const Change change = fixture.vault.session.repair().value();
    CHECK(change.put.empty());
    CHECK(change.remove.size() == 2);
    fixture.vault.save(change);

    CHECK(fixture.vault.store.records.size() == 1);
    for (Session* const session : {&fixture.vault.session}) {
        CHECK(session->integrity() == Status::ok);
        REQUIRE(session->list().size() == 1);
        CHECK(session->list()[0].meta->label == "old");
    }
    Session again = fixture.unlock();
    CHECK(again.integrity() == Status::ok);
    CHECK(key_through_platform(again, fixture.openai, provider("openai")) == kKey);
}

TEST_CASE("E24: repair rebuilds a damaged manifest; a user must be confirmed again", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.manifest.back() ^= 1;
    fixture.vault.session = fixture.unlock();
    CHECK_FALSE(fixture.vault.session.user());
    fixture.vault.save(fixture.vault.session.repair());
    CHECK(fixture.vault.session.integrity() == Status::ok);
    CHECK(fixture.vault.session.list().size() == 3);
    CHECK(fixture.vault.session.seal_for_platform(fixture.openai, target_for(make_platform())).status() ==
          Status::user_unconfirmed);
    fixture.vault.save(fixture.vault.session.confirm_user(kUser));
    CHECK(key_through_platform(fixture.vault.session, fixture.openai, provider("openai")) == kKey);
    CHECK(fixture.vault.change_password(2) == Status::ok); // the wrap key of the slot in use is known
    CHECK(fixture.unlock().integrity() == Status::ok);
}

TEST_CASE("E24: repair counts on from a damaged manifest's revision, unless it is beyond counting",
          "[session][damage]") {
    Fixture fixture;
    constexpr std::uint64_t kHalfway = std::uint64_t{1} << 52;
    const std::uint64_t stored = fixture.vault.store.revision();
    for (const auto& [claimed, next] :
         {std::pair{stored, stored + 1}, std::pair<std::uint64_t, std::uint64_t>{77, 78},
          std::pair<std::uint64_t, std::uint64_t>{0, 1}, std::pair{kHalfway, kHalfway + 1},
          std::pair<std::uint64_t, std::uint64_t>{kHalfway + 1, 1},
          // Counting on from here would use up the last number that JavaScript has.
          std::pair<std::uint64_t, std::uint64_t>{2 * kHalfway - 2, 1},
          std::pair<std::uint64_t, std::uint64_t>{std::numeric_limits<std::uint64_t>::max(), 1}}) {
        Store store = fixture.vault.store;
        store.manifest.back() ^= 1;
        for (std::size_t i = 0; i < 8; ++i)
            store.manifest[22 + i] = static_cast<std::uint8_t>(claimed >> (8 * i));
        REQUIRE(store.revision() == claimed);
        Session session = fixture.unlock(store.read());
        const Change change = session.repair().value();
        CHECK(change.expected_revision == claimed);
        CHECK(change.revision == next);
        CHECK(store.apply(change));
        CHECK(fixture.unlock(store.read()).integrity() == Status::ok);
    }
}

TEST_CASE("E24: repair of an id that the store holds twice keeps one row of it", "[session][damage]") {
    const Fixture fixture;
    Store old = fixture.yesterday;
    Snapshot snapshot = fixture.vault.store.read();
    snapshot.records.insert(snapshot.records.begin(), {fixture.openai, old.row(fixture.openai)});
    Session session = fixture.unlock(snapshot);
    const Change change = session.repair().value();
    REQUIRE(change.remove.size() == 1);
    REQUIRE(change.put.size() == 1);
    CHECK(change.put[0].bytes == fixture.vault.store.records.at(fixture.openai.bytes));
    Store store = fixture.vault.store;
    REQUIRE(store.apply(change));
    CHECK(fixture.unlock(store.read()).integrity() == Status::ok);
}

TEST_CASE("E24: a damaged record can be removed by itself", "[session][damage]") {
    Fixture fixture;
    fixture.vault.store.row(fixture.gemini).clear();
    fixture.vault.store.records.erase(fixture.anthropic.bytes);
    const auto junk = make_id<RecordId>(0xEE);
    fixture.vault.store.records[junk.bytes] = Bytes(100);
    fixture.vault.session = fixture.unlock();
    for (const RecordId& id : {fixture.gemini, fixture.anthropic, junk})
        fixture.vault.save(fixture.vault.session.remove(id));
    CHECK(fixture.vault.session.integrity() == Status::ok);
    CHECK(fixture.vault.store.records.size() == 1);
    CHECK(fixture.unlock().integrity() == Status::ok);
}

TEST_CASE("E26: a record of a newer version is kept as it is, also by a repair, and is not damage",
          "[session][damage]") {
    Fixture fixture;
    Bytes newer = fixture.vault.store.row(fixture.gemini);
    newer[4] = 2;   // the version
    newer[40] ^= 1; // and boxes of its own
    newer.back() ^= 1;
    fixture.vault.store.row(fixture.gemini) = newer;
    static RecordId id; // for the edit below
    static Hash hash;
    id = fixture.gemini;
    hash = hash_of(newer);
    rewrite_manifest(fixture.vault, fixture.vault.store, [](Manifest& manifest) {
        for (ManifestEntry& entry : manifest.records) {
            if (entry.id == id)
                entry.hash = hash;
        }
    });
    fixture.vault.session = fixture.unlock();
    Session& session = fixture.vault.session;
    CHECK(state_of(session, fixture.gemini) == RecordState::newer);
    CHECK(session.integrity() == Status::ok);
    CHECK(session.set_label(fixture.gemini, "x").status() == Status::newer_format);
    CHECK(session.seal_for_platform(fixture.gemini, target_for(make_platform())).status() ==
          Status::newer_format);
    CHECK(fixture.vault.change_password(2) == Status::newer_format);
    fixture.vault.save(session.set_label(fixture.openai, "renamed"));
    fixture.vault.save(session.repair());
    CHECK(fixture.vault.store.row(fixture.gemini) == newer);
    CHECK(state_of(fixture.unlock(), fixture.gemini) == RecordState::newer);

    fixture.vault.store.manifest.back() ^= 1;
    fixture.vault.session = fixture.unlock();
    CHECK(state_of(fixture.vault.session, fixture.gemini) == RecordState::newer);
    fixture.vault.save(fixture.vault.session.repair());
    CHECK(fixture.vault.store.row(fixture.gemini) == newer);
    fixture.vault.save(fixture.vault.session.remove(fixture.gemini));
    CHECK(fixture.unlock().list().size() == 2);
}

TEST_CASE("E26: a header or manifest of a newer version is refused, and nothing is written",
          "[session][damage]") {
    const Fixture fixture;
    Snapshot snapshot = fixture.vault.store.read();
    snapshot.manifest[4] = 2;
    snapshot.manifest.back() ^= 1;
    CHECK(fixture.vault.unlock_again(snapshot).status() == Status::newer_format);
    // Its version alone, changed behind our back, is damage.
    snapshot = fixture.vault.store.read();
    snapshot.manifest[4] = 2;
    CHECK(fixture.unlock(snapshot).integrity() == Status::manifest_damaged);
}

TEST_CASE("E24: a damaged header is refused as such, not as a wrong password", "[session][damage]") {
    const Fixture fixture;
    const Snapshot good = fixture.vault.store.read();
    std::size_t tried = 0;
    std::size_t refused = 0;
    for_each_damage(good.header, [&](const Bytes& bad, const std::string&) {
        Snapshot snapshot = good;
        snapshot.header = bad;
        ++tried;
        refused += fixture.vault.unlock_again(snapshot).status() == Status::header_damaged ? 1U : 0U;
    });
    CHECK(refused == tried);
}

TEST_CASE("Permissions are carried through every change unread", "[session][damage]") {
    Fixture fixture;
    rewrite_manifest(fixture.vault, fixture.vault.store, [](Manifest& manifest) {
        manifest.permissions.push_back({"https://app.example", {1}, {2}, 3});
    });
    fixture.vault.session = fixture.unlock();
    fixture.vault.save(fixture.vault.session.set_label(fixture.openai, "x"));
    fixture.vault.save(fixture.vault.session.remove(fixture.gemini));
    fixture.vault.save(fixture.vault.session.confirm_user({"user-2", "Other user"}));
    fixture.vault.save(fixture.vault.session.repair());
    REQUIRE(fixture.vault.change_password(2) == Status::ok);
    const Header header = decode_header(fixture.vault.store.header).value();
    const VaultKey key = std::move(unwrap(header.slots.at(0), make_test_kek(2), header.vault_id)).value();
    const Manifest manifest =
        std::move(open_manifest(key, header.vault_id, fixture.vault.store.manifest)).value();
    REQUIRE(manifest.permissions.size() == 1);
    CHECK(manifest.permissions[0].origin == "https://app.example");
    CHECK(manifest.permissions[0].granted == WallMs{1});
    CHECK(manifest.permissions[0].last_used == WallMs{2});
    CHECK(manifest.permissions[0].uses == 3);
}
