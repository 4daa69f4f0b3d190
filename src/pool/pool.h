/* Inside of a pool: one block holds the cells, then the counts. */
#ifndef EESI_POOL_H
#define EESI_POOL_H

#include <eesim/pool.h>

/* A pool with room for `cell_count` cells and no candidates yet. The cells to fill, in order of rank, are *cells. */
int eesi_pool_alloc(ees_pool *pool, ees_time as_of, size_t segment_count, size_t cell_count, ees_cell **cells,
                    ees_error *err) EES_MUST_CHECK;
/* Recomputes all sums from the first `cell_count` cells. */
void eesi_pool_sum(ees_pool *pool, size_t cell_count);
/* Position of the first cell with a score at or below `score`. */
size_t eesi_pool_row(const ees_pool *pool, int score);
/* The counts and the cells, to be changed. */
int32_t *eesi_pool_counts(ees_pool *pool);
ees_cell *eesi_pool_cells(ees_pool *pool);

#endif
