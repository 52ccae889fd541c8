/// The primitives, against vectors that libsodium did not make: NaCl's own, Python's hashlib, RFC 7748's
/// points. What is built from them is held to a second implementation in formats_test.cpp.
#include "hazmat/box.h"
#include "hazmat/hash.h"
#include "hazmat/padding.h"
#include "hazmat/random.h"
#include "hazmat/sealed_box.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <sodium.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr auto kCanary = random_looking_bytes<40>(3);

SecretBytes counting_key() {
    SecretBytes key = SecretBytes::make(32).value();
    std::iota(key.expose().begin(), key.expose().end(), std::uint8_t{0});
    return key;
}

hazmat::Context test_context() {
    return hazmat::Context(1, "test");
}

std::string to_text(const SecretBytes& bytes) {
    return {bytes.expose().begin(), bytes.expose().end()};
}

} // namespace

TEST_CASE("Randomness fills all of what is asked for, differently each time", "[hazmat]") {
    REQUIRE(hazmat::init() == Status::ok);
    REQUIRE(hazmat::init() == Status::ok);
    std::array<bool, 24> was_set{};
    std::set<std::array<std::uint8_t, 24>> seen;
    for (int i = 0; i < 64; ++i) {
        std::array<std::uint8_t, 24> bytes{};
        hazmat::fill_random(bytes);
        seen.insert(bytes);
        for (std::size_t j = 0; j < bytes.size(); ++j)
            was_set[j] = was_set[j] || bytes[j] != 0;
    }
    CHECK(seen.size() == 64);
    CHECK(std::all_of(was_set.begin(), was_set.end(), [](bool set) { return set; }));
}

