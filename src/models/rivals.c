/*
 * Naive rivals: each is a rule for a point forecast. Its distribution is made of the errors the same rule would have
 * made on the program's earlier rounds, smoothed by a normal kernel, with one pseudo-error from a wide logistic
 * distribution so that few past errors give wide intervals.
 */
#include "models/forecaster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "models/predictive.h"
#include "models/series.h"

enum { WINDOW = 40, FEATURES_MAX = 4 };
static const double prior_scale = 15.0; /* points; of the one pseudo-error */
static const double ridge_penalty = 1.0;
static const double pause_days = 330.0; /* after a longer pause of the program a rival starts afresh */

/* The points after the program's last long pause, and the one before it. */
static eesi_series since_pause(const eesi_series *series) {
    size_t first = series->count;
    while (first > 0 && series->points[first].gap_days <= pause_days)
        first--;
    first = first > 0 ? first - 1 : 0;
    return (eesi_series){series->count - first, series->points + first};
}

/* Forecast points[k] from points[0..k). k >= 1. */
typedef double (*rule_fn)(const ees_question *question, const eesi_series *series, size_t k);

static double last_cutoff(const ees_question *question, const eesi_series *series, size_t k) {
    (void)question;
    return series->points[k - 1].cutoff;
}

static double mean_of_three(const ees_question *question, const eesi_series *series, size_t k) {
    (void)question;
    size_t used = k < 3 ? k : 3;
    double sum = 0.0;
    for (size_t i = k - used; i < k; i++)
        sum += series->points[i].cutoff;
    return sum / (double)used;
}

/* Holt's linear exponential smoothing. Returns the forecast of points[k]; *loss gets its past squared errors. */
static double holt_with(const eesi_series *series, size_t k, double level_gain, double trend_gain, double *loss) {
    size_t first = k > WINDOW ? k - WINDOW : 0;
    double level = series->points[first].cutoff, trend = 0.0;
    *loss = 0.0;
    for (size_t i = first + 1; i < k; i++) {
        double error = series->points[i].cutoff - (level + trend);
        *loss += error * error;
        level += trend + level_gain * error;
        trend += level_gain * trend_gain * error;
    }
    return level + trend;
}

static double holt(const ees_question *question, const eesi_series *series, size_t k) {
    (void)question;
    double best = series->points[k - 1].cutoff, best_loss = INFINITY;
    for (int a = 2; a <= 10; a += 2)
        for (int b = 0; b <= 4; b++) {
            double loss;
            double forecast = holt_with(series, k, 0.1 * a, 0.1 * b, &loss);
            if (loss < best_loss) {
                best_loss = loss;
                best = forecast;
            }
        }
    return best;
}

/* Solve the symmetric positive definite system in place by Gaussian elimination (no pivot needed); x = solution. */
static void solve(double a[FEATURES_MAX][FEATURES_MAX], double *x, size_t n) {
    for (size_t c = 0; c < n; c++)
        for (size_t r = c + 1; r < n; r++) {
            double factor = a[r][c] / a[c][c];
            for (size_t j = c; j < n; j++)
                a[r][j] -= factor * a[c][j];
            x[r] -= factor * x[c];
        }
    for (size_t c = n; c-- > 0;) {
        for (size_t j = c + 1; j < n; j++)
            x[c] -= a[c][j] * x[j];
        x[c] /= a[c][c];
    }
}

/* Target and features of points[i], i >= 1. */
typedef size_t (*features_fn)(const eesi_series *series, size_t i, double *features);

