/* The bulk functions of base (isa.h says how they are built), and what else rng.h keeps to itself. */
#ifndef EESI_BULK_H
#define EESI_BULK_H

#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

typedef void eesi_numbers_fn(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n);
typedef void eesi_steps_fn(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                           double *out);
typedef void eesi_block_fn(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows,
                           int lanes, double *out);
typedef void eesi_map_fn(const double *in, double *out, size_t n);

typedef struct eesi_kernels {
    eesi_numbers_fn *uniforms;
    eesi_steps_fn *uniform_steps;
    eesi_numbers_fn *normals;
    eesi_block_fn *normals_block;
    eesi_map_fn *exp;
    eesi_map_fn *log;
} eesi_kernels;

EESI_KERNELS(eesi_kernels);

/* The first two of eesi_rng_uniforms(), which for so few is slower. */
void eesi_two_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double u[2]);
/* out[s][n]: what eesi_rng_uniforms() gives at step first + s. */
void eesi_uniform_steps(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                        double *out);

/* Elementary functions of arrays; `out` may be `in`. */

/*
 * exp of each entry: error below 1 ulp; gradual underflow, infinity above 709.78, NaN for NaN. About 0.6 ns each with
 * AVX-512.
 */
void eesi_vexp(const double *in, double *out, size_t n);

/*
 * Natural logarithm of each entry: error below 1 ulp; -infinity for 0, NaN for negative numbers and NaN, subnormal
 * numbers included. About 0.7 ns each with AVX-512.
 */
void eesi_vlog(const double *in, double *out, size_t n);

#endif
