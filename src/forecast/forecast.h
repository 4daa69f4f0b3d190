/* Forecasts of coming rounds, one program at a time, from models and a policy that are given. */
#ifndef EESI_FORECAST_H
#define EESI_FORECAST_H

#include "models/forecaster.h"
#include "policy/policy.h"
#include <eesim/context.h>

/* What to forecast. Everything is borrowed. Begin with eesi_forecast_request_init(). */
typedef struct eesi_forecast_request {
    const ees_history *history;
    const ees_programs *programs;
    ees_known known;
    ees_program_set program_set;  /* whose rounds; 0: of every program that some future has a round of */
    const ees_policy *policy;     /* its horizon is that of the forecast */
    const ees_forecaster *models; /* of the first round, in order of preference */
    size_t model_count;
    const ees_forecaster *later_models; /* of the rounds after it: asked once a future, so they should be fast */
    size_t later_model_count;
    int rounds;                /* of each program, 1 .. EES_FORECAST_ROUNDS_MAX */
    uint64_t replicates;       /* of the first round */
    uint64_t later_replicates; /* of the rounds after it */
    uint64_t seed;
    const char *const *skip; /* as in ees_question */
    size_t skip_count;
} eesi_forecast_request;

/* Defaults: every program, 1 round, 10,000 and 500 replicates, seed 1. */
void eesi_forecast_request_init(eesi_forecast_request *request);

/*
 * Forecast the coming rounds. @param forecast  uninitialised; ees_forecast_answer_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (rounds, replicates), EES_ERR_NOMEM, or the error of a model. Randomness by address from the
 * seed. Later rounds are forecast from histories in which the earlier ones of the program were held as drawn.
 */
int eesi_forecast_run(ees_forecast_answer *forecast, const eesi_forecast_request *request,
                      ees_error *err) EES_MUST_CHECK;

#endif
