/* Forecasts without a size, and without a date: against models whose answers are known in closed form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "calendar/calendar.h"
#include "eval/backtest.h"
#include "forecast/coming.h"
#include "forecasters.h"
#include "models/forecaster.h"
#include "models/predictive.h"
#include "models/stock_flow.h"
#include "policy/policy.h"
#include "predict/size_unknown.h"
#include "test_support.h"
#include "test_world.h"

static ees_date from;

static int load(void **state) {
    from = ees_date_from_civil(2026, 2, 18);
    return test_shipped_open(state);
}

/* A model whose cut-off is the number of rounds of the program that were known. */
static int by_rounds(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)err;
    int rounds = 0;
    for (size_t i = 0; i < question->known.round_count; i++)
        rounds += question->history->rounds[i].program == question->program;
    eesi_predictive_point(predictive, rounds);
    return EES_OK;
}

static ees_question question_of(int64_t size) {
    ees_question question = {.history = &test_shipped.history,
                             .programs = &test_shipped.programs,
                             .known = ees_history_before(&test_shipped.history, from, false),
                             .program = ees_programs_find(&test_shipped.programs, "CEC"),
                             .date = from + 13,
                             .size = size};
    return question;
}

static void mixes_over_sizes(void **state) {
    (void)state;
    ees_forecaster models[] = {test_no_answer, test_by_size};
    eesi_size_guess guess = {&test_shipped.calendar, models, 2};
    ees_forecaster mixture = eesi_size_unknown_forecaster(&guess);
    ees_question question = question_of(EES_COUNT_NONE);
    eesi_calendar *learned = NULL;
    ees_predictive mixed;
    ees_error err;
    assert_int_equal(mixture.forecast(mixture.self, &question, &mixed, &err), 0);
    assert_int_equal(eesi_calendar_create(&learned, &test_shipped.calendar, &test_shipped.programs,
                                          &test_shipped.history, question.known, question.date, &err),
                     0);
    eesi_size_context context = eesi_calendar_size_context(learned, question.program, question.date);
    for (int64_t size = 500; size <= 8000; size += 500) { /* P(cut-off >= s) is P(size <= 10 (1000 - s)) */
        double exact = eesi_calendar_size_cdf(learned, question.program, &context, size);
        double got = 1 - ees_predictive_cdf(&mixed, 999 - (int)(size / 10));
        assert_close(got, exact, 0.55 / 24); /* 24 equally likely sizes, each in the middle of its step */
    }
    eesi_calendar_destroy(learned);
    question = question_of(4000);
    assert_int_equal(mixture.forecast(mixture.self, &question, &mixed, &err), 0);
    assert_close(mixed.p[600], 1, 1e-12);
}

static void no_answer_and_errors_pass(void **state) {
    (void)state;
    ees_forecaster models[] = {test_no_answer, test_failing};
    eesi_size_guess guess = {&test_shipped.calendar, models, 1};
    ees_forecaster mixture = eesi_size_unknown_forecaster(&guess);
    ees_question question = question_of(EES_COUNT_NONE);
    ees_predictive mixed;
    ees_error err;
    assert_int_equal(mixture.forecast(mixture.self, &question, &mixed, &err), EES_ERR_NOTFOUND);
    guess.model_count = 2;
    assert_int_equal(mixture.forecast(mixture.self, &question, &mixed, &err), EES_ERR_NUMERIC);
    guess.model_count = 1;
    question.known.round_count = 0;
    assert_int_equal(mixture.forecast(mixture.self, &question, &mixed, &err), EES_ERR_NOTFOUND);
}

/* A model of odd days: 700, and nothing else. */
static int on_odd_days(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    if (question->date % 2 == 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "an even day");
    eesi_predictive_point(predictive, 700);
    return EES_OK;
}

/* What the first model leaves open goes to the second, and only that. */
static void models_share_a_sweep(void **state) {
    (void)state;
    const ees_forecaster models[] = {{.name = "odd", .about = "", .forecast = on_odd_days}, test_by_size};
    const eesi_size_guess guess = {&test_shipped.calendar, models, 2};
    const ees_forecaster mixture = eesi_size_unknown_forecaster(&guess);
    ees_question questions[4];
    ees_predictive answers[4];
    int statuses[4];
    for (int i = 0; i < 4; i++) {
        questions[i] = question_of(i == 3 ? 4000 : EES_COUNT_NONE);
        questions[i].date = from + 13 + i;
    }
    assert_int_equal(mixture.sweep(mixture.self, questions, 4, answers, statuses, NULL), 0);
    for (int i = 0; i < 4; i++) {
        ees_predictive alone;
        assert_int_equal(statuses[i], 0);
        assert_int_equal(mixture.forecast(mixture.self, &questions[i], &alone, NULL), 0);
        assert_memory_equal(&alone, &answers[i], sizeof alone);
        assert_true(questions[i].date % 2 ? answers[i].p[700] > 0.99 : answers[i].p[700] < 0.5);
    }
}

