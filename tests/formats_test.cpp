/// The formats as strangers see them: vaults that a second implementation wrote from docs/format.md
/// (tests/vectors), and vaults that earlier versions of this one wrote (tests/fixtures/formats). Each must
/// open to the byte, for ever.
#include "byok/cached_key.h"
#include "byok/header.h"
#include "byok/manifest.h"
#include "byok/platform_secret.h"
#include "byok/record.h"
#include "byok/sealed_key.h"
#include "hazmat/hash.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace byok;
using namespace byok::testing;
using nlohmann::json;

namespace {

json read_json(const std::string& path) {
    const Bytes bytes = read_file(path);
    return json::parse(bytes.begin(), bytes.end());
}

std::string text_at(const json& object, const char* name) {
    return object.at(name).get<std::string>();
}

Bytes bytes_at(const json& object, const char* name) {
    return from_hex(text_at(object, name));
}

std::uint64_t number_at(const json& object, const char* name) {
    return object.at(name).get<std::uint64_t>();
}

template <typename IdType>
IdType id_at(const json& object, const char* name) {
    const Bytes bytes = bytes_at(object, name);
    IdType id;
    REQUIRE(bytes.size() == id.bytes.size());
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

KdfParams kdf_at(const json& object) {
    KdfParams params;
    params.memory_kib = object.at("memoryKib").get<std::uint32_t>();
    params.passes = object.at("passes").get<std::uint32_t>();
    const Bytes salt = bytes_at(object, "salt");
    REQUIRE(salt.size() == params.salt.size());
    std::copy(salt.begin(), salt.end(), params.salt.begin());
    return params;
}

std::string to_text(const SecretBytes& bytes) {
    return {bytes.expose().begin(), bytes.expose().end()};
}

/// The vault key of the vectors, by the password of one of its slots.
VaultKey unlock(const json& vault, std::size_t slot) {
    const Header header = decode_header(bytes_at(vault, "header")).value();
    const std::string password = text_at(vault.at("slots").at(slot), "password");
    const Kek kek = derive_kek(view(password), header.slots.at(slot).kdf).value();
    return unwrap(header.slots.at(slot), kek, header.vault_id).value();
}

} // namespace

TEST_CASE("Vectors: every key is derived as elsewhere", "[formats]") {
    const json vectors = read_json("tests/vectors/kdf.json");
    REQUIRE(vectors.at("derivations").size() == 5);
    for (const json& vector : vectors.at("derivations")) {
        const Kek kek = derive_kek(view(text_at(vector, "password")), kdf_at(vector)).value();
        CHECK(to_hex(kek.secret().expose()) == text_at(vector, "kek"));
    }
}

TEST_CASE("Vectors: the header says what was put into it, and is written the same", "[formats]") {
    const json vault = read_json("tests/vectors/vault.json");
    const Bytes bytes = bytes_at(vault, "header");
    const Header header = decode_header(bytes).value();
    CHECK(header.vault_id == id_at<VaultId>(vault, "vaultId"));
    REQUIRE(header.slots.size() == vault.at("slots").size());
    for (std::size_t i = 0; i < header.slots.size(); ++i) {
        const json& expected = vault.at("slots").at(i);
        CHECK(header.slots[i].id == id_at<SlotId>(expected, "id"));
        CHECK(encode(header.slots[i].kdf) == encode(kdf_at(expected)));
    }
    CHECK(encode(header) == bytes);
}

TEST_CASE("Vectors: each password opens its slot, and no other", "[formats]") {
    const json vault = read_json("tests/vectors/vault.json");
    const Header header = decode_header(bytes_at(vault, "header")).value();
    for (std::size_t i = 0; i < header.slots.size(); ++i)
        CHECK(to_hex(unlock(vault, i).secret().expose()) == text_at(vault, "vaultKey"));
    const Kek first =
        derive_kek(view(text_at(vault.at("slots").at(0), "password")), header.slots[0].kdf).value();
    CHECK(unwrap(header.slots[1], first, header.vault_id).status() == Status::wrong_password);
}

TEST_CASE("Vectors: records open to their metadata and keys", "[formats]") {
    const json vault = read_json("tests/vectors/vault.json");
    const auto vault_id = id_at<VaultId>(vault, "vaultId");
    const VaultKey key = unlock(vault, 0);
    REQUIRE(vault.at("records").size() == 2);
    for (const json& expected : vault.at("records")) {
        const Record record{id_at<RecordId>(expected, "id"), bytes_at(expected, "bytes")};
        CHECK(record_id_of(record.bytes).value() == record.id);
        const RecordMeta meta = open_meta(key, vault_id, record).value();
        const json& fields = expected.at("meta");
        CHECK(meta.provider->id == text_at(fields, "provider"));
        CHECK(meta.label == text_at(fields, "label"));
        CHECK(meta.preview == text_at(fields, "preview"));
        CHECK(meta.added.ms == number_at(fields, "added"));
        CHECK(meta.updated.ms == number_at(fields, "updated"));
        CHECK(static_cast<std::uint64_t>(meta.verdict) == number_at(fields, "verdict"));
        CHECK(meta.verdict_at.ms == number_at(fields, "verdict_at"));
        CHECK(to_text(open_key(key, vault_id, record, *meta.provider).value()) == text_at(expected, "key"));
    }
}

TEST_CASE("Vectors: the manifest names the header and the records", "[formats]") {
    const json vault = read_json("tests/vectors/vault.json");
    const json& expected = vault.at("manifest");
    const Manifest manifest =
        open_manifest(unlock(vault, 1), id_at<VaultId>(vault, "vaultId"), bytes_at(expected, "bytes"))
            .value();
    CHECK(manifest.revision == number_at(expected, "revision"));
    CHECK(manifest.header_hash == hash_of(bytes_at(vault, "header")));
    REQUIRE(manifest.slots.size() == vault.at("slots").size());
    for (std::size_t i = 0; i < manifest.slots.size(); ++i) {
        CHECK(manifest.slots[i].id == id_at<SlotId>(vault.at("slots").at(i), "id"));
        CHECK(to_hex(manifest.slots[i].kek.expose()) == text_at(vault.at("slots").at(i), "kek"));
    }
    REQUIRE(manifest.records.size() == vault.at("records").size());
    for (std::size_t i = 0; i < manifest.records.size(); ++i) {
        CHECK(manifest.records[i].id == id_at<RecordId>(vault.at("records").at(i), "id"));
        CHECK(manifest.records[i].hash == hash_of(bytes_at(vault.at("records").at(i), "bytes")));
    }
    REQUIRE(manifest.permissions.size() == 1);
    const json& permission = expected.at("permissions").at(0);
    CHECK(manifest.permissions[0].origin == text_at(permission, "origin"));
    CHECK(manifest.permissions[0].granted.ms == number_at(permission, "granted"));
    CHECK(manifest.permissions[0].last_used.ms == number_at(permission, "lastUsed"));
    CHECK(manifest.permissions[0].uses == number_at(permission, "uses"));
    REQUIRE(manifest.user);
    CHECK(manifest.user->id == text_at(expected.at("user"), "id"));
    CHECK(manifest.user->name == text_at(expected.at("user"), "name"));
}

TEST_CASE("Vectors: keys sealed elsewhere open for whom they were sealed", "[formats]") {
    const json vectors = read_json("tests/vectors/sealed-key.json");
    std::vector<PlatformSecret> secrets;
    secrets.push_back(PlatformSecret::parse(view(text_at(vectors, "platformSecret"))).value());
    CHECK(to_hex(secrets[0].public_key()) == text_at(vectors, "publicKey"));
    CHECK(to_hex(secrets[0].key_id()) == text_at(vectors, "keyId"));
    REQUIRE(vectors.at("sealed").size() == 2);
    for (const json& expected : vectors.at("sealed")) {
        const std::string user = text_at(expected, "user");
        const OpenDemand demand{user, find_provider(text_at(expected, "provider")),
                                static_cast<Purpose>(number_at(expected, "purpose")),
                                WallMs{number_at(expected, "expires") - 1}};
        const OpenedKey opened = open_sealed_key(secrets, bytes_at(expected, "bytes"), demand).value();
        CHECK(opened.id == id_at<SealId>(expected, "id"));
        CHECK(to_text(opened.key) == text_at(expected, "key"));
    }
}

TEST_CASE("Vectors: keys cached elsewhere open for whom they were cached, under the same tags", "[formats]") {
    const json vectors = read_json("tests/vectors/cached-key.json");
    std::vector<PlatformSecret> secrets;
    secrets.push_back(PlatformSecret::parse(view(text_at(vectors, "platformSecret"))).value());
    REQUIRE(vectors.at("cached").size() == 2);
    for (const json& expected : vectors.at("cached")) {
        const std::string user = text_at(expected, "user");
        const std::uint64_t expires = number_at(expected, "expires");
        const CacheDemand demand{user, find_provider(text_at(expected, "provider")), WallMs{expires - 1},
                                 std::nullopt};
        const OpenedKey opened = open_cached_key(secrets, bytes_at(expected, "bytes"), demand).value();
        CHECK(opened.id == id_at<SealId>(expected, "id"));
        CHECK(opened.issued.ms == number_at(expected, "issued"));
        CHECK(opened.expires.ms == expires);
        CHECK(to_text(opened.key) == text_at(expected, "key"));
        CHECK(to_hex(user_tags(secrets, user).value().front()) == text_at(expected, "userTag"));
        CHECK(to_hex(secrets[0].tag(kKeyTagDomain, opened.key.expose()).value()) ==
              text_at(expected, "keyTag"));
    }
}

TEST_CASE("Fixtures: a vault that version 1 wrote opens", "[formats]") {
    const std::string folder = "tests/fixtures/formats/v1/";
    const json expected = read_json(folder + "expected.json");
    const Bytes header_bytes = read_file(folder + "header.bin");
    const Header header = decode_header(header_bytes).value();
    const Kek kek = derive_kek(view(text_at(expected, "password")), header.slots.at(0).kdf).value();
    const VaultKey key = unwrap(header.slots.at(0), kek, header.vault_id).value();
    const Manifest manifest = open_manifest(key, header.vault_id, read_file(folder + "manifest.bin")).value();
    CHECK(manifest.revision == number_at(expected, "revision"));
    CHECK(manifest.header_hash == hash_of(header_bytes));
    CHECK(manifest.user->id == text_at(expected, "user"));
    REQUIRE(manifest.slots.size() == 1);
    CHECK(hazmat::equal(manifest.slots[0].kek, kek.secret()));

    REQUIRE(manifest.records.size() == expected.at("records").size());
    for (std::size_t i = 0; i < manifest.records.size(); ++i) {
        const json& record_expected = expected.at("records").at(i);
        const Record record{manifest.records[i].id,
                            read_file(folder + "record-" + std::to_string(i) + ".bin")};
        CHECK(manifest.records[i].hash == hash_of(record.bytes));
        const RecordMeta meta = open_meta(key, header.vault_id, record).value();
        CHECK(meta.provider->id == text_at(record_expected, "provider"));
        CHECK(meta.label == text_at(record_expected, "label"));
        CHECK(meta.preview == text_at(record_expected, "preview"));
        CHECK(verdict_name(meta.verdict) == text_at(record_expected, "verdict"));
        CHECK(to_text(open_key(key, header.vault_id, record, *meta.provider).value()) ==
              text_at(record_expected, "key"));
    }
}
