/**
 * @file
 * The coming rounds when neither date nor size is known. Dates and sizes come from a calendar learned from the past or
 * from a policy, cut-offs from the models; the three are drawn together, future by future.
 */
#ifndef EESIM_FORECAST_H
#define EESIM_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/table.h>

enum { EES_FORECAST_ROUNDS_MAX = 26 };

/** The question. Everything is borrowed. Begin with ees_forecast_request_init(). */
typedef struct ees_forecast_request {
    ees_program_set programs; /* whose rounds; 0: of every program that some future has a round of */
    int rounds;               /* of each program, 1 .. EES_FORECAST_ROUNDS_MAX */
    ees_date date;            /* only what was known before it is used; EES_DATE_NONE: everything */
    ees_date until;           /* last day of the horizon; EES_DATE_NONE: 26 weeks on */
    const char *policy_file;  /* what is assumed of dates and sizes; NULL: policies/learned.json of the models */
    const char *const *sets;  /* changes of the policy, "path=value" */
    size_t set_count;
    uint64_t replicates, seed; /* replicates 0: 10,000, and 4,096 of rounds that meet */
    const char *model;         /* a name or a file; NULL: the context's own choice */
} ees_forecast_request;

/** Every program, one round, seed 1. */
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

typedef struct ees_forecast_answer {
    size_t count;
    ees_forecast_round *rounds; /* by program, then round; only those that some future has; owned */
    ees_date from;              /* first day of the horizon */
    const char *last_round;     /* number of the newest known round; owned by the context */
} ees_forecast_answer;

/**
 * Answer it. @param answer  uninitialised; ees_forecast_answer_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (rounds, replicates, no known round), EES_ERR_DATA (the policy), EES_ERR_NOMEM, or the error
 * of a model. Randomness by address from the seed: the same draws for any number of threads. Some seconds.
 */
EES_API int ees_forecast(ees_context *context, const ees_forecast_request *request, ees_forecast_answer *answer,
                         ees_error *err) EES_MUST_CHECK;
EES_API void ees_forecast_answer_free(ees_forecast_answer *answer);
/** A row a round: quantiles of day, size and cut-off. @param table  ees_table_destroy() it; NULL after an error. */
EES_API int ees_forecast_table(ees_context *context, const ees_forecast_answer *answer, ees_table **table,
                               ees_error *err) EES_MUST_CHECK;

/** Quantile of the days, sizes or cut-offs of a round, 0 < level < 1; count must not be 0. O(count log count). */
EES_API int ees_forecast_quantiles(const ees_forecast_round *round, const double *levels, size_t level_count,
                                   ees_date *dates, int64_t *sizes, int *cutoffs, ees_error *err) EES_MUST_CHECK;

#endif
