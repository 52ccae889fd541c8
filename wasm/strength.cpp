#include "byok/common_passwords.h"
#include "calls.h"

using namespace byok;
using namespace byok::abi;

StatusCode byok_check_password(Bytes password, Size password_size, Bytes filter, Size filter_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(common, CommonPasswords::load(view(filter, filter_size)));
        return give(out, strength_json(estimate_strength(view(password, password_size), common)));
    });
}
