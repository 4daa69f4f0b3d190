#include "eval/backtest.h"
#include "models/predictive.h"
#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"

enum { ROUNDS = 12, SNAPSHOTS = 2, A = 0, B = 1 };

/* Twelve rounds, a week apart, A and B in turn; cut-offs 500, 501 ...; pools published with rounds 4 and 8. */
typedef struct fixture {
    ees_round rounds[ROUNDS];
    ees_snapshot snapshots[SNAPSHOTS];
    ees_history history;
    ees_programs programs;
} fixture;

static void set_up(fixture *f) {
    memset(f, 0, sizeof *f);
    for (int i = 0; i < ROUNDS; i++) {
        ees_round *round = &f->rounds[i];
        snprintf(round->number, sizeof round->number, "%d", (i + 1) % 1000);
        round->program = i % 2 == 0 ? A : B;
        round->date = 20000 + 7 * i;
        round->size = 1000 + 100 * i;
        round->cutoff = 500 + i;
        round->tie_break = round->held_at = EES_TIME_NONE;
        round->snapshot = EES_SNAPSHOT_NONE;
    }
    for (int i = 0; i < SNAPSHOTS; i++) {
        ees_snapshot *snapshot = &f->snapshots[i];
        snapshot->first_round = 4 + 4 * i;
        snapshot->as_of = f->rounds[snapshot->first_round].date;
        snapshot->bands = test_bands;
        snapshot->leaf[1] = 10000;
        snapshot->total = 10000;
    }
    f->history = (ees_history){
        .round_count = ROUNDS, .rounds = f->rounds, .snapshot_count = SNAPSHOTS, .snapshots = f->snapshots};
    f->programs.count = 2;
}

/* Forecasts the number of known rounds and pools as the score 100 * pools + rounds. */
static int forecast_knowledge(const void *self, const ees_question *question, ees_predictive *predictive,
                              ees_error *err) {
    (void)self;
    (void)err;
    eesi_predictive_point(predictive, 100 * (int)question->known.snapshot_count + (int)question->known.round_count);
    return 0;
}

static int forecast_500(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    if (question->program == B)
        return ees_error_set(err, EES_ERR_NOTFOUND, "B is unknown to this model");
    return eesi_predictive_from_normal(predictive, 500.0, 3.0, 0, EES_SCORE_MAX, err);
}

static int never_works(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)predictive;
    return ees_error_set(err, EES_ERR_NUMERIC, "failed on day %d", (int)question->date);
}

static int sweep_500(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                     int *statuses, ees_error *err) {
    for (size_t i = 0; i < count; i++)
        statuses[i] = forecast_500(self, &questions[i], &predictives[i], err);
    return 0;
}

static const ees_forecaster knowledge = {"knowledge", "what is known", false, NULL, forecast_knowledge, NULL};
static const ees_forecaster normal = {"normal", "always 500", false, NULL, forecast_500, NULL};
static const ees_forecaster sweeping = {"sweeping", "always 500", false, NULL, forecast_500, sweep_500};
static const ees_forecaster failing = {"failing", "never works", false, NULL, never_works, NULL};

static int run(const fixture *f, const ees_forecaster *models, size_t count, const eesi_backtest_options *options,
               ees_backtest *backtest, ees_error *err) {
    return eesi_backtest_models(backtest, &f->history, &f->programs, models, count, options, err);
}

static void test_questions_know_only_the_past(void **state) {
    (void)state;
    fixture f;
    ees_backtest backtest;
    eesi_backtest_options options;
    set_up(&f);
    eesi_backtest_options_init(&options);
    for (int hindsight = 0; hindsight < 2; hindsight++) {
        options.hindsight = hindsight;
        assert_int_equal(run(&f, &knowledge, 1, &options, &backtest, NULL), 0);
        assert_int_equal(backtest.round_count, ROUNDS);
        for (int i = 0; i < ROUNDS; i++) {
            int pools = (i + hindsight > 4) + (i + hindsight > 8);
            assert_int_equal(ees_backtest_at(&backtest, (size_t)i, 0)->score.median, 100 * pools + i);
            assert_int_equal(ees_backtest_at(&backtest, (size_t)i, 0)->score.observed, 500 + i);
        }
        ees_backtest_free(&backtest);
    }
}

