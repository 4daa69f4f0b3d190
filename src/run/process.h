/*
 * How one program's candidates fare in a future: a process starts from what the forecast knows and answers round
 * after round. Futures advance in groups of EESI_GROUP lanes, any replicates of one parameter set; what a lane gets
 * depends on its replicate alone.
 */
#ifndef EESI_PROCESS_H
#define EESI_PROCESS_H

#include <eesim/predictive.h>

#include "flow/futures.h"
#include "models/posterior.h"
#include "run/block.h"

enum {
    EESI_GROUP = EESI_FUTURES,
    EESI_SET_LANES = 64, /* replicates in a row that share a parameter set, whatever the program */
    EESI_PROCESS_BANDS = 12,
    EESI_UNKNOWN = -1,
    EESI_DRIFT_SIZES = 33,
    EESI_DRIFT_GUIDE = 256,
    EESI_DRIFT_DAYS = 10
};

/* On a day a share of the program's candidates gains or loses points. */
typedef struct eesi_lane_shock {
    ees_date date;
    int points;
    double share;
} eesi_lane_shock;

/* The k-th round of a program in each lane of a group; lanes without one have size 0 and are left alone. */
typedef struct eesi_group_round {
    uint32_t step;      /* k: addresses the random numbers */
    size_t shock_count; /* by date; those between a lane's last round and this one are felt */
    const eesi_lane_shock *shocks;
    double return_share;       /* of the invited who come back to the pool; 0: nobody */
    double return_days;        /* from the round to then */
    double inflow[EESI_GROUP]; /* arrivals since the lane's last round, times those of the model */
    double size[EESI_GROUP];
    double date[EESI_GROUP];          /* days since 1970 */
    double nominees_band[EESI_GROUP]; /* nominees present: those last published ... */
    double nominees_flow[EESI_GROUP]; /* ... and those who came since */
    int32_t cutoff[EESI_GROUP];       /* out, as the rest */
    int32_t invited[EESI_GROUP];
    double share[EESI_GROUP];    /* invited share of those at the cut-off */
    int32_t taken[EESI_GROUP];   /* EESI_UNKNOWN where the process does not say, as below */
    int32_t tie_age[EESI_GROUP]; /* days */
    int32_t stock[EESI_PROCESS_BANDS][EESI_GROUP];
} eesi_group_round;

/* ---- a program with members of the ensemble ---- */

/* Invited candidates who will come back, where a policy says that some do (process_return.c). */
typedef struct eesi_waiting {
    int cells, slots, usual;   /* usual: lowest cell that rounds before the future invited */
    float *before;             /* [cells][EESI_GROUP] scratch: the stock before something happened to it */
    float *stock;              /* [slots][cells][EESI_GROUP] those who come back together */
    double (*due)[EESI_GROUP]; /* [slots] their day; INFINITY: nobody */
} eesi_waiting;

typedef struct eesi_member_process {
    uint64_t seed;
    int points;                      /* as in eesi_future_move */
    uint32_t purpose;                /* two of them */
    const eesi_posterior *posterior; /* not owned */
    eesi_future_tables *tables;      /* one for each of its sets; owned */
    float **stock;                   /* [set] its members' stocks, [member][cells]; owned */
    int bands;
    ees_band band[EESI_PROCESS_BANDS];
    /* What the bands are made of: cells at which the stock above is asked for, and the place of each band's ends among
     * them; EESI_UNKNOWN: the band begins below the grid, or ends at its top. */
    int edges;
    int edge[EESI_FUTURES_EDGES];
    int low[EESI_PROCESS_BANDS], beyond[EESI_PROCESS_BANDS];
    /* [grid.lo] eligible candidates at each score below the grid, as the published pool has them; owned; NULL: unknown
     */
    float *below_grid;
} eesi_member_process;

typedef struct eesi_member_worker {
    const eesi_ensemble *set;         /* of the group */
    const eesi_future_tables *tables; /* of that set */
    eesi_futures x;
    eesi_future_move move;
    eesi_future_cut cut;
    double date[EESI_GROUP]; /* of the state of each lane */
    /* [held][EESI_GROUP] cut-offs since the start: who stood above one of them is gone since that day. A lane's come
     * first to last; it has rows[lane] of them, and nothing in the rest. */
    int held, capacity, rows[EESI_GROUP];
    float *cleared_cell, *cleared_date;
    eesi_waiting waiting;
} eesi_member_worker;

/* Gives the process its posterior and tables, and its bands their edges. EES_ERR_NOMEM. */
int eesi_member_process_init(eesi_member_process *process, const eesi_posterior *posterior) EES_MUST_CHECK;
void eesi_member_process_free(eesi_member_process *process);
/* The parameter set of a replicate. */
size_t eesi_member_set_of(const eesi_member_process *process, uint64_t replicate);
/* Room for futures of at most `rounds` rounds, and for `returns` of them whose candidates have still to come back (0
 * where nobody does). EES_ERR_NOMEM. */
int eesi_member_worker_init(eesi_member_worker *worker, const eesi_member_process *process, int rounds,
                            int returns) EES_MUST_CHECK;
void eesi_member_worker_free(eesi_member_worker *worker);
/* Put a member of the posterior into each lane; the replicates must be of one parameter set. */
void eesi_member_begin(eesi_member_worker *worker, const eesi_member_process *process,
                       const uint64_t replicate[EESI_GROUP]);
