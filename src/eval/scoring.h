/* Scores of forecasts and their summaries. Sums run in the order given, so that results do not depend on threads. */
#ifndef EESI_SCORING_H
#define EESI_SCORING_H

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

#endif
