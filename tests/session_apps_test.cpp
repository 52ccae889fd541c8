/// Permission instead of trust: which app may have keys sealed, how often, and what is counted.
#include "byok/seal_rate.h"
#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kApp = "https://app.example.com";
constexpr std::string_view kOther = "https://other.example.com";
constexpr std::string_view kKey = "sk-proj-0123456789abcdefghij";
constexpr ClockReading kClocks{MonoMs{1'000}, WallMs{kNow.ms + 77}};

const std::vector<const Provider*>& openai() {
    static const std::vector<const Provider*> list{&provider("openai")};
    return list;
}

Result<AppSeal> seal(Session& session, std::string_view app = kApp, const ClockReading& now = kClocks,
                     const std::vector<const Provider*>& providers = openai()) {
    static const PlatformSecret platform = make_platform();
    return session.seal_for_app(app, providers, target_for(platform), now);
}

/// Written or not, the pending change is settled.
void settle(Vault& vault, const Change& change) {
    REQUIRE(vault.store.apply(change));
    REQUIRE(vault.session.commit() == Status::ok);
}

void allow(Vault& vault, std::string_view app = kApp) {
    settle(vault, *vault.session.grant_app(app, kNow).value());
}

struct Fixture {
    Vault vault = Vault::make();
    RecordId openai = vault.add("openai", kKey);
};

} // namespace

TEST_CASE("An app that nobody allowed gets nothing, and learns nothing of what is stored", "[session][app]") {
    Fixture it;
    const std::vector<const Provider*> missing{&provider("gemini")};
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
    CHECK(seal(it.vault.session, kApp, kClocks, missing).status() == Status::app_not_allowed);
    CHECK(seal(it.vault.session, kApp, kClocks, {}).status() == Status::app_not_allowed);
    allow(it.vault);
    CHECK(seal(it.vault.session, kApp, kClocks, missing).status() == Status::no_key);
    for (const std::string other :
         {"https://app.example.co", "https://app.example.com.", "http://app.example.com",
          "https://app.example.com:444", "https://app.example.comm", ""}) {
        INFO(other);
        CHECK(seal(it.vault.session, other).status() == Status::app_not_allowed);
    }
}

TEST_CASE("An app that was allowed gets the key that is stored, sealed, and its use is counted",
          "[session][app]") {
    Fixture it;
    allow(it.vault);
    allow(it.vault, kOther);
    REQUIRE(it.vault.session.apps().size() == 2);
    CHECK(it.vault.session.apps()[0].origin == kApp);
    CHECK(it.vault.session.apps()[0].granted == kNow);
    CHECK(it.vault.session.apps()[0].last_used == WallMs{0});
    CHECK(it.vault.session.apps()[0].uses == 0);

    const AppSeal sealed = seal(it.vault.session).value();
    CHECK(it.vault.session.apps()[0].uses == 0); // not yet on disk
    settle(it.vault, sealed.change);
    CHECK(it.vault.session.apps()[0].uses == 1);
    CHECK(it.vault.session.apps()[0].last_used == kClocks.wall);
    CHECK(it.vault.session.apps()[1].uses == 0);
    REQUIRE(sealed.keys.size() == 1);
    const PlatformSecret platform = make_platform();
    const OpenedKey opened = std::move(open_sealed_key({&platform, 1}, sealed.keys[0].bytes,
                                                       {kUser.id, &provider("openai"), Purpose::job, kNow}))
                                 .value();
    const ByteView key = opened.key.expose();
    CHECK(std::string(key.begin(), key.end()) == kKey);
}

TEST_CASE("Several providers are one use, all or none, in the order that was asked for", "[session][app]") {
    Fixture it;
    it.vault.add("gemini", "AIza-0123456789");
    allow(it.vault);
    const std::vector<const Provider*> both{&provider("gemini"), &provider("openai")};
    const AppSeal sealed = seal(it.vault.session, kApp, kClocks, both).value();
    settle(it.vault, sealed.change);
    CHECK(it.vault.session.apps()[0].uses == 1);
    REQUIRE(sealed.keys.size() == 2);
    const PlatformSecret platform = make_platform();
    for (std::size_t i = 0; i < both.size(); ++i)
        CHECK(open_sealed_key({&platform, 1}, sealed.keys[i].bytes, {kUser.id, both[i], Purpose::job, kNow})
                  .ok());

    const std::vector<const Provider*> one_missing{&provider("openai"), &provider("anthropic")};
    CHECK(seal(it.vault.session, kApp, kClocks, one_missing).status() == Status::no_key);
    CHECK(it.vault.session.rollback() == Status::bad_argument); // nothing was left pending
    CHECK(it.vault.session.apps()[0].uses == 1);
}

TEST_CASE("A list that is empty, too long or repeats itself is refused", "[session][app]") {
    Fixture it;
    allow(it.vault);
    std::vector<const Provider*> many;
    for (std::size_t i = 0; i <= kMaxSealedTogether; ++i)
        many.push_back(&providers()[i]);
    for (const std::vector<const Provider*>& wrong :
         {std::vector<const Provider*>{}, std::vector<const Provider*>{nullptr},
          std::vector<const Provider*>{&provider("openai"), &provider("openai")}, many})
        CHECK(seal(it.vault.session, kApp, kClocks, wrong).status() == Status::bad_argument);
}

TEST_CASE("Apps have keys sealed for jobs of the confirmed user, and for nothing else", "[session][app]") {
    Fixture it;
    allow(it.vault);
    const PlatformSecret platform = make_platform();
    CHECK(it.vault.session.seal_for_app(kApp, openai(), target_for(platform, Purpose::test), kClocks)
              .status() == Status::purpose_refused);
    CHECK(it.vault.session.seal_for_app(kApp, openai(), target_for(platform, Purpose::job, "user-2"), kClocks)
              .status() == Status::user_unconfirmed);
    SealTarget low_order = target_for(platform);
    low_order.platform = {};
    CHECK(it.vault.session.seal_for_app(kApp, openai(), low_order, kClocks).status() ==
          Status::platform_key_refused);
    CHECK(it.vault.session.apps()[0].uses == 0);
}

TEST_CASE("Revoking ends it at once, here and after the next unlock; twice is nothing more",
          "[session][app]") {
    Fixture it;
    allow(it.vault);
    allow(it.vault, kOther);
    settle(it.vault, *it.vault.session.revoke_app(kApp).value());
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
    CHECK_FALSE(it.vault.session.revoke_app(kApp).value().has_value());
    CHECK_FALSE(it.vault.session.revoke_app("anything").value().has_value());
    it.vault.session = std::move(it.vault.unlock_again()).value();
    REQUIRE(it.vault.session.apps().size() == 1);
    CHECK(it.vault.session.apps()[0].origin == kOther);
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
    CHECK(seal(it.vault.session, kOther).ok());
}

TEST_CASE("Allowing again changes nothing, and starts anew only after a revocation", "[session][app]") {
    Fixture it;
    allow(it.vault);
    settle(it.vault, seal(it.vault.session).value().change);
    CHECK_FALSE(it.vault.session.grant_app(kApp, {kNow.ms + 5}).value().has_value());
    CHECK(it.vault.session.apps()[0].uses == 1);
    settle(it.vault, *it.vault.session.revoke_app(kApp).value());
    settle(it.vault, *it.vault.session.grant_app(kApp, {kNow.ms + 5}).value());
    CHECK(it.vault.session.apps()[0].uses == 0);
    CHECK(it.vault.session.apps()[0].granted == WallMs{kNow.ms + 5});
}

TEST_CASE("Only what a browser calls an origin can be allowed", "[session][app]") {
    Fixture it;
    for (const std::string wrong :
         {"", "null", "app.example.com", "https://app.example.com/", "https://\x01"}) {
        CHECK(it.vault.session.grant_app(wrong, kNow).status() == Status::bad_argument);
        if (wrong.empty())
            continue;
        CHECK(it.vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow, wrong).status() ==
              Status::bad_argument);
    }
    CHECK(it.vault.session.apps().empty());
}

