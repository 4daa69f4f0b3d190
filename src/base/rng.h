/*
 * Random numbers by address.
 *
 * The generator is counter-based: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A number depends only on its address (seed; replicate, purpose, step) and on its place in the
 * sequence of that address, never on what was drawn before. So results do not depend on threads, shards or block sizes,
 * and scenarios with the same seed share their random numbers.
 *
 * Address: seed any 64-bit number; replicate < EES_RNG_REPLICATES; purpose < EES_RNG_PURPOSES; step any 32-bit number
 * (a round, a day: whatever the purpose counts). Each address has a sequence of its own, of 2^32 blocks of 128 bits.
 * Higher bits of replicate and purpose are ignored.
 *
 * The bulk functions give the same bits on every processor and compiler. All functions are reentrant.
 */
#ifndef EESI_RNG_H
#define EESI_RNG_H

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/version.h>

#define EES_RNG_REPLICATES ((uint64_t)1 << 48)
#define EES_RNG_PURPOSES ((uint32_t)1 << 16)

/*
 * What numbers are drawn for. Each module owns a range, so that no two uses ever share an address. Never renumber: the
 * results of a seed depend on it.
 */
enum ees_rng_purpose {
    EES_RNG_DEFAULT = 0x0000, /* a fresh gsl_rng; the user's own draws */
    EES_RNG_POOL = 0x0100,    /* 0x0100 .. 0x01ff pool and draw */
    EES_RNG_FLOW = 0x0200,    /* 0x0200 .. 0x02ff the transition */
    EES_RNG_FILTER = 0x0300,  /* 0x0300 .. 0x03ff assimilation and fitting */
    EES_RNG_POLICY = 0x0400,  /* 0x0400 .. 0x04ff dates and sizes of future rounds */
    EES_RNG_ENGINE = 0x0500,  /* 0x0500 .. 0x05ff the engines */
    EES_RNG_USER = 0x8000     /* 0x8000 and above: never used by the library */
};

/*
 * Philox4x32-10 for GSL: gsl_rng_alloc(eesi_rng_philox). Words of 32 bits; gsl_rng_uniform() has 52 random bits and
 * never returns 0 or 1. gsl_rng_set() keeps all bits of its seed (unlike gsl_rng_mt19937, which keeps 32) and goes to
 * the start of address (0, EES_RNG_DEFAULT, 0). Without gsl_rng_set() the seed is gsl_rng_default_seed, as for every
 * GSL type.
 */
extern const gsl_rng_type *const eesi_rng_philox;

/*
 * Go to the start of an address.
 * @param rng  of type eesi_rng_philox; anything else ends the process.
 */
void eesi_rng_point(gsl_rng *rng, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step);

/*
 * Uniform numbers, 52 random bits each, strictly between 0 and 1.
 * @param out  double[n], owned by the caller; n <= 2^33. Entry i does not depend on n. About 0.6 ns each with AVX-512.
 */
void eesi_rng_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n);

#endif
