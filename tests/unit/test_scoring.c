#include "eval/scoring.h"
#include "models/predictive.h"
#include "test_support.h"

#include <math.h>
#include <string.h>

static void test_one_forecast(void **state) {
    (void)state;
    ees_predictive predictive = {{0}};
    predictive.p[500] = 0.25;
    predictive.p[501] = 0.5;
    predictive.p[504] = 0.25;
    ees_forecast_score score;
    eesi_forecast_score_of(&predictive, 501, &score);
    assert_int_equal(score.observed, 501);
    assert_int_equal(score.median, 501);
    assert_close(score.mean, 501.5, 1e-12);
    assert_close(score.pit_low, 0.25, 0.0);
    assert_close(score.pit_high, 0.75, 0.0);
    assert_close(score.log_score, log(0.5), 1e-15);
    /* (0.25)^2 at 500, (0.75 - 1)^2 at 501, 502 and 503. */
    assert_close(score.crps, 4 * 0.0625, 1e-15);
    assert_int_equal(score.interval[0].low, 501); /* mid-PITs 0.125, 0.5, 0.875 */
    assert_int_equal(score.interval[0].high, 501);
    assert_int_equal(score.interval[1].low, 500);
    assert_int_equal(score.interval[1].high, 504);
}

static ees_forecast_score point_score(int forecast, int observed) {
    ees_predictive predictive;
    ees_forecast_score score;
    eesi_predictive_point(&predictive, forecast);
    eesi_forecast_score_of(&predictive, observed, &score);
    return score;
}

static void test_summary_by_hand(void **state) {
    (void)state;
    const ees_forecast_score scores[] = {point_score(500, 500), point_score(502, 500), point_score(490, 500),
                                         point_score(501, 500)};
    ees_score_summary summary;
    eesi_score_summarise(scores, 4, &summary);
    assert_int_equal(summary.count, 4);
    assert_close(summary.mae, 13.0 / 4, 1e-12);
    assert_close(summary.rmse, sqrt(105.0 / 4), 1e-12);
    assert_close(summary.bias, -7.0 / 4, 1e-12);
    assert_close(summary.crps, 13.0 / 4, 1e-12);
    assert_close(summary.worst, 10.0, 0.0);
    const double hits[] = {0.25, 0.5, 0.75, 0.75};
    for (int i = 0; i < EES_HIT_LIMITS; i++)
        assert_close(summary.hits[i], hits[i], 0.0);
    for (int i = 0; i < EES_LEVELS; i++) {
        assert_close(summary.coverage[i], 0.25, 0.0);
        assert_close(summary.width[i], 0.0, 0.0);
        assert_close(summary.pit_coverage[i], ees_levels[i] * 0.25, 1e-12); /* one right point: all of 0..1 */
    }
    double total = 0.0;
    for (int i = 0; i < EES_PIT_BINS; i++)
        total += summary.pit[i];
    assert_close(total, 1.0, 1e-12);
    assert_close(summary.pit[0], 0.5 + 0.025, 1e-12); /* forecasts too high: the observation lies at their bottom */
    assert_close(summary.pit[9], 0.25 + 0.025, 1e-12);
}

static void test_nothing_to_summarise(void **state) {
    (void)state;
    ees_score_summary summary;
    eesi_score_summarise(NULL, 0, &summary);
    assert_int_equal(summary.count, 0);
    assert_true(isnan(summary.mae) && isnan(summary.crps) && isnan(summary.worst) && isnan(summary.pit[0]));
}

/* When the observation is drawn from the forecast itself, the average of the exact shares is the level: here the
 * expectation over all observations is computed, not sampled. */
