/*
 * One round on a given day, in the futures that a run would have: the rounds before it that are not in the data are
 * simulated as learned. So whoever asks about the same round by `draw`, `forecast`, `chance` or `run` hears the same.
 * Which rounds those are is said in between.h.
 */
#ifndef EESI_ONE_ROUND_H
#define EESI_ONE_ROUND_H

#include "models/forecaster.h"
#include "run/run_inputs.h"

typedef struct eesi_one_round {
    const ees_run_inputs *inputs; /* borrowed */
    const char *name, *about;     /* of the model that the futures stand for */
    uint64_t seed, replicates;
    int threads;       /* 0: all */
    double *simulated; /* rounds of the program in between, mean over the futures of the last answer */
} eesi_one_round;

/*
 * The forecaster. It answers questions about one round that differ in size alone, with hindsight or excluded rounds
 * none: then, and for a program without members, EES_ERR_NOTFOUND.
 * @param of  must outlive it; `simulated` is written to, so it is not for several threads. Randomness by address from
 * its seed. About as long as a run of its replicates, and a round more for each size.
 */
ees_forecaster eesi_one_round_forecaster(const eesi_one_round *of);

#endif
