/**
 * @file
 * How good forecasts of past rounds would have been when neither their day nor their size was known.
 *
 * Each round is foretold from the day after its program's round before it, as ees_forecast_run() would have done then:
 * day, size and cut-off drawn together from a policy. The cut-offs stand in an ees_backtest beside those of a known
 * day, of a rival that expects "the same gap and the same size again", and of the last cut-off.
 */
#ifndef EESIM_JOINT_BACKTEST_H
#define EESIM_JOINT_BACKTEST_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/backtest.h>
#include <eesim/calendar.h>
#include <eesim/error.h>
#include <eesim/export.h>
#include <eesim/forecast.h>

/** Forecasts of the cut-off that are compared, in the order of the columns of the ees_backtest. */
enum {
    EES_JOINT_BOTH_UNKNOWN, /* "joint": neither day nor size known */
    EES_JOINT_SIZE_UNKNOWN, /* "size-mixture": the day known, and what was public before it */
    EES_JOINT_SAME_AGAIN,   /* "same-again": the models told that gap and size are those of the last round */
    EES_JOINT_LAST,         /* "last": the last cut-off with its past errors */
    EES_JOINT_MODELS
};

/** What to foretell. Everything is borrowed. Begin with ees_joint_request_init(). */
typedef struct ees_joint_request {
    size_t struct_size;
    const ees_history *history;
    const ees_programs *programs;
    const ees_calendar_model *calendar;
    const char *policy_file;             /* for messages */
    const char *policy_text;             /* a policy as JSON, such as ees_policy_resolve() gives */
    const ees_forecaster *models;        /* of cut-offs, in order of preference */
    size_t model_count;                  /* >= 1 */
    const ees_backtest_options *options; /* which rounds; hindsight and size_unknown are not looked at */
    int horizon_days;                    /* of each forecast, >= 1 */
    uint64_t replicates;                 /* futures drawn for each round, >= 1 */
    uint64_t seed;
    /**
     * How a round is foretold, such as ees_coming_foretell() with what `foretell_self` points to; NULL:
     * ees_forecast_run(). `request` is what it is asked; `known_before` the origin, `until` the horizon's last day.
     */
    int (*foretell)(const void *self, ees_forecast *forecast, const ees_forecast_request *request,
                    ees_date known_before, ees_date until, ees_error *err);
    const void *foretell_self;
} ees_joint_request;

/** Day and size of one round as foretold. Log scores in nats, larger is better. */
typedef struct ees_joint_row {
    ees_calendar_score calendar; /* the exact day and size distributions and their rivals */
    double within;               /* share of futures that hold the round inside the horizon */
    double day;                  /* log of the share of futures with this day; (count + 1/2) / (futures + 1) */
    double size;                 /* the same of this size, whatever the day */
    ees_date day_median;
    ees_date day_same_gap; /* rival: the gap of the last two rounds again */
    int64_t size_median;   /* candidates */
    int64_t size_last;     /* rival: candidates of the last round */
} ees_joint_row;

/** Defaults: 364 days, 4,000 futures, seed 1. */
EES_API void ees_joint_request_init(ees_joint_request *request);

/** Forecasters that only name the columns, in their order; they answer nothing. @return static storage. */
EES_API const ees_forecaster *ees_joint_models(void);

/**
 * Foretell the selected rounds of programs that had at least three before.
 * @param cutoffs  uninitialised, model_count EES_JOINT_MODELS; ees_backtest_free() it, also after an error.
 * @param rows     set to cutoffs->round_count rows in the same order; free() it; NULL after an error.
 * @return 0, EES_ERR_RANGE (request), EES_ERR_NOTFOUND (no such rounds), EES_ERR_INTERRUPTED, EES_ERR_NOMEM, or the
 * error of a model or of the policy. Randomness by address from the seed. About 0.2 s a round.
 */
EES_API int ees_joint_backtest_run(ees_backtest *cutoffs, ees_joint_row **rows, const ees_joint_request *request,
                                   ees_error *err) EES_MUST_CHECK;

#endif
