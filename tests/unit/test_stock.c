#include "models/stock_flow.h"
#include "test_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "flow/stock.h"
#include "models/forecaster.h"
#include "models/model.h"

static const eesi_flow_grid GRID = {.lo = 470, .cells = 151, .centre = 500};

static eesi_stock_params params(void) {
    return (eesi_stock_params){.arrivals_per_day = 300,
                               .tail_pts = 30,
                               .tail_curvature = 4e-4,
                               .flat_below_pts = 480,
                               .loss_per_day = 0.006,
                               .start_days = 50,
                               .stock_gain = 0.7,
                               .level_gain = 0.05,
                               .error_sd = 0.15,
                               .error_weight = 6};
}

static double tail(const eesi_stock *x, int score) {
    double sum = 0.0;
    for (int i = score - x->grid.lo; i < x->grid.cells; i++)
        sum += x->stock[i];
    return sum;
}

static void test_stock_counts_arrivals_and_loss(void **state) {
    (void)state;
    const eesi_stock_params p = params();
    eesi_stock x;
    eesi_stock_start(&x, &p, &GRID);
    assert_close(tail(&x, 500), 300.0 * 50.0, 1e-8);
    eesi_stock_advance(&x, &p, 1000);
    assert_close(tail(&x, 500), 300.0 * 50.0, 1e-8); /* the first call only sets the date */
    eesi_stock_advance(&x, &p, 1014);
    assert_close(tail(&x, 500), 300.0 * (50.0 * exp(-0.084) + 14.0), 1e-8);
    eesi_stock_advance(&x, &p, 1001);
    assert_int_equal(x.date, 1014);
    assert_close(x.stock[0], x.stock[10], 1e-9); /* flat below 480 */
}

/* A round exactly as large as the tail it clears teaches nothing; one twice as large lifts the stock below. */
static void test_round_clears_and_corrects(void **state) {
    (void)state;
    const eesi_stock_params p = params();
    eesi_stock x;
    eesi_stock_start(&x, &p, &GRID);
    eesi_stock_advance(&x, &p, 1000);
    const double below = x.stock[20], at = x.stock[50], size = tail(&x, 520) - 0.5 * at;
    eesi_stock right = x, twice = x;
    eesi_stock_round(&right, &p, size, 520);
    assert_close(right.stock[20], below, 1e-9);
    assert_close(right.stock[50], 0.5 * at, 1e-9);
    assert_close(tail(&right, 521), 0.0, 0.0);
    assert_close(right.level, 1.0, 1e-12);
    assert_close(right.error_square, 6 * 0.15 * 0.15, 1e-12);
    eesi_stock_round(&twice, &p, 2.0 * size, 520);
    assert_close(twice.stock[20], below * pow(2.0, 0.7), 1e-9);
    assert_close(twice.level, pow(2.0, 0.05), 1e-12);
    assert_close(twice.error_square - right.error_square, log(2.0) * log(2.0), 1e-12);
}

static void test_forecast_is_a_distribution_about_the_tail(void **state) {
    (void)state;
    const eesi_stock_params p = params();
    eesi_stock x;
    ees_predictive f;
    eesi_stock_start(&x, &p, &GRID);
    eesi_stock_advance(&x, &p, 1000);
    for (int score = 490; score < 560; score += 7) {
        eesi_stock_predict(&x, &p, tail(&x, score) - 1e-6, &f);
        double sum = 0.0;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            sum += f.p[s];
        assert_close(sum, 1.0, 1e-12);
        assert_true(abs(ees_predictive_median(&f) - score) <= 1);
    }
    eesi_stock_predict(&x, &p, 1e9, &f); /* more than there are */
    assert_int_equal(ees_predictive_median(&f), 470);
    eesi_stock_predict(&x, &p, 1.0, &f);
    assert_true(ees_predictive_median(&f) > 570);
}

/* Where tail(s) = size exp(sd t), the chance of a cut-off at s or above is Student's with 5 degrees of freedom: GSL's.
 */
static void test_forecast_error_is_students_t(void **state) {
    (void)state;
    const eesi_stock_params p = params();
    eesi_stock x;
    ees_predictive f;
    eesi_stock_start(&x, &p, &GRID);
    eesi_stock_advance(&x, &p, 1000);
    const double size = 3000.0, sd = sqrt(0.15 * 0.15 + 2.5 / size);
    eesi_stock_predict(&x, &p, size, &f);
    for (int s = 480; s < 600; s += 5)
        assert_close(1.0 - ees_predictive_cdf(&f, s - 1), gsl_cdf_tdist_Q(log(size / tail(&x, s)) / sd, 5.0), 1e-9);
}