/* The mixture with a real model beats each naive rival on CEC rounds when the size is not known. */
static void beats_rivals_without_size(void **state) {
    (void)state;
    ees_error err;
    ees_forecaster stock_flow = eesi_stock_flow_forecaster(test_shipped.model), list[12];
    eesi_size_guess guess = {&test_shipped.calendar, &stock_flow, 1};
    size_t rivals, count = 1;
    const ees_forecaster *rival = eesi_rivals(&rivals);
    list[0] = eesi_size_unknown_forecaster(&guess);
    for (size_t i = 0; i < rivals && count < 12; i++)
        list[count++] = rival[i];
    eesi_backtest_options options;
    eesi_backtest_options_init(&options);
    options.programs = (ees_program_set)1 << ees_programs_find(&test_shipped.programs, "CEC");
    options.first_round = ees_history_find(&test_shipped.history, "317");
    options.size_unknown = true;
    ees_backtest backtest;
    assert_int_equal(
        eesi_backtest_models(&backtest, &test_shipped.history, &test_shipped.programs, list, count, &options, &err), 0);
    ees_score_summary own, other;
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &own, &err), 0);
    assert_int_equal(own.count, 22);
    for (size_t m = 1; m < count; m++) {
        assert_int_equal(ees_backtest_summarise(&backtest, m, 0, false, &other, &err), 0);
        print_message("CEC, size unknown: CRPS %.2f, %s %.2f\n", own.crps, list[m].name, other.crps);
        assert_true(own.crps < other.crps);
    }
    ees_backtest_free(&backtest);
}

static ees_policy *policy_of(const char *text, int days) {
    const ees_policy_world world = test_policy_world(from, from + days);
    ees_policy *policy = NULL;
    ees_error err;
    if (eesi_policy_bind(&policy, "test", text, &world, &err))
        fail_msg("%s", err.message);
    return policy;
}

static eesi_forecast_request request_of(const ees_policy *policy, const ees_forecaster *models, size_t count) {
    eesi_forecast_request request;
    eesi_forecast_request_init(&request);
    request.history = &test_shipped.history;
    request.programs = &test_shipped.programs;
    request.known = ees_history_before(&test_shipped.history, from, false);
    request.program_set = (ees_program_set)1 << ees_programs_find(&test_shipped.programs, "CEC");
    request.policy = policy;
    request.models = request.later_models = models;
    request.model_count = request.later_model_count = count;
    request.replicates = 2000;
    request.later_replicates = 300;
    return request;
}

/* With few sizes every future has a group of its own, so size and cut-off must belong together exactly. */
static void draws_are_joint(void **state) {
    (void)state;
    ees_forecaster model = test_by_size;
    ees_policy *policy = policy_of("{\"schema\":\"eesim.policy/1\",\"programs\":{\"CEC\":{\"calendar\":14,"
                                   "\"size\":\"empirical(8)\"}}}",
                                   100);
    eesi_forecast_request request = request_of(policy, &model, 1);
    ees_forecast_answer forecast;
    ees_error err;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), 0);
    assert_int_equal(forecast.count, 1);
    const ees_forecast_round *round = &forecast.rounds[0];
    assert_close(round->within, 1, 0);
    assert_string_equal(round->model, "size");
    assert_int_equal(round->count, 2000);
    for (size_t i = 0; i < round->count; i++) {
        assert_int_equal(round->date[i], from + 13); /* 2026-03-03 */
        assert_int_equal(round->cutoff[i], 1000 - round->size[i] / 10);
    }
    double sum = 0;
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        sum += round->cutoff_pmf.p[s];
    assert_close(sum, 1, 1e-9);
    ees_forecast_answer_free(&forecast);
    ees_forecast_answer_free(&forecast);
    eesi_policy_destroy(policy);
}

