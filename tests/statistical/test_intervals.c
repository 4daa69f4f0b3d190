/*
 * Do intervals of whole scores hold what they say when the forecasts are right? Cut-offs are drawn from the forecasts
 * themselves, so every miss is chance or the rounding to whole scores.
 */
#include "eval/scoring.h"
#include "models/predictive.h"
#include "test_support.h"

#include <math.h>

#include <gsl/gsl_randist.h>

#include "base/rng.h"

typedef struct world {
    gsl_rng *rng;
} world;

/* Shares of observations inside, by level, when `count` forecasts have spreads between two limits. */
static void coverage_of(gsl_rng *rng, uint64_t replicate, int count, double least_sd, double most_sd,
                        ees_score_summary *summary) {
    ees_forecast_score *scores = calloc((size_t)count, sizeof *scores);
    assert_non_null(scores);
    for (int i = 0; i < count; i++) {
        ees_predictive predictive;
        eesi_rng_point(rng, 1, replicate, 0, (uint32_t)i);
        const double sd = least_sd * pow(most_sd / least_sd, gsl_rng_uniform(rng));
        const double mean = 500.0 + gsl_rng_uniform(rng);
        assert_int_equal(eesi_predictive_from_normal(&predictive, mean, sd, 0, EES_SCORE_MAX, NULL), 0);
        const int observed = ees_predictive_quantile(&predictive, gsl_rng_uniform_pos(rng));
        eesi_forecast_score_of(&predictive, observed, &scores[i]);
    }
    eesi_score_summarise(scores, (size_t)count, summary);
    free(scores);
    print_message("spread %.1f to %.1f, n %d: whole scores %.3f %.3f %.3f, counted in part %.3f %.3f %.3f\n", least_sd,
                  most_sd, count, summary->coverage[0], summary->coverage[1], summary->coverage[2],
                  summary->pit_coverage[0], summary->pit_coverage[1], summary->pit_coverage[2]);
}

/*
 * Spreads of 1.4 points and more, as every program but CEC has them: n = 4,000, so a share of 0.5 has a standard error
 * of 0.0079. The mean over positions is 0.521, 0.819 and 0.958 at 1.4 points and nearer to the level beyond, so what
 * whole scores add is below 0.015 on average; with four standard errors the limit is 0.015 + 4 sqrt(q (1 - q) / n). A
 * right program fails at one of three levels in fewer than one of 5,000 seeds. Quantiles as ends hold 0.59 of the half.
 */
static void test_wide_forecasts_hold_their_level(void **state) {
    world *w = *state;
    enum { COUNT = 4000 };
    ees_score_summary s;
    coverage_of(w->rng, 1, COUNT, 1.4, 30.0, &s);
    for (int i = 0; i < EES_LEVELS; i++) {
        const double se = sqrt(ees_levels[i] * (1.0 - ees_levels[i]) / COUNT);
        assert_close(s.coverage[i], ees_levels[i], 0.015 + 4.0 * se);
        assert_close(s.pit_coverage[i], ees_levels[i], 4.0 * se);
    }
}

/*
 * Spreads of 0.7 to 1.4 points, CEC on a quiet fortnight: two or three whole scores. Here a whole score cannot be
 * split, and intervals hold up to 8 points more than the half (0.58 at 0.7 points, 0.52 at 1.4), never less than it:
 * the limits are the level - 4 standard errors and the level + 0.06 + 4. Quantiles as ends hold 0.74 of the half.
 */
static void test_narrow_forecasts_hold_a_little_more(void **state) {
    world *w = *state;
    enum { COUNT = 4000 };
    ees_score_summary s;
    coverage_of(w->rng, 2, COUNT, 0.7, 1.4, &s);
    for (int i = 0; i < EES_LEVELS; i++) {
        const double se = sqrt(ees_levels[i] * (1.0 - ees_levels[i]) / COUNT);
        assert_true(s.coverage[i] >= ees_levels[i] - 4.0 * se);
        assert_true(s.coverage[i] <= ees_levels[i] + 0.06 + 4.0 * se);
        assert_close(s.pit_coverage[i], ees_levels[i], 4.0 * se);
    }
}

static int open_world(void **state) {
    static world w; /* one program, one world */
    w.rng = gsl_rng_alloc(eesi_rng_philox);
    *state = &w;
    return w.rng == NULL;
}

static int close_world(void **state) {
    gsl_rng_free(((world *)*state)->rng);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wide_forecasts_hold_their_level),
        cmocka_unit_test(test_narrow_forecasts_hold_a_little_more),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
