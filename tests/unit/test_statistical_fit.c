#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "fit/statistical_fit.h"
#include "models/model.h"
#include "models/statistical.h"

typedef struct world {
    test_world shipped;
    char *text; /* of the model file */
} world;

static int open_world(void **state) {
    static world w;
    size_t length;
    char *model = test_source_path("models/default.json");
    int status = test_world_open(&w.shipped, "default.json");
    if (status == 0)
        status = eesi_file_read(model, EESI_FILE_MAX, &w.text, &length, NULL);
    free(model);
    *state = &w;
    return status;
}

static int close_world(void **state) {
    world *w = *state;
    free(w->text);
    test_world_close(&w->shipped);
    return 0;
}

static eesi_statistical *fresh(const world *w) {
    eesi_statistical *statistical;
    assert_int_equal(eesi_statistical_create(&statistical, w->shipped.model, &w->shipped.programs, NULL), 0);
    return statistical;
}

/* A short fit: the rounds to 2015-10, a few steps of the search. */
static eesi_statistical_fit_options short_fit(void) {
    eesi_statistical_fit_options options;
    eesi_statistical_fit_options_init(&options);
    options.until = "20";
    options.cycles = 1;
    options.steps = 6;
    options.threads = 1;
    return options;
}

static void assert_same(const eesi_statistical *a, const eesi_statistical *b) {
    for (size_t i = 0; i < a->family_count; i++) {
        for (int k = 0; k < EESI_FAMILY_FIELDS; k++)
            assert_close(eesi_param_get(&a->families[i], &eesi_family_fields[k]),
                         eesi_param_get(&b->families[i], &eesi_family_fields[k]), 0.0);
        for (int k = 0; k < EESI_COMMON_FIELDS; k++)
            assert_close(eesi_param_get(&a->families[i], &eesi_common_fields[k]),
                         eesi_param_get(&b->families[i], &eesi_common_fields[k]), 0.0);
    }
    for (int k = 0; k < EESI_NOMINEE_FIELDS; k++)
        assert_close(eesi_param_get(&a->nominee, &eesi_nominee_fields[k]),
                     eesi_param_get(&b->nominee, &eesi_nominee_fields[k]), 0.0);
}

static void test_a_fit_improves_and_goes_on(void **state) {
    const world *w = *state;
    eesi_statistical *statistical = fresh(w);
    eesi_statistical_fit_options options = short_fit();
    eesi_statistical_fit_report first, second;
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, &first, NULL), 0);
    assert_int_equal(first.rounds, 16); /* general rounds 5 to 20 */
    options.resume = true;
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, &second, NULL), 0);
    print_message("objective %.3f, then %.3f\n", first.objective, second.objective);
    assert_true(second.objective >= first.objective);
    assert_int_equal(second.rounds, first.rounds);
    eesi_statistical_destroy(statistical);
}

static void test_threads_change_nothing(void **state) {
    const world *w = *state;
    eesi_statistical *one = fresh(w), *three = fresh(w);
    eesi_statistical_fit_options options = short_fit();
    assert_int_equal(eesi_statistical_fit(one, &w->shipped.history, &options, NULL, NULL), 0);
    options.threads = 3;
    assert_int_equal(eesi_statistical_fit(three, &w->shipped.history, &options, NULL, NULL), 0);
    assert_same(one, three);
    eesi_statistical_destroy(one);
    eesi_statistical_destroy(three);
}

/* The result depends on the rounds allowed alone: not on the start, not on later rounds. */
static void test_the_start_is_the_prior(void **state) {
    const world *w = *state;
    eesi_statistical *one = fresh(w), *other = fresh(w);
    eesi_statistical_fit_options options = short_fit();
    ees_history shorter = w->shipped.history;
    shorter.round_count = 100;
    for (size_t i = 0; i < other->family_count; i++)
        other->families[i].reference += 3.0;
    assert_int_equal(eesi_statistical_fit(one, &w->shipped.history, &options, NULL, NULL), 0);
    assert_int_equal(eesi_statistical_fit(other, &shorter, &options, NULL, NULL), 0);
    assert_same(one, other);
    eesi_statistical_destroy(one);
    eesi_statistical_destroy(other);
}

