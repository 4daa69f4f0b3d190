/* The bulk functions of base as a table, one for each instruction set; see isa.h. */
#ifndef EESI_KERNELS_H
#define EESI_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

typedef void eesi_stream_fn(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n);
typedef void eesi_steps_fn(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                           double *out);
typedef void eesi_block_fn(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows,
                           int lanes, double *out);
typedef void eesi_map_fn(const double *in, double *out, size_t n);

typedef struct eesi_kernels {
    eesi_stream_fn *uniforms;
    eesi_steps_fn *uniform_steps;
    eesi_stream_fn *normals;
    eesi_block_fn *normals_block;
    eesi_map_fn *exp;
    eesi_map_fn *log;
} eesi_kernels;

extern const eesi_kernels eesi_kernels_base;
extern const eesi_kernels eesi_kernels_v3;
extern const eesi_kernels eesi_kernels_v4;

/* Only for an instruction set that this processor has: isa <= eesi_isa_best(). */
const eesi_kernels *eesi_kernels_for(enum eesi_isa isa);

/* The first two of ees_rng_uniforms(), which for so few is slower. */
void eesi_two_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double u[2]);
/* out[s][n]: what ees_rng_uniforms() gives at step first + s. */
void eesi_uniform_steps(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                        double *out);

#endif
