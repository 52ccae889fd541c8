/// Argon2id v1.3 (RFC 9106), one lane, 32 bytes out.
#pragma once

#include "byok/kdf.h"

namespace byok::hazmat {

/// Performs no policy: the caller has checked the parameters and the password's length.
/// libsodium 1.0.18 leaves the Argon2 memory as it was; the wasm build makes it wipe what it frees
/// (hazmat/wiping_free.h), and the worker that derives is terminated afterwards.
/// @return out_of_memory where the memory can't be had; kdf_params_refused where libsodium itself refuses
/// them.
Result<SecretBytes> argon2id(ByteView password, const KdfParams& params) noexcept;

} // namespace byok::hazmat
