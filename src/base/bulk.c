#include "base/bulk.h"

#include "base/rng.h"

void eesi_rng_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    eesi_kernels_best()->uniforms(seed, replicate, purpose, step, out, n);
}
