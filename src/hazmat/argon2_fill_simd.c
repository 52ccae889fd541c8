/* Argon2's filling of one segment (RFC 9106, section 3.4) for WebAssembly's vectors, in libsodium's slot for
 * SSSE3.
 *
 * This is where the time of a derivation goes, and the one primitive here that is not libsodium's own: its
 * SSSE3 file, translated, takes 1.7 times as long (at 64 MiB and 3 passes, Node 24, Zen 5; so are all figures
 * below). wasm/argon2.test.ts holds it to libsodium's portable C, to libsodium built for the machine, and to
 * the RFC.
 */
#include "argon2-core.h"
#include "argon2.h"

#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t vec;

enum {
    words = ARGON2_QWORDS_IN_BLOCK,
    row = 16, /* words, and so vectors of a pair of rows */
    row_pairs = words / (2 * row),
    columns = 8,
    slices = ARGON2_SYNC_POINTS
};

/* ---- Where the words of a block lie */

/* A block is a matrix of 8 rows of 16 words. In memory the words k and k + 16 lie side by side, so that one
 * vector holds the same word of two rows: rows are mixed two at a time, and no word changes its lane. With
 * the words in their own order each row needs eight shuffles, which wait for each other: a fifth slower. */
typedef union {
    vec pair[row_pairs][row];
    uint64_t word[words];
} paired;

static uint32_t place_of(uint32_t word) {
    return word / (2 * row) * (2 * row) + word % row * 2 + word / row % 2;
}

/* For the only blocks that others make or read: the first two and the last of a lane. */
static void to_pairs(block* it) {
    const block plain = *it;
    for (uint32_t i = 0; i < words; ++i)
        it->v[place_of(i)] = plain.v[i];
}

static void from_pairs(block* it) {
    const block in_pairs = *it;
    for (uint32_t i = 0; i < words; ++i)
        it->v[i] = in_pairs.v[place_of(i)];
}

/* ---- The mixing function G of BLAKE2b with multiplications (section 3.6) */

/* Rotations by 24 and 16 bits move whole bytes: one table look-up each. V8 builds a table that it knows anew
 * at every use, with four instructions, so it must not know these: volatile. 4 % at 19 MiB and 2 passes. */
static const volatile uint8_t by_24[16]
    __attribute__((aligned(16))) = {3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10};
static const volatile uint8_t by_16[16]
    __attribute__((aligned(16))) = {2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9};

static inline vec rotated_24(vec x) {
    return wasm_i8x16_swizzle(x, *(const volatile vec*)by_24);
}
static inline vec rotated_16(vec x) {
    return wasm_i8x16_swizzle(x, *(const volatile vec*)by_16);
}
static inline vec rotated_32(vec x) {
    return wasm_i32x4_shuffle(x, x, 1, 0, 3, 2);
}
static inline vec rotated_63(vec x) {
    return wasm_v128_or(wasm_i64x2_shl(x, 1), wasm_u64x2_shr(x, 63));
}

/* The low or the high halves of the words of two vectors, in one. */
static inline vec lows(vec x, vec x2) {
    return wasm_i32x4_shuffle(x, x2, 0, 2, 4, 6);
}
static inline vec highs(vec x, vec x2) {
    return wasm_i32x4_shuffle(x, x2, 1, 3, 5, 7);
}

/* x += y + 2 * low(x) * low(y), for two vectors x at once: the widening multiplications take apart again what
 * `lows` has put together. There is no other way to V8's one instruction for it that is as short. */
static inline void add_product(vec* x, vec y, vec* x2, vec y2, vec low_y) {
    const vec low_x = lows(*x, *x2);
    const vec product = wasm_u64x2_extmul_low_u32x4(low_x, low_y);
    const vec product2 = wasm_u64x2_extmul_high_u32x4(low_x, low_y);
    *x = wasm_i64x2_add(wasm_i64x2_add(*x, y), wasm_i64x2_shl(product, 1));
    *x2 = wasm_i64x2_add(wasm_i64x2_add(*x2, y2), wasm_i64x2_shl(product2, 1));
}

/* Four times G: on a, b, c, d and on a2, b2, c2, d2, each of which holds two words. */
static inline void mix(vec* a, vec* b, vec* c, vec* d, vec* a2, vec* b2, vec* c2, vec* d2) {
    add_product(a, *b, a2, *b2, lows(*b, *b2));
    const vec t = wasm_v128_xor(*d, *a);
    const vec t2 = wasm_v128_xor(*d2, *a2);
    *d = rotated_32(t);
    *d2 = rotated_32(t2);
    add_product(c, *d, c2, *d2, highs(t, t2)); /* the low halves of d, without waiting for its rotation */
    *b = rotated_24(wasm_v128_xor(*b, *c));
    *b2 = rotated_24(wasm_v128_xor(*b2, *c2));
    add_product(a, *b, a2, *b2, lows(*b, *b2));
    *d = rotated_16(wasm_v128_xor(*d, *a));
    *d2 = rotated_16(wasm_v128_xor(*d2, *a2));
    add_product(c, *d, c2, *d2, lows(*d, *d2));
    *b = rotated_63(wasm_v128_xor(*b, *c));
    *b2 = rotated_63(wasm_v128_xor(*b2, *c2));
}

