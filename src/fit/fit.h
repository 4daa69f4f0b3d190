/* Inside a fit: its parameters as standard normal coordinates, and the score of a point. */
#ifndef EESI_FIT_H
#define EESI_FIT_H

#include <eesim/backtest.h>
#include <eesim/fit.h>

#include "base/sha256.h"
#include "models/model.h"

/* Everything a score needs, shared by all threads. */
typedef struct eesi_fit_problem {
    const ees_model *model;
    const eesi_stream *stream;
    const eesi_fit_rules *rules;
    const eesi_prior *priors;
    const eesi_param_field *fields;
    size_t field_count;
    bool ensemble;
    size_t count;            /* questions */
    ees_question *questions; /* by date; owned */
    int *observed;           /* owned */
    const char *last;        /* official number of the last one's round */
} eesi_fit_problem;

int eesi_fit_problem_init(eesi_fit_problem *p, const ees_fit *fit, const ees_history *history,
                          const ees_programs *programs, const ees_model *model, ees_error *err) EES_MUST_CHECK;
void eesi_fit_problem_free(eesi_fit_problem *p);

/* Parameter values of a point z[field_count]; false when one leaves its range. */
bool eesi_fit_values(const eesi_fit_problem *p, const double *z, double *values);
double eesi_fit_penalty(const eesi_fit_problem *p, const double *z);
/* Mean CRPS of the questions under these values, with the noise of `seed`. */
int eesi_fit_score(const eesi_fit_problem *p, const double *values, uint64_t seed, double *crps,
                   ees_error *err) EES_MUST_CHECK;

/* The parameters of a fit's section. */
const eesi_param_field *eesi_fit_fields(const ees_fit *fit, size_t *count);
/* Digest of all that the result of a fit depends on besides its seed, rounds and effort. EES_ERR_NOMEM. */
int eesi_fit_origin(const ees_model *model, const ees_history *history, const ees_fit_target *target,
                    char digest[EESI_SHA256_TEXT]) EES_MUST_CHECK;
/* The same of the statistical section. */
int eesi_fit_statistical_origin(const ees_model *model, const ees_history *history,
                                char digest[EESI_SHA256_TEXT]) EES_MUST_CHECK;
/* A model file in the layout of the shipped ones, on the heap; NULL when out of memory. */
char *eesi_fit_dump(const json_t *root);

#endif
