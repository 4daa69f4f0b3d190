/*
 * The two engines for a pool whose arrivals do not change in time, and what they share: the world they simulate, the
 * results they write, the addresses of their random numbers. See docs/engine.md for the distribution of results and why
 * both have it.
 */
#ifndef EESI_ENGINE_H
#define EESI_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include <eesim/error.h>

#include "base/purpose.h"

#define EESI_SEGMENTS_MAX 16

/*
 * One step: everybody present leaves with probability `leave`; arrivals; one round. Rows are scores from the top: row 0
 * is the highest.
 */
typedef struct eesi_world {
    int segments; /* 1 .. EESI_SEGMENTS_MAX */
    int rows;
    int top_score;          /* score of row 0 */
    const double *arrivals; /* [segment][row], mean candidates a step */
    const double *initial;  /* [segment][row], candidates; whole numbers where they are counts */
    double leave;           /* 0 < leave < 1 */
    int rounds;             /* steps of a replicate */
    const uint32_t *filter; /* [round], bit set of eligible segments */
    double size_median;     /* of the log-normal size of a round */
    double size_sigma;      /* of its logarithm */
} eesi_world;

/* Each array is [round][stride]; entry `slot` of a round belongs to one replicate. Owned by the caller. */
typedef struct eesi_outcomes {
    size_t stride;
    int32_t *size;   /* N */
    int32_t *cutoff; /* score of the last one invited; 0 when fewer than N were eligible and all were taken */
    int32_t *taken;  /* number taken at the cut-off; 0 when all were taken */
    float *share; /* may be NULL; where the last one invited stands in the tie-break of the cut-off, 0 .. 1; 0 when all
                     were taken */
} eesi_outcomes;

/* Purposes of the engines, see rng.h. A step is a round, a block is a request unless said otherwise. */
enum {
    EESI_PURPOSE_ROUND =
        EES_RNG_ENGINE, /* block 0: normal of the size, normal of the Gamma; block 1: the rest of its uniform */
    EESI_PURPOSE_GAMMA = EES_RNG_ENGINE + 1, /* later attempts of the Gamma variate */
    EESI_PURPOSE_TAKEN = EES_RNG_ENGINE + 2, /* number taken at the cut-off */
    EESI_PURPOSE_CELLS = EES_RNG_ENGINE + 3, /* arrivals and departures of every cell; block = pair of cells */
    EESI_PURPOSE_SPLIT = EES_RNG_ENGINE + 4, /* sharing out the marginal cell, a stream */
    EESI_PURPOSE_LUMP_BINOMIAL = EES_RNG_ENGINE + 5,
    EESI_PURPOSE_LUMP_POISSON = EES_RNG_ENGINE + 6,
    EESI_PURPOSE_POSITION = EES_RNG_ENGINE + 7, /* where the marginal row was cut */
    EESI_PURPOSE_OVERSHOOT = EES_RNG_ENGINE + 8,
    EESI_PURPOSE_ODD_CELLS = EES_RNG_ENGINE + 9, /* departures past the tables; step << 16 | cell */
    EESI_PURPOSE_MANY_ARRIVALS = EES_RNG_ENGINE + 10,
    EESI_PURPOSE_POOL = EES_RNG_ENGINE + 11 /* initial counts of a Poisson pool */
};
_Static_assert((int)EESI_PURPOSE_POOL < (int)EESI_RNG_FUTURES, "the library draws with these");

#endif
