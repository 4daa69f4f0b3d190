/**
 * @file
 * The one ranking rule: score down, then time of submission up; the first N eligible candidates are invited.
 */
#ifndef EESIM_DRAW_H
#define EESIM_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/pool.h>

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

#endif
