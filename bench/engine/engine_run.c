#include "engine/engine_run.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

/* Batches taken at once: neighbours share lines of `out`. */
enum { SPANS_PER_THREAD = 8 };

typedef struct engine_job {
    const eesi_engine *engine;
    const eesi_tables *tables;
    uint64_t seed, first;
    size_t count, batches, span, size;
    char *memory; /* [thread][size] */
    eesi_outcomes *out;
    atomic_size_t next; /* batch */
} engine_job;

static void run_batches(void *user, size_t thread) {
    engine_job *job = user;
    char *own = job->memory + job->size * thread;
    /* Lanes that nobody uses are computed all the same: they must hold numbers, not any bits. */
    memset(own, 0, job->size);
    for (size_t b; (b = atomic_fetch_add(&job->next, job->span)) < job->batches;)
        for (size_t end = b + job->span; b < end && b < job->batches; b++) {
            const size_t slot = b * EESI_BATCH, left = job->count - slot;
            const eesi_batch batch = {job->seed, job->first + slot, left < EESI_BATCH ? left : EESI_BATCH, slot};
            job->engine->run(job->tables, &batch, own, job->out);
        }
}

int eesi_engine_run(const eesi_tables *tables, enum eesi_engine_kind kind, enum eesi_isa isa, int threads,
                    uint64_t seed, uint64_t first, size_t count, eesi_outcomes *out, ees_error *err) {
    const eesi_engine *engine = &eesi_engine_kernels_for(isa)->engine[kind];
    size_t size = (engine->workspace(tables) + 4095) / 4096 * 4096;
    char *memory = aligned_alloc(4096, size * (size_t)threads);
    if (memory == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory to run an engine with %d threads", threads);
    const size_t batches = (count + EESI_BATCH - 1) / EESI_BATCH, span = batches / ((size_t)threads * SPANS_PER_THREAD);
    engine_job job = {.engine = engine,
                      .tables = tables,
                      .seed = seed,
                      .first = first,
                      .count = count,
                      .batches = batches,
                      .span = span > 0 ? span : 1,
                      .size = size,
                      .memory = memory,
                      .out = out};
    eesi_parallel(threads, (size_t)threads, run_batches, &job);
    free(memory);
    return 0;
}