/* The n-th round is forecast with n - 1 rounds more in the history, held as drawn. */
static void later_rounds_know_the_earlier(void **state) {
    (void)state;
    ees_forecaster model = {"rounds", "", false, NULL, by_rounds, NULL};
    ees_policy *policy = policy_of("{\"schema\":\"eesim.policy/1\"}", 150);
    eesi_forecast_request request = request_of(policy, &model, 1);
    request.rounds = 4;
    ees_forecast_answer forecast;
    ees_error err;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), 0);
    assert_int_equal(forecast.count, 4);
    int known = 0;
    for (size_t i = 0; i < test_shipped.history.round_count; i++)
        known += test_shipped.history.rounds[i].program == forecast.rounds[0].program;
    for (size_t r = 0; r < 4; r++) {
        const ees_forecast_round *round = &forecast.rounds[r];
        assert_int_equal(round->round, r + 1);
        assert_true(r == 0 || round->within <= forecast.rounds[r - 1].within + 0.06);
        for (size_t i = 0; i < round->count; i++)
            assert_int_equal(round->cutoff[i], known + (int)r);
        double levels[2] = {0.1, 0.9};
        ees_date dates[2];
        int64_t sizes[2];
        int cutoffs[2];
        assert_int_equal(ees_forecast_quantiles(round, levels, 2, dates, sizes, cutoffs, &err), 0);
        assert_true(dates[0] >= from && dates[0] <= dates[1]);
        assert_true(sizes[0] >= 1 && sizes[0] <= sizes[1]);
        assert_int_equal(cutoffs[0], known + (int)r);
    }
    ees_forecast_answer_free(&forecast);
    eesi_policy_destroy(policy);
}

/* What by_last() says of a round: a mark of the one before it. */
static int mark_of(int cutoff, int64_t size, int days) {
    return (int)((7 * cutoff + size + 31 * days) % 1009);
}

/* A model that looks at the last round of the program alone. Of a round to come it has an answer for two sizes in
 * three, and no digest of the data may mark them as published ones. */
static int by_last(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    const size_t published = *(const size_t *)self;
    const ees_round *last = &question->history->rounds[question->known.round_count - 1];
    while (last->program != question->program)
        last--;
    if (question->known.round_count > published && !question->history->invented)
        return ees_error_set(err, EES_ERR_NUMERIC, "rounds to come under the digest of published ones");
    if (question->known.round_count > published && question->size % 3 == 1)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no answer for this size");
    eesi_predictive_point(predictive, mark_of(last->cutoff, last->size, question->date - last->date));
    return EES_OK;
}

/* Place of a replicate among the draws of a round; count when it has none. */
static size_t draw_of(const ees_forecast_round *round, uint64_t replicate) {
    size_t i = 0;
    while (i < round->count && round->replicate[i] != replicate)
        i++;
    return i;
}

static void a_later_round_finds_the_one_held_before(void **state) {
    (void)state;
    const size_t published = test_shipped.history.round_count;
    ees_forecaster model = {.name = "last", .about = "", .self = &published, .forecast = by_last};
    ees_policy *policy = policy_of("{\"schema\":\"eesim.policy/1\"}", 150);
    eesi_forecast_request request = request_of(policy, &model, 1);
    request.rounds = 3;
    ees_forecast_answer forecast;
    ees_error err;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), 0);
    assert_int_equal(forecast.count, 3);
    for (size_t r = 1; r < 3; r++) {
        const ees_forecast_round *round = &forecast.rounds[r], *before = &forecast.rounds[r - 1];
        size_t silent = 0;
        double sum = 0;
        assert_close(round->within, (double)round->count / 300, 1e-12);
        for (size_t i = 0; i < round->count; i++) {
            const size_t j = draw_of(before, round->replicate[i]);
            assert_true(round->replicate[i] < 300 && j < before->count);
            const bool answered = before->cutoff[j] != EES_SCORE_NONE && round->size[i] % 3 != 1;
            const int want = mark_of(before->cutoff[j], before->size[j], round->date[i] - before->date[j]);
            assert_int_equal(round->cutoff[i], answered ? want : EES_SCORE_NONE);
            silent += !answered;
        }
        for (int score = 0; score < EES_SCORE_COUNT; score++)
            sum += round->cutoff_pmf.p[score];
        assert_true(silent > 50 && silent < round->count);
        assert_close(sum, 1, 1e-9);
    }
    ees_forecast_answer_free(&forecast);
    eesi_policy_destroy(policy);
}

/* Cut-offs evenly from 100 to 899, moved by the days to the round. */
static int by_day(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)err;
    memset(predictive, 0, sizeof *predictive);
    for (int score = 0; score < 800; score++)
        predictive->p[100 + question->date - from + score] = 1.0 / 800;
    return EES_OK;
}

