/// The manifest: what the vault must contain. Written in the same transaction as every change, so that a
/// record removed, duplicated, swapped, or restored alone from yesterday is noticed and named (E24).
///
/// Layout: "BYKM" | u16 version = 1 | vault id 16 | u64 revision | box
/// Context of the box: version, "manifest", vault id, revision. The plaintext is binary, not JSON: it holds
/// wrap keys; it is padded to multiples of 512.
#pragma once

#include "byok/header.h"
#include "byok/ids.h"
#include "byok/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace byok {

inline constexpr std::size_t kMaxRecords = 10'000;
inline constexpr std::size_t kMaxPermissions = 64;
inline constexpr std::size_t kMaxOriginBytes = 255;
inline constexpr std::size_t kMaxUserIdBytes = 128;
inline constexpr std::size_t kMaxUserNameBytes = 256;
inline constexpr std::size_t kMaxManifestBytes =
    498'758; ///< as stored; larger ones are refused before any work

struct ManifestEntry {
    RecordId id;
    Hash hash{}; ///< BLAKE2b-256 of the whole stored record
};

/// An app that may have keys sealed, by origin.
struct Permission {
    std::string origin;
    WallMs granted;
    WallMs last_used;
    std::uint32_t uses = 0;
};

/// The platform's user whom the person at the vault confirmed: keys are sealed for nobody else.
struct ConfirmedUser {
    std::string id;
    std::string name;
};

/// A slot's wrap key. With it a new vault key can be wrapped for all slots while only one secret is at hand.
struct SlotSecret {
    SlotId id;
    SecretBytes kek;
};

struct Manifest {
    std::uint64_t revision = 0;
    Hash header_hash{};
    std::vector<ManifestEntry> records; ///< in the user's order
    std::vector<SlotSecret> slots;
    std::vector<Permission> permissions;
    std::optional<ConfirmedUser> user;
};

/// @param manifest 1..kMaxSlots slots; ids that differ; texts of well-formed UTF-8 without control
/// characters.
/// @return too_many_records, bad_argument.
Result<std::vector<std::uint8_t>> seal_manifest(const VaultKey& key, const VaultId& vault,
                                                const Manifest& manifest);
/// @return newer_format; manifest_damaged.
Result<Manifest> open_manifest(const VaultKey& key, const VaultId& vault, ByteView bytes);
/// What stands outside the box, of any version, to compare stores without a key (the box is bound to it).
struct ManifestFacts {
    VaultId vault;
    std::uint64_t revision = 0;
};
/// @return manifest_damaged.
Result<ManifestFacts> manifest_facts(ByteView bytes);

} // namespace byok