static bool stop_at_ten(void *user, uint64_t done, uint64_t total) {
    *(uint64_t *)user = done;
    return done < 10 && total > 10;
}

static void test_interruption(void **state) {
    const world *w = *state;
    eesi_statistical *statistical = fresh(w);
    eesi_statistical_fit_options options = short_fit();
    ees_error err;
    uint64_t seen = 0;
    ees_progress progress = {stop_at_ten, &seen};
    options.progress = &progress;
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, NULL, &err), EES_ERR_INTERRUPTED);
    assert_int_equal(seen, 10);
    eesi_statistical_destroy(statistical);
}

static void test_refusals(void **state) {
    const world *w = *state;
    eesi_statistical *statistical = fresh(w);
    eesi_statistical_fit_options options = short_fit();
    ees_error err;
    options.until = "no such round";
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, NULL, &err), EES_ERR_NOTFOUND);
    options = short_fit();
    options.cycles = 0;
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, NULL, &err), EES_ERR_RANGE);
    options = short_fit();
    statistical->has_priors = false;
    assert_int_equal(eesi_statistical_fit(statistical, &w->shipped.history, &options, NULL, &err), EES_ERR_NOTFOUND);
    eesi_statistical_destroy(statistical);
}

static void test_text_keeps_the_rest_and_reads_back(void **state) {
    const world *w = *state;
    char *dir = test_make_dir(), path[600], *text, *again;
    eesi_statistical *statistical = fresh(w), *read;
    eesi_statistical_fit_report report = {.rounds = 7, .log_score = -3.25};
    ees_model *model;
    statistical->families[1].reference = 411.5;
    statistical->nominee.scale = 29.25;
    assert_int_equal(eesi_statistical_text(statistical, w->text, &report, "396", &text, NULL), 0);
    snprintf(path, sizeof path, "%s/model.json", dir);
    test_write_file(path, text);
    assert_int_equal(eesi_model_read(&model, NULL, path, NULL), 0);
    assert_int_equal(eesi_statistical_create(&read, model, &w->shipped.programs, NULL), 0);
    assert_close(read->families[1].reference, 411.5, 0.0);
    assert_close(read->nominee.scale, 29.25, 0.0);
    json_t *before = json_loads(w->text, 0, NULL), *after = json_loads(text, 0, NULL);
    const json_t *fit = json_object_get(json_object_get(after, "statistical"), "fit");
    assert_int_equal(json_integer_value(json_object_get(fit, "rounds")), 7);
    assert_string_equal(json_string_value(json_object_get(fit, "until")), "396");
    json_object_del(before, "statistical");
    json_object_del(after, "statistical");
    assert_true(json_equal(before, after));
    assert_int_equal(eesi_statistical_text(read, text, NULL, NULL, &again, NULL), 0);
    assert_string_equal(text, again); /* writing again changes nothing */
    json_decref(before);
    json_decref(after);
    eesi_statistical_destroy(read);
    eesi_statistical_destroy(statistical);
    eesi_model_free(model);
    test_remove_tree(dir);
    free(again);
    free(text);
    free(dir);
}

static void test_text_refuses_other_files(void **state) {
    const world *w = *state;
    eesi_statistical *statistical = fresh(w);
    char *text;
    ees_error err;
    assert_int_equal(eesi_statistical_text(statistical, "{", NULL, NULL, &text, &err), EES_ERR_DATA);
    assert_null(text);
    assert_int_equal(eesi_statistical_text(statistical, "{}", NULL, NULL, &text, &err), EES_ERR_DATA);
    assert_int_equal(eesi_statistical_text(statistical,
                                           "{\"statistical\":{\"common\":{},\"nominees\":{},\"families\":[]}}", NULL,
                                           NULL, &text, &err),
                     EES_ERR_DATA);
    assert_non_null(strstr(err.message, "families"));
    eesi_statistical_destroy(statistical);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fit_improves_and_goes_on),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_the_start_is_the_prior),
        cmocka_unit_test(test_interruption),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_text_keeps_the_rest_and_reads_back),
        cmocka_unit_test(test_text_refuses_other_files),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
