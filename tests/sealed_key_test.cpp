#include "byok/key_text.h"
#include "byok/sealed_key.h"
#include "hazmat/padding.h"
#include "hazmat/sealed_box.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"
#include "support/vaults.h"
#include "wire.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kKey = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

const PlatformSecret& platform() {
    static const PlatformSecret secret = make_platform();
    return secret;
}

const Provider& openai() {
    return provider("openai");
}

OpenDemand demand_for(Purpose purpose = Purpose::job, WallMs now = kNow) {
    return {kUser.id, &openai(), purpose, now};
}

Bytes seal(const SealTarget& target, std::string_view key = kKey) {
    return seal_key(target, openai(), view(key)).value().bytes;
}

Status open(ByteView sealed, const OpenDemand& demand) {
    return open_sealed_key({&platform(), 1}, sealed, demand).status();
}

/// What a stranger can seal: every field at will, with nobody to check it.
struct Forged {
    std::uint8_t version = 1;
    std::uint8_t purpose = static_cast<std::uint8_t>(Purpose::job);
    std::uint64_t issued = kNow.ms;
    std::uint64_t expires = kNow.ms + kMaxJobLifeMs;
    std::string user{kUser.id};
    std::string provider = "openai";
    std::string key{kKey};
    std::string more;

    [[nodiscard]] Bytes seal() const {
        Bytes plaintext(1 + 1 + kIdBytes + 8 + 8 + 2 + user.size() + 1 + provider.size() + 2 + key.size() +
                        more.size());
        wire::Writer out(plaintext);
        out.u8(version);
        out.u8(purpose);
        out.id(make_id<SealId>(9));
        out.u64(issued);
        out.u64(expires);
        out.u16(static_cast<std::uint16_t>(user.size()));
        out.text(user);
        out.u8(static_cast<std::uint8_t>(provider.size()));
        out.text(provider);
        out.u16(static_cast<std::uint16_t>(key.size()));
        out.text(key);
        out.text(more);
        const SecretBytes padded = std::move(hazmat::pad(plaintext, 256)).value();
        return wrap(hazmat::seal_to(platform().public_key(), padded.expose()).value());
    }

    static Bytes wrap(const Bytes& box) {
        Bytes sealed(1 + kKeyIdBytes + box.size());
        wire::Writer out(sealed);
        out.u8(1);
        out.bytes(platform().key_id());
        out.bytes(box);
        return sealed;
    }
};

} // namespace

TEST_CASE("A sealed key opens for its user, provider and purpose and gives the key and its seal id",
          "[sealed_key]") {
    for (const Purpose purpose : {Purpose::test, Purpose::job}) {
        const SealedKey sealed = seal_key(target_for(platform(), purpose), openai(), view(kKey)).value();
        const OpenedKey opened =
            std::move(open_sealed_key({&platform(), 1}, sealed.bytes, demand_for(purpose))).value();
        CHECK(opened.id == sealed.id);
        CHECK(std::equal(opened.key.expose().begin(), opened.key.expose().end(), kKey.begin(), kKey.end()));
    }
}

TEST_CASE("A sealed key's length tells neither the key's nor the provider's length within a step of 256",
          "[sealed_key]") {
    CHECK(seal(target_for(platform()), "x").size() ==
          seal(target_for(platform()), std::string(100, 'x')).size());
    const SealedKey longest =
        seal_key(target_for(platform(), Purpose::job, std::string(kMaxUserIdBytes, 'u')), openai(),
                 view(std::string(kMaxKeyBytes, 'k')))
            .value();
    CHECK(longest.bytes.size() <= kMaxSealedBytes);
}

TEST_CASE("Sealing the same key twice gives another id and other bytes", "[sealed_key]") {
    const SealedKey a = seal_key(target_for(platform()), openai(), view(kKey)).value();
    const SealedKey b = seal_key(target_for(platform()), openai(), view(kKey)).value();
    CHECK_FALSE(a.id == b.id);
    CHECK(a.bytes != b.bytes);
}

TEST_CASE("E32: a sealed key for another user, provider, purpose or platform is refused, all with one code",
          "[sealed_key]") {
    const Bytes sealed = seal(target_for(platform()));
    REQUIRE(open(sealed, demand_for()) == Status::ok);

    for (const std::string_view user : {"user-2", "user-", "user-11", "USER-1", ""})
        CHECK(open(sealed, {user, &openai(), Purpose::job, kNow}) == Status::sealed_key_refused);
    CHECK(open(sealed, {kUser.id, &provider("gemini"), Purpose::job, kNow}) == Status::sealed_key_refused);
    CHECK(open(sealed, demand_for(Purpose::test)) == Status::sealed_key_refused);

    const std::array others{make_platform(2), make_platform(3)};
    CHECK(open_sealed_key(others, sealed, demand_for()).status() == Status::sealed_key_refused);
    CHECK(open_sealed_key({}, sealed, demand_for()).status() == Status::sealed_key_refused);
    // A key id is public: another platform's in front does not make it open.
    Bytes relabelled = sealed;
    std::copy(others[0].key_id().begin(), others[0].key_id().end(), relabelled.begin() + 1);
    CHECK(open_sealed_key(others, relabelled, demand_for()).status() == Status::sealed_key_refused);
}

