/// The C ABI of the core: what JavaScript sees. No logic: each function unpacks its arguments, makes one call
/// and packs the result.
///
/// - Bytes go in as pointer and length, in memory from byok_alloc that the caller gives back by byok_free.
/// - Every function that can fail returns a Status (include/byok/status.h); 0 = ok.
/// - A result comes through `out`, two u32 {pointer, length}, written only where the status is ok. Its memory
/// is the
///   caller's to give back by byok_free.
/// - Facts that are no secret travel as strict JSON; ids in it are 32 hex characters, times are milliseconds.
/// - Several byte strings travel as one bundle: u32 count, then for each u32 length | bytes (little-endian).
/// - Objects are named by handles: a kind, a generation and a place. A freed, invented or foreign handle is
/// bad_handle.
/// - Memory is zero when it is given back, and so is the stack below the call.
#pragma once

#include <cstddef>
#include <cstdint>

#define BYOK_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace byok::abi {

using Bytes = const std::uint8_t*;
using Size = std::uint32_t;
using Handle = std::uint32_t;
using StatusCode = std::int32_t;

/// A result: memory from byok_alloc.
struct Out {
    std::uint8_t* data;
    Size size;
};

} // namespace byok::abi

// clang-format off: one line a function reads best
/// Once, before anything else.
BYOK_EXPORT(byok_init) byok::abi::StatusCode byok_init();
/// @return null where there is no memory left.
BYOK_EXPORT(byok_alloc) std::uint8_t* byok_alloc(byok::abi::Size size);
/// Wipes, then frees. Null is fine.
BYOK_EXPORT(byok_free) void byok_free(std::uint8_t* memory);

/// The closed lists that TypeScript mirrors, as JSON: {statuses: {name: number}, verdicts: [{name, decision,
/// aboutTheKey, suggestsDeletion}], recordStates: [name], lockReasons: [name], providers: [Provider]}.
BYOK_EXPORT(byok_tables) byok::abi::StatusCode byok_tables(byok::abi::Out* out);

// ---- Passwords and keys being entered

/// @param filter web/assets/common-passwords.bin, or nothing. JSON out: {score, codePoints, guessesLog2,
/// refusal: name | null}.
BYOK_EXPORT(byok_check_password)
byok::abi::StatusCode byok_check_password(byok::abi::Bytes password, byok::abi::Size password_size,
                                          byok::abi::Bytes filter, byok::abi::Size filter_size,
                                          byok::abi::Out* out);
/// Encoded parameters (25 bytes) with a fresh salt.
BYOK_EXPORT(byok_default_kdf) byok::abi::StatusCode byok_default_kdf(byok::abi::Out* out);
/// @param default_ms what deriving with the default ones took here.
BYOK_EXPORT(byok_calibrated_kdf)
byok::abi::StatusCode byok_calibrated_kdf(std::uint32_t default_ms, byok::abi::Out* out);
/// The key-encryption key, 32 bytes.
BYOK_EXPORT(byok_derive_kek)
byok::abi::StatusCode byok_derive_kek(byok::abi::Bytes params, byok::abi::Size params_size,
                                      byok::abi::Bytes password, byok::abi::Size password_size,
                                      byok::abi::Out* out);
/// JSON in: {failed, last, now}. JSON out: {waitMs, next: {failed, last}}.
BYOK_EXPORT(byok_attempts)
byok::abi::StatusCode byok_attempts(byok::abi::Bytes json, byok::abi::Size json_size, byok::abi::Out* out);
/// What a pasted key looks like once cleaned. JSON out: {looksLike: id | null, notForInference,
/// edgesCleaned}.
BYOK_EXPORT(byok_inspect_key)
byok::abi::StatusCode byok_inspect_key(byok::abi::Bytes key, byok::abi::Size key_size, byok::abi::Out* out);

// ---- What is stored, without a key

/// JSON out: {vaultId, slots: [{id, kind, kdf: hex of the encoded parameters, weak}]}.
BYOK_EXPORT(byok_read_header)
byok::abi::StatusCode byok_read_header(byok::abi::Bytes header, byok::abi::Size header_size,
                                       byok::abi::Out* out);
/// JSON out: {vaultId, revision}.
BYOK_EXPORT(byok_read_manifest)
byok::abi::StatusCode byok_read_manifest(byok::abi::Bytes manifest, byok::abi::Size manifest_size,
                                         byok::abi::Out* out);

