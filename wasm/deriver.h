/// deriver.wasm: a password becomes a key, in a memory of its own. The only module with Argon2 in it.
#pragma once

#include "abi.h"

// clang-format off: one line a function reads best
/// How good a new password is. @param filter web/assets/common-passwords.bin, or nothing. Four u32 out:
/// score 0 to 4, code points, bits that a guesser needs, and the status that it is refused with; ok for one
/// that may be used.
BYOK_EXPORT(byok_check_password)
byok::abi::StatusCode byok_check_password(byok::abi::Bytes password, byok::abi::Size password_size,
                                          byok::abi::Bytes filter, byok::abi::Size filter_size,
                                          byok::abi::Out* out);
/// Encoded parameters (25 bytes) with a fresh salt.
BYOK_EXPORT(byok_default_kdf) byok::abi::StatusCode byok_default_kdf(byok::abi::Out* out);
/// What is to be timed, several times: a derivation of nothing.
BYOK_EXPORT(byok_derive_for_timing) byok::abi::StatusCode byok_derive_for_timing();
/// @param timed_ms what the fastest of them took.
BYOK_EXPORT(byok_calibrated_kdf)
byok::abi::StatusCode byok_calibrated_kdf(std::uint32_t timed_ms, byok::abi::Out* out);
/// Makes the first derivation with these parameters as fast as a second one would be: the memory that it
/// needs is there, each page of it in use, and the engine has optimised code.
BYOK_EXPORT(byok_prepare)
byok::abi::StatusCode byok_prepare(byok::abi::Bytes params, byok::abi::Size params_size);
/// The key-encryption key, 32 bytes.
BYOK_EXPORT(byok_derive_kek)
byok::abi::StatusCode byok_derive_kek(byok::abi::Bytes params, byok::abi::Size params_size,
                                      byok::abi::Bytes password, byok::abi::Size password_size,
                                      byok::abi::Out* out);
// clang-format on
