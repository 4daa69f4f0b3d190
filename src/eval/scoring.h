/* Scores of forecasts and their summaries. Sums run in the order given, so that results do not depend on threads. */
#ifndef EESI_SCORING_H
#define EESI_SCORING_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/predictive.h>

/* Score one forecast. @param observed  0..1200. O(scores). */
void eesi_forecast_score_of(const ees_predictive *predictive, int observed, ees_forecast_score *score);

/* Summarise `count` scores (may be 0). O(count). */
void eesi_score_summarise(const ees_forecast_score *scores, size_t count, ees_score_summary *summary);

/*
 * Paired differences of means with their standard errors (sd of the differences / sqrt(count); NaN below 2 pairs).
 * @param a, b  count scores each, of the same rounds in the same order.
 */
void eesi_score_compare(const ees_forecast_score *a, const ees_forecast_score *b, size_t count,
                        ees_score_difference *difference);

/* The share of [pit_low, pit_high], 0..1, that lies in the central probability `level`. */
double eesi_pit_inside(double pit_low, double pit_high, double level);

/*
 * A probability beside what happened: Brier score, and log score in nats (larger is better).
 * @param outcome  1: it came; 0: it did not; between: nobody knows, with that weight.
 */
double eesi_brier(double probability, double outcome);
/* @param futures  of which `probability` is a share: none of them counts as half of one, so that no score is infinite.
 */
double eesi_binary_log_score(double probability, uint64_t futures, double outcome);

/* Equally likely whole numbers beside the one that came. */
typedef struct eesi_draws {
    double mean;
    int64_t median, low_80, high_80; /* quantiles 0.5, 0.1, 0.9 */
    double crps;
    double pit_low, pit_high; /* shares below what came, and up to it */
} eesi_draws;

/* @param drawn  count >= 1 of them; sorted by the call. */
eesi_draws eesi_draws_of(int64_t *drawn, size_t count, int64_t observed);

/* Continuous ranked probability score of equally likely values. @param sorted  count >= 1 of them, ascending. */
double eesi_crps_of_sorted(const int64_t *sorted, size_t count, int64_t observed);

#endif
