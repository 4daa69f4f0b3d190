/* Inside of a plan: the JSON text, and what is read from it. */
#ifndef EESI_RUN_PLAN_H
#define EESI_RUN_PLAN_H

#include <jansson.h>

#include <eesim/scenario.h>

/* How a plan is written: twelve digits name every number a person types, and reading them back changes nothing. */
enum { EESI_PLAN_DUMP = JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12) };

typedef enum eesi_compression { EESI_COMPRESS_NONE, EESI_COMPRESS_ZSTD } eesi_compression;

struct ees_run_plan {
    char *identity;
    json_t *root; /* owns the names below */
    ees_sim_layout layout;
    const char *scenario[EES_SIM_SCENARIOS_MAX];
    const char *program[EES_SIM_PROGRAMS_MAX];
    const char *audience[EES_SIM_AUDIENCES_MAX];
    ees_band band[EES_SIM_BANDS_MAX];
    uint64_t replicates;
    uint64_t seed;
    int points;      /* with layout.randomisations: points of each, log2; else 0 */
    double until_se; /* 0: none */
    bool paths;
    eesi_compression compression;
    bool has_engine;
    ees_engine engine;
    void *model; /* of the engine; freed by model_destroy */
    void (*model_destroy)(void *model);
};

#endif
