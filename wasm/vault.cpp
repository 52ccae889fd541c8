#include "vault.h"

#include "byok/attempts.h"
#include "byok/common_passwords.h"
#include "byok/header.h"
#include "byok/kdf.h"
#include "byok/key_shape.h"
#include "byok/key_text.h"
#include "byok/manifest.h"
#include "calls.h"
#include "handles.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace byok::abi {
namespace {

Handles<Session, 1> sessions;
Handles<AutoLock, 2> auto_locks;

// ---- In

template <typename IdType>
Result<IdType> id_of(ByteView bytes) noexcept {
    if (bytes.size() != kIdBytes)
        return Status::bad_argument;
    IdType id;
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

Verdict verdict_field(JsonFields& fields) noexcept {
    const auto verdict = verdict_from_name(fields.text("verdict", {1, 32}));
    if (!verdict)
        fields.refuse();
    return verdict.value_or(Verdict::unknown);
}

ConfirmedUser user_fields(JsonFields& fields) {
    return {std::string(fields.text("id", {1, kMaxUserIdBytes})),
            std::string(fields.text("name", {0, kMaxUserNameBytes}))};
}

Result<std::vector<const Provider*>> providers_of(const Json& ids) {
    std::vector<const Provider*> providers;
    for (const Json& id : ids) {
        const auto* const name = id.as_text();
        if (name == nullptr)
            return Status::json_refused;
        BYOK_TRY(provider, provider_named(*name));
        providers.push_back(provider);
    }
    return providers;
}

Result<PublicKey> public_key_of(ByteView bytes) noexcept {
    PublicKey key;
    if (bytes.size() != key.size())
        return Status::platform_key_refused;
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
}

std::uint64_t to_ms(double value) noexcept {
    return value >= 0 && value <= static_cast<double>(kMaxMs) ? static_cast<std::uint64_t>(value) : 0;
}

ClockReading reading(double mono, double wall) noexcept {
    return {MonoMs{to_ms(mono)}, WallMs{to_ms(wall)}};
}

Result<Kek> kek_of(ByteView bytes) noexcept {
    BYOK_TRY(secret, SecretBytes::copy_of(bytes));
    return Kek(std::move(secret));
}

std::vector<std::uint8_t> copy_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// As many records as the bytes can hold: rows that were put into the store behind our back, however many,
/// must not keep the vault from opening and naming them.
Result<Snapshot> snapshot_of(ByteView bundle) {
    std::vector<ByteView> items;
    if (!read_bundle(bundle, bundle.size() / sizeof(std::uint32_t), items) || items.size() < 2 ||
        items.size() % 2 != 0)
        return Status::bad_argument;
    Snapshot snapshot{copy_of(items[0]), copy_of(items[1]), {}};
    for (std::size_t i = 2; i < items.size(); i += 2) {
        BYOK_TRY(id, id_of<RecordId>(items[i]));
        snapshot.records.push_back({id, copy_of(items[i + 1])});
    }
    return snapshot;
}

// ---- Out

/// @param items what stands before the change in the same bundle.
Status give(Out* out, const Change& change, std::vector<ByteView> items = {}) {
    Json put = Json::array();
    Json remove = Json::array();
    const std::vector<std::uint8_t> no_header;
    const std::size_t about_at = items.size();
    items.insert(items.end(), {{}, change.header ? *change.header : no_header, change.manifest});
    for (const Record& record : change.put) {
        put.push_back(hex_json(record.id.bytes));
        items.emplace_back(record.bytes);
    }
    for (const RecordId& id : change.remove)
        remove.push_back(hex_json(id.bytes));
    const std::string about = to_json_text(Json{{"expectedRevision", change.expected_revision},
                                                {"revision", change.revision},
                                                {"header", change.header.has_value()},
                                                {"put", std::move(put)},
                                                {"remove", std::move(remove)}});
    items[about_at] = ByteView(reinterpret_cast<const std::uint8_t*>(about.data()), about.size());
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

Status give(Out* out, const LockReason reason, std::uint64_t remaining_ms) {
    return give(out, Json{{"reason", reason == LockReason::none ? Json(nullptr)
                                                                : text_json(name_in(kLockReasons, reason))},
                          {"remainingMs", remaining_ms}});
}

// ---- Around each call

/// With the session of a handle and its JSON argument.
template <typename Call>
StatusCode with_session(Handle handle, ByteView json, const Call& call) {
    return run([&]() -> Status {
        Session* const session = sessions.find(handle);
        if (session == nullptr)
            return Status::bad_handle;
        BYOK_TRY(document, parse_json(json));
        JsonFields fields(document);
        return call(*session, fields);
    });
}

template <typename Call>
StatusCode with_session(Handle handle, const Call& call) {
    return run([&]() -> Status {
        Session* const session = sessions.find(handle);
        return session == nullptr ? Status::bad_handle : call(*session);
    });
}

template <typename Call>
StatusCode with_auto_lock(Handle handle, const Call& call) {
    return run([&]() -> Status {
        AutoLock* const lock = auto_locks.find(handle);
        return lock == nullptr ? Status::bad_handle : call(*lock);
    });
}

} // namespace
} // namespace byok::abi

using namespace byok;
using namespace byok::abi;

StatusCode byok_check_password(Bytes password, Size password_size, Bytes filter, Size filter_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(common, CommonPasswords::load(view(filter, filter_size)));
        return give(out, strength_json(estimate_strength(view(password, password_size), common)));
    });
}

