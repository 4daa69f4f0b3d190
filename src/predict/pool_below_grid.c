/*
 * Rounds that reach below the scores a model knows. A model with a stock on a grid of scores puts all of them one point
 * below its lowest score; the published pool says who stands there.
 *
 * Let T be the model's stock at its lowest score and above (log-normal, from its quantiles) and E(s) the
 * pool's candidates from s up to there. The round of N ends at s or higher with probability P(T + E(s) >= N), given
 * that T itself is too small.
 */
#include <math.h>

#include "base/stats.h"
#include "models/forecaster.h"
#include "predict/pool_join.h"

/* The lowest score the model has a stock of; EES_SCORE_NONE. */
static int lowest_known(const ees_prediction *out) {
    for (int s = 1; s < EES_SCORE_NOMINEE; s++)
        if (!isnan(out->above[1][s]))
            return s;
    return EES_SCORE_NONE;
}

/* P(T >= x), T log-normal with these quantiles at 0.1, 0.5 and 0.9. */
static double at_least(const ees_prediction *out, int low, double x) {
    const double deciles_apart = 2.5631031310892007; /* of a normal */
    const double median = out->above[1][low], sd = log(out->above[2][low] / out->above[0][low]) / deciles_apart;
    if (x <= 0)
        return 1;
    return sd > 0 ? eesi_normal_above(log(x / median) / sd) : (double)(median >= x);
}

static bool is_censored(const ees_predictive *answer, int low) {
    double below = 0;
    for (int s = 0; s < low - 1; s++)
        below += answer->p[s];
    return low > 1 && answer->p[low - 1] > 0 && below <= 0;
}

void eesi_pool_go_below_grid(const ees_prediction *out, const ees_question *question, int64_t size, int last,
                             ees_predictive *answer) {
    const int low = lowest_known(out);
    if (!out->has_pool || low == EES_SCORE_NONE || !is_censored(answer, low))
        return;
    const ees_segment_set segments = ees_pool_admitted(&out->pool, question->programs, question->program);
    const double mass = answer->p[low - 1], short_of = 1.0 - at_least(out, low, (double)size);
    double under = 0, reached = 0;
    answer->p[low - 1] = 0;
    for (int s = low - 1; s >= last; s--) {
        const double here = (double)ees_pool_count(&out->pool, segments, s, s);
        under += here;
        const double still = 1.0 - at_least(out, low, (double)size - under);
        const double by_now = short_of > 0 ? 1.0 - still / short_of : 1.0;
        answer->p[s] = here > 0 ? mass * fmax(by_now - reached, 0.0) : 0.0;
        reached = here > 0 ? fmax(reached, by_now) : reached;
    }
    answer->p[last < low ? last : low - 1] += mass * fmax(1.0 - reached, 0.0);
}
