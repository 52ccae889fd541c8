#include "vault.h"

#include "byok/attempts.h"
#include "byok/catalogue_json.h"
#include "byok/header.h"
#include "byok/kdf.h"
#include "byok/key_shape.h"
#include "byok/key_text.h"
#include "byok/manifest.h"
#include "calls.h"
#include "handles.h"
#include "shapes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace byok::abi {
namespace {

Handles<Session, 1> sessions;
Handles<AutoLock, 2> auto_locks;
Handles<Snapshot, 3> snapshots;

// ---- In

/// Takes arguments apart. What is not what it should be is remembered, and gives an empty value; finish()
/// tells before anything is done.
class Arguments {
  public:
    template <typename IdType>
    IdType id(Bytes data, Size size) noexcept {
        IdType id;
        fill(id.bytes, view(data, size), Status::bad_argument);
        return id;
    }

    PublicKey public_key(Bytes data, Size size) noexcept {
        PublicKey key;
        fill(key, view(data, size), Status::platform_key_refused);
        return key;
    }

    WallMs time(double ms) noexcept { return {milliseconds(ms)}; }

    std::uint64_t milliseconds(double ms) noexcept {
        if (ms >= 0 && ms <= static_cast<double>(kMaxMs))
            return static_cast<std::uint64_t>(ms);
        refuse(Status::bad_argument);
        return 0;
    }

    Verdict verdict(std::uint32_t number) noexcept {
        if (number >= kVerdictCount)
            refuse(Status::bad_argument);
        return static_cast<Verdict>(number);
    }

    /// The first row where there is none of that name.
    const Provider& provider(std::string_view id) noexcept {
        const Provider* const found = find_provider(id);
        if (found == nullptr)
            refuse(Status::unknown_provider);
        return found == nullptr ? providers().front() : *found;
    }

    void refuse(Status why) noexcept {
        if (status_ == Status::ok)
            status_ = why;
    }
    /// What the first one was refused with.
    [[nodiscard]] Status finish() const noexcept { return status_; }

  private:
    void fill(MutableBytes out, ByteView bytes, Status otherwise) noexcept {
        if (bytes.size() == out.size())
            std::copy(bytes.begin(), bytes.end(), out.begin());
        else
            refuse(otherwise);
    }

    Status status_ = Status::ok;
};

std::uint64_t to_ms(double value) noexcept {
    return value >= 0 && value <= static_cast<double>(kMaxMs) ? static_cast<std::uint64_t>(value) : 0;
}

ClockReading reading(double mono, double wall) noexcept {
    return {MonoMs{to_ms(mono)}, WallMs{to_ms(wall)}};
}

// What byok_auto_lock_tell() is told.
constexpr std::uint32_t kLook = 0;
constexpr std::uint32_t kActivity = 1;
constexpr std::uint32_t kHidden = 2;

ConfirmedUser user_of(Bytes id, Size id_size, Bytes name, Size name_size) {
    return {std::string(as_text(id, id_size)), std::string(as_text(name, name_size))};
}

Result<Kek> kek_of(ByteView bytes) noexcept {
    BYOK_TRY(secret, SecretBytes::copy_of(bytes));
    return Kek(std::move(secret));
}

std::vector<std::uint8_t> copy_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Whoever uses a snapshot has it for himself: what is stored is not kept twice.
Result<Snapshot> take_snapshot(Handle handle) {
    Snapshot* const snapshot = snapshots.find(handle);
    if (snapshot == nullptr)
        return Status::bad_handle;
    Snapshot taken = std::move(*snapshot);
    snapshots.remove(handle);
    return taken;
}

// ---- Out

template <typename... T>
Status give_json(Out* out, const T&... values) {
    JsonWriter json;
    write(json, values...);
    return give(out, json.written());
}

/// @param items what stands before the change in the same bundle.
Status give(Out* out, const Change& change, std::vector<ByteView> items = {}) {
    std::array<std::uint8_t, 16> revisions;
    wire::Writer writer(revisions);
    writer.u64(change.expected_revision);
    writer.u64(change.revision);
    std::vector<std::uint8_t> removed;
    for (const RecordId& id : change.remove)
        removed.insert(removed.end(), id.bytes.begin(), id.bytes.end());
    items.push_back(ByteView(revisions));
    items.push_back(change.header ? ByteView(*change.header) : ByteView());
    items.push_back(ByteView(change.manifest));
    items.push_back(ByteView(removed));
    for (const Record& record : change.put) {
        items.push_back(ByteView(record.id.bytes));
        items.push_back(ByteView(record.bytes));
    }
    return give(out, items);
}

/// Nothing where nothing is to be written.
Status give(Out* out, const std::optional<Change>& change) {
    return change ? give(out, *change) : give(out, ByteView());
}

Status give(Out* out, const SealedKey& sealed) {
    return give(out, std::vector<ByteView>{sealed.id.bytes, sealed.bytes});
}

Status give(Out* out, const AppSeal& sealed) {
    std::vector<ByteView> keys;
    for (const SealedKey& key : sealed.keys) {
        keys.emplace_back(key.id.bytes);
        keys.emplace_back(key.bytes);
    }
    return give(out, sealed.change, std::move(keys));
}

template <typename T>
Status give(Out* out, const Result<T>& result) {
    return result.ok() ? give(out, result.value()) : result.status();
}

// ---- Around each call

template <typename Call>
StatusCode with_session(Handle handle, const Call& call) {
    return run([&]() -> Status {
        Session* const session = sessions.find(handle);
        return session == nullptr ? Status::bad_handle : call(*session);
    });
}

} // namespace
} // namespace byok::abi

