/* Inside of a plan: the JSON text, and what is read from it. */
#ifndef EESI_RUN_PLAN_H
#define EESI_RUN_PLAN_H

#include <jansson.h>

#include "run/block.h"
#include "run/run_inputs.h"

/* How a plan is written: twelve digits name every number a person types, and reading them back changes nothing. */
enum { EESI_PLAN_DUMP = JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12) };

typedef enum eesi_compression { EESI_COMPRESS_NONE, EESI_COMPRESS_ZSTD } eesi_compression;

struct ees_run_plan {
    char *identity;
    json_t *root; /* owns the names below */
    ees_run_layout layout;
    const char *scenario[EES_RUN_SCENARIOS_MAX];
    const char *program[EES_RUN_PROGRAMS_MAX];
    const char *audience[EES_RUN_AUDIENCES_MAX];
    ees_band band[EES_RUN_BANDS_MAX];
    uint64_t replicates;
    uint64_t seed;
    int points;      /* with layout.randomisations: points of each, log2; else 0 */
    double until_se; /* 0: none */
    bool paths;
    eesi_compression compression;
    bool has_engine;
    eesi_block_engine engine;
    void *model; /* of the engine; freed by model_destroy */
    void (*model_destroy)(void *model);
    void *held; /* what the engine stands on beside it; given up by `release` after the engine. NULL: nothing */
    void (*release)(void *held);
};

/*
 * Read a plan to look at results (merge, chance): it has no engine.
 * @param file  for messages. @param text  the content of a run.json, NUL-terminated.
 * @return 0, EES_ERR_DATA (names the key), EES_ERR_NOMEM. @param plan  NULL after an error.
 */
int eesi_run_plan_parse(ees_run_plan **plan, const char *file, const char *text, ees_error *err) EES_MUST_CHECK;

/* ees_run_plan_create() and ees_run_plan_repeat() with what the run stands on; it must outlive the plan. */
int eesi_run_plan_make(ees_run_plan **plan, const ees_run_request *request, const ees_run_inputs *inputs,
                       ees_error *err) EES_MUST_CHECK;
int eesi_run_plan_again(ees_run_plan **plan, const char *file, const char *text, const ees_run_inputs *inputs,
                        ees_error *err) EES_MUST_CHECK;

/* The bands of the newest known pool, of the first one where none was known; NULL: there is none. */
const ees_bands *eesi_run_bands(const ees_history *history, ees_known known);

/*
 * What the command line would have refused: keys nobody reads, other bands, a start that is not the day it was asked
 * of.
 * @param history  the data of the run. @return 0 or EES_ERR_DATA.
 */
int eesi_run_plan_check(const ees_run_plan *plan, const char *file, const ees_history *history,
                        ees_error *err) EES_MUST_CHECK;

const char *eesi_run_plan_audience(const ees_run_plan *plan, int audience);

ees_band eesi_run_plan_band(const ees_run_plan *plan, int band);

const char *eesi_run_plan_identity(const ees_run_plan *plan);

/* A profile is in the pool for 12 months: the first day on which one that was not renewed is gone. */
ees_date eesi_profile_expiry(ees_date submitted);

#endif