static void test_model_file_is_checked(void **state) {
    (void)state;
    char *path = test_source_path("models/default.json");
    ees_error err;
    ees_model *model;
    assert_int_equal(eesi_model_read(&model, NULL, path, &err), 0);
    assert_string_equal(eesi_model_name(model), "default");
    assert_int_equal(strlen(eesi_model_sha256(model)), 64);
    assert_true(strtol(eesi_model_fitted_until(model), NULL, 10) >= 396); /* a refit is no fault */
    eesi_model_free(model);
    free(path);
    assert_int_equal(eesi_model_read(&model, NULL, "/nonexistent/model.json", &err), EES_ERR_NOTFOUND);
    assert_null(model);
    eesi_model_free(NULL);
}

static int load_text(const char *text, ees_error *err) {
    char *dir = test_make_dir(), path[512];
    ees_model *model;
    snprintf(path, sizeof path, "%s/m.json", dir);
    test_write_file(path, text);
    const int rc = eesi_model_read(&model, NULL, path, err);
    eesi_model_free(model);
    test_remove_tree(dir);
    free(dir);
    return rc;
}

static void test_bad_model_files(void **state) {
    (void)state;
    ees_error err;
    assert_int_equal(load_text("{\"name\":\"x\",\"streams\":[]}", &err), 0);
    assert_int_equal(load_text("{\"name\":\"x\"}", &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "streams"));
    assert_int_equal(load_text("{\"name\":\"x\",\"streams\":[{\"program\":\"CEC\",\"restart_days\":0,\"stock_flow\":"
                               "{\"lowest_score\":0,\"highest_score\":900,\"centre_score\":500}}]}",
                               &err),
                     EES_ERR_DATA);
    assert_non_null(strstr(err.message, "stream CEC"));
    assert_int_equal(load_text("{\"name\":\"x\",\"streams\":[{\"program\":\"CEC\",\"restart_days\":0,\"stock_flow\":"
                               "{\"lowest_score\":470,\"highest_score\":600,\"centre_score\":500,"
                               "\"arrivals_per_day\":-1}}]}",
                               &err),
                     EES_ERR_DATA);
    assert_non_null(strstr(err.message, "arrivals_per_day"));
    assert_int_equal(load_text("{\"name\":\"x\",\"streams\":[],\"excluded_rounds\":[176]}", &err), EES_ERR_DATA);
    assert_int_equal(load_text("{\"name\":\"x\",\"streams\":[],\"shock\":{\"date\":\"2025-03-25\"}}", &err),
                     EES_ERR_DATA);
}

/* Size unknown, an unknown program and a program without history are gaps, not guesses. */
static void test_questions_without_an_answer(void **state) {
    (void)state;
    char *path = test_source_path("models/default.json");
    ees_model *model;
    assert_int_equal(eesi_model_read(&model, NULL, path, NULL), 0);
    free(path);
    static ees_programs programs = {.count = 2, .programs = {{.code = "CEC"}, {.code = "EDU"}}};
    ees_round rounds[2] = {{.number = "1", .program = 0, .date = 20000, .size = 3000, .cutoff = 522},
                           {.number = "2", .program = 0, .date = 20014, .size = 3000, .cutoff = 520}};
    const ees_history history = {.round_count = 2, .rounds = rounds};
    const ees_forecaster f = eesi_stock_flow_forecaster(model);
    ees_question q = {.history = &history, .programs = &programs, .known = {2, 0}, .date = 20028, .size = 3000};
    ees_predictive out;
    assert_int_equal(f.forecast(f.self, &q, &out, NULL), 0);
    assert_true(abs(ees_predictive_median(&out) - 520) < 10);
    q.size = EES_COUNT_NONE;
    assert_int_equal(f.forecast(f.self, &q, &out, NULL), EES_ERR_NOTFOUND);
    q.size = 3000;
    q.program = 1;
    assert_int_equal(f.forecast(f.self, &q, &out, NULL), EES_ERR_NOTFOUND);
    q.program = EES_PROGRAM_NONE;
    assert_int_equal(f.forecast(f.self, &q, &out, NULL), EES_ERR_NOTFOUND);
    q.program = 0;
    q.known.round_count = 0;
    assert_int_equal(f.forecast(f.self, &q, &out, NULL), EES_ERR_NOTFOUND);
    eesi_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stock_counts_arrivals_and_loss),
        cmocka_unit_test(test_round_clears_and_corrects),
        cmocka_unit_test(test_forecast_is_a_distribution_about_the_tail),
        cmocka_unit_test(test_forecast_error_is_students_t),
        cmocka_unit_test(test_model_file_is_checked),
        cmocka_unit_test(test_bad_model_files),
        cmocka_unit_test(test_questions_without_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