TEST_CASE("Saving a key in an app's page allows the app with it, in one change", "[session][app]") {
    Fixture it;
    const DraftId draft =
        it.vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow, kApp).value().draft;
    Change change = it.vault.session.accept(draft, Verdict::valid, kNow).value();
    CHECK(it.vault.session.apps().empty());
    REQUIRE(it.vault.session.rollback() == Status::ok);
    CHECK(it.vault.session.apps().empty());
    change = it.vault.session.accept(draft, Verdict::valid, kNow).value();
    settle(it.vault, change);
    CHECK(seal(it.vault.session).ok());
}

TEST_CASE("A key that was entered before an app was revoked does not allow it again", "[session][app]") {
    Fixture it;
    const auto enter = [&] {
        return it.vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow, kApp).value().draft;
    };
    SECTION("revoked here") {
        allow(it.vault);
        const DraftId draft = enter();
        settle(it.vault, *it.vault.session.revoke_app(kApp).value());
        settle(it.vault, it.vault.session.accept(draft, Verdict::valid, kNow).value());
    }
    SECTION("revoked in another tab") {
        allow(it.vault);
        const DraftId draft = enter();
        Session other = it.vault.unlock_again().value();
        REQUIRE(it.vault.store.apply(*other.revoke_app(kApp).value()));
        REQUIRE(it.vault.session.reload(it.vault.store.read()) == Status::ok);
        settle(it.vault, it.vault.session.accept(draft, Verdict::valid, kNow).value());
    }
    CHECK(it.vault.session.apps().empty());
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
}

