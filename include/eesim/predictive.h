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

#endif
