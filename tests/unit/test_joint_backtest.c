/* The backtest of joint forecasts, with a model whose answers are known in closed form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "eval/backtest.h"
#include "forecasters.h"
#include "models/forecaster.h"
#include "models/predictive.h"
#include "test_support.h"
#include "test_world.h"

static const char policy[] = "{\"schema\":\"eesim.policy/1\",\"name\":\"plain\","
                             "\"default\":{\"calendar\":\"learned\",\"size\":\"learned\"}}";

/* CEC rounds since #364, as `request` and `options` say. */
static void ask_about_cec(eesi_joint_request *request, eesi_backtest_options *options) {
    eesi_backtest_options_init(options);
    options->programs = 1U << ees_programs_find(&test_shipped.programs, "CEC");
    options->first_round = ees_history_find(&test_shipped.history, "364");
    eesi_joint_request_init(request);
    request->history = &test_shipped.history;
    request->programs = &test_shipped.programs;
    request->calendar = &test_shipped.calendar;
    request->policy_file = "plain";
    request->policy_text = policy;
    request->models = &test_by_size;
    request->model_count = 1;
    request->options = options;
}

static const ees_round *round_at(int position) {
    return &test_shipped.history.rounds[position];
}

/*
 * Without annual totals the draws follow the exact distribution of days. Seed 1, 4,000 futures: the log of a share p
 * has a standard error of sqrt((1 - p) / (4000 p)); five of them, ten rounds: false alarms once in 200,000 seeds.
 */
static void days_follow_the_exact_distribution(void **state) {
    (void)state;
    eesi_joint_request request;
    eesi_backtest_options options;
    ees_backtest cutoffs;
    ees_error err;
    ask_about_cec(&request, &options);
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), 0);
    assert_int_equal(cutoffs.round_count, 10);
    for (size_t i = 0; i < cutoffs.round_count; i++) {
        const ees_round *round = round_at(cutoffs.rounds[i]);
        double exact = cutoffs.joint[i].calendar.date_own, p = exp(exact);
        assert_close(cutoffs.joint[i].day, exact, 5.0 * sqrt((1.0 - p) / (4000.0 * p)));
        assert_true(cutoffs.joint[i].within > 0.8 && cutoffs.joint[i].within <= 1.0);
        assert_true(cutoffs.joint[i].day_median >= cutoffs.joint[i].calendar.from &&
                    cutoffs.joint[i].day_same_gap >= cutoffs.joint[i].calendar.from);
        assert_true(cutoffs.joint[i].calendar.from <= round->date);
        assert_true(cutoffs.joint[i].size < 0.0 && cutoffs.joint[i].size > -10.0);
    }
    ees_backtest_free(&cutoffs);
}

/* Rows of #396: gap and size of #392 again, and the other columns as the public functions answer. */
static void columns_are_what_they_say(void **state) {
    (void)state;
    eesi_joint_request request;
    eesi_backtest_options options;
    ees_backtest cutoffs, last;
    ees_error err;
    ask_about_cec(&request, &options);
    options.first_round = ees_history_find(&test_shipped.history, "396");
    request.replicates = 500;
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), 0);
    assert_int_equal(cutoffs.round_count, 1);
    assert_int_equal(cutoffs.joint[0].calendar.from, ees_date_from_civil(2026, 1, 22));
    assert_int_equal(cutoffs.joint[0].day_same_gap, ees_date_from_civil(2026, 2, 4)); /* 7 to 21 January: 14 days */
    assert_int_equal(cutoffs.joint[0].size_last, 6000);
    assert_int_equal(ees_backtest_at(&cutoffs, 0, EES_JOINT_SAME_AGAIN)->score.median, 1000 - 600);
    size_t rivals;
    const ees_forecaster *rival = eesi_rivals(&rivals);
    while (strcmp(rival->name, "last") != 0)
        rival++;
    assert_int_equal(
        eesi_backtest_models(&last, &test_shipped.history, &test_shipped.programs, rival, 1, &options, &err), 0);
    assert_close(ees_backtest_at(&cutoffs, 0, EES_JOINT_LAST)->score.crps, last.rows[0].score.crps, 1e-12);
    /* This model looks at the size alone, so not knowing the day changes little; 500 draws against 24 quantiles. */
    assert_close(ees_backtest_at(&cutoffs, 0, EES_JOINT_BOTH_UNKNOWN)->score.mean,
                 ees_backtest_at(&cutoffs, 0, EES_JOINT_SIZE_UNKNOWN)->score.mean, 40.0);
    ees_backtest_free(&last);
    ees_backtest_free(&cutoffs);
}

/* A model that keeps what it was asked: this program asks on one thread. */
typedef struct spy {
    ees_question asked[2000];
    size_t count;
} spy;

static int listen(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    spy *heard = *(spy *const *)self;
    (void)err;
    assert_true(heard->count < sizeof heard->asked / sizeof *heard->asked);
    heard->asked[heard->count++] = *question;
    eesi_predictive_point(predictive, 500);
    return EES_OK;
}

