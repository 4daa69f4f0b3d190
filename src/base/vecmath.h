/* Elementary functions in a form the compiler vectorises: no branches, no tables, no library calls, so that every lane
 * and every instruction set gives the same bits. */
#ifndef EESI_VECMATH_H
#define EESI_VECMATH_H

#include <math.h>
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

/* exp for x in [-700, 700]; outside it is clamped. Relative error below 1e-13. */
static inline double eesi_exp_scalar(double x) {
    const double shift = 0x1.8p52;
    x = x < -700.0 ? -700.0 : x;
    x = x > 700.0 ? 700.0 : x;
    const double t = x * 0x1.71547652b82fep0 + shift;
    const double n = t - shift;
    const double r = (x - n * 0x1.62e42fefa38p-1) - n * 0x1.ef35793c7673p-45;
    double p = 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    return p * eesi_double_of((eesi_bits_of(t) + 1023u) << 52);
}

/* Natural logarithm of a normal positive number. Relative error below 1e-13. */
static inline double eesi_log_scalar(double x) {
    const uint64_t b = eesi_bits_of(x);
    /* Shifting by the bits of sqrt(1/2) puts the mantissa in [sqrt(1/2), sqrt(2)). */
    const uint64_t k = b - 0x3fe6a09e667f3bcdu;
    const double e = eesi_double_of(((k >> 52) ^ 0x800u) | 0x4330000000000000u) - (0x1p52 + 2048.0);
    const double m = eesi_double_of(b - (k & 0xfff0000000000000u));
    const double s = (m - 1.0) / (m + 1.0);
    const double z = s * s;
    double p = 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    p = p * z + 2.0;
    return s * p + e * 0x1.62e42fefa39efp-1;
}

#endif
