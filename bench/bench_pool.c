/*
 * Building the newest published pool, and holding a round on it, against holding the round by sorting everybody.
 * Usage: bench_pool MODELS_DIR DATA_DIR [REPETITIONS]
 * Repetitions are interleaved. Prints one JSON object a line: name, median and extremes in milliseconds, ratio of
 * medians to the sort. Times are those of the processor, so that a busy machine does not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <eesim.h>

#include "bench.h"
#include "feed/read.h"
#include "pool/pool.h"
#include "pool/segment.h"
#include "pool/ungroup.h"

enum { BUILD, UNGROUP, DRAW, REMOVE, SORT, JOBS, REPETITIONS_MAX = 1001 };

static const char *const NAMES[JOBS] = {"build the pool", "ungroup its bands", "draw a round",
                                        "copy the pool, draw and remove", "sort everybody"};

typedef struct work {
    ees_programs programs;
    ees_segments segments;
    ees_history history;
    ees_pool_source source;
    ees_pool pool;
    ees_draw_rule rule;
    ees_cell *cells;
} work;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void load(work *w, const char *models, const char *data) {
    ees_error err;
    char path[4096];
    snprintf(path, sizeof path, "%s/programs.json", models);
    bench_must(eesi_programs_read(&w->programs, NULL, path, &err), &err);
    snprintf(path, sizeof path, "%s/segments.json", models);
    bench_must(eesi_segments_read(&w->segments, NULL, path, &w->programs, &err), &err);
    bench_must(ees_history_load(&w->history, data, &w->programs, &err), &err);
    w->source = (ees_pool_source){.programs = &w->programs,
                                  .segments = &w->segments,
                                  .snapshot = &w->history.snapshots[w->history.snapshot_count - 1],
                                  .history = &w->history,
                                  .round_count = w->history.round_count};
    bench_must(eesi_pool_build(&w->pool, &w->source, &err), &err);
    w->rule = (ees_draw_rule){ees_pool_admitted(&w->pool, &w->programs, ees_programs_find(&w->programs, "CEC")), 6000,
                              EES_SCORE_NONE, EES_TIME_NONE};
    w->cells = calloc(w->pool.cell_count + 1, sizeof *w->cells);
    if (!w->cells)
        exit(1);
}

static int by_rank(const void *left, const void *right) {
    const ees_cell *a = left, *b = right;
    if (a->score != b->score)
        return b->score - a->score;
    return (a->submitted > b->submitted) - (a->submitted < b->submitted);
}

static void build(const work *w) {
    ees_error err;
    ees_pool pool;
    bench_must(eesi_pool_build(&pool, &w->source, &err), &err);
    ees_pool_free(&pool);
}

static void draw(const work *w, bool remove) {
    ees_error err;
    ees_pool copy;
    ees_draw_result result;
    bench_must(ees_draw(&w->pool, &w->rule, &result, &err), &err);
    if (!remove)
        return;
    bench_must(ees_pool_init(&copy, w->pool.as_of, w->pool.eligibility, w->pool.segment_count, w->pool.cells,
                             w->pool.cell_count, &err),
               &err);
    bench_must(ees_pool_remove(&copy, &result, &err), &err);
    ees_pool_free(&copy);
}

/* An order that a sort has to work for: cells dealt out like cards. */
static void shuffle(const work *w) {
    const size_t piles = 997;
    size_t used = 0;
    for (size_t first = 0; first < piles; first++)
        for (size_t i = first; i < w->pool.cell_count; i += piles)
            w->cells[used++] = w->pool.cells[i];
}

static double timed(int job, const work *w) {
    double density[EES_SCORE_COUNT];
    ees_error err;
    if (job == SORT)
        shuffle(w);
    double start = now_ms();
    if (job == BUILD)
        build(w);
    else if (job == UNGROUP)
        bench_must(eesi_ungroup(w->source.snapshot, density, &err), &err);
    else if (job == SORT)
        qsort(w->cells, w->pool.cell_count, sizeof *w->cells, by_rank);
    else
        draw(w, job == REMOVE);
    return now_ms() - start;
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

int main(int argc, char **argv) {
    static double times[JOBS][REPETITIONS_MAX];
    static work w;
    if (argc < 3) {
        fputs("usage: bench_pool MODELS_DIR DATA_DIR [REPETITIONS]\n", stderr);
        return 2;
    }
    int repetitions = argc > 3 ? atoi(argv[3]) : 31;
    if (repetitions < 1 || repetitions > REPETITIONS_MAX)
        return 2;
    load(&w, argv[1], argv[2]);
    for (int r = 0; r < repetitions; r++)
        for (int job = 0; job < JOBS; job++)
            times[job][r] = timed(job, &w);
    for (int job = 0; job < JOBS; job++)
        qsort(times[job], (size_t)repetitions, sizeof **times, compare);
    for (int job = 0; job < JOBS; job++)
        printf(
            "{\"name\":\"%s\",\"candidates\":%lld,\"median_ms\":%.4f,\"min_ms\":%.4f,\"max_ms\":%.4f,\"ratio\":%.5f}\n",
            NAMES[job], (long long)w.pool.total, times[job][repetitions / 2], times[job][0],
            times[job][repetitions - 1], times[job][repetitions / 2] / times[SORT][repetitions / 2]);
    ees_pool_free(&w.pool);
    ees_history_free(&w.history);
    eesi_segments_free(&w.segments);
    eesi_programs_free(&w.programs);
    free(w.cells);
    return 0;
}