TEST_CASE("A vault with all the permissions there may be still stores keys, and says that the list is full",
          "[session][app]") {
    Fixture it;
    for (std::size_t i = 0; i < kMaxPermissions; ++i)
        allow(it.vault, "https://app-" + std::to_string(i) + ".example");
    CHECK(it.vault.session.grant_app(kApp, kNow).status() == Status::too_many_apps);
    const DraftId draft =
        it.vault.session.draft(provider("gemini"), view("AIza-x"), "", kNow, kApp).value().draft;
    settle(it.vault, it.vault.session.accept(draft, Verdict::valid, kNow).value());
    CHECK(it.vault.session.list().size() == 2);
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
    settle(it.vault, *it.vault.session.revoke_app("https://app-0.example").value());
    allow(it.vault);
}

TEST_CASE("An app is refused after 30 seals in a minute; another app, and the person, are not",
          "[session][app]") {
    Fixture it;
    allow(it.vault);
    allow(it.vault, kOther);
    for (std::size_t i = 0; i < kSealsPerWindow; ++i)
        settle(it.vault, seal(it.vault.session).value().change);
    CHECK(seal(it.vault.session).status() == Status::rate_limited);
    CHECK(it.vault.session.apps()[0].uses == kSealsPerWindow);
    settle(it.vault, seal(it.vault.session, kOther).value().change);
    CHECK(key_through_platform(it.vault.session, it.openai, provider("openai")) == kKey);
    const ClockReading later{{kClocks.mono.ms + kSealWindowMs}, kClocks.wall};
    settle(it.vault, seal(it.vault.session, kApp, later).value().change);

    // Neither a revocation nor another tab's write begins the minute anew.
    for (std::size_t i = 1; i < kSealsPerWindow; ++i)
        settle(it.vault, seal(it.vault.session, kApp, later).value().change);
    settle(it.vault, *it.vault.session.revoke_app(kApp).value());
    allow(it.vault);
    REQUIRE(it.vault.session.reload(it.vault.store.read()) == Status::ok);
    CHECK(seal(it.vault.session, kApp, later).status() == Status::rate_limited);
}

TEST_CASE("What could not be counted on disk counts towards the rate all the same", "[session][app]") {
    Fixture it;
    allow(it.vault);
    for (std::size_t i = 0; i < kSealsPerWindow; ++i) {
        REQUIRE(seal(it.vault.session).ok());
        REQUIRE(it.vault.session.rollback() == Status::ok);
    }
    CHECK(seal(it.vault.session).status() == Status::rate_limited);
    CHECK(it.vault.session.apps()[0].uses == 0);
}

TEST_CASE("A refused seal leaves nothing pending, and is not counted", "[session][app]") {
    Fixture it;
    allow(it.vault);
    const std::vector<const Provider*> missing{&provider("gemini")};
    for (std::size_t i = 0; i < 2 * kSealsPerWindow; ++i)
        CHECK(seal(it.vault.session, kApp, kClocks, missing).status() == Status::no_key);
    CHECK(seal(it.vault.session).ok());
    CHECK(seal(it.vault.session).status() == Status::busy);
}

TEST_CASE("A permission that is revoked or given in a pending change is as it was until it is on disk",
          "[session][app]") {
    Fixture it;
    REQUIRE(it.vault.session.grant_app(kApp, kNow).value().has_value());
    CHECK(it.vault.session.apps().empty());
    CHECK(seal(it.vault.session).status() == Status::busy);
    CHECK(it.vault.session.grant_app(kOther, kNow).status() == Status::busy);
    CHECK(it.vault.session.revoke_app(kApp).status() == Status::busy);
    REQUIRE(it.vault.session.rollback() == Status::ok);
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
}

