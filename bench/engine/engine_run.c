#include "engine/engine_run.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

int eesi_engine_run(const eesi_tables *tables, enum eesi_engine_kind kind, enum eesi_isa isa, int threads,
                    uint64_t seed, uint64_t first, size_t count, eesi_outcomes *out, ees_error *err) {
    const eesi_engine *engine = &eesi_engine_kernels_for(isa)->engine[kind];
    size_t size = (engine->workspace(tables) + 4095) / 4096 * 4096;
    char *memory = aligned_alloc(4096, size * (size_t)threads);
    if (memory == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory to run an engine with %d threads", threads);
    size_t batches = (count + EESI_BATCH - 1) / EESI_BATCH;
#pragma omp parallel num_threads(threads)
    {
        char *own = memory + size * (size_t)omp_get_thread_num();
        /* Lanes that nobody uses are computed all the same: they must hold numbers, not any bits. */
        memset(own, 0, size);
        /* Some batches in a row, since neighbours share lines of `out`; the rest to whoever is free. */
#pragma omp for schedule(guided)
        for (size_t b = 0; b < batches; b++) {
            const size_t slot = b * EESI_BATCH, left = count - slot;
            const eesi_batch batch = {seed, first + slot, left < EESI_BATCH ? left : EESI_BATCH, slot};
            engine->run(tables, &batch, own, out);
        }
    }
    free(memory);
    return 0;
}
