#include "base/kernels.h"

#include <eesim/rng.h>

#include "base/vmath.h"

const eesi_kernels *eesi_kernels_for(enum eesi_isa isa) {
    static const eesi_kernels *const builds[EESI_ISA_COUNT] = {&eesi_kernels_base, &eesi_kernels_v3, &eesi_kernels_v4};
    return builds[isa];
}

static const eesi_kernels *best(void) {
    return eesi_kernels_for(eesi_isa_best());
}

void ees_rng_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    best()->uniforms(seed, replicate, purpose, step, out, n);
}

void eesi_uniform_steps(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                        double *out) {
    best()->uniform_steps(seed, replicate, purpose, first, steps, n, out);
}

void ees_rng_normals(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    best()->normals(seed, replicate, purpose, step, out, n);
}

void eesi_vexp(const double *in, double *out, size_t n) {
    best()->exp(in, out, n);
}

void eesi_vlog(const double *in, double *out, size_t n) {
    best()->log(in, out, n);
}