TEST_CASE("E32: of several secrets all open, told by the key id, and a retired one opens nothing",
          "[sealed_key]") {
    const std::array secrets{make_platform(1), make_platform(2), make_platform(3)};
    for (const PlatformSecret& secret : secrets) {
        const Bytes sealed = seal(target_for(secret));
        CHECK(open_sealed_key(secrets, sealed, demand_for()).ok());
    }
    const Bytes by_the_last = seal(target_for(secrets[2]));
    CHECK(open_sealed_key(std::span(secrets).first(2), by_the_last, demand_for()).status() ==
          Status::sealed_key_refused);
}

TEST_CASE("E32: a purpose that does not exist is neither sealed nor opened for", "[sealed_key]") {
    for (const int number : {0, 3, 255}) {
        SealTarget target = target_for(platform());
        target.purpose = static_cast<Purpose>(number);
        CHECK(seal_key(target, openai(), view(kKey)).status() == Status::purpose_refused);
        CHECK(open(seal(target_for(platform())), demand_for(static_cast<Purpose>(number))) ==
              Status::bad_argument);
        Forged forged;
        forged.purpose = static_cast<std::uint8_t>(number);
        CHECK(open(forged.seal(), demand_for()) == Status::sealed_key_refused);
    }
    CHECK(open(seal(target_for(platform())), {kUser.id, nullptr, Purpose::job, kNow}) ==
          Status::bad_argument);
}

TEST_CASE("E39: a sealed key lives for the longest life of its purpose, to the millisecond", "[sealed_key]") {
    for (const auto& [purpose, life] :
         {std::pair{Purpose::test, kMaxTestLifeMs}, std::pair{Purpose::job, kMaxJobLifeMs}}) {
        const Bytes sealed = seal(target_for(platform(), purpose));
        CHECK(open(sealed, demand_for(purpose, kNow)) == Status::ok);
        CHECK(open(sealed, demand_for(purpose, {kNow.ms + life - 1})) == Status::ok);
        CHECK(open(sealed, demand_for(purpose, {kNow.ms + life})) == Status::expired);
        CHECK(open(sealed, demand_for(purpose, {kNow.ms + 86'400'000})) == Status::expired);
        CHECK(open(sealed, demand_for(purpose, {kForever})) == Status::expired);
    }
}

TEST_CASE("E39: a sealed key issued up to 60 s ahead is opened, further ahead is refused with the code clock",
          "[sealed_key]") {
    const Bytes sealed = seal(target_for(platform()));
    CHECK(open(sealed, demand_for(Purpose::job, {kNow.ms - kMaxSkewMs})) == Status::ok);
    CHECK(open(sealed, demand_for(Purpose::job, {kNow.ms - kMaxSkewMs - 1})) == Status::clock);
    CHECK(open(sealed, demand_for(Purpose::job, {kNow.ms - 3'600'000})) == Status::clock);
    CHECK(open(sealed, demand_for(Purpose::job, {0})) == Status::clock);
}

TEST_CASE("E39: a life that is too long, negative, or comes round the end of 64 bits is refused with the "
          "code clock",
          "[sealed_key]") {
    Forged forged;
    CHECK(open(forged.seal(), demand_for()) == Status::ok);
    forged.expires = kNow.ms + kMaxJobLifeMs + 1;
    CHECK(open(forged.seal(), demand_for()) == Status::clock);
    forged.expires = kForever;
    CHECK(open(forged.seal(), demand_for()) == Status::clock);
    forged.expires = kNow.ms - 1;
    CHECK(open(forged.seal(), demand_for()) == Status::clock);
    forged.issued = kForever - 10;
    forged.expires = 100'000; // issued + life, come round
    CHECK(open(forged.seal(), demand_for()) == Status::clock);
    CHECK(open(forged.seal(), demand_for(Purpose::job, {kForever})) == Status::clock);
    forged.issued = kForever - 10;
    forged.expires = kForever;
    CHECK(open(forged.seal(), demand_for()) == Status::clock);
    // A test's life is shorter than a job's.
    Forged test;
    test.purpose = static_cast<std::uint8_t>(Purpose::test);
    CHECK(open(test.seal(), demand_for(Purpose::test)) == Status::clock);
}

