/*
 * The one transition of a stream: how its eligible stock changes between rounds. The filter moves its members with it;
 * the simulator moves its futures with the same transition in a form made for that (futures.h), so that a forecast and
 * a scenario cannot disagree.
 *
 * A block holds many members (or replicates) side by side, every quantity as [score][member], so that each loop over
 * members is one vector loop. Nothing here keeps state: all noise comes from the address handed in, and member i of a
 * block that starts at replicate r gets the noise of replicate r + i, whatever the size of the block.
 */
#ifndef EESI_TRANSITION_H
#define EESI_TRANSITION_H

#include <stdint.h>

#include <eesim/error.h>

/* Parameters of a stream. One of several hyperparameter sets; read from models/. */
typedef struct eesi_flow_params {
    double arrivals_per_day;   /* long-run arrivals a day at or above the centre */
    double arrivals_sd;        /* innovation of log arrivals, per sqrt(14 days) */
    double arrivals_reversion; /* rate at which log arrivals return to their mean, per 14 days */
    double tail_pts;           /* e-folding length of arrivals over score at the start, points */
    double tail_sd;            /* innovation of log tail_pts, per sqrt(14 days) */
    double tail_curvature;     /* extra thinning above the centre, per point squared */
    double flat_below_pts;     /* below this score arrivals grow no further */
    double cell_sd;            /* log sd of the arrivals at one score over 14 days */
    double cell_length_pts;    /* correlation length of that field over scores */
    double count_dispersion;   /* variance over mean of arrival counts */
    double loss_per_day;       /* share of the stock that leaves uninvited */
    double start_days;         /* stock at the start, in days of arrivals */
    double start_sd;           /* log sd of arrivals at the start */
    double other_start;        /* candidates of other streams in 501-600, long run */
    double other_drift_sd;     /* innovation of their drift, candidates a day per sqrt(14 days) */
    double other_sd;           /* innovation of their number, relative, per sqrt(14 days) */
    double other_reversion;    /* rate of their return to the long run, per day */
    double snapshot_sd;        /* error of a published band, candidates */
    double nominee_share;      /* share of the nominees present that competes in this stream */
    double nominee_band_sd;    /* relative error of their published number */
    double nominee_flow_sd;    /* relative error of those who came since */
    double age_window_weight;  /* weight of "days since last cleared" against a year in the age of ties */
    double marginal_sd;        /* sd of the invited share of the marginal score, given the tie-break */
    double round_sd;           /* log error of a round's size against the stock */
    double shock_share;        /* share of candidates that lose points in a dated shock */
} eesi_flow_params;

/* Scores lo .. lo + cells - 1; the arrival shape is anchored at centre. */
typedef struct eesi_flow_grid {
    int lo, cells, centre;
} eesi_flow_grid;

typedef struct eesi_flow_block {
    eesi_flow_grid grid;
    int members;       /* a multiple of EESI_FLOW_LANES */
    double *log_level; /* [members] log of arrivals a day at or above the centre */
    double *log_tail;  /* [members] log of the e-folding length, points */
    double *other;     /* [members] candidates of other streams in 501-600 */
    double *drift;     /* [members] their drift, candidates a day */
    double *stock;     /* [cells][members] eligible candidates at each score, real-valued */
    double *scratch;   /* [EESI_FLOW_SCRATCH][members] */
    double *noise;     /* see eesi_flow_advance_by() */
    double *owned;     /* begins with log_level */
    void *allocated;
} eesi_flow_block;

enum { EESI_FLOW_LANES = 8, EESI_FLOW_SCRATCH = 4, EESI_FLOW_NOISE_CELLS = 4 };

/* Where the noise comes from: equal addresses give equal noise. */
typedef struct eesi_flow_address {
    uint64_t seed;
    uint64_t first_replicate; /* replicate of member 0 */
    uint32_t purpose;
    uint32_t step;
} eesi_flow_address;

/* Allocate a block of zeros. EES_ERR_NOMEM; EES_ERR_RANGE when members is not a positive multiple of the lanes. */
int eesi_flow_block_init(eesi_flow_block *x, const eesi_flow_grid *grid, int members) EES_MUST_CHECK;
void eesi_flow_block_free(eesi_flow_block *x);
/* Copy the state; both blocks must have the same grid and number of members. */
void eesi_flow_block_copy(eesi_flow_block *to, const eesi_flow_block *from);

/* Draw the state at the start of a stream. */
void eesi_flow_start(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at);

/*
 * Move every member dt_days (> 0, else nothing happens) forward: the level of arrivals and their tail wander, the stock
 * loses a share and gains arrivals with a correlated field over scores and count noise. Dated shocks are not included:
 * stop at their day and call eesi_flow_shock(). O(members * cells).
 */
void eesi_flow_advance(const eesi_flow_params *p, eesi_flow_block *x, double dt_days, const eesi_flow_address *at);

/*
 * The same with the normals in x->noise[row][member]: those of the level, the tail, the other streams and their drift,
 * then from row EESI_FLOW_NOISE_CELLS on the knots of the field and one for each score. dt_days > 0.
 */
void eesi_flow_advance_by(const eesi_flow_params *p, eesi_flow_block *x, double dt_days);

/* A dated shock: a share of the candidates (about p->shock_share) loses `points`. Levels become less certain. */
void eesi_flow_shock(const eesi_flow_params *p, eesi_flow_block *x, int points, const eesi_flow_address *at);

#endif
