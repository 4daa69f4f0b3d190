/*
 * Statistics that several modules need: order statistics of samples, distribution functions in closed form, the score
 * of a distribution over whole numbers, rounding to digits. Each is here once, so that the same question has the same
 * bits everywhere. No randomness; reentrant.
 */
#ifndef EESI_STATS_H
#define EESI_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Ascending, in place; no value may be NaN. */
void eesi_sort(double *values, size_t count);
void eesi_sort_int64(int64_t *values, size_t count);

/* The median of the values, which are sorted by the call: of an even count the mean of the two in the middle. NaN of
 * none. */
double eesi_median(double *values, size_t count);
/* Of `count` >= 1 sorted values, the quantile of this level, 0..1: the first with more than that share up to it. */
int64_t eesi_quantile_int64(const int64_t *sorted, size_t count, double level);

/* P(Z <= z) and P(Z >= z) of a standard normal. Their last bits differ: expected results stand on both. */
double eesi_normal_below(double z);
double eesi_normal_above(double z);
/* P(T <= t) of Student's t with 3 degrees of freedom, P(T > t) of the one with 5. */
double eesi_student3_below(double t);
double eesi_student5_above(double t);

/* The continuous ranked probability score of the distribution p[0..count) over 0..count-1, in its units. */
double eesi_crps(const double *p, int count, int observed);

/* The value rounded to so many significant digits, 1 to 17; NaN and infinities as they are. */
double eesi_round_digits(double value, int digits);

#endif
