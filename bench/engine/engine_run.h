/* How the engines are run; builds for several instruction sets, see base/isa.h. */
#ifndef EESI_ENGINE_RUN_H
#define EESI_ENGINE_RUN_H

#include "base/isa.h"
#include "engine/engine_tables.h"
#include "engine/variates.h"

enum { EESI_BATCH = 256 /* multiple of 16 */ };

/* Replicates `first` .. `first + count - 1`, count <= EESI_BATCH, into slots `slot` on. */
typedef struct eesi_batch {
    uint64_t seed;
    uint64_t first;
    size_t count;
    size_t slot;
} eesi_batch;

/* One engine: runs a batch; `workspace` bytes of scratch memory, 64-byte aligned and cleared before its first use. */
typedef struct eesi_engine {
    void (*run)(const eesi_tables *tables, const eesi_batch *batch, void *workspace, eesi_outcomes *out);
    size_t (*workspace)(const eesi_tables *tables);
} eesi_engine;

enum eesi_engine_kind {
    EESI_ENGINE_POISSON,       /* intensities; initial candidates are the means of Poisson counts */
    EESI_ENGINE_CELLS,         /* every cell; initial candidates are counts */
    EESI_ENGINE_COUNTED,       /* intensities; initial candidates are counts */
    EESI_ENGINE_CELLS_POISSON, /* every cell; initial candidates are the means of Poisson counts */
    EESI_ENGINES
};

typedef struct eesi_engine_kernels {
    eesi_engine engine[EESI_ENGINES];
    eesi_binomial_fn *binomials;
    eesi_poisson_fn *poissons;
    eesi_hypergeometric_fn *hypergeometrics;
} eesi_engine_kernels;

EESI_KERNELS(eesi_engine_kernels);

/*
 * Replicates first .. first + count - 1 into slots 0 .. count - 1 of `out`; threads >= 1. The results do not depend on
 * threads, isa or on how replicates are divided among calls. EES_ERR_NOMEM.
 */
EES_MUST_CHECK int eesi_engine_run(const eesi_tables *tables, enum eesi_engine_kind kind, enum eesi_isa isa,
                                   int threads, uint64_t seed, uint64_t first, size_t count, eesi_outcomes *out,
                                   ees_error *err);

#endif
