/* The members of all hyperparameter sets of one stream, as the simulator starts its futures from them. */
#ifndef EESI_POSTERIOR_H
#define EESI_POSTERIOR_H

#include <eesim/ensemble.h>

#include "filter/ensemble.h"

struct eesi_recall;

struct ees_ensemble {
    const ees_model *model;
    ees_ensemble_options options;
    struct eesi_recall *recall; /* guarded by the critical section eesi_recall */
};

struct ees_posterior {
    const ees_ensemble *ensemble;
    const eesi_stream *stream;
    ees_known known; /* what it has taken in */
    size_t set_count;
    eesi_ensemble *sets; /* one for each hyperparameter set of the stream */
};

/* Allocate the sets before the first round. `program` is a position in the programs of the history. */
int eesi_posterior_start(ees_posterior *p, const ees_ensemble *ensemble, const eesi_stream *stream, int program,
                         ees_error *err) EES_MUST_CHECK;
void eesi_posterior_clear(ees_posterior *p);

/* Bring one set from what was known with (rounds, snapshots) = *from to *to, in the order of publication. */
void eesi_ensemble_learn(eesi_ensemble *e, const eesi_view *view, const ees_known *from, const ees_known *to);

#endif
