/*
 * Scrambled Sobol numbers by address, for eesim run --qmc. The points are those of the first two dimensions of Sobol's
 * sequence, a (0,2)-sequence in base 2, padded: every pair of numbers of a future takes the same points, in an order
 * and with a scrambling of its own (Kollig and Keller, "Efficient multidimensional sampling", 2002). So each number
 * alone, and each pair, is as even over the replicates of a randomisation as it can be, and any number of them can be
 * had. Order and scrambling are nested (Owen 1995), by a hash in which a digit depends on those before it (Laine and
 * Karras 2011, with the constants of Vegdahl 2021); its keys come from Philox at (randomisation, purpose, step, pair),
 * so randomisations are independent and each number of each is uniform.
 *
 * Replicate r is point r mod 2^points of randomisation r / 2^points.
 */
#ifndef EESI_QUASI_H
#define EESI_QUASI_H

#include <stdint.h>

#include "base/philox.h"

/* Keys of four numbers: of the order and the two scramblings of one pair, then of the other. */
typedef struct eesi_quasi_keys {
    uint32_t order[2], scramble[4];
} eesi_quasi_keys;

static inline eesi_quasi_keys eesi_quasi_keys_at(uint64_t seed, uint64_t randomisation, uint32_t purpose, uint32_t step,
                                                 uint32_t block) {
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t counter[4] = {2 * block, step, (uint32_t)randomisation, purpose & 0xffffU};
    uint32_t a[4], b[4];
    eesi_philox4x32_10(counter, key, a);
    counter[0]++;
    eesi_philox4x32_10(counter, key, b);
    return (eesi_quasi_keys){{a[0], b[0]}, {a[1], a[2], b[1], b[2]}};
}

#define EESI_WORD uint32_t
#define EESI_NAME(function) eesi_quasi_##function
#include "base/quasi.inc"

/* Two uniform numbers of a replicate, as 32 bits each: the pair-th (0 or 1) of the keys. */
static inline void eesi_quasi_pair(const eesi_quasi_keys *keys, int pair, int points, uint64_t replicate,
                                   uint32_t out[2]) {
    const uint32_t last = (UINT32_C(1) << points) - 1;
    const uint32_t place = eesi_quasi_reverse((uint32_t)replicate & last) >> (32 - points);
    const uint32_t i = eesi_quasi_reverse(eesi_quasi_nested(place, keys->order[pair]) & last) >> (32 - points);
    const uint32_t *scramble = keys->scramble + 2 * pair;
    out[0] = eesi_quasi_reverse(eesi_quasi_nested(i, scramble[0]));
    out[1] = eesi_quasi_reverse(eesi_quasi_nested(eesi_quasi_second(i), scramble[1]));
}

/* As uniform numbers strictly between 0 and 1. */
static inline void eesi_quasi_uniforms(uint64_t seed, int points, uint64_t replicate, uint32_t purpose, uint32_t step,
                                       double u[2]) {
    const eesi_quasi_keys keys = eesi_quasi_keys_at(seed, replicate >> points, purpose, step, 0);
    uint32_t x[2];
    eesi_quasi_pair(&keys, 0, points, replicate, x);
    u[0] = (x[0] + 0.5) * 0x1p-32;
    u[1] = (x[1] + 0.5) * 0x1p-32;
}

#endif