static void test_selection(void **state) {
    (void)state;
    fixture f;
    ees_backtest backtest;
    eesi_backtest_options options;
    const char *const skip[] = {"5"};
    set_up(&f);
    eesi_backtest_options_init(&options);
    options.programs = 1U << A;
    options.first_round = 2;
    options.last_round = 10;
    options.last_date = 20000 + 7 * 8;
    options.skip = skip;
    options.skip_count = 1;
    assert_int_equal(run(&f, &normal, 1, &options, &backtest, NULL), 0);
    assert_int_equal(backtest.round_count, 3); /* 2, 6, 8: 4 is skipped, 10 is too late */
    assert_int_equal(backtest.rounds[0], 2);
    assert_int_equal(backtest.rounds[1], 6);
    assert_int_equal(backtest.rounds[2], 8);
    ees_backtest_free(&backtest);
    options.first_date = 30000;
    ees_error err;
    assert_int_equal(run(&f, &normal, 1, &options, &backtest, &err), EES_ERR_NOTFOUND);
    ees_backtest_free(&backtest);
}

static void test_unmapped_rounds_are_left_out(void **state) {
    (void)state;
    fixture f;
    ees_backtest backtest;
    eesi_backtest_options options;
    set_up(&f);
    f.rounds[3].program = EES_PROGRAM_NONE;
    eesi_backtest_options_init(&options);
    assert_int_equal(run(&f, &knowledge, 1, &options, &backtest, NULL), 0);
    assert_int_equal(backtest.round_count, ROUNDS - 1);
    ees_backtest_free(&backtest);
}

static void test_gaps_and_common_rounds(void **state) {
    (void)state;
    fixture f;
    ees_backtest backtest;
    eesi_backtest_options options;
    ees_score_summary summary;
    ees_score_difference difference;
    const ees_forecaster models[] = {knowledge, normal};
    set_up(&f);
    eesi_backtest_options_init(&options);
    assert_int_equal(run(&f, models, 2, &options, &backtest, NULL), 0);
    assert_int_equal(ees_backtest_at(&backtest, 1, 1)->status, EES_ERR_NOTFOUND);
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &summary, NULL), 0);
    assert_int_equal(summary.count, 12);
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, true, &summary, NULL), 0);
    assert_int_equal(summary.count, 6);
    assert_int_equal(ees_backtest_summarise(&backtest, 1, 0, false, &summary, NULL), 0);
    assert_int_equal(summary.count, 6);
    assert_close(summary.mae, (0 + 2 + 4 + 6 + 8 + 10) / 6.0, 1e-12);
    assert_int_equal(ees_backtest_summarise(&backtest, 1, 1U << B, false, &summary, NULL), 0);
    assert_int_equal(summary.count, 0);
    assert_int_equal(ees_backtest_compare(&backtest, 1, 0, 0, &difference, NULL), 0);
    assert_int_equal(difference.count, 6);
    assert_true(difference.crps < 0.0);
    assert_int_equal(ees_backtest_compare(&backtest, 1, 2, 0, &difference, NULL), EES_ERR_RANGE);
    assert_int_equal(ees_backtest_summarise(&backtest, 2, 0, false, &summary, NULL), EES_ERR_RANGE);
    ees_backtest_free(&backtest);
}

static void test_threads_and_sweeps_change_nothing(void **state) {
    (void)state;
    fixture f;
    ees_backtest want, got;
    eesi_backtest_options options;
    const ees_forecaster one_by_one[] = {knowledge, normal}, swept[] = {knowledge, sweeping};
    set_up(&f);
    eesi_backtest_options_init(&options);
    options.threads = 1;
    assert_int_equal(run(&f, one_by_one, 2, &options, &want, NULL), 0);
    const int threads[] = {1, 2, 7, 0};
    for (int t = 0; t < 4; t++) {
        options.threads = threads[t];
        assert_int_equal(run(&f, swept, 2, &options, &got, NULL), 0);
        assert_memory_equal(want.rows, got.rows, 2 * ROUNDS * sizeof *want.rows);
        ees_backtest_free(&got);
    }
    ees_backtest_free(&want);
}

static bool stop_after_three(void *user, uint64_t done, uint64_t total) {
    (void)user;
    assert_int_equal(total, ROUNDS);
    return done < 3;
}