/* ---- The permutation P, in halves
 *
 * Each half of P is a step of its own that goes through memory: eight vectors are read, mixed and written, so
 * that none has to leave its register meanwhile; and two neighbouring steps never wait for each other, which
 * keeps the processor's window full. With whole rows in registers it is 24 % slower in the cache. */

/* The words 0, 4, 8, 12 and 1, 5, 9, 13 of two rows, or with everything two further the other half of them.
 * XORs the blocks that came before, puts that into the next block, and mixes. */
static inline void begin_rows(const vec* before, const vec* other, vec* next, vec* state, int again) {
    vec v[8];
    for (int i = 0; i < 8; ++i) {
        const int at = i / 2 * 4 + i % 2;
        v[i] = wasm_v128_xor(before[at], other[at]);
    }
    if (again)
        for (int i = 0; i < 8; ++i) {
            const int at = i / 2 * 4 + i % 2;
            next[at] = wasm_v128_xor(next[at], v[i]);
        }
    else
        for (int i = 0; i < 8; ++i)
            next[i / 2 * 4 + i % 2] = v[i];
    mix(&v[0], &v[2], &v[4], &v[6], &v[1], &v[3], &v[5], &v[7]);
    for (int i = 0; i < 8; ++i)
        state[i / 2 * 4 + i % 2] = v[i];
}

/* Two of the four diagonals of two rows. */
static inline void mix_diagonals(vec* v, int a, int b, int c, int d, int a2, int b2, int c2, int d2) {
    vec it[8] = {v[a], v[b], v[c], v[d], v[a2], v[b2], v[c2], v[d2]};
    mix(&it[0], &it[1], &it[2], &it[3], &it[4], &it[5], &it[6], &it[7]);
    v[a] = it[0], v[b] = it[1], v[c] = it[2], v[d] = it[3];
    v[a2] = it[4], v[b2] = it[5], v[c2] = it[6], v[d2] = it[7];
}

/* A column has two words of each row. Its word pair 0 and 2 is in one vector, 1 and 3 in the next; the others
 * follow a pair of rows further. */
static inline void begin_column(vec* state) {
    vec v[8];
    for (int p = 0; p < row_pairs; ++p) {
        v[2 * p] = state[p * row];
        v[2 * p + 1] = state[p * row + 1];
    }
    mix(&v[0], &v[2], &v[4], &v[6], &v[1], &v[3], &v[5], &v[7]);
    for (int p = 0; p < row_pairs; ++p) {
        state[p * row] = v[2 * p];
        state[p * row + 1] = v[2 * p + 1];
    }
}

static inline vec swapped(vec x) {
    return wasm_i64x2_shuffle(x, x, 1, 0);
}

static inline void add(vec* to, vec x) {
    *to = wasm_v128_xor(*to, x);
}

/* The diagonals of a column, for which half of the vectors have their lanes swapped. */
static inline void end_column(const vec* state, vec* next) {
    enum { b_at = row, c_at = 2 * row, d_at = 3 * row };
    vec a = state[0], a2 = state[1];
    vec b2 = swapped(state[b_at]), b = state[b_at + 1];
    vec c = swapped(state[c_at]), c2 = swapped(state[c_at + 1]);
    vec d2 = state[d_at], d = swapped(state[d_at + 1]);
    mix(&a, &b, &c, &d, &a2, &b2, &c2, &d2);
    add(&next[0], a);
    add(&next[1], a2);
    add(&next[b_at], swapped(b2));
    add(&next[b_at + 1], b);
    add(&next[c_at], swapped(c));
    add(&next[c_at + 1], swapped(c2));
    add(&next[d_at], d2);
    add(&next[d_at + 1], swapped(d));
}

/* ---- Which block is referred to (section 3.4.1) */

typedef struct {
    const block* memory;
    uint32_t lanes, lane_length, lane, length;
    uint32_t finished;         /* how many blocks of a lane the earlier segments leave to refer to */
    uint32_t start;            /* where those begin */
    int first;                 /* no other lane has anything yet */
    int again;                 /* not the first pass: blocks are XORed over what was there */
    const uint64_t* addresses; /* null where each block is chosen by the one before it */
} segment;

static inline const block* reference(const segment* in, uint32_t index, uint64_t pseudo_random) {
    uint32_t lane = in->lane;
    if (in->lanes > 1 && !in->first)
        lane = (uint32_t)(pseudo_random >> 32) % in->lanes;
    /* The block before this one is left out, in every lane. */
    const uint32_t area = lane == in->lane ? in->finished + index - 1 : in->finished - (index == 0);
    const uint64_t low = (uint32_t)pseudo_random;
    uint32_t at = in->start + area - 1 - (uint32_t)(area * (low * low >> 32) >> 32);
    if (at >= in->lane_length)
        at -= in->lane_length;
    return in->memory + (size_t)in->lane_length * lane + at;
}

