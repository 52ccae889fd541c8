/// The one table of outcomes. A code is an int across the C ABI and a `VaultError.code` (the name) in
/// TypeScript. Codes are appended, never renumbered and never re-used: a number in an old report must keep
/// its meaning.
#pragma once

#include <cstdint>
#include <string_view>

namespace byok {

// X(number, name): the name is the public code, e.g. "wrong_password".
#define BYOK_STATUS_TABLE(X)                                                                           \
    X(0, ok)                                                                                           \
    X(1, bad_argument)          /* a caller's mistake: wrong length, unknown name, out of range */     \
    X(2, out_of_memory)         /* an allocation was refused; nothing changed */                       \
    X(3, internal)              /* an invariant of the core failed; nothing changed */                 \
    X(4, bad_handle)            /* a handle that was freed, or never given */                          \
    X(5, locked)                /* the operation needs an unlocked vault */                            \
    X(6, busy)                  /* an uncommitted change is still pending on this session */           \
    X(10, wrong_password)       /* the key commitment of the slot does not match */                    \
    X(11, password_too_short)   /* fewer than 8 code points */                                         \
    X(12, password_too_long)    /* more than 1024 bytes */                                             \
    X(13, password_common)      /* among the commonest passwords */                                    \
    X(14, password_not_utf8)    /* not well-formed UTF-8 */                                            \
    X(15, too_many_attempts)    /* the growing wait after wrong passwords has not passed */            \
    X(20, header_damaged)       /* checksum, structure or length of the header is wrong */             \
    X(21, record_damaged)       /* a record does not open, or is not the one the manifest names */     \
    X(22, manifest_damaged)     /* the manifest does not open, or does not fit the header */           \
    X(23, newer_format)         /* made by a newer version; left untouched */                          \
    X(24, kdf_params_refused)   /* below the floor, above the ceiling, or not a number we accept */    \
    X(25, vault_changed)        /* another tab changed the vault: read it again */                     \
    X(26, vault_exists)         /* a vault is there already */                                         \
    X(27, no_vault)             /* there is no vault here */                                           \
    X(30, unknown_provider)     /* not in the catalogue */                                             \
    X(31, no_key)               /* no usable key is stored for a provider that was asked for */        \
    X(32, key_empty)            /* nothing is left after cleaning the edges */                         \
    X(33, key_too_long)         /* more than 512 bytes */                                              \
    X(34, key_bad_character)    /* a control, blank or non-ASCII character inside the key */           \
    X(35, label_refused)        /* label too long, or with control characters */                       \
    X(36, too_many_records)     /* the vault holds its maximum of records */                           \
    X(37, record_unknown)       /* no record of that id */                                             \
    X(38, draft_unknown)        /* the draft was accepted, discarded, or never made */                 \
    X(40, clock)                /* a sealed key outside the allowed skew or life */                    \
    X(41, expired)              /* a sealed key past its end */                                        \
    X(42, sealed_key_refused)   /* does not open: other user, provider, purpose, secret, or damaged */ \
    X(43, user_unconfirmed)     /* the platform's user is not the one this vault was confirmed for */  \
    X(44, platform_key_refused) /* not a usable X25519 public key */                                   \
    X(45, purpose_refused)      /* not a purpose this call may seal or open for */                     \
    X(46, app_not_allowed)      /* the person has not allowed this app to use keys */                  \
    X(47, too_many_apps)        /* the vault holds its maximum of permissions */                       \
    X(48, cached_key_refused)   /* does not open: other user, provider, secret, or damaged */          \
    X(49, key_cleared)          /* sealed before its user had the platform forget all keys */          \
    X(50, secret_missing)       /* PLATFORM_TOKEN_SECRET is not set */                                 \
    X(51, secret_wrong_length)  /* not 64 characters */                                                \
    X(52, secret_not_hex)       /* a character that is not 0-9 a-f A-F */                              \
    X(53, secret_weak)          /* all bytes are the same */                                           \
    X(60, json_refused)         /* not JSON, too large, too deep, an unknown or a missing field */     \
    X(61, no_api_key)           /* neither the user nor the platform has a key for this provider */    \
    X(62, user_key_missing)     /* the job may use the user's key alone, and none is cached */         \
    X(63, cache_unavailable)    /* the job may use the user's key alone; the cache doesn't answer */   \
    X(64, user_key_failed)      /* the job may use the user's key alone; the provider refused it */    \
    X(65, request_refused)      /* the provider refused what the job asks, whatever key is used */     \
    X(66, provider_failed)      /* the provider gave no answer that can be used */                     \
    X(67, worker_lost)          /* the job's worker ended in the middle; it is not tried again */      \
    X(68, queue_unavailable)    /* the queue does not answer; nothing was submitted */                 \
    X(69, job_unknown)          /* no job of that id, or not any more, or another user's */            \
    X(70, not_secure_context)   /* the page is not served over HTTPS (or localhost) */                 \
    X(71, no_webassembly)       /* WebAssembly is switched off or forbidden by the page's policy */    \
    X(72, storage_unavailable)  /* IndexedDB is missing, throws, or is blocked by an older tab */      \
    X(73, storage_full)         /* the quota is used up; nothing changed */                            \
    X(74, storage_failed)       /* the transaction was aborted; nothing changed */                     \
    X(75, superseded)           /* a lock arrived meanwhile; the result was wiped */                   \
    X(76, worker_failed)        /* the vault's worker stopped; the vault is locked */                  \
    X(77, platform_unreachable) /* the platform's API did not answer */                                \
    X(78, platform_refused)     /* the platform's API answered with a refusal */                       \
    X(79, user_declined)        /* the person closed the dialog */                                     \
    X(80, not_allowed)          /* this app may not do that */                                         \
    X(81, bad_message)          /* a message of the wrong shape */                                     \
    X(82, rate_limited)         /* too many calls; try again later */                                  \
    X(83, not_offered)          /* the platform does not let this user bring keys at present */

/// Outcome of a call. The values from 70 on are raised by the web side, `rate_limited` by the core as well;
/// they stand here so that one table serves both.
enum class Status : std::int32_t {
#define BYOK_STATUS_ENUM(number, name) name = number,
    BYOK_STATUS_TABLE(BYOK_STATUS_ENUM)
#undef BYOK_STATUS_ENUM
};

/// The public code of a status, e.g. "wrong_password". Never empty; "internal" for a number that is not in
/// the table.
std::string_view status_name(Status status) noexcept;

} // namespace byok