static void test_failures_stop_the_run(void **state) {
    (void)state;
    fixture f;
    ees_backtest backtest;
    eesi_backtest_options options;
    ees_error err;
    const ees_forecaster models[] = {normal, failing};
    set_up(&f);
    eesi_backtest_options_init(&options);
    options.threads = 1;
    assert_int_equal(run(&f, models, 2, &options, &backtest, &err), EES_ERR_NUMERIC);
    assert_string_equal(err.message, "failed on day 20000");
    ees_backtest_free(&backtest);
    options.progress = &(ees_progress){stop_after_three, NULL};
    assert_int_equal(run(&f, models, 1, &options, &backtest, &err), EES_ERR_INTERRUPTED);
    ees_backtest_free(&backtest);
    ees_backtest_free(&backtest);
    assert_int_equal(run(&f, models, 0, &options, &backtest, &err), EES_ERR_RANGE);
    ees_backtest_free(&backtest);
}

static void test_size_can_be_hidden(void **state) {
    (void)state;
    fixture f;
    size_t count;
    ees_backtest backtest;
    eesi_backtest_options options;
    set_up(&f);
    eesi_backtest_options_init(&options);
    options.size_unknown = true;
    const ees_forecaster *rivals = eesi_rivals(&count);
    assert_int_equal(run(&f, rivals, count, &options, &backtest, NULL), 0);
    for (int i = 2; i < ROUNDS; i++) { /* all but the uniform read-off, which has no pool before round 4 */
        for (size_t m = 0; m + 1 < count; m++)
            assert_int_equal(ees_backtest_at(&backtest, (size_t)i, m)->status, 0);
        assert_int_equal(ees_backtest_at(&backtest, (size_t)i, count - 1)->status, i > 4 ? 0 : EES_ERR_NOTFOUND);
    }
    ees_backtest_free(&backtest);
}

static ees_question question_about(const fixture *f, int round) {
    ees_date date = f->rounds[round].date;
    return (ees_question){.history = &f->history,
                          .programs = &f->programs,
                          .known = ees_history_before(&f->history, date, false),
                          .program = f->rounds[round].program,
                          .date = date,
                          .size = f->rounds[round].size};
}

static void test_rivals_on_a_straight_line(void **state) {
    (void)state;
    fixture f;
    size_t count;
    set_up(&f);
    const ees_forecaster *rivals = eesi_rivals(&count);
    assert_int_equal(count, 6);
    ees_question question = question_about(&f, 10); /* A: 500 502 504 506 508, then 510 */
    for (size_t m = 0; m < count; m++) {
        ees_predictive predictive;
        assert_true(rivals[m].rival);
        assert_int_equal(rivals[m].forecast(rivals[m].self, &question, &predictive, NULL), 0);
        double sum = 0.0;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            sum += predictive.p[s];
        assert_close(sum, 1.0, 1e-12);
        /* Past errors are part of the forecast: "last" was always 2 too low, so its median is not 508 but 510. */
        if (strcmp(rivals[m].name, "last") == 0)
            assert_int_equal(ees_predictive_median(&predictive), 510);
        if (strcmp(rivals[m].name, "holt") == 0)
            assert_in_range(ees_predictive_median(&predictive), 509, 511);
    }
    question = question_about(&f, 0); /* nothing before */
    for (size_t m = 0; m < count; m++) {
        ees_predictive predictive;
        assert_int_equal(rivals[m].forecast(rivals[m].self, &question, &predictive, NULL), EES_ERR_NOTFOUND);
    }
}

static void test_rivals_cannot_see_the_future(void **state) {
    (void)state;
    fixture f, changed;
    size_t count;
    set_up(&f);
    set_up(&changed);
    for (int i = 8; i < ROUNDS; i++) {
        changed.rounds[i].cutoff = 300;
        changed.rounds[i].size = i == 8 ? changed.rounds[i].size : 7;
    }
    changed.snapshots[1].leaf[1] = 1;
    const ees_forecaster *rivals = eesi_rivals(&count);
    ees_question before = question_about(&f, 8), after = question_about(&changed, 8);
    for (size_t m = 0; m < count; m++) {
        ees_predictive a, b;
        assert_int_equal(rivals[m].forecast(rivals[m].self, &before, &a, NULL), 0);
        assert_int_equal(rivals[m].forecast(rivals[m].self, &after, &b, NULL), 0);
        assert_memory_equal(&a, &b, sizeof a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions_know_only_the_past),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_unmapped_rounds_are_left_out),
        cmocka_unit_test(test_gaps_and_common_rounds),
        cmocka_unit_test(test_threads_and_sweeps_change_nothing),
        cmocka_unit_test(test_failures_stop_the_run),
        cmocka_unit_test(test_size_can_be_hidden),
        cmocka_unit_test(test_rivals_on_a_straight_line),
        cmocka_unit_test(test_rivals_cannot_see_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
