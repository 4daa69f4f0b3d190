/* What all replicates of a world share. Read-only once made. */
#ifndef EESI_ENGINE_TABLES_H
#define EESI_ENGINE_TABLES_H

#include <stdint.h>

#include "engine/engine.h"
#include "engine/engine_alias.h"
#include "engine/urn.h"

enum { EESI_ROUNDS_MAX = 120, EESI_SPAN_MAX = 4096, EESI_COARSE = 32 };

/* Mean arrivals a step and initial candidates of a segment above every packed row. */
typedef struct eesi_sums {
    float *pair;                        /* [span + 1][2]: arrivals, initial; repeated past the last row */
    float coarse_arrivals[EESI_COARSE]; /* every (span / 32)-th of them: fits registers */
    float coarse_initial[EESI_COARSE];
} eesi_sums;

/* The segments of a round, in increasing order. */
typedef struct eesi_members {
    uint32_t mask;
    int count;
    uint8_t segment[EESI_SEGMENTS_MAX];
} eesi_members;

typedef struct eesi_tables {
    eesi_world world;
    int rows;       /* packed: those without candidates or arrivals are left out */
    int span;       /* rows padded to a power of two, at least 32 and above rows */
    int shift;      /* log2(span / 32) */
    int32_t *score; /* [rows + 1] of each packed row, 0 past the last */
    eesi_sums sums[EESI_SEGMENTS_MAX];
    eesi_members *members; /* [rounds] */
    double *survive;       /* [rounds + 1] (1 - leave)^step */
    double *gain;          /* [rounds + 1] its sum over the steps before */
    double log_median;     /* of the size of a round */
    eesi_log_factorials log_factorials;
    eesi_alias alias; /* of the every-cell engine */
} eesi_tables;

/* Free with eesi_tables_free(), also after an error. EES_ERR_RANGE, EES_ERR_NOMEM. */
EES_MUST_CHECK int eesi_tables_init(eesi_tables *tables, const eesi_world *world, ees_error *err);
void eesi_tables_free(eesi_tables *tables);

#endif
