/// vault.wasm: the session, the records and the auto-lock. It never sees a password but to say how good one
/// is.
#pragma once

#include "abi.h"

// clang-format off: one line a function reads best
// ---- Passwords and keys being entered

/// @param filter web/assets/common-passwords.bin, or nothing. JSON out: {score, codePoints, guessesLog2,
/// refusal: name | null}.
BYOK_EXPORT(byok_check_password)
byok::abi::StatusCode byok_check_password(byok::abi::Bytes password, byok::abi::Size password_size,
                                          byok::abi::Bytes filter, byok::abi::Size filter_size,
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
// clang-format on