void eesi_member_hold(eesi_member_worker *worker, const eesi_member_process *process, eesi_group_round *round);

/* Move the lanes that have a round to its day; eesi_member_hold() does it by itself. */
void eesi_member_advance(eesi_member_worker *worker, const eesi_member_process *process, const eesi_group_round *round);
/* A round for everybody was held (size > 0, date, cutoff, share): who stands above its cut-off leaves, and the share of
 * those at it. Counts as a round of the program's. */
void eesi_member_take_share(eesi_member_worker *worker, const eesi_member_process *process,
                            const eesi_group_round *round);
/* A round for some invited `count` of a lane's candidates, in proportion, from a cut-off up. */
void eesi_member_lose(eesi_member_worker *worker, const eesi_member_process *process, int lane, int cutoff,
                      double count);

/* ---- below the grid (process_below_grid.c) ---- */

/* Where a round ends that takes everybody on the grid and `need` more. */
typedef struct eesi_below_grid_cut {
    double cell;          /* the cut-off as a cell, below 0; -grid.lo when everybody is taken */
    double share, at_cut; /* invited share of those at the cut-off, and how many stand there */
    double since;         /* day on which they were last invited; -INFINITY: never */
    double missing;       /* places that nobody is left for */
} eesi_below_grid_cut;

eesi_below_grid_cut eesi_below_grid_cut_of(const eesi_member_worker *worker, const eesi_member_process *process,
                                           int lane, double date, double need);

/* ---- those who come back (process_return.c) ---- */

int eesi_waiting_init(eesi_waiting *waiting, int cells, int slots) EES_MUST_CHECK;
void eesi_waiting_free(eesi_waiting *waiting);
/* A new group, after eesi_member_begin(): nobody waits. */
void eesi_waiting_begin(eesi_member_worker *worker, double return_days);
/* Before the stock changes; then what the change means: arrivals came in since `from`, or candidates left. */
void eesi_waiting_note(eesi_member_worker *worker);
void eesi_waiting_moved(eesi_member_worker *worker, const eesi_group_round *round, const double from[EESI_GROUP]);
void eesi_waiting_left(eesi_member_worker *worker, const eesi_group_round *round);

/* ---- a program of which only the next cut-off is forecast ---- */

/*
 * The next cut-off has the forecast's distribution; later ones keep most of its error (a replicate that is high stays
 * high) and wander on. Another size moves the cut-off as it moves the forecast's median.
 */
enum { EESI_POOL_LOW = 351, EESI_POOL_CELLS = 250 /* scores up to 600 */ };

typedef struct eesi_drift_process {
    uint64_t seed;
    int points; /* as in eesi_future_move */
    uint32_t purpose;
    ees_date from;                     /* day of the forecast */
    double log_size[EESI_DRIFT_SIZES]; /* log of sizes, rising by even steps ... */
    double moved[EESI_DRIFT_SIZES];    /* ... and by how much the mean is moved there, points; falling */
    int low, high;                     /* cut-offs there can be */
    double wander;                     /* points per sqrt(14 days) */
    /* The forecast of the next round, were it held so many days after `begin`: by how much its mean is moved, and how
     * many times as wide it is. */
    ees_date begin;
    double day_moved[EESI_DRIFT_DAYS], day_scale[EESI_DRIFT_DAYS];
    double mean;                     /* of `next` */
    double tie_days;                 /* mean age of tie-breaks */
    ees_predictive next;             /* at that size */
    double below[EES_SCORE_COUNT];   /* its cumulative shares; these and the guide are eesi_drift_prepare()'s */
    int16_t guide[EESI_DRIFT_GUIDE]; /* first score whose share at or below it reaches i / EESI_DRIFT_GUIDE */
    /* The program's candidates in the published pool (process_pool.c), and the bands they are counted in; all within
     * the scores from EESI_POOL_LOW on. */
    bool has_pool;
    float eligible[EESI_POOL_CELLS];
    int bands;
    ees_band band[EESI_PROCESS_BANDS];
} eesi_drift_process;

typedef struct eesi_pool_stock {
    float count[EESI_POOL_CELLS][EESI_GROUP];
    double date[EESI_GROUP]; /* of the last round; -INFINITY: none yet */
} eesi_pool_stock;

typedef struct eesi_drift_worker {
    uint64_t replicate[EESI_GROUP];
    float level[EESI_GROUP];  /* standard normal: the part of the error that stays */
    double drift[EESI_GROUP]; /* points wandered */
    bool begun[EESI_GROUP];   /* a round was held */
    double date[EESI_GROUP];
    eesi_pool_stock pool;
} eesi_drift_worker;

/* Days after the beginning at which the next round's forecast is asked for; rising. */
extern const int eesi_drift_days[EESI_DRIFT_DAYS];
/* Reckon the tables of `next`. */
void eesi_drift_prepare(eesi_drift_process *process);
void eesi_drift_begin(eesi_drift_worker *worker, const eesi_drift_process *process,
                      const uint64_t replicate[EESI_GROUP]);
void eesi_drift_hold(eesi_drift_worker *worker, const eesi_drift_process *process, eesi_group_round *round);
/* Stock before the round into round->stock; then its candidates leave. After a round of the program, or a general one.
 */
void eesi_pool_stock_begin(eesi_pool_stock *stock, const eesi_drift_process *process);
void eesi_pool_stock_hold(eesi_pool_stock *stock, const eesi_drift_process *process, eesi_group_round *round);

#endif
