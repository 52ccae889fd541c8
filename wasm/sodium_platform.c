/* What libsodium asks of its platform, for WebAssembly: random bytes from the host, the choice of Argon2's
 * inner loop, and no console to write last words to. */

#include <stddef.h>
#include <stdint.h>

__attribute__((import_module("env"), import_name("byok_random"))) void byok_random(void* out, size_t size);

void randombytes_buf(void* const out, const size_t size) {
    byok_random(out, size);
}
void randombytes_stir(void) {}

uint32_t randombytes_random(void) {
    uint32_t value;
    byok_random(&value, sizeof value);
    return value;
}

int _sodium_runtime_get_cpu_features(void) {
    return 0;
}
int _crypto_stream_chacha20_pick_best_implementation(void) {
    return 0;
}

#ifdef BYOK_NO_ARGON2
int _crypto_pwhash_argon2_pick_best_implementation(void) {
    return 0;
}
#endif

int sodium_runtime_has_ssse3(void) {
#ifdef BYOK_ARGON2_SIMD
    return 1;
#else
    return 0;
#endif
}

/* The C library's versions print through WASI before they stop; a trap is all that is wanted. */
_Noreturn void __wrap_abort(void) {
    __builtin_trap();
}
_Noreturn void abort_message(const char* format, ...) {
    (void)format;
    __builtin_trap();
}

/* The loader reads `memory.buffer` anew after every call, so nobody has to be told. */
void emscripten_notify_memory_growth(size_t memory_index) {
    (void)memory_index;
}
