/*
 * From published score bands to one-point counts.
 */
#ifndef EESI_UNGROUP_H
#define EESI_UNGROUP_H

#include <stdint.h>

#include <eesim/error.h>
#include <eesim/history.h>

/* The largest count of candidates a band may hold; keeps every sum far from overflow. */
#define EESI_LEAF_COUNT_MAX ((int64_t)100000000)

/*
 * Spread each band of a pool over its scores: smooth, positive where the band is not empty, each band's total kept. In
 * 501-600 the curve leaves 500 at the level and slope of the bands below, so it is bottom-loaded. Nominees (601-1200)
 * have the shape of the pool moved up by 600 points, because that is what a nomination adds.
 * @param published  its bands, each with 0..EESI_LEAF_COUNT_MAX candidates.
 * @param density density[score], candidates; sums to leaf[b] within each band up to rounding error.
 * @param err     may be NULL.
 * @return 0 or EES_ERR_RANGE; density is undefined after an error. No randomness. Reentrant. About 0.2
 * ms.
 */
int eesi_ungroup(const ees_snapshot *published, double density[EES_SCORE_COUNT], ees_error *err) EES_MUST_CHECK;

/*
 * Whole candidates from a density: each band's total exact, each score within one of density scaled to it. The
 * running sum is rounded instead of each score, so a thin band is thinned out evenly and not cut off.
 * @param density >= 0 and finite. A band whose density is 0 everywhere is spread evenly.
 * @param counts  counts[score], candidates.
 * @return 0 or EES_ERR_RANGE. No randomness. Reentrant. O(scores).
 */
int eesi_ungroup_round(const ees_snapshot *published, const double density[EES_SCORE_COUNT],
                       int32_t counts[EES_SCORE_COUNT], ees_error *err) EES_MUST_CHECK;

#endif
