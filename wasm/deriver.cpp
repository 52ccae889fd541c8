#include "deriver.h"

#include "byok/common_passwords.h"
#include "byok/kdf.h"
#include "byok/strength.h"
#include "calls.h"

using namespace byok;
using namespace byok::abi;

StatusCode byok_admit_password(Bytes password, Size password_size, Bytes filter, Size filter_size) {
    return run([&]() -> Status {
        BYOK_TRY(common, CommonPasswords::load(view(filter, filter_size)));
        return estimate_strength(view(password, password_size), common).refusal;
    });
}

StatusCode byok_default_kdf(Out* out) {
    return run([&] { return give(out, ByteView(encode(make_default_kdf_params()))); });
}

StatusCode byok_calibrated_kdf(std::uint32_t default_ms, Out* out) {
    return run([&] { return give(out, ByteView(encode(make_calibrated_kdf_params(default_ms)))); });
}

StatusCode byok_derive_kek(Bytes params, Size params_size, Bytes password, Size password_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(kdf, decode_kdf_params(view(params, params_size)));
        BYOK_TRY(kek, derive_kek(view(password, password_size), kdf));
        return give(out, std::as_const(kek).secret().expose());
    });
}
