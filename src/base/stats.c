#include "base/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_integer(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void eesi_sort(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
}

void eesi_sort_int64(int64_t *values, size_t count) {
    qsort(values, count, sizeof *values, by_integer);
}

double eesi_median(double *values, size_t count) {
    if (count == 0)
        return (double)NAN;
    eesi_sort(values, count);
    return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
}

int64_t eesi_quantile_int64(const int64_t *sorted, size_t count, double level) {
    const size_t position = (size_t)(level * (double)count);
    return sorted[position < count ? position : count - 1];
}

double eesi_normal_below(double z) {
    return 0.5 * erfc(-z / sqrt(2.0));
}

double eesi_normal_above(double z) {
    return 0.5 * erfc(z * 0.70710678118654752440);
}

double eesi_student3_below(double t) {
    const double u = t / sqrt(3.0);
    return 0.5 + M_1_PI * (u / (1.0 + u * u) + atan(u));
}

/* With tan(a) = t / sqrt(5) it is 1/2 - (a + sin a cos a (1 + 2/3 cos^2 a)) / pi. */
double eesi_student5_above(double t) {
    const double tangent = t / 2.2360679774997896964, cos2 = 1.0 / (1.0 + tangent * tangent);
    return 0.5 - (atan(tangent) + tangent * cos2 * (1.0 + cos2 * (2.0 / 3.0))) / 3.14159265358979323846;
}

/* The sum form for whole numbers: of the squared gaps between the distribution function and the step of what came. */
double eesi_crps(const double *p, int count, int observed) {
    double sum = 0.0, crps = 0.0;
    for (int i = 0; i < count - 1; i++) {
        sum += p[i];
        const double gap = sum - (observed <= i ? 1.0 : 0.0);
        crps += gap * gap;
    }
    return crps;
}

double eesi_round_digits(double value, int digits) {
    char text[32];
    if (!isfinite(value))
        return value;
    snprintf(text, sizeof text, "%.*g", digits, value);
    return strtod(text, NULL);
}
