#include "models/ensemble_model.h"
#include "test_support.h"
#include "test_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/parallel.h"
#include "models/cache_secret.h"
#include "models/forecaster.h"
#include "models/posterior_cache.h"

typedef struct fixture {
    test_world shipped;
    char *dir;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->dir = test_make_dir();
    *state = f;
    return test_world_open(&f->shipped, "default.json");
}

static int teardown(void **state) {
    fixture *f = *state;
    test_remove_tree(f->dir);
    free(f->dir);
    test_world_close(&f->shipped);
    free(f);
    return 0;
}

static ees_question question_of(const fixture *f, const char *round) {
    const int at = ees_history_find(&f->shipped.history, round);
    assert_true(at >= 0);
    const ees_round *r = &f->shipped.history.rounds[at];
    return (ees_question){.history = &f->shipped.history,
                          .programs = &f->shipped.programs,
                          .known = ees_history_before(&f->shipped.history, r->date, false),
                          .program = r->program,
                          .date = r->date,
                          .size = r->size};
}

static eesi_ensemble_model *small_ensemble(const fixture *f, const char *dir) {
    eesi_ensemble_options options;
    eesi_ensemble_model *ensemble = NULL;
    eesi_ensemble_options_init(&options);
    options.members = 32;
    options.cache_dir = dir;
    assert_int_equal(eesi_ensemble_model_create(&ensemble, f->shipped.model, &options, NULL), 0);
    return ensemble;
}

/* The answer of a fresh ensemble, as another process would give it. */
static void answer(const fixture *f, const char *dir, const char *round, ees_predictive *predictive) {
    eesi_ensemble_model *ensemble = small_ensemble(f, dir);
    const ees_question question = question_of(f, round);
    ees_forecaster forecaster = eesi_ensemble_forecaster(ensemble);
    assert_int_equal(forecaster.forecast(forecaster.self, &question, predictive, NULL), 0);
    eesi_ensemble_model_destroy(ensemble);
}

/* Members made here, or read from the folder, outlive whichever of their owners goes first. */
static void test_a_shared_posterior_stays_with_its_last_owner(void **state) {
    fixture *f = *state;
    char *dir = test_make_dir();
    const ees_question question = question_of(f, "396");
    for (int time = 0; time < 2; time++) { /* computed, then read */
        eesi_ensemble_model *ensemble = small_ensemble(f, dir);
        eesi_posterior *one, *other;
        assert_int_equal(eesi_posterior_share(ensemble, &question, &one, NULL), 0);
        assert_int_equal(eesi_posterior_share(ensemble, &question, &other, NULL), 0);
        assert_ptr_equal(one, other);
        eesi_posterior_destroy(one);
        assert_true(eesi_posterior_rounds(other) > 0);
        eesi_posterior_destroy(other);
        assert_int_equal(eesi_posterior_share(ensemble, &question, &one, NULL), 0);
        assert_ptr_equal(one, other);
        eesi_posterior_destroy(one);
        eesi_ensemble_model_destroy(ensemble);
    }
    test_remove_tree(dir);
    free(dir);
}

static void assert_same_members(const eesi_posterior *a, const eesi_posterior *b) {
    void *one = NULL, *other = NULL;
    size_t size = 0, other_size = 0;
    assert_int_equal(eesi_posterior_write(a, &one, &size, NULL), 0);
    assert_int_equal(eesi_posterior_write(b, &other, &other_size, NULL), 0);
    assert_int_equal(size, other_size);
    assert_memory_equal(one, other, size);
    free(one);
    free(other);
}

/* Members that learn on from an earlier question are those that learn all at once; what was known with hindsight, or
 * only later, is not learnt from. */
static void test_members_learn_on(void **state) {
    fixture *f = *state;
    static const char *const rounds[] = {"390", "392", "396", "392"};
    eesi_ensemble_model *ensemble = small_ensemble(f, NULL);
    for (int i = 0; i < 4; i++) {
        ees_question question = question_of(f, rounds[i]);
        eesi_posterior *one, *other;
        if (i == 1)
            question.known = ees_history_before(&f->shipped.history, question.date, true);
        assert_int_equal(eesi_posterior_share(ensemble, &question, &one, NULL), 0);
        assert_int_equal(eesi_posterior_create(&other, ensemble, &question, NULL), 0);
        assert_same_members(one, other);
        eesi_posterior_destroy(one);
        eesi_posterior_destroy(other);
    }
    eesi_ensemble_model_destroy(ensemble);
}

typedef struct asking {
    const eesi_ensemble_model *ensemble;
    const ees_question *questions;
    int rounds[24];
} asking;

static void ask_of(void *user, size_t i) {
    asking *all = user;
    eesi_posterior *posterior = NULL;
    if (eesi_posterior_share(all->ensemble, &all->questions[i % 2], &posterior, NULL) == 0)
        all->rounds[i] = eesi_posterior_rounds(posterior);
    eesi_posterior_destroy(posterior);
}

/* Of use under the thread sanitizer; here the answers of all threads must agree. */
static void test_any_thread_may_ask(void **state) {
    fixture *f = *state;
    const ees_question questions[2] = {question_of(f, "396"), question_of(f, "392")};
    eesi_ensemble_model *ensemble = small_ensemble(f, NULL);
    asking all = {.ensemble = ensemble, .questions = questions};
    eesi_parallel(4, 24, ask_of, &all);
    assert_true(all.rounds[1] > 0);
    assert_true(all.rounds[0] > all.rounds[1]);
    for (int i = 2; i < 24; i++)
        assert_int_equal(all.rounds[i], all.rounds[i % 2]);
    eesi_ensemble_model_destroy(ensemble);
}

