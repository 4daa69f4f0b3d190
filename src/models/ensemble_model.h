/*
 * The stochastic ensemble: members of several hyperparameter sets, kept in step with the published rounds and pools,
 * carried forward to the day of the round asked for.
 */
#ifndef EESI_ENSEMBLE_MODEL_H
#define EESI_ENSEMBLE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "models/forecaster.h"
#include "models/model.h"

typedef struct eesi_ensemble_options {
    uint64_t seed;
    int threads; /* 0: all. Results do not depend on it */
    int members; /* of each hyperparameter set, a multiple of 8 */
    int copies;  /* futures drawn from each member, >= 1 */
    /* Folder where posteriors are kept from one process to the next (copied; made when needed); NULL: none. It may be
     * deleted at any time and changes no result. */
    const char *cache_dir;
} eesi_ensemble_options;

/* Defaults: seed 1, all threads, 128 members, 4 copies. */
void eesi_ensemble_options_init(eesi_ensemble_options *options);

typedef struct eesi_ensemble_model eesi_ensemble_model;

/*
 * @param ensemble  set to a new ensemble, NULL after an error; eesi_ensemble_model_destroy() it.
 * @param model     must outlive it.
 * @param options   NULL: the defaults.
 * @return 0, EES_ERR_RANGE (options), EES_ERR_NOMEM. Cheap: nothing is computed before a question.
 */
int eesi_ensemble_model_create(eesi_ensemble_model **ensemble, const ees_model *model,
                               const eesi_ensemble_options *options, ees_error *err) EES_MUST_CHECK;
/* @param ensemble  may be NULL. */
void eesi_ensemble_model_destroy(eesi_ensemble_model *ensemble);

/*
 * The forecaster "ensemble". It answers for programs of which the model has an ensemble and of which a round was held
 * before, else EES_ERR_NOTFOUND. Its distribution is an exact histogram of the members' futures, hyperparameter sets
 * weighted equally. A sweep over many rounds costs one pass through the history. Safe for several threads.
 * @param ensemble  must outlive the forecaster.
 */
ees_forecaster eesi_ensemble_forecaster(const eesi_ensemble_model *ensemble);

typedef struct eesi_posterior eesi_posterior;

/*
 * The members after everything that was known to a question (its size does not matter).
 * @param posterior  set to a new posterior, NULL after an error; eesi_posterior_destroy() it.
 * @param ensemble, question  ensemble and its model must outlive the posterior; question and history need not.
 * @return 0, EES_ERR_NOTFOUND (as above), EES_ERR_NOMEM. Randomness by address from the ensemble's seed.
 */
int eesi_posterior_create(eesi_posterior **posterior, const eesi_ensemble_model *ensemble, const ees_question *question,
                          ees_error *err) EES_MUST_CHECK;
/* Give up a posterior; it goes with its last owner. @param posterior  may be NULL. */
void eesi_posterior_destroy(eesi_posterior *posterior);

/* @return rounds of the program learnt from. */
int eesi_posterior_rounds(const eesi_posterior *posterior);
/* @return draws that eesi_posterior_cutoff() makes: sets x members x copies. */
size_t eesi_posterior_draws(const eesi_posterior *posterior);

/* One future of a member: the cut-off and the invited share of the candidates at it (0..1). */
typedef struct eesi_cutoff_draw {
    int cutoff;
    double share;
} eesi_cutoff_draw;

/*
 * Cut-off of a round of `size` on `date` (a day before the last round counts as that day).
 * @param cutoff  may be NULL. @param draws  eesi_posterior_draws() entries by set, copy, member; may be NULL.
 * @return 0, EES_ERR_RANGE (size < 1, no date), EES_ERR_NOMEM. The posterior is unchanged: threads may share it.
 */
int eesi_posterior_cutoff(const eesi_posterior *posterior, ees_date date, int64_t size, ees_predictive *cutoff,
                          eesi_cutoff_draw *draws, ees_error *err) EES_MUST_CHECK;

/*
 * Write the members into a new buffer, for a cache.
 * @param buffer  set to malloc()ed bytes, free() it. Of this machine's byte order; ends with a check sum.
 * @return 0 or EES_ERR_NOMEM.
 */
int eesi_posterior_write(const eesi_posterior *posterior, void **buffer, size_t *length, ees_error *err) EES_MUST_CHECK;
/*
 * Read them back.
 * @param ensemble  with the model, seed and members it was written with.
 * @return 0, EES_ERR_DATA (damaged or of another version), EES_ERR_MISMATCH (another model, seed or number of members),
 * EES_ERR_NOMEM. Any bytes are safe to read.
 */
int eesi_posterior_read(eesi_posterior **posterior, const eesi_ensemble_model *ensemble, const void *buffer,
                        size_t length, ees_error *err) EES_MUST_CHECK;

#endif
