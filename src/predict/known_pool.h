/* A published pool in which the models' stocks replace the assumed shares, for every program that has one. */
#ifndef EESI_KNOWN_POOL_H
#define EESI_KNOWN_POOL_H

#include <eesim/context.h>

#include "models/forecaster.h"

/* What to build from. Everything is borrowed. */
typedef struct ees_known_request {
    const ees_history *history;
    const ees_programs *programs;
    const ees_segments *segments;
    const ees_forecaster *models; /* in order of preference; each must know a stock */
    size_t model_count;
    int snapshot;       /* position of the pool */
    size_t round_count; /* rounds[0..round_count) may be used; those of the snapshot's day and later are not */
} ees_known_request;

/*
 * Build the pool. A program has a stock when one of its rounds was held in the 12 months before the snapshot and a
 * model answers for it. The stock covers the scores from ten points below the lowest cut-off of those months to 600.
 * @param known  uninitialised; eesi_known_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no such snapshot), or the error of a model or of the pool. Reentrant. It costs one
 * prediction for each program, and the pool.
 */
int eesi_known_pool_build(ees_known_pool *known, const ees_known_request *request, ees_error *err) EES_MUST_CHECK;
void eesi_known_pool_free(ees_known_pool *known);

#endif
