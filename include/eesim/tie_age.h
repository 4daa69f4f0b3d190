/**
 * @file
 * How old the tie-break of a round will be: days between the last invited candidate's submission and the round.
 *
 * The candidates who stand at the cut-off score are of three kinds: those who came since that score was last cleared,
 * whose ages are even over that time; those a round of this program usually finds, whose ages fall off exponentially;
 * and any others who are still in the pool, even over a year. The share of them that a round reaches is not known
 * beforehand, so the tie-break's age is distributed as their ages are.
 */
#ifndef EESIM_TIE_AGE_H
#define EESIM_TIE_AGE_H

#include <stddef.h>

#include <eesim/backtest.h>
#include <eesim/error.h>
#include <eesim/export.h>

enum { EES_AGE_COUNT = 366 }; /* a profile lives a year: ages of 0..365 whole days */

/** p[a] = probability that the tie-break is a whole days old, a = 0..365; sums to 1. */
typedef struct ees_age_predictive {
    double p[EES_AGE_COUNT];
} ees_age_predictive;

/**
 * Distribution of the age of a round's tie-break if its cut-off is `cutoff`.
 * @param question  the size does not matter. @param cutoff  0..1200.
 * @return 0, or EES_ERR_RANGE. No randomness. Reentrant. O(rounds).
 */
EES_API int ees_tie_break_ages(const ees_question *question, int cutoff, ees_age_predictive *ages,
                               ees_error *err) EES_MUST_CHECK;

/** The smallest age a, days, with P(age <= a) >= probability. */
EES_API int ees_age_quantile(const ees_age_predictive *ages, double probability);
/** Continuous ranked probability score, days. @param observed  whole days; clipped to 0..365. */
EES_API double ees_age_crps(const ees_age_predictive *ages, int observed);

/** One past round: the forecast of its tie-break's age, given its cut-off, beside what was published. */
typedef struct ees_tie_break_row {
    int round;         /* position in the history */
    int observed;      /* days, whole */
    int median;        /* days */
    int low, high;     /* of the central 80 % interval, days */
    double crps;       /* days */
    double rival;      /* the median age of the program's earlier tie-breaks, days; NaN when there is none */
    double rival_crps; /* days: its absolute error; NaN when there is none */
} ees_tie_break_row;

/**
 * Forecast the tie-break of every selected round that published one, from what was public before it and its cut-off.
 * @param rows   set to an array of *count rows, oldest first; free() it. NULL after an error.
 * @param options as for ees_backtest_run(); threads and progress are not used.
 * @return 0, EES_ERR_NOTFOUND (no such round), EES_ERR_NOMEM.
 */
EES_API int ees_tie_break_backtest(ees_tie_break_row **rows, size_t *count, const ees_history *history,
                                   const ees_programs *programs, const ees_backtest_options *options,
                                   ees_error *err) EES_MUST_CHECK;

#endif
