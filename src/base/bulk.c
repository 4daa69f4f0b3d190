#include "base/bulk.h"

#include "base/rng.h"

void eesi_rng_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    eesi_kernels_best()->uniforms(seed, replicate, purpose, step, out, n);
}

void eesi_uniform_steps(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                        double *out) {
    eesi_kernels_best()->uniform_steps(seed, replicate, purpose, first, steps, n, out);
}

void eesi_rng_normals(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    eesi_kernels_best()->normals(seed, replicate, purpose, step, out, n);
}

void eesi_vexp(const double *in, double *out, size_t n) {
    eesi_kernels_best()->exp(in, out, n);
}

void eesi_vlog(const double *in, double *out, size_t n) {
    eesi_kernels_best()->log(in, out, n);
}
