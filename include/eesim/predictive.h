/**
 * @file
 * Distributions of a cut-off, and how good past ones were.
 */
#ifndef EESIM_PREDICTIVE_H
#define EESIM_PREDICTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/version.h>

#ifdef __cplusplus
extern "C" {
#endif

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

enum { EES_LEVELS = 3, EES_HIT_LIMITS = 4, EES_PIT_BINS = 10 };

/** Levels of the central intervals (ees_predictive_interval()): 0.5, 0.8, 0.95. */
EES_API extern const double ees_levels[EES_LEVELS];
/** Largest absolute errors of the median that count as a hit, CRS points: 0, 1, 2, 5. */
EES_API extern const int ees_hit_limits[EES_HIT_LIMITS];

/** One forecast beside what happened. Points are CRS points, logs natural. */
typedef struct ees_forecast_score {
    int observed;
    int median;
    double mean;
    double sd;
    ees_interval interval[EES_LEVELS];
    double crps;      /* points */
    double log_score; /* nats */
    double pit_low;   /* P(cut-off < observed) */
    double pit_high;  /* P(cut-off <= observed) */
} ees_forecast_score;

/** Averages over forecasts. With count 0 every average is NaN. */
typedef struct ees_score_summary {
    size_t count;
    double mae;                  /* mean |median - observed|, points */
    double rmse;                 /* root mean square of mean - observed, points */
    double bias;                 /* mean of mean - observed, points; positive: forecasts too high */
    double crps;                 /* points */
    double log_score;            /* nats */
    double worst;                /* largest |median - observed|, points */
    double hits[EES_HIT_LIMITS]; /* share with |median - observed| <= ees_hit_limits[i] */
    /* Share of observations inside ees_predictive_interval(), whole scores. Its expectation is about the level when
     * forecasts are right and not narrower than a score or two. */
    double coverage[EES_LEVELS];
    /* The share of [pit_low, pit_high] inside the central probability: a score at an end counts in part. Its
     * expectation is the level exactly when forecasts are right. */
    double pit_coverage[EES_LEVELS];
    double width[EES_LEVELS]; /* mean of high - low, points */
    double pit[EES_PIT_BINS]; /* share in each tenth; an observation is spread evenly over its [pit_low, pit_high] */
} ees_score_summary;

/** Model a minus model b on the same rounds. Negative CRPS and error differences: a is better. */
typedef struct ees_score_difference {
    size_t count;
    double crps, crps_se;           /* points */
    double abs_error, abs_error_se; /* of medians, points */
    double log_score, log_score_se; /* nats; positive: a is better */
} ees_score_difference;

#ifdef __cplusplus
}
#endif

#endif