// ---- The session. A snapshot is the bundle [header, manifest, then id (16 bytes) and bytes of each record
// in turn]. A change is the bundle [JSON {expectedRevision, revision, header: is there one, put: [id],
// remove: [id]}, header or empty, manifest, bytes of each put record]; or empty where nothing is to be
// written.

/// @param user JSON: {} or {id, name}. @param handle where the session's handle is written.
BYOK_EXPORT(byok_session_create)
byok::abi::StatusCode byok_session_create(byok::abi::Bytes params, byok::abi::Size params_size,
                                          byok::abi::Bytes kek, byok::abi::Size kek_size,
                                          byok::abi::Bytes user, byok::abi::Size user_size,
                                          byok::abi::Handle* handle, byok::abi::Out* change);
/// @param slot 16 bytes: the slot the KEK was derived for.
BYOK_EXPORT(byok_session_unlock)
byok::abi::StatusCode byok_session_unlock(byok::abi::Bytes snapshot, byok::abi::Size snapshot_size,
                                          byok::abi::Bytes slot, byok::abi::Size slot_size,
                                          byok::abi::Bytes kek, byok::abi::Size kek_size,
                                          byok::abi::Handle* handle);
/// Locks: wipes the vault key and all drafts.
BYOK_EXPORT(byok_session_free) byok::abi::StatusCode byok_session_free(byok::abi::Handle session);
/// JSON out: {revision, integrity: name, user: {id, name} | null, records: [{id, state, meta | null}],
/// apps: [{origin, granted, lastUsed, uses}]}.
BYOK_EXPORT(byok_session_view)
byok::abi::StatusCode byok_session_view(byok::abi::Handle session, byok::abi::Out* out);
/// JSON in: {provider, now}. JSON out: {draft, edgesCleaned, alreadyThere, looksLike, notForInference}.
BYOK_EXPORT(byok_session_draft)
byok::abi::StatusCode byok_session_draft(byok::abi::Handle session, byok::abi::Bytes json,
                                         byok::abi::Size json_size, byok::abi::Bytes label,
                                         byok::abi::Size label_size, byok::abi::Bytes key,
                                         byok::abi::Size key_size, byok::abi::Out* out);
/// JSON in: {draft, provider}. JSON out as of byok_session_draft.
BYOK_EXPORT(byok_session_retarget)
byok::abi::StatusCode byok_session_retarget(byok::abi::Handle session, byok::abi::Bytes json,
                                            byok::abi::Size json_size, byok::abi::Out* out);
/// JSON in: {draft}.
BYOK_EXPORT(byok_session_discard)
byok::abi::StatusCode byok_session_discard(byok::abi::Handle session, byok::abi::Bytes json,
                                           byok::abi::Size json_size);
