/* Elementary functions of one number in a form the compiler vectorises (see simd.h): no branches, no tables, no library
 * calls. The same bits as those of lanes.h and vmath.h. */
#ifndef EESI_VECMATH_H
#define EESI_VECMATH_H

#include <stdint.h>
#include <string.h>

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

#endif
