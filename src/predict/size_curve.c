#include "predict/size_curve.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/assert.h"
#include "models/ask.h"
#include "models/forecaster.h"

enum { NEAR = 28 };
static const double near_span = 0.7; /* in log size, to both sides of the size asked about */
static const double least_size = 10; /* candidates */
static const double most_size = 60000;

/* Sizes near the one asked about are dense; the others reach over the whole range of rounds. */
static size_t choose_sizes(int64_t size, int64_t *sizes) {
    double centre = log(fmax((double)size, least_size));
    double low = log(least_size), high = fmax(log(most_size), centre + 1.5);
    size_t kept = 0;
    for (int i = 0; i < EESI_CURVE_SIZES; i++) { /* insertion, without repeats */
        int far = i - NEAR;
        double log_size = i < NEAR ? centre + near_span * (2.0 * i / (NEAR - 1) - 1.0)
                                   : low + (high - low) * far / (EESI_CURVE_SIZES - NEAR - 1);
        int64_t candidate = (int64_t)llround(exp(log_size));
        size_t at = kept;
        /* cppcheck-suppress uninitvar ; the first `kept` have been set */
        while (at > 0 && sizes[at - 1] > candidate)
            at--;
        if (candidate < 1 || (at > 0 && sizes[at - 1] == candidate))
            continue;
        for (size_t j = kept; j > at; j--)
            sizes[j] = sizes[j - 1];
        sizes[at] = candidate;
        kept++;
    }
    return kept;
}

/* P(cut-off >= s) for every s; a larger size can only lower it. */
static void add_size(eesi_size_curve *curve, int64_t size, const ees_predictive *answer) {
    size_t k = curve->count++;
    double above = 0.0;
    curve->log_size[k] = log((double)size);
    for (int s = EES_SCORE_MAX; s >= 0; s--) {
        above = fmin(1.0, above + answer->p[s]);
        curve->survival[k][s] = k > 0 ? fmin(above, curve->survival[k - 1][s]) : above;
    }
}

static bool depends_on_size(const eesi_size_curve *curve) {
    double moved = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        moved += fabs(curve->survival[0][s] - curve->survival[curve->count - 1][s]);
    return moved > 1.0; /* the mean cut-off moves by more than a point over the whole range of sizes */
}

typedef struct inquiry {
    ees_question questions[EESI_CURVE_SIZES + EESI_CURVE_PROBES];
    ees_predictive answers[EESI_CURVE_SIZES + EESI_CURVE_PROBES];
    int statuses[EESI_CURVE_SIZES + EESI_CURVE_PROBES];
} inquiry;

static int ask(inquiry *x, eesi_size_curve *curve, const ees_forecaster *models, size_t model_count,
               const ees_question *question, const int64_t *probes, size_t probe_count, ees_error *err) {
    int64_t sizes[EESI_CURVE_SIZES];
    size_t count = choose_sizes(question->size, sizes);
    for (size_t i = 0; i < probe_count + count; i++) {
        x->questions[i] = *question;
        x->questions[i].size = i < probe_count ? (probes[i] > 0 ? probes[i] : 1) : sizes[i - probe_count];
    }
    curve->count = 0;
    const int model =
        eesi_ask_first(models, model_count, x->questions, probe_count + count, 1, x->answers, x->statuses, err);
    for (size_t i = 0; model >= 0 && i < count; i++)
        if (x->statuses[probe_count + i] == EES_OK)
            add_size(curve, sizes[i], &x->answers[probe_count + i]);
    if (curve->count > 0 && !depends_on_size(curve))
        curve->count = 0;
    return model;
}

int eesi_size_curve_ask(eesi_size_curve *curve, const ees_forecaster *models, size_t model_count,
                        const ees_question *question, const int64_t *sizes, size_t count, ees_predictive *answers,
                        int *statuses, ees_error *err) {
    EES_BUG_ASSERT(count >= 1 && count <= EESI_CURVE_PROBES);
    inquiry *x = calloc(1, sizeof *x);
    if (!x)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    const int model = ask(x, curve, models, model_count, question, sizes, count, err);
    for (size_t i = 0; i < count; i++) {
        answers[i] = x->answers[i];
        statuses[i] = sizes[i] > 0 ? x->statuses[i] : EES_ERR_NOTFOUND;
    }
    free(x);
    return model;
}

/* Linear on the scale where a normal error of log size is a straight line. */
static double crossing(double x0, double p0, double x1, double p1, double level) {
    const double edge = 1e-9;
    double z0 = gsl_cdf_ugaussian_Pinv(fmin(fmax(p0, edge), 1.0 - edge));
    double z1 = gsl_cdf_ugaussian_Pinv(fmin(fmax(p1, edge), 1.0 - edge));
    double z = gsl_cdf_ugaussian_Pinv(level);
    return z0 > z1 ? x0 + (x1 - x0) * (z0 - z) / (z0 - z1) : 0.5 * (x0 + x1);
}

double eesi_size_curve_above(const eesi_size_curve *curve, int score, double probability) {
    double level = 1.0 - probability; /* the number exceeds its quantile with this probability */
    for (size_t k = 1; k < curve->count; k++) {
        double p0 = curve->survival[k - 1][score], p1 = curve->survival[k][score];
        if (p0 >= level && p1 < level)
            return exp(crossing(curve->log_size[k - 1], p0, curve->log_size[k], p1, level));
    }
    return (double)NAN;
}