using namespace byok;
using namespace byok::abi;

StatusCode byok_providers(Out* out) {
    return run([=] { return give(out, std::string_view(catalogue_json())); });
}

StatusCode byok_store_decision(std::uint32_t verdict, Out* out) {
    return run([=]() -> Status {
        Arguments in;
        const auto decision = static_cast<std::uint8_t>(store_decision(in.verdict(verdict)));
        BYOK_CHECK(in.finish());
        return give(out, ByteView(&decision, 1));
    });
}

StatusCode byok_attempts(std::uint32_t failed, double last, double now, Out* out) {
    return run([=]() -> Status {
        Arguments in;
        const Attempts attempts{failed, in.time(last)};
        const WallMs at = in.time(now);
        BYOK_CHECK(in.finish());
        return give_json(out, after_attempt(attempts, at), wait_ms(attempts, at));
    });
}

StatusCode byok_inspect_key(Bytes key, Size key_size, Out* out) {
    return run([=]() -> Status {
        BYOK_TRY(clean, clean_key(view(key, key_size)));
        JsonWriter json;
        write(json.raw("{"), read_shape(std::as_const(clean.key).expose()), clean.edges_cleaned);
        return give(out, json.written());
    });
}

StatusCode byok_read_header(Bytes header, Size header_size, Out* out) {
    return run([=]() -> Status {
        BYOK_TRY(decoded, decode_header(view(header, header_size)));
        return give_json(out, decoded);
    });
}

StatusCode byok_read_manifest(Bytes manifest, Size manifest_size, Out* out) {
    return run([=]() -> Status {
        BYOK_TRY(facts, manifest_facts(view(manifest, manifest_size)));
        JsonWriter json;
        json.raw("{\"vaultId\":").hex(facts.vault.bytes);
        json.raw(",\"revision\":").number(facts.revision).raw("}");
        return give(out, json.written());
    });
}

StatusCode byok_session_create(Bytes params, Size params_size, Bytes kek, Size kek_size, Bytes user,
                               Size user_size, Bytes name, Size name_size, Handle* handle, Out* change) {
    return run([=]() -> Status {
        BYOK_TRY(kdf, decode_kdf_params(view(params, params_size)));
        BYOK_TRY(secret, kek_of(view(kek, kek_size)));
        std::optional<ConfirmedUser> confirmed;
        if (user_size > 0)
            confirmed = user_of(user, user_size, name, name_size);
        BYOK_TRY(created, Session::create(std::move(secret), kdf, std::move(confirmed)));
        BYOK_CHECK(place(sessions, std::move(created.session), handle));
        const Status given = give(change, created.change);
        if (given != Status::ok)
            sessions.remove(*handle);
        return given;
    });
}

StatusCode byok_snapshot_new(Bytes header, Size header_size, Bytes manifest, Size manifest_size,
                             Handle* handle) {
    return run([&]() -> Status {
        return place(snapshots,
                     Snapshot{copy_of(view(header, header_size)), copy_of(view(manifest, manifest_size)), {}},
                     handle);
    });
}

StatusCode byok_snapshot_add(Handle snapshot, Bytes records, Size records_size) {
    return run([&]() -> Status {
        Snapshot* const to = snapshots.find(snapshot);
        if (to == nullptr)
            return Status::bad_handle;
        std::vector<ByteView> items;
        // As many as the bytes can hold: rows that were put into the store behind our back, however many,
        // must not keep the vault from opening and naming them.
        if (!read_bundle(view(records, records_size), records_size / sizeof(std::uint32_t), items) ||
            items.size() % 2 != 0)
            return Status::bad_argument;
        Arguments in;
        for (std::size_t i = 0; i < items.size(); i += 2) {
            const auto id = in.id<RecordId>(items[i].data(), static_cast<Size>(items[i].size()));
            BYOK_CHECK(in.finish());
            to->records.push_back({id, copy_of(items[i + 1])});
        }
        return Status::ok;
    });
}

