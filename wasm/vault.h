/// vault.wasm: the session, the records and the auto-lock. It never sees a password.
///
/// Everything goes in as bytes and numbers, and nothing as JSON, which would have to be read: ids are 16
/// bytes, texts UTF-8, times milliseconds, verdicts their number (byok/verdict.h). What comes out as JSON
/// names a record's state, a verdict, a status and a reason by number, too.
#pragma once

#include "abi.h"

// clang-format off: one line a function reads best
// ---- Closed lists

/// JSON out: [{featured, id, keyHint, keysPage, name}].
BYOK_EXPORT(byok_providers) byok::abi::StatusCode byok_providers(byok::abi::Out* out);
/// What a verdict does to a key that is about to be stored. One byte out: the number of the decision.
BYOK_EXPORT(byok_store_decision)
byok::abi::StatusCode byok_store_decision(std::uint32_t verdict, byok::abi::Out* out);

// ---- Attempts and keys being entered

/// JSON out: {waitMs, next: {failed, last}}.
BYOK_EXPORT(byok_attempts)
byok::abi::StatusCode byok_attempts(std::uint32_t failed, double last, double now, byok::abi::Out* out);
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

// ---- What is stored, put together piece by piece: a bundle of all records would be there beside all
// records, and linear memory never shrinks.

/// @param handle where the snapshot's handle is written. It is for one unlock or reload, which takes it
/// whatever comes of that.
BYOK_EXPORT(byok_snapshot_new)
byok::abi::StatusCode byok_snapshot_new(byok::abi::Bytes header, byok::abi::Size header_size,
                                        byok::abi::Bytes manifest, byok::abi::Size manifest_size,
                                        byok::abi::Handle* handle);
/// @param records the bundle [id, bytes, ...] of some of them. What stood before one that is refused is
/// added.
BYOK_EXPORT(byok_snapshot_add)
byok::abi::StatusCode byok_snapshot_add(byok::abi::Handle snapshot, byok::abi::Bytes records,
                                        byok::abi::Size records_size);
BYOK_EXPORT(byok_snapshot_free) byok::abi::StatusCode byok_snapshot_free(byok::abi::Handle snapshot);

// ---- The session. A change is the bundle [u64 expected revision and u64 revision, header or empty,
// manifest, the ids that are removed one after the other, then id and bytes of each record that is put]; or
// empty where nothing is to be written.

/// @param user empty = nobody yet. @param handle where the session's handle is written.
BYOK_EXPORT(byok_session_create)
byok::abi::StatusCode byok_session_create(byok::abi::Bytes params, byok::abi::Size params_size,
                                          byok::abi::Bytes kek, byok::abi::Size kek_size,
                                          byok::abi::Bytes user, byok::abi::Size user_size,
                                          byok::abi::Bytes name, byok::abi::Size name_size,
                                          byok::abi::Handle* handle, byok::abi::Out* change);
/// @param slot the slot the KEK was derived for.
BYOK_EXPORT(byok_session_unlock)
byok::abi::StatusCode byok_session_unlock(byok::abi::Handle snapshot, byok::abi::Bytes slot,
                                          byok::abi::Size slot_size, byok::abi::Bytes kek,
                                          byok::abi::Size kek_size, byok::abi::Handle* handle);
/// Locks: wipes the vault key and all drafts.
BYOK_EXPORT(byok_session_free) byok::abi::StatusCode byok_session_free(byok::abi::Handle session);
/// JSON out: {revision, integrity: status, user: {id, name} | null, records: [{id, state, meta | null}],
/// apps: [{origin, granted, lastUsed, uses}]}.
BYOK_EXPORT(byok_session_view)
byok::abi::StatusCode byok_session_view(byok::abi::Handle session, byok::abi::Out* out);
/// @param app the origin of the app that is allowed with it, or empty. JSON out: {draft, edgesCleaned,
/// alreadyThere, looksLike, notForInference}.
BYOK_EXPORT(byok_session_draft)
byok::abi::StatusCode byok_session_draft(byok::abi::Handle session, byok::abi::Bytes provider,
                                         byok::abi::Size provider_size, byok::abi::Bytes label,
                                         byok::abi::Size label_size, byok::abi::Bytes key,
                                         byok::abi::Size key_size, byok::abi::Bytes app,
                                         byok::abi::Size app_size, double now, byok::abi::Out* out);
/// JSON out as of byok_session_draft.
BYOK_EXPORT(byok_session_retarget)
byok::abi::StatusCode byok_session_retarget(byok::abi::Handle session, byok::abi::Bytes draft,
                                            byok::abi::Size draft_size, byok::abi::Bytes provider,
                                            byok::abi::Size provider_size, byok::abi::Out* out);
BYOK_EXPORT(byok_session_discard)
byok::abi::StatusCode byok_session_discard(byok::abi::Handle session, byok::abi::Bytes draft,
                                           byok::abi::Size draft_size);
BYOK_EXPORT(byok_session_accept)
byok::abi::StatusCode byok_session_accept(byok::abi::Handle session, byok::abi::Bytes draft,
                                          byok::abi::Size draft_size, std::uint32_t verdict, double now,
                                          byok::abi::Out* change);
BYOK_EXPORT(byok_session_remove)
byok::abi::StatusCode byok_session_remove(byok::abi::Handle session, byok::abi::Bytes record,
                                          byok::abi::Size record_size, byok::abi::Out* change);
