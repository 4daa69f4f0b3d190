/*
 * One stochastic ensemble Kalman filter: the members of one hyperparameter set of one stream. It moves with the
 * transition of src/flow and learns from rounds and published bands in the order they became public.
 */
#ifndef EESI_ENSEMBLE_H
#define EESI_ENSEMBLE_H

#include "flow/transition.h"
#include "models/model.h"
#include "models/nominees_present.h"
#include "models/view.h"

/* Who stands at a score has come within this time, or since the score was last cleared: ages of the tie-break are
 * measured against it. */
#define EESI_TIE_WINDOW_DAYS 350.0

enum { EESI_ENSEMBLE_WORK = 8 };

typedef struct eesi_ensemble {
    const eesi_flow_params *params; /* not owned, as stream */
    const eesi_stream *stream;
    eesi_shock shock;
    int program;
    eesi_flow_block block;
    eesi_nominees nominees;
    ees_bands bands;            /* of the pool published last */
    double pool[EES_BANDS_MAX]; /* and its candidates in each */
    ees_date *cleared;          /* [cells] day each score was last cleared */
    ees_date date;              /* of the state */
    bool started;
    int rounds; /* learnt from */
    uint32_t step;
    uint64_t seed, first_replicate;
    double log_likelihood; /* of all observations so far */
    double *work;          /* [EESI_ENSEMBLE_WORK][members] */
} eesi_ensemble;

/* EES_ERR_NOMEM, EES_ERR_RANGE (members). */
int eesi_ensemble_init(eesi_ensemble *e, const eesi_stream *stream, const eesi_flow_params *params, eesi_shock shock,
                       int program, int members, uint64_t seed, uint64_t first_replicate) EES_MUST_CHECK;
void eesi_ensemble_free(eesi_ensemble *e);
/* Copy the whole state; `to` must come from the same stream and number of members. */
void eesi_ensemble_copy(eesi_ensemble *to, const eesi_ensemble *from);

/*
 * A snapshot that became public on `published`. It is taken as of its own day. One older than the state is stale (a
 * round has moved the state past it) and teaches of the nominees alone; one after `published` is a misprint and teaches
 * nothing.
 */
void eesi_ensemble_snapshot(eesi_ensemble *e, const ees_snapshot *snapshot, ees_date published);
/* A round, of any program: one's own shows the stock, another's takes part of it where the stream says so. */
void eesi_ensemble_round(eesi_ensemble *e, const eesi_view_round *round);

/* Carry a copy of the state to `date` (the state's own day when that is later). `copy` chooses independent noise. */
void eesi_ensemble_carry(const eesi_ensemble *e, eesi_flow_block *ahead, ees_date date, uint32_t copy);
/*
 * Hold a round of `size` in a carried copy, which stays unchanged: for each member the cut-off and the invited share of
 * the candidates at it. A cut-off below the lowest score of the stream (too few candidates) is one less than it.
 */
void eesi_ensemble_invite(const eesi_ensemble *e, const eesi_flow_block *ahead, ees_date date, double size,
                          uint32_t copy, int *cutoff, double *share);

#endif