StatusCode byok_snapshot_free(Handle snapshot) {
    return end(snapshots, snapshot);
}

StatusCode byok_session_unlock(Handle snapshot, Bytes slot, Size slot_size, Bytes kek, Size kek_size,
                               Handle* handle) {
    return run([&]() -> Status {
        BYOK_TRY(stored, take_snapshot(snapshot));
        Arguments in;
        const auto slot_id = in.id<SlotId>(slot, slot_size);
        BYOK_CHECK(in.finish());
        BYOK_TRY(secret, kek_of(view(kek, kek_size)));
        BYOK_TRY(session, Session::unlock(std::move(stored), slot_id, std::move(secret)));
        return place(sessions, std::move(session), handle);
    });
}

StatusCode byok_session_free(Handle session) {
    return end(sessions, session);
}

StatusCode byok_session_view(Handle session, Out* out) {
    return with_session(session, [=](const Session& it) { return give_json(out, it); });
}

StatusCode byok_session_draft(Handle session, Bytes provider, Size provider_size, Bytes label,
                              Size label_size, Bytes key, Size key_size, Bytes app, Size app_size, double now,
                              Out* out) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const Provider& row = in.provider(as_text(provider, provider_size));
        const WallMs at = in.time(now);
        BYOK_CHECK(in.finish());
        BYOK_TRY(draft,
                 it.draft(row, view(key, key_size), as_text(label, label_size), at, as_text(app, app_size)));
        return give_json(out, draft);
    });
}

StatusCode byok_session_retarget(Handle session, Bytes draft, Size draft_size, Bytes provider,
                                 Size provider_size, Out* out) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<DraftId>(draft, draft_size);
        const Provider& row = in.provider(as_text(provider, provider_size));
        BYOK_CHECK(in.finish());
        BYOK_TRY(made, it.retarget(id, row));
        return give_json(out, made);
    });
}

StatusCode byok_session_discard(Handle session, Bytes draft, Size draft_size) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        it.discard(in.id<DraftId>(draft, draft_size));
        return in.finish();
    });
}

StatusCode byok_session_accept(Handle session, Bytes draft, Size draft_size, std::uint32_t verdict,
                               double now, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<DraftId>(draft, draft_size);
        const Verdict found = in.verdict(verdict);
        const WallMs at = in.time(now);
        BYOK_CHECK(in.finish());
        return give(change, it.accept(id, found, at));
    });
}

StatusCode byok_session_remove(Handle session, Bytes record, Size record_size, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<RecordId>(record, record_size);
        BYOK_CHECK(in.finish());
        return give(change, it.remove(id));
    });
}

StatusCode byok_session_set_label(Handle session, Bytes record, Size record_size, Bytes label,
                                  Size label_size, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<RecordId>(record, record_size);
        BYOK_CHECK(in.finish());
        return give(change, it.set_label(id, as_text(label, label_size)));
    });
}

StatusCode byok_session_set_verdict(Handle session, Bytes record, Size record_size, std::uint32_t verdict,
                                    double now, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<RecordId>(record, record_size);
        const Verdict found = in.verdict(verdict);
        const WallMs at = in.time(now);
        BYOK_CHECK(in.finish());
        return give(change, it.set_verdict(id, found, at));
    });
}

StatusCode byok_session_confirm_user(Handle session, Bytes user, Size user_size, Bytes name, Size name_size,
                                     Out* change) {
    return with_session(session, [=](Session& it) {
        return give(change, it.confirm_user(user_of(user, user_size, name, name_size)));
    });
}

StatusCode byok_session_grant_app(Handle session, Bytes origin, Size origin_size, double now, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const WallMs at = in.time(now);
        BYOK_CHECK(in.finish());
        return give(change, it.grant_app(as_text(origin, origin_size), at));
    });
}

StatusCode byok_session_revoke_app(Handle session, Bytes origin, Size origin_size, Out* change) {
    return with_session(
        session, [&](Session& it) { return give(change, it.revoke_app(as_text(origin, origin_size))); });
}

StatusCode byok_session_seal_for_app(Handle session, Bytes origin, Size origin_size, Bytes names,
                                     Size names_size, Bytes platform, Size platform_size, Bytes user,
                                     Size user_size, double now, double mono, double wall, Out* out) {
    return with_session(session, [=](Session& it) -> Status {
        std::vector<ByteView> ids;
        if (!read_bundle(view(names, names_size), kMaxSealedTogether, ids))
            return Status::bad_argument;
        Arguments in;
        std::vector<const Provider*> rows;
        for (const ByteView id : ids)
            rows.push_back(&in.provider(as_text(id)));
        const SealTarget target{in.public_key(platform, platform_size), std::string(as_text(user, user_size)),
                                Purpose::job, in.time(now)};
        const ClockReading clocks{{in.milliseconds(mono)}, in.time(wall)};
        BYOK_CHECK(in.finish());
        return give(out, it.seal_for_app(as_text(origin, origin_size), rows, target, clocks));
    });
}