/* Path of the only file in the folder, on the heap; NULL when there is none. */
static char *only_file(const char *dir) {
    DIR *entries = opendir(dir);
    char *path = NULL;
    assert_non_null(entries);
    for (const struct dirent *e; (e = readdir(entries));) {
        if (e->d_name[0] == '.')
            continue;
        assert_null(path);
        path = malloc(strlen(dir) + strlen(e->d_name) + 2);
        assert_non_null(path);
        sprintf(path, "%s/%s", dir, e->d_name);
    }
    closedir(entries);
    return path;
}

static void flip_byte(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
    assert_int_equal(fclose(file), 0);
}

static void test_an_answer_cached_is_the_answer_computed(void **state) {
    fixture *f = *state;
    ees_predictive computed, kept, cached, other;
    answer(f, NULL, "396", &computed);
    assert_null(only_file(f->dir));
    answer(f, f->dir, "396", &kept);
    char *path = only_file(f->dir);
    assert_non_null(path);
    answer(f, f->dir, "396", &cached);
    assert_memory_equal(computed.p, kept.p, sizeof kept.p);
    assert_memory_equal(computed.p, cached.p, sizeof kept.p);
    answer(f, NULL, "392", &other);
    answer(f, f->dir, "392", &cached);
    assert_memory_equal(other.p, cached.p, sizeof other.p);
    assert_memory_not_equal(other.p, computed.p, sizeof other.p);
    free(path);
}

/* A file of the cache is really used: another file's bytes under a right key and digest would show. */
static void test_damage_is_noticed_and_mended(void **state) {
    fixture *f = *state;
    ees_predictive computed, again;
    char *dir = test_make_dir();
    answer(f, dir, "396", &computed);
    char *path = only_file(dir);
    assert_non_null(path);
    struct stat whole, mended;
    assert_int_equal(stat(path, &whole), 0);
    const long places[] = {0, 70, 5000, -1};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        flip_byte(path, places[i]);
        answer(f, dir, "396", &again);
        assert_memory_equal(computed.p, again.p, sizeof again.p);
    }
    test_write_file(path, "x");
    answer(f, dir, "396", &again);
    assert_memory_equal(computed.p, again.p, sizeof again.p);
    assert_int_equal(stat(path, &mended), 0);
    assert_int_equal(mended.st_size, whole.st_size);
    free(path);
    test_remove_tree(dir);
    free(dir);
}

/* A file that somebody else put there, sealed with another secret: computed again, and ours takes its place. */
static void test_a_foreign_file_is_not_believed(void **state) {
    fixture *f = *state;
    ees_predictive computed, again;
    char *dir = test_make_dir(), *theirs = test_make_dir(), secret[EESI_SHA256_TEXT], line[900];
    struct stat info;
    answer(f, dir, "392", &computed);
    answer(f, dir, "392", &again);
    answer(f, theirs, "392", &again);
    char *path = only_file(dir), *other = only_file(theirs), *text = NULL, *kept = NULL;
    size_t length = 0, kept_length = 0;
    assert_int_equal(eesi_file_read(other, EESI_FILE_MAX, &text, &length, NULL), 0);
    assert_int_equal(eesi_file_write(path, text, length, NULL), 0);
    answer(f, dir, "392", &again);
    assert_memory_equal(computed.p, again.p, sizeof again.p);
    assert_int_equal(eesi_file_read(path, EESI_FILE_MAX, &kept, &kept_length, NULL), 0);
    assert_int_equal(kept_length, length);
    assert_memory_not_equal(kept, text, EESI_SHA256_TEXT - 1);
    snprintf(line, sizeof line, "%s/.secret", dir);
    assert_int_equal(stat(line, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(eesi_cache_secret(dir, secret));
    assert_int_equal(chmod(line, 0644), 0); /* others could have read it: a new one */
    char before[EESI_SHA256_TEXT];
    memcpy(before, secret, sizeof before);
    assert_true(eesi_cache_secret(dir, secret));
    assert_string_not_equal(before, secret);
    free(kept);
    free(text);
    free(path);
    free(other);
    test_remove_tree(dir);
    test_remove_tree(theirs);
    free(dir);
    free(theirs);
}

static void test_a_folder_that_cannot_be_made_changes_nothing(void **state) {
    fixture *f = *state;
    ees_predictive computed, again;
    answer(f, NULL, "396", &computed);
    answer(f, "/dev/null/nowhere", "396", &again);
    assert_memory_equal(computed.p, again.p, sizeof again.p);
}

static void test_the_folder_does_not_grow_without_end(void **state) {
    fixture *f = *state;
    char *dir = test_make_dir();
    ees_predictive predictive;
    char path[600];
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "%s/%064d.posterior", dir, i);
        test_write_file(path, "old");
    }
    snprintf(path, sizeof path, "%s/not-ours", dir);
    test_write_file(path, "keep");
    answer(f, dir, "396", &predictive);
    int count = 0;
    DIR *entries = opendir(dir);
    assert_non_null(entries);
    for (const struct dirent *e; (e = readdir(entries));)
        count += e->d_name[0] != '.';
    closedir(entries);
    assert_int_equal(count, 41); /* one came, one went, and the stranger stayed */
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_shared_posterior_stays_with_its_last_owner),
        cmocka_unit_test(test_members_learn_on),
        cmocka_unit_test(test_any_thread_may_ask),
        cmocka_unit_test(test_an_answer_cached_is_the_answer_computed),
        cmocka_unit_test(test_damage_is_noticed_and_mended),
        cmocka_unit_test(test_a_foreign_file_is_not_believed),
        cmocka_unit_test(test_a_folder_that_cannot_be_made_changes_nothing),
        cmocka_unit_test(test_the_folder_does_not_grow_without_end),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
