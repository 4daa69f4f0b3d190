/*
 * The deterministic stock-flow model as a forecaster: the eligible stock grows by arrivals, shrinks by loss and is
 * whose top the rounds of the program take; each also corrects it.
 */
#ifndef EESI_STOCK_FLOW_H
#define EESI_STOCK_FLOW_H

#include "models/forecaster.h"
#include "models/model.h"

/*
 * The forecaster "stock-flow". It answers for programs of which the model has a stream and of which a round was held
 * before, else EES_ERR_NOTFOUND. Its interval is the scatter of its own past one-step errors (log size ratios) mixed
 * with the model's prior. No randomness. Safe for several threads. O(rounds * scores), about 0.1 ms a question.
 * @param model  must outlive the forecaster.
 */
ees_forecaster eesi_stock_flow_forecaster(const ees_model *model);

#endif
