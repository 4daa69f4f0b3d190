/* What a model is: a name
 * and a function from a question (what is known, program, date, size) to a distribution of the cut-off. The rule of
 * information is the caller's: a question carries the number of rounds and snapshots that were public, and a forecaster
 * must not look past them. */
#ifndef EESI_FORECASTER_H
#define EESI_FORECASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/predictive.h>
#include <eesim/program.h>

/* "If a round of `size` under `program` is held on `date`, where is the cut-off?" */
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

/*
 * Answer one question. Must depend on the question and `self` alone, and be safe to call from several threads.
 * @return 0; EES_ERR_NOTFOUND when the model has no answer (no earlier round of the program, size unknown, ...), which
 *         leaves a gap in the backtest; any other error stops it.
 */
typedef int (*ees_forecast_fn)(const void *self, const ees_question *question, ees_predictive *predictive,
                               ees_error *err);

/*
 * Answer several questions of one history, oldest first, in one pass (for models that carry a state along).
 * @param predictives  count distributions; only those with status 0 are used.
 * @param statuses     count codes, as the return value of ees_forecast_fn. Answers must equal those given one by one.
 * @return 0, or the error that stopped the pass.
 */
typedef int (*ees_sweep_fn)(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                            int *statuses, ees_error *err);

/* A named model. Strings and `self` belong to the caller and must outlive every use. */
typedef struct ees_forecaster {
    const char *name;  /* short, lower case, unique: "last", "stock-flow" */
    const char *about; /* one line for people */
    bool rival;        /* a naive model, there for comparison */
    const void *self;
    ees_forecast_fn forecast;
    ees_sweep_fn sweep; /* may be NULL */
} ees_forecaster;

/*
 * The naive rivals: last cut-off, mean of three, Holt, autoregression with log size, ridge, uniform read-off. Each
 * one's distribution is its point forecast plus its own past one-step errors.
 * @param count  set to how many there are. @return static storage.
 */
const ees_forecaster *eesi_rivals(size_t *count);

#endif
