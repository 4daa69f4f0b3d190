#include "sim/engine_run.h"

#include <stdlib.h>
#include <string.h>

const eesi_engine_kernels *eesi_engine_for(enum eesi_isa isa) {
    switch (isa) {
    case EESI_ISA_V4:
        return &eesi_engine_v4;
    case EESI_ISA_V3:
        return &eesi_engine_v3;
    default:
        return &eesi_engine_base;
    }
}

static eesi_batch_fn *choose(const eesi_engine_kernels *kernels, enum eesi_engine_kind kind) {
    switch (kind) {
    case EESI_ENGINE_CELLS:
        return kernels->cells;
    case EESI_ENGINE_COUNTED:
        return kernels->counted;
    case EESI_ENGINE_CELLS_POISSON:
        return kernels->cells_poisson;
    default:
        return kernels->poisson;
    }
}

int eesi_engine_run(const eesi_tables *tables, enum eesi_engine_kind kind, enum eesi_isa isa, int threads,
                    uint64_t seed, uint64_t first, size_t count, eesi_outcomes *out, ees_error *err) {
    eesi_batch_fn *run = choose(eesi_engine_for(isa), kind);
    size_t size = (eesi_workspace_size(tables, eesi_engine_for(isa)) + 4095) / 4096 * 4096;
    char *memory = aligned_alloc(4096, size * (size_t)threads);
    if (memory == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory to run an engine with %d threads", threads);
    /* A row that does not count is read all the same and multiplied by 0: it must be a number, not any bits. */
    memset(memory, 0, size * (size_t)threads);
    size_t batches = (count + EESI_BATCH - 1) / EESI_BATCH;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int t = 0; t < threads; t++)
        for (size_t b = (size_t)t; b < batches; b += (size_t)threads) {
            size_t slot = b * EESI_BATCH;
            size_t left = count - slot;
            eesi_batch batch = {seed, first + slot, left < EESI_BATCH ? left : EESI_BATCH, slot};
            run(tables, &batch, memory + size * (size_t)t, out);
        }
    free(memory);
    return 0;
}

size_t eesi_workspace_size(const eesi_tables *tables, const eesi_engine_kernels *kernels) {
    size_t rounds = (size_t)tables->world.rounds;
    size_t walker = (size_t)(tables->world.segments * tables->blocks * 2 + tables->cells) * sizeof(float) + 256;
    size_t intensities = rounds * EESI_BATCH * (2 * sizeof(double) + sizeof(float)) + 128 + 16 * walker;
    size_t cells = (size_t)tables->alias.cells * EESI_BATCH * sizeof(uint32_t);
    size_t counted = kernels->counted_workspace(tables);
    size_t most = intensities > cells ? intensities : cells;
    return most > counted ? most : counted;
}