/* ---- One block */

/* The compression function G (section 3.5). Of its own, and called for every block, so that an engine soon
 * has optimised code in use: it exchanges code only between calls.
 * @return what the block after this one, at `index_after`, refers to; of no meaning after the last one. */
__attribute__((noinline)) static const block*
fill_block(const paired* before, const paired* other, paired* next, const segment* in, uint32_t index_after) {
    paired state;
    for (int p = 0; p < row_pairs; ++p)
#pragma clang loop unroll(disable)
        for (int i = 0; i < 4; i += 2)
            begin_rows(&before->pair[p][i], &other->pair[p][i], &next->pair[p][i], &state.pair[p][i],
                       in->again);
#pragma clang loop unroll(disable)
    for (int p = 0; p < row_pairs; ++p) {
        mix_diagonals(state.pair[p], 0, 5, 10, 15, 1, 6, 11, 12);
        mix_diagonals(state.pair[p], 2, 7, 8, 13, 3, 4, 9, 14);
    }
    const block* reference_after = in->memory;
    vec* from = state.pair[0];
    vec* to = next->pair[0];
    begin_column(from);
#pragma clang loop unroll(disable)
    for (int i = 0; i < columns; ++i, from += 2, to += 2) {
        if (i < columns - 1)
            begin_column(from + 2);
        end_column(from, to);
        /* Word 0 is known after the first column, and with it the block to be read next. The way from memory
         * takes longer than the other columns do, so it is set out on now, by loads whose results nobody
         * uses. 22 % at 64 MiB. Spread over some columns, because a load that waits lets the processor run on
         * only so far: another 5 %. */
        enum { lines = 4, words_in_line = 8, begin = 2, end = begin + words / (lines * words_in_line) };
        if (i == 1 && index_after < in->length)
            reference_after =
                reference(in, index_after, in->addresses ? in->addresses[index_after] : next->word[0]);
        if (i >= begin && i < end)
            for (int line = 0; line < lines; ++line)
                (void)*(const volatile uint64_t*)&reference_after
                    ->v[((i - begin) * lines + line) * words_in_line];
    }
    return reference_after;
}

/* ---- The segment */

/* Pseudo-random numbers that depend on the parameters alone (section 3.4.1.2). */
static void fill_addresses(const argon2_instance_t* instance, const argon2_position_t* position,
                           uint64_t* addresses) {
    const uint64_t told[] = {position->pass,          position->lane,   position->slice,
                             instance->memory_blocks, instance->passes, (uint64_t)instance->type};
    static const paired zero;
    const segment none = {.memory = (const block*)&zero};
    paired input = zero, half, numbers = zero;
    for (uint32_t i = 0; i < sizeof told / sizeof told[0]; ++i)
        input.word[place_of(i)] = told[i];
    for (uint32_t i = 0; i < instance->segment_length; ++i) {
        if (i % words == 0) {
            ++input.word[place_of(6)];
            fill_block(&zero, &input, &half, &none, 0);
            fill_block(&zero, &half, &numbers, &none, 0);
        }
        addresses[i] = numbers.word[place_of(i % words)];
    }
}

void fill_segment_ssse3(const argon2_instance_t* instance, argon2_position_t position) {
    const uint32_t length = instance->segment_length;
    const int first = position.pass == 0 && position.slice == 0;
    const int independent =
        instance->type != Argon2_id || (position.pass == 0 && position.slice < slices / 2);
    block* const lane = instance->region->memory + (size_t)instance->lane_length * position.lane;
    if (first) {
        to_pairs(&lane[0]);
        to_pairs(&lane[1]);
    }
    if (independent)
        fill_addresses(instance, &position, instance->pseudo_rands);
    const segment in = {
        .memory = instance->region->memory,
        .lanes = instance->lanes,
        .lane_length = instance->lane_length,
        .lane = position.lane,
        .length = length,
        .finished = length * (position.pass == 0 ? position.slice : slices - 1U),
        .start = position.pass == 0 || position.slice == slices - 1 ? 0 : length * (position.slice + 1U),
        .first = first,
        .again = position.pass != 0,
        .addresses = independent ? instance->pseudo_rands : NULL,
    };
    uint32_t index = first ? 2 : 0;
    uint32_t at = position.slice * length + index;
    if (index < length) {
        const block* before = &lane[at == 0 ? instance->lane_length - 1 : at - 1];
        const block* other = reference(&in, index, independent ? in.addresses[index] : before->v[0]);
        for (; index < length; ++index, ++at) {
            other =
                fill_block((const paired*)before, (const paired*)other, (paired*)&lane[at], &in, index + 1);
            before = &lane[at];
        }
    }
    if (position.pass == instance->passes - 1 && position.slice == slices - 1)
        from_pairs(&lane[instance->lane_length - 1]);
}
