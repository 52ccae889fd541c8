/// Bytes for tests: hex, files, text, and secrets that are easy to find again.
#pragma once

#include "byok/header.h"
#include "byok/ids.h"
#include "byok/kdf.h"
#include "byok/secret_bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace byok::testing {

using Bytes = std::vector<std::uint8_t>;

/// Bytes with no pattern and no zero, the same in every run: 40 printable characters, say, as the random part
/// of a key.
template <std::size_t size>
constexpr std::array<std::uint8_t, size> random_looking_bytes(std::uint64_t seed) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::array<std::uint8_t, size> bytes{};
    std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL + 1;
    for (auto& byte : bytes) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        byte = static_cast<std::uint8_t>(kAlphabet[(state >> 33) % kAlphabet.size()]);
    }
    return bytes;
}

inline ByteView view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Stops the test program where `hex` is not hex: test data is ours.
Bytes from_hex(std::string_view hex);
std::string to_hex(ByteView bytes);
/// @param path below the project's root. Stops the test program where there is no such file.
Bytes read_file(const std::string& path);

/// An id whose bytes are all `fill`.
template <typename IdType>
IdType make_id(std::uint8_t fill) {
    IdType id;
    id.bytes.fill(fill);
    return id;
}

/// A 32-byte secret whose bytes follow from `seed` (random_looking_bytes).
SecretBytes make_secret(std::uint64_t seed);
VaultKey make_test_vault_key(std::uint64_t seed);
Kek make_test_kek(std::uint64_t seed);
/// The weakest parameters that are made: nothing derives with them in a test.
KdfParams make_test_kdf_params();
/// The weakest parameters that are accepted: the fastest to derive with.
KdfParams make_cheap_kdf_params();

/// Every way in which the tests damage stored bytes: each byte with each of several bit patterns flipped,
/// each truncation, and some extensions. `judge` gets the damaged bytes and what was done to them.
template <typename Judge>
void for_each_damage(const Bytes& good, Judge judge) {
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int pattern : {0x01, 0x02, 0x80, 0xFF}) {
            Bytes bad = good;
            bad[i] = static_cast<std::uint8_t>(bad[i] ^ pattern);
            judge(bad, "byte " + std::to_string(i) + " xor " + std::to_string(pattern));
        }
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        judge(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)),
              "cut to " + std::to_string(size));
    for (const std::size_t more : std::initializer_list<std::size_t>{1, 2, 16, 32, 512, 100'000}) {
        Bytes bad = good;
        bad.resize(good.size() + more);
        judge(bad, "longer by " + std::to_string(more) + " zeros");
        std::copy_n(good.begin(), std::min(more, good.size()),
                    bad.begin() + static_cast<std::ptrdiff_t>(good.size()));
        judge(bad, "longer by " + std::to_string(more) + " of its own bytes");
    }
}

} // namespace byok::testing
