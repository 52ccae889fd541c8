/// For tests and measurements alone: Argon2id with any parameters, also those that the deriver refuses.
#include "abi.h"
#include "calls.h"

extern "C" {
#include "argon2.h"
}

using namespace byok;
using namespace byok::abi;

/// @param inputs bundle of password, salt, secret and associated data.
BYOK_EXPORT(byok_argon2id)
StatusCode byok_argon2id(std::uint32_t memory_kib, std::uint32_t passes, std::uint32_t lanes, Bytes inputs,
                         Size inputs_size, Size out_size, Out* out) {
    return run([&]() -> Status {
        std::vector<ByteView> items;
        if (!read_bundle(view(inputs, inputs_size), 4, items) || items.size() != 4)
            return Status::bad_argument;
        BYOK_CHECK(reserve(out, out_size));
        const auto given = [](ByteView bytes) {
            return const_cast<std::uint8_t*>(bytes.data());
        };
        argon2_context context{};
        context.out = out->data;
        context.outlen = out_size;
        context.pwd = given(items[0]);
        context.pwdlen = static_cast<std::uint32_t>(items[0].size());
        context.salt = given(items[1]);
        context.saltlen = static_cast<std::uint32_t>(items[1].size());
        context.secret = given(items[2]);
        context.secretlen = static_cast<std::uint32_t>(items[2].size());
        context.ad = given(items[3]);
        context.adlen = static_cast<std::uint32_t>(items[3].size());
        context.m_cost = memory_kib;
        context.t_cost = passes;
        context.lanes = lanes;
        context.threads = lanes;
        return argon2_ctx(&context, Argon2_id) == ARGON2_OK ? Status::ok : Status::kdf_params_refused;
    });
}
