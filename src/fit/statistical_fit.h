/*
 * Estimating the parameters of the pooled statistical model from past rounds.
 *
 * The fit maximises the sum of the log scores of one-step forecasts plus the log density of a prior on every parameter
 * (the section "prior" of the model file), so that a family with six rounds stays near the prior of all. It goes
 * in turns: each family by itself, then what all families share, by the simplex search of GSL.
 */
#ifndef EESI_STATISTICAL_FIT_H
#define EESI_STATISTICAL_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/error.h>
#include <eesim/history.h>

#include "models/statistical.h"

typedef struct eesi_statistical_fit_options {
    const char *until;            /* official number of the last round that may be used; NULL: the last there is */
    int cycles;                   /* turns over all families and the shared parameters, >= 1 */
    int steps;                    /* of the simplex, for each block of parameters and turn, >= 1 */
    bool resume;                  /* start from the present parameters instead of the middle of the prior */
    int threads;                  /* 0: all. Results do not depend on it */
    const ees_progress *progress; /* counts steps; may be NULL */
} eesi_statistical_fit_options;

/* What a fit did. */
typedef struct eesi_statistical_fit_report {
    size_t rounds;    /* forecasts scored */
    double log_score; /* their mean, nats */
    double objective; /* sum of log scores plus log prior, nats, up to a constant */
} eesi_statistical_fit_report;

/* Defaults: all rounds, 3 turns of 120 steps, from the prior, all threads. */
void eesi_statistical_fit_options_init(eesi_statistical_fit_options *options);

/*
 * Replace the parameters of a model by estimates.
 * @param statistical  changed in place. After EES_ERR_INTERRUPTED it holds the best found so far: resume from there.
 * @param options      NULL: the defaults. @param report  may be NULL.
 * @return 0, EES_ERR_RANGE (options), EES_ERR_NOTFOUND (no such round, no prior in the file), EES_ERR_INTERRUPTED,
 *         EES_ERR_NOMEM. No randomness. Not safe while others use the same object. About a minute of one core.
 */
int eesi_statistical_fit(eesi_statistical *statistical, const ees_history *history,
                         const eesi_statistical_fit_options *options, eesi_statistical_fit_report *report,
                         ees_error *err) EES_MUST_CHECK;

/*
 * The text of a model file with the section "statistical" brought up to these parameters; the rest stays as it is.
 * @param model_text  a model file, NUL-terminated.
 * @param report      how the parameters were found and @param until the last round used: kept in the section; may be
 * NULL.
 * @param text        set to a NUL-terminated string, free() it; NULL after an error.
 * @return 0, EES_ERR_DATA (not JSON, no such section, other families), EES_ERR_NOMEM.
 */
int eesi_statistical_text(const eesi_statistical *statistical, const char *model_text,
                          const eesi_statistical_fit_report *report, const char *until, char **text,
                          ees_error *err) EES_MUST_CHECK;

#endif
