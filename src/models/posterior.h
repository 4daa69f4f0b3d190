/* The members of all hyperparameter sets of one stream, as the simulator starts its futures from them. */
#ifndef EESI_POSTERIOR_H
#define EESI_POSTERIOR_H

#include <stdatomic.h>

#include "models/ensemble.h"
#include "models/ensemble_model.h"
#include "models/forecaster.h"
#include "models/model.h"

struct eesi_posterior_cache;

#define EESI_ENSEMBLE_NAME "ensemble"
#define EESI_ENSEMBLE_ABOUT "ensemble Kalman filter over several hyperparameter sets"

struct eesi_ensemble_model {
    const ees_model *model;
    eesi_ensemble_options options;
    struct eesi_posterior_cache *cache; /* guarded by the lock of posterior_cache.c */
};

struct eesi_posterior {
    const eesi_ensemble_model *ensemble;
    const eesi_stream *stream;
    size_t set_count;
    eesi_ensemble *sets; /* one for each hyperparameter set of the stream */
    atomic_int owners;   /* it goes with the last of them */
};

/* Allocate the sets before the first round. `program` is a position in the programs of the history. */
int eesi_posterior_start(eesi_posterior *p, const eesi_ensemble_model *ensemble, const eesi_stream *stream, int program,
                         ees_error *err) EES_MUST_CHECK;

/* Bring one set from what was known with (rounds, snapshots) = *from to *to, in the order of publication. */
void eesi_ensemble_learn(eesi_ensemble *e, const eesi_view *view, const ees_known *from, const ees_known *to);

/* Without hindsight: only snapshots published with rounds that are known themselves. */
ees_known eesi_known_itself(const ees_history *history, ees_known known);
/* As eesi_posterior_create(), from an earlier posterior of the same history, program and stream, which knew `known`
 * and nothing with hindsight. The same bits. */
int eesi_posterior_follow(eesi_posterior **posterior, const eesi_posterior *earlier, ees_known known,
                          const ees_question *q, ees_error *err) EES_MUST_CHECK;

/* The stream that answers a question, or NULL; and whether it has a round before it. */
const eesi_stream *eesi_stream_asked(const eesi_ensemble_model *ensemble, const ees_question *q);
bool eesi_stream_begun(const eesi_view *view, const eesi_stream *stream, const ees_question *q);

/* Every stream and every set has replicates of its own, and they do not move when the number of members changes. */
uint64_t eesi_first_replicate(const ees_model *model, const eesi_stream *stream, size_t set);

/* What a thread needs to look ahead. */
typedef struct eesi_lookout {
    eesi_flow_block ahead;
    int *cutoff;
    double *share;
} eesi_lookout;

/* EES_ERR_NOMEM; eesi_lookout_free() it in any case. */
int eesi_lookout_init(eesi_lookout *l, const eesi_flow_grid *grid, int members) EES_MUST_CHECK;
void eesi_lookout_free(eesi_lookout *l);
/* Hold one round in the futures of one copy; add the cut-offs to counts and fill draws, where not NULL. */
void eesi_lookout_invite(const eesi_ensemble *e, eesi_lookout *l, ees_date date, double size, uint32_t copy,
                         uint32_t *counts, eesi_cutoff_draw *draws);

int eesi_predictive_of(const uint32_t counts[EES_SCORE_COUNT], ees_predictive *predictive, ees_error *err);
/* Answer questions about one day, which differ in size alone; draws, where not NULL, are those of the last size. */
int eesi_posterior_draw(const eesi_posterior *p, const ees_question *questions, size_t count,
                        ees_predictive *predictives, eesi_cutoff_draw *draws, ees_error *err) EES_MUST_CHECK;

#endif
