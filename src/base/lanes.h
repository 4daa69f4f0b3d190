/*
 * Arithmetic on short vectors, written with the compilers' vector extension, so that one source serves AVX-512, AVX2,
 * SSE2 and other processors. A file that includes this is compiled once for each instruction set (name_v4.c, name_v3.c,
 * name_base.c; see isa.h). Only correctly rounded operations in a fixed order are used and contraction is off, so lanes
 * hold the same bits whatever their number.
 */
#ifndef EESI_LANES_H
#define EESI_LANES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define EESI_LANES 8
#elif defined(__AVX2__)
#include <immintrin.h>
#define EESI_LANES 4
#else
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#define EESI_LANES 2
#endif

typedef double eesi_f64 __attribute__((vector_size(8 * EESI_LANES)));
typedef uint64_t eesi_u64 __attribute__((vector_size(8 * EESI_LANES)));
typedef int64_t eesi_i64 __attribute__((vector_size(8 * EESI_LANES)));

#define EESI_SIGN_BIT 0x8000000000000000U
#define EESI_ONE_BITS 0x3ff0000000000000U /* the double 1.0 */
#define EESI_TWO52_BITS 0x4330000000000000U
#define EESI_TWO52 0x1p52

static inline eesi_f64 eesi_f64_all(double x) {
    return x - (eesi_f64){0};
}

static inline eesi_u64 eesi_u64_all(uint64_t x) {
    return x + (eesi_u64){0};
}

