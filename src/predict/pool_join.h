/* The pool a prediction rests on: the published snapshot with the model's stream in it, on the eve of the round. */
#ifndef EESI_POOL_JOIN_H
#define EESI_POOL_JOIN_H

#include "models/forecaster.h"
#include "pool/pool.h"
#include "predict/predict.h"

/*
 * Fills out->snapshot, pool, has_pool and eligible from out->above. `pivot` is the expected cut-off. Without a known
 * snapshot or without segments there is no pool, which is no error. `last` becomes the score of the last candidate of
 * the published pool who may be invited: the same whatever the size, so that no larger round ends above a smaller one.
 */
int eesi_pool_join(ees_prediction *out, const eesi_predict_request *request, int pivot, int *last,
                   ees_error *err) EES_MUST_CHECK;

/* Whether the rounds of a program show a stock that the pool does not know by itself. */
bool eesi_has_stream(const ees_programs *programs, int program);

/*
 * The stock that a prediction's model knows, as a stream over stock[EES_SCORE_COUNT]; false when the model has none.
 * `nominees` stand above them all and are counted by the pool: they are left out.
 */
bool eesi_stream_of(const ees_prediction *out, int program, double nominees, double *stock, ees_stream *stream);

/* Spreads what an answer puts one point below the lowest score the model knows over the pool's candidates there, down
 * to `last`. */
void eesi_pool_go_below_grid(const ees_prediction *out, const ees_question *question, int64_t size, int last,
                             ees_predictive *answer);

/* Makes a stock fit the published bands; what stands at `pivot` and above is the part to keep. */
void eesi_stream_bound(const ees_snapshot *snapshot, const ees_segments *segments, int pivot, double *stock,
                       const ees_stream *stream);

#endif
