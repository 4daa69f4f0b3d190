#include "eval/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "models/predictive.h"

const double ees_levels[EES_LEVELS] = {0.5, 0.8, 0.95};
const int ees_hit_limits[EES_HIT_LIMITS] = {0, 1, 2, 5};

void eesi_forecast_score_of(const ees_predictive *predictive, int observed, ees_forecast_score *score) {
    score->observed = observed;
    score->median = ees_predictive_median(predictive);
    score->mean = ees_predictive_mean(predictive);
    score->sd = ees_predictive_sd(predictive);
    for (int i = 0; i < EES_LEVELS; i++)
        score->interval[i] = ees_predictive_interval(predictive, ees_levels[i]);
    score->crps = eesi_predictive_crps(predictive, observed);
    score->log_score = eesi_predictive_log_score(predictive, observed);
    score->pit_low = eesi_predictive_pit(predictive, observed, 0.0);
    score->pit_high = eesi_predictive_pit(predictive, observed, 1.0);
}

/* Share of [low, high] that lies in [a, b]; a single point lies inside or outside. */
static double overlap(double low, double high, double a, double b) {
    double inside = fmin(high, b) - fmax(low, a);
    if (high - low > 0.0)
        return fmax(inside, 0.0) / (high - low);
    return low >= a && low <= b ? 1.0 : 0.0;
}

double eesi_pit_inside(double pit_low, double pit_high, double level) {
    const double outside = 0.5 * (1.0 - level);
    return overlap(pit_low, pit_high, outside, 1.0 - outside);
}

static void add_pit(const ees_forecast_score *score, double *bins) {
    if (score->pit_high - score->pit_low <= 0.0) { /* nothing was given to the observation: one bin only */
        int bin = (int)(score->pit_low * EES_PIT_BINS);
        bins[bin < EES_PIT_BINS ? bin : EES_PIT_BINS - 1] += 1.0;
        return;
    }
    for (int bin = 0; bin < EES_PIT_BINS; bin++)
        bins[bin] +=
            overlap(score->pit_low, score->pit_high, (double)bin / EES_PIT_BINS, (double)(bin + 1) / EES_PIT_BINS);
}

static void add_intervals(const ees_forecast_score *score, ees_score_summary *sum) {
    for (int i = 0; i < EES_LEVELS; i++) {
        ees_interval interval = score->interval[i];
        sum->coverage[i] += interval.low <= score->observed && score->observed <= interval.high;
        sum->pit_coverage[i] += eesi_pit_inside(score->pit_low, score->pit_high, ees_levels[i]);
        sum->width[i] += interval.high - interval.low;
    }
}

static void add_score(const ees_forecast_score *score, ees_score_summary *sum) {
    double miss = abs(score->median - score->observed);
    double error = score->mean - score->observed;
    sum->mae += miss;
    sum->worst = fmax(sum->worst, miss);
    sum->rmse += error * error;
    sum->bias += error;
    sum->crps += score->crps;
    sum->log_score += score->log_score;
    for (int i = 0; i < EES_HIT_LIMITS; i++)
        sum->hits[i] += miss <= ees_hit_limits[i];
    add_intervals(score, sum);
    add_pit(score, sum->pit);
}

static void divide(double *values, size_t count, double by) {
    for (size_t i = 0; i < count; i++)
        values[i] /= by;
}

void eesi_score_summarise(const ees_forecast_score *scores, size_t count, ees_score_summary *summary) {
    ees_score_summary sum;
    memset(&sum, 0, sizeof sum);
    for (size_t i = 0; i < count; i++)
        add_score(&scores[i], &sum);
    double n = (double)count; /* 0 / 0 gives the NaN the header promises */
    sum.count = count;
    sum.mae /= n;
    sum.rmse = sqrt(sum.rmse / n);
    sum.bias /= n;
    sum.crps /= n;
    sum.log_score /= n;
    sum.worst = count ? sum.worst : NAN;
    divide(sum.hits, EES_HIT_LIMITS, n);
    divide(sum.coverage, EES_LEVELS, n);
    divide(sum.pit_coverage, EES_LEVELS, n);
    divide(sum.width, EES_LEVELS, n);
    divide(sum.pit, EES_PIT_BINS, n);
    *summary = sum;
}

/* Mean and standard error in one pass (Welford). */
typedef struct moments {
    double count, mean, squares;
} moments;

static void moments_add(moments *m, double x) {
    double delta = x - m->mean;
    m->count += 1.0;
    m->mean += delta / m->count;
    m->squares += delta * (x - m->mean);
}

static void moments_get(const moments *m, double *mean, double *se) {
    *mean = m->count > 0.0 ? m->mean : NAN;
    *se = m->count > 1.0 ? sqrt(m->squares / (m->count - 1.0) / m->count) : NAN;
}

void eesi_score_compare(const ees_forecast_score *a, const ees_forecast_score *b, size_t count,
                        ees_score_difference *difference) {
    moments crps = {0}, miss = {0}, logs = {0};
    for (size_t i = 0; i < count; i++) {
        moments_add(&crps, a[i].crps - b[i].crps);
        moments_add(&miss, abs(a[i].median - a[i].observed) - abs(b[i].median - b[i].observed));
        moments_add(&logs, a[i].log_score - b[i].log_score);
    }
    difference->count = count;
    moments_get(&crps, &difference->crps, &difference->crps_se);
    moments_get(&miss, &difference->abs_error, &difference->abs_error_se);
    moments_get(&logs, &difference->log_score, &difference->log_score_se);
}

double eesi_brier(double probability, double outcome) {
    return (probability - outcome) * (probability - outcome);
}

double eesi_binary_log_score(double probability, uint64_t futures, double outcome) {
    const double n = (double)futures, p = (probability * n + 0.5) / (n + 1.0);
    return outcome * log(p) + (1.0 - outcome) * log(1.0 - p);
}

/* E|X - y| - E|X - X'| / 2 (Gneiting and Raftery, 2007), the second from the ranks. */
double eesi_crps_of_sorted(const int64_t *sorted, size_t count, int64_t observed) {
    const double n = (double)count;
    double miss = 0.0, ranks = 0.0;
    for (size_t i = 0; i < count; i++) {
        miss += fabs((double)(sorted[i] - observed));
        ranks += (2.0 * (double)i + 1.0 - n) * (double)sorted[i];
    }
    return miss / n - ranks / (n * n);
}

eesi_draws eesi_draws_of(int64_t *drawn, size_t count, int64_t observed) {
    size_t fewer = 0, at_most = 0;
    double sum = 0;
    eesi_sort_int64(drawn, count);
    for (size_t i = 0; i < count; i++) {
        sum += (double)drawn[i];
        fewer += drawn[i] < observed;
        at_most += drawn[i] <= observed;
    }
    return (eesi_draws){.mean = sum / (double)count,
                        .median = eesi_quantile_int64(drawn, count, 0.5),
                        .low_80 = eesi_quantile_int64(drawn, count, 0.1),
                        .high_80 = eesi_quantile_int64(drawn, count, 0.9),
                        .crps = eesi_crps_of_sorted(drawn, count, observed),
                        .pit_low = (double)fewer / (double)count,
                        .pit_high = (double)at_most / (double)count};
}
