/**
 * @file
 * What a Monte Carlo run is: its plan, the folder it fills, its shards and their merger.
 *
 * A plan is everything that determines the bytes of the results, as one JSON text (run.json): scenarios with every
 * parameter resolved, programs, horizon, seed, replicates, hashes of data and model. Two runs with the same plan give
 * the same files; parts of a run belong together when their plans are the same.
 */
#ifndef EESIM_SCENARIO_H
#define EESIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/progress.h>
#include <eesim/sim.h>

typedef struct ees_run_plan ees_run_plan;

/**
 * Read a plan to look at results (merge, chance): it has no engine.
 * @param file  for messages. @param text  the content of a run.json, NUL-terminated.
 * @return 0, EES_ERR_DATA (names the key), EES_ERR_NOMEM. @param plan  NULL after an error.
 */
EES_API int ees_run_plan_parse(ees_run_plan **plan, const char *file, const char *text, ees_error *err) EES_MUST_CHECK;
/** @param plan  may be NULL. */
EES_API void ees_run_plan_destroy(ees_run_plan *plan);

/** The plan as JSON text; owned by the plan. */
EES_API const char *ees_run_plan_identity(const ees_run_plan *plan);
EES_API const ees_sim_layout *ees_run_plan_layout(const ees_run_plan *plan);
EES_API uint64_t ees_run_plan_replicates(const ees_run_plan *plan);
/** Names; owned by the plan. Positions as in the layout. */
EES_API const char *ees_run_plan_scenario(const ees_run_plan *plan, int scenario);
EES_API const char *ees_run_plan_program(const ees_run_plan *plan, int program);
EES_API const char *ees_run_plan_audience(const ees_run_plan *plan, int audience);
EES_API ees_band ees_run_plan_band(const ees_run_plan *plan, int band);

/** How a plan is carried out; nothing here changes a byte of the results. Zero is a sensible value of everything. */
typedef struct ees_run_job {
    size_t struct_size;
    int threads;            /* 0: all processors */
    uint64_t shard, shards; /* 0, 0: the whole run; else part `shard` (from 1) of `shards` */
    bool resume;            /* go on with what an interrupted run left */
    ees_progress progress;  /* counts replicates */
} ees_run_job;

/** What was done. */
typedef struct ees_run_result {
    uint64_t replicates; /* in the totals */
    bool complete;       /* the folder holds the results; false: interrupted, `--resume` goes on */
    bool kept;           /* an interrupted run left finished blocks to resume */
    double worst_se;     /* largest standard error of a chance */
} ees_run_result;

/**
 * Carry out a plan into a folder: draws.csv, pool.csv, chance.csv, compare.csv, paths.csv when the plan says so,
 * datapackage.json and run.json; with shards, run.json, shard.bin and its part of paths.csv, to be merged.
 * The files are written in a folder beside `dir` (its name and ".partial"), which takes the place of `dir` when all is
 * written and synced: on any error `dir` stays as it was. An earlier result in `dir` is replaced; a folder that holds
 * anything else is refused.
 * @param result  set also after EES_ERR_INTERRUPTED; may be NULL.
 * @param totals  if not NULL it gets the totals (ees_totals_destroy()).
 * @return 0; EES_ERR_INTERRUPTED; EES_ERR_MISMATCH (what there is to resume has another plan, or is there without
 *         `resume`); EES_ERR_UNSUPPORTED (no compression in this build, the plan has no engine); EES_ERR_RANGE (shards
 * with an early stop); EES_ERR_IO; the engine's errors. Same bytes for any number of threads.
 */
EES_API int ees_run_execute(const ees_run_plan *plan, const char *dir, const ees_run_job *job, ees_run_result *result,
                            ees_totals **totals, ees_error *err) EES_MUST_CHECK;

/**
 * Join shards into the files of the whole run.
 * @param dirs  the folders of all shards, in any order.
 * @return 0; EES_ERR_MISMATCH (another plan, a shard twice or missing, an unfinished one: the message says which);
 *         EES_ERR_NOTFOUND, EES_ERR_DATA, EES_ERR_IO, EES_ERR_NOMEM. `dir` as for ees_run_execute().
 */
EES_API int ees_run_merge(const char *const *dirs, size_t count, const char *dir, ees_error *err) EES_MUST_CHECK;

#endif
