#include "support/vaults.h"

#include "hazmat/random.h"

#include <cstdlib>
#include <utility>

namespace byok::testing {
namespace {

[[maybe_unused]] const Status kStarted = hazmat::init();

template <typename T>
T must(Result<T> result) {
    if (!result.ok())
        std::abort();
    return std::move(result).value();
}

} // namespace

bool Store::apply(const Change& change) {
    if (change.expected_revision != revision())
        return false;
    if (change.header)
        header = *change.header;
    manifest = change.manifest;
    for (const RecordId& id : change.remove)
        records.erase(id.bytes);
    for (const Record& record : change.put)
        records[record.id.bytes] = record.bytes;
    return true;
}

Snapshot Store::read() const {
    Snapshot snapshot{header, manifest, {}};
    for (const auto& [id, bytes] : records)
        snapshot.records.push_back({RecordId{id}, bytes});
    return snapshot;
}

std::uint64_t Store::revision() const {
    const Result<ManifestFacts> facts = manifest_facts(manifest);
    return facts.ok() ? facts.value().revision : 0;
}

const Provider& provider(std::string_view id) {
    const Provider* const row = find_provider(id);
    if (row == nullptr)
        std::abort();
    return *row;
}

PlatformSecret make_platform(std::uint8_t seed) {
    std::string hex;
    for (unsigned i = 0; i < 32; ++i)
        hex += to_hex(std::array{static_cast<std::uint8_t>(seed * 7U + i)});
    return must(PlatformSecret::parse(view(hex)));
}

SealTarget target_for(const PlatformSecret& platform, Purpose purpose, std::string_view user) {
    return {platform.public_key(), std::string(user), purpose, kNow};
}

Vault Vault::make(std::uint64_t password) {
    Session::Created created = must(Session::create(make_test_kek(password), make_test_kdf_params(), kUser));
    Vault vault{{}, std::move(created.session), password};
    vault.save(std::move(created.change));
    return vault;
}

void Vault::save(Result<Change> change) {
    if (!store.apply(must(std::move(change))) || session.commit() != Status::ok)
        std::abort();
}

RecordId Vault::add(std::string_view provider_id, std::string_view key, std::string_view label) {
    const DraftResult draft = must(session.draft(provider(provider_id), view(key), label, kNow));
    Change change = must(session.accept(draft.draft, Verdict::valid, kNow));
    const RecordId id = change.put.at(0).id;
    save(std::move(change));
    return id;
}

Status Vault::change_password(std::uint64_t next) {
    Result<Change> change =
        session.change_password(slot(), make_test_kek(password), make_test_kek(next), make_test_kdf_params());
    if (!change.ok())
        return change.status();
    save(std::move(change));
    password = next;
    return Status::ok;
}

Result<Session> Vault::unlock_again() const {
    return unlock_again(store.read());
}

Result<Session> Vault::unlock_again(const Snapshot& snapshot) const {
    return Session::unlock(snapshot, slot(), make_test_kek(password));
}

std::string key_through_platform(Session& session, const RecordId& id, const Provider& provider) {
    static const PlatformSecret platform = make_platform();
    const Result<SealedKey> sealed = session.seal_for_platform(id, target_for(platform));
    if (!sealed.ok())
        return {};
    const OpenedKey opened = must(
        open_sealed_key({&platform, 1}, sealed.value().bytes, {kUser.id, &provider, Purpose::job, kNow}));
    const ByteView key = opened.key.expose();
    return {key.begin(), key.end()};
}

std::vector<RecordState> states_of(const Session& session) {
    std::vector<RecordState> states;
    for (const RecordView& view : session.list())
        states.push_back(view.state);
    return states;
}

RecordState state_of(const Session& session, const RecordId& id) {
    for (const RecordView& view : session.list()) {
        if (view.id == id)
            return view.state;
    }
    std::abort();
}

} // namespace byok::testing
