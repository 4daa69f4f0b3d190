/**
 * @file
 * The stochastic ensemble: members of several hyperparameter sets, kept in step with the published rounds and pools,
 * carried forward to the day of the round asked for.
 */
#ifndef EESIM_ENSEMBLE_H
#define EESIM_ENSEMBLE_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/forecaster.h>
#include <eesim/model.h>

typedef struct ees_ensemble_options {
    size_t struct_size;
    uint64_t seed;
    int threads; /* 0: all. Results do not depend on it */
    int members; /* of each hyperparameter set, a multiple of 8 */
    int copies;  /* futures drawn from each member, >= 1 */
    /* Folder where posteriors are kept from one process to the next (copied; made when needed); NULL: none. It may be
     * deleted at any time and changes no result. */
    const char *cache_dir;
} ees_ensemble_options;

/** Defaults: seed 1, all threads, 128 members, 4 copies. */
EES_API void ees_ensemble_options_init(ees_ensemble_options *options);

typedef struct ees_ensemble ees_ensemble;

/**
 * @param ensemble  set to a new ensemble, NULL after an error; ees_ensemble_destroy() it.
 * @param model     must outlive it.
 * @param options   NULL: the defaults.
 * @return 0, EES_ERR_RANGE (options), EES_ERR_NOMEM. Cheap: nothing is computed before a question.
 */
EES_API int ees_ensemble_create(ees_ensemble **ensemble, const ees_model *model, const ees_ensemble_options *options,
                                ees_error *err) EES_MUST_CHECK;
/** @param ensemble  may be NULL. */
EES_API void ees_ensemble_destroy(ees_ensemble *ensemble);

/**
 * The forecaster "ensemble". It answers for programs of which the model has an ensemble and of which a round was held
 * before, else EES_ERR_NOTFOUND. Its distribution is an exact histogram of the members' futures, hyperparameter sets
 * weighted equally. A sweep over many rounds costs one pass through the history. Safe for several threads.
 * @param ensemble  must outlive the forecaster.
 */
EES_API ees_forecaster ees_ensemble_forecaster(const ees_ensemble *ensemble);

typedef struct ees_posterior ees_posterior;

/**
 * The members after everything that was known to a question (its size does not matter).
 * @param posterior  set to a new posterior, NULL after an error; ees_posterior_destroy() it.
 * @param ensemble, question  ensemble and its model must outlive the posterior; question and history need not.
 * @return 0, EES_ERR_NOTFOUND (as above), EES_ERR_NOMEM. Randomness by address from the ensemble's seed.
 */
EES_API int ees_posterior_create(ees_posterior **posterior, const ees_ensemble *ensemble, const ees_question *question,
                                 ees_error *err) EES_MUST_CHECK;
/** @param posterior  may be NULL. */
EES_API void ees_posterior_destroy(ees_posterior *posterior);

/** @return rounds of the program learnt from. */
EES_API int ees_posterior_rounds(const ees_posterior *posterior);
/** @return draws that ees_posterior_cutoff() makes: sets x members x copies. */
EES_API size_t ees_posterior_draws(const ees_posterior *posterior);

/** One future of a member: the cut-off and the invited share of the candidates at it (0..1). */
typedef struct ees_cutoff_draw {
    int cutoff;
    double share;
} ees_cutoff_draw;

/**
 * Cut-off of a round of `size` on `date` (a day before the last round counts as that day).
 * @param cutoff  may be NULL. @param draws  ees_posterior_draws() entries by set, copy, member; may be NULL.
 * @return 0, EES_ERR_RANGE (size < 1, no date), EES_ERR_NOMEM. The posterior is unchanged: threads may share it.
 */
EES_API int ees_posterior_cutoff(const ees_posterior *posterior, ees_date date, int64_t size, ees_predictive *cutoff,
                                 ees_cutoff_draw *draws, ees_error *err) EES_MUST_CHECK;

/**
 * Write the members into a new buffer, for a cache.
 * @param buffer  set to malloc()ed bytes, free() it. Of this machine's byte order; ends with a check sum.
 * @return 0 or EES_ERR_NOMEM.
 */
EES_API int ees_posterior_write(const ees_posterior *posterior, void **buffer, size_t *length,
                                ees_error *err) EES_MUST_CHECK;
/**
 * Read them back.
 * @param ensemble  with the model, seed and members it was written with.
 * @return 0, EES_ERR_DATA (damaged or of another version), EES_ERR_MISMATCH (another model, seed or number of members),
 * EES_ERR_NOMEM. Any bytes are safe to read.
 */
EES_API int ees_posterior_read(ees_posterior **posterior, const ees_ensemble *ensemble, const void *buffer,
                               size_t length, ees_error *err) EES_MUST_CHECK;

#endif