StatusCode byok_attempts(Bytes json, Size json_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(document, parse_json(view(json, json_size)));
        JsonFields fields(document);
        const Attempts attempts{static_cast<std::uint32_t>(fields.number("failed", {0, UINT32_MAX})),
                                time_field(fields, "last")};
        const WallMs now = time_field(fields, "now");
        BYOK_CHECK(fields.finish());
        const Attempts next = after_attempt(attempts, now);
        return give(out, Json{{"waitMs", wait_ms(attempts, now)},
                              {"next", Json{{"failed", next.failed}, {"last", next.last.ms}}}});
    });
}

StatusCode byok_inspect_key(Bytes key, Size key_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(clean, clean_key(view(key, key_size)));
        const ShapeHint shape = read_shape(std::as_const(clean.key).expose());
        return give(out, Json{{"looksLike", or_null(shape.looks_like)},
                              {"notForInference", shape.not_for_inference},
                              {"edgesCleaned", clean.edges_cleaned}});
    });
}

StatusCode byok_read_header(Bytes header, Size header_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(decoded, decode_header(view(header, header_size)));
        return give(out, header_json(decoded));
    });
}

StatusCode byok_read_manifest(Bytes manifest, Size manifest_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(facts, manifest_facts(view(manifest, manifest_size)));
        return give(out, Json{{"vaultId", hex_json(facts.vault.bytes)}, {"revision", facts.revision}});
    });
}

StatusCode byok_session_create(Bytes params, Size params_size, Bytes kek, Size kek_size, Bytes user,
                               Size user_size, Handle* handle, Out* change) {
    return run([&]() -> Status {
        BYOK_TRY(kdf, decode_kdf_params(view(params, params_size)));
        BYOK_TRY(secret, kek_of(view(kek, kek_size)));
        BYOK_TRY(document, parse_json(view(user, user_size)));
        std::optional<ConfirmedUser> confirmed;
        JsonFields fields(document);
        if (!document.empty())
            confirmed = user_fields(fields);
        BYOK_CHECK(fields.finish());
        BYOK_TRY(created, Session::create(std::move(secret), kdf, std::move(confirmed)));
        BYOK_CHECK(place(sessions, std::move(created.session), handle));
        const Status given = give(change, created.change);
        if (given != Status::ok)
            sessions.remove(*handle);
        return given;
    });
}

StatusCode byok_session_unlock(Bytes snapshot, Size snapshot_size, Bytes slot, Size slot_size, Bytes kek,
                               Size kek_size, Handle* handle) {
    return run([&]() -> Status {
        BYOK_TRY(stored, snapshot_of(view(snapshot, snapshot_size)));
        BYOK_TRY(slot_id, id_of<SlotId>(view(slot, slot_size)));
        BYOK_TRY(secret, kek_of(view(kek, kek_size)));
        BYOK_TRY(session, Session::unlock(std::move(stored), slot_id, std::move(secret)));
        return place(sessions, std::move(session), handle);
    });
}

StatusCode byok_session_free(Handle session) {
    return end(sessions, session);
}

StatusCode byok_session_view(Handle session, Out* out) {
    return with_session(session, [&](const Session& it) { return give(out, view_json(it)); });
}