/// JSON in: {draft, verdict, now, app: the origin of the app that is allowed with it, or empty}.
BYOK_EXPORT(byok_session_accept)
byok::abi::StatusCode byok_session_accept(byok::abi::Handle session, byok::abi::Bytes json,
                                          byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {record}.
BYOK_EXPORT(byok_session_remove)
byok::abi::StatusCode byok_session_remove(byok::abi::Handle session, byok::abi::Bytes json,
                                          byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {record}.
BYOK_EXPORT(byok_session_set_label)
byok::abi::StatusCode byok_session_set_label(byok::abi::Handle session, byok::abi::Bytes json,
                                             byok::abi::Size json_size, byok::abi::Bytes label,
                                             byok::abi::Size label_size, byok::abi::Out* change);
/// JSON in: {record, verdict, now}. The change may be empty (E30).
BYOK_EXPORT(byok_session_set_verdict)
byok::abi::StatusCode byok_session_set_verdict(byok::abi::Handle session, byok::abi::Bytes json,
                                               byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {id, name}.
BYOK_EXPORT(byok_session_confirm_user)
byok::abi::StatusCode byok_session_confirm_user(byok::abi::Handle session, byok::abi::Bytes json,
                                                byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {origin, now}. The change may be empty.
BYOK_EXPORT(byok_session_grant_app)
byok::abi::StatusCode byok_session_grant_app(byok::abi::Handle session, byok::abi::Bytes json,
                                             byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {origin}. The change may be empty.
BYOK_EXPORT(byok_session_revoke_app)
byok::abi::StatusCode byok_session_revoke_app(byok::abi::Handle session, byok::abi::Bytes json,
                                              byok::abi::Size json_size, byok::abi::Out* change);
/// JSON in: {origin, providers: [id], user, now, mono, wall}: `now` by the platform's clock, the others by
/// the device's. Bundle out: seal id and sealed key of each provider in turn, then the items of the change.
BYOK_EXPORT(byok_session_seal_for_app)
byok::abi::StatusCode byok_session_seal_for_app(byok::abi::Handle session, byok::abi::Bytes json,
                                                byok::abi::Size json_size, byok::abi::Bytes platform,
                                                byok::abi::Size platform_size, byok::abi::Out* out);
BYOK_EXPORT(byok_session_repair)
byok::abi::StatusCode byok_session_repair(byok::abi::Handle session, byok::abi::Out* change);
/// @param keks bundle [KEK of the password asked again, KEK of the next one].
BYOK_EXPORT(byok_session_change_password)
byok::abi::StatusCode byok_session_change_password(byok::abi::Handle session, byok::abi::Bytes slot,
                                                   byok::abi::Size slot_size, byok::abi::Bytes keks,
                                                   byok::abi::Size keks_size, byok::abi::Bytes next_params,
                                                   byok::abi::Size next_params_size, byok::abi::Out* change);
/// JSON in: {record, user, purpose, now}. Bundle out: [seal id, sealed key].
BYOK_EXPORT(byok_session_seal)
byok::abi::StatusCode byok_session_seal(byok::abi::Handle session, byok::abi::Bytes json,
                                        byok::abi::Size json_size, byok::abi::Bytes platform,
                                        byok::abi::Size platform_size, byok::abi::Out* out);
/// JSON in: {draft, user, now}. Bundle out: [seal id, sealed key].
BYOK_EXPORT(byok_session_seal_draft)
byok::abi::StatusCode byok_session_seal_draft(byok::abi::Handle session, byok::abi::Bytes json,
                                              byok::abi::Size json_size, byok::abi::Bytes platform,
                                              byok::abi::Size platform_size, byok::abi::Out* out);
BYOK_EXPORT(byok_session_commit) byok::abi::StatusCode byok_session_commit(byok::abi::Handle session);
BYOK_EXPORT(byok_session_rollback) byok::abi::StatusCode byok_session_rollback(byok::abi::Handle session);
BYOK_EXPORT(byok_session_reload)
byok::abi::StatusCode byok_session_reload(byok::abi::Handle session, byok::abi::Bytes snapshot,
                                          byok::abi::Size snapshot_size);

// ---- Auto-lock. Both clocks in milliseconds, as JavaScript has them. JSON out: {reason: name | null,
// remainingMs}.

BYOK_EXPORT(byok_auto_lock_new)
byok::abi::StatusCode byok_auto_lock_new(std::uint32_t idle_minutes, std::uint32_t when_hidden, double mono,
                                         double wall, byok::abi::Handle* handle);
BYOK_EXPORT(byok_auto_lock_free) byok::abi::StatusCode byok_auto_lock_free(byok::abi::Handle lock);
BYOK_EXPORT(byok_auto_lock_check)
byok::abi::StatusCode byok_auto_lock_check(byok::abi::Handle lock, double mono, double wall,
                                           byok::abi::Out* out);
BYOK_EXPORT(byok_auto_lock_activity)
byok::abi::StatusCode byok_auto_lock_activity(byok::abi::Handle lock, double mono, double wall,
                                              byok::abi::Out* out);
BYOK_EXPORT(byok_auto_lock_hidden)
byok::abi::StatusCode byok_auto_lock_hidden(byok::abi::Handle lock, double mono, double wall,
                                            byok::abi::Out* out);
BYOK_EXPORT(byok_auto_lock_page_hide)
byok::abi::StatusCode byok_auto_lock_page_hide(byok::abi::Handle lock, byok::abi::Out* out);
/// @return bad_argument for a choice that is not offered.
BYOK_EXPORT(byok_auto_lock_choose)
byok::abi::StatusCode byok_auto_lock_choose(byok::abi::Handle lock, std::uint32_t idle_minutes,
                                            std::uint32_t when_hidden, double mono, double wall,
                                            byok::abi::Out* out);

// ---- The platform's side

/// @param secrets bundle of PLATFORM_TOKEN_SECRETs, 64 hex characters each: the first seals, all open.
BYOK_EXPORT(byok_platform_new)
byok::abi::StatusCode byok_platform_new(byok::abi::Bytes secrets, byok::abi::Size secrets_size,
                                        byok::abi::Handle* handle);
BYOK_EXPORT(byok_platform_free) byok::abi::StatusCode byok_platform_free(byok::abi::Handle platform);
/// Bundle out: [public key, key id].
BYOK_EXPORT(byok_platform_public_key)
byok::abi::StatusCode byok_platform_public_key(byok::abi::Handle platform, byok::abi::Out* out);
/// JSON in: {user, provider, purpose, now}. Bundle out: [seal id, key].
BYOK_EXPORT(byok_platform_open)
byok::abi::StatusCode byok_platform_open(byok::abi::Handle platform, byok::abi::Bytes sealed,
                                         byok::abi::Size sealed_size, byok::abi::Bytes json,
                                         byok::abi::Size json_size, byok::abi::Out* out);
/// Seals a key that was sealed for a job anew, for the cache. JSON in: {user, provider, now, cleared}: the
/// last, when the user last had the cache cleared, may be left out. Bundle out: [JSON {sealId, expires,
/// keyTag: 64 hex characters}, cached key].
BYOK_EXPORT(byok_platform_cache)
byok::abi::StatusCode byok_platform_cache(byok::abi::Handle platform, byok::abi::Bytes sealed,
                                          byok::abi::Size sealed_size, byok::abi::Bytes json,
                                          byok::abi::Size json_size, byok::abi::Out* out);
/// JSON in as of byok_platform_cache. Bundle out: [JSON {sealId, issued, expires}, key].
BYOK_EXPORT(byok_platform_open_cached)
byok::abi::StatusCode byok_platform_open_cached(byok::abi::Handle platform, byok::abi::Bytes cached,
                                                byok::abi::Size cached_size, byok::abi::Bytes json,
                                                byok::abi::Size json_size, byok::abi::Out* out);
/// Bundle out: for each secret in turn, the 32 bytes that stand for the user in the cache's names. What is
/// written goes under the first; what is read or removed is looked for under all.
BYOK_EXPORT(byok_platform_user_tags)
byok::abi::StatusCode byok_platform_user_tags(byok::abi::Handle platform, byok::abi::Bytes user,
                                              byok::abi::Size user_size, byok::abi::Out* out);
/// Whose key serves a job, and what to do next: JSON in and out as include/byok/route_json.h lays down.
BYOK_EXPORT(byok_route)
byok::abi::StatusCode byok_route(byok::abi::Bytes json, byok::abi::Size json_size, byok::abi::Out* out);
/// A keyed hash that names `message` within `purpose` and tells nothing about it: 32 bytes out.
BYOK_EXPORT(byok_platform_tag)
byok::abi::StatusCode byok_platform_tag(byok::abi::Handle platform, byok::abi::Bytes purpose,
                                        byok::abi::Size purpose_size, byok::abi::Bytes message,
                                        byok::abi::Size message_size, byok::abi::Out* out);
/// @param provider its id. JSON out: {method, url, headers: [{name, value, carriesKey}]}.
BYOK_EXPORT(byok_test_request)
byok::abi::StatusCode byok_test_request(byok::abi::Bytes provider, byok::abi::Size provider_size,
                                        byok::abi::Out* out);
/// JSON in: {provider, status, truncated}. JSON out: the verdict's name. @param key the key that was tested.
BYOK_EXPORT(byok_read_answer)
byok::abi::StatusCode byok_read_answer(byok::abi::Bytes json, byok::abi::Size json_size,
                                       byok::abi::Bytes body, byok::abi::Size body_size, byok::abi::Bytes key,
                                       byok::abi::Size key_size, byok::abi::Out* out);
/// @param known bundle of secrets. Text out.
BYOK_EXPORT(byok_redact)
byok::abi::StatusCode byok_redact(byok::abi::Bytes text, byok::abi::Size text_size, byok::abi::Bytes known,
                                  byok::abi::Size known_size, byok::abi::Out* out);
// clang-format on
