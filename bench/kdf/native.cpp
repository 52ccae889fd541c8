// The limit: the machine's own libsodium. Answers each line `MEMORY_KIB PASSES` with `MILLISECONDS HEX`.
// usage: native PASSWORD SALT      (the salt in hex)
#include <sodium.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>

int main(int count, char** arguments) {
    if (count != 3 || sodium_init() < 0)
        return 2;
    const std::string_view password = arguments[1];
    std::array<unsigned char, crypto_pwhash_argon2id_SALTBYTES> salt{};
    if (sodium_hex2bin(salt.data(), salt.size(), arguments[2], std::strlen(arguments[2]), nullptr, nullptr,
                       nullptr) != 0)
        return 2;

    std::size_t memory_kib = 0;
    unsigned long long passes = 0;
    while (std::cin >> memory_kib >> passes) {
        std::array<unsigned char, 32> key{};
        const auto begin = std::chrono::steady_clock::now();
        if (crypto_pwhash_argon2id(key.data(), key.size(), password.data(), password.size(), salt.data(),
                                   passes, memory_kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
            return 1;
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        std::array<char, 2 * key.size() + 1> hex{};
        sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
        std::printf("%.3f %s\n", took.count(), hex.data());
        std::fflush(stdout);
    }
}
