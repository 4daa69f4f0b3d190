/* The join of model and pool, with models whose answers can be worked out by hand. */
#include "forecasters.h"
#include "models/predictive.h"
#include "pool_verify.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "models/forecaster.h"
#include "pool/pool.h"
#include "predict/predict.h"

typedef struct world {
    test_world shipped;
    eesi_predict_request request;
    ees_forecaster models[2];
    ees_prediction prediction;
} world;

/*
 * A stock of 100 candidates at every score up to 600: exactly 100 (601 - s) stand at or above s, so that a round of n
 * has its cut-off at 601 - ceil(n / 100), at least 0.
 */
static int even_stock(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)err;
    int64_t depth = (question->size + 99) / 100;
    eesi_predictive_point(predictive, depth > 601 ? 0 : (int)(601 - depth));
    return 0;
}

/* Half the probability one point lower. */
static int uncertain(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    int rc = even_stock(self, question, predictive, err);
    int score = ees_predictive_median(predictive);
    predictive->p[score] = 0.5;
    predictive->p[score > 0 ? score - 1 : score + 1] = 0.5;
    return rc;
}

static int set_up(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(test_world_open(&w->shipped, NULL), 0);
    eesi_predict_request_init(&w->request);
    w->models[0] = test_no_answer;
    w->models[1] = (ees_forecaster){"even", "", false, NULL, even_stock, NULL};
    w->request.models = w->models;
    w->request.model_count = 2;
    w->request.segments = &w->shipped.segments;
    ees_question *q = &w->request.question;
    q->history = &w->shipped.history;
    q->programs = &w->shipped.programs;
    q->program = ees_programs_find(&w->shipped.programs, "CEC");
    q->date = ees_date_from_civil(2026, 2, 17);
    q->known = ees_history_before(&w->shipped.history, q->date, false);
    q->size = 5950;
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world *w = *state;
    ees_prediction_free(&w->prediction);
    test_world_close(&w->shipped);
    free(w);
    return 0;
}

static int predict(world *w) {
    ees_prediction_free(&w->prediction);
    return eesi_predict(&w->prediction, &w->request, NULL);
}

static void test_first_model_with_an_answer(void **state) {
    world *w = *state;
    w->request.change = 1000;
    assert_int_equal(predict(w), 0);
    const ees_prediction *p = &w->prediction;
    assert_true(p->answered);
    assert_string_equal(p->model, "even");
    assert_int_equal(ees_predictive_median(&p->cutoff), 541); /* 601 - 60 */
    assert_int_equal(p->counts[541], EES_PREDICT_REPLICATES);
    assert_int_equal(p->invited, 5950);
    assert_int_equal(p->changes[0].size, 4950);
    assert_int_equal(p->changes[0].median, 551);
    assert_int_equal(p->changes[1].size, 6950);
    assert_int_equal(p->changes[1].median, 531);
    assert_int_equal(p->program_rounds, 55);
}

/* Every size is asked of the model, so that the stock behind its answers shows: 100 a score. */
static void test_stock_behind_the_answers(void **state) {
    world *w = *state;
    assert_int_equal(predict(w), 0);
    for (int score = 520; score <= 560; score++) {
        double truth = 100.0 * (601 - score);
        assert_close(w->prediction.above[1][score], truth, 0.06 * truth);
    }
    assert_true(w->prediction.has_pool);
    assert_int_equal(test_pool_verify(&w->prediction.pool, NULL, NULL), 0);
    assert_in_range(w->prediction.eligible, 20000, 200000);
}

