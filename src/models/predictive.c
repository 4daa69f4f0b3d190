/*
 * Predictive distributions as exact probabilities over integer scores. Sums run in score order, so the same input gives
 * the same bits everywhere. The score of an integer-valued forecast is the sum form of the continuous ranked
 * probability score: T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal
 * of the American Statistical Association 102 (2007). The transform for discrete forecasts: C. Czado, T. Gneiting,
 * L. Held, "Predictive model assessment for count data", Biometrics 65 (2009).
 */
#include "models/predictive.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/stats.h"

static const double MID_P_ROUNDING = 1e-12; /* of a sum of probabilities: a tie with the level stays in */

static int clip_score(double score) {
    if (score <= 0.0)
        return 0;
    return score >= EES_SCORE_MAX ? EES_SCORE_MAX : (int)score;
}

void eesi_predictive_point(ees_predictive *predictive, int score) {
    memset(predictive, 0, sizeof *predictive);
    predictive->p[clip_score(score)] = 1.0;
}

static bool sum_weights(const double *weights, size_t count, double *sum) {
    *sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (!(weights[i] >= 0.0))
            return false;
        *sum += weights[i];
    }
    return *sum > 0.0 && isfinite(*sum);
}

int eesi_predictive_normalise(ees_predictive *predictive, ees_error *err) {
    double sum;
    if (!sum_weights(predictive->p, EES_SCORE_COUNT, &sum))
        return ees_error_set(err, EES_ERR_NUMERIC,
                             "weights of scores must not be negative and must have a finite, "
                             "positive sum");
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        predictive->p[s] /= sum;
    return 0;
}

int eesi_predictive_from_histogram(ees_predictive *predictive, const uint64_t counts[EES_SCORE_COUNT], ees_error *err) {
    uint64_t total = 0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        total += counts[s];
    if (total == 0)
        return ees_error_set(err, EES_ERR_RANGE, "a histogram without a single count has no distribution");
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        predictive->p[s] = (double)counts[s] / (double)total;
    return 0;
}

/* A standard distribution function: P(x) below and Q(x) above, so that both tails keep their relative precision. */
typedef struct family {
    double dof; /* 0: normal */
} family;

static double lower(const family *f, double x) {
    return f->dof > 0.0 ? gsl_cdf_tdist_P(x, f->dof) : gsl_cdf_ugaussian_P(x);
}

static double mass_between(const family *f, double a, double b) {
    /* Both families are symmetric: take the difference in the tail where the numbers are small. */
    if (a > 0.0)
        return lower(f, -a) - lower(f, -b);
    return lower(f, b) - lower(f, a);
}

static int discretise(ees_predictive *predictive, const family *f, double location, double scale, int low, int high,
                      ees_error *err) {
    if (!isfinite(location) || !(scale >= 0.0) || !isfinite(scale))
        return ees_error_set(err, EES_ERR_RANGE, "location and scale must be finite, scale not negative");
    if (low < 0 || high > EES_SCORE_MAX || low > high)
        return ees_error_set(err, EES_ERR_RANGE, "scores %d to %d are not an interval within 0..%d", low, high,
                             EES_SCORE_MAX);
    double nearest = fmin(fmax(floor(location + 0.5), low), high);
    double sum = 0.0;
    memset(predictive, 0, sizeof *predictive);
    for (int s = low; s <= high && scale > 0.0; s++) {
        double mass = mass_between(f, (s - 0.5 - location) / scale, (s + 0.5 - location) / scale);
        predictive->p[s] = fmax(mass, 0.0);
        sum += predictive->p[s];
    }
    if (!(sum > 0.0))
        eesi_predictive_point(predictive, (int)nearest);
    else
        for (int s = low; s <= high; s++)
            predictive->p[s] /= sum;
    return 0;
}

int eesi_predictive_from_normal(ees_predictive *predictive, double mean, double sd, int low, int high, ees_error *err) {
    family normal = {0.0};
    return discretise(predictive, &normal, mean, sd, low, high, err);
}

