/* Backtests and fits as a caller of the library asks for them: a request on a context. */
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

static int setup(void **state) {
    ees_context *context;
    ees_error err;
    ees_context_options options;
    ees_context_options_init(&options);
    options.data_dir = EES_TEST_VINTAGE;
    options.models_dir = EES_TEST_SOURCE_DIR "/models";
    options.threads = 2;
    if (ees_context_create(&context, &options, &err))
        fail_msg("%s", err.message);
    *state = context;
    return 0;
}

static int teardown(void **state) {
    ees_context_destroy(*state);
    return 0;
}

/* CEC rounds #390, #392 and #396. */
static ees_backtest_request three_rounds(ees_context *context) {
    ees_error err;
    ees_backtest_request request;
    ees_backtest_request_init(&request);
    request.programs = 1U << ees_programs_find(ees_context_programs(context, &err), "CEC");
    request.first = "390";
    request.last = "396";
    request.models = "last,ridge";
    return request;
}

static void a_row_a_round_and_model(void **state) {
    ees_context *context = *state;
    ees_backtest_request request = three_rounds(context);
    ees_backtest backtest;
    ees_score_summary summary;
    ees_error err;
    assert_int_equal(ees_backtest_run(context, &request, &backtest, &err), 0);
    const ees_history *history = ees_context_history(context, &err);
    assert_int_equal(backtest.round_count, 3);
    assert_int_equal(backtest.model_count, 2);
    assert_string_equal(backtest.models[0], "last");
    assert_string_equal(backtest.models[1], "ridge");
    assert_int_equal(backtest.tie_break_count, 3);
    assert_null(backtest.joint);
    double error = 0.0;
    for (size_t i = 0; i < 3; i++) {
        const ees_backtest_row *row = ees_backtest_at(&backtest, i, 0);
        assert_int_equal(row->score.observed, history->rounds[backtest.rounds[i]].cutoff);
        error += fabs((double)(row->score.median - row->score.observed)) / 3;
    }
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &summary, &err), 0);
    assert_close(summary.mae, error, 1e-12);
    ees_backtest_free(&backtest);
}

static size_t rows_of(ees_context *context, const ees_backtest *backtest, ees_backtest_part part) {
    ees_table *table = NULL;
    ees_error err;
    assert_int_equal(ees_backtest_table(context, backtest, part, &table, &err), 0);
    const size_t rows = ees_table_rows(table);
    ees_table_destroy(table);
    return rows;
}

static void a_result_makes_tables(void **state) {
    ees_context *context = *state;
    ees_backtest_request request = three_rounds(context);
    ees_backtest backtest;
    ees_table *table = NULL;
    ees_error err;
    assert_int_equal(ees_backtest_run(context, &request, &backtest, &err), 0);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_ROUNDS), 6);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_SUMMARY), 2);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_DIFFERENCES), 1);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_BESIDE), 1);
    ees_backtest_free(&backtest);
    request.models = NULL;
    request.calendar = true;
    assert_int_equal(ees_backtest_run(context, &request, &backtest, &err), 0);
    assert_int_equal(backtest.round_count, 3);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_ROUNDS), 3);
    assert_int_equal(rows_of(context, &backtest, EES_BACKTEST_SUMMARY), 1);
    assert_int_equal(ees_backtest_table(context, &backtest, EES_BACKTEST_BESIDE, &table, &err), EES_ERR_RANGE);
    assert_null(table);
    ees_backtest_free(&backtest);
}

static void refused(ees_context *context, const ees_backtest_request *request, const char *says) {
    ees_backtest backtest;
    ees_error err;
    assert_int_equal(ees_backtest_run(context, request, &backtest, &err), EES_ERR_RANGE);
    if (!strstr(err.message, says))
        fail_msg("'%s' does not say '%s'", err.message, says);
    ees_backtest_free(&backtest);
}

static void what_would_be_ignored_is_refused(void **state) {
    ees_context *context = *state;
    const ees_backtest_request plain = three_rounds(context);
    ees_backtest_request request = plain;
    request.calendar = true; /* with a list of models */
    refused(context, &request, "days and sizes");
    request = plain;
    request.size_unknown = request.date_unknown = true;
    refused(context, &request, "one of the two");
    request = plain;
    request.policy_file = "learned.json";
    refused(context, &request, "where the day is unknown");
    request = plain;
    request.date_unknown = true;
    request.replicates = 0;
    refused(context, &request, "needs futures");
    request = plain;
    request.first = "9999";
    refused(context, &request, "no round has the number '9999'");
    request = plain;
    request.models = "last,nope";
    refused(context, &request, "'nope'");
}

static bool stop(void *user, uint64_t done, uint64_t total) {
    *(uint64_t *)user = total;
    return done < 2;
}

static void long_work_can_be_stopped(void **state) {
    ees_context *context = *state;
    uint64_t total = 0;
    const ees_progress progress = {stop, &total};
    ees_backtest_request request = three_rounds(context);
    ees_fit_request fit;
    ees_backtest backtest;
    char *text = NULL;
    ees_error err;
    ees_fit_request_init(&fit);
    fit.program = ees_programs_find(ees_context_programs(context, &err), "CEC");
    fit.until = "359";
    fit.starts = 1;
    fit.evaluations = 50;
    ees_context_listen(context, &progress);
    assert_int_equal(ees_backtest_run(context, &request, &backtest, &err), EES_ERR_INTERRUPTED);
    assert_int_equal(total, 6);
    assert_int_equal(ees_fit(context, &fit, &text, &err), EES_ERR_INTERRUPTED);
    assert_null(text);
    ees_context_listen(context, NULL);
    ees_backtest_free(&backtest);
    assert_int_equal(ees_backtest_run(context, &request, &backtest, &err), 0);
    ees_backtest_free(&backtest);
}

static void a_fit_that_cannot_be(void **state) {
    ees_context *context = *state;
    ees_fit_request request;
    char *text = NULL;
    ees_error err;
    ees_fit_request_init(&request);
    request.until = "9999";
    assert_int_equal(ees_fit(context, &request, &text, &err), EES_ERR_RANGE);
    request.section = EES_FIT_CALENDAR;
    request.until = "199"; /* before the first round of the calendar's fit */
    assert_int_equal(ees_fit(context, &request, &text, &err), EES_ERR_RANGE);
    request.section = EES_FIT_STREAMS;
    request.until = NULL;
    request.program = ees_programs_find(ees_context_programs(context, &err), "EDU"); /* no stream of its own */
    assert_int_equal(ees_fit(context, &request, &text, &err), EES_ERR_RANGE);
    assert_null(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_a_round_and_model),
        cmocka_unit_test(a_result_makes_tables),
        cmocka_unit_test(what_would_be_ignored_is_refused),
        cmocka_unit_test(long_work_can_be_stopped),
        cmocka_unit_test(a_fit_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