static void test_replicates_follow_the_model(void **state) {
    world *w = *state;
    w->models[1].forecast = uncertain;
    w->request.replicates = 1000;
    assert_int_equal(predict(w), 0);
    assert_int_equal(w->prediction.counts[541], 500); /* stratified: exact */
    assert_int_equal(w->prediction.counts[540], 500);
    for (int l = 1; l < EES_PREDICT_LEVELS; l++)
        assert_true(w->prediction.tie_break[l] >= w->prediction.tie_break[l - 1]);
    ees_time end = (ees_time)w->request.question.date * EES_SECONDS_PER_DAY;
    assert_true(w->prediction.tie_break[EES_PREDICT_LEVELS - 1] <= end);
    assert_true(w->prediction.tie_break[0] >= end - 366 * (ees_time)EES_SECONDS_PER_DAY);
    ees_time before[EES_PREDICT_LEVELS];
    memcpy(before, w->prediction.tie_break, sizeof before);
    assert_int_equal(predict(w), 0); /* the same seed */
    assert_memory_equal(before, w->prediction.tie_break, sizeof before);
    w->request.seed = 2;
    assert_int_equal(predict(w), 0);
    assert_memory_not_equal(before, w->prediction.tie_break, sizeof before);
}

static void test_sizes_at_the_edges(void **state) {
    world *w = *state;
    w->request.question.size = 0;
    assert_int_equal(predict(w), 0);
    assert_false(w->prediction.has_cutoff);
    assert_int_equal(w->prediction.invited, 0);
    w->request.question.size = 1;
    assert_int_equal(predict(w), 0);
    assert_int_equal(ees_predictive_median(&w->prediction.cutoff), 600);
    w->request.question.size = 1000000;
    assert_int_equal(predict(w), 0);
    assert_true(w->prediction.exhausted);
    assert_int_equal(w->prediction.invited, w->prediction.eligible);
    w->request.question.size = -1;
    assert_int_equal(predict(w), EES_ERR_RANGE);
}

/* A category's share of the pool is a guess: it bounds nothing, the whole pool does. */
static void test_a_guess_is_no_bound(void **state) {
    world *w = *state;
    w->request.model_count = 1; /* no stream */
    w->request.question.program = ees_programs_find(&w->shipped.programs, "MILITARY");
    assert_int_equal(predict(w), 0);
    assert_true(w->prediction.eligible < 5950);
    assert_false(w->prediction.exhausted);
    assert_int_equal(w->prediction.invited, 5950);
    w->request.question.size = 1000000;
    assert_int_equal(predict(w), 0);
    assert_true(w->prediction.exhausted);
}

static void test_nobody_knows(void **state) {
    world *w = *state;
    w->request.model_count = 1;
    w->request.question.program = ees_programs_find(&w->shipped.programs, "MILITARY");
    assert_int_equal(predict(w), 0);
    assert_false(w->prediction.answered);
    ees_interval wide = ees_predictive_interval(&w->prediction.cutoff, 0.8);
    assert_true(wide.high - wide.low > 60);
    assert_true(isnan(w->prediction.above[1][500]));
}

static void test_bad_requests(void **state) {
    world *w = *state;
    const eesi_predict_request good = w->request;
    w->request.replicates = 0;
    assert_int_equal(predict(w), EES_ERR_RANGE);
    w->request.replicates = (uint64_t)EES_PREDICT_REPLICATES_MAX + 1;
    assert_int_equal(predict(w), EES_ERR_RANGE);
    w->request = good;
    w->request.question.program = EES_PROGRAM_NONE;
    assert_int_equal(predict(w), EES_ERR_RANGE);
    w->request = good;
    w->request.question.date = EES_DATE_NONE;
    assert_int_equal(predict(w), EES_ERR_RANGE);
    w->request = good;
    w->request.snapshot = 100000;
    assert_int_equal(predict(w), EES_ERR_RANGE);
    w->request = good;
    w->models[0] = test_failing;
    assert_int_equal(predict(w), EES_ERR_NUMERIC);
}

/* CEC rounds were fortnightly before #396 of 2026-02-17, a Tuesday. */
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_model_with_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stock_behind_the_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_replicates_follow_the_model, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes_at_the_edges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_guess_is_no_bound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_knows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_requests, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
