#include "byok/session.h"
#include "support/alloc_hook.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <array>
#include <utility>

using namespace byok;
using namespace byok::testing;

namespace {

// Static memory, not a test's vector: only the core's own blocks are to be judged.
constexpr auto kKey = random_looking_bytes<48>(31);
constexpr auto kOtherKey = random_looking_bytes<48>(32);

Kek kek_of(ByteView bytes) {
    return Kek(std::move(SecretBytes::copy_of(bytes)).value());
}

} // namespace

TEST_CASE("No key is left in freed memory by drafting, switching, accepting, sealing or a new password",
          "[session][memory]") {
    Vault vault = Vault::make(1);
    const PlatformSecret platform = make_platform();
    const AllocWatch watch({kKey, kOtherKey});
    const DraftId draft = vault.session.draft(provider("openai"), kKey, "mine", kNow).value().draft;
    CHECK(vault.session.seal_draft_for_platform(draft, target_for(platform, Purpose::test)).ok());
    CHECK(vault.session.retarget(draft, provider("gemini")).ok());
    vault.save(vault.session.accept(draft, Verdict::valid, kNow));
    const RecordId id = vault.session.list().at(0).id;
    CHECK(vault.session.draft(provider("gemini"), kKey, "", kNow).value().already_there);
    const DraftId other = vault.session.draft(provider("gemini"), kOtherKey, "", kNow).value().draft;
    CHECK(vault.session.seal_for_platform(id, target_for(platform)).ok());
    CHECK(vault.session.seal_for_platform(id, target_for(platform, Purpose::job, "user-2")).status() ==
          Status::user_unconfirmed);
    vault.save(vault.session.set_label(id, "yours"));
    vault.save(vault.session.accept(other, Verdict::valid, kNow));
    CHECK(vault.change_password(2) == Status::ok);
    CHECK(vault.unlock_again().ok());
    CHECK(vault.session.remove(id).ok());
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("Judging damaged records opens key boxes and leaves no key in freed memory", "[session][memory]") {
    Vault vault = Vault::make(1);
    const DraftId draft = vault.session.draft(provider("openai"), kKey, "", kNow).value().draft;
    vault.save(vault.session.accept(draft, Verdict::valid, kNow));
    vault.store.manifest.back() ^= 1;
    const AllocWatch watch({kKey});
    Session session = std::move(vault.unlock_again()).value();
    CHECK(states_of(session) == std::vector{RecordState::unverified});
    CHECK(session.repair().ok());
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("E18: locking, in the middle of a change too, leaves neither KEK nor vault key in freed memory",
          "[session][memory]") {
    static std::array<std::uint8_t, 32> vault_key{};
    static constexpr auto kKek = random_looking_bytes<32>(33);
    static constexpr auto kNextKek = random_looking_bytes<32>(34);
    Session::Created created =
        std::move(Session::create(kek_of(kKek), make_test_kdf_params(), kUser)).value();
    REQUIRE(created.session.commit() == Status::ok);
    const Header& header = created.session.header();
    const SlotId slot = header.slots.at(0).id;
    {
        const VaultKey key = std::move(unwrap(header.slots.at(0), kek_of(kKek), header.vault_id)).value();
        std::copy(key.secret().expose().begin(), key.secret().expose().end(), vault_key.begin());
    }

    const AllocWatch watch({kKek, kNextKek, vault_key});
    CHECK(created.session.change_password(slot, kek_of(kNextKek), kek_of(kNextKek), make_test_kdf_params())
              .status() == Status::wrong_password);
    CHECK(created.session.change_password(slot, kek_of(kKek), kek_of(kNextKek), make_test_kdf_params()).ok());
    { const Session locked = std::move(created.session); }
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("A wrong password leaves no KEK in freed memory and no session", "[session][memory]") {
    const Vault vault = Vault::make(1);
    const Snapshot snapshot = vault.store.read();
    const SlotId slot = vault.slot();
    const AllocWatch watch({kKey});
    CHECK(Session::unlock(snapshot, slot, kek_of(ByteView(kKey).first(32))).status() ==
          Status::wrong_password);
    CHECK(watch.findings().freed_secrets > 0);
    CHECK(watch.is_clean());
}

TEST_CASE("An unlocked session keeps no provider key in ordinary memory", "[session][memory]") {
    // What the session held is freed inside the watch: ordinary memory is not wiped, and would show it.
    Vault vault = Vault::make(1);
    const DraftId draft = vault.session.draft(provider("openai"), kKey, "mine", kNow).value().draft;
    vault.save(vault.session.accept(draft, Verdict::valid, kNow));
    const Snapshot snapshot = vault.store.read();
    const SlotId slot = vault.slot();
    const AllocWatch watch({kKey});
    {
        const Session session = std::move(Session::unlock(snapshot, slot, make_test_kek(1))).value();
        CHECK(session.list().size() == 1);
    }
    CHECK(watch.is_clean());
}
