/*
 * The transition of transition.h for the futures of a run: sixteen replicates side by side, each with days of its own,
 * in floats, small enough to stay in the first cache from one round to the next. The transition is the same
 * (tests/unit/test_futures.c compares them with the same normals); what the filter alone looks at, the candidates of
 * other streams, is left out. What a replicate gets does not depend on its neighbours.
 */
#ifndef EESI_FUTURES_H
#define EESI_FUTURES_H

#include "base/isa.h"
#include "flow/transition.h"

enum { EESI_FUTURES = 16, EESI_FUTURES_EDGES = 32 };

/* What a parameter set and a grid say of every step, reckoned once. */
typedef struct eesi_future_tables {
    eesi_flow_grid grid;
    int spacing, taps, knots; /* of the field */
    int top;                  /* scores from the centre up, to the next multiple of 8 */
    float log_level, reversion, level_sd, tail_sd, loss, cell_sd, dispersion;
    float *weight; /* [spacing][EESI_FIELD_TAPS] of the field's knots */
    float *below;  /* [cells] points below the centre, down to where arrivals grow no further */
    float *bend;   /* [cells] thinning above the centre, log */
    float *thin;   /* [top] the same as a factor, from the centre up */
} eesi_future_tables;

typedef struct eesi_futures {
    uint64_t replicate[EESI_FUTURES];
    float log_level[EESI_FUTURES];
    float log_tail[EESI_FUTURES];
    float *stock; /* [cells][EESI_FUTURES] eligible candidates at each score; owned, as the rest */
    float *knots; /* private */
} eesi_futures;

/* One move. Lanes with 0 days stay as they are. */
typedef struct eesi_future_move {
    uint64_t seed;
    int points; /* log2 of the points of a randomisation (base/quasi.h); 0: pseudo-random numbers */
    uint32_t purpose, step;
    float days[EESI_FUTURES];
    float inflow[EESI_FUTURES]; /* arrivals, times those of the model */
} eesi_future_move;

/* Taking candidates from the top. */
typedef struct eesi_future_cut {
    float need[EESI_FUTURES];                     /* in: how many; below 0: none */
    int edges;                                    /* in: how many tails are asked for */
    int edge[EESI_FUTURES_EDGES];                 /* in: cells, falling; the last one is 0 */
    float tail[EESI_FUTURES_EDGES][EESI_FUTURES]; /* out: stock at each edge and above, before anybody left */
    float cell[EESI_FUTURES];        /* out: the cut-off; -1: there are fewer than needed; any without a need */
    float above[EESI_FUTURES];       /* out: stock above the cut-off */
    float at_or_above[EESI_FUTURES]; /* out: stock at the cut-off and above */
} eesi_future_cut;

typedef struct eesi_future_kernels {
    void (*advance)(const eesi_future_tables *tables, eesi_futures *x, const eesi_future_move *move);
    void (*invite)(const eesi_future_tables *tables, eesi_futures *x, eesi_future_cut *cut);
    void (*normals)(uint64_t seed, int points, const uint64_t *replicate, uint32_t purpose, uint32_t step, int blocks,
                    float *out);
} eesi_future_kernels;

EESI_KERNELS(eesi_future_kernels);

/* EES_ERR_NOMEM; free what was made also after it. */
int eesi_future_tables_init(eesi_future_tables *tables, const eesi_flow_params *params,
                            const eesi_flow_grid *grid) EES_MUST_CHECK;
void eesi_future_tables_free(eesi_future_tables *tables);
/* Room for futures of any parameter set on this grid. EES_ERR_NOMEM. */
int eesi_futures_init(eesi_futures *x, const eesi_flow_grid *grid) EES_MUST_CHECK;
void eesi_futures_free(eesi_futures *x);

/*
 * Move every future its days forward; without days it stays as it is. O(cells). The normals are those of
 * eesi_future_normals() at (seed, replicate, purpose, step): level and tail are the first two of block 0, the knots
 * begin with block 1 and the scores with the block after the last of the knots.
 */
void eesi_futures_advance(const eesi_future_tables *tables, eesi_futures *x, const eesi_future_move *move);
/* Blocks of four numbers that a move takes. */
int eesi_future_blocks(const eesi_future_tables *tables);

/* Take cut->need candidates from the top. O(cells). */
void eesi_futures_invite(const eesi_future_tables *tables, eesi_futures *x, eesi_future_cut *cut);

/* out[4 blocks][EESI_FUTURES]: standard normals of these replicates, each from an address of its own. |x| < 6.8. With
 * points (10 or more) the replicates must be of one randomisation. */
void eesi_future_normals(uint64_t seed, int points, const uint64_t replicate[EESI_FUTURES], uint32_t purpose,
                         uint32_t step, int blocks, float *out);

#endif
