/**
 * @file
 * Forecasts of coming rounds whose size, or date and size, are not known.
 *
 * Dates and sizes come from a calendar learned from the past (calendar.h) or from a policy (policy.h); cut-offs from
 * any forecaster (backtest.h), asked for sizes and days spread over what is likely, and mixed.
 */
#ifndef EESIM_FORECAST_H
#define EESIM_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/calendar.h>
#include <eesim/forecaster.h>
#include <eesim/policy.h>
#include <eesim/predictive.h>

/** Forecasters that need a size, and the calendar that guesses it. Everything is borrowed. */
typedef struct ees_size_guess {
    size_t struct_size;
    const ees_calendar_model *calendar;
    const ees_forecaster *models; /* in order of preference: the first that has an answer is used */
    size_t model_count;
} ees_size_guess;

/**
 * The forecaster "size-mixture": asked without a size, it mixes the answers of its models over the sizes that the
 * calendar thinks likely on the day; asked with one, it passes the question on.
 * No randomness. Safe for several threads. @param guess  must outlive the forecaster.
 */
EES_API ees_forecaster ees_size_unknown_forecaster(const ees_size_guess *guess);

enum { EES_FORECAST_ROUNDS_MAX = 26, EES_FORECAST_LEVELS = 7 };

/** What to forecast. Everything is borrowed. Begin with ees_forecast_request_init(). */
typedef struct ees_forecast_request {
    size_t struct_size;
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
} ees_forecast_request;

/** Defaults: every program, 1 round, 10,000 and 500 replicates, seed 1. */
EES_API void ees_forecast_request_init(ees_forecast_request *request);

/** The n-th coming round of a program: joint draws of day, size and cut-off. */
typedef struct ees_forecast_round {
    int program;
    int round;                 /* 1: the next */
    double within;             /* share of futures that have it inside the horizon */
    const char *model;         /* of the cut-off; NULL when no model had an answer: then cutoff is EES_SCORE_NONE */
    size_t count;              /* draws */
    ees_date *date;            /* [count]; owned, as all arrays here */
    int32_t *size;             /* [count] candidates */
    int16_t *cutoff;           /* [count] CRS points */
    uint64_t *replicate;       /* [count] future each draw belongs to: ties the rounds of all programs together */
    ees_predictive cutoff_pmf; /* of the draws, for the first round of the mixed answers; all 0 without a model */
} ees_forecast_round;

typedef struct ees_forecast {
    size_t count;
    ees_forecast_round *rounds; /* by program, then round; only those that some future has */
} ees_forecast;

/**
 * Forecast the coming rounds. @param forecast  uninitialised; ees_forecast_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (rounds, replicates), EES_ERR_NOMEM, or the error of a model. Randomness by address from the
 * seed. Later rounds are forecast from histories in which the earlier ones of the program were held as drawn.
 */
EES_API int ees_forecast_run(ees_forecast *forecast, const ees_forecast_request *request,
                             ees_error *err) EES_MUST_CHECK;
EES_API void ees_forecast_free(ees_forecast *forecast);

/** Quantile of the days, sizes or cut-offs of a round, 0 < level < 1; count must not be 0. O(count log count). */
EES_API int ees_forecast_quantiles(const ees_forecast_round *round, const double *levels, size_t level_count,
                                   ees_date *dates, int64_t *sizes, int *cutoffs, ees_error *err) EES_MUST_CHECK;

#endif
