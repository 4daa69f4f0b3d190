/* The engines for one instruction set. */
#include "engine/engine_intensity.inc"

#include "engine/engine_cells.inc"

#include "engine/engine_counted.inc"

static void binomials(const eesi_address *address, const uint64_t *replicate, const uint64_t *request, const double *n,
                      const double *p, double *out, size_t count) {
    eesi_binomials(address, replicate, request, n, p, out, count);
}

static void poissons(const eesi_address *address, const uint64_t *replicate, const uint64_t *request,
                     const double *mean, double *out, size_t count) {
    eesi_poissons(address, replicate, request, mean, out, count);
}

static void hypergeometrics(const eesi_address *address, const eesi_log_factorials *table, const uint64_t *replicate,
                            const uint64_t *request, const double *total, const double *marked, const double *draws,
                            double *out, size_t count) {
    eesi_hypergeometrics(address, table, replicate, request, total, marked, draws, out, count);
}

EESI_KERNEL_TABLE(eesi_engine_kernels) = {
    .engine = {[EESI_ENGINE_POISSON] = {run_poisson, poisson_workspace},
               [EESI_ENGINE_CELLS] = {run_cells, cells_workspace},
               [EESI_ENGINE_COUNTED] = {run_counted, counted_workspace},
               [EESI_ENGINE_CELLS_POISSON] = {run_cells_poisson, cells_workspace}},
    .binomials = binomials,
    .poissons = poissons,
    .hypergeometrics = hypergeometrics};
