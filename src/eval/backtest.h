/* Rolling origin: forecasts of past rounds as they could have been made at the time, by any number of models. */
#ifndef EESI_BACKTEST_H
#define EESI_BACKTEST_H

#include "calendar/calendar.h"
#include "models/forecaster.h"
#include <eesim/backtest.h>
#include <eesim/error.h>

#include "forecast/forecast.h"

/* Which rounds to forecast. Begin with eesi_backtest_options_init(). */
typedef struct eesi_backtest_options {
    ees_program_set programs;       /* rounds of these; 0: of every mapped program */
    int first_round, last_round;    /* positions in the history, both included; -1: no limit */
    ees_date first_date, last_date; /* both included; EES_DATE_NONE: no limit */
    bool hindsight;                 /* allow the snapshot first published with the round itself */
    bool size_unknown;              /* ask without the size */
    const char *const *skip;        /* skip_count numbers of rounds neither scored nor learnt from, such as "176" */
    size_t skip_count;
    int threads;                  /* 0: all */
    const ees_progress *progress; /* counts forecasts, or rounds where days are unknown; may be NULL */
} eesi_backtest_options;

/* No limits, all threads. */
void eesi_backtest_options_init(eesi_backtest_options *options);

/*
 * Forecast every selected round with every model, each from what was public before it.
 * The result has the same bits for any number of threads.
 * @param backtest  uninitialised; ees_backtest_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no models, bad options), EES_ERR_NOTFOUND (no such rounds), EES_ERR_INTERRUPTED,
 *         EES_ERR_NOMEM, or the error of a model. Randomness: none but the models' own.
 */
int eesi_backtest_models(ees_backtest *backtest, const ees_history *history, const ees_programs *programs,
                         const ees_forecaster *models, size_t model_count, const eesi_backtest_options *options,
                         ees_error *err) EES_MUST_CHECK;

/*
 * Forecast the tie-break of every selected round that published one, from what was public before it and its cut-off.
 * @param rows   set to an array of *count rows, oldest first; free() it. NULL after an error.
 * @param options as for eesi_backtest_models(); threads and progress are not used.
 * @return 0, EES_ERR_NOTFOUND (no such round), EES_ERR_NOMEM.
 */
int eesi_backtest_tie_breaks(ees_tie_break_row **rows, size_t *count, const ees_history *history,
                             const ees_programs *programs, const eesi_backtest_options *options,
                             ees_error *err) EES_MUST_CHECK;

/* What to forecast. Everything is borrowed. Begin with eesi_joint_request_init(). */
typedef struct eesi_joint_request {
    const ees_history *history;
    const ees_programs *programs;
    const ees_calendar_model *calendar;
    const char *policy_file;              /* for messages */
    const char *policy_text;              /* a policy as JSON, such as eesi_policy_resolve_file() gives */
    const ees_forecaster *models;         /* of cut-offs, in order of preference */
    size_t model_count;                   /* >= 1 */
    const eesi_backtest_options *options; /* which rounds; hindsight and size_unknown are not looked at */
    int horizon_days;                     /* of each forecast, >= 1 */
    uint64_t replicates;                  /* futures drawn for each round, >= 1 */
    uint64_t seed;
    /*
     * How a round is forecast, such as eesi_coming_forecast() with what `forecast_self` points to; NULL:
     * eesi_forecast_run(). `request` is what it is asked; `known_before` the origin, `until` the horizon's last day.
     */
    int (*forecast)(const void *self, ees_forecast_answer *forecast, const eesi_forecast_request *request,
                    ees_date known_before, ees_date until, ees_error *err);
    const void *forecast_self;
} eesi_joint_request;

/* Defaults: 364 days, 4,000 futures, seed 1. */
void eesi_joint_request_init(eesi_joint_request *request);

/*
 * Forecast the selected rounds of programs that had at least three before, each from the day after its program's round
 * before it. The columns are those of EES_JOINT_MODELS.
 * @param cutoffs  uninitialised; ees_backtest_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (request), EES_ERR_NOTFOUND (no such rounds), EES_ERR_INTERRUPTED, EES_ERR_NOMEM, or the
 * error of a model or of the policy. Randomness by address from the seed. About 0.2 s a round.
 */
int eesi_backtest_joint(ees_backtest *cutoffs, const eesi_joint_request *request, ees_error *err) EES_MUST_CHECK;

/*
 * Rolling origin over rounds first..last (positions in the history): each is forecast from what was public before it.
 * @param program  position, or EES_PROGRAM_NONE for all.
 * @param out      ees_calendar_score[last - first + 1] at most; *count says how many were written (rounds of the
 *                 program with at least three earlier ones).
 */
int eesi_calendar_backtest(const ees_calendar_model *model, const ees_programs *programs, const ees_history *history,
                           int program, size_t first, size_t last, ees_calendar_score *out, size_t *count,
                           ees_error *err) EES_MUST_CHECK;

/*
 * Fit the tunable numbers by their rolling-origin log score on rounds first..last, all programs pooled, with a
 * coordinate search on a log scale; each number pays for leaving its built-in start, as a few hundred rounds cannot
 * distinguish them all. Deterministic. Some 250 backtests of the range: about a minute for 200 rounds.
 * @param model     in: start; out: best found. `sha256` becomes "".
 * @param progress  may be NULL; counts trials.
 * @param score     mean log score a round (nats; date_own + date_latest + mean of the two size scores) of the best,
 *                  less the price of leaving the starts; may be NULL.
 * @return 0, EES_ERR_RANGE, EES_ERR_INTERRUPTED (the best so far is in `model`), EES_ERR_NOMEM.
 */
int eesi_calendar_fit(ees_calendar_model *model, const ees_programs *programs, const ees_history *history, size_t first,
                      size_t last, const ees_progress *progress, double *score, ees_error *err) EES_MUST_CHECK;

#endif
