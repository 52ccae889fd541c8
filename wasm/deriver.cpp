#include "deriver.h"

#include "byok/common_passwords.h"
#include "byok/kdf.h"
#include "byok/strength.h"
#include "calls.h"
#include "hazmat/argon2id.h"

#include <array>
#include <cstdlib>

using namespace byok;
using namespace byok::abi;

namespace {

/// So often the filling runs before V8 has it optimised, in 10 ms or less; engines that optimise at once lose
/// little by it.
constexpr KdfParams kWarmUp{1024, 4, {}};

/// What a derivation has besides the blocks: two bytes for each (the addresses of a segment), and a few small
/// things.
constexpr std::size_t memory_for(const KdfParams& params) noexcept {
    return std::size_t{params.memory_kib} * (1024 + 2) + 64 * 1024;
}

/// A page is had from the system when it is first written to, which takes longer than to fill it.
void touch_pages(volatile std::uint8_t* memory, std::size_t size) noexcept {
    constexpr std::size_t kPage = 4096;
    for (std::size_t at = 0; at < size; at += kPage)
        memory[at] = 0;
}

} // namespace

StatusCode byok_check_password(Bytes password, Size password_size, Bytes filter, Size filter_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(common, CommonPasswords::load(view(filter, filter_size)));
        const Strength strength = estimate_strength(view(password, password_size), common);
        std::array<std::uint8_t, 16> facts;
        wire::Writer writer(facts);
        writer.u32(static_cast<std::uint32_t>(strength.score));
        writer.u32(strength.code_points);
        writer.u32(strength.guesses_log2);
        writer.u32(static_cast<std::uint32_t>(strength.refusal));
        return give(out, ByteView(facts));
    });
}

StatusCode byok_default_kdf(Out* out) {
    return run([&] { return give(out, ByteView(encode(make_default_kdf_params()))); });
}

StatusCode byok_derive_for_timing() {
    return run([] { return derive_for_timing(); });
}

StatusCode byok_calibrated_kdf(std::uint32_t timed_ms, Out* out) {
    return run([&] { return give(out, ByteView(encode(make_calibrated_kdf_params(timed_ms)))); });
}

StatusCode byok_prepare(Bytes params, Size params_size) {
    return run([&]() -> Status {
        BYOK_TRY(kdf, decode_kdf_params(view(params, params_size)));
        BYOK_CHECK(hazmat::argon2id({}, kWarmUp).status());
        const std::size_t size = memory_for(kdf);
        auto* const memory = static_cast<std::uint8_t*>(std::malloc(size));
        if (memory == nullptr)
            return Status::out_of_memory;
        touch_pages(memory, size);
        std::free(memory);
        return Status::ok;
    });
}

StatusCode byok_derive_kek(Bytes params, Size params_size, Bytes password, Size password_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(kdf, decode_kdf_params(view(params, params_size)));
        BYOK_TRY(kek, derive_kek(view(password, password_size), kdf));
        return give(out, std::as_const(kek).secret().expose());
    });
}
