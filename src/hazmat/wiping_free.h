/* Makes a C library wipe whatever it frees. For libsodium's own sources in the wasm build: `-include` this
 * file before each of them. libsodium 1.0.18 gives the Argon2 memory back as it is, and its last block is the
 * derived key in all but name. Nothing here is for native builds, where the packaged library is used as it
 * comes.
 */
#ifndef BYOK_WIPING_FREE_H
#define BYOK_WIPING_FREE_H

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static inline void byok_wiping_free(void* block) {
#ifndef BYOK_NO_WIPE
    if (block != NULL) {
        memset(block, 0, malloc_usable_size(block));
        /* The memory counts as read afterwards, so the compiler may not drop the writes. */
        __asm__ __volatile__("" : : "r"(block) : "memory");
    }
#endif
    free(block);
}

#define free(block) byok_wiping_free(block)

#endif
