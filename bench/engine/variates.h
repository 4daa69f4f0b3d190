/*
 * Exact binomial, Poisson and hypergeometric variates in bulk. A request is one variate with its own address (seed;
 * replicate, purpose, step, block), the block being its number, so that a result does not depend on its neighbours. All
 * arrays must have room for `count` rounded up to a multiple of 8; what stands past `count` is never used, `out` there
 * is overwritten.
 */
#ifndef EESI_VARIATES_H
#define EESI_VARIATES_H

#include <stddef.h>
#include <stdint.h>

#include "engine/urn.h"

enum { EESI_VARIATES_MAX = 256 };

typedef struct eesi_address {
    uint64_t seed;
    uint32_t purpose;
    uint32_t step;
} eesi_address;

/*
 * out[i] ~ Binomial(n[i], p[i]); n whole and below 2^40, 0 <= p <= 1, count <= EESI_VARIATES_MAX, replicate[i] as in
 * rng.h. Inversion: below a mean of 10 by search, else by an expansion of the quantile of a normal number, in the way
 * of Giles ("Approximation of the inverse Poisson cumulative distribution function", ACM TOMS 42, 2016); where that
 * comes too near a whole number to be sure, by comparing the tails. About 4 ns each with AVX-512.
 */
typedef void eesi_binomial_fn(const eesi_address *address, const uint64_t *replicate, const uint64_t *request,
                              const double *n, const double *p, double *out, size_t count);

/* out[i] ~ Poisson(mean[i]), 0 <= mean < 2^40; otherwise the same. */
typedef void eesi_poisson_fn(const eesi_address *address, const uint64_t *replicate, const uint64_t *request,
                             const double *mean, double *out, size_t count);

/*
 * out[i] ~ how many are marked of draws[i] taken at random from total[i] of which marked[i] are; all three whole and
 * below 2^40, 0 <= draws, marked <= total. One block a request. Inversion from the mode outward, about sd steps.
 */
typedef void eesi_hypergeometric_fn(const eesi_address *address, const eesi_log_factorials *table,
                                    const uint64_t *replicate, const uint64_t *request, const double *total,
                                    const double *marked, const double *draws, double *out, size_t count);

#endif
