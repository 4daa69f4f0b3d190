/*
 * The pooled statistical model: every program, also those the published pool says little about.
 *
 * Category and program rounds use the exposure model (a stock that refills between rounds, its level Student-t),
 * nominee rounds a regression on size and gap. Programs of one family share their parameters, so that three rounds of
 * one of them never carry a forecast alone. Its parameters are the section "statistical" of a model file.
 */
#ifndef EESI_STATISTICAL_H
#define EESI_STATISTICAL_H

#include "models/forecaster.h"
#include "models/model.h"

#include "models/mixture.h"
#include "models/nominee.h"

typedef struct eesi_statistical eesi_statistical;

/*
 * Read the section "statistical" of a model.
 * @param statistical  set to a new object or, after an error, NULL; eesi_statistical_destroy() it.
 * @param model, programs  only read here; need not outlive the object.
 * @return 0, EES_ERR_NOTFOUND (no such section), EES_ERR_DATA (family and key are named), EES_ERR_NOMEM.
 * Read-only afterwards: threads may share it.
 */
int eesi_statistical_create(eesi_statistical **statistical, const ees_model *model, const ees_programs *programs,
                            ees_error *err) EES_MUST_CHECK;
/* @param statistical  may be NULL. */
void eesi_statistical_destroy(eesi_statistical *statistical);

/*
 * The forecaster "statistical". It answers for every program of a family, also before the program's first round (from
 * the family alone, wide); EES_ERR_NOTFOUND for others and without a size. No randomness. Safe for several threads.
 * About 5 ms a question; a sweep over many rounds costs little more than one.
 * @param statistical  must outlive the forecaster.
 */
ees_forecaster eesi_statistical_forecaster(const eesi_statistical *statistical);

/* ---- its content ---- */

enum { EESI_COMMON_FIELDS = 7, EESI_FAMILY_FIELDS = 10, EESI_NOMINEE_FIELDS = 12 };

/* The prior of a parameter: centre + spread * z, or centre * exp(spread * z) on a log scale,
 * with z standard normal. A spread of 0 fixes it. */
typedef struct eesi_param_prior {
    double centre, spread;
    bool log_scale;
} eesi_param_prior;

/* Priors of one family: those of all families, some replaced by its own. */
typedef struct eesi_family_priors {
    eesi_param_prior field[EESI_FAMILY_FIELDS];
} eesi_family_priors;

struct eesi_statistical {
    size_t family_count;
    eesi_family *families; /* owned */
    bool has_priors;
    eesi_param_prior common_priors[EESI_COMMON_FIELDS];
    eesi_family_priors *family_priors; /* owned; family_count */
    eesi_param_prior nominee_priors[EESI_NOMINEE_FIELDS];
    ees_program_set nominee_programs;
    eesi_nominee_params nominee;
    size_t excluded_count;
    const char **excluded; /* owned, the numbers by `root` */
    json_t *root;          /* of the model file */
};

/* Parameters all families share, and those of one family; offsets are into eesi_family. */
extern const eesi_param_field eesi_common_fields[EESI_COMMON_FIELDS];
extern const eesi_param_field eesi_family_fields[EESI_FAMILY_FIELDS];
/* Offsets are into eesi_nominee_params. */
extern const eesi_param_field eesi_nominee_fields[EESI_NOMINEE_FIELDS];

bool eesi_statistical_excludes(const eesi_statistical *statistical, const ees_round *round);
/* Answer questions, oldest first. */
int eesi_statistical_sweep(const eesi_statistical *statistical, const ees_question *questions, size_t count,
                           ees_predictive *predictives, int *statuses, ees_error *err);

#endif
