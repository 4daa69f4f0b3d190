/*
 * Forecasts of programs whose rounds take each other's candidates. A general round takes candidates of every program,
 * and a nominee round takes the top of the next CEC round. eesi_forecast_run() forecasts each program alone and misses
 * this. Here the programs with an ensemble are forecast from one run that holds the rounds of all of them; the other
 * programs come from eesi_forecast_run(). Both draw days and sizes from the same policy with the same seed, so that a
 * replicate is one future of all programs.
 */
#ifndef EESI_COMING_H
#define EESI_COMING_H

#include <eesim/run.h>

#include "forecast/forecast.h"
#include "run/run_inputs.h"

/* The inputs of such a run. Everything is borrowed. Begin with eesi_coming_init(). */
typedef struct eesi_coming {
    const ees_run_inputs *inputs;
    const char *policy_file; /* the policy of the request: a file ... */
    const char *const *sets; /* ... and "path=value" */
    size_t set_count;
    ees_program_set programs; /* to run together; a program whose stream has not begun is left out; 0: none */
    uint64_t replicates;      /* of the run, at most those of the request */
    int threads;              /* 0: all processors */
} eesi_coming;

/* Defaults: no programs, 4,096 replicates, all processors. */
void eesi_coming_init(eesi_coming *coming);

/*
 * As eesi_forecast_run(), for rounds that take each other's candidates.
 * @param self          an eesi_coming; void as in eesi_joint_request.forecast.
 * @param forecast      uninitialised; ees_forecast_answer_free() it, also after an error.
 * @param request       its policy, programs, history and seed are those of `self`.
 * @param known_before  the day that gave request->known; EES_DATE_NONE: everything is known.
 * @param until         last day of the policy's horizon.
 * @return as eesi_forecast_run() and ees_run_plan_create(). The same draws for any number of threads.
 */
int eesi_coming_forecast(const void *self, ees_forecast_answer *forecast, const eesi_forecast_request *request,
                         ees_date known_before, ees_date until, ees_error *err) EES_MUST_CHECK;

#endif
