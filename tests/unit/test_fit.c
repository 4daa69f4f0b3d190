#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fit/fit.h"
#include "models/model.h"

typedef struct fixture {
    test_world shipped;
    size_t cec_stock, cec_ensemble; /* targets */
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    const int failed = test_world_open(&f->shipped, "default.json");
    for (size_t i = 0; !failed && i < eesi_fit_target_count(f->shipped.model); i++) {
        const eesi_fit_target t = eesi_fit_target_at(f->shipped.model, i);
        if (strcmp(t.program, "CEC") == 0 && f->shipped.model->streams[t.stream].until == EES_DATE_NONE)
            *(t.ensemble ? &f->cec_ensemble : &f->cec_stock) = i;
    }
    return failed;
}

static int teardown(void **state) {
    fixture *f = *state;
    test_world_close(&f->shipped);
    free(f);
    return 0;
}

static eesi_fit_options few(int starts, int evaluations, int threads) {
    eesi_fit_options o;
    eesi_fit_options_init(&o);
    o.until = "359";
    o.starts = starts;
    o.evaluations = evaluations;
    o.threads = threads;
    return o;
}

static void fit_target(const fixture *f, size_t target, const eesi_fit_options *o, eesi_fit *fit) {
    assert_int_equal(eesi_fit_init(fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, target, o, NULL),
                     0);
    assert_int_equal(eesi_fit_run(fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, o, NULL), 0);
}

static void assert_same_starts(const eesi_fit *a, const eesi_fit *b) {
    assert_int_equal(a->start_count, b->start_count);
    for (size_t i = 0; i < a->start_count; i++) {
        assert_true(a->starts[i].done && b->starts[i].done);
        assert_memory_equal(a->starts[i].values, b->starts[i].values, sizeof a->starts[i].values);
        assert_close(a->starts[i].objective, b->starts[i].objective, 0.0);
        assert_close(a->starts[i].crps, b->starts[i].crps, 0.0);
    }
}

static void test_search_improves_on_its_start(void **state) {
    const fixture *f = *state;
    const eesi_fit_options one = few(2, 1, 1), many = few(2, 80, 1);
    eesi_fit first, last;
    fit_target(f, f->cec_stock, &one, &first);
    fit_target(f, f->cec_stock, &many, &last);
    assert_int_equal(last.rounds, 17); /* CEC rounds #304 to #359 */
    for (size_t i = 0; i < 2; i++)
        assert_true(last.starts[i].objective <= first.starts[i].objective);
    assert_true(last.starts[0].objective < first.starts[0].objective);
    assert_true(last.starts[0].crps < 1.6);
    eesi_fit_free(&first);
    eesi_fit_free(&last);
}

static void test_threads_do_not_matter(void **state) {
    const fixture *f = *state;
    const eesi_fit_options one = few(3, 3, 1), three = few(3, 3, 3);
    eesi_fit a, b;
    fit_target(f, f->cec_ensemble, &one, &a);
    fit_target(f, f->cec_ensemble, &three, &b);
    assert_same_starts(&a, &b);
    eesi_fit_free(&a);
    eesi_fit_free(&b);
}

/* Later rounds must not reach a fit that stops before them. */
static void test_rounds_after_the_limit_are_not_used(void **state) {
    const fixture *f = *state;
    const eesi_fit_options o = few(1, 3, 1);
    eesi_fit a, b;
    fit_target(f, f->cec_ensemble, &o, &a);
    ees_history changed = f->shipped.history;
    changed.rounds = malloc(changed.round_count * sizeof *changed.rounds);
    memcpy(changed.rounds, f->shipped.history.rounds, changed.round_count * sizeof *changed.rounds);
    for (size_t i = (size_t)ees_history_find(&f->shipped.history, "359") + 1; i < changed.round_count; i++)
        changed.rounds[i].cutoff = 470;
    assert_int_equal(eesi_fit_init(&b, &changed, &f->shipped.programs, f->shipped.model, f->cec_ensemble, &o, NULL), 0);
    assert_int_equal(eesi_fit_run(&b, &changed, &f->shipped.programs, f->shipped.model, &o, NULL), 0);
    assert_same_starts(&a, &b);
    eesi_fit_free(&a);
    eesi_fit_free(&b);
    free(changed.rounds);
}

typedef struct keeper {
    char path[512];
    uint64_t stop_after;
} keeper;

static void keep(void *context, const eesi_fit *fit) {
    assert_int_equal(eesi_fit_save(fit, ((const keeper *)context)->path, NULL), 0);
}

static bool stop_after(void *user, uint64_t done, uint64_t total) {
    return total > 0 && done < ((const keeper *)user)->stop_after;
}

