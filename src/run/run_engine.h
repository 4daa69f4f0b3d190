/*
 * The engine of the real model: futures of the posterior's members under a schedule of rounds, cell by cell, sixteen
 * side by side (flow/futures.h).
 */
#ifndef EESI_RUN_ENGINE_H
#define EESI_RUN_ENGINE_H

#include <stdatomic.h>

#include "policy/policy.h"

#include "run/process.h"

/* One scenario: its policy, and what the policy does to arrivals, day by day. */
typedef struct eesi_run_scenario {
    ees_policy *policy; /* owned */
    /* [program of the run][day] sum of the factors on arrivals of the days up to and without `day`, from
     * model->arrivals_from on; owned */
    double *arrivals;
    bool arrivals_changed;            /* some factor is not 1 */
    double return_share, return_days; /* of the invited who come back */
    size_t shock_count[EES_RUN_PROGRAMS_MAX];
    eesi_lane_shock *shocks[EES_RUN_PROGRAMS_MAX]; /* owned */
} eesi_run_scenario;

/* Everybody at 601 and above is taken by the rounds that clear them; in between nominees gather. */
typedef struct eesi_worker_nominees {
    eesi_nominees known;      /* as the filter left them */
    ees_program_set clearing; /* programs whose rounds take them */
    int assumed_every_days;   /* in futures without such a round: they go on at this gap */
} eesi_worker_nominees;

/* The last round of a program is held again with other sizes: who asks about sizes sees them all from one state. */
typedef struct eesi_asked_round {
    int program; /* of the run */
    ees_date date;
    size_t count;
    const double *sizes;
    atomic_uint *cutoffs; /* [count][EES_SCORE_COUNT] futures */
    atomic_uint before;   /* rounds of the program before it, all futures together */
} eesi_asked_round;

typedef struct eesi_run_program {
    bool has_members; /* else `drift` */
    /* Share of the futures whose next cut-off is that of `drift` although there are members: the forecast of the
     * program's next round is a mixture, and a future is one of its parts. */
    double drift_share;
    eesi_member_process member;
    eesi_drift_process drift;
    eesi_posterior *posterior; /* owned */
} eesi_run_program;

typedef struct eesi_run_model {
    uint64_t seed;
    int scenario_count, program_count;
    int capacity;                  /* rounds of a future at most, all programs there are */
    int8_t slot[EES_PROGRAMS_MAX]; /* position in the run of a program of the table; EESI_UNKNOWN: not in it */
    int general;                   /* slot of the program whose rounds take everybody; EESI_UNKNOWN: not in the run */
    uint32_t takers;               /* bit p: rounds of slot p take their share of everybody */
    int returns;                   /* rounds of a program whose candidates can be waiting to come back */
    ees_date arrivals_from;        /* first day of the factors on arrivals */
    int arrivals_days;
    eesi_run_scenario *scenario; /* owned */
    eesi_run_program program[EES_RUN_PROGRAMS_MAX];
    eesi_asked_round *asked; /* NULL: nobody asks */
    eesi_worker_nominees nominees;
} eesi_run_model;

eesi_block_engine eesi_run_engine(const eesi_run_model *model);
void eesi_run_model_free(eesi_run_model *model);

#endif
