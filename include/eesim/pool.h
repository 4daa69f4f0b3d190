/**
 * @file
 * The pool: candidates by score, segment and submission; and the one ranking rule: score down, then time of submission
 * up, the first N eligible candidates are invited.
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

#ifdef __cplusplus
extern "C" {
#endif

enum { EES_SEGMENTS_MAX = 32, EES_SHARE_KNOTS_MAX = 16 };

/** Bit i set: segment at position i. */
typedef uint32_t ees_segment_set;

typedef struct ees_share_knot {
    int score;    /* CRS points 0..1200 */
    double share; /* weight beside the other segments at this score, >= 0 */
} ees_share_knot;

typedef struct ees_segment {
    const char *name; /* codes joined by '+', as "CEC+FRENCH"; owned by the table */
    ees_program_set eligibility;
    bool nominee;         /* holds a nomination: scores 601..1200; the others 0..600 */
    double mean_age_days; /* of a profile, before it is cut at 12 months */
    double updated_share; /* of the candidates above a past cut-off: they submitted before it and rose later, 0..1 */
    size_t knot_count;
    ees_share_knot knots[EES_SHARE_KNOTS_MAX]; /* score up */
} ees_segment;

typedef struct ees_segments {
    size_t count;
    ees_segment segments[EES_SEGMENTS_MAX];
    double unseen_floor; /* share of a band the segments no stream knows keep, whatever the streams ask for, 0..1 */
    char sha256[65];     /* of the file */
    void *arena;         /* private */
} ees_segments;

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

/**
 * A pool of these cells, in any order; cells of the same score, segment and time are joined.
 * @param eligibility eligibility[segment], segment_count of them, at most EES_SEGMENTS_MAX.
 * @param pool uninitialised; ees_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (score, segment, count), EES_ERR_NOMEM. Reentrant. O(n log n).
 */
EES_API int ees_pool_init(ees_pool *pool, ees_time as_of, const ees_program_set *eligibility, size_t segment_count,
                          const ees_cell *cells, size_t cell_count, ees_error *err) EES_MUST_CHECK;

EES_API void ees_pool_free(ees_pool *pool);

/** @return the segments whose candidates may be invited in a round under `program`. */
EES_API ees_segment_set ees_pool_admitted(const ees_pool *pool, const ees_programs *programs, int program);

/** @return candidates of these segments with low <= score <= high; bounds outside 0..1200 are fine. */
EES_API int64_t ees_pool_count(const ees_pool *pool, ees_segment_set segments, int low, int high);

/**
 * A round. Either `size` is given, or it is EES_COUNT_NONE and `cutoff` is given (replay: the number invited is the
 * result). `tie_break` may be added to both: at the marginal score only profiles submitted at or before it compete.
 */
typedef struct ees_draw_rule {
    ees_segment_set segments; /* who is eligible, not empty: ees_pool_admitted() */
    int64_t size;             /* invitations, >= 0; EES_COUNT_NONE for a replay */
    int cutoff;               /* CRS points 0..1200 in a replay, else EES_SCORE_NONE */
    ees_time tie_break;       /* EES_TIME_NONE when there is none */
} ees_draw_rule;

typedef struct ees_draw_result {
    int64_t eligible;                     /* candidates before the round */
    int64_t invited;                      /* candidates */
    bool exhausted;                       /* fewer were eligible than `size`: all are invited */
    int cutoff;                           /* score of the last one invited; EES_SCORE_NONE if nobody was */
    ees_time tie_break;                   /* when the last one submitted; EES_TIME_NONE if nobody was invited */
    int64_t at_cutoff;                    /* eligible candidates at the cut-off before the round */
    int64_t at_cutoff_invited;            /* those of them who are invited */
    int64_t by_segment[EES_SEGMENTS_MAX]; /* invited candidates */
    ees_segment_set segments;             /* of the rule */
    size_t end_cell;                      /* eligible candidates of cells[0..end_cell) are invited ... */
    int64_t end_invited;                  /* ... and so many of cells[end_cell] */
    int64_t pool_total;                   /* which pool it belongs to, for ees_pool_remove() */
    size_t pool_cells;
} ees_draw_result;

/**
 * Hold a round. Among candidates of one score who submitted at the same instant the lower segment comes first.
 *
 * With a size and a tie-break the marginal score is the one where the size runs out among all candidates; there only
 * profiles submitted in time compete, so fewer than `size` can be invited. A round that everybody fits in has no
 * marginal score: all are invited.
 * @param pool unchanged.
 * @param out  written on success only; owns nothing.
 * @param err  may be NULL.
 * @return 0 or EES_ERR_RANGE. No randomness. Reentrant. O(segments * scores + cells of the marginal score).
 */
EES_API int ees_draw(const ees_pool *pool, const ees_draw_rule *rule, ees_draw_result *out,
                     ees_error *err) EES_MUST_CHECK;

/**
 * Take the invited out of the pool they were drawn from.
 * @param draw result of ees_draw() on this pool, unchanged since.
 * @return 0, EES_ERR_MISMATCH when the draw was made on another pool (which is left as it was). O(cells above the
 * cut-off).
 */
EES_API int ees_pool_remove(ees_pool *pool, const ees_draw_result *draw, ees_error *err) EES_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
