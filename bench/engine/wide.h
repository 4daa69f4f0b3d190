/* Sixteen floats at a time, one lane a replicate; the integers are in base/vector.h, whose rules hold here too. */
#ifndef EESI_WIDE_H
#define EESI_WIDE_H

#include "base/vector.h"

typedef float eesi_wide __attribute__((vector_size(64)));

static inline eesi_wide eesi_wide_all(float x) {
    return x - (eesi_wide){0};
}

static inline eesi_wide eesi_wide_load(const float *from) {
    eesi_wide x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void eesi_wide_store(float *to, eesi_wide x) {
    memcpy(to, &x, sizeof x);
}

#if defined(__AVX512F__)

static inline eesi_wmask eesi_wide_less(eesi_wide a, eesi_wide b) {
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
}

static inline eesi_wmask eesi_wint_equal(eesi_wint a, eesi_wint b) {
    return _mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b);
}

/* Lanes of `yes` where the mask is set, else of `no`. */
static inline eesi_wide eesi_wide_pick(eesi_wmask mask, eesi_wide yes, eesi_wide no) {
    return (eesi_wide)_mm512_mask_mov_ps((__m512)no, mask, (__m512)yes);
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

static inline eesi_wmask eesi_wmask_not(eesi_wmask mask) {
    return (eesi_wmask)~mask;
}

/* Looks up table[0 .. 31]. */
static inline eesi_wide eesi_wide_lookup32(const float *table, eesi_wint index) {
    return (eesi_wide)_mm512_permutex2var_ps(_mm512_loadu_ps(table), (__m512i)index, _mm512_loadu_ps(table + 16));
}

#else

typedef float eesi_part __attribute__((vector_size(EESI_PART)));

typedef union eesi_wide_parts {
    eesi_wide f;
    eesi_wint i;
    eesi_part fpart[EESI_PARTS];
    eesi_ipart ipart[EESI_PARTS];
} eesi_wide_parts;

static inline eesi_wmask eesi_wide_less(eesi_wide a, eesi_wide b) {
    const eesi_wide_parts x = {.f = a}, y = {.f = b};
    eesi_wide_parts less;
    for (int k = 0; k < EESI_PARTS; k++)
        less.ipart[k] = x.fpart[k] < y.fpart[k];
    return less.i;
}

static inline eesi_wmask eesi_wint_equal(eesi_wint a, eesi_wint b) {
    const eesi_wide_parts x = {.i = a}, y = {.i = b};
    eesi_wide_parts equal;
    for (int k = 0; k < EESI_PARTS; k++)
        equal.ipart[k] = x.ipart[k] == y.ipart[k];
    return equal.i;
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
