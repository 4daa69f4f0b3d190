/* Making a distribution of a cut-off, and scoring it. Everything here is reentrant, allocates nothing and uses no
 * randomness. */
#ifndef EESI_PREDICTIVE_H
#define EESI_PREDICTIVE_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/predictive.h>

/* All the probability on one score (0..1200; outside, the nearest). Never fails. */
void eesi_predictive_point(ees_predictive *predictive, int score);

/*
 * Scale non-negative weights to sum to 1, in place.
 * @return 0; EES_ERR_NUMERIC when a weight is negative or not finite, or their sum is 0 (content then unchanged).
 */
int eesi_predictive_normalise(ees_predictive *predictive, ees_error *err) EES_MUST_CHECK;

/*
 * From a histogram of cut-offs.
 * @param counts  counts[s], s = 0..1200, in replicates.
 * @return 0, or EES_ERR_RANGE when all are 0.
 */
int eesi_predictive_from_histogram(ees_predictive *predictive, const uint64_t counts[EES_SCORE_COUNT],
                                   ees_error *err) EES_MUST_CHECK;

/*
 * A normal distribution, integrated over [s - 0.5, s + 0.5], restricted to the scores low..high and scaled to sum to 1
 * there. When nothing of it lies there, all the probability goes to the nearer end.
 * @param mean  CRS points, finite. @param sd  CRS points, >= 0 (0 gives one score).
 * @param low, high  0 <= low <= high <= 1200.
 * @return 0 or EES_ERR_RANGE.
 */
int eesi_predictive_from_normal(ees_predictive *predictive, double mean, double sd, int low, int high,
                                ees_error *err) EES_MUST_CHECK;

/* As eesi_predictive_from_normal() for Student's t with `dof` > 0 degrees of freedom, a location and a scale. */
int eesi_predictive_from_student(ees_predictive *predictive, double dof, double location, double scale, int low,
                                 int high, ees_error *err) EES_MUST_CHECK;

/*
 * The weighted mixture of `count` predictives. `mixed` may be one of `parts`.
 * @param parts    count pointers, none NULL.
 * @param weights  count values >= 0 with a positive sum (scaled to sum to 1), or NULL for equal weights.
 * @return 0, EES_ERR_RANGE (count 0), EES_ERR_NUMERIC (weights). O(count * scores).
 */
int eesi_predictive_mix(ees_predictive *mixed, const ees_predictive *const *parts, const double *weights, size_t count,
                        ees_error *err) EES_MUST_CHECK;

/*
 * Stretch a distribution about its median by `factor` (calibration: above 1 wider, below 1 narrower) and move it by
 * `shift` points. Each score's probability is spread evenly over its stretched unit interval; what leaves 0..1200 stays
 * at the end. `stretched` may be the source. @param factor  > 0, finite. @return 0 or EES_ERR_RANGE.
 */
int eesi_predictive_stretch(ees_predictive *stretched, const ees_predictive *source, double factor, double shift,
                            ees_error *err) EES_MUST_CHECK;

/* Continuous ranked probability score, CRS points: sum over s of (P(cut-off <= s) - [observed <= s])^2. */
double eesi_predictive_crps(const ees_predictive *predictive, int observed);
/* A score given less than this counts as this in the log score, so that one surprise does not hide all the rest. */
#define EESI_PREDICTIVE_P_MIN 1e-6
/* log of the probability given to what was observed (natural, nats, <= 0; higher is better), floored as above. */
double eesi_predictive_log_score(const ees_predictive *predictive, int observed);
/*
 * Probability integral transform: P(cut-off < observed) + u * P(cut-off = observed). With u uniform on 0..1 it is
 * uniform when the forecasts are right; u = 0.5 gives the mid-PIT.
 */
double eesi_predictive_pit(const ees_predictive *predictive, int observed, double u);

#endif
