/* One round from models that are given: what ees_predict() does once the context is known. */
#ifndef EESI_PREDICT_H
#define EESI_PREDICT_H

#include "models/forecaster.h"
#include <eesim/context.h>
#include <eesim/pool.h>

/* What to predict. Everything is borrowed. Begin with eesi_predict_request_init(). */
typedef struct eesi_predict_request {
    ees_question question;        /* date and size given; size 0 is allowed */
    const ees_forecaster *models; /* in order of preference: the first that has an answer is used */
    size_t model_count;
    const ees_segments *segments;
    int snapshot;        /* position of the pool to use; EES_SNAPSHOT_NONE: the newest known */
    int cutoff;          /* of a replay: the pool is made to fit best above it; EES_SCORE_NONE otherwise */
    int64_t change;      /* invitations more and less to show the effect of; 0: none */
    uint64_t replicates; /* 1 .. EES_PREDICT_REPLICATES_MAX */
    uint64_t seed;
} eesi_predict_request;

void eesi_predict_request_init(eesi_predict_request *request);

/*
 * @param prediction  uninitialised; ees_prediction_free() it, also after an error.
 * EES_ERR_RANGE (no such program, negative size, no date, no replicates), or the error of a model or of the pool.
 * Randomness: addressed by (seed, EES_RNG_POOL + 0x10). Reentrant.
 */
int eesi_predict(ees_prediction *prediction, const eesi_predict_request *request, ees_error *err) EES_MUST_CHECK;

#endif
