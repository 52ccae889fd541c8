/// platform.wasm: what the platform's processes do with keys that were sealed to them.
#pragma once

#include "abi.h"

// clang-format off: one line a function reads best
/// The closed lists that TypeScript mirrors, for every module: each is one header's. JSON out: {statuses:
/// {name: number}, verdicts: [{name, decision, aboutTheKey, suggestsDeletion}], recordStates: [name],
/// lockReasons: [name], storeDecisions: [name], providers: [Provider]}.
BYOK_EXPORT(byok_tables) byok::abi::StatusCode byok_tables(byok::abi::Out* out);
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
/// Keyed hashes that name `message` within `purpose` and tell nothing about it. Bundle out: 32 bytes for each
/// secret in turn. What is written or signed goes under the first; what is looked for or checked may be under
/// any.
BYOK_EXPORT(byok_platform_tags)
byok::abi::StatusCode byok_platform_tags(byok::abi::Handle platform, byok::abi::Bytes purpose,
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