/* Centre and scale of each feature over the window, so that one penalty fits all. */
static void scale_features(const eesi_series *series, size_t first, size_t k, features_fn features, size_t n,
                           double *mean, double *scale) {
    double count = (double)(k - first);
    memset(mean, 0, n * sizeof *mean);
    memset(scale, 0, n * sizeof *scale);
    for (size_t i = first; i < k; i++) {
        double x[FEATURES_MAX];
        features(series, i, x);
        for (size_t j = 0; j < n; j++)
            mean[j] += x[j] / count;
    }
    for (size_t i = first; i < k; i++) {
        double x[FEATURES_MAX];
        features(series, i, x);
        for (size_t j = 0; j < n; j++)
            scale[j] += (x[j] - mean[j]) * (x[j] - mean[j]) / count;
    }
    for (size_t j = 0; j < n; j++)
        scale[j] = sqrt(scale[j]) + 1e-3;
}

/* Ridge regression of the change of the cut-off on standardised features; the mean change is shrunk to 0 as well. */
static double ridge_change(const eesi_series *series, size_t k, features_fn features) {
    size_t first = k > WINDOW ? k - WINDOW : 1;
    double x[FEATURES_MAX] = {0}, a[FEATURES_MAX][FEATURES_MAX] = {{0}}, b[FEATURES_MAX] = {0};
    double mean[FEATURES_MAX], scale[FEATURES_MAX];
    if (first >= k)
        return 0.0;
    size_t n = features(series, k, x);
    scale_features(series, first, k, features, n, mean, scale);
    mean[0] = 0.0; /* the constant */
    scale[0] = 1.0;
    for (size_t i = first; i < k; i++) {
        double change = series->points[i].cutoff - series->points[i - 1].cutoff;
        features(series, i, x);
        for (size_t j = 0; j < n; j++)
            x[j] = (x[j] - mean[j]) / scale[j];
        for (size_t j = 0; j < n; j++) {
            b[j] += x[j] * change;
            for (size_t l = 0; l < n; l++)
                a[j][l] += x[j] * x[l];
        }
    }
    for (size_t j = 0; j < n; j++)
        a[j][j] += ridge_penalty;
    solve(a, b, n);
    features(series, k, x);
    double change = 0.0;
    for (size_t j = 0; j < n; j++)
        change += b[j] * (x[j] - mean[j]) / scale[j];
    return change;
}

static size_t ar_features(const eesi_series *series, size_t i, double *features) {
    const eesi_point *p = series->points;
    features[0] = 1.0;
    features[1] = p[i - 1].cutoff;
    features[2] = p[i].log_size - p[i - 1].log_size;
    return 3;
}

static size_t ridge_features(const eesi_series *series, size_t i, double *features) {
    const eesi_point *p = series->points;
    features[0] = 1.0;
    features[1] = p[i - 1].cutoff;
    features[2] = p[i].log_size;
    features[3] = log(p[i].gap_days);
    return 4;
}

static double autoregression(const ees_question *question, const eesi_series *series, size_t k) {
    (void)question;
    return series->points[k - 1].cutoff + ridge_change(series, k, ar_features);
}

static double ridge(const ees_question *question, const eesi_series *series, size_t k) {
    (void)question;
    return series->points[k - 1].cutoff + ridge_change(series, k, ridge_features);
}

/* The score above which `size` candidates stand when everybody in a band is spread evenly over it. */
static double read_off(const ees_snapshot *snapshot, double size) {
    for (int b = 0; b < snapshot->bands.count; b++) {
        const ees_band band = snapshot->bands.band[b];
        double count = (double)snapshot->leaf[b];
        if (count > 0.0 && size <= count)
            return band.high + 0.5 - size / count * (band.high - band.low + 1.0);
        size -= count;
    }
    return 0.0;
}

/* NaN where no pool had been published yet. */
static double uniform_in_band(const ees_question *question, const eesi_series *series, size_t k) {
    ees_known known = question->known;
    if (k < series->count)
        known = ees_history_before(question->history, series->points[k].date, question->hindsight);
    if (known.snapshot_count == 0)
        return NAN;
    return read_off(&question->history->snapshots[known.snapshot_count - 1], exp(series->points[k].log_size));
}