/* First rounds are forecast for groups of alike days, which may move their mean little; and every program draws its
 * cut-offs with numbers of its own. */
static void first_rounds_are_of_their_day_and_program(void **state) {
    (void)state;
    ees_forecaster model = {.name = "day", .about = "", .forecast = by_day};
    ees_policy *policy = policy_of("{\"schema\":\"eesim.policy/1\"}", 150);
    eesi_forecast_request request = request_of(policy, &model, 1);
    request.program_set |= (ees_program_set)1 << ees_programs_find(&test_shipped.programs, "PNP");
    ees_forecast_answer forecast;
    ees_error err;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), 0);
    assert_int_equal(forecast.count, 2);
    double apart = 0, pairs = 0;
    for (size_t p = 0; p < 2; p++) {
        const ees_forecast_round *round = &forecast.rounds[p];
        double days = 0;
        for (size_t i = 0; i < round->count; i++) {
            const size_t j = draw_of(&forecast.rounds[1], round->replicate[i]);
            days += round->date[i] - from;
            if (p == 0 && j < forecast.rounds[1].count) {
                apart += fabs((double)round->cutoff[i] - forecast.rounds[1].cutoff[j]);
                pairs++;
            }
        }
        days /= (double)round->count;
        print_message("%zu: %.2f days, moved by %.2f\n", p, days, ees_predictive_mean(&round->cutoff_pmf) - 499.5);
        assert_close(ees_predictive_mean(&round->cutoff_pmf) - 499.5, days, 1.5);
    }
    /* Two independent numbers up to 800 are a third of it apart, sd 0.236; n about 1,950, five standard errors. */
    assert_true(pairs > 1500);
    assert_close(apart / pairs / 800, 1.0 / 3, 5 * 0.236 / sqrt(pairs) + 0.01);
    ees_forecast_answer_free(&forecast);
    eesi_policy_destroy(policy);
}

/* A quantile is the first value that more than its share of the draws does not exceed. */
static void quantiles_of_four_draws(void **state) {
    (void)state;
    ees_date date[4] = {40, 10, 30, 20}, dates[4];
    int32_t size[4] = {3, 4, 1, 2};
    const ees_forecast_round round = {.count = 4, .date = date, .size = size};
    const double levels[4] = {0, 0.49, 0.5, 1};
    int64_t sizes[4];
    int cutoffs[4];
    ees_error err;
    assert_int_equal(ees_forecast_quantiles(&round, levels, 4, dates, sizes, cutoffs, &err), 0);
    static const int places[4] = {1, 2, 3, 4};
    for (int l = 0; l < 4; l++) {
        assert_int_equal(dates[l], 10 * places[l]);
        assert_int_equal(sizes[l], places[l]);
        assert_int_equal(cutoffs[l], EES_SCORE_NONE); /* no model had an answer */
    }
}

static void every_program_without_answers(void **state) {
    (void)state;
    ees_forecaster model = test_no_answer;
    ees_policy *policy = policy_of("{\"schema\":\"eesim.policy/1\"}", 90);
    eesi_forecast_request request = request_of(policy, &model, 1);
    request.program_set = 0;
    request.rounds = 2;
    ees_forecast_answer forecast;
    ees_error err;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), 0);
    assert_true(forecast.count > 8);
    for (size_t i = 0; i < forecast.count; i++) {
        assert_null(forecast.rounds[i].model);
        assert_int_equal(forecast.rounds[i].cutoff[0], EES_SCORE_NONE);
    }
    ees_forecast_answer_free(&forecast);
    request.rounds = 0;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), EES_ERR_RANGE);
    request.rounds = 1;
    request.replicates = 0;
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), EES_ERR_RANGE);
    request = request_of(policy, &test_failing, 1);
    assert_int_equal(eesi_forecast_run(&forecast, &request, &err), EES_ERR_NUMERIC);
    eesi_policy_destroy(policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixes_over_sizes),
        cmocka_unit_test(no_answer_and_errors_pass),
        cmocka_unit_test(models_share_a_sweep),
        cmocka_unit_test(beats_rivals_without_size),
        cmocka_unit_test(draws_are_joint),
        cmocka_unit_test(later_rounds_know_the_earlier),
        cmocka_unit_test(a_later_round_finds_the_one_held_before),
        cmocka_unit_test(first_rounds_are_of_their_day_and_program),
        cmocka_unit_test(quantiles_of_four_draws),
        cmocka_unit_test(every_program_without_answers),
    };
    return cmocka_run_group_tests(tests, load, test_shipped_close);
}