TEST_CASE("BLAKE2b-256 equals Python's hashlib", "[hazmat]") {
    CHECK(to_hex(hazmat::hash({})) == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(to_hex(hazmat::hash(view("abc"))) ==
          "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    CHECK(to_hex(hazmat::keyed_hash(counting_key(), view("abc")).value()) ==
          "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

TEST_CASE("A keyed hash takes no key that is too short", "[hazmat]") {
    CHECK(hazmat::keyed_hash(SecretBytes(), view("abc")).status() == Status::internal);
    CHECK(hazmat::keyed_hash(SecretBytes::make(15).value(), view("abc")).status() == Status::internal);
}

TEST_CASE("Equality looks at every byte and at the length", "[hazmat]") {
    const hazmat::Digest a = hazmat::hash(view("a"));
    CHECK(hazmat::equal(a, hazmat::hash(view("a"))));
    for (std::size_t i = 0; i < a.size(); ++i) {
        hazmat::Digest b = a;
        b[i] ^= 0x10;
        CHECK_FALSE(hazmat::equal(a, b));
    }
    CHECK(hazmat::equal(counting_key(), counting_key()));
    CHECK_FALSE(hazmat::equal(counting_key(), SecretBytes::make(31).value()));
    CHECK(hazmat::equal(SecretBytes(), SecretBytes()));
}

TEST_CASE("A context is its fields behind their lengths", "[hazmat]") {
    hazmat::Context context(1, "test");
    context.add(make_id<VaultId>(0x11)).add_text("openai").add_u8(7).add_u64(5);
    CHECK(to_hex(context.bytes()) == "0a00000062796f6b2d7661756c74"
                                     "020000000100"
                                     "0400000074657374"
                                     "1000000011111111111111111111111111111111"
                                     "060000006f70656e6169"
                                     "0100000007"
                                     "080000000500000000000000");
    CHECK(to_hex(hazmat::derive_subkey(counting_key(), context).value().expose()) ==
          "8c913ccc7c4df759a22581a9e5010291fd54a42893f0a6fcd1841169c9664f8b");
}

TEST_CASE("Contexts whose fields only run together alike are different", "[hazmat]") {
    hazmat::Context ab_c = test_context();
    hazmat::Context a_bc = test_context();
    hazmat::Context abc = test_context();
    ab_c.add_text("ab").add_text("c");
    a_bc.add_text("a").add_text("bc");
    abc.add_text("abc");
    const auto hex = [](const hazmat::Context& context) {
        return to_hex(context.bytes());
    };
    CHECK(std::set{hex(ab_c), hex(a_bc), hex(abc), hex(test_context())}.size() == 4);
}

TEST_CASE("The linked libsodium gives NaCl's answer for secretbox", "[hazmat]") {
    const Bytes key = from_hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    const Bytes nonce = from_hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    const Bytes plaintext = from_hex("be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaa"
                                     "f33bd751a1ac728d45e6c61296cdc3c01"
                                     "233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318"
                                     "a024a838f21af1fde048977eb48f59ffd"
                                     "4924ca1c60902e52f0a089bc76897040e082f937763848645e0705");
    Bytes box(plaintext.size() + crypto_secretbox_MACBYTES);
    crypto_secretbox_easy(box.data(), plaintext.data(), plaintext.size(), nonce.data(), key.data());
    CHECK(to_hex(box) ==
          "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0"
          "dfc17c"
          "98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae9022436851"
          "7acfea"
          "bd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5");
}

TEST_CASE("A box is nonce and secretbox under the context's subkey", "[hazmat]") {
    const SecretBytes key = counting_key();
    const Bytes box = hazmat::seal_box(key, test_context(), view("hello")).value();
    REQUIRE(box.size() == 5 + hazmat::kBoxOverhead);
    const SecretBytes subkey = hazmat::derive_subkey(key, test_context()).value();
    std::array<std::uint8_t, 5> plaintext{};
    REQUIRE(crypto_secretbox_open_easy(plaintext.data(), box.data() + 24, box.size() - 24, box.data(),
                                       subkey.expose().data()) == 0);
    CHECK(std::equal(plaintext.begin(), plaintext.end(), view("hello").begin()));
}

TEST_CASE("A box opens under its key and context, and under nothing else", "[hazmat]") {
    const SecretBytes key = counting_key();
    const Bytes box = hazmat::seal_box(key, test_context(), view("hello")).value();
    const auto open = [&box](const SecretBytes& with, const hazmat::Context& context) {
        return hazmat::open_box(with, context, box, Status::record_damaged).status();
    };
    CHECK(to_text(hazmat::open_box(key, test_context(), box, Status::record_damaged).value()) == "hello");
    CHECK(open(make_secret(9), test_context()) == Status::record_damaged);
    CHECK(open(key, hazmat::Context(1, "other")) == Status::record_damaged);
    CHECK(open(key, hazmat::Context(2, "test")) == Status::record_damaged);
    CHECK(open(key, test_context().add_text("")) == Status::record_damaged);
    CHECK(open(SecretBytes::make(31).value(), test_context()) == Status::internal);
}

TEST_CASE("A damaged box does not open", "[hazmat]") {
    const SecretBytes key = counting_key();
    const Bytes box = hazmat::seal_box(key, test_context(), view("hello")).value();
    for_each_damage(box, [&key](const Bytes& bad, const std::string& what) {
        INFO(what);
        CHECK(hazmat::open_box(key, test_context(), bad, Status::manifest_damaged).status() ==
              Status::manifest_damaged);
    });
}

TEST_CASE("No two boxes of one plaintext are alike", "[hazmat]") {
    std::set<Bytes> nonces;
    for (int i = 0; i < 100; ++i) {
        const Bytes box = hazmat::seal_box(counting_key(), test_context(), view("hello")).value();
        nonces.emplace(box.begin(), box.begin() + hazmat::kNonceBytes);
    }
    CHECK(nonces.size() == 100);
}

TEST_CASE("Sealing and opening leave neither the key, the subkey nor the plaintext in freed memory",
          "[hazmat]") {
    static std::array<std::uint8_t, 32> subkey;
    {
        const SecretBytes derived = hazmat::derive_subkey(make_secret(5), test_context()).value();
        std::copy(derived.expose().begin(), derived.expose().end(), subkey.begin());
    }
    static constexpr auto kKey = random_looking_bytes<32>(5);
    const AllocWatch watch({kCanary, kKey, subkey});
    {
        const SecretBytes key = make_secret(5);
        const Bytes box = hazmat::seal_box(key, test_context(), kCanary).value();
        CHECK(hazmat::open_box(key, test_context(), box, Status::record_damaged).ok());
    }
    CHECK(watch.findings().freed_secrets >= 4);
    CHECK(watch.is_clean());
}

TEST_CASE("A key pair follows from its seed as in libsodium's own vector", "[hazmat]") {
    const Bytes seed = from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const hazmat::BoxKeyPair pair = hazmat::derive_box_key_pair(SecretBytes::copy_of(seed).value()).value();
    CHECK(to_hex(pair.public_key) == "ed7749b4d989f6957f3bfde6c56767e988e21c9f8784d91d610011cd553f9b06");
    CHECK(to_hex(pair.secret_key.expose()) ==
          "accd44eb8e93319c0570bc11005c0e0189d34ff02f6c17773411ad191293c98f");
    CHECK(hazmat::derive_box_key_pair(SecretBytes::make(31).value()).status() == Status::internal);
}

TEST_CASE("What is sealed to a public key opens with its secret key only", "[hazmat]") {
    const hazmat::BoxKeyPair pair = hazmat::derive_box_key_pair(make_secret(11)).value();
    const hazmat::BoxKeyPair other = hazmat::derive_box_key_pair(make_secret(12)).value();
    const Bytes sealed = hazmat::seal_to(pair.public_key, view("hello")).value();
    CHECK(to_text(hazmat::open_sealed(pair.public_key, pair.secret_key, sealed).value()) == "hello");
    CHECK(hazmat::open_sealed(other.public_key, other.secret_key, sealed).status() ==
          Status::sealed_key_refused);
    for_each_damage(sealed, [&pair](const Bytes& bad, const std::string& what) {
        INFO(what);
        CHECK(hazmat::open_sealed(pair.public_key, pair.secret_key, bad).status() ==
              Status::sealed_key_refused);
    });
}

TEST_CASE("A public key of low order is refused: anyone could open what is sealed to it", "[hazmat]") {
    const std::string points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    for (const std::string& hex : points) {
        for (const bool high_bit : {false, true}) {
            const Bytes bytes = from_hex(hex);
            hazmat::BoxPublicKey point{};
            std::copy(bytes.begin(), bytes.end(), point.begin());
            point[31] = static_cast<std::uint8_t>(point[31] | (high_bit ? 0x80 : 0));
            INFO(to_hex(point));
            CHECK(hazmat::seal_to(point, view("hello")).status() == Status::platform_key_refused);
        }
    }
}

TEST_CASE("Padding always adds, to the next multiple, and comes off again", "[hazmat]") {
    for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 511, 512, 513, 1024}) {
        const Bytes bytes(size, 0x80);
        SecretBytes padded = hazmat::pad(bytes, 512).value();
        CHECK(padded.size() == (size / 512 + 1) * 512);
        CHECK(hazmat::unpad(padded, 512) == Status::ok);
        CHECK(Bytes(padded.expose().begin(), padded.expose().end()) == bytes);
    }
    SecretBytes two = hazmat::pad(view("ab"), 8).value();
    CHECK(to_hex(std::as_const(two).expose()) == "6162800000000000");
}

TEST_CASE("Bytes without padding are refused", "[hazmat]") {
    const auto unpad = [](std::string_view hex) {
        SecretBytes bytes = SecretBytes::copy_of(from_hex(hex)).value();
        return hazmat::unpad(bytes, 8);
    };
    CHECK(unpad("") == Status::bad_argument);
    CHECK(unpad("0000000000000000") == Status::bad_argument);
    CHECK(unpad("6162636465666768") == Status::bad_argument);
    CHECK(unpad("8000000000000001") == Status::bad_argument);
    CHECK(unpad("616280000000000000") == Status::bad_argument);
    CHECK(unpad("8000000000000000") == Status::ok);
}

TEST_CASE("What is padding and what is none, as libsodium says", "[hazmat]") {
    constexpr std::size_t kBlock = 32;
    for (std::size_t mark = 0; mark < 2 * kBlock; ++mark) {
        for (const std::uint8_t last :
             std::initializer_list<std::uint8_t>{0x80, 0x01, 0x08, 0x7F, 0x81, 0xFF}) {
            Bytes bytes(2 * kBlock);
            for (std::size_t i = 0; i < mark; ++i)
                bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
            bytes[mark] = static_cast<std::uint8_t>(last);
            std::size_t size = 0;
            const bool is_padded = sodium_unpad(&size, bytes.data(), bytes.size(), kBlock) == 0;
            SecretBytes ours = SecretBytes::copy_of(bytes).value();
            INFO("mark " << mark << ", last byte " << last);
            CHECK((hazmat::unpad(ours, kBlock) == Status::ok) == is_padded);
            CHECK(ours.size() == (is_padded ? size : bytes.size()));
        }
    }
}
