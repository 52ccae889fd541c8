#include "support/bytes.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace byok::testing {
namespace {

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::abort();
}

std::uint8_t nibble(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<std::uint8_t>(c - 'a' + 10);
    stop(std::string("not a hex digit: ") + c);
}

} // namespace

Bytes from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0)
        stop("hex of odd length");
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(nibble(hex[i]) * 16 + nibble(hex[i + 1])));
    return bytes;
}

std::string to_hex(ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

Bytes read_file(const std::string& path) {
    std::ifstream file(std::string(BYOK_SOURCE_DIR) + "/" + path, std::ios::binary);
    if (!file)
        stop("no file " + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

SecretBytes make_secret(std::uint64_t seed) {
    auto bytes = random_looking_bytes<kKeyBytes>(seed);
    SecretBytes secret = SecretBytes::copy_of(bytes).value();
    wipe(bytes);
    return secret;
}

VaultKey make_test_vault_key(std::uint64_t seed) {
    return VaultKey(make_secret(seed));
}

Kek make_test_kek(std::uint64_t seed) {
    return Kek(make_secret(seed));
}

KdfParams make_test_kdf_params() {
    KdfParams params{kMake.min_memory_kib, kMake.min_passes, {}};
    params.salt.fill(0xA5);
    return params;
}

KdfParams make_cheap_kdf_params() {
    KdfParams params{kAccept.min_memory_kib, kAccept.min_passes, {}};
    params.salt.fill(0x5A);
    return params;
}

} // namespace byok::testing
