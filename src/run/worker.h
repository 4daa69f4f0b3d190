/* What the files of the engine of runs share: one thread's memory, and the groups it works on. */
#ifndef EESI_WORKER_H
#define EESI_WORKER_H

#include "policy/policy.h"
#include "run/run_engine.h"

/* A round of a lane as it is scheduled; those of one program lie together. */
typedef struct eesi_own_round {
    ees_date date;
    ees_date cleared; /* last day before it on which the future took nominees; EES_DATE_NONE: it has not yet */
    int32_t size;
    int32_t row; /* in the block */
} eesi_own_round;

/*
 * The memory of one thread. First the policy schedules the futures of a block, into the rows of the block itself. Then
 * the thread takes the programs one by one. It sorts the lanes that have rounds of the program by parameter set and
 * number of rounds, and holds these in groups of lanes. So the lanes of a group end at about the same time. Lanes with
 * general rounds form groups of their own (general.c).
 */
typedef struct eesi_worker {
    eesi_member_worker member[EES_RUN_PROGRAMS_MAX];
    eesi_drift_worker drift[EES_RUN_PROGRAMS_MAX];
    ees_future_round *events;                    /* [EESI_POLICY_LANES][capacity] of all programs */
    eesi_own_round *own;                         /* rounds lane after lane, in a lane program after program */
    uint32_t (*start)[EES_RUN_PROGRAMS_MAX + 1]; /* [lane] where each program begins in `own` */
    uint16_t *sorted;                            /* lanes that hold rounds of a program */
    uint32_t *bucket;                            /* scratch of the sort */
    bool apart[EESI_BLOCK];                      /* lanes of eesi_worker_general() */
    uint32_t drifts[EES_RUN_PROGRAMS_MAX];       /* bit i: lane i of the group follows `drift` (drift_share) */
    eesi_group_round round;
} eesi_worker;

/* Sixteen lanes of a block that are taken together. */
typedef struct eesi_lane_group {
    const eesi_run_scenario *scenario;
    eesi_block *block;
    int program, lanes;
    int lane[EESI_GROUP];                  /* in the block */
    uint64_t replicate[EESI_GROUP];        /* places without a lane repeat the first */
    const eesi_own_round *own[EESI_GROUP]; /* each lane's rounds of the program; see eesi_worker_turn_to() */
    int rounds[EESI_GROUP];                /* and how many; 0 in places without a lane */
    uint32_t wanted;                       /* bit i: lane i takes part in what is done now */
} eesi_lane_group;

/* ---- group.c ---- */

/* EES_ERR_INTERRUPTED when the run was stopped or another block has failed. */
int eesi_worker_check(const eesi_block *block, ees_error *err) EES_MUST_CHECK;
/* How many rounds of a program a lane has; the first of them. */
int eesi_worker_rounds(const eesi_worker *worker, int lane, int program);
const eesi_own_round *eesi_worker_own(const eesi_worker *worker, int lane, int program);
/* Make a program the group's, and look up its rounds in each lane. */
void eesi_worker_turn_to(const eesi_worker *worker, eesi_lane_group *group, int program);
/* Begin the group's program, and hold its k-th round in the lanes wanted that have one. */
void eesi_worker_begin(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group);
void eesi_worker_gather(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group, int k);
void eesi_worker_hold(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group);
void eesi_worker_scatter(const eesi_worker *worker, const eesi_lane_group *group, int k);
/* Mean factor on the arrivals of a program of the run over the days from `from` to `to`. */
double eesi_worker_inflow(const eesi_run_model *model, const eesi_run_scenario *scenario, int program, ees_date from,
                          ees_date to);

/* ---- asked_round.c ---- */

/* As eesi_worker_hold() does, with the sizes asked about, in the lanes that hold the round asked for; the states stay.
 */
void eesi_worker_ask(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group);
/* What eesi_worker_hold() does but for that. */
void eesi_worker_hold_once(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group);

/* ---- schedule.c ---- */

/* Put the rounds of the block's futures into the worker's list and into the rows of the block. */
int eesi_worker_schedule(const eesi_run_model *model, const ees_policy *policy, eesi_worker *worker, eesi_block *block,
                         ees_error *err) EES_MUST_CHECK;

/* ---- general.c ---- */

/* Mark the lanes with general rounds. */
void eesi_worker_find_general(const eesi_run_model *model, eesi_worker *worker, const eesi_block *block);
/* Go through those of them among the EESI_SET_LANES lanes from `first` on; all of these have the same parameter sets.
 */
int eesi_worker_general(const eesi_run_model *model, eesi_worker *worker, eesi_lane_group *group, int first,
                        ees_error *err) EES_MUST_CHECK;

#endif
