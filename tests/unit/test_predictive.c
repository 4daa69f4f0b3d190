#include "models/predictive.h"
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

static double total(const ees_predictive *predictive) {
    double sum = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        sum += predictive->p[s];
    return sum;
}

/* 0.2 on 500, 0.5 on 503, 0.3 on 510. */
static ees_predictive three_points(void) {
    ees_predictive predictive = {{0}};
    predictive.p[500] = 0.2;
    predictive.p[503] = 0.5;
    predictive.p[510] = 0.3;
    return predictive;
}

static void test_a_point(void **state) {
    (void)state;
    ees_predictive predictive;
    eesi_predictive_point(&predictive, 507);
    assert_close(predictive.p[507], 1.0, 0.0);
    assert_close(total(&predictive), 1.0, 0.0);
    assert_close(ees_predictive_mean(&predictive), 507.0, 0.0);
    assert_close(ees_predictive_sd(&predictive), 0.0, 0.0);
    assert_int_equal(ees_predictive_median(&predictive), 507);
    /* The CRPS of a point forecast is its absolute error. */
    assert_close(eesi_predictive_crps(&predictive, 507), 0.0, 0.0);
    assert_close(eesi_predictive_crps(&predictive, 500), 7.0, 0.0);
    assert_close(eesi_predictive_crps(&predictive, 520), 13.0, 0.0);
    eesi_predictive_point(&predictive, -5);
    assert_close(predictive.p[0], 1.0, 0.0);
    eesi_predictive_point(&predictive, 4000);
    assert_close(predictive.p[EES_SCORE_MAX], 1.0, 0.0);
}

static void test_summaries_by_hand(void **state) {
    (void)state;
    ees_predictive predictive = three_points();
    assert_close(ees_predictive_mean(&predictive), 504.5, 1e-9);
    assert_close(ees_predictive_sd(&predictive), sqrt(0.2 * 4.5 * 4.5 + 0.5 * 1.5 * 1.5 + 0.3 * 5.5 * 5.5), 1e-9);
    assert_close(ees_predictive_cdf(&predictive, 499), 0.0, 0.0);
    assert_close(ees_predictive_cdf(&predictive, 500), 0.2, 1e-15);
    assert_close(ees_predictive_cdf(&predictive, 509), 0.7, 1e-15);
    assert_close(ees_predictive_cdf(&predictive, 1200), 1.0, 0.0);
    assert_close(ees_predictive_cdf(&predictive, 5000), 1.0, 0.0);
    assert_close(ees_predictive_cdf(&predictive, -3), 0.0, 0.0);
    assert_int_equal(ees_predictive_quantile(&predictive, 0.0), 500);
    assert_int_equal(ees_predictive_quantile(&predictive, 0.2), 500);
    assert_int_equal(ees_predictive_quantile(&predictive, 0.21), 503);
    assert_int_equal(ees_predictive_median(&predictive), 503);
    assert_int_equal(ees_predictive_quantile(&predictive, 0.75), 510);
    assert_int_equal(ees_predictive_quantile(&predictive, 1.0), 510);
}

static void assert_interval(const ees_predictive *predictive, double level, int low, int high) {
    const ees_interval interval = ees_predictive_interval(predictive, level);
    assert_int_equal(interval.low, low);
    assert_int_equal(interval.high, high);
}

/* The mid-PITs of 500, 503 and 510 are 0.1, 0.45 and 0.85, so each enters at its own level. */
static void test_intervals_by_hand(void **state) {
    (void)state;
    ees_predictive predictive = three_points();
    assert_interval(&predictive, 0.0, 503, 503); /* never empty: the median */
    assert_interval(&predictive, 0.5, 503, 503);
    assert_interval(&predictive, 0.69, 503, 503);
    assert_interval(&predictive, 0.7, 503, 510);
    assert_interval(&predictive, 0.79, 503, 510);
    assert_interval(&predictive, 0.8, 500, 510); /* both ends of the level are in, whatever a sum was rounded to */
    assert_interval(&predictive, 1.0, 500, 510); /* scores that cannot happen are no part of it */
}

/* Two scores of one half each have mid-PITs 0.25 and 0.75: the half takes both or, were its ends left out, neither. */
static void test_intervals_of_two_scores(void **state) {
    (void)state;
    ees_predictive predictive = {{0}};
    predictive.p[505] = predictive.p[506] = 0.5;
    assert_interval(&predictive, 0.4, 505, 505);
    assert_interval(&predictive, 0.5, 505, 506);
    predictive.p[505] = 0.4;
    predictive.p[506] = 0.6; /* mid-PITs 0.2 and 0.7 */
    assert_interval(&predictive, 0.5, 506, 506);
    assert_interval(&predictive, 0.59, 506, 506);
    assert_interval(&predictive, 0.61, 505, 506);
}