StatusCode byok_session_repair(Handle session, Out* change) {
    return with_session(session, [=](Session& it) { return give(change, it.repair()); });
}

StatusCode byok_session_change_password(Handle session, Bytes slot, Size slot_size, Bytes current,
                                        Size current_size, Bytes next, Size next_size, Bytes next_params,
                                        Size next_params_size, Out* change) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto slot_id = in.id<SlotId>(slot, slot_size);
        BYOK_CHECK(in.finish());
        BYOK_TRY(current_kek, kek_of(view(current, current_size)));
        BYOK_TRY(next_kek, kek_of(view(next, next_size)));
        BYOK_TRY(params, decode_kdf_params(view(next_params, next_params_size)));
        return give(change, it.change_password(slot_id, current_kek, std::move(next_kek), params));
    });
}

StatusCode byok_session_seal(Handle session, Bytes record, Size record_size, std::uint32_t for_job,
                             Bytes platform, Size platform_size, Bytes user, Size user_size, double now,
                             Out* out) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<RecordId>(record, record_size);
        const SealTarget target{in.public_key(platform, platform_size), std::string(as_text(user, user_size)),
                                for_job == 0 ? Purpose::test : Purpose::job, in.time(now)};
        BYOK_CHECK(in.finish());
        return give(out, it.seal_for_platform(id, target));
    });
}

StatusCode byok_session_seal_draft(Handle session, Bytes draft, Size draft_size, Bytes platform,
                                   Size platform_size, Bytes user, Size user_size, double now, Out* out) {
    return with_session(session, [=](Session& it) -> Status {
        Arguments in;
        const auto id = in.id<DraftId>(draft, draft_size);
        const SealTarget target{in.public_key(platform, platform_size), std::string(as_text(user, user_size)),
                                Purpose::test, in.time(now)};
        BYOK_CHECK(in.finish());
        return give(out, it.seal_draft_for_platform(id, target));
    });
}

StatusCode byok_session_commit(Handle session) {
    return with_session(session, [](Session& it) { return it.commit(); });
}

StatusCode byok_session_rollback(Handle session) {
    return with_session(session, [](Session& it) { return it.rollback(); });
}

StatusCode byok_session_reload(Handle session, Handle snapshot) {
    return run([&]() -> Status {
        BYOK_TRY(stored, take_snapshot(snapshot));
        Session* const it = sessions.find(session);
        return it == nullptr ? Status::bad_handle : it->reload(std::move(stored));
    });
}

StatusCode byok_auto_lock_new(std::uint32_t idle_minutes, std::uint32_t when_hidden, double mono, double wall,
                              Handle* handle) {
    return run([=]() -> Status {
        const AutoLockChoice choice{idle_minutes, when_hidden != 0};
        return place(auto_locks, AutoLock(choice, reading(mono, wall)), handle);
    });
}

StatusCode byok_auto_lock_free(Handle lock) {
    return end(auto_locks, lock);
}

StatusCode byok_auto_lock_tell(Handle lock, std::uint32_t event, double mono, double wall, Out* out) {
    return run([=]() -> Status {
        AutoLock* const it = auto_locks.find(lock);
        if (it == nullptr)
            return Status::bad_handle;
        const ClockReading now = reading(mono, wall);
        LockReason reason = LockReason::none;
        if (event == kLook)
            reason = it->check(now);
        else if (event == kActivity)
            reason = it->on_activity(now);
        else if (event == kHidden)
            reason = it->on_hidden(now);
        else
            return Status::bad_argument;
        return give_json(out, reason, it->remaining_ms(now));
    });
}

StatusCode byok_auto_lock_choose(Handle lock, std::uint32_t idle_minutes, std::uint32_t when_hidden,
                                 double mono, double wall, Out* out) {
    return run([=]() -> Status {
        AutoLock* const it = auto_locks.find(lock);
        if (it == nullptr)
            return Status::bad_handle;
        const AutoLockChoice choice{idle_minutes, when_hidden != 0};
        if (!is_allowed(choice))
            return Status::bad_argument;
        const ClockReading now = reading(mono, wall);
        const LockReason reason = it->choose(choice, now);
        return give_json(out, reason, it->remaining_ms(now));
    });
}