static void add_kernel(ees_predictive *predictive, double centre, double sd) {
    int low = (int)fmax(0.0, floor(centre - 5.0 * sd)), high = (int)fmin(EES_SCORE_MAX, ceil(centre + 5.0 * sd));
    double below = eesi_normal_below((low - 0.5 - centre) / sd);
    for (int s = low; s <= high; s++) {
        double next = eesi_normal_below((s + 0.5 - centre) / sd);
        predictive->p[s] += next - below;
        below = next;
    }
}

static void add_prior(ees_predictive *predictive, double centre) {
    double below = 1.0 / (1.0 + exp((centre + 0.5) / prior_scale));
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        double next = 1.0 / (1.0 + exp((centre - s - 0.5) / prior_scale));
        predictive->p[s] += next - below;
        below = next;
    }
}

/* Silverman's rule with the quartiles as the robust spread; at least half a point. */
static double bandwidth(const double *errors, size_t count) {
    double sorted[WINDOW];
    double mean = 0.0, variance = 0.0;
    memcpy(sorted, errors, count * sizeof *sorted);
    eesi_sort(sorted, count);
    for (size_t i = 0; i < count; i++)
        mean += errors[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        variance += (errors[i] - mean) * (errors[i] - mean) / (double)count;
    double quartiles = (sorted[3 * (count - 1) / 4] - sorted[(count - 1) / 4]) / 1.34;
    double spread = quartiles > 0.0 ? fmin(sqrt(variance), quartiles) : sqrt(variance);
    return fmax(0.5, 0.9 * spread * pow((double)count, -0.2));
}

static int around(ees_predictive *predictive, double forecast, const double *errors, size_t count, ees_error *err) {
    memset(predictive, 0, sizeof *predictive);
    add_prior(predictive, forecast);
    double sd = count > 0 ? bandwidth(errors, count) : 1.0;
    for (size_t i = 0; i < count; i++)
        add_kernel(predictive, fmin(fmax(forecast + errors[i], 0.0), EES_SCORE_MAX), sd);
    return eesi_predictive_normalise(predictive, err);
}

static int answer(rule_fn rule, const ees_question *question, const eesi_series *series, ees_predictive *predictive,
                  ees_error *err) {
    double errors[WINDOW];
    size_t count = 0;
    size_t first = series->count > WINDOW ? series->count - WINDOW : 1;
    for (size_t k = first; k < series->count; k++) {
        double error = series->points[k].cutoff - rule(question, series, k);
        if (isfinite(error))
            errors[count++] = error;
    }
    double forecast = series->count > 0 ? rule(question, series, series->count) : NAN;
    if (!isfinite(forecast))
        return ees_error_set(err, EES_ERR_NOTFOUND, "nothing known yet to forecast this round from");
    return around(predictive, forecast, errors, count, err);
}

typedef struct rival {
    rule_fn rule;
} rival;

static int forecast(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    const rival *model = self;
    eesi_series series;
    int status = eesi_series_of(&series, question, err);
    if (status == 0) {
        eesi_series recent = since_pause(&series);
        status = answer(model->rule, question, &recent, predictive, err);
    }
    eesi_series_free(&series);
    return status;
}

static const rival rules[] = {{last_cutoff}, {mean_of_three}, {holt}, {autoregression}, {ridge}, {uniform_in_band}};

static const ees_forecaster rivals[] = {
    {"last", "the last cut-off of the program", true, &rules[0], forecast, NULL},
    {"mean3", "mean of the last three cut-offs", true, &rules[1], forecast, NULL},
    {"holt", "exponential smoothing with a trend", true, &rules[2], forecast, NULL},
    {"ar", "autoregression with the change of log draw size", true, &rules[3], forecast, NULL},
    {"ridge", "ridge regression on log draw size, gap and last cut-off", true, &rules[4], forecast, NULL},
    {"static", "uniform read-off of the published bands", true, &rules[5], forecast, NULL},
};

const ees_forecaster *eesi_rivals(size_t *count) {
    *count = sizeof rivals / sizeof *rivals;
    return rivals;
}
