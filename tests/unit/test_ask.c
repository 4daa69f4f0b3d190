#include "test_support.h"

#include "models/ask.h"
#include "models/forecaster.h"
#include "models/predictive.h"

/* A model that answers questions of up to `most` candidates with one cut-off, and counts how often it is asked. */
typedef struct fake {
    int64_t most;
    int cutoff, asked, swept;
    int otherwise; /* the status of the others */
} fake;

static int answer(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    const fake *model = self;
    (void)err;
    ((fake *)self)->asked++;
    if (question->size > model->most)
        return model->otherwise;
    eesi_predictive_point(predictive, model->cutoff);
    return EES_OK;
}

static int sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                 int *statuses, ees_error *err) {
    ((fake *)self)->swept++;
    for (size_t i = 0; i < count; i++)
        statuses[i] = answer(self, &questions[i], &predictives[i], err);
    return EES_OK;
}

static ees_forecaster of(fake *model, bool sweeps) {
    return (ees_forecaster){.name = "fake", .self = model, .forecast = answer, .sweep = sweeps ? sweep : NULL};
}

static const ees_question questions[3] = {{.size = 1}, {.size = 2}, {.size = 3}};

static void test_the_first_that_answers_is_taken(void **state) {
    (void)state;
    fake small = {.most = 1, .cutoff = 400, .otherwise = EES_ERR_NOTFOUND}, large = {.most = 9, .cutoff = 500};
    const ees_forecaster models[2] = {of(&small, false), of(&large, true)};
    ees_predictive answers[3];
    int statuses[3];
    assert_int_equal(eesi_ask_first(models, 2, questions, 3, 1, answers, statuses, NULL), 0);
    assert_int_equal(statuses[0], EES_OK);
    assert_int_equal(statuses[2], EES_ERR_NOTFOUND);
    assert_int_equal(large.asked, 0);
    assert_int_equal(eesi_ask_first(models, 2, questions, 3, 3, answers, statuses, NULL), 1);
    assert_int_equal(ees_predictive_median(&answers[0]), 500);
    assert_int_equal(large.swept, 1);
    assert_int_equal(eesi_ask_one(models, 2, &questions[0], answers, NULL), 0);
    assert_int_equal(eesi_ask_one(models, 2, &questions[1], answers, NULL), 1);
    assert_int_equal(large.swept, 1); /* a single question needs no sweep */
    assert_int_equal(eesi_ask_one(models, 1, &questions[1], answers, NULL), EES_ERR_NOTFOUND);
    assert_int_equal(eesi_ask_one(models, 0, &questions[1], answers, NULL), EES_ERR_NOTFOUND);
}

/* What is wrong with one model is not hidden by the answer of the next, swept or not. */
static void test_an_error_ends_the_search(void **state) {
    (void)state;
    for (int sweeps = 0; sweeps < 2; sweeps++) {
        fake broken = {.most = 1, .otherwise = EES_ERR_NUMERIC}, good = {.most = 9, .cutoff = 500};
        const ees_forecaster models[2] = {of(&broken, sweeps), of(&good, false)};
        ees_predictive answers[3];
        int statuses[3];
        assert_int_equal(eesi_ask_first(models, 2, questions, 3, 1, answers, statuses, NULL), EES_ERR_NUMERIC);
        assert_int_equal(good.asked, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_that_answers_is_taken),
        cmocka_unit_test(test_an_error_ends_the_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
