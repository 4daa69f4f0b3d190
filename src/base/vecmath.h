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

#endif