TEST_CASE("A permission survives a changed password, a changed user and a repair of records",
          "[session][app]") {
    Fixture it;
    allow(it.vault);
    settle(it.vault, seal(it.vault.session).value().change);
    REQUIRE(it.vault.change_password(2) == Status::ok);
    it.vault.session = std::move(it.vault.unlock_again()).value();
    it.vault.store.records.clear();
    REQUIRE(it.vault.session.reload(it.vault.store.read()) == Status::ok);
    REQUIRE(it.vault.session.integrity() == Status::record_damaged);
    it.vault.save(it.vault.session.repair());
    it.vault.save(it.vault.session.confirm_user({"user-2", "Other user"}));
    REQUIRE(it.vault.session.apps().size() == 1);
    CHECK(it.vault.session.apps()[0].uses == 1);
}

TEST_CASE("E24: a manifest that is damaged, or came back from yesterday, gives no permission, then or after "
          "a repair",
          "[session][app]") {
    Fixture it;
    allow(it.vault);
    const Snapshot yesterday = it.vault.store.read();
    settle(it.vault, *it.vault.session.revoke_app(kApp).value());

    SECTION("put back while it was open") {
        REQUIRE(it.vault.session.reload(yesterday) == Status::ok);
    }
    SECTION("damaged") {
        Snapshot damaged = yesterday;
        damaged.manifest.back() ^= 1;
        it.vault.session = std::move(it.vault.unlock_again(damaged)).value();
    }
    SECTION("under another header") {
        Snapshot other = yesterday;
        REQUIRE(it.vault.change_password(2) == Status::ok);
        REQUIRE(it.vault.session.reload({it.vault.store.header, other.manifest, other.records}) ==
                Status::ok);
    }
    REQUIRE(it.vault.session.integrity() == Status::manifest_damaged);
    CHECK(it.vault.session.apps().empty());
    CHECK(seal(it.vault.session).status() == Status::manifest_damaged);
    CHECK(it.vault.session.grant_app(kApp, kNow).status() == Status::manifest_damaged);
    REQUIRE(it.vault.session.repair().ok());
    REQUIRE(it.vault.session.commit() == Status::ok);
    CHECK(it.vault.session.integrity() == Status::ok);
    CHECK(it.vault.session.apps().empty());
    CHECK(seal(it.vault.session).status() == Status::app_not_allowed);
}

TEST_CASE("Two tabs: what one revoked is refused in the other at its next write", "[session][app]") {
    Fixture it;
    allow(it.vault);
    Session other = std::move(it.vault.unlock_again()).value();
    settle(it.vault, *it.vault.session.revoke_app(kApp).value());
    const AppSeal stale = seal(other).value();
    CHECK_FALSE(it.vault.store.apply(stale.change));
    REQUIRE(other.rollback() == Status::ok);
    REQUIRE(other.reload(it.vault.store.read()) == Status::ok);
    CHECK(seal(other).status() == Status::app_not_allowed);
}

TEST_CASE("Uses are counted to the end of the number, and stay there", "[session][app]") {
    Fixture it;
    allow(it.vault);
    const VaultKey key = std::move(unwrap(it.vault.session.header().slots.at(0), make_test_kek(1),
                                          it.vault.session.header().vault_id))
                             .value();
    const VaultId& vault = it.vault.session.header().vault_id;
    Manifest manifest = std::move(open_manifest(key, vault, it.vault.store.manifest)).value();
    manifest.permissions.at(0).uses = std::numeric_limits<std::uint32_t>::max() - 1;
    it.vault.store.manifest = seal_manifest(key, vault, manifest).value();
    it.vault.session = std::move(it.vault.unlock_again()).value();
    for (int i = 0; i < 2; ++i) {
        settle(it.vault, seal(it.vault.session).value().change);
        CHECK(it.vault.session.apps()[0].uses == std::numeric_limits<std::uint32_t>::max());
    }
}

TEST_CASE("A session that was moved from is locked for apps, too", "[session][app]") {
    Fixture it;
    allow(it.vault);
    const Session moved = std::move(it.vault.session);
    CHECK(moved.apps().size() == 1);
    CHECK(it.vault.session.apps().empty()); // NOLINT(bugprone-use-after-move)
    CHECK(seal(it.vault.session).status() == Status::locked);
    CHECK(it.vault.session.grant_app(kApp, kNow).status() == Status::locked);
    CHECK(it.vault.session.revoke_app(kApp).status() == Status::locked);
}
