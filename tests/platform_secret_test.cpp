#include "byok/platform_secret.h"
#include "hazmat/box.h"
#include "hazmat/sealed_box.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

Status status_of(std::string_view hex) {
    return PlatformSecret::parse(view(hex)).status();
}

/// The key pair that another domain of the same secret would give.
PublicKey public_key_of_domain(const hazmat::Context& context) {
    const SecretBytes secret = std::move(SecretBytes::copy_of(from_hex(kHex))).value();
    const SecretBytes seed = std::move(hazmat::derive_subkey(secret, context)).value();
    return hazmat::derive_box_key_pair(seed).value().public_key;
}

} // namespace

static_assert(!std::is_copy_constructible_v<PlatformSecret>);
static_assert(!std::is_default_constructible_v<PlatformSecret>);

TEST_CASE("E16: a platform secret that is missing, short, long, not hex or all one byte is refused by name",
          "[platform_secret]") {
    CHECK(status_of("") == Status::secret_missing);
    CHECK(status_of(kHex.substr(0, 63)) == Status::secret_wrong_length);
    CHECK(status_of(kHex.substr(0, 2)) == Status::secret_wrong_length);
    CHECK(status_of(std::string(kHex) + "\n") == Status::secret_wrong_length);
    CHECK(status_of(std::string(kHex) + std::string(64, 'a')) == Status::secret_wrong_length);
    for (const char* const byte : {"00", "ff", "7A"}) {
        std::string hex;
        for (int i = 0; i < 32; ++i)
            hex += byte;
        CHECK(status_of(hex) == Status::secret_weak);
    }
    CHECK(status_of(kHex) == Status::ok);
}

TEST_CASE("E16: every character but 0-9, a-f, A-F is refused, at either digit of a byte",
          "[platform_secret]") {
    for (unsigned character = 0; character < 256; ++character) {
        const bool digit = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f') ||
                           (character >= 'A' && character <= 'F');
        for (const std::size_t place : {std::size_t{0}, std::size_t{31}, std::size_t{63}}) {
            std::string hex(kHex);
            hex[place] = static_cast<char>(character);
            CHECK(status_of(hex) == (digit ? Status::ok : Status::secret_not_hex));
        }
    }
}

TEST_CASE("The platform's key pair is the same for the same secret, whatever the case of its digits",
          "[platform_secret]") {
    std::string upper(kHex);
    std::string lower(kHex);
    for (std::size_t i = 0; i < kHex.size(); ++i) {
        upper[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(kHex[i])));
        lower[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(kHex[i])));
    }
    const PlatformSecret a = std::move(PlatformSecret::parse(view(upper))).value();
    const PlatformSecret b = std::move(PlatformSecret::parse(view(lower))).value();
    CHECK(a.public_key() == b.public_key());
    CHECK(a.key_id() == b.key_id());
    CHECK(a.key_id() == key_id_of(a.public_key()));

    std::string other = lower;
    other.back() = other.back() == '0' ? '1' : '0';
    const PlatformSecret c = std::move(PlatformSecret::parse(view(other))).value();
    CHECK(c.public_key() != b.public_key());
    CHECK(c.key_id() != b.key_id());
}

TEST_CASE("The platform's key pair belongs to one domain of the secret: every other gives other bytes",
          "[platform_secret]") {
    const PlatformSecret platform = std::move(PlatformSecret::parse(view(kHex))).value();
    CHECK(public_key_of_domain(hazmat::Context(kFormatVersion, "platform-seal-key")) ==
          platform.public_key());

    for (const std::string_view purpose :
         {"", "platform-seal-key ", "platform-seal-ke", "Platform-seal-key", "platform-cache-key", "user-tag",
          "manifest", "record-meta", "record-key", "slot", "commitment"}) {
        CHECK(public_key_of_domain(hazmat::Context(kFormatVersion, purpose)) != platform.public_key());
    }
    CHECK(public_key_of_domain(hazmat::Context(kFormatVersion + 1, "platform-seal-key")) !=
          platform.public_key());
    hazmat::Context longer(kFormatVersion, "platform-seal-key");
    longer.add_text("");
    CHECK(public_key_of_domain(longer) != platform.public_key());

    // The raw secret, used elsewhere as a seed, must not be our key pair either.
    const SecretBytes raw = std::move(SecretBytes::copy_of(from_hex(kHex))).value();
    CHECK(hazmat::derive_box_key_pair(raw).value().public_key != platform.public_key());
}

TEST_CASE("Parsing a platform secret leaves none of it in freed memory", "[platform_secret][memory]") {
    constexpr auto kSecret = random_looking_bytes<32>(5);
    std::array<char, 64> hex{};
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < kSecret.size(); ++i) {
        hex[2 * i] = kDigits[kSecret[i] >> 4];
        hex[2 * i + 1] = kDigits[kSecret[i] & 15];
    }
    const ByteView text = view({hex.data(), hex.size()});
    const AllocWatch watch({kSecret, text});
    CHECK(PlatformSecret::parse(text).ok());
    CHECK(watch.findings().freed_secrets >= 3); // the secret, the seed, the secret key
    CHECK(watch.is_clean());
}
