/// Vaults for tests: a person's session, a store that takes changes as IndexedDB does, and a platform to seal
/// for.
#pragma once

#include "byok/session.h"
#include "support/bytes.h"

#include <map>
#include <string>
#include <string_view>

namespace byok::testing {

/// Stored bytes under the ids of their rows: applies a Change all or nothing, and only to the revision it
/// expects.
class Store {
  public:
    /// @return false, with nothing written, where the store is at another revision.
    bool apply(const Change& change);
    [[nodiscard]] Snapshot read() const;
    [[nodiscard]] std::uint64_t revision() const;

    Bytes header;
    Bytes manifest;
    std::map<std::array<std::uint8_t, kIdBytes>, Bytes> records;

    [[nodiscard]] Bytes& row(const RecordId& id) { return records.at(id.bytes); }
};

inline const ConfirmedUser kUser{"user-1", "First user"};
inline constexpr WallMs kNow{1'800'000'000'000};

const Provider& provider(std::string_view id);
/// The key pair of a platform; another `seed` is another platform.
PlatformSecret make_platform(std::uint8_t seed = 1);
SealTarget target_for(const PlatformSecret& platform, Purpose purpose = Purpose::job,
                      std::string_view user = kUser.id);

/// A vault with what is stored of it. The password is a number: what make_test_kek() makes its KEK of.
struct Vault {
    Store store;
    Session session;
    std::uint64_t password = 1;

    static Vault make(std::uint64_t password = 1);

    /// Writes and commits. Stops the test program where either is refused.
    void save(Result<Change> change);
    RecordId add(std::string_view provider_id, std::string_view key, std::string_view label = "");
    Status change_password(std::uint64_t next);
    [[nodiscard]] SlotId slot() const { return session.header().slots.at(0).id; }
    /// What another start of the browser would find.
    [[nodiscard]] Result<Session> unlock_again() const;
    [[nodiscard]] Result<Session> unlock_again(const Snapshot& snapshot) const;
};

/// The key of a record as the platform gets it; empty where sealing is refused.
std::string key_through_platform(Session& session, const RecordId& id, const Provider& provider);
/// The states of all lines, in their order.
std::vector<RecordState> states_of(const Session& session);
/// The state of one record; `unverified` must be asked for by states_of() where an id is there twice.
RecordState state_of(const Session& session, const RecordId& id);

} // namespace byok::testing