TEST_CASE("E39: a server time whose end does not fit 64 bits is not sealed for", "[sealed_key]") {
    SealTarget target = target_for(platform());
    target.server_now = {kForever - kMaxJobLifeMs};
    CHECK(seal_key(target, openai(), view(kKey)).ok());
    target.server_now = {kForever - kMaxJobLifeMs + 1};
    CHECK(seal_key(target, openai(), view(kKey)).status() == Status::bad_argument);
}

TEST_CASE("The times of a sealed key are judged only after it opened for this demand: no oracle",
          "[sealed_key]") {
    Forged late;
    late.expires = late.issued;
    CHECK(open(late.seal(), demand_for()) == Status::expired);
    CHECK(open(late.seal(), {"user-2", &openai(), Purpose::job, kNow}) == Status::sealed_key_refused);
    Forged early;
    early.issued += 86'400'000;
    CHECK(open(early.seal(), {kUser.id, &provider("gemini"), Purpose::job, kNow}) ==
          Status::sealed_key_refused);
}

TEST_CASE("E29: what a stranger seals is refused unless it is exactly of the format, with a clean key",
          "[sealed_key]") {
    Forged version;
    version.version = 2;
    CHECK(open(version.seal(), demand_for()) == Status::sealed_key_refused);
    Forged more;
    more.more = "x";
    CHECK(open(more.seal(), demand_for()) == Status::sealed_key_refused);
    for (const std::string& key :
         {std::string(), std::string("sk-proj-1\r\nx-evil: 1"), std::string("sk-proj-1\n"),
          std::string(" sk-proj-1"), std::string("sk proj"), std::string("sk-\0proj", 8),
          std::string("sk-pr\xC3\xB6j"), std::string(kMaxKeyBytes + 1, 'k')}) {
        Forged dirty;
        dirty.key = key;
        CHECK(open(dirty.seal(), demand_for()) == Status::sealed_key_refused);
        CHECK(seal_key(target_for(platform()), openai(), view(key)).status() == Status::bad_argument);
    }
    CHECK(open(Forged::wrap(hazmat::seal_to(platform().public_key(), {}).value()), demand_for()) ==
          Status::sealed_key_refused);
    const Bytes zeros(256);
    CHECK(open(Forged::wrap(hazmat::seal_to(platform().public_key(), zeros).value()), demand_for()) ==
          Status::sealed_key_refused);
}

TEST_CASE("Every damage of a sealed key is refused with one code", "[sealed_key]") {
    const Bytes good = seal(target_for(platform()));
    std::size_t refused = 0;
    std::size_t tried = 0;
    for_each_damage(good, [&](const Bytes& bad, const std::string&) {
        ++tried;
        refused += open(bad, demand_for()) == Status::sealed_key_refused ? 1U : 0U;
    });
    CHECK(tried > good.size());
    CHECK(refused == tried);
}

TEST_CASE("A platform key of low order is refused: anyone could open what is sealed to it", "[sealed_key]") {
    // The points of small order on Curve25519 and their non-canonical encodings (RFC 7748, section 6.1).
    for (const std::string_view hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                                       "0100000000000000000000000000000000000000000000000000000000000000",
                                       "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                       "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                       "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                       "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                       "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        SealTarget target = target_for(platform());
        const Bytes bytes = from_hex(hex);
        std::copy(bytes.begin(), bytes.end(), target.platform.begin());
        CHECK(seal_key(target, openai(), view(kKey)).status() == Status::platform_key_refused);
    }
}

TEST_CASE("A user id outside 1..128 bytes or a provider outside the catalogue is not sealed for",
          "[sealed_key]") {
    CHECK(seal_key(target_for(platform(), Purpose::job, ""), openai(), view(kKey)).status() ==
          Status::bad_argument);
    CHECK(seal_key(target_for(platform(), Purpose::job, std::string(kMaxUserIdBytes + 1, 'u')), openai(),
                   view(kKey))
              .status() == Status::bad_argument);
    const Provider copy = openai();
    CHECK(seal_key(target_for(platform()), copy, view(kKey)).status() == Status::unknown_provider);
}

TEST_CASE("Sealing and opening, refused or not, leave no key in freed memory", "[sealed_key][memory]") {
    static constexpr auto kCanary = random_looking_bytes<48>(6);
    const AllocWatch watch({kCanary});
    const SealedKey sealed = seal_key(target_for(platform()), openai(), kCanary).value();
    CHECK(open(sealed.bytes, demand_for()) == Status::ok);
    CHECK(open(sealed.bytes, demand_for(Purpose::test)) == Status::sealed_key_refused);
    CHECK(open(sealed.bytes, demand_for(Purpose::job, {0})) == Status::clock);
    CHECK(open(sealed.bytes, demand_for(Purpose::job, {kForever})) == Status::expired);
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}
