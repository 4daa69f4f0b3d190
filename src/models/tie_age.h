/*
 * How old the tie-break of a round will be: days between the last invited candidate's submission and the round.
 *
 * The candidates who stand at the cut-off score are of three kinds: those who came since that score was last cleared,
 * whose ages are even over that time; those a round of this program usually finds, whose ages fall off exponentially;
 * and any others who are still in the pool, even over a year. The share of them that a round reaches is not known
 * beforehand, so the tie-break's age is distributed as their ages are.
 */
#ifndef EESI_TIE_AGE_H
#define EESI_TIE_AGE_H

#include <stddef.h>

#include "models/forecaster.h"

enum { EESI_AGE_COUNT = 366 }; /* a profile lives a year: ages of 0..365 whole days */

/* p[a] = probability that the tie-break is a whole days old, a = 0..365; sums to 1. */
typedef struct eesi_age_predictive {
    double p[EESI_AGE_COUNT];
} eesi_age_predictive;

/*
 * Distribution of the age of a round's tie-break if its cut-off is `cutoff`.
 * @param question  the size does not matter. @param cutoff  0..1200.
 * @return 0, or EES_ERR_RANGE. No randomness. Reentrant. O(rounds).
 */
int eesi_tie_break_ages(const ees_question *question, int cutoff, eesi_age_predictive *ages,
                        ees_error *err) EES_MUST_CHECK;

/* The smallest age a, days, with P(age <= a) >= probability. */
int eesi_age_quantile(const eesi_age_predictive *ages, double probability);
/* Continuous ranked probability score, days. @param observed  whole days; clipped to 0..365. */
double eesi_age_crps(const eesi_age_predictive *ages, int observed);

/* Whole days from the tie-break of a past round to the round, at most a year; -1 when none can be read. */
int eesi_tie_age(const ees_round *round);
/* The ages of the program's most recent tie-breaks that are known to a question, latest first. Returns how many. */
size_t eesi_past_tie_ages(const ees_question *question, double *ages, size_t limit);

#endif
