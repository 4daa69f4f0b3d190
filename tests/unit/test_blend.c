/* The equal mixture of models whose answers are known. */
#include "forecasters.h"
#include "models/blend.h"
#include "models/predictive.h"
#include "test_support.h"

#include <string.h>

#include <eesim.h>

#include "models/forecaster.h"

static const int low = 450, high = 470;

/* All probability on the score `self` points to; no answer for questions without a size. */
static int point(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    if (question->size == EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no size");
    eesi_predictive_point(predictive, *(const int *)self);
    return EES_OK;
}

static int point_sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                       int *statuses, ees_error *err) {
    for (size_t i = 0; i < count; i++)
        statuses[i] = point(self, &questions[i], &predictives[i], err);
    return EES_OK;
}

static eesi_blend two_parts(void) {
    return (eesi_blend){.parts = {{.name = "low", .self = &low, .forecast = point},
                                  {.name = "high", .self = &high, .forecast = point, .sweep = point_sweep}},
                        .part_count = 2};
}

static void half_of_each(void **state) {
    (void)state;
    const eesi_blend blend = two_parts();
    const ees_forecaster forecaster = eesi_blend_forecaster(&blend);
    const ees_question questions[3] = {{.size = 100}, {.size = EES_COUNT_NONE}, {.size = 200}};
    ees_predictive answers[3], single;
    int statuses[3];
    assert_int_equal(forecaster.sweep(forecaster.self, questions, 3, answers, statuses, NULL), 0);
    assert_int_equal(statuses[0], 0);
    assert_int_equal(statuses[1], EES_ERR_NOTFOUND);
    assert_int_equal(statuses[2], 0);
    assert_close(answers[0].p[low], 0.5, 1e-12);
    assert_close(answers[2].p[high], 0.5, 1e-12);
    assert_int_equal(forecaster.forecast(forecaster.self, &questions[0], &single, NULL), 0);
    assert_memory_equal(&single, &answers[0], sizeof single);
    assert_int_equal(forecaster.forecast(forecaster.self, &questions[1], &single, NULL), EES_ERR_NOTFOUND);
}

static ees_model model_of(const char *text) {
    return (ees_model){.root = json_loads(text, 0, NULL)};
}

/* A model file's own mixtures, in its order; one with a part that is no model here is passed over. */
static void from_a_file(void **state) {
    (void)state;
    const ees_forecaster models[] = {{.name = "ensemble"}, {.name = "statistical"}, {.name = "stock-flow"}};
    eesi_blend blends[EESI_BLENDS_MAX];
    ees_error err;
    ees_model usual = model_of("{}");
    assert_int_equal(eesi_blends_read(blends, &usual, models, 3, &err), 1);
    assert_string_equal(blends[0].name, "blend");
    assert_string_equal(blends[0].about, "the equal mixture of ensemble and statistical");
    assert_int_equal(eesi_blends_read(blends, &usual, models, 1, &err), 0);
    json_decref(usual.root);
    ees_model own =
        model_of("{\"blends\": {\"all\": [\"stock-flow\", \"ensemble\", \"statistical\"], \"x\": [\"other\"]}}");
    assert_int_equal(eesi_blends_read(blends, &own, models, 3, &err), 1);
    const ees_forecaster all = eesi_blend_forecaster(&blends[0]);
    assert_string_equal(all.name, "all");
    assert_string_equal(all.about, "the equal mixture of stock-flow, ensemble and statistical");
    assert_ptr_equal(eesi_blend_of(&all), &blends[0]);
    assert_null(eesi_blend_of(&models[0]));
    assert_int_equal(blends[0].part_count, 3);
    json_decref(own.root);
    static const char *const wrong[] = {"{\"blends\": []}", "{\"blends\": {\"a\": 1}}", "{\"blends\": {\"a\": []}}",
                                        "{\"blends\": {\"a\": [1]}}",
                                        "{\"blends\": {\"a\": [\"b\", \"b\", \"b\", \"b\", \"b\"]}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ees_model bad = model_of(wrong[i]);
        assert_int_equal(eesi_blends_read(blends, &bad, models, 3, &err), EES_ERR_DATA);
        assert_non_null(strstr(err.message, "blends"));
        json_decref(bad.root);
    }
}

/* Every part is asked the same question, in a sweep where it has one, and every one must have an answer. */
static void questions_keep_their_parts(void **state) {
    (void)state;
    eesi_blend blend = two_parts();
    blend.parts[0].sweep = point_sweep;
    blend.parts[0].forecast = test_failing.forecast; /* many questions are asked in one sweep */
    blend.parts[1] = test_by_size;
    ees_question questions[3] = {{.size = 100}, {.size = 6000}, {.size = 2000}};
    const ees_forecaster forecaster = eesi_blend_forecaster(&blend);
    ees_predictive answers[3];
    int statuses[3];
    assert_int_equal(forecaster.sweep(forecaster.self, questions, 3, answers, statuses, NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(statuses[i], 0);
        assert_close(answers[i].p[low], 0.5, 1e-12);
        assert_close(answers[i].p[1000 - questions[i].size / 10], 0.5, 1e-12);
    }
    blend.parts[1] = test_no_answer;
    assert_int_equal(forecaster.sweep(forecaster.self, questions, 3, answers, statuses, NULL), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(statuses[i], EES_ERR_NOTFOUND);
}

static void refusals_pass(void **state) {
    (void)state;
    eesi_blend blend = two_parts();
    const ees_forecaster forecaster = eesi_blend_forecaster(&blend);
    const ees_question question = {.size = 100};
    ees_predictive answer;
    blend.parts[1] = test_failing;
    assert_int_equal(forecaster.forecast(forecaster.self, &question, &answer, NULL), EES_ERR_NUMERIC);
    blend.part_count = 0;
    assert_int_equal(forecaster.forecast(forecaster.self, &question, &answer, NULL), EES_ERR_RANGE);
    blend.part_count = EESI_BLEND_PARTS_MAX + 1;
    assert_int_equal(forecaster.forecast(forecaster.self, &question, &answer, NULL), EES_ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(half_of_each), cmocka_unit_test(from_a_file),
                                       cmocka_unit_test(questions_keep_their_parts), cmocka_unit_test(refusals_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
