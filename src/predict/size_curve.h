/*
 * The stock behind a forecaster's cut-offs, as its answers imply it. A round of n invitations has its cut-off at or
 * above s exactly when at least n eligible candidates stand at or above s; so asking for many sizes shows the
 * distribution of that number, whatever the model is made of.
 */
#ifndef EESI_SIZE_CURVE_H
#define EESI_SIZE_CURVE_H

#include "models/forecaster.h"

enum { EESI_CURVE_SIZES = 88, EESI_CURVE_PROBES = 3 };

typedef struct eesi_size_curve {
    size_t count;                                       /* of sizes; 0: the model does not depend on the size */
    double log_size[EESI_CURVE_SIZES];                  /* rising */
    double survival[EESI_CURVE_SIZES][EES_SCORE_COUNT]; /* P(at least size candidates stand at or above the score) */
} eesi_size_curve;

/*
 * Ask the models in order for many sizes at once, until one answers sizes[0]; the question's own size says where to
 * look closely. answers[i] is for sizes[i], which the caller wants beside them, its probes (a size below 1 is not
 * asked, its status is EES_ERR_NOTFOUND). One sweep a model.
 * @return the position of the model that answers, EES_ERR_NOTFOUND when none does, or the first other error.
 */
int eesi_size_curve_ask(eesi_size_curve *curve, const ees_forecaster *models, size_t model_count,
                        const ees_question *question, const int64_t *sizes, size_t count, ees_predictive *answers,
                        int *statuses, ees_error *err) EES_MUST_CHECK;

/* Quantile of the number of eligible candidates at or above `score`; NaN where the sizes asked do not reach. */
double eesi_size_curve_above(const eesi_size_curve *curve, int score, double probability);

#endif
