/**
 * @file
 * A candidate's chance, read from the totals of a run.
 */
#ifndef EESIM_CHANCE_H
#define EESIM_CHANCE_H

#include <stddef.h>

#include <eesim/scenario.h>
#include <eesim/sim.h>

/** A probability with its Monte Carlo standard error. */
typedef struct ees_chance {
    double probability;
    double se;
} ees_chance;

/**
 * The chance of an audience's candidate with this score to have been invited on or before a day.
 * @param score  0..1200. @param by  days outside the horizon count as its ends. No randomness. O(days * scores).
 */
EES_API ees_chance ees_chance_by(const ees_totals *totals, int scenario, int audience, int score, ees_date by);

/**
 * The first day on which that chance reaches `level` (0..1): at 0.5 the median of the wait.
 * @return EES_DATE_NONE when it does not within the horizon.
 */
EES_API ees_date ees_chance_reached(const ees_totals *totals, int scenario, int audience, int score, double level);

/**
 * The days on which the chance of at least one score changes, oldest first: the days of rounds that can invite.
 * @param days  ees_date[max]. @return how many there are, which may be more than max. O(days * scores).
 */
EES_API size_t ees_chance_days(const ees_totals *totals, int scenario, int audience, ees_date *days, size_t max);

#endif