int eesi_predictive_from_student(ees_predictive *predictive, double dof, double location, double scale, int low,
                                 int high, ees_error *err) {
    if (!(dof > 0.0) || !isfinite(dof))
        return ees_error_set(err, EES_ERR_RANGE, "degrees of freedom must be positive and finite");
    family student = {dof};
    return discretise(predictive, &student, location, scale, low, high, err);
}

int eesi_predictive_mix(ees_predictive *mixed, const ees_predictive *const *parts, const double *weights, size_t count,
                        ees_error *err) {
    double sum = (double)count;
    if (count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "nothing to mix");
    if (weights && !sum_weights(weights, count, &sum))
        return ees_error_set(err, EES_ERR_NUMERIC,
                             "weights of a mixture must not be negative and must have a finite, "
                             "positive sum");
    ees_predictive result = {{0}};
    for (size_t i = 0; i < count; i++) {
        double weight = (weights ? weights[i] : 1.0) / sum;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            result.p[s] += weight * parts[i]->p[s];
    }
    *mixed = result;
    return 0;
}

double ees_predictive_mean(const ees_predictive *predictive) {
    double mean = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        mean += s * predictive->p[s];
    return mean;
}

double ees_predictive_sd(const ees_predictive *predictive) {
    double mean = ees_predictive_mean(predictive);
    double variance = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        variance += (s - mean) * (s - mean) * predictive->p[s];
    return sqrt(variance);
}

double ees_predictive_cdf(const ees_predictive *predictive, int score) {
    double sum = 0.0;
    if (score >= EES_SCORE_MAX)
        return 1.0;
    for (int s = 0; s <= score; s++)
        sum += predictive->p[s];
    return fmin(sum, 1.0);
}

int ees_predictive_quantile(const ees_predictive *predictive, double probability) {
    double sum = 0.0;
    int last = 0; /* the highest score that can happen: rounding may leave the total a hair below the probability */
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        if (predictive->p[s] <= 0.0)
            continue;
        sum += predictive->p[s];
        last = s;
        if (sum >= probability)
            break;
    }
    return last;
}

int ees_predictive_median(const ees_predictive *predictive) {
    return ees_predictive_quantile(predictive, 0.5);
}

/* Mid-P (H. O. Lancaster, "Significance tests in discrete distributions", Journal of the American Statistical
 * Association 56 (1961)): quantiles would keep at least the level inside, which for an interval of two or three whole
 * scores is far more. The median is always in, so that no interval is empty and wider levels hold narrower ones. */
ees_interval ees_predictive_interval(const ees_predictive *predictive, double level) {
    const double outside = 0.5 * (1.0 - level) - MID_P_ROUNDING;
    const int median = ees_predictive_median(predictive);
    ees_interval interval = {median, median};
    double below = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        const double middle = below + 0.5 * predictive->p[s];
        if (predictive->p[s] > 0.0 && middle >= outside && middle <= 1.0 - outside) {
            interval.low = s < interval.low ? s : interval.low;
            interval.high = s > interval.high ? s : interval.high;
        }
        below += predictive->p[s];
    }
    return interval;
}

double eesi_predictive_crps(const ees_predictive *predictive, int observed) {
    return eesi_crps(predictive->p, EES_SCORE_COUNT, observed);
}

double eesi_predictive_log_score(const ees_predictive *predictive, int observed) {
    double p = observed >= 0 && observed <= EES_SCORE_MAX ? predictive->p[observed] : 0.0;
    return log(fmax(p, EESI_PREDICTIVE_P_MIN));
}

double eesi_predictive_pit(const ees_predictive *predictive, int observed, double u) {
    double below = ees_predictive_cdf(predictive, observed - 1);
    double here = observed >= 0 && observed <= EES_SCORE_MAX ? predictive->p[observed] : 0.0;
    return fmin(below + u * here, 1.0);
}