/* A score that has at least what the level leaves out is always in, and wider levels hold narrower ones. */
static void test_intervals_are_nested(void **state) {
    (void)state;
    ees_predictive predictive;
    for (int k = 0; k < 20; k++) {
        assert_int_equal(
            eesi_predictive_from_normal(&predictive, 500.0 + k / 20.0, 0.2 + 0.3 * k, 0, EES_SCORE_MAX, NULL), 0);
        ees_interval inner = ees_predictive_interval(&predictive, 0.0);
        for (int percent = 0; percent <= 100; percent++) {
            const ees_interval outer = ees_predictive_interval(&predictive, percent / 100.0);
            assert_true(outer.low <= inner.low && inner.high <= outer.high);
            for (int s = 480; s <= 520; s++)
                assert_true(predictive.p[s] < 1.0 - percent / 100.0 + 1e-9 || (outer.low <= s && s <= outer.high));
            inner = outer;
        }
    }
}

/* CRPS = E|X - y| - E|X - X'| / 2, computed the long way. */
static void test_crps_is_the_energy_form(void **state) {
    (void)state;
    ees_predictive predictive = three_points();
    for (int observed = 495; observed <= 515; observed++) {
        double to_observed = 0.0, to_each_other = 0.0;
        for (int a = 490; a <= 520; a++) {
            to_observed += predictive.p[a] * abs(a - observed);
            for (int b = 490; b <= 520; b++)
                to_each_other += predictive.p[a] * predictive.p[b] * abs(a - b);
        }
        assert_close(eesi_predictive_crps(&predictive, observed), to_observed - 0.5 * to_each_other, 1e-9);
    }
}

static void test_log_score_and_pit(void **state) {
    (void)state;
    ees_predictive predictive = three_points();
    assert_close(eesi_predictive_log_score(&predictive, 503), log(0.5), 1e-15);
    assert_close(eesi_predictive_log_score(&predictive, 504), log(EESI_PREDICTIVE_P_MIN), 0.0);
    assert_close(eesi_predictive_log_score(&predictive, -1), log(EESI_PREDICTIVE_P_MIN), 0.0);
    assert_close(eesi_predictive_pit(&predictive, 503, 0.0), 0.2, 1e-15);
    assert_close(eesi_predictive_pit(&predictive, 503, 0.5), 0.45, 1e-15);
    assert_close(eesi_predictive_pit(&predictive, 503, 1.0), 0.7, 1e-15);
    assert_close(eesi_predictive_pit(&predictive, 490, 0.5), 0.0, 0.0);
    assert_close(eesi_predictive_pit(&predictive, 600, 0.5), 1.0, 1e-15);
}

static void test_histogram(void **state) {
    (void)state;
    uint64_t counts[EES_SCORE_COUNT] = {0};
    ees_predictive predictive;
    ees_error err;
    assert_int_equal(eesi_predictive_from_histogram(&predictive, counts, &err), EES_ERR_RANGE);
    counts[0] = 1;
    counts[1200] = 3;
    assert_int_equal(eesi_predictive_from_histogram(&predictive, counts, NULL), 0);
    assert_close(predictive.p[0], 0.25, 0.0);
    assert_close(predictive.p[1200], 0.75, 0.0);
}

static void test_normalise_refuses_and_keeps(void **state) {
    (void)state;
    ees_predictive predictive = three_points();
    predictive.p[7] = -0.1;
    ees_predictive before = predictive;
    assert_int_equal(eesi_predictive_normalise(&predictive, NULL), EES_ERR_NUMERIC);
    assert_memory_equal(&before, &predictive, sizeof before);
    predictive.p[7] = NAN;
    assert_int_equal(eesi_predictive_normalise(&predictive, NULL), EES_ERR_NUMERIC);
    predictive.p[7] = INFINITY;
    assert_int_equal(eesi_predictive_normalise(&predictive, NULL), EES_ERR_NUMERIC);
    memset(&predictive, 0, sizeof predictive);
    assert_int_equal(eesi_predictive_normalise(&predictive, NULL), EES_ERR_NUMERIC);
    predictive.p[3] = 2.0;
    predictive.p[4] = 6.0;
    assert_int_equal(eesi_predictive_normalise(&predictive, NULL), 0);
    assert_close(predictive.p[4], 0.75, 0.0);
}

static void test_normal(void **state) {
    (void)state;
    ees_predictive predictive;
    assert_int_equal(eesi_predictive_from_normal(&predictive, 500.25, 4.0, 0, EES_SCORE_MAX, NULL), 0);
    assert_close(total(&predictive), 1.0, 1e-12);
    assert_close(ees_predictive_mean(&predictive), 500.25, 1e-9);
    /* Rounding to integers adds a twelfth to the variance. */
    assert_close(ees_predictive_sd(&predictive), sqrt(16.0 + 1.0 / 12.0), 1e-6);
    assert_close(predictive.p[503], gsl_cdf_ugaussian_P(3.25 / 4.0) - gsl_cdf_ugaussian_P(2.25 / 4.0), 1e-15);
    /* Closed form of the CRPS of a continuous normal, close to the discrete one when the sd is many points. */
    assert_int_equal(eesi_predictive_from_normal(&predictive, 500.0, 40.0, 0, EES_SCORE_MAX, NULL), 0);
    double z = 0.5;
    double density = exp(-0.5 * z * z) / sqrt(2.0 * M_PI);
    double want = 40.0 * (z * (2.0 * gsl_cdf_ugaussian_P(z) - 1.0) + 2.0 * density - 1.0 / sqrt(M_PI));
    assert_close(eesi_predictive_crps(&predictive, 520), want, 0.01);
}

