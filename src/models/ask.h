/* Many questions to one model. */
#ifndef EESI_ASK_H
#define EESI_ASK_H

#include <eesim/backtest.h>

/*
 * The answers of `model`, in one sweep when it has one. No answer (EES_ERR_NOTFOUND) is a status, not an error.
 * @param questions  count of them, of one history, oldest first.
 * @param answers, statuses  count each, as an ees_sweep_fn leaves them.
 * @return 0, or the first other error.
 */
int eesi_ask_all(const ees_forecaster *model, const ees_question *questions, size_t count, ees_predictive *answers,
                 int *statuses, ees_error *err) EES_MUST_CHECK;

#endif
