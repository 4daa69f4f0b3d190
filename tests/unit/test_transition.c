#include "flow_params.h"
#include "test_support.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#include "base/vector.h"
#include "engine/elementary.h"
#include "flow/normals.h"
#include "flow/transition.h"

static const eesi_flow_grid GRID = {.lo = 476, .cells = 131, .centre = 500};

static double stock_from(const eesi_flow_block *x, int score, int member) {
    double sum = 0.0;
    for (int c = score - x->grid.lo; c < x->grid.cells; c++)
        sum += x->stock[(size_t)c * (size_t)x->members + (size_t)member];
    return sum;
}

static void test_vector_functions_match_libm(void **state) {
    (void)state;
    for (double x = -60.0; x < 60.0; x += 0.0137)
        assert_close(eesi_exp_scalar(x) / exp(x), 1.0, 1e-13);
    for (double x = 1e-12; x < 1e12; x *= 1.003)
        assert_close(eesi_log_scalar(x), log(x), 1e-13 * (1.0 + fabs(log(x))));
}

/* One formula serves single numbers and vectors, so that the filter and the runs agree to the last bit. */
static void test_one_number_is_a_lane_of_a_vector(void **state) {
    (void)state;
    enum { N = 4001 };
    static double x[N], many[N];
    for (int i = 0; i < N; i++)
        x[i] = 0.35 * (i - N / 2) + 1e-3 / (i + 1);
    eesi_vexp(x, many, N);
    for (int i = 0; i < N; i++)
        if (fabs(x[i]) <= 700)
            assert_close(eesi_exp_scalar(x[i]), many[i], 0);
    assert_close(eesi_exp_scalar(-1000), eesi_exp_scalar(-700), 0);
    for (int i = 0; i < N; i++)
        x[i] = ldexp(1 + i / 4001.0, i - N / 2 < -1000 ? -1000 : i > 3000 ? 1000 : i - N / 2);
    eesi_vlog(x, many, N);
    for (int i = 0; i < N; i++)
        assert_close(eesi_log_scalar(x[i]), many[i], 0);
}

/* n = 400,000 normals; limits are 5 standard errors of mean, variance and fourth moment: false alarm below 2e-6. */
static void test_normals_have_normal_moments(void **state) {
    (void)state;
    enum { ROWS = 100, COLUMNS = 4000 };
    double *z = test_malloc(sizeof(double) * ROWS * COLUMNS), m1 = 0, m2 = 0, m4 = 0;
    eesi_normals_block(7, 0, 1, 1, ROWS, COLUMNS, z);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        m1 += z[i];
        m2 += z[i] * z[i];
        m4 += z[i] * z[i] * z[i] * z[i];
    }
    const double n = ROWS * COLUMNS;
    assert_close(m1 / n, 0.0, 5.0 / sqrt(n));
    assert_close(m2 / n, 1.0, 5.0 * sqrt(2.0 / n));
    assert_close(m4 / n, 3.0, 5.0 * sqrt(96.0 / n));
    test_free(z);
}

/* Rows are the numbers of each replicate's own address, for counts that fill neither lanes nor groups. */
static void test_normals_are_those_of_the_address(void **state) {
    (void)state;
    enum { ROWS = 43, LANES = 21 };
    double block[ROWS][LANES], own[ROWS];
    eesi_normals_block(9, (1ULL << 32) - 5, 0x201, 77, ROWS, LANES, &block[0][0]);
    for (uint64_t lane = 0; lane < LANES; lane++) {
        eesi_normals_block(9, (1ULL << 32) - 5 + lane, 0x201, 77, ROWS, 1, own);
        for (int row = 0; row < ROWS; row++)
            assert_close(block[row][lane], own[row], 0.0);
    }
}

/* A member must not depend on its neighbours: a block of 64 and its second half agree bit for bit. */
static void test_block_size_does_not_matter(void **state) {
    (void)state;
    const eesi_flow_params p = test_flow_params;
    eesi_flow_block whole, half;
    assert_int_equal(eesi_flow_block_init(&whole, &GRID, 72), 0);
    assert_int_equal(eesi_flow_block_init(&half, &GRID, 32), 0);
    for (uint32_t step = 0; step < 3; step++) {
        const eesi_flow_address a = {11, 100, 2, step}, b = {11, 140, 2, step};
        if (step == 0) {
            eesi_flow_start(&p, &whole, &a);
            eesi_flow_start(&p, &half, &b);
        }
        eesi_flow_advance(&p, &whole, 9.0, &a);
        eesi_flow_advance(&p, &half, 9.0, &b);
        eesi_flow_shock(&p, &whole, 50, &a);
        eesi_flow_shock(&p, &half, 50, &b);
    }
    for (int c = 0; c < GRID.cells; c++)
        assert_memory_equal(whole.stock + c * 72 + 40, half.stock + c * 32, 32 * sizeof(double));
    assert_memory_equal(whole.log_tail + 40, half.log_tail, 32 * sizeof(double));
    eesi_flow_block_free(&whole);
    eesi_flow_block_free(&half);
    eesi_flow_block_free(&half);
}

/* Without noise the stock is the closed form S e^{-delta t} + arrivals, and arrivals above the centre sum to the rate.
 */
static void test_noiseless_step_is_the_closed_form(void **state) {
    (void)state;
    eesi_flow_params p = test_flow_params;
    p.arrivals_sd = p.tail_sd = p.cell_sd = p.count_dispersion = p.start_sd = 0.0;
    eesi_flow_block x;
    assert_int_equal(eesi_flow_block_init(&x, &GRID, 8), 0);
    const eesi_flow_address at = {1, 0, 1, 0};
    eesi_flow_start(&p, &x, &at);
    assert_close(stock_from(&x, 500, 3), 400.0 * 60.0, 1e-6);
    eesi_flow_advance(&p, &x, 14.0, &at);
    assert_close(stock_from(&x, 500, 3), 400.0 * (60.0 * exp(-0.14) + 14.0), 1e-6);
    const double s510 = x.stock[(510 - 476) * 8], s511 = x.stock[(511 - 476) * 8];
    assert_close(log(s510 / s511), 1.0 / 36 + 6.5e-4 * (121 - 100), 1e-9);
    eesi_flow_advance(&p, &x, 0.0, &at);
    assert_close(x.stock[(510 - 476) * 8], s510, 0.0);
    eesi_flow_block_free(&x);
}

static void test_bad_block_is_refused(void **state) {
    (void)state;
    eesi_flow_block x;
    assert_int_equal(eesi_flow_block_init(&x, &GRID, 12), EES_ERR_RANGE);
    eesi_flow_block_free(&x);
    assert_int_equal(eesi_flow_block_init(&x, &GRID, 0), EES_ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector_functions_match_libm), cmocka_unit_test(test_one_number_is_a_lane_of_a_vector),
        cmocka_unit_test(test_normals_have_normal_moments), cmocka_unit_test(test_normals_are_those_of_the_address),
        cmocka_unit_test(test_block_size_does_not_matter),  cmocka_unit_test(test_noiseless_step_is_the_closed_form),
        cmocka_unit_test(test_bad_block_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
