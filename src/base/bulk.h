/* The bulk functions of base (isa.h says how they are built), and what else rng.h keeps to itself. */
#ifndef EESI_BULK_H
#define EESI_BULK_H

#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

typedef void eesi_numbers_fn(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n);
typedef void eesi_block_fn(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows,
                           int lanes, double *out);

typedef struct eesi_kernels {
    eesi_numbers_fn *uniforms;
    eesi_block_fn *normals_block;
} eesi_kernels;

EESI_KERNELS(eesi_kernels);

/* The first two of eesi_rng_uniforms(), which for so few is slower. */
void eesi_two_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double u[2]);

#endif
