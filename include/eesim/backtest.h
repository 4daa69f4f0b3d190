/**
 * @file
 * Forecasts of past rounds as they could have been made at the time, by any number of named models.
 *
 * A model is an ees_forecaster: a name and a function from a question (what is known, program, date, size) to a
 * predictive distribution. The rule of information is the caller's: a question carries the number of rounds and
 * snapshots that were public, and a forecaster must not look past them.
 */
#ifndef EESIM_BACKTEST_H
#define EESIM_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/scoring.h>

/** "If a round of `size` under `program` is held on `date`, where is the cut-off?" */
typedef struct ees_question {
    const ees_history
        *history; /* only rounds[0..known.round_count) and snapshots[0..known.snapshot_count) may be read */
    const ees_programs *programs;
    ees_known known;
    int program;             /* position in programs */
    ees_date date;           /* day of the round; never missing */
    int64_t size;            /* invitations, > 0; EES_COUNT_NONE when it is not known */
    bool hindsight;          /* the snapshot published with the round may be known too */
    const char *const *skip; /* skip_count numbers of rounds not to learn from (policy events), such as "176" */
    size_t skip_count;
} ees_question;

/**
 * Answer one question. Must depend on the question and `self` alone, and be safe to call from several threads.
 * @return 0; EES_ERR_NOTFOUND when the model has no answer (no earlier round of the program, size unknown, ...), which
 *         leaves a gap in the backtest; any other error stops it.
 */
typedef int (*ees_forecast_fn)(const void *self, const ees_question *question, ees_predictive *predictive,
                               ees_error *err);

/**
 * Answer several questions of one history, oldest first, in one pass (for models that carry a state along).
 * @param predictives  count distributions; only those with status 0 are used.
 * @param statuses     count codes, as the return value of ees_forecast_fn. Answers must equal those given one by one.
 * @return 0, or the error that stopped the pass.
 */
typedef int (*ees_sweep_fn)(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                            int *statuses, ees_error *err);

/** A named model. Strings and `self` belong to the caller and must outlive every use. */
typedef struct ees_forecaster {
    const char *name;  /* short, lower case, unique: "last", "stock-flow" */
    const char *about; /* one line for people */
    bool rival;        /* a naive model, there for comparison */
    const void *self;
    ees_forecast_fn forecast;
    ees_sweep_fn sweep; /* may be NULL */
} ees_forecaster;

/** Which rounds to forecast. Begin with ees_backtest_options_init(). */
typedef struct ees_backtest_options {
    ees_program_set programs;       /* rounds of these; 0: of every mapped program */
    int first_round, last_round;    /* positions in the history, both included; -1: no limit */
    ees_date first_date, last_date; /* both included; EES_DATE_NONE: no limit */
    bool hindsight;                 /* allow the snapshot first published with the round itself */
    bool size_unknown;              /* ask without the size */
    const char *const *skip;        /* skip_count numbers of rounds neither scored nor learnt from, such as "176" */
    size_t skip_count;
    int threads; /* 0: all */
    /** Called now and then from one thread at a time; not 0 stops the run with EES_ERR_INTERRUPTED. May be NULL. */
    int (*progress)(void *context, size_t done, size_t total);
    void *progress_context;
} ees_backtest_options;

/** One model's forecast of one round. */
typedef struct ees_backtest_row {
    int round;  /* position in the history */
    int model;  /* position in the forecasters */
    int status; /* 0, or EES_ERR_NOTFOUND: the model had no answer and `score` is not set */
    ees_forecast_score score;
} ees_backtest_row;

/** Rows in the order rounds x models: row of round i and model m is rows[i * model_count + m]. */
typedef struct ees_backtest {
    size_t round_count;
    size_t model_count;
    int *rounds;            /* round_count positions in the history, oldest first; owned */
    int *programs;          /* round_count programs of those rounds; owned */
    ees_backtest_row *rows; /* owned */
} ees_backtest;

EES_API void ees_backtest_options_init(ees_backtest_options *options);

/**
 * Forecast every selected round with every model, each from what was public before it.
 * The result has the same bits for any number of threads.
 * @param backtest  uninitialised; ees_backtest_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no models, bad options), EES_ERR_NOTFOUND (no such rounds), EES_ERR_INTERRUPTED,
 *         EES_ERR_NOMEM, or the error of a model. Randomness: none but the models' own.
 */
EES_API int ees_backtest_run(ees_backtest *backtest, const ees_history *history, const ees_programs *programs,
                             const ees_forecaster *models, size_t model_count, const ees_backtest_options *options,
                             ees_error *err) EES_MUST_CHECK;
EES_API void ees_backtest_free(ees_backtest *backtest);

/** @return the row of round i (0..round_count-1) and model m. */
EES_API const ees_backtest_row *ees_backtest_at(const ees_backtest *backtest, size_t i, size_t m);

/**
 * Summary of one model.
 * @param programs  rounds of these only; 0: all.
 * @param common    only rounds that every model answered, so that models are compared on the same rounds.
 * @return 0 or EES_ERR_NOMEM, EES_ERR_RANGE (no such model).
 */
EES_API int ees_backtest_summarise(const ees_backtest *backtest, size_t model, ees_program_set programs, bool common,
                                   ees_score_summary *summary, ees_error *err) EES_MUST_CHECK;

/** Paired differences, model a minus model b, over the rounds both answered. Errors as above. */
EES_API int ees_backtest_compare(const ees_backtest *backtest, size_t a, size_t b, ees_program_set programs,
                                 ees_score_difference *difference, ees_error *err) EES_MUST_CHECK;

/**
 * The naive rivals: last cut-off, mean of three, Holt, autoregression with log size, ridge, uniform read-off. Each
 * one's distribution is its point forecast plus its own past one-step errors.
 * @param count  set to how many there are. @return static storage.
 */
EES_API const ees_forecaster *ees_rivals(size_t *count);

#endif
