#include "byok/cached_key.h"
#include "byok/key_text.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"
#include "support/forged_cache.h"
#include "support/vaults.h"
#include "wire.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();
using Secrets = std::span<const PlatformSecret>;

const PlatformSecret& platform() {
    static const PlatformSecret secret = make_platform();
    return secret;
}

Secrets alone() {
    return {&platform(), 1};
}

CacheDemand demand_at(WallMs now, std::optional<WallMs> cleared = std::nullopt) {
    return {kUser.id, &provider("openai"), now, cleared};
}

CacheDemand demand() {
    return demand_at(kNow);
}

/// @param ahead how far the clock it is sealed by is ahead of the platform's.
Bytes seal(const PlatformSecret& secret, std::string_view key = kKey, std::uint64_t ahead = 0,
           Purpose purpose = Purpose::job) {
    SealTarget target = target_for(secret, purpose);
    target.server_now.ms += ahead;
    return seal_key(target, provider("openai"), view(key)).value().bytes;
}

Bytes cache(std::string_view key = kKey) {
    return cache_sealed_key(alone(), seal(platform(), key), demand()).value().bytes;
}

Status open(ByteView cached, const CacheDemand& demand) {
    return open_cached_key(alone(), cached, demand).status();
}

std::string to_text(const SecretBytes& bytes) {
    return {bytes.expose().begin(), bytes.expose().end()};
}

Bytes forge(ByteView plaintext, bool padded = true) {
    const SecretBytes full = std::move(hazmat::pad(plaintext, 256)).value();
    return forge_cached(platform(), demand(), {kNow.ms + kMaxCacheLifeMs},
                        padded ? full.expose() : plaintext);
}

Bytes plaintext_of(std::string_view key, std::size_t more = 0) {
    Bytes plaintext(kIdBytes + 8 + 2 + key.size() + more);
    wire::Writer out(plaintext);
    out.id(make_id<SealId>(9));
    out.u64(kNow.ms);
    out.u16(static_cast<std::uint16_t>(key.size()));
    out.text(key);
    return plaintext;
}

} // namespace

TEST_CASE("A cached key opens for its user and provider, with the seal id and the times of the sealed key",
          "[cached_key]") {
    const SealedKey sealed = seal_key(target_for(platform()), provider("openai"), view(kKey)).value();
    const CacheDemand later = demand_at({kNow.ms + 1000});
    const CachedKey cached = cache_sealed_key(alone(), sealed.bytes, later).value();
    CHECK(cached.id == sealed.id);
    CHECK(cached.expires == WallMs{kNow.ms + kMaxJobLifeMs});
    CHECK(cached.key_tag == platform().tag("key", view(kKey)).value());

    const OpenedKey opened = open_cached_key(alone(), cached.bytes, later).value();
    CHECK(to_text(opened.key) == kKey);
    CHECK(opened.id == sealed.id);
    CHECK(opened.issued == kNow);
    CHECK(opened.expires == cached.expires);
}

TEST_CASE("A key of the greatest length goes through the cache, within the bound", "[cached_key]") {
    const std::string longest(kMaxKeyBytes, 'k');
    const Bytes cached = cache(longest);
    CHECK(cached.size() == kMaxCachedBytes);
    CHECK(to_text(open_cached_key(alone(), cached, demand()).value().key) == longest);
}

TEST_CASE("A cached key's length tells neither the key's nor the provider's length within a step of 256",
          "[cached_key]") {
    CHECK(cache("x").size() == cache(std::string(200, 'x')).size());
    SealTarget target = target_for(platform());
    CacheDemand other = demand();
    other.provider = &provider("anthropic");
    const Bytes sealed = seal_key(target, *other.provider, view(std::string(108, 'a'))).value().bytes;
    CHECK(cache_sealed_key(alone(), sealed, other).value().bytes.size() == cache().size());
}

TEST_CASE("Caching the same sealed key twice gives other bytes with the same seal id and key tag",
          "[cached_key]") {
    const Bytes sealed = seal(platform());
    const CachedKey a = cache_sealed_key(alone(), sealed, demand()).value();
    const CachedKey b = cache_sealed_key(alone(), sealed, demand()).value();
    CHECK(a.bytes != b.bytes);
    CHECK(a.id == b.id);
    CHECK(a.key_tag == b.key_tag);
    CHECK(a.key_tag != cache_sealed_key(alone(), seal(platform(), "sk-another"), demand()).value().key_tag);
}

