/*
 * Arithmetic that gives the same bits with every instruction set: only correctly rounded operations in a fixed order,
 * and contraction is off (CMakeLists.txt), so a lane holds the same bits whatever the number of lanes. Short vectors
 * are written with the compilers' vector extension, so that one source serves AVX-512, AVX2, SSE2 and other processors.
 * Kernels (isa.h) include this and are compiled once for each instruction set; elsewhere only the functions of one
 * number are of use.
 */
#ifndef EESI_VECTOR_H
#define EESI_VECTOR_H

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

#include "base/quasi.h"

/* ---- one number, in a form that compilers turn into vectors: no branches, no tables, no library calls ---- */

static inline uint64_t eesi_bits_of(double x) {
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static inline double eesi_double_of(uint64_t b) {
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}

#define EESI_REAL double
#define EESI_WORD uint64_t
#define EESI_WORD_OF(x) eesi_bits_of(x)
#define EESI_REAL_OF(word) eesi_double_of(word)
#define EESI_NAME(function) eesi_one_##function
#include "base/elementary.inc"

/* exp for x in [-700, 700]; outside it is clamped. Error below 1 ulp. */
static inline double eesi_exp_scalar(double x) {
    x = x < -700.0 ? -700.0 : x;
    x = x > 700.0 ? 700.0 : x;
    return eesi_one_exp(x);
}

/* Natural logarithm of a normal positive number. Error below 1 ulp. */
static inline double eesi_log_scalar(double x) {
    return eesi_one_log(x);
}

/* Share of the standard normal distribution below z, |z| < 37; relative error of the nearer side below 2e-9. That side
 * is exp(-z^2/2) P(1 / (1 + 0.28 |z|)), P minimax for |z| < 12. */
static inline double eesi_normal_cdf_scalar(double z) {
    const double far = z < 0 ? -z : z, t = 1.0 / (1.0 + 0.28 * far);
    const double high =
        0.4199433465203569 + t * (-0.34002342219847626 + t * (0.13030715261605436 + t * -0.01960237381012971));
    const double middle = 0.027957898759388422 + t * (0.22390165048840688 + t * (-0.2806341631982584 + t * high));
    const double p = -7.68366611347826e-06 +
                     t * (0.1118958140960134 + t * (0.10957875936642056 + t * (0.11668302152662305 + t * middle)));
    const double beyond = p * eesi_exp_scalar(-0.5 * far * far);
    return z < 0 ? beyond : 1.0 - beyond;
}

/* ---- doubles and 64-bit numbers, EESI_LANES at a time ---- */

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

/* ---- floats and 32-bit numbers, two for each lane ---- */

enum { EESI_FLOATS = 2 * EESI_LANES };

typedef float eesi_f32 __attribute__((vector_size(8 * EESI_LANES)));
typedef uint32_t eesi_u32 __attribute__((vector_size(8 * EESI_LANES)));
typedef int32_t eesi_i32 __attribute__((vector_size(8 * EESI_LANES)));

#define EESI_ONE_BITS_F32 0x3f800000U /* the float 1.0 */

static inline eesi_f32 eesi_f32_all(float x) {
    return x - (eesi_f32){0};
}

static inline eesi_f32 eesi_f32_load(const float *from) {
    eesi_f32 v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void eesi_f32_store(float *to, eesi_f32 v) {
    memcpy(to, &v, sizeof v);
}

/* a < b ? yes : no */
static inline eesi_f32 eesi_f32_if_less(eesi_f32 a, eesi_f32 b, eesi_f32 yes, eesi_f32 no) {
#if EESI_LANES == 8
    return (eesi_f32)_mm512_mask_mov_ps((__m512)no, _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ), (__m512)yes);
#else
    const eesi_i32 mask = a < b;
    return (eesi_f32)(((eesi_i32)yes & mask) | ((eesi_i32)no & ~mask));
#endif
}

/* The larger one; b when they are equal. */
static inline eesi_f32 eesi_f32_max(eesi_f32 a, eesi_f32 b) {
#if EESI_LANES == 8
    return (eesi_f32)_mm512_max_ps((__m512)a, (__m512)b);
#elif EESI_LANES == 4
    return (eesi_f32)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return eesi_f32_if_less(b, a, a, b);
#endif
}

/* The smaller one; b when they are equal. */
static inline eesi_f32 eesi_f32_min(eesi_f32 a, eesi_f32 b) {
#if EESI_LANES == 8
    return (eesi_f32)_mm512_min_ps((__m512)a, (__m512)b);
#elif EESI_LANES == 4
    return (eesi_f32)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return eesi_f32_if_less(a, b, a, b);
#endif
}

static inline eesi_f32 eesi_f32_sqrt(eesi_f32 x) {
#if EESI_LANES == 8
    return (eesi_f32)_mm512_sqrt_ps((__m512)x);
#elif EESI_LANES == 4
    return (eesi_f32)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
    return (eesi_f32)_mm_sqrt_ps((__m128)x);
#else
    for (int i = 0; i < EESI_FLOATS; i++)
        x[i] = sqrtf(x[i]);
    return x;
#endif
}

/* Rounded to the nearest float; k < 2^31. */
static inline eesi_f32 eesi_f32_from_u31(eesi_u32 k) {
    return __builtin_convertvector((eesi_i32)k, eesi_f32);
}

/*
 * Natural logarithm of positive normal numbers; absolute error below 1e-7 for |log x| < 1, relative beyond. x = 2^k
 * (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); log(1 + f) = f - f^2/2 + f^3 P(f), P minimax.
 */
static inline eesi_f32 eesi_f32_log(eesi_f32 x) {
    const uint32_t half_root = 0x3f3504f3U;
    const eesi_u32 shifted = (eesi_u32)x + (EESI_ONE_BITS_F32 - half_root);
    const eesi_f32 k = eesi_f32_from_u31(shifted >> 23) - 127.0F;
    const eesi_f32 f = (eesi_f32)((shifted & 0x007fffffU) + half_root) - 1.0F;
    const eesi_f32 f2 = f * f;
    const eesi_f32 a = 0.33334165811538696F + f * -0.250016987323761F;
    const eesi_f32 b = 0.19954873621463776F + f * -0.16564425826072693F;
    const eesi_f32 c = (0.14978012442588806F + f * -0.14379003643989563F) + f2 * 0.08672118932008743F;
    const eesi_f32 p = a + f2 * (b + f2 * c);
    return k * 0.6931471805599453F + (f - f2 * (0.5F - f * p));
}

/* exp(x) for x < 88, with everything below -87 taken for -87; relative error below 3e-7. */
static inline eesi_f32 eesi_f32_exp(eesi_f32 x) {
    const float rounder = 0x1.8p23F;
    const eesi_f32 above = eesi_f32_max(x, eesi_f32_all(-87.0F));
    const eesi_f32 shifted = above * 1.44269504F + rounder;
    const eesi_f32 k = shifted - rounder;
    const eesi_f32 r = (above - k * 0.693359375F) - k * -2.12194440e-4F;
    const eesi_f32 r2 = r * r;
    const eesi_f32 q =
        (0.4999914765357971F + r * 0.16666458547115326F) + r2 * (0.04189831390976906F + r * 0.00837450847029686F);
    return (eesi_f32)((eesi_u32)(1.0F + (r + r2 * q)) + ((eesi_u32)shifted << 23));
}

/*
 * Two independent normal numbers from 64 bits, |x| < 6.8. As eesi_normal_pair(): Box-Muller with the angle
 * in the first quadrant centred on 45 degrees and the signs drawn apart. The radius takes 31 bits of `a`, the angle 23
 * of `b`, the signs the lowest bit of each.
 */
static inline void eesi_f32_normal_pair(eesi_u32 a, eesi_u32 b, eesi_f32 *x, eesi_f32 *y) {
    const eesi_f32 u = (eesi_f32_from_u31(a >> 1) + 0.5F) * 0x1p-31F;
    const eesi_f32 radius = eesi_f32_sqrt(-eesi_f32_log(u));
    const eesi_f32 v = (eesi_f32)((b >> 9) | EESI_ONE_BITS_F32) - 1.5F + 0x1p-24F;
    const eesi_f32 z = v * v;
    const eesi_f32 c = 1.0F + z * (-1.2336980104446411F + z * (0.2536063492298126F + z * -0.020426249131560326F));
    const eesi_f32 s = v * ((1.570796251296997F + z * -0.6459629535675049F) +
                            (z * z) * (0.07967590540647507F + z * -0.004592289216816425F));
    *x = (eesi_f32)((eesi_u32)(radius * (c - s)) ^ (a << 31));
    *y = (eesi_f32)((eesi_u32)(radius * (c + s)) ^ (b << 31));
}

/* Word w of the Philox block of each replicate, from those of the replicates with even and with odd places. */
static inline eesi_u32 eesi_u32_join(eesi_u64 even, eesi_u64 odd) {
    return (eesi_u32)((even & 0xffffffffU) | (odd << 32));
}

static inline eesi_u32 eesi_u32_load(const uint32_t *from) {
    eesi_u32 v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* Where numbers come from: replicates of even and odd places apart, as the 64-bit products of Philox want them; or
 * places among the points of a randomisation, reversed (see quasi.h). */
typedef struct eesi_f32_address {
    eesi_counters even, odd;
    uint64_t seed;
    int points; /* log2 of the points of a randomisation; 0: Philox */
    uint64_t randomisation;
    uint32_t purpose, step;
    eesi_u32 place;
} eesi_f32_address;

static inline eesi_f32_address eesi_f32_address_at(uint64_t seed, int points, const uint64_t *replicate,
                                                   uint32_t purpose, uint32_t step) {
    uint64_t even[EESI_LANES], odd[EESI_LANES];
    uint32_t place[EESI_FLOATS] = {0};
    for (int i = 0; i < EESI_LANES; i++) {
        even[i] = replicate[2 * i];
        odd[i] = replicate[2 * i + 1];
    }
    for (int i = 0; points > 0 && i < EESI_FLOATS; i++)
        place[i] = eesi_quasi_reverse((uint32_t)replicate[i] << (32 - points));
    return (eesi_f32_address){.even = eesi_counters_at(eesi_u64_load(even), purpose, step, eesi_u64_all(0)),
                              .odd = eesi_counters_at(eesi_u64_load(odd), purpose, step, eesi_u64_all(0)),
                              .seed = seed,
                              .points = points,
                              .randomisation = replicate[0] >> points,
                              .purpose = purpose,
                              .step = step,
                              .place = eesi_u32_load(place)};
}

/*
 * The normal number below which a share (x + 1/2) / 2^32 lies, in x's order. With p the share on the nearer side,
 * z = (1 - 2 p) P(w), w = -log(4 p (1 - p)) (the form of Giles 2010), P minimax in two pieces; error below 2e-5.
 */
static inline eesi_f32 eesi_f32_normal_of(eesi_u32 x) {
    const eesi_u32 upper = 0U - (x >> 31);
    const eesi_f32 p = (eesi_f32_from_u31((x ^ upper) & 0x7fffffffU) + 0.5F) * 0x1p-32F;
    const eesi_f32 w = -eesi_f32_log(4.0F * p * (1.0F - p)), c = w - 2.5F;
    const eesi_f32 t = eesi_f32_sqrt(eesi_f32_max(w, eesi_f32_all(0))) - 3.5F;
    eesi_f32 central = -4.9094451242126524e-06F + c * (4.849064794143487e-07F + c * 3.384952407259334e-08F);
    central = 0.00030883439467288554F + c * (-6.204892088135239e-06F + c * central);
    central = 0.34880268573760986F + c * (-0.005907778162509203F + c * (-0.0017730511026456952F + c * central));
    central = 2.1233134269714355F + c * central;
    eesi_f32 tail = -0.001097921747714281F + t * (0.0007933647721074522F + t * -0.00023943831911310554F);
    tail = 0.004664169158786535F + t * (-0.00284779304638505F + t * (0.0014223330654203892F + t * tail));
    tail = 4.717087745666504F + t * (1.4246256351470947F + t * tail);
    const eesi_f32 z = (1.0F - 2.0F * p) * eesi_f32_if_less(w, eesi_f32_all(5.0F), central, tail);
    return (eesi_f32)((eesi_u32)z ^ (~upper & 0x80000000U));
}

#define EESI_WORD eesi_u32
#define EESI_NAME(function) eesi_u32_##function
#include "base/quasi.inc" /* eesi_u32_reverse(), eesi_u32_nested(), eesi_u32_second() */

/* Kept apart, so that the usual way stays short. */
__attribute__((noinline)) static void eesi_f32_quasi_normals(const eesi_f32_address *at, uint32_t block,
                                                             eesi_f32 out[4]) {
    const eesi_quasi_keys keys = eesi_quasi_keys_at(at->seed, at->randomisation, at->purpose, at->step, block);
    const uint32_t last = (UINT32_C(1) << at->points) - 1;
    for (int pair = 0; pair < 2; pair++) {
        const uint32_t *scramble = keys.scramble + 2 * pair;
        const eesi_u32 place = eesi_u32_nested(at->place, keys.order[pair]) & last;
        const eesi_u32 i = eesi_u32_reverse(place) >> (32 - at->points);
        out[2 * pair] = eesi_f32_normal_of(eesi_u32_reverse(eesi_u32_nested(i, scramble[0])));
        out[2 * pair + 1] = eesi_f32_normal_of(eesi_u32_reverse(eesi_u32_nested(eesi_u32_second(i), scramble[1])));
    }
}

/* Four normals for each replicate, from one block of its address. */
static inline void eesi_f32_normals(const eesi_f32_address *at, uint32_t block, eesi_f32 out[4]) {
    if (at->points > 0) {
        eesi_f32_quasi_normals(at, block, out);
        return;
    }
    eesi_counters even = at->even, odd = at->odd;
    eesi_u64 e[4], o[4];
    even.c[0] = odd.c[0] = eesi_u64_all(block);
    eesi_philox_words(even, at->seed, e);
    eesi_philox_words(odd, at->seed, o);
    eesi_f32_normal_pair(eesi_u32_join(e[0], o[0]), eesi_u32_join(e[1], o[1]), &out[0], &out[1]);
    eesi_f32_normal_pair(eesi_u32_join(e[2], o[2]), eesi_u32_join(e[3], o[3]), &out[2], &out[3]);
}

/* ---- 32-bit numbers, always sixteen ---- */

enum { EESI_WIDE = 16 };

typedef int32_t eesi_wint __attribute__((vector_size(64)));

static inline eesi_wint eesi_wint_all(int32_t x) {
    return x - (eesi_wint){0};
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

static inline eesi_wmask eesi_wint_less(eesi_wint a, eesi_wint b) {
    return _mm512_cmplt_epi32_mask((__m512i)a, (__m512i)b);
}

/* Lanes of `yes` where the mask is set, else of `no`. */
static inline eesi_wint eesi_wint_pick(eesi_wmask mask, eesi_wint yes, eesi_wint no) {
    return (eesi_wint)_mm512_mask_mov_epi32((__m512i)no, mask, (__m512i)yes);
}

/* A bit a lane, lane 0 the lowest. */
static inline unsigned eesi_wmask_bits(eesi_wmask mask) {
    return mask;
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
typedef int32_t eesi_ipart __attribute__((vector_size(EESI_PART)));
enum { EESI_PARTS = 64 / EESI_PART };

typedef union eesi_parts {
    eesi_wint i;
    eesi_ipart ipart[EESI_PARTS];
} eesi_parts;

static inline eesi_wmask eesi_wint_less(eesi_wint a, eesi_wint b) {
    const eesi_parts x = {.i = a}, y = {.i = b};
    eesi_parts less;
    for (int k = 0; k < EESI_PARTS; k++)
        less.ipart[k] = x.ipart[k] < y.ipart[k];
    return less.i;
}

static inline eesi_wint eesi_wint_pick(eesi_wmask mask, eesi_wint yes, eesi_wint no) {
    const eesi_parts m = {.i = mask}, x = {.i = yes}, y = {.i = no};
    eesi_parts picked;
    for (int k = 0; k < EESI_PARTS; k++)
        picked.ipart[k] = (x.ipart[k] & m.ipart[k]) | (y.ipart[k] & ~m.ipart[k]);
    return picked.i;
}

static inline unsigned eesi_wmask_bits(eesi_wmask mask) {
    unsigned bits = 0;
    for (int i = 0; i < EESI_WIDE; i++)
        bits |= (unsigned)(mask[i] & 1) << i;
    return bits;
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

#endif