StatusCode byok_session_draft(Handle session, Bytes json, Size json_size, Bytes label, Size label_size,
                              Bytes key, Size key_size, Out* out) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const std::string_view provider_id = fields.text("provider", {1, 64});
        const WallMs now = time_field(fields, "now");
        const std::string_view app = fields.text("app", {0, kMaxOriginBytes});
        BYOK_CHECK(fields.finish());
        BYOK_TRY(provider, provider_named(provider_id));
        BYOK_TRY(draft, it.draft(*provider, view(key, key_size), as_text(label, label_size), now, app));
        return give(out, draft_json(draft));
    });
}

StatusCode byok_session_retarget(Handle session, Bytes json, Size json_size, Out* out) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<DraftId>(fields, "draft");
        const std::string_view provider_id = fields.text("provider", {1, 64});
        BYOK_CHECK(fields.finish());
        BYOK_TRY(provider, provider_named(provider_id));
        BYOK_TRY(draft, it.retarget(id, *provider));
        return give(out, draft_json(draft));
    });
}

StatusCode byok_session_discard(Handle session, Bytes json, Size json_size) {
    return with_session(session, view(json, json_size), [](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<DraftId>(fields, "draft");
        BYOK_CHECK(fields.finish());
        it.discard(id);
        return Status::ok;
    });
}

StatusCode byok_session_accept(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<DraftId>(fields, "draft");
        const Verdict verdict = verdict_field(fields);
        const WallMs now = time_field(fields, "now");
        BYOK_CHECK(fields.finish());
        return give(change, it.accept(id, verdict, now));
    });
}

StatusCode byok_session_remove(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<RecordId>(fields, "record");
        BYOK_CHECK(fields.finish());
        return give(change, it.remove(id));
    });
}

StatusCode byok_session_set_label(Handle session, Bytes json, Size json_size, Bytes label, Size label_size,
                                  Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<RecordId>(fields, "record");
        BYOK_CHECK(fields.finish());
        return give(change, it.set_label(id, as_text(label, label_size)));
    });
}

StatusCode byok_session_set_verdict(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<RecordId>(fields, "record");
        const Verdict verdict = verdict_field(fields);
        const WallMs now = time_field(fields, "now");
        BYOK_CHECK(fields.finish());
        return give(change, it.set_verdict(id, verdict, now));
    });
}

StatusCode byok_session_confirm_user(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        ConfirmedUser user = user_fields(fields);
        BYOK_CHECK(fields.finish());
        return give(change, it.confirm_user(std::move(user)));
    });
}

StatusCode byok_session_grant_app(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const std::string_view origin = fields.text("origin", {1, kMaxOriginBytes});
        const WallMs now = time_field(fields, "now");
        BYOK_CHECK(fields.finish());
        return give(change, it.grant_app(origin, now));
    });
}

StatusCode byok_session_revoke_app(Handle session, Bytes json, Size json_size, Out* change) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const std::string_view origin = fields.text("origin", {1, kMaxOriginBytes});
        BYOK_CHECK(fields.finish());
        return give(change, it.revoke_app(origin));
    });
}

StatusCode byok_session_seal_for_app(Handle session, Bytes json, Size json_size, Bytes platform,
                                     Size platform_size, Out* out) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const std::string_view origin = fields.text("origin", {1, kMaxOriginBytes});
        const Json& ids = fields.array("providers", kMaxSealedTogether);
        SealTarget target{.platform = {},
                          .user = std::string(fields.text("user", {1, kMaxUserIdBytes})),
                          .purpose = Purpose::job,
                          .server_now = time_field(fields, "now")};
        const ClockReading now{MonoMs{fields.number("mono", {0, kMaxMs})}, time_field(fields, "wall")};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(providers, providers_of(ids));
        BYOK_TRY(key, public_key_of(view(platform, platform_size)));
        target.platform = key;
        return give(out, it.seal_for_app(origin, providers, target, now));
    });
}

StatusCode byok_session_repair(Handle session, Out* change) {
    return with_session(session, [&](Session& it) { return give(change, it.repair()); });
}

