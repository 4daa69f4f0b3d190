/* The shipped model files are what `eesim fit` and `eesim fit --until 359` wrote from the shipped data: whole, by the
 * default effort, from the same priors. Whoever changes data/, a prior or the search refits both (docs/model.md). */
#include "test_support.h"
#include "test_world.h"

#include <stdlib.h>
#include <string.h>

#include "fit/fit.h"
#include "models/model.h"

typedef struct shipped {
    const char *file, *name, *command, *until; /* until NULL: every round there is */
} shipped;

static const shipped files[] = {{"default.json", "default", "eesim fit", NULL},
                                {"until-359.json", "until-359", "eesim fit --until 359", "359"}};

static const char *text_in(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static json_int_t number_in(const json_t *object, const char *key) {
    assert_true(json_is_integer(json_object_get(object, key)));
    return json_integer_value(json_object_get(object, key));
}

/* The one entry of the provenance that is about this fit. */
static const json_t *entry_of(const json_t *provenance, const eesi_fit *fit) {
    const json_t *found = NULL, *one;
    size_t i, count = 0;
    json_array_foreach(json_object_get(provenance, "fits"), i, one) {
        const bool ensemble = strcmp(text_in(one, "section"), "ensemble") == 0;
        if (number_in(one, "stream") != (json_int_t)fit->target.stream || ensemble != fit->target.ensemble)
            continue;
        found = one;
        count++;
    }
    assert_int_equal(count, 1);
    return found;
}

static void check_target(const test_world *w, size_t target, const eesi_fit_options *o, const json_t *provenance) {
    eesi_fit fit;
    assert_int_equal(eesi_fit_init(&fit, &w->history, &w->programs, w->model, target, o, NULL), 0);
    const json_t *entry = entry_of(provenance, &fit);
    assert_string_equal(text_in(entry, "program"), fit.target.program);
    assert_string_equal(text_in(entry, "last_round"), fit.last);
    assert_int_equal(number_in(entry, "rounds"), fit.rounds);
    assert_int_equal(number_in(entry, "seed"), fit.seed);
    assert_int_equal(number_in(entry, "starts"), fit.start_count);
    assert_int_equal(number_in(entry, "evaluations"), fit.evaluations);
    if (fit.target.ensemble)
        assert_int_equal(w->model->streams[fit.target.stream].set_count, fit.start_count);
    eesi_fit_free(&fit);
}

/* Rounds came in and nobody has fitted them yet: that is no fault of the files. */
static bool newer_data(const test_world *w) {
    const json_t *provenance = json_object_get(w->model->root, "provenance");
    return strcmp(text_in(provenance, "fitted_until"), w->history.rounds[w->history.round_count - 1].number) != 0;
}

static void open_on_shipped_data(test_world *w, const char *file) {
    char *data = test_source_path("data");
    assert_int_equal(test_world_open_data(w, file, data), 0);
    free(data);
}

static void test_provenance(void **state) {
    (void)state;
    test_world newest;
    open_on_shipped_data(&newest, files[0].file);
    const bool unfitted = newer_data(&newest);
    test_world_close(&newest);
    if (unfitted) {
        print_message("data/ has rounds after the last fit\n");
        skip();
    }
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        const shipped *f = &files[k];
        test_world w;
        eesi_fit_options o;
        eesi_fit_options_init(&o);
        o.until = f->until;
        open_on_shipped_data(&w, f->file);
        const json_t *provenance = json_object_get(w.model->root, "provenance");
        const char *last = w.history.rounds[w.history.round_count - 1].number;
        assert_string_equal(eesi_model_name(w.model), f->name);
        assert_string_equal(text_in(provenance, "command"), f->command);
        assert_string_equal(text_in(provenance, "fitted_until"), f->until ? f->until : last);
        assert_string_equal(text_in(provenance, "data_sha256"), w.history.sha256);
        assert_int_equal(json_array_size(json_object_get(provenance, "fits")), eesi_fit_target_count(w.model));
        for (size_t i = 0; i < eesi_fit_target_count(w.model); i++)
            check_target(&w, i, &o, provenance);
        const json_t *statistical = json_object_get(json_object_get(w.model->root, "statistical"), "fit");
        assert_string_equal(text_in(statistical, "until"), f->until ? f->until : last);
        test_world_close(&w);
    }
}

/* Two files, one set of priors: what is said of the model's errors on later rounds holds for the model that is used.
 */
static void test_same_priors(void **state) {
    (void)state;
    test_world a, b;
    assert_int_equal(test_world_open(&a, files[0].file), 0);
    assert_int_equal(test_world_open(&b, files[1].file), 0);
    assert_int_equal(eesi_fit_target_count(a.model), eesi_fit_target_count(b.model));
    for (size_t i = 0; i < eesi_fit_target_count(a.model); i++) {
        char one[EESI_SHA256_TEXT], other[EESI_SHA256_TEXT];
        const eesi_fit_target target = eesi_fit_target_at(a.model, i);
        assert_int_equal(eesi_fit_origin(a.model, &a.history, &target, one), 0);
        assert_int_equal(eesi_fit_origin(b.model, &a.history, &target, other), 0);
        assert_string_equal(one, other);
    }
    const char *const shared[] = {"blends", "preferred", "shock", "excluded_rounds"};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        assert_true(json_equal(json_object_get(a.model->root, shared[i]), json_object_get(b.model->root, shared[i])));
    test_world_close(&a);
    test_world_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_provenance), cmocka_unit_test(test_same_priors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
