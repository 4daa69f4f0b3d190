/* How the ensemble does on published rounds. */
#ifndef ENSEMBLE_SCORE_H
#define ENSEMBLE_SCORE_H

#include "test_world.h"

typedef struct ensemble_rounds {
    const char *program, *first, *last; /* numbers of rounds, both included */
    bool hindsight;                     /* the pool published with a round is known */
} ensemble_rounds;

/* Scores of the ensemble of the world's model, one seed, on `rounds` of `history`: the world's own, or a copy. */
ees_score_summary ensemble_score(const test_world *world, const ees_history *history, const ensemble_rounds *rounds);

#endif