static inline eesi_f64 eesi_f64_load(const double *from) {
    eesi_f64 v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void eesi_f64_store(double *to, eesi_f64 v) {
    memcpy(to, &v, sizeof v);
}

static inline eesi_u64 eesi_u64_load(const uint64_t *from) {
    eesi_u64 v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* Lanes of `yes` where the mask is all ones, of `no` where it is zero. */
static inline eesi_f64 eesi_select(eesi_i64 mask, eesi_f64 yes, eesi_f64 no) {
    return (eesi_f64)(((eesi_i64)yes & mask) | ((eesi_i64)no & ~mask));
}

/* 0, 1, 2, ... */
static inline eesi_u64 eesi_lane_index(void) {
#if EESI_LANES == 8
    return (eesi_u64){0, 1, 2, 3, 4, 5, 6, 7};
#elif EESI_LANES == 4
    return (eesi_u64){0, 1, 2, 3};
#else
    return (eesi_u64){0, 1};
#endif
}

static inline eesi_f64 eesi_sqrt(eesi_f64 x) {
#if EESI_LANES == 8
    return (eesi_f64)_mm512_sqrt_pd((__m512d)x);
#elif EESI_LANES == 4
    return (eesi_f64)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
    return (eesi_f64)_mm_sqrt_pd((__m128d)x);
#else
    for (int i = 0; i < EESI_LANES; i++)
        x[i] = sqrt(x[i]);
    return x;
#endif
}

/* 64-bit products of the lower halves; compilers do not find the instruction for it by themselves. */
static inline eesi_u64 eesi_mul32(eesi_u64 a, eesi_u64 b) {
#if EESI_LANES == 8
    return (eesi_u64)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif EESI_LANES == 4
    return (eesi_u64)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (eesi_u64)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xffffffffU) * (b & 0xffffffffU);
#endif
}

/* Exact for integers below 2^52. */
static inline eesi_f64 eesi_f64_from_u52(eesi_u64 k) {
    return (eesi_f64)(k | EESI_TWO52_BITS) - EESI_TWO52;
}

/* The upper 52 bits as (k + 1/2) / 2^52: strictly between 0 and 1, exactly representable, symmetric about 1/2. */
static inline eesi_f64 eesi_open01(eesi_u64 bits) {
    return (eesi_f64)((bits >> 12) | EESI_ONE_BITS) - (1.0 - 0x1p-53);
}

#define EESI_REAL eesi_f64
#define EESI_WORD eesi_u64
#define EESI_WORD_OF(x) ((eesi_u64)(x))
#define EESI_REAL_OF(word) ((eesi_f64)(word))
#define EESI_NAME(function) eesi_##function
#include "base/elementary.inc" /* eesi_log(), eesi_exp_core(), eesi_exp() */

/* cos and sin of (pi/2) v for |v| <= 1/2; absolute error below 2e-16. */
static inline void eesi_cos_sin_quarter(eesi_f64 v, eesi_f64 *c, eesi_f64 *s) {
    eesi_f64 z = v * v;
    eesi_f64 z2 = z * z;
    eesi_f64 ca = 1.0 + z * -1.2337005501361697;
    eesi_f64 cb = 0.2536695079010467 + z * -0.02086348076331121;
    eesi_f64 cc = 0.0009192602741831558 + z * -2.520203677046026e-05;
    eesi_f64 cd = 4.710609726757823e-07 + z * -6.321256869628588e-09;
    *c = ca + z2 * (cb + z2 * (cc + z2 * cd));
    eesi_f64 sa = 1.5707963267948966 + z * -0.6459640975062443;
    eesi_f64 sb = 0.07969262624604301 + z * -0.004681754132340976;
    eesi_f64 sc = (0.0001604411507421909 + z * -3.59864335298231e-06) + z2 * 5.633933781537854e-08;
    *s = v * (sa + z2 * (sb + z2 * sc));
}

/*
 * Two independent normal numbers from 128 bits. Box-Muller with the angle drawn in the first quadrant, the two signs
 * drawn apart (low bits of b, which the angle does not use), and the quadrant centred on 45 degrees: cos and sin of
 * (45 degrees + t) are (cos t -+ sin t) / sqrt(2), and the root cancels against that of sqrt(-2 log u). Bits 2 to 11 of
 * b are not used.
 */
static inline void eesi_normal_pair(eesi_u64 a, eesi_u64 b, eesi_f64 *x, eesi_f64 *y) {
    eesi_f64 radius = eesi_sqrt(-eesi_log(eesi_open01(a)));
    eesi_f64 c;
    eesi_f64 s;
    eesi_cos_sin_quarter(eesi_open01(b) - 0.5, &c, &s);
    *x = (eesi_f64)((eesi_u64)(radius * (c - s)) ^ (b << 63));
    *y = (eesi_f64)((eesi_u64)(radius * (c + s)) ^ ((b << 62) & EESI_SIGN_BIT));
}

/* Counters of a lane: 32-bit words in 64-bit lanes; only the lower halves count. */
typedef struct eesi_counters {
    eesi_u64 c[4];
} eesi_counters;

/* The four words of a Philox block, each in the lower half of its lane; the upper halves hold anything. */
static inline void eesi_philox_words(eesi_counters in, uint64_t seed, eesi_u64 out[4]) {
    uint32_t k0 = (uint32_t)seed;
    uint32_t k1 = (uint32_t)(seed >> 32);
    eesi_u64 c0 = in.c[0], c1 = in.c[1], c2 = in.c[2], c3 = in.c[3];
    for (int round = 0; round < 10; round++) {
        eesi_u64 p0 = eesi_mul32(c0, eesi_u64_all(0xD2511F53U));
        eesi_u64 p1 = eesi_mul32(c2, eesi_u64_all(0xCD9E8D57U));
        c0 = (p1 >> 32) ^ c1 ^ eesi_u64_all(k0);
        c2 = (p0 >> 32) ^ c3 ^ eesi_u64_all(k1);
        c1 = p1;
        c3 = p0;
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* Words 0,1 and 2,3 of a Philox block, joined to two 64-bit numbers (word 0 is the lower half of the first). */
static inline void eesi_philox_lanes(eesi_counters in, uint64_t seed, eesi_u64 *first, eesi_u64 *second) {
    eesi_u64 c[4];
    eesi_philox_words(in, seed, c);
    *first = (c[1] << 32) | (c[0] & 0xffffffffU);
    *second = (c[3] << 32) | (c[2] & 0xffffffffU);
}

/* The address layout, see rng.h: block, step, replicate (48 bits), purpose (16 bits). */
static inline eesi_counters eesi_counters_at(eesi_u64 replicate, uint32_t purpose, uint32_t step, eesi_u64 block) {
    return (eesi_counters){
        {block, eesi_u64_all(step), replicate, (replicate >> 32 << 16) | eesi_u64_all(purpose & 0xffffU)}};
}

#endif