/* #392 of 2026-01-21, 6,000; before it #390 of 2026-01-07, 8,000, and #387 of 2025-12-16. */
static void columns_ask_what_they_say(void **state) {
    (void)state;
    static spy heard;
    spy *const ear = &heard;
    const ees_forecaster model = {.name = "spy", .about = "", .self = &ear, .forecast = listen};
    const ees_date held = ees_date_from_civil(2026, 1, 21), origin = ees_date_from_civil(2026, 1, 8);
    const ees_known then = ees_history_before(&test_shipped.history, held, false),
                    early = ees_history_before(&test_shipped.history, origin, false);
    eesi_joint_request request;
    eesi_backtest_options options;
    ees_backtest cutoffs;
    ees_error err;
    ask_about_cec(&request, &options);
    options.first_round = options.last_round = ees_history_find(&test_shipped.history, "392");
    options.hindsight = options.size_unknown = true; /* not looked at */
    request.models = &model;
    request.replicates = 200;
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), 0);
    assert_int_equal(cutoffs.joint[0].size_last, 8000);
    size_t day_known = 0, same_again = 0, both_unknown = 0;
    for (size_t i = 0; i < heard.count; i++) {
        const ees_question *q = &heard.asked[i];
        const bool is_early = q->known.round_count == early.round_count;
        assert_false(q->hindsight);
        assert_true(is_early || q->known.round_count == then.round_count);
        assert_int_equal(q->known.snapshot_count, is_early ? early.snapshot_count : then.snapshot_count);
        assert_true(q->date >= origin && (is_early || q->date == held));
        day_known += !is_early;
        same_again += is_early && q->date == ees_date_from_civil(2026, 1, 29) && q->size == 8000;
        both_unknown += is_early;
    }
    assert_in_range(day_known, 10, 24); /* equally likely sizes */
    assert_true(same_again >= 1 && both_unknown > 20);
    assert_int_equal(ees_backtest_at(&cutoffs, 0, EES_JOINT_SAME_AGAIN)->score.median, 500);
    ees_backtest_free(&cutoffs);
}

/* A size that is always right is forecast as surely as so many futures with the round can; other seeds, other days. */
static void sizes_and_seeds(void **state) {
    (void)state;
    double day[2] = {0};
    for (int seed = 1; seed <= 2; seed++) {
        eesi_joint_request request;
        eesi_backtest_options options;
        ees_backtest cutoffs;
        ees_error err;
        ask_about_cec(&request, &options);
        options.first_round = ees_history_find(&test_shipped.history, "396");
        request.policy_text =
            "{\"schema\":\"eesim.policy/1\",\"programs\":{\"CEC\":{\"calendar\":\"learned\",\"size\":6000}}}";
        request.horizon_days = 20;
        request.replicates = 100;
        request.seed = (uint64_t)seed;
        assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), 0);
        const double drawn = cutoffs.joint[0].within * 100;
        assert_true(drawn > 10 && drawn < 90);
        assert_close(cutoffs.joint[0].size, log((drawn + 0.5) / (drawn + 1)), 1e-12);
        day[seed - 1] = cutoffs.joint[0].within + 10 * cutoffs.joint[0].day_median;
        ees_backtest_free(&cutoffs);
    }
    assert_true(fabs(day[0] - day[1]) > 1e-9);
}

static bool stop_at_once(void *user, uint64_t done, uint64_t total) {
    (void)total;
    *(uint64_t *)user = done;
    return false;
}

static void refusals_and_interruptions(void **state) {
    (void)state;
    eesi_joint_request request;
    eesi_backtest_options options;
    ees_backtest cutoffs;
    ees_error err;
    uint64_t done = 0;
    ask_about_cec(&request, &options);
    request.model_count = 0;
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), EES_ERR_RANGE);
    ask_about_cec(&request, &options);
    request.models = &test_failing;
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), EES_ERR_NUMERIC);
    ees_backtest_free(&cutoffs);
    ask_about_cec(&request, &options);
    options.programs = 1U << ees_programs_find(&test_shipped.programs, "EDU"); /* two rounds only */
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), EES_ERR_NOTFOUND);
    ees_backtest_free(&cutoffs);
    ask_about_cec(&request, &options);
    request.replicates = 10;
    options.progress = &(ees_progress){stop_at_once, &done};
    assert_int_equal(eesi_backtest_joint(&cutoffs, &request, &err), EES_ERR_INTERRUPTED);
    assert_int_equal(done, 1);
    ees_backtest_free(&cutoffs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_follow_the_exact_distribution), cmocka_unit_test(columns_are_what_they_say),
        cmocka_unit_test(columns_ask_what_they_say),          cmocka_unit_test(sizes_and_seeds),
        cmocka_unit_test(refusals_and_interruptions),
    };
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
