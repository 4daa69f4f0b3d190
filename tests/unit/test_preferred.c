/* The order in which models are asked, and that a sweep answers as single questions do. */
#include "models/predictive.h"
#include "models/preferred.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "feed/read.h"
#include "models/forecaster.h"
#include "models/model.h"

/* Answers with its own score, but not for every program. */
typedef struct fake {
    int score;
    int refuses; /* position of a program, EES_PROGRAM_NONE for none */
} fake;

static int answer(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    const fake *model = self;
    if (question->program == model->refuses)
        return ees_error_set(err, EES_ERR_NOTFOUND, "not this one");
    eesi_predictive_point(predictive, model->score);
    return 0;
}

static int answer_all(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                      int *statuses, ees_error *err) {
    for (size_t i = 0; i < count; i++)
        statuses[i] = answer(self, &questions[i], &predictives[i], err);
    return 0;
}

static const char *const head = "{\"schema\":\"eesim.model/1\",\"name\":\"t\",\"streams\":[]";

typedef struct fixture {
    ees_programs programs;
    ees_model *model;
    fake fakes[3];
    ees_forecaster models[3];
    eesi_preferred *preferred;
} fixture;

static int make(fixture *f, const char *section) {
    char *dir = test_make_dir(), path[600], text[600];
    char *programs = test_source_path("models/programs.json");
    memset(f, 0, sizeof *f);
    assert_int_equal(eesi_programs_read(&f->programs, NULL, programs, NULL), 0);
    snprintf(path, sizeof path, "%s/m.json", dir);
    snprintf(text, sizeof text, "%s%s}", head, section);
    test_write_file(path, text);
    assert_int_equal(eesi_model_read(&f->model, NULL, path, NULL), 0);
    static const char *const names[3] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        f->fakes[i] = (fake){100 * (i + 1), EES_PROGRAM_NONE};
        f->models[i] = (ees_forecaster){names[i], "", false, &f->fakes[i], answer, i == 1 ? answer_all : NULL};
    }
    test_remove_tree(dir);
    free(dir);
    free(programs);
    return eesi_preferred_create(&f->preferred, f->model, &f->programs, f->models, 3, NULL);
}

static void drop(fixture *f) {
    eesi_preferred_destroy(f->preferred);
    eesi_model_free(f->model);
    eesi_programs_free(&f->programs);
}

static int median_of(const fixture *f, const char *code) {
    ees_forecaster forecaster = eesi_preferred_forecaster(f->preferred);
    ees_question question = {.programs = &f->programs, .program = ees_programs_find(&f->programs, code)};
    ees_predictive predictive;
    int rc = forecaster.forecast(forecaster.self, &question, &predictive, NULL);
    return rc ? rc : ees_predictive_median(&predictive);
}

static void test_order(void **state) {
    (void)state;
    fixture f;
    assert_int_equal(make(&f, ",\"preferred\":{\"CEC\":[\"c\",\"nobody\",\"b\"],\"*\":[\"b\"]}"), 0);
    size_t count;
    const ees_forecaster *order = eesi_preferred_order(f.preferred, ees_programs_find(&f.programs, "CEC"), &count);
    assert_int_equal(count, 3);
    assert_string_equal(order[0].name, "c");
    assert_string_equal(order[1].name, "b");
    assert_string_equal(order[2].name, "a");
    assert_int_equal(median_of(&f, "CEC"), 300);
    assert_int_equal(median_of(&f, "PNP"), 200);
    drop(&f);
    assert_int_equal(make(&f, ""), 0); /* no such section: the order given */
    assert_int_equal(median_of(&f, "CEC"), 100);
    drop(&f);
}

static void test_next_one_is_asked(void **state) {
    (void)state;
    fixture f;
    assert_int_equal(make(&f, ",\"preferred\":{\"*\":[\"b\"]}"), 0);
    for (int i = 0; i < 3; i++)
        f.fakes[i].refuses = ees_programs_find(&f.programs, "CEC");
    f.fakes[2].refuses = EES_PROGRAM_NONE;
    assert_int_equal(median_of(&f, "CEC"), 300);
    f.fakes[2].refuses = ees_programs_find(&f.programs, "CEC");
    assert_int_equal(median_of(&f, "CEC"), EES_ERR_NOTFOUND);
    assert_int_equal(median_of(&f, "PNP"), 200);
    drop(&f);
}

static void test_sweep_equals_single_questions(void **state) {
    (void)state;
    fixture f;
    assert_int_equal(make(&f, ",\"preferred\":{\"CEC\":[\"c\"],\"*\":[\"b\",\"a\"]}"), 0);
    f.fakes[1].refuses = ees_programs_find(&f.programs, "FSW");
    f.fakes[0].refuses = f.fakes[1].refuses;
    f.fakes[2].refuses = ees_programs_find(&f.programs, "CEC");
    const char *codes[] = {"CEC", "FSW", "PNP", "CEC", "TRADE"};
    ees_question questions[5];
    ees_predictive predictives[5];
    int statuses[5];
    for (int i = 0; i < 5; i++)
        questions[i] = (ees_question){.programs = &f.programs, .program = ees_programs_find(&f.programs, codes[i])};
    ees_forecaster forecaster = eesi_preferred_forecaster(f.preferred);
    assert_int_equal(forecaster.sweep(forecaster.self, questions, 5, predictives, statuses, NULL), 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(statuses[i], 0);
        assert_int_equal(ees_predictive_median(&predictives[i]), median_of(&f, codes[i]));
    }
    f.fakes[2].refuses = f.fakes[1].refuses;
    assert_int_equal(forecaster.sweep(forecaster.self, questions, 5, predictives, statuses, NULL), 0);
    assert_int_equal(statuses[1], EES_ERR_NOTFOUND);
    assert_int_equal(statuses[0], 0);
    drop(&f);
}

static void test_bad_sections(void **state) {
    (void)state;
    fixture f;
    const char *bad[] = {",\"preferred\":7", ",\"preferred\":{\"CEC\":\"a\"}", ",\"preferred\":{\"*\":[1]}"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(make(&f, bad[i]), EES_ERR_DATA);
        assert_null(f.preferred);
        assert_int_equal(eesi_preferred_create(&f.preferred, f.model, &f.programs, f.models, 0, NULL), EES_ERR_RANGE);
        drop(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_next_one_is_asked),
        cmocka_unit_test(test_sweep_equals_single_questions),
        cmocka_unit_test(test_bad_sections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
