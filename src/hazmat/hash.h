/// BLAKE2b-256 (RFC 7693), plain and keyed, and comparison in constant time.
#pragma once

#include "byok/secret_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace byok::hazmat {

inline constexpr std::size_t kDigestBytes = 32;
using Digest = std::array<std::uint8_t, kDigestBytes>;

Digest hash(ByteView message) noexcept;

/// @param key 16..64 bytes. @return internal for another length.
Result<Digest> keyed_hash(const SecretBytes& key, ByteView message) noexcept;

/// Takes the same time wherever the two differ.
bool equal(const Digest& a, const Digest& b) noexcept;
/// The same for two secrets; different lengths are told at once.
bool equal(const SecretBytes& a, const SecretBytes& b) noexcept;

} // namespace byok::hazmat
