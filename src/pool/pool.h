/* Inside of a pool: one block holds the cells, then the counts. */
#ifndef EESI_POOL_H
#define EESI_POOL_H

#include <eesim/history.h>
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

/* The stock of one program as its rounds have shown it (never of nominees, 601+). */
typedef struct ees_stream {
    int program;         /* position in the programs */
    int low;             /* lowest score the stream knows about, 0..600 */
    int high;            /* highest, low..600 */
    const double *stock; /* stock[score - low], candidates, >= 0 and finite; borrowed */
} ees_stream;

/* What a pool is built from. Everything is borrowed and may go after eesi_pool_build(). */
typedef struct ees_pool_source {
    const ees_programs *programs;
    const ees_segments *segments;
    const ees_snapshot *snapshot; /* the totals, and the day the pool is as of (its end, UTC) */
    const ees_history *history;   /* may be NULL: then no round has cleared anything, submissions are older */
    size_t round_count;           /* rounds[0..round_count) are known; those after the snapshot's day are ignored */
    size_t stream_count;
    const ees_stream *streams; /* may be NULL when stream_count is 0 */
    int lowest;                /* candidates below this score are left out; 0: nobody is */
} ees_pool_source;

/*
 * Build a pool: bands ungrouped to one-point counts, split into segments, then into times of submission.
 * Leaf totals are exact; segments sum to the pool; exactly the scores 601..1200 are nominees. The candidates of a
 * program agree with its stream, scaled down where the streams together ask for more than a band holds (some of each
 * band is left to the segments no stream knows); elsewhere the share curves of the segments decide. Submissions are
 * exponential in age and none is older than 12 months; above the cut-off of a past round all but the segment's
 * `updated_share` came after it.
 * @param pool uninitialised; ees_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (a stream), EES_ERR_DATA (a band no segment takes), EES_ERR_NOMEM. No randomness. Reentrant.
 * About 3 ms for 235,695 candidates.
 */
int eesi_pool_build(ees_pool *pool, const ees_pool_source *source, ees_error *err) EES_MUST_CHECK;

/*
 * The score of the last candidate of such a pool whom a program admits, without the times of submission.
 * @return 0 to 1,200, 0 also when there is nobody; or a negative code as eesi_pool_build().
 */
int eesi_pool_last_admitted(const ees_pool_source *source, int program, ees_error *err) EES_MUST_CHECK;

#endif
