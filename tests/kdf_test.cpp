#include "byok/kdf.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <sodium.h>

#include <limits>
#include <numeric>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::uint32_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();
constexpr auto kCanary = random_looking_bytes<40>(4);

KdfParams make_params(std::uint32_t memory_kib, std::uint32_t passes) {
    KdfParams params{memory_kib, passes, {}};
    std::iota(params.salt.begin(), params.salt.end(), std::uint8_t{0});
    return params;
}

std::string derive_hex(std::string_view password, const KdfParams& params) {
    const auto kek = derive_kek(view(password), params);
    return kek.ok() ? to_hex(kek.value().secret().expose()) : std::string(status_name(kek.status()));
}

std::uint64_t work_of(const KdfParams& params) {
    return std::uint64_t{params.memory_kib} * params.passes;
}

} // namespace

// RFC 9106's own vector has four lanes, a secret and associated data, which libsodium's interface can't take.
// So it is given to OpenSSL's Argon2id (tools/make-vectors.mjs checks that OpenSSL answers as the RFC does),
// and these are OpenSSL's answers for one lane.
TEST_CASE("Deriving equals an implementation that gives RFC 9106's answer", "[kdf]") {
    CHECK(derive_hex("password", make_params(19456, 2)) ==
          "39903a34cd393876436e671cd690dfe8ab9ce7b13459a7e04ec0e4f0694ddb0d");
    CHECK(derive_hex("password", make_params(19457, 2)) ==
          "b13fd833e9a7b05e994b6d77f41b15fe04bfccd11074b97a37a298d02859c3b6");
    CHECK(derive_hex("correct horse battery staple", make_params(65536, 3)) ==
          "0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e");
    CHECK(derive_hex(std::string(1024, 'x'), make_params(19456, 5)) ==
          "9d714c978095440a17448d5d82713e9f15efc8ba70833439ec7d77ba9db1357c");
}

