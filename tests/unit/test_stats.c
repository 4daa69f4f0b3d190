#include "test_support.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "base/stats.h"

static void test_medians(void **state) {
    (void)state;
    double odd[] = {5.0, -1.0, 3.0}, even[] = {4.0, 1.0, 2.0, 10.0}, one[] = {7.0};
    assert_close(eesi_median(odd, 3), 3.0, 0.0);
    assert_close(odd[0], -1.0, 0.0); /* sorted */
    assert_close(eesi_median(even, 4), 3.0, 0.0);
    assert_close(eesi_median(one, 1), 7.0, 0.0);
    assert_true(isnan(eesi_median(one, 0)));
}

static void test_quantiles_of_samples(void **state) {
    (void)state;
    int64_t values[] = {40, 10, INT64_MIN, 30};
    eesi_sort_int64(values, 4);
    assert_true(values[0] == INT64_MIN && values[1] == 10 && values[3] == 40);
    assert_true(eesi_quantile_int64(values, 4, 0.0) == INT64_MIN);
    assert_true(eesi_quantile_int64(values, 4, 0.49) == 10);
    assert_true(eesi_quantile_int64(values, 4, 0.5) == 30);
    assert_true(eesi_quantile_int64(values, 4, 1.0) == 40);
}

/* Against GSL, which computes them in another way. */
static void test_distribution_functions(void **state) {
    (void)state;
    for (double x = -6.0; x <= 6.0; x += 0.25) {
        assert_close(eesi_normal_below(x), gsl_cdf_ugaussian_P(x), 1e-14);
        assert_close(eesi_normal_above(x), gsl_cdf_ugaussian_Q(x), 1e-14);
        assert_close(eesi_student3_below(x), gsl_cdf_tdist_P(x, 3.0), 1e-12);
        assert_close(eesi_student5_above(x), gsl_cdf_tdist_Q(x, 5.0), 1e-12);
    }
}

static void test_crps(void **state) {
    (void)state;
    const double point[4] = {0.0, 0.0, 1.0, 0.0}, even[4] = {0.25, 0.25, 0.25, 0.25};
    assert_close(eesi_crps(point, 4, 2), 0.0, 0.0);
    assert_close(eesi_crps(point, 4, 0), 2.0, 0.0); /* of a point the absolute error */
    assert_close(eesi_crps(even, 4, 1), 0.0625 + 0.25 + 0.0625, 1e-15);
    assert_close(eesi_crps(even, 4, 3), 0.0625 + 0.25 + 0.5625, 1e-15);
}

static void test_rounding_to_digits(void **state) {
    (void)state;
    assert_close(eesi_round_digits(123456.7, 4), 123500.0, 0.0);
    assert_close(eesi_round_digits(-0.000123456, 3), -0.000123, 0.0);
    assert_true(isnan(eesi_round_digits((double)NAN, 4)) && isinf(eesi_round_digits((double)INFINITY, 4)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_medians),
        cmocka_unit_test(test_quantiles_of_samples),
        cmocka_unit_test(test_distribution_functions),
        cmocka_unit_test(test_crps),
        cmocka_unit_test(test_rounding_to_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
