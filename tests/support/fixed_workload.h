/* The fixed workload: never change it, add others beside it. Timings of all releases refer to it. */
#ifndef FIXED_WORKLOAD_H
#define FIXED_WORKLOAD_H

#include "engine/engine.h"

enum { FIXED_SEGMENTS = 6, FIXED_SPAN = 200, FIXED_ROUNDS = 26, FIXED_TOP = 819, FIXED_BOTTOM = 300 };
enum { FIXED_ROWS = FIXED_TOP - FIXED_BOTTOM + 1, FIXED_CANDIDATES = 235695 };

typedef struct fixed_workload {
    eesi_world world; /* points into this struct: do not copy it */
    double arrivals[FIXED_SEGMENTS][FIXED_ROWS];
    double initial[FIXED_SEGMENTS][FIXED_ROWS];
    uint32_t filter[FIXED_ROUNDS];
} fixed_workload;

/* 235,695 candidates over 6 segments of 200 scores, 6,001 arrivals a fortnight, 26 rounds of 13 filters. */
void fixed_workload_init(fixed_workload *fixed);

/* First row of a segment (its highest score). */
int fixed_workload_first_row(int segment);

#endif