static void test_limits(void **state) {
    (void)state;
    ees_predictive predictive;
    assert_int_equal(eesi_predictive_from_normal(&predictive, 650.0, 100.0, 601, 900, NULL), 0);
    assert_close(ees_predictive_cdf(&predictive, 600), 0.0, 0.0);
    assert_close(total(&predictive), 1.0, 1e-12);
    /* Truncated, not censored: the ratio of neighbours is that of the whole distribution. */
    ees_predictive whole;
    assert_int_equal(eesi_predictive_from_normal(&whole, 650.0, 100.0, 0, EES_SCORE_MAX, NULL), 0);
    assert_close(predictive.p[601] / predictive.p[700], whole.p[601] / whole.p[700], 1e-12);
    /* Nothing of it in the interval: the nearer end. */
    assert_int_equal(eesi_predictive_from_normal(&predictive, 5.0, 1.0, 601, 900, NULL), 0);
    assert_close(predictive.p[601], 1.0, 0.0);
    assert_int_equal(eesi_predictive_from_normal(&predictive, 700.4, 0.0, 601, 900, NULL), 0);
    assert_close(predictive.p[700], 1.0, 0.0);
    assert_int_equal(eesi_predictive_from_normal(&predictive, NAN, 1.0, 0, 1200, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_normal(&predictive, 1.0, -1.0, 0, 1200, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_normal(&predictive, 1.0, 1.0, -1, 1200, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_normal(&predictive, 1.0, 1.0, 0, 1201, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_normal(&predictive, 1.0, 1.0, 9, 8, NULL), EES_ERR_RANGE);
}

static void test_student(void **state) {
    (void)state;
    ees_predictive predictive;
    assert_int_equal(eesi_predictive_from_student(&predictive, 5.0, 480.0, 6.0, 0, EES_SCORE_MAX, NULL), 0);
    assert_close(total(&predictive), 1.0, 1e-12);
    assert_int_equal(ees_predictive_median(&predictive), 480);
    /* Quantile 0.9 of t(5) is 1.4759. */
    assert_int_equal(ees_predictive_quantile(&predictive, 0.9), 489);
    /* Symmetric about its location to full relative precision, tails included. */
    for (int d = 1; d < 400; d++)
        assert_close(predictive.p[480 + d] / predictive.p[480 - d], 1.0, 1e-7);
    assert_int_equal(eesi_predictive_from_student(&predictive, 0.0, 480.0, 6.0, 0, 1200, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_student(&predictive, INFINITY, 480.0, 6.0, 0, 1200, NULL), EES_ERR_RANGE);
    assert_int_equal(eesi_predictive_from_student(&predictive, 3.0, 480.0, NAN, 0, 1200, NULL), EES_ERR_RANGE);
}

static void test_mix(void **state) {
    (void)state;
    ees_predictive a, b, mixed;
    eesi_predictive_point(&a, 500);
    eesi_predictive_point(&b, 510);
    const ees_predictive *const parts[] = {&a, &b};
    const double weights[] = {3.0, 1.0};
    const double bad[] = {3.0, -1.0};
    const double none[] = {0.0, 0.0};
    assert_int_equal(eesi_predictive_mix(&mixed, parts, NULL, 2, NULL), 0);
    assert_close(mixed.p[500], 0.5, 0.0);
    assert_int_equal(eesi_predictive_mix(&a, parts, weights, 2, NULL), 0); /* onto one of the parts */
    assert_close(a.p[500], 0.75, 0.0);
    assert_close(a.p[510], 0.25, 0.0);
    assert_int_equal(eesi_predictive_mix(&mixed, parts, bad, 2, NULL), EES_ERR_NUMERIC);
    assert_int_equal(eesi_predictive_mix(&mixed, parts, none, 2, NULL), EES_ERR_NUMERIC);
    assert_int_equal(eesi_predictive_mix(&mixed, parts, weights, 0, NULL), EES_ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_point),
        cmocka_unit_test(test_summaries_by_hand),
        cmocka_unit_test(test_intervals_by_hand),
        cmocka_unit_test(test_intervals_of_two_scores),
        cmocka_unit_test(test_intervals_are_nested),
        cmocka_unit_test(test_crps_is_the_energy_form),
        cmocka_unit_test(test_log_score_and_pit),
        cmocka_unit_test(test_histogram),
        cmocka_unit_test(test_normalise_refuses_and_keeps),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_student),
        cmocka_unit_test(test_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
