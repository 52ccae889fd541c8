#include "hazmat/argon2id.h"

#include <sodium.h>

#include <cerrno>

namespace byok::hazmat {

static_assert(kSaltBytes == crypto_pwhash_argon2id_SALTBYTES);

Result<SecretBytes> argon2id(ByteView password, const KdfParams& params) noexcept {
    BYOK_TRY(key, SecretBytes::make(kKeyBytes));
    const auto memory_bytes = std::size_t{params.memory_kib} * 1024;
    errno = 0;
    if (crypto_pwhash_argon2id(
            key.expose().data(), key.size(), reinterpret_cast<const char*>(password.data()), password.size(),
            params.salt.data(), params.passes, memory_bytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        return errno == EINVAL || errno == EFBIG ? Status::kdf_params_refused : Status::out_of_memory;
    return std::move(key);
}

} // namespace byok::hazmat