TEST_CASE("Nothing of the key, the user or the provider can be read in a cached key", "[cached_key]") {
    const Bytes cached = cache();
    for (const std::string_view part :
         {kKey.substr(0, 8), kKey.substr(8, 8), std::string_view(kUser.id), std::string_view("openai")}) {
        const ByteView bytes = view(part);
        CHECK(std::search(cached.begin(), cached.end(), bytes.begin(), bytes.end()) == cached.end());
    }
}

TEST_CASE("E32: only a key sealed for a job of this user and provider is cached", "[cached_key]") {
    const Bytes sealed = seal(platform());
    CacheDemand other = demand();
    other.user = "user-2";
    CHECK(cache_sealed_key(alone(), sealed, other).status() == Status::sealed_key_refused);
    other = demand();
    other.provider = &provider("gemini");
    CHECK(cache_sealed_key(alone(), sealed, other).status() == Status::sealed_key_refused);
    CHECK(cache_sealed_key(alone(), seal(platform(), kKey, 0, Purpose::test), demand()).status() ==
          Status::sealed_key_refused);
    CHECK(cache_sealed_key(alone(), seal(make_platform(2)), demand()).status() == Status::sealed_key_refused);
    CHECK(cache_sealed_key(alone(), sealed, demand_at({kNow.ms + kMaxJobLifeMs})).status() ==
          Status::expired);
    CHECK(cache_sealed_key(alone(), seal(platform(), kKey, kMaxSkewMs + 1), demand()).status() ==
          Status::clock);
    // What is cached is no sealed key, and a sealed key is nothing that is cached.
    CHECK(cache_sealed_key(alone(), cache(), demand()).status() == Status::sealed_key_refused);
    CHECK(open(sealed, demand()) == Status::cached_key_refused);
}

TEST_CASE("E32: a cached key for another user, provider or platform is refused, all with one code",
          "[cached_key]") {
    const Bytes cached = cache();
    REQUIRE(open(cached, demand()) == Status::ok);
    for (const std::string_view user : {"user-2", "user-", "user-11", "USER-1"}) {
        CacheDemand other = demand();
        other.user = user;
        CHECK(open(cached, other) == Status::cached_key_refused);
    }
    CacheDemand other = demand();
    other.provider = &provider("gemini");
    CHECK(open(cached, other) == Status::cached_key_refused);
    const std::array others{make_platform(2), make_platform(3)};
    CHECK(open_cached_key(others, cached, demand()).status() == Status::cached_key_refused);
    CHECK(open_cached_key({}, cached, demand()).status() == Status::cached_key_refused);
    // A key id is public: another platform's in front does not make it open.
    Bytes relabelled = cached;
    std::copy(others[0].key_id().begin(), others[0].key_id().end(), relabelled.begin() + 1);
    CHECK(open_cached_key(others, relabelled, demand()).status() == Status::cached_key_refused);
}

TEST_CASE("E32: the times of a cached key are judged only after it opened for this demand: no oracle",
          "[cached_key]") {
    const Bytes cached = cache();
    CacheDemand late = demand_at({kForever});
    CHECK(open(cached, late) == Status::expired);
    late.user = "user-2";
    CHECK(open(cached, late) == Status::cached_key_refused);
    late = demand_at({kForever}, WallMs{kForever});
    late.provider = &provider("gemini");
    CHECK(open(cached, late) == Status::cached_key_refused);
}

TEST_CASE("E32: every damage of a cached key is refused with one code, a later end as well", "[cached_key]") {
    const Bytes good = cache();
    std::size_t refused = 0;
    std::size_t tried = 0;
    for_each_damage(good, [&](const Bytes& bad, const std::string&) {
        ++tried;
        refused += open(bad, demand()) == Status::cached_key_refused ? 1U : 0U;
    });
    CHECK(tried > good.size());
    CHECK(refused == tried);
}