StatusCode byok_session_change_password(Handle session, Bytes slot, Size slot_size, Bytes keks,
                                        Size keks_size, Bytes next_params, Size next_params_size,
                                        Out* change) {
    return with_session(session, [&](Session& it) -> Status {
        std::vector<ByteView> items;
        if (!read_bundle(view(keks, keks_size), 2, items) || items.size() != 2)
            return Status::bad_argument;
        BYOK_TRY(slot_id, id_of<SlotId>(view(slot, slot_size)));
        BYOK_TRY(current, kek_of(items[0]));
        BYOK_TRY(next, kek_of(items[1]));
        BYOK_TRY(params, decode_kdf_params(view(next_params, next_params_size)));
        return give(change, it.change_password(slot_id, current, std::move(next), params));
    });
}

StatusCode byok_session_seal(Handle session, Bytes json, Size json_size, Bytes platform, Size platform_size,
                             Out* out) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<RecordId>(fields, "record");
        SealTarget target{.platform = {},
                          .user = std::string(fields.text("user", {1, kMaxUserIdBytes})),
                          .purpose = purpose_field(fields),
                          .server_now = time_field(fields, "now")};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(key, public_key_of(view(platform, platform_size)));
        target.platform = key;
        return give(out, it.seal_for_platform(id, target));
    });
}

StatusCode byok_session_seal_draft(Handle session, Bytes json, Size json_size, Bytes platform,
                                   Size platform_size, Out* out) {
    return with_session(session, view(json, json_size), [&](Session& it, JsonFields& fields) -> Status {
        const auto id = id_field<DraftId>(fields, "draft");
        SealTarget target{.platform = {},
                          .user = std::string(fields.text("user", {1, kMaxUserIdBytes})),
                          .purpose = Purpose::test,
                          .server_now = time_field(fields, "now")};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(key, public_key_of(view(platform, platform_size)));
        target.platform = key;
        return give(out, it.seal_draft_for_platform(id, target));
    });
}

StatusCode byok_session_commit(Handle session) {
    return with_session(session, [](Session& it) { return it.commit(); });
}

StatusCode byok_session_rollback(Handle session) {
    return with_session(session, [](Session& it) { return it.rollback(); });
}

StatusCode byok_session_reload(Handle session, Bytes snapshot, Size snapshot_size) {
    return with_session(session, [&](Session& it) -> Status {
        BYOK_TRY(stored, snapshot_of(view(snapshot, snapshot_size)));
        return it.reload(std::move(stored));
    });
}

StatusCode byok_auto_lock_new(std::uint32_t idle_minutes, std::uint32_t when_hidden, double mono, double wall,
                              Handle* handle) {
    return run([&]() -> Status {
        const AutoLockChoice choice{idle_minutes, when_hidden != 0};
        return place(auto_locks, AutoLock(choice, reading(mono, wall)), handle);
    });
}

StatusCode byok_auto_lock_free(Handle lock) {
    return end(auto_locks, lock);
}

StatusCode byok_auto_lock_check(Handle lock, double mono, double wall, Out* out) {
    return with_auto_lock(lock, [&](AutoLock& it) {
        const ClockReading now = reading(mono, wall);
        const LockReason reason = it.check(now);
        return give(out, reason, it.remaining_ms(now));
    });
}

StatusCode byok_auto_lock_activity(Handle lock, double mono, double wall, Out* out) {
    return with_auto_lock(lock, [&](AutoLock& it) {
        const ClockReading now = reading(mono, wall);
        const LockReason reason = it.on_activity(now);
        return give(out, reason, it.remaining_ms(now));
    });
}

StatusCode byok_auto_lock_hidden(Handle lock, double mono, double wall, Out* out) {
    return with_auto_lock(lock, [&](AutoLock& it) {
        const ClockReading now = reading(mono, wall);
        const LockReason reason = it.on_hidden(now);
        return give(out, reason, it.remaining_ms(now));
    });
}

StatusCode byok_auto_lock_page_hide(Handle lock, Out* out) {
    return with_auto_lock(lock, [&](AutoLock& it) { return give(out, it.on_page_hide(), 0); });
}

StatusCode byok_auto_lock_choose(Handle lock, std::uint32_t idle_minutes, std::uint32_t when_hidden,
                                 double mono, double wall, Out* out) {
    return with_auto_lock(lock, [&](AutoLock& it) -> Status {
        const AutoLockChoice choice{idle_minutes, when_hidden != 0};
        if (!is_allowed(choice))
            return Status::bad_argument;
        const ClockReading now = reading(mono, wall);
        const LockReason reason = it.choose(choice, now);
        return give(out, reason, it.remaining_ms(now));
    });
}
