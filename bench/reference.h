/* The slow engines that the fast ones are measured against: plain code, as one would first write it. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include "engine/engine.h"

/*
 * One replicate into entry `slot` of each round. The seed of gsl_rng_mt19937 is seed + replicate.
 * poisson_pool: initial counts are Poisson with the initial candidates as means, instead of exactly these.
 */
void reference_gsl(const eesi_world *world, int poisson_pool, uint64_t seed, uint64_t replicate, eesi_outcomes *out,
                   size_t slot);

/* The same world with a struct for each candidate and qsort before each round. */
void reference_agents(const eesi_world *world, uint64_t seed, uint64_t replicate, eesi_outcomes *out, size_t slot);

#endif
