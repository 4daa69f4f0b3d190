/*
 * Sixteen floats at a time: the sums, prefix sums and searches of the engines. Every operation has one fixed order of
 * additions, so that all builds give the same bits.
 */
#ifndef EESI_ROW16_H
#define EESI_ROW16_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>

typedef __m512 eesi_row16;

static inline eesi_row16 eesi_row16_load(const float *from) {
    return _mm512_loadu_ps(from);
}

static inline void eesi_row16_store(float *to, eesi_row16 x) {
    _mm512_storeu_ps(to, x);
}

static inline eesi_row16 eesi_row16_all(float x) {
    return _mm512_set1_ps(x);
}

static inline eesi_row16 eesi_row16_add(eesi_row16 a, eesi_row16 b) {
    return _mm512_add_ps(a, b);
}

static inline eesi_row16 eesi_row16_sub(eesi_row16 a, eesi_row16 b) {
    return _mm512_sub_ps(a, b);
}

static inline eesi_row16 eesi_row16_mul(eesi_row16 a, eesi_row16 b) {
    return _mm512_mul_ps(a, b);
}

/* Entry i becomes the sum of entries 0..i, by doubling distances. */
static inline eesi_row16 eesi_row16_scan(eesi_row16 x) {
    const __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_ps(x, (__m512)_mm512_alignr_epi32((__m512i)x, zero, 15));
    x = _mm512_add_ps(x, (__m512)_mm512_alignr_epi32((__m512i)x, zero, 14));
    x = _mm512_add_ps(x, (__m512)_mm512_alignr_epi32((__m512i)x, zero, 12));
    return _mm512_add_ps(x, (__m512)_mm512_alignr_epi32((__m512i)x, zero, 8));
}

/* Entry 15 of the sum by halving: i + 8, then + 4, + 2, + 1. */
static inline float eesi_row16_sum(eesi_row16 x) {
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}

/* The first entry that reaches `goal`, 16 if none does. */
static inline int eesi_row16_first(eesi_row16 x, float goal) {
    unsigned mask = _mm512_cmp_ps_mask(x, _mm512_set1_ps(goal), _CMP_GE_OQ);
    return __builtin_ctz(mask | 0x10000U);
}

/* Entries below `count` from a, the others from b. */
static inline eesi_row16 eesi_row16_head(int count, eesi_row16 a, eesi_row16 b) {
    return _mm512_mask_mov_ps(b, (__mmask16)((1U << count) - 1U), a);
}

/* Entry `at` from a, the others from b. */
static inline eesi_row16 eesi_row16_put(int at, eesi_row16 a, eesi_row16 b) {
    return _mm512_mask_mov_ps(b, (__mmask16)(1U << at), a);
}

static inline float eesi_row16_get(eesi_row16 x, int at) {
    return _mm512_cvtss_f32(_mm512_permutexvar_ps(_mm512_set1_epi32(at), x));
}

/* The entry before `at`, 0 for the first. */
static inline float eesi_row16_before(eesi_row16 x, int at) {
    return _mm512_cvtss_f32(_mm512_maskz_permutexvar_ps(at > 0, _mm512_set1_epi32(at - 1), x));
}

#else

typedef struct eesi_row16 {
    float v[16];
} eesi_row16;

static inline eesi_row16 eesi_row16_load(const float *from) {
    eesi_row16 x;
    memcpy(x.v, from, sizeof x.v);
    return x;
}

static inline void eesi_row16_store(float *to, eesi_row16 x) {
    memcpy(to, x.v, sizeof x.v);
}

static inline eesi_row16 eesi_row16_all(float value) {
    eesi_row16 x;
    for (int i = 0; i < 16; i++)
        x.v[i] = value;
    return x;
}

static inline eesi_row16 eesi_row16_add(eesi_row16 a, eesi_row16 b) {
    for (int i = 0; i < 16; i++)
        a.v[i] += b.v[i];
    return a;
}

static inline eesi_row16 eesi_row16_sub(eesi_row16 a, eesi_row16 b) {
    for (int i = 0; i < 16; i++)
        a.v[i] -= b.v[i];
    return a;
}

static inline eesi_row16 eesi_row16_mul(eesi_row16 a, eesi_row16 b) {
    for (int i = 0; i < 16; i++)
        a.v[i] *= b.v[i];
    return a;
}

static inline eesi_row16 eesi_row16_scan(eesi_row16 x) {
    for (int distance = 1; distance < 16; distance *= 2) {
        eesi_row16 shifted = {{0}};
        memcpy(shifted.v + distance, x.v, (size_t)(16 - distance) * sizeof *x.v);
        x = eesi_row16_add(x, shifted);
    }
    return x;
}

static inline float eesi_row16_sum(eesi_row16 x) {
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            x.v[i] += x.v[i + half];
    return x.v[0];
}

static inline int eesi_row16_first(eesi_row16 x, float goal) {
    int i = 0;
    while (i < 16 && !(x.v[i] >= goal))
        i++;
    return i;
}

static inline eesi_row16 eesi_row16_head(int count, eesi_row16 a, eesi_row16 b) {
    for (int i = 0; i < 16; i++)
        b.v[i] = i < count ? a.v[i] : b.v[i];
    return b;
}

static inline eesi_row16 eesi_row16_put(int at, eesi_row16 a, eesi_row16 b) {
    b.v[at] = a.v[at];
    return b;
}

static inline float eesi_row16_get(eesi_row16 x, int at) {
    return x.v[at];
}

static inline float eesi_row16_before(eesi_row16 x, int at) {
    return at > 0 ? x.v[at - 1] : 0;
}

#endif
#endif
