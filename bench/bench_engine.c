/*
 * The fixed workload, by the slow reference engines and by ours, in one interleaved run; and the random numbers alone.
 * Usage: bench_engine [REPETITIONS [NUMPY_COMMAND]]
 * NUMPY_COMMAND runs the workload and prints seconds per replicate; without it that line is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "bench.h"
#include "engine/elementary.h"
#include "engine/engine_run.h"
#include "fixed_workload.h"
#include "flow/normals.h"
#include "reference.h"

/* Rows of results must not be a power of two apart: they would fall into the same few sets of the caches. There are so
 * many that waking a second thread, some tens of microseconds, does not show beside the fastest engine. */
enum { MOST = 32768, STRIDE = MOST + 80, NUMBERS = 1 << 16 };

typedef struct work {
    const fixed_workload *fixed;
    const eesi_tables *tables;
    eesi_outcomes out;
    size_t replicates;
    enum eesi_engine_kind kind;
    int threads;
    const char *command;
    double *numbers;
} work;

static void run_gsl(void *of) {
    work *w = of;
    for (size_t i = 0; i < w->replicates; i++)
        reference_gsl(&w->fixed->world, 0, 1, i, &w->out, i);
}

static void run_agents(void *of) {
    work *w = of;
    for (size_t i = 0; i < w->replicates; i++)
        reference_agents(&w->fixed->world, 1, i, &w->out, i);
}

static void run_engine(void *of) {
    work *w = of;
    ees_error err;
    if (eesi_engine_run(w->tables, w->kind, eesi_isa_best(), w->threads, 1, 0, w->replicates, &w->out, &err) != 0) {
        fprintf(stderr, "bench_engine: %s\n", err.message);
        exit(1);
    }
}

static double run_numpy(void *of) {
    const work *w = of;
    return bench_command(w->command);
}

static void run_mt19937(void *of) {
    work *w = of;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < NUMBERS; i++)
        w->numbers[i] = gsl_rng_uniform(rng);
    gsl_rng_free(rng);
}

static void run_philox(void *of) {
    work *w = of;
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    for (size_t i = 0; i < NUMBERS; i++)
        w->numbers[i] = gsl_rng_uniform(rng);
    gsl_rng_free(rng);
}

static void run_uniforms(void *of) {
    work *w = of;
    eesi_rng_uniforms(1, 2, 3, 4, w->numbers, NUMBERS);
}

static void run_normals(void *of) {
    work *w = of;
    eesi_normals_block(1, 2, 3, 4, NUMBERS / 16, 16, w->numbers);
}

static void run_exp(void *of) {
    work *w = of;
    eesi_vexp(w->numbers, w->numbers + NUMBERS, NUMBERS);
}

enum { GSL, AGENTS, NUMPY, CELLS, COUNTED, POISSON, CELLS_ALL, COUNTED_ALL, POISSON_ALL };
enum { MT = POISSON_ALL + 1, PHILOX, UNIFORMS, NORMALS, EXP, JOBS };

static void engine_job(bench_job *job, work *w, const work *common, const char *name, enum eesi_engine_kind kind,
                       int threads, size_t replicates) {
    *w = *common;
    w->kind = kind;
    w->threads = threads;
    w->replicates = replicates;
    *job = (bench_job){.name = name, .unit = "replicate", .units = (double)replicates, .run = run_engine, .work = w};
}

int main(int argc, char **argv) {
    static fixed_workload fixed;
    static bench_job jobs[JOBS];
    static work works[JOBS];
    int repetitions = argc > 1 ? atoi(argv[1]) : 7;
    int all = eesi_threads(0);
    eesi_tables tables;
    ees_error err;
    int32_t *results = calloc((size_t)3 * FIXED_ROUNDS * STRIDE, sizeof *results);
    double *numbers = calloc((size_t)2 * NUMBERS, sizeof *numbers);
    if (repetitions < 1 || repetitions > BENCH_REPETITIONS_MAX || results == NULL || numbers == NULL) {
        fprintf(stderr, "usage: bench_engine [REPETITIONS [NUMPY_COMMAND]]\n");
        return 2;
    }
    fixed_workload_init(&fixed);
    if (eesi_tables_init(&tables, &fixed.world, &err) != 0) {
        fprintf(stderr, "bench_engine: %s\n", err.message);
        return 1;
    }
    size_t each = (size_t)FIXED_ROUNDS * STRIDE;
    const work common = {.fixed = &fixed,
                         .tables = &tables,
                         .out = {STRIDE, results, results + each, results + 2 * each, NULL},
                         .command = argc > 2 ? argv[2] : NULL,
                         .numbers = numbers};
    for (int j = 0; j < JOBS; j++)
        works[j] = common;
    works[GSL].replicates = 20;
    works[AGENTS].replicates = 1;
    jobs[GSL] = (bench_job){.name = "plain C with GSL", .unit = "replicate", .units = 20, .run = run_gsl};
    jobs[AGENTS] = (bench_job){.name = "agents with qsort", .unit = "replicate", .units = 1, .run = run_agents};
    jobs[NUMPY] = (bench_job){.name = "NumPy", .unit = "replicate", .units = 1, .timed = run_numpy};
    engine_job(&jobs[CELLS], &works[CELLS], &common, "every cell", EESI_ENGINE_CELLS, 1, 1024);
    engine_job(&jobs[COUNTED], &works[COUNTED], &common, "counted pool", EESI_ENGINE_COUNTED, 1, 16384);
    engine_job(&jobs[POISSON], &works[POISSON], &common, "Poisson pool", EESI_ENGINE_POISSON, 1, MOST);
    engine_job(&jobs[CELLS_ALL], &works[CELLS_ALL], &common, "every cell, all threads", EESI_ENGINE_CELLS, all, 2048);
    engine_job(&jobs[COUNTED_ALL], &works[COUNTED_ALL], &common, "counted pool, all threads", EESI_ENGINE_COUNTED, all,
               16384);
    engine_job(&jobs[POISSON_ALL], &works[POISSON_ALL], &common, "Poisson pool, all threads", EESI_ENGINE_POISSON, all,
               MOST);
    const struct {
        const char *name;
        void (*run)(void *);
    } random[] = {{"uniform, GSL mt19937", run_mt19937},
                  {"uniform, our generator through GSL", run_philox},
                  {"uniform, bulk", run_uniforms},
                  {"normal, bulk", run_normals},
                  {"exp, bulk", run_exp}};
    for (int j = MT; j < JOBS; j++)
        jobs[j] =
            (bench_job){.name = random[j - MT].name, .unit = "number", .units = NUMBERS, .run = random[j - MT].run};
    for (int j = 0; j < JOBS; j++) {
        jobs[j].work = &works[j];
        jobs[j].base = j >= MT ? MT : GSL;
    }
    jobs[CELLS_ALL].base = CELLS;
    jobs[COUNTED_ALL].base = COUNTED;
    jobs[POISSON_ALL].base = POISSON;
    bench_run(jobs, JOBS, repetitions);
    bench_print(jobs, JOBS, repetitions);
    eesi_tables_free(&tables);
    free(results);
    free(numbers);
    return 0;
}
