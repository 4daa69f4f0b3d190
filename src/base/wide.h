/*
 * Sixteen floats or 32-bit numbers at a time, one lane a replicate. Like lanes.h: only correctly rounded operations in
 * a fixed order, so that every build gives the same bits; but always sixteen lanes.
 */
#ifndef EESI_WIDE_H
#define EESI_WIDE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

enum { EESI_WIDE = 16 };

typedef float eesi_wide __attribute__((vector_size(64)));
typedef int32_t eesi_wint __attribute__((vector_size(64)));

static inline eesi_wide eesi_wide_all(float x) {
    return x - (eesi_wide){0};
}

static inline eesi_wint eesi_wint_all(int32_t x) {
    return x - (eesi_wint){0};
}

static inline eesi_wide eesi_wide_load(const float *from) {
    eesi_wide x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void eesi_wide_store(float *to, eesi_wide x) {
    memcpy(to, &x, sizeof x);
}

static inline eesi_wint eesi_wint_load(const int32_t *from) {
    eesi_wint x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void eesi_wint_store(int32_t *to, eesi_wint x) {
    memcpy(to, &x, sizeof x);
}

#if defined(__AVX512F__)

typedef __mmask16 eesi_wmask;

static inline eesi_wmask eesi_wide_less(eesi_wide a, eesi_wide b) {
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
}

static inline eesi_wmask eesi_wint_less(eesi_wint a, eesi_wint b) {
    return _mm512_cmplt_epi32_mask((__m512i)a, (__m512i)b);
}

static inline eesi_wmask eesi_wint_equal(eesi_wint a, eesi_wint b) {
    return _mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b);
}

/* Lanes of `yes` where the mask is set, else of `no`. */
static inline eesi_wide eesi_wide_pick(eesi_wmask mask, eesi_wide yes, eesi_wide no) {
    return (eesi_wide)_mm512_mask_mov_ps((__m512)no, mask, (__m512)yes);
}

static inline eesi_wint eesi_wint_pick(eesi_wmask mask, eesi_wint yes, eesi_wint no) {
    return (eesi_wint)_mm512_mask_mov_epi32((__m512i)no, mask, (__m512i)yes);
}

static inline eesi_wide eesi_wide_min(eesi_wide a, eesi_wide b) {
    return (eesi_wide)_mm512_min_ps((__m512)a, (__m512)b);
}

static inline eesi_wide eesi_wide_max(eesi_wide a, eesi_wide b) {
    return (eesi_wide)_mm512_max_ps((__m512)a, (__m512)b);
}

static inline eesi_wide eesi_wide_sqrt(eesi_wide x) {
    return (eesi_wide)_mm512_sqrt_ps((__m512)x);
}

static inline int eesi_wmask_any(eesi_wmask mask) {
    return mask != 0;
}

/* A bit a lane, lane 0 the lowest. */
static inline unsigned eesi_wmask_bits(eesi_wmask mask) {
    return mask;
}

static inline eesi_wmask eesi_wmask_not(eesi_wmask mask) {
    return (eesi_wmask)~mask;
}

/* Looks up table[0 .. 31]. */
static inline eesi_wide eesi_wide_lookup32(const float *table, eesi_wint index) {
    return (eesi_wide)_mm512_permutex2var_ps(_mm512_loadu_ps(table), (__m512i)index, _mm512_loadu_ps(table + 16));
}

#else

typedef eesi_wint eesi_wmask;

/* Compilers split sums and products of sixteen lanes into vectors of the machine, but not comparisons: these are
 * written for parts of the width that it has. */
#if defined(__AVX2__)
#define EESI_PART 32
#else
#define EESI_PART 16
#endif
typedef float eesi_part __attribute__((vector_size(EESI_PART)));
typedef int32_t eesi_ipart __attribute__((vector_size(EESI_PART)));
enum { EESI_PARTS = 64 / EESI_PART };

typedef union eesi_parts {
    eesi_wide f;
    eesi_wint i;
    eesi_part fpart[EESI_PARTS];
    eesi_ipart ipart[EESI_PARTS];
} eesi_parts;

static inline eesi_wmask eesi_wide_less(eesi_wide a, eesi_wide b) {
    const eesi_parts x = {.f = a}, y = {.f = b};
    eesi_parts less;
    for (int k = 0; k < EESI_PARTS; k++)
        less.ipart[k] = x.fpart[k] < y.fpart[k];
    return less.i;
}

static inline eesi_wmask eesi_wint_less(eesi_wint a, eesi_wint b) {
    const eesi_parts x = {.i = a}, y = {.i = b};
    eesi_parts less;
    for (int k = 0; k < EESI_PARTS; k++)
        less.ipart[k] = x.ipart[k] < y.ipart[k];
    return less.i;
}

static inline eesi_wmask eesi_wint_equal(eesi_wint a, eesi_wint b) {
    const eesi_parts x = {.i = a}, y = {.i = b};
    eesi_parts equal;
    for (int k = 0; k < EESI_PARTS; k++)
        equal.ipart[k] = x.ipart[k] == y.ipart[k];
    return equal.i;
}

static inline eesi_wint eesi_wint_pick(eesi_wmask mask, eesi_wint yes, eesi_wint no) {
    const eesi_parts m = {.i = mask}, x = {.i = yes}, y = {.i = no};
    eesi_parts picked;
    for (int k = 0; k < EESI_PARTS; k++)
        picked.ipart[k] = (x.ipart[k] & m.ipart[k]) | (y.ipart[k] & ~m.ipart[k]);
    return picked.i;
}

static inline eesi_wide eesi_wide_pick(eesi_wmask mask, eesi_wide yes, eesi_wide no) {
    return (eesi_wide)eesi_wint_pick(mask, (eesi_wint)yes, (eesi_wint)no);
}

static inline eesi_wide eesi_wide_min(eesi_wide a, eesi_wide b) {
    return eesi_wide_pick(eesi_wide_less(a, b), a, b);
}

static inline eesi_wide eesi_wide_max(eesi_wide a, eesi_wide b) {
    return eesi_wide_pick(eesi_wide_less(b, a), a, b);
}

static inline eesi_wide eesi_wide_sqrt(eesi_wide x) {
    for (int i = 0; i < EESI_WIDE; i++)
        x[i] = sqrtf(x[i]);
    return x;
}

static inline unsigned eesi_wmask_bits(eesi_wmask mask) {
    unsigned bits = 0;
    for (int i = 0; i < EESI_WIDE; i++)
        bits |= (unsigned)(mask[i] & 1) << i;
    return bits;
}

static inline int eesi_wmask_any(eesi_wmask mask) {
    return eesi_wmask_bits(mask) != 0;
}

static inline eesi_wmask eesi_wmask_not(eesi_wmask mask) {
    return ~mask;
}

static inline eesi_wide eesi_wide_lookup32(const float *table, eesi_wint index) {
    eesi_wide x = eesi_wide_all(0);
    for (int i = 0; i < EESI_WIDE; i++)
        x[i] = table[index[i]];
    return x;
}

#endif

static inline eesi_wint eesi_wint_max(eesi_wint a, eesi_wint b) {
    return eesi_wint_pick(eesi_wint_less(b, a), a, b);
}

static inline eesi_wint eesi_wint_min(eesi_wint a, eesi_wint b) {
    return eesi_wint_pick(eesi_wint_less(a, b), a, b);
}

/* Looks up a table of any length; index >= 0. */
static inline eesi_wint eesi_wint_lookup(const int32_t *table, eesi_wint index) {
#if defined(__AVX512F__)
/* Without optimisation the compiler's own header makes this a macro that converts a sign. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
    return (eesi_wint)_mm512_i32gather_epi32((__m512i)index, table, 4);
#pragma GCC diagnostic pop
#else
    eesi_wint x = eesi_wint_all(0);
    for (int i = 0; i < EESI_WIDE; i++)
        x[i] = table[index[i]];
    return x;
#endif
}

/* The lanes of a bit set. */
static inline eesi_wmask eesi_wmask_of(unsigned bits) {
#if defined(__AVX512F__)
    return (eesi_wmask)bits;
#else
    const eesi_wint bit = {1,      1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                           1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
    return eesi_wint_less(eesi_wint_all(0), bit & (int32_t)bits);
#endif
}

/* The lanes of a bit set one after the other, as doubles; up to 8 entries after them are overwritten. */
static inline void eesi_wide_pack(double *to, unsigned bits, eesi_wide x) {
#if defined(__AVX512F__)
    __m512d lower = _mm512_cvtps_pd(_mm512_castps512_ps256((__m512)x));
    __m512d upper = _mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)x, 1));
    _mm512_storeu_pd(to, _mm512_maskz_compress_pd((__mmask8)bits, lower));
    _mm512_storeu_pd(to + __builtin_popcount(bits & 255U), _mm512_maskz_compress_pd((__mmask8)(bits >> 8), upper));
#else
    for (; bits != 0; bits &= bits - 1)
        *to++ = (double)x[__builtin_ctz(bits)];
#endif
}