TEST_CASE("The linked libsodium gives its published Argon2id vector", "[kdf]") {
    const Bytes password = from_hex("a347ae92bce9f80f6f595a4480fc9c2fe7e7d7148d371e9487d75f5c23008ffae065577a"
                                    "928febd9b1973a5a95073acdbeb6a030"
                                    "cfc0d79caa2dc5cd011cef02c08da232d76d52dfbca38ca8dcbd665b17d1665f7cf5fe59"
                                    "772ec909733b24de97d6f58d220b20c6"
                                    "0d7c07ec1fd93c52c31020300c6c1facd77937a597c7a6");
    const Bytes salt = from_hex("5541fbc995d5c197ba290346d2c559de");
    Bytes out(155);
    REQUIRE(crypto_pwhash_argon2id(out.data(), out.size(), reinterpret_cast<const char*>(password.data()),
                                   password.size(), salt.data(), 5, 7256678,
                                   crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0);
    CHECK(to_hex(out) ==
          "18acec5d6507739f203d1f5d9f1d862f7c2cdac4f19d2bdff64487e60d969e3ced615337b9eec6ac4461c6ca07f0939741"
          "e57c24d0005c7e"
          "a171a0ee1e7348249d135b38f222e4dad7b9a033ed83f5ca27277393e316582033c74affe2566a2bea47f91f0fd9fe49ec"
          "e7e1f79f3ad6e9"
          "b23e0277c8ecc4b313225748dd2a80f5679534a0700e246a79a49b3f74eb89ec6205fe1eeb941c73b1fcf1");
}

TEST_CASE("E27: a password is taken byte by byte: accents, emoji, blanks at the edges", "[kdf]") {
    const KdfParams params = make_params(20011, 3);
    const std::string password = "  caf\xC3\xA9 \xF0\x9F\x94\x91 ";
    CHECK(derive_hex(password, params) == "1aa6a6231bb2dc0352ecbdf977afe859a2af5dab57db5eab39882ea512252f88");

    const KdfParams cheap = make_cheap_kdf_params();
    const std::string same = derive_hex("caf\xC3\xA9", cheap);
    CHECK(derive_hex("caf\xC3\xA9", cheap) == same);
    CHECK(derive_hex(" caf\xC3\xA9", cheap) != same);
    CHECK(derive_hex("caf\xC3\xA9 ", cheap) != same);
    CHECK(derive_hex("CAF\xC3\xA9", cheap) != same);
    CHECK(derive_hex("cafe\xCC\x81", cheap) !=
          same); // making it NFC is the field's work, where the platform can
}

TEST_CASE("E25: parameters below the floor or above the ceiling are refused", "[kdf]") {
    const auto check = [](std::uint32_t memory_kib, std::uint32_t passes) {
        return check_acceptable(make_params(memory_kib, passes));
    };
    CHECK(check(19 * 1024, 2) == Status::ok);
    CHECK(check(1024 * 1024, 4) == Status::ok);
    CHECK(check(174762, 24) == Status::ok);
    for (const auto& [memory_kib, passes] : std::initializer_list<std::pair<std::uint32_t, std::uint32_t>>{
             {19 * 1024 - 1, 2},      // a downgrade
             {19 * 1024, 1},          // a downgrade
             {0, 2},                  // nothing at all
             {64 * 1024, 0},          // nothing at all
             {8, 3},                  // libsodium's own floor
             {1024 * 1024 + 1, 2},    // above the ceiling
             {16 * 1024 * 1024, 3},   // 16 GiB
             {64 * 1024, 25},         // above the ceiling
             {1024 * 1024, 5},        // each in range, their product not
             {174763, 24},            // one KiB too many
             {kMaxU32, 3},            // -1, as a 32-bit number
             {64 * 1024, kMaxU32},    // -1
             {0x80000000, 3},         // the most negative number; what NaN becomes
             {64 * 1024, 0x80000000}, // the same
             {kMaxU32, kMaxU32},      // the product of which is 1 where it wraps
         }) {
        INFO(memory_kib << " KiB, " << passes << " passes");
        CHECK(check(memory_kib, passes) == Status::kdf_params_refused);
        const AllocWatch watch;
        CHECK(derive_kek(view("a password"), make_params(memory_kib, passes)).status() ==
              Status::kdf_params_refused);
        CHECK(watch.findings().largest_request == 0); // refused before any memory was asked for
    }
}

TEST_CASE("E25: memory that can't be had is a typed error", "[kdf]") {
    const RefuseAbove refuse(std::size_t{16} * 1024 * 1024);
    CHECK(derive_kek(view("a password"), make_cheap_kdf_params()).status() == Status::out_of_memory);
}

TEST_CASE("A password is 1 to 1024 bytes", "[kdf]") {
    const KdfParams params = make_cheap_kdf_params();
    CHECK(derive_kek({}, params).status() == Status::password_too_short);
    CHECK(derive_kek(view("x"), params).ok());
    const AllocWatch watch;
    const Bytes long_password(1025, 'x');
    CHECK(derive_kek(long_password, params).status() == Status::password_too_long);
    CHECK(watch.findings().largest_request <= long_password.size());
}

TEST_CASE("E17: deriving leaves neither the password nor the key in freed memory", "[kdf]") {
    const KdfParams params = make_cheap_kdf_params();
    static std::array<std::uint8_t, kKeyBytes> kek_bytes;
    {
        const Kek kek = derive_kek(kCanary, params).value();
        std::copy(kek.secret().expose().begin(), kek.secret().expose().end(), kek_bytes.begin());
    }
    const AllocWatch watch({kCanary, kek_bytes});
    CHECK(derive_kek(kCanary, params).ok());
    CHECK(watch.findings().freed_secrets == 1);
    CHECK(watch.is_clean());
}

TEST_CASE("Every salt is fresh", "[kdf]") {
    CHECK(make_default_kdf_params().salt != make_default_kdf_params().salt);
    CHECK(make_calibrated_kdf_params(250).salt != make_calibrated_kdf_params(250).salt);
}

TEST_CASE("Calibration stays within what is made, and what is made is accepted", "[kdf]") {
    std::vector<std::uint32_t> measured(2000);
    std::iota(measured.begin(), measured.end(), 0U);
    measured.insert(measured.end(), {60'000, 3'600'000, kMaxU32 / 2, kMaxU32});
    for (const std::uint32_t timed_ms : measured) {
        const KdfParams params = make_calibrated_kdf_params(timed_ms);
        INFO(timed_ms << " ms: " << params.memory_kib << " KiB, " << params.passes << " passes");
        REQUIRE(params.memory_kib >= kMake.min_memory_kib);
        REQUIRE(params.memory_kib <= kMake.max_memory_kib);
        REQUIRE(params.passes >= kMake.min_passes);
        REQUIRE(params.passes <= kMake.max_passes);
        REQUIRE(work_of(params) <= kMake.max_work_kib);
        REQUIRE(check_acceptable(params) == Status::ok);
        REQUIRE_FALSE(is_weaker_than_default(params));
    }
}

TEST_CASE("A faster device never gets weaker parameters", "[kdf]") {
    std::uint64_t slower_work = 0;
    for (std::uint32_t timed_ms = 2000; timed_ms >= kFastestPlausibleMs; --timed_ms) {
        const std::uint64_t work = work_of(make_calibrated_kdf_params(timed_ms));
        REQUIRE(work >= slower_work);
        slower_work = work;
    }
}

TEST_CASE("Memory is raised before passes", "[kdf]") {
    for (std::uint32_t timed_ms = kFastestPlausibleMs; timed_ms < 2000; ++timed_ms) {
        const KdfParams params = make_calibrated_kdf_params(timed_ms);
        REQUIRE((params.passes == kDefaultPasses || params.memory_kib == kMake.max_memory_kib));
    }
}

TEST_CASE("Calibrated parameters take the target time, within the limits of making", "[kdf]") {
    const std::uint64_t timed_work = work_of(kTimed);
    const std::uint64_t slowest = kTargetUnlockMs * timed_work / work_of(make_default_kdf_params());
    for (std::uint32_t timed_ms = 27; timed_ms <= slowest; ++timed_ms) {
        const double predicted_ms = static_cast<double>(work_of(make_calibrated_kdf_params(timed_ms))) *
                                    timed_ms / static_cast<double>(timed_work);
        INFO(timed_ms << " ms");
        REQUIRE(predicted_ms <= kTargetUnlockMs);
        REQUIRE(predicted_ms >=
                kTargetUnlockMs * 0.75); // whole passes are coarse where there are only three or four
    }
}

TEST_CASE("A measurement that can't be true gives the default", "[kdf]") {
    for (const std::uint32_t timed_ms :
         {0U, 1U, kFastestPlausibleMs - 1, kTargetUnlockMs * 2 / 3, 60'000U, kMaxU32}) {
        const KdfParams params = make_calibrated_kdf_params(timed_ms);
        CHECK(params.memory_kib == kDefaultMemoryKib);
        CHECK(params.passes == kDefaultPasses);
    }
}

TEST_CASE("Weaker than the default is less memory or fewer passes", "[kdf]") {
    CHECK_FALSE(is_weaker_than_default(make_default_kdf_params()));
    CHECK_FALSE(is_weaker_than_default(make_params(kDefaultMemoryKib * 4, kDefaultPasses)));
    CHECK(is_weaker_than_default(make_params(kDefaultMemoryKib - 1, kDefaultPasses)));
    CHECK(is_weaker_than_default(make_params(kDefaultMemoryKib * 4, kDefaultPasses - 1)));
}

TEST_CASE("Encoded parameters are 25 bytes as documented", "[kdf]") {
    const KdfParams params = make_params(0x00010203, 0x04);
    CHECK(to_hex(encode(params)) == "01"
                                    "03020100"
                                    "04000000"
                                    "000102030405060708090a0b0c0d0e0f");
    const KdfParams again = decode_kdf_params(encode(params)).value();
    CHECK(again.memory_kib == params.memory_kib);
    CHECK(again.passes == params.passes);
    CHECK(again.salt == params.salt);
}

TEST_CASE("E25: stored parameters are checked while they are read", "[kdf]") {
    CHECK(decode_kdf_params(encode(make_params(16 * 1024 * 1024, 3))).status() == Status::kdf_params_refused);
    CHECK(decode_kdf_params(encode(make_params(1024, 1))).status() == Status::kdf_params_refused);
    for (const int algorithm : {0, 2, 255}) {
        auto bytes = encode(make_params(64 * 1024, 3));
        bytes[0] = static_cast<std::uint8_t>(algorithm);
        CHECK(decode_kdf_params(bytes).status() == Status::kdf_params_refused);
    }
    const auto good = encode(make_params(64 * 1024, 3));
    CHECK(decode_kdf_params(ByteView(good).first(24)).status() == Status::bad_argument);
    CHECK(decode_kdf_params({}).status() == Status::bad_argument);
}
