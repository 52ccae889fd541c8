// Argon2id by libsodium as it is built for this machine: what the WebAssembly is compared with, in its
// answers and in its time.
//
// Reads lines `memory-KiB passes out-length password salt`, the last two in hex, `-` for no password; answers
// each with `milliseconds out`.

#include <sodium.h>

#include <chrono>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::vector<unsigned char> from_hex(const std::string& hex) {
    std::vector<unsigned char> bytes(hex.size() / 2);
    if (sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr) != 0)
        bytes.clear();
    return bytes;
}

std::string to_hex(const std::vector<unsigned char>& bytes) {
    std::string hex(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    hex.pop_back();
    return hex;
}

} // namespace

int main() {
    if (sodium_init() < 0)
        return 1;
    std::size_t memory_kib = 0;
    std::size_t size = 0;
    unsigned long long passes = 0;
    std::string password_hex;
    std::string salt_hex;
    while (std::cin >> memory_kib >> passes >> size >> password_hex >> salt_hex) {
        const auto password = from_hex(password_hex == "-" ? "" : password_hex);
        const auto salt = from_hex(salt_hex);
        std::vector<unsigned char> out(size);
        if (salt.size() != crypto_pwhash_argon2id_SALTBYTES)
            return 1;
        const auto begin = std::chrono::steady_clock::now();
        const int failed = crypto_pwhash_argon2id(
            out.data(), out.size(), reinterpret_cast<const char*>(password.data()), password.size(),
            salt.data(), passes, memory_kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        if (failed != 0)
            return 1;
        std::cout << std::fixed << std::setprecision(3) << took.count() << ' ' << to_hex(out) << std::endl;
    }
    return 0;
}
