/* The pool a prediction rests on: the published snapshot with the model's stream in it, on the eve of the round. */
#ifndef EESI_POOL_JOIN_H
#define EESI_POOL_JOIN_H

#include <eesim/predict.h>

/*
 * Fills out->snapshot, pool, has_pool and eligible from out->above. `pivot` is the expected cut-off. Without a known
 * snapshot or without segments there is no pool, which is no error.
 */
int eesi_pool_join(ees_prediction *out, const ees_predict_request *request, int pivot, ees_error *err) EES_MUST_CHECK;

#endif
