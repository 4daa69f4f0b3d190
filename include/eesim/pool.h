/**
 * @file
 * The pool: whole candidates by score, segment and time of submission.
 */
#ifndef EESIM_POOL_H
#define EESIM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/program.h>
#include <eesim/score.h>
#include <eesim/segment.h>

enum { EES_PROFILE_DAYS = 365 /* a profile leaves the pool that long after its submission */ };

/** Candidates of one cohort: same score, same segment, same time of submission. */
typedef struct ees_cell {
    ees_time submitted; /* UTC seconds */
    int32_t count;      /* candidates, at least 1 */
    int16_t score;      /* CRS points 0..1200 */
    int16_t segment;    /* position in ees_pool.eligibility */
} ees_cell;

/**
 * A pool. Read its fields, change it with the functions below only. The cells are the truth; `counts`, `sizes` and
 * `total` are sums of them.
 */
typedef struct ees_pool {
    ees_time as_of; /* nobody submitted later, nobody more than EES_PROFILE_DAYS days earlier */
    int64_t total;  /* candidates */
    size_t segment_count;
    ees_program_set eligibility[EES_SEGMENTS_MAX]; /* of the candidates of a segment */
    int64_t sizes[EES_SEGMENTS_MAX];               /* candidates by segment */
    const int32_t *counts;                         /* counts[segment * EES_SCORE_COUNT + score], candidates; owned */
    size_t cell_count;
    const ees_cell *cells; /* in order of rank: score down, then submitted up, then segment up; owned */
    void *storage;         /* private: what `cells` and `counts` point into */
} ees_pool;

/** The stock of one program as its rounds have shown it (never of nominees, 601+). */
typedef struct ees_stream {
    int program;         /* position in the programs */
    int low;             /* lowest score the stream knows about, 0..600 */
    int high;            /* highest, low..600 */
    const double *stock; /* stock[score - low], candidates, >= 0 and finite; borrowed */
} ees_stream;

/** What a pool is built from. Everything is borrowed and may go after ees_pool_build(). */
typedef struct ees_pool_source {
    const ees_programs *programs;
    const ees_segments *segments;
    const ees_snapshot *snapshot; /* the totals, and the day the pool is as of (its end, UTC) */
    const ees_history *history;   /* may be NULL: then no round has cleared anything, submissions are older */
    size_t round_count;           /* rounds[0..round_count) are known; those after the snapshot's day are ignored */
    size_t stream_count;
    const ees_stream *streams; /* may be NULL when stream_count is 0 */
} ees_pool_source;

/**
 * Build a pool: leaf bands ungrouped to one-point counts, split into segments, then into times of submission.
 * Leaf totals are exact; segments sum to the pool; exactly the scores 601..1200 are nominees. The candidates of a
 * program agree with its stream, scaled down where the streams together ask for more than a band holds (some of each
 * band is left to the segments no stream knows); elsewhere the share curves of the segments decide. Submissions are
 * exponential in age and none is older than 12 months; above the cut-off of a past round all but the segment's
 * `updated_share` came after it.
 * @param pool uninitialised; ees_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (a stream), EES_ERR_DATA (a band no segment takes), EES_ERR_NOMEM. No randomness. Reentrant.
 * About 3 ms for 235,695 candidates.
 */
EES_API int ees_pool_build(ees_pool *pool, const ees_pool_source *source, ees_error *err) EES_MUST_CHECK;

/**
 * A pool of these cells, in any order; cells of the same score, segment and time are joined.
 * @param eligibility eligibility[segment], segment_count of them, at most EES_SEGMENTS_MAX.
 * @param pool uninitialised; ees_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (score, segment, count), EES_ERR_NOMEM. Reentrant. O(n log n).
 */
EES_API int ees_pool_init(ees_pool *pool, ees_time as_of, const ees_program_set *eligibility, size_t segment_count,
                          const ees_cell *cells, size_t cell_count, ees_error *err) EES_MUST_CHECK;

/** Copy a pool. @param copy uninitialised; ees_pool_free() it. @return 0 or EES_ERR_NOMEM. O(cells). */
EES_API int ees_pool_copy(ees_pool *copy, const ees_pool *pool, ees_error *err) EES_MUST_CHECK;
EES_API void ees_pool_free(ees_pool *pool);

/**
 * Recheck everything that must hold of a pool, from its cells: order, ranges, ages, nominees at 601 and above and only
 * there, sums. @param leaf published leaf bands the pool must reproduce, or NULL.
 * @return 0, or EES_ERR_MISMATCH with the first violation in words. O(cells).
 */
EES_API int ees_pool_verify(const ees_pool *pool, const int64_t *leaf, ees_error *err) EES_MUST_CHECK;

/** @return the segments whose candidates may be invited in a round under `program`. */
EES_API ees_segment_set ees_pool_admitted(const ees_pool *pool, const ees_programs *programs, int program);

/** @return candidates of these segments with low <= score <= high; bounds outside 0..1200 are fine. */
EES_API int64_t ees_pool_count(const ees_pool *pool, ees_segment_set segments, int low, int high);

#endif