BYOK_EXPORT(byok_session_set_label)
byok::abi::StatusCode byok_session_set_label(byok::abi::Handle session, byok::abi::Bytes record,
                                             byok::abi::Size record_size, byok::abi::Bytes label,
                                             byok::abi::Size label_size, byok::abi::Out* change);
/// The change may be empty (E30).
BYOK_EXPORT(byok_session_set_verdict)
byok::abi::StatusCode byok_session_set_verdict(byok::abi::Handle session, byok::abi::Bytes record,
                                               byok::abi::Size record_size, std::uint32_t verdict, double now,
                                               byok::abi::Out* change);
BYOK_EXPORT(byok_session_confirm_user)
byok::abi::StatusCode byok_session_confirm_user(byok::abi::Handle session, byok::abi::Bytes user,
                                                byok::abi::Size user_size, byok::abi::Bytes name,
                                                byok::abi::Size name_size, byok::abi::Out* change);
/// The change may be empty; so may that of the next one.
BYOK_EXPORT(byok_session_grant_app)
byok::abi::StatusCode byok_session_grant_app(byok::abi::Handle session, byok::abi::Bytes origin,
                                             byok::abi::Size origin_size, double now, byok::abi::Out* change);
BYOK_EXPORT(byok_session_revoke_app)
byok::abi::StatusCode byok_session_revoke_app(byok::abi::Handle session, byok::abi::Bytes origin,
                                              byok::abi::Size origin_size, byok::abi::Out* change);
/// @param names bundle of providers. @param platform its X25519 key. @param now by the platform's clock;
/// `mono` and `wall` are the device's. Bundle out: seal id and sealed key of each provider in turn, then the
/// items of the change.
BYOK_EXPORT(byok_session_seal_for_app)
byok::abi::StatusCode byok_session_seal_for_app(byok::abi::Handle session, byok::abi::Bytes origin,
                                                byok::abi::Size origin_size, byok::abi::Bytes names,
                                                byok::abi::Size names_size, byok::abi::Bytes platform,
                                                byok::abi::Size platform_size, byok::abi::Bytes user,
                                                byok::abi::Size user_size, double now, double mono,
                                                double wall, byok::abi::Out* out);
BYOK_EXPORT(byok_session_repair)
byok::abi::StatusCode byok_session_repair(byok::abi::Handle session, byok::abi::Out* change);
/// @param current KEK of the password asked again. @param next KEK of the next one.
BYOK_EXPORT(byok_session_change_password)
byok::abi::StatusCode byok_session_change_password(byok::abi::Handle session, byok::abi::Bytes slot,
                                                   byok::abi::Size slot_size, byok::abi::Bytes current,
                                                   byok::abi::Size current_size, byok::abi::Bytes next,
                                                   byok::abi::Size next_size, byok::abi::Bytes next_params,
                                                   byok::abi::Size next_params_size, byok::abi::Out* change);
/// @param for_job 0 = for a test. Bundle out: [seal id, sealed key].
BYOK_EXPORT(byok_session_seal)
byok::abi::StatusCode byok_session_seal(byok::abi::Handle session, byok::abi::Bytes record,
                                        byok::abi::Size record_size, std::uint32_t for_job,
                                        byok::abi::Bytes platform, byok::abi::Size platform_size,
                                        byok::abi::Bytes user, byok::abi::Size user_size, double now,
                                        byok::abi::Out* out);
/// Bundle out as of byok_session_seal.
BYOK_EXPORT(byok_session_seal_draft)
byok::abi::StatusCode byok_session_seal_draft(byok::abi::Handle session, byok::abi::Bytes draft,
                                              byok::abi::Size draft_size, byok::abi::Bytes platform,
                                              byok::abi::Size platform_size, byok::abi::Bytes user,
                                              byok::abi::Size user_size, double now, byok::abi::Out* out);
BYOK_EXPORT(byok_session_commit) byok::abi::StatusCode byok_session_commit(byok::abi::Handle session);
BYOK_EXPORT(byok_session_rollback) byok::abi::StatusCode byok_session_rollback(byok::abi::Handle session);
BYOK_EXPORT(byok_session_reload)
byok::abi::StatusCode byok_session_reload(byok::abi::Handle session, byok::abi::Handle snapshot);

// ---- Auto-lock. Both clocks in milliseconds, as JavaScript has them. JSON out: {reason: number, 0 = none,
// remainingMs}.

BYOK_EXPORT(byok_auto_lock_new)
byok::abi::StatusCode byok_auto_lock_new(std::uint32_t idle_minutes, std::uint32_t when_hidden, double mono,
                                         double wall, byok::abi::Handle* handle);
BYOK_EXPORT(byok_auto_lock_free) byok::abi::StatusCode byok_auto_lock_free(byok::abi::Handle lock);
/// @param event 0 = none, only to look; 1 = activity; 2 = the page is hidden.
BYOK_EXPORT(byok_auto_lock_tell)
byok::abi::StatusCode byok_auto_lock_tell(byok::abi::Handle lock, std::uint32_t event, double mono,
                                          double wall, byok::abi::Out* out);
/// @return bad_argument for a choice that is not offered.
BYOK_EXPORT(byok_auto_lock_choose)
byok::abi::StatusCode byok_auto_lock_choose(byok::abi::Handle lock, std::uint32_t idle_minutes,
                                            std::uint32_t when_hidden, double mono, double wall,
                                            byok::abi::Out* out);
// clang-format on