TEST_CASE("A cached key ends with the sealed key, to the millisecond, however late it was cached",
          "[cached_key]") {
    const Bytes sealed = seal(platform());
    for (const std::uint64_t late : {std::uint64_t{0}, std::uint64_t{120'000}, kMaxJobLifeMs - 1}) {
        const CachedKey cached = cache_sealed_key(alone(), sealed, demand_at({kNow.ms + late})).value();
        CHECK(cached.expires == WallMs{kNow.ms + kMaxJobLifeMs});
        CHECK(open(cached.bytes, demand_at({kNow.ms + kMaxJobLifeMs - 1})) == Status::ok);
        CHECK(open(cached.bytes, demand_at({kNow.ms + kMaxJobLifeMs})) == Status::expired);
        CHECK(open(cached.bytes, demand_at({kForever})) == Status::expired);
    }
}

TEST_CASE("A key sealed by a clock that is ahead is cached for no more than 300 s", "[cached_key]") {
    const Bytes sealed = seal(platform(), kKey, kMaxSkewMs);
    const CachedKey cached = cache_sealed_key(alone(), sealed, demand()).value();
    CHECK(cached.expires == WallMs{kNow.ms + kMaxCacheLifeMs});
    CHECK(open(cached.bytes, demand_at({kNow.ms + kMaxCacheLifeMs - 1})) == Status::ok);
    CHECK(open(cached.bytes, demand_at({kNow.ms + kMaxCacheLifeMs})) == Status::expired);
}

TEST_CASE("A worker whose clock is more than 60 s behind opens nothing: it would give keys a longer life",
          "[cached_key]") {
    const Bytes cached = cache();
    CHECK(open(cached, demand_at({kNow.ms - kMaxSkewMs})) == Status::ok);
    CHECK(open(cached, demand_at({kNow.ms - kMaxSkewMs - 1})) == Status::clock);
    CHECK(open(cached, demand_at({0})) == Status::clock);
}

TEST_CASE("E33: keys sealed up to the moment of a clearing are refused, on their way and in the cache",
          "[cached_key]") {
    const Bytes sealed = seal(platform());
    const Bytes cached = cache();
    const WallMs soon{kNow.ms + 1000};
    for (const std::uint64_t cleared : {kNow.ms, kNow.ms + 1, kForever}) {
        CHECK(cache_sealed_key(alone(), sealed, demand_at(soon, WallMs{cleared})).status() ==
              Status::key_cleared);
        CHECK(open(cached, demand_at(soon, WallMs{cleared})) == Status::key_cleared);
    }
    // Sealed after it: of use again.
    const CacheDemand before = demand_at(soon, WallMs{kNow.ms - 1});
    const Bytes again = cache_sealed_key(alone(), sealed, before).value().bytes;
    CHECK(open(again, before) == Status::ok);
    CHECK(open(cached, before) == Status::ok);
}

TEST_CASE("The first secret seals, all listed ones open, a retired one's keys are refused", "[cached_key]") {
    const std::array old_alone{make_platform(1)};
    const std::array old_first{make_platform(1), make_platform(2)};
    const std::array new_first{make_platform(2), make_platform(1)};
    const std::array new_alone{make_platform(2)};
    // A key sealed to the old public key while the platform already seals with the new secret.
    const CachedKey by_new = cache_sealed_key(new_first, seal(old_alone[0]), demand()).value();
    const CachedKey by_old = cache_sealed_key(old_first, seal(new_alone[0]), demand()).value();

    CHECK(open_cached_key(old_first, by_new.bytes, demand()).ok());
    CHECK(open_cached_key(new_first, by_new.bytes, demand()).ok());
    CHECK(open_cached_key(new_alone, by_new.bytes, demand()).ok());
    CHECK(open_cached_key(old_alone, by_new.bytes, demand()).status() == Status::cached_key_refused);
    CHECK(open_cached_key(new_first, by_old.bytes, demand()).ok());
    CHECK(open_cached_key(new_alone, by_old.bytes, demand()).status() == Status::cached_key_refused);
}

TEST_CASE("A user, a provider, a secret or a time that is missing or out of bounds is a caller's mistake",
          "[cached_key]") {
    const Bytes sealed = seal(platform());
    const Bytes cached = cache();
    for (const std::string& user : {std::string(), std::string(kMaxUserIdBytes + 1, 'u')}) {
        CacheDemand bad = demand();
        bad.user = user;
        CHECK(cache_sealed_key(alone(), sealed, bad).status() == Status::bad_argument);
        CHECK(open(cached, bad) == Status::bad_argument);
        CHECK(user_tags(alone(), user).status() == Status::bad_argument);
    }
    CacheDemand bad = demand();
    bad.provider = nullptr;
    CHECK(cache_sealed_key(alone(), sealed, bad).status() == Status::bad_argument);
    CHECK(open(cached, bad) == Status::bad_argument);
    CHECK(cache_sealed_key({}, sealed, demand()).status() == Status::bad_argument);
    CHECK(cache_sealed_key(alone(), sealed, demand_at({kForever - kMaxCacheLifeMs + 1})).status() ==
          Status::bad_argument);
    CHECK(cache_sealed_key(alone(), sealed, demand_at({kForever - kMaxCacheLifeMs})).status() ==
          Status::expired);
}

TEST_CASE("E29: even what was sealed with the secret itself is one clean key, or refused", "[cached_key]") {
    CHECK(open(forge(plaintext_of(kKey)), demand()) == Status::ok);
    CHECK(open(forge(plaintext_of(kKey, 1)), demand()) == Status::cached_key_refused);
    CHECK(open(forge(plaintext_of(kKey), false), demand()) == Status::cached_key_refused);
    CHECK(open(forge({}), demand()) == Status::cached_key_refused);
    for (const std::string_view key : {"", "sk-1\r\nx-evil: 1", "sk-1\n", " sk-1", "sk 1"})
        CHECK(open(forge(plaintext_of(key)), demand()) == Status::cached_key_refused);
}

TEST_CASE("The cache's key belongs to one domain of the secret: neither the secret nor another subkey opens",
          "[cached_key][platform_secret]") {
    constexpr std::string_view kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const PlatformSecret secret = PlatformSecret::parse(view(kHex)).value();
    const SecretBytes raw = SecretBytes::copy_of(from_hex(kHex)).value();
    const auto subkey = [&](const hazmat::Context& context) {
        const SecretBytes derived = hazmat::derive_subkey(raw, context).value();
        return to_hex(derived.expose());
    };
    const std::string cache_key = to_hex(secret.cache_key().expose());
    CHECK(cache_key == subkey(hazmat::Context(kFormatVersion, "platform-cache-key")));
    CHECK(cache_key != kHex);
    CHECK(cache_key != to_hex(secret.secret_key().expose()));
    for (const std::string_view purpose : {"", "platform-cache", "platform-seal-key", "platform-tag-key",
                                           "platform-tag", "record-key", "manifest"}) {
        CHECK(cache_key != subkey(hazmat::Context(kFormatVersion, purpose)));
    }
    CHECK(cache_key != subkey(hazmat::Context(kFormatVersion + 1, "platform-cache-key")));
}

TEST_CASE("A user's tag is the same in every process, differs by user and secret, and is no other tag",
          "[cached_key]") {
    const std::array old_first{make_platform(1), make_platform(2)};
    const std::array new_first{make_platform(2), make_platform(1)};
    const std::vector<Tag> a = user_tags(old_first, kUser.id).value();
    const std::vector<Tag> b = user_tags(new_first, kUser.id).value();
    REQUIRE(a.size() == 2);
    REQUIRE(b.size() == 2);
    // What one writes under its first tag, the other looks for under its second.
    CHECK(a[0] == b[1]);
    CHECK(a[1] == b[0]);
    const std::set<Tag> all{a[0], a[1], user_tags(old_first, "user-2").value()[0],
                            old_first[0].tag("session", view(kUser.id)).value(),
                            old_first[0].tag("key", view(kUser.id)).value()};
    CHECK(all.size() == 5);
    CHECK(user_tags({}, kUser.id).value().empty());
}

TEST_CASE("Caching and opening, refused or not, leave no key in freed memory", "[cached_key][memory]") {
    static constexpr auto kCanary = random_looking_bytes<48>(8);
    const Bytes sealed = seal_key(target_for(platform()), provider("openai"), kCanary).value().bytes;
    const AllocWatch watch({kCanary});
    const Bytes cached = cache_sealed_key(alone(), sealed, demand()).value().bytes;
    CHECK(cache_sealed_key(alone(), sealed, demand_at(kNow, kNow)).status() == Status::key_cleared);
    CHECK(open(cached, demand()) == Status::ok);
    CHECK(open(cached, demand_at({0})) == Status::clock);
    CHECK(open(cached, demand_at({kForever})) == Status::expired);
    CHECK(open(cached, demand_at(kNow, kNow)) == Status::key_cleared);
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}