static void test_an_interrupted_fit_goes_on(void **state) {
    const fixture *f = *state;
    char *dir = test_make_dir();
    keeper k = {.stop_after = 90};
    snprintf(k.path, sizeof k.path, "%s/starts.json", dir);
    const ees_progress progress = {stop_after, &k};
    eesi_fit_options o = few(3, 6, 1); /* 36 evaluations a start: stops in the third */
    eesi_fit whole, broken, again;
    fit_target(f, f->cec_stock, &o, &whole);
    o.progress = &progress;
    o.finished = keep;
    o.context = &k;
    assert_int_equal(
        eesi_fit_init(&broken, &f->shipped.history, &f->shipped.programs, f->shipped.model, f->cec_stock, &o, NULL), 0);
    assert_int_equal(eesi_fit_run(&broken, &f->shipped.history, &f->shipped.programs, f->shipped.model, &o, NULL),
                     EES_ERR_INTERRUPTED);
    o.progress = NULL;
    assert_int_equal(
        eesi_fit_init(&again, &f->shipped.history, &f->shipped.programs, f->shipped.model, f->cec_stock, &o, NULL), 0);
    assert_int_equal(eesi_fit_restore(&again, k.path, NULL), 0);
    assert_true(again.starts[0].done && again.starts[1].done && !again.starts[2].done);
    assert_int_equal(eesi_fit_run(&again, &f->shipped.history, &f->shipped.programs, f->shipped.model, &o, NULL), 0);
    assert_same_starts(&whole, &again);
    char *text = NULL;
    size_t length = 0;
    assert_int_equal(eesi_file_read(k.path, EESI_FILE_MAX, &text, &length, NULL), 0);
    char *digit = strstr(text, "\"crps\": ");
    assert_non_null(digit);
    digit += strlen("\"crps\": 1.");
    *digit = *digit == '9' ? '8' : (char)(*digit + 1);
    test_write_file(k.path, text);
    free(text);
    assert_int_equal(eesi_fit_restore(&again, k.path, NULL), EES_ERR_DATA); /* a number is another one */
    again.seed++;
    assert_int_equal(eesi_fit_restore(&again, k.path, NULL), EES_ERR_MISMATCH);
    test_write_file(k.path, "{\"starts\": [{\"start\": 0}]}");
    again.seed--;
    assert_int_equal(eesi_fit_restore(&again, k.path, NULL), EES_ERR_MISMATCH);
    assert_int_equal(eesi_fit_restore(&again, "/nonexistent/starts.json", NULL), EES_ERR_NOTFOUND);
    eesi_fit_free(&whole);
    eesi_fit_free(&broken);
    eesi_fit_free(&again);
    test_remove_tree(dir);
    free(dir);
}

static void test_result_is_a_model_file(void **state) {
    const fixture *f = *state;
    const eesi_fit_options o = few(2, 2, 1);
    eesi_fit fits[2];
    char *text, *dir = test_make_dir(), path[512];
    ees_model *model;
    fit_target(f, f->cec_stock, &o, &fits[0]);
    fit_target(f, f->cec_ensemble, &o, &fits[1]);
    assert_int_equal(eesi_fit_model_text(f->shipped.model, &f->shipped.history, fits, 2, "tried", &text, NULL), 0);
    snprintf(path, sizeof path, "%s/model.json", dir);
    test_write_file(path, text);
    assert_int_equal(eesi_model_read(&model, NULL, path, NULL), 0);
    assert_string_equal(eesi_model_name(model), "tried");
    assert_string_equal(eesi_model_fitted_until(model), "359");
    assert_int_equal(eesi_fit_target_count(model), eesi_fit_target_count(f->shipped.model));
    const eesi_stream *stream = &model->streams[fits[1].target.stream];
    assert_int_equal(stream->set_count, 2);
    const size_t best = fits[1].starts[0].objective <= fits[1].starts[1].objective ? 0U : 1U;
    assert_close(stream->sets[0].arrivals_per_day / fits[1].starts[best].values[0], 1.0, 1e-5);
    fits[1].starts[0].done = fits[1].starts[1].done = false;
    free(text);
    assert_int_equal(eesi_fit_model_text(f->shipped.model, &f->shipped.history, fits, 2, "none", &text, NULL),
                     EES_ERR_RANGE);
    assert_null(text);
    assert_int_equal(eesi_fit_model_text(f->shipped.model, &f->shipped.history, fits, 0, "none", &text, NULL),
                     EES_ERR_RANGE);
    eesi_model_free(model);
    eesi_fit_free(&fits[0]);
    eesi_fit_free(&fits[1]);
    test_remove_tree(dir);
    free(dir);
}

static void test_bad_requests(void **state) {
    const fixture *f = *state;
    eesi_fit fit;
    eesi_fit_options o = few(1, 1, 1);
    o.until = "9999";
    assert_int_equal(eesi_fit_init(&fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, 0, &o, NULL),
                     EES_ERR_NOTFOUND);
    eesi_fit_free(&fit);
    o.until = "5"; /* before any CEC round of the stream */
    assert_int_equal(
        eesi_fit_init(&fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, f->cec_stock, &o, NULL),
        EES_ERR_NOTFOUND);
    eesi_fit_free(&fit);
    o.until = NULL;
    assert_int_equal(eesi_fit_init(&fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, 999, &o, NULL),
                     EES_ERR_RANGE);
    o.starts = 0;
    assert_int_equal(eesi_fit_init(&fit, &f->shipped.history, &f->shipped.programs, f->shipped.model, 0, &o, NULL),
                     EES_ERR_RANGE);
    eesi_fit_free(&fit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_improves_on_its_start),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_rounds_after_the_limit_are_not_used),
        cmocka_unit_test(test_an_interrupted_fit_goes_on),
        cmocka_unit_test(test_result_is_a_model_file),
        cmocka_unit_test(test_bad_requests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
