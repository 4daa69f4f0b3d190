/*
 * Arithmetic on short vectors of floats, two for each lane of lanes.h, under the same rules: correctly rounded
 * operations in a fixed order, so that every build gives the same bits.
 */
#ifndef EESI_FLOATS_H
#define EESI_FLOATS_H

#include "base/lanes.h"
#include "base/quasi.h"

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
 * Two independent normal numbers from 64 bits, |x| < 6.8. As eesi_normal_pair() of lanes.h: Box-Muller with the angle
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

#endif