static void test_right_forecasts_cover_their_level(void **state) {
    (void)state;
    ees_predictive predictive;
    assert_int_equal(eesi_predictive_from_normal(&predictive, 505.3, 1.7, 0, EES_SCORE_MAX, NULL), 0);
    double covered[EES_LEVELS] = {0}, bins[EES_PIT_BINS] = {0};
    for (int observed = 480; observed < 530; observed++) {
        ees_forecast_score score;
        ees_score_summary summary;
        eesi_forecast_score_of(&predictive, observed, &score);
        eesi_score_summarise(&score, 1, &summary);
        for (int i = 0; i < EES_LEVELS; i++)
            covered[i] += predictive.p[observed] * summary.pit_coverage[i];
        for (int bin = 0; bin < EES_PIT_BINS; bin++)
            bins[bin] += predictive.p[observed] * summary.pit[bin];
    }
    for (int i = 0; i < EES_LEVELS; i++)
        assert_close(covered[i], ees_levels[i], 1e-9);
    for (int bin = 0; bin < EES_PIT_BINS; bin++)
        assert_close(bins[bin], 0.1, 1e-9);
}

static void test_paired_differences(void **state) {
    (void)state;
    const ees_forecast_score a[] = {point_score(500, 500), point_score(501, 500), point_score(502, 500)};
    const ees_forecast_score b[] = {point_score(503, 500), point_score(503, 500), point_score(503, 500)};
    ees_score_difference difference;
    eesi_score_compare(a, b, 3, &difference);
    assert_int_equal(difference.count, 3);
    assert_close(difference.crps, -2.0, 1e-12);
    assert_close(difference.crps_se, 1.0 / sqrt(3.0), 1e-12);
    assert_close(difference.abs_error, -2.0, 1e-12);
    assert_close(difference.abs_error_se, 1.0 / sqrt(3.0), 1e-12);
    assert_close(difference.log_score, (0.0 - log(EESI_PREDICTIVE_P_MIN)) / 3.0, 1e-12);
    eesi_score_compare(a, b, 1, &difference);
    assert_close(difference.crps, -3.0, 0.0);
    assert_true(isnan(difference.crps_se));
    eesi_score_compare(a, b, 0, &difference);
    assert_true(isnan(difference.crps));
}

static void test_probabilities(void **state) {
    (void)state;
    assert_close(eesi_brier(0.75, 1.0), 0.0625, 0.0);
    assert_close(eesi_brier(0.75, 0.0), 0.5625, 0.0);
    assert_close(eesi_binary_log_score(0.5, 9, 1.0), log(0.5), 1e-15);
    assert_close(eesi_binary_log_score(0.0, 99, 1.0), log(0.005), 1e-15); /* half a future of a hundred */
    assert_close(eesi_binary_log_score(1.0, 99, 0.0), log(0.005), 1e-12);
    assert_close(eesi_binary_log_score(0.25, 3, 0.5), 0.5 * log(1.25 / 4) + 0.5 * log(2.75 / 4), 1e-15);
}

static void test_samples(void **state) {
    (void)state;
    const int64_t sorted[] = {0, 0, 10, 20};
    /* E|X - 10| = 30 / 4; E|X - X'| = 2 (0 + 10 + 20 + 10 + 20 + 10) / 16 */
    assert_close(eesi_crps_of_sorted(sorted, 4, 10), 7.5 - 0.5 * 140.0 / 16, 1e-12);
    assert_close(eesi_crps_of_sorted(sorted + 3, 1, 13), 7.0, 0.0);
    int64_t drawn[] = {20, 0, 10, 0};
    const eesi_draws all = eesi_draws_of(drawn, 4, 10);
    assert_close(all.mean, 7.5, 0.0);
    assert_int_equal(all.low_80, 0);
    assert_int_equal(all.high_80, 20);
    assert_close(all.crps, 7.5 - 0.5 * 140.0 / 16, 1e-12);
    assert_close(all.pit_low, 0.5, 0.0);
    assert_close(all.pit_high, 0.75, 0.0);
    assert_close(eesi_pit_inside(0.0, 0.4, 0.8), 0.75, 1e-12);
    assert_close(eesi_pit_inside(0.95, 1.0, 0.8), 0.0, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_forecast),
        cmocka_unit_test(test_summary_by_hand),
        cmocka_unit_test(test_nothing_to_summarise),
        cmocka_unit_test(test_right_forecasts_cover_their_level),
        cmocka_unit_test(test_paired_differences),
        cmocka_unit_test(test_probabilities),
        cmocka_unit_test(test_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
