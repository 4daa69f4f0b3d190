/*
 * What all replicates of a world share: rows packed in blocks of 16 and vectors of 16 blocks, steady levels, prefix
 * sums. Read-only once made.
 */
#ifndef EESI_ENGINE_TABLES_H
#define EESI_ENGINE_TABLES_H

#include <stdint.h>

#include "base/urn.h"
#include "sim/engine.h"
#include "sim/engine_alias.h"

enum { EESI_ROUNDS_MAX = 120, EESI_BLOCKS_MAX = 128, EESI_VECTORS_MAX = EESI_BLOCKS_MAX / 16 };

/* Some segments, in increasing order. */
typedef struct eesi_members {
    int count;
    uint8_t segment[EESI_SEGMENTS_MAX];
    int32_t blocks[EESI_SEGMENTS_MAX]; /* where the blocks of the segment start in arrays [segments][blocks] */
} eesi_members;

/* One set of eligible segments. */
typedef struct eesi_filter {
    uint32_t mask;
    eesi_members members;
    int vectors; /* those with an eligible cell, from the top */
    int vector[EESI_VECTORS_MAX];
    eesi_members in_vector[EESI_VECTORS_MAX]; /* by vector[i] */
    float *block_levels;                      /* [blocks], sums of levels over members */
    float *levels;                            /* [blocks][16] */
} eesi_filter;

typedef struct eesi_tables {
    eesi_world world;
    int blocks; /* padded to whole vectors */
    int vectors;
    int32_t *score; /* [blocks * 16], of each packed row; 0 where there is none */
    int cells;      /* of all segments, 16 a block; the first block is an empty one */
    int32_t *cell;  /* [segments][blocks] where the cells of a block start; 0 (the empty block) where there are none */
    float *level;   /* [cells] M: where intensity settles, arrivals / leave */
    float *deficit; /* [cells] D at step 0: intensity is M - survive^step D */
    float *block_level;    /* [segments][blocks] */
    float *block_deficit;  /* [segments][blocks] at step 0 */
    double *counted;       /* [cells] initial candidates */
    double *counted_above; /* [segments][blocks * 16 + 1] initial candidates above each packed row */
    int filters;
    eesi_filter *filter;
    int *round_filter; /* [rounds] index into filter */
    double *survive;   /* [rounds + 1] (1 - leave)^step */
    double *age;       /* [rounds + 1] its inverse */
    double log_median; /* of the size of a round */
    eesi_log_factorials log_factorials;
    eesi_alias alias; /* of the every-cell engine */
} eesi_tables;

/* Free with eesi_tables_free(), also after an error. EES_ERR_RANGE, EES_ERR_NOMEM. */
EES_MUST_CHECK int eesi_tables_init(eesi_tables *tables, const eesi_world *world, ees_error *err);
void eesi_tables_free(eesi_tables *tables);

#endif
