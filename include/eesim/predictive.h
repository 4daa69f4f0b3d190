/**
 * @file
 * A predictive distribution of a cut-off: an exact probability for every integer CRS score.
 *
 * Every model of this library, however it reasons, ends in one of these, so that all are scored, mixed and shown by the
 * same code. Everything here is reentrant, allocates nothing and uses no randomness.
 */
#ifndef EESIM_PREDICTIVE_H
#define EESIM_PREDICTIVE_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/error.h>
#include <eesim/export.h>
#include <eesim/score.h>

/** p[s] = probability that the cut-off is s, s = 0..1200; not negative, sums to 1 (to rounding). About 10 kB. */
typedef struct ees_predictive {
    double p[EES_SCORE_COUNT];
} ees_predictive;

/** A closed interval of scores. */
typedef struct ees_interval {
    int low;
    int high;
} ees_interval;

/** All the probability on one score (0..1200; outside, the nearest). Never fails. */
EES_API void ees_predictive_point(ees_predictive *predictive, int score);

/**
 * Scale non-negative weights to sum to 1, in place.
 * @return 0; EES_ERR_NUMERIC when a weight is negative or not finite, or their sum is 0 (content then unchanged).
 */
EES_API int ees_predictive_normalise(ees_predictive *predictive, ees_error *err) EES_MUST_CHECK;

/**
 * From a histogram of cut-offs.
 * @param counts  counts[s], s = 0..1200, in replicates.
 * @return 0, or EES_ERR_RANGE when all are 0.
 */
EES_API int ees_predictive_from_histogram(ees_predictive *predictive, const uint64_t counts[EES_SCORE_COUNT],
                                          ees_error *err) EES_MUST_CHECK;

/**
 * From cut-offs drawn or enumerated, rounded to the nearest integer score and clipped to 0..1200.
 * @param samples  count values, CRS points, finite.
 * @param weights  count values >= 0 with a positive sum, or NULL for equal weights.
 * @return 0, EES_ERR_RANGE (count 0, a sample that is not finite), EES_ERR_NUMERIC (weights). O(count).
 */
EES_API int ees_predictive_from_samples(ees_predictive *predictive, const double *samples, const double *weights,
                                        size_t count, ees_error *err) EES_MUST_CHECK;

/**
 * A normal distribution, integrated over [s - 0.5, s + 0.5], restricted to the scores low..high and scaled to sum to 1
 * there. When nothing of it lies there, all the probability goes to the nearer end.
 * @param mean  CRS points, finite. @param sd  CRS points, >= 0 (0 gives one score).
 * @param low, high  0 <= low <= high <= 1200.
 * @return 0 or EES_ERR_RANGE.
 */
EES_API int ees_predictive_from_normal(ees_predictive *predictive, double mean, double sd, int low, int high,
                                       ees_error *err) EES_MUST_CHECK;

/** As ees_predictive_from_normal() for Student's t with `dof` > 0 degrees of freedom, a location and a scale. */
EES_API int ees_predictive_from_student(ees_predictive *predictive, double dof, double location, double scale, int low,
                                        int high, ees_error *err) EES_MUST_CHECK;

/**
 * The weighted mixture of `count` predictives. `mixed` may be one of `parts`.
 * @param parts    count pointers, none NULL.
 * @param weights  count values >= 0 with a positive sum (scaled to sum to 1), or NULL for equal weights.
 * @return 0, EES_ERR_RANGE (count 0), EES_ERR_NUMERIC (weights). O(count * scores).
 */
EES_API int ees_predictive_mix(ees_predictive *mixed, const ees_predictive *const *parts, const double *weights,
                               size_t count, ees_error *err) EES_MUST_CHECK;

/**
 * Stretch a distribution about its median by `factor` (calibration: above 1 wider, below 1 narrower) and move it by
 * `shift` points. Each score's probability is spread evenly over its stretched unit interval; what leaves 0..1200 stays
 * at the end. `stretched` may be the source. @param factor  > 0, finite. @return 0 or EES_ERR_RANGE.
 */
EES_API int ees_predictive_stretch(ees_predictive *stretched, const ees_predictive *source, double factor, double shift,
                                   ees_error *err) EES_MUST_CHECK;

EES_API double ees_predictive_mean(const ees_predictive *predictive); /* CRS points */
EES_API double ees_predictive_sd(const ees_predictive *predictive);   /* CRS points */
/** P(cut-off <= score); 0 below 0, 1 from 1200 on. O(scores). */
EES_API double ees_predictive_cdf(const ees_predictive *predictive, int score);
/** @return the smallest score s with P(cut-off <= s) >= probability (clipped to 0..1). O(scores). */
EES_API int ees_predictive_quantile(const ees_predictive *predictive, double probability);
/** Quantile 0.5. */
EES_API int ees_predictive_median(const ees_predictive *predictive);
/**
 * The central interval of whole scores: those whose mid-PIT, P(cut-off < s) + P(cut-off = s) / 2, lies between
 * (1 - level) / 2 and (1 + level) / 2, both included, and the median. Right forecasts hold the level on average over
 * forecasts; the quantiles (1 - level) / 2 and (1 + level) / 2 would hold at least the level, which is more. One score
 * can be all of it. A higher level gives an interval that holds the lower one's. @param level  0..1, such as 0.8.
 * O(scores).
 */
EES_API ees_interval ees_predictive_interval(const ees_predictive *predictive, double level);

/** Continuous ranked probability score, CRS points: sum over s of (P(cut-off <= s) - [observed <= s])^2. */
EES_API double ees_predictive_crps(const ees_predictive *predictive, int observed);
/** A score given less than this counts as this in the log score, so that one surprise does not hide all the rest. */
#define EES_PREDICTIVE_P_MIN 1e-6
/** log of the probability given to what was observed (natural, nats, <= 0; higher is better), floored as above. */
EES_API double ees_predictive_log_score(const ees_predictive *predictive, int observed);
/**
 * Probability integral transform: P(cut-off < observed) + u * P(cut-off = observed). With u uniform on 0..1 it is
 * uniform when the forecasts are right; u = 0.5 gives the mid-PIT.
 */
EES_API double ees_predictive_pit(const ees_predictive *predictive, int observed, double u);

#endif