/* Their numbers, each `step` times and added to `first`. */
static inline void eesi_lanes_pack(uint64_t *to, unsigned bits, uint64_t first, uint64_t step) {
#if defined(__AVX512F__)
    typedef uint64_t eight __attribute__((vector_size(64)));
    const eight lower = (eight){0, 1, 2, 3, 4, 5, 6, 7} * step + first;
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi64((__mmask8)bits, (__m512i)lower));
    _mm512_storeu_si512(to + __builtin_popcount(bits & 255U),
                        _mm512_maskz_compress_epi64((__mmask8)(bits >> 8), (__m512i)(lower + 8 * step)));
#else
    for (; bits != 0; bits &= bits - 1)
        *to++ = first + (uint64_t)__builtin_ctz(bits) * step;
#endif
}

/* Pairs of neighbours: table[2 index] and table[2 index + 1], index >= 0. */
static inline void eesi_wide_gather_pairs(const float *table, eesi_wint index, eesi_wide *even, eesi_wide *odd) {
#if defined(__AVX512F__)
/* Without optimisation the compiler's own header makes this a macro that converts a sign. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
    const __m512i first = (__m512i)(eesi_wint){0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};
    __m512 lower = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_castsi512_si256((__m512i)index), table, 8));
    __m512 upper = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_extracti64x4_epi64((__m512i)index, 1), table, 8));
    *even = (eesi_wide)_mm512_permutex2var_ps(lower, first, upper);
    *odd = (eesi_wide)_mm512_permutex2var_ps(lower, _mm512_or_epi32(first, _mm512_set1_epi32(1)), upper);
#pragma GCC diagnostic pop
#else
    *even = *odd = eesi_wide_all(0);
    for (int i = 0; i < EESI_WIDE; i++) {
        (*even)[i] = table[2 * index[i]];
        (*odd)[i] = table[2 * index[i] + 1];
    }
#endif
}

#endif
