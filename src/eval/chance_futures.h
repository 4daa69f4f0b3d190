/* What the futures of one day say: which scores each program invites by each horizon, whether it holds a round, and how
 * many it invites. One run answers all of it. */
#ifndef EESI_CHANCE_FUTURES_H
#define EESI_CHANCE_FUTURES_H

#include <eesim/backtest.h>

#include "run/run_plan.h"

enum { EESI_CHANCE_AGES = 2 };
/* Days since submission, on the first day: 0 and 180. A profile of a year has expired. */
extern const int eesi_chance_ages[EESI_CHANCE_AGES];

/* Futures by program of the run. */
typedef struct eesi_chance_futures {
    int programs; /* of the run */
    uint64_t replicates;
    /* [program]: futures in which a candidate of the program with the score was invited by the horizon. Owned. */
    uint32_t (*invites)[EES_CHANCE_HORIZONS][EESI_CHANCE_AGES][EES_SCORE_COUNT];
    uint32_t (*holds)[EES_CHANCE_HORIZONS]; /* [program]: futures with a round of the program itself; owned */
    int64_t *invited;                       /* [program][horizon][replicate]: by its own rounds; owned */
    uint32_t pools;                         /* bit p: stocks of program p are kept */
    int bands;
    int64_t *stock;      /* [program][horizon][band][replicate]; owned; see eesi_chance_futures_stock() */
    size_t *stock_count; /* [program][horizon][band]; owned */
} eesi_chance_futures;

/*
 * Carry out a plan of one scenario, on the calling thread.
 * @param general  position, in the programs of the run, of the one whose rounds are for everybody; -1: none.
 * @param pools    bit p: keep the stocks of program p.
 * @param futures  uninitialised; eesi_chance_futures_free() it, also after an error.
 * @return 0, EES_ERR_NOMEM, the engine's errors. The same bytes as `eesim run` counts.
 */
int eesi_chance_futures_run(eesi_chance_futures *futures, const ees_run_plan *plan, int general, uint32_t pools,
                            ees_error *err) EES_MUST_CHECK;
void eesi_chance_futures_free(eesi_chance_futures *futures);

/* Invitations of a program by a horizon: `replicates` numbers. */
int64_t *eesi_chance_futures_invited(const eesi_chance_futures *futures, int program, int horizon);

/* A program's stock of a band of the plan, before its last round in the EESI_POOL_DAYS days that end with the horizon:
 * *count numbers, of the futures that hold one and know the band. */
enum { EESI_POOL_DAYS = 30 };
int64_t *eesi_chance_futures_stock(const eesi_chance_futures *futures, int program, int horizon, int band,
                                   size_t *count);

#endif
