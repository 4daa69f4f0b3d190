/* Questions to models: many at once, and to several models in order. */
#ifndef EESI_ASK_H
#define EESI_ASK_H

#include "models/forecaster.h"

/*
 * The answers of `model`, in one sweep when it has one. No answer (EES_ERR_NOTFOUND) is a status, not an error.
 * @param questions  count of them, of one history, oldest first.
 * @param answers, statuses  count each, as an ees_sweep_fn leaves them.
 * @return 0, or the first other error.
 */
int eesi_ask_all(const ees_forecaster *model, const ees_question *questions, size_t count, ees_predictive *answers,
                 int *statuses, ees_error *err) EES_MUST_CHECK;

/*
 * The answers of the first model that has one to each of the first `needed` questions, 1..count; the others may stay
 * open. Otherwise as eesi_ask_all().
 * @param models  in the order in which they are asked.
 * @return the model's position, EES_ERR_NOTFOUND when no model answers, or the first other error.
 */
int eesi_ask_first(const ees_forecaster *models, size_t model_count, const ees_question *questions, size_t count,
                   size_t needed, ees_predictive *answers, int *statuses, ees_error *err) EES_MUST_CHECK;

/* The same of one question. */
int eesi_ask_one(const ees_forecaster *models, size_t model_count, const ees_question *question, ees_predictive *answer,
                 ees_error *err) EES_MUST_CHECK;

#endif
