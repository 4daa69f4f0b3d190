/* Loops over the lanes of a group that answer a round; process.kernel.c. */
#ifndef EESI_PROCESS_KERNELS_H
#define EESI_PROCESS_KERNELS_H

#include "base/isa.h"
#include "run/process.h"

enum { EESI_PROCESS_NOISE = 4 }; /* normals of a lane and round */

/* What a round needs besides the round itself. */
typedef struct eesi_member_scratch {
    float z[EESI_PROCESS_NOISE][EESI_GROUP];
    double places[EESI_GROUP]; /* for the program itself */
    double need[EESI_GROUP];   /* of its stock as the member knows it; below 0: no round */
    double share[EESI_GROUP];  /* of those at the cut-off who are invited */
    double at_cut[EESI_GROUP], since[EESI_GROUP];
    double cell[EESI_GROUP];                                        /* the cut-off as a cell, below 0: below the grid */
    double missing[EESI_GROUP];                                     /* places that nobody is left for */
    double age[EESI_GROUP], taken[EESI_GROUP], invited[EESI_GROUP]; /* as reported */
} eesi_member_scratch;

/* The same for a program of which only the next cut-off is known. */
typedef struct eesi_drift_scratch {
    float z[4][EESI_GROUP];
    double place[EESI_GROUP]; /* in the forecast's distribution */
    double moved[EESI_GROUP]; /* points from there */
    double tie[EESI_GROUP];   /* age of the tie-break, days: exponential, cut at the age at which a profile ends */
} eesi_drift_scratch;

typedef struct eesi_process_kernels {
    /* In this order; in between eesi_futures_invite() gives the cut. */
    void (*count_places)(const eesi_flow_params *p, const eesi_group_round *round, eesi_member_scratch *s);
    void (*find_clearing)(const eesi_member_worker *worker, float since[EESI_GROUP]);
    void (*measure_cut)(const eesi_future_cut *cut, const float *since, eesi_member_scratch *s);
    void (*count_bands)(const eesi_member_process *process, const eesi_future_cut *cut, eesi_group_round *round);
    void (*answer_lanes)(const eesi_flow_params *p, const eesi_group_round *round, eesi_member_scratch *s);
    void (*draw_drift)(eesi_drift_worker *worker, const eesi_drift_process *process, const eesi_group_round *round,
                       eesi_drift_scratch *s);
} eesi_process_kernels;

EESI_KERNELS(eesi_process_kernels);

#endif
