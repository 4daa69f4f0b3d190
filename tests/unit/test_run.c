/* Folders of runs: same bytes for any threads, shards and interrupts; nothing lost on errors. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <eesim/run.h>

#include "base/file.h"
#include "fake_engine.h"
#include "run/run_plan.h"
#include "test_support.h"

static const fake_model quick = {.programs = 2, .rounds = 9, .fail_at = UINT64_MAX};

static const char plan_text[] =
    "{\"schema\": \"eesim.run/1\", \"version\": \"0\", \"seed\": \"18446744073709551615\", \"replicates\": 12000,"
    " \"paths\": true, \"start\": \"2024-10-04\", \"until\": \"2025-04-22\", \"programs\": [\"CEC\", \"FRENCH\"],"
    " \"bands\": [[501, 600], [491, 500]],"
    " \"audiences\": [{\"name\": \"CEC\", \"programs\": [\"CEC\"], \"submitted\": \"2024-10-04\"},"
    "  {\"name\": \"CEC+FRENCH\", \"programs\": [\"CEC\", \"FRENCH\"], \"submitted\": \"2024-10-04\"}],"
    " \"scenarios\": [{\"name\": \"base\"}, {\"name\": \"more, \\\"later\\\" rounds with a name longer than a "
    "word\"}]}";

static ees_run_plan *plan_of(const char *text, const fake_model *model) {
    ees_run_plan *plan = NULL;
    ees_error err;
    assert_int_equal(eesi_run_plan_parse(&plan, "plan", text, &err), 0);
    plan->has_engine = true;
    plan->engine = fake_engine(model);
    return plan;
}

static char *in(const char *dir, const char *name) {
    char *path = eesi_path_join(dir, name);
    assert_non_null(path);
    return path;
}

static int execute(const char *text, const fake_model *model, const char *dir, const ees_run_job *job,
                   ees_run_result *result, ees_error *err) {
    ees_run_plan *plan = plan_of(text, model);
    int rc = ees_run_execute(plan, dir, job, result, NULL, err);
    ees_run_plan_destroy(plan);
    return rc;
}

static int count_files(const char *dir) {
    DIR *open = opendir(dir);
    int count = 0;
    for (const struct dirent *entry; open && (entry = readdir(open));)
        count += entry->d_name[0] != '.';
    if (open)
        closedir(open);
    return open ? count : -1;
}

static const char *const files[] = {"draws.csv", "pool.csv",         "chance.csv", "compare.csv",
                                    "paths.csv", "datapackage.json", "run.json"};

static void assert_same_folder(const char *a, const char *b) {
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path_a = in(a, files[i]), *path_b = in(b, files[i]), *text_a = NULL, *text_b = NULL;
        size_t length_a, length_b;
        assert_int_equal(eesi_file_read(path_a, 1 << 28, &text_a, &length_a, NULL), 0);
        assert_int_equal(eesi_file_read(path_b, 1 << 28, &text_b, &length_b, NULL), 0);
        assert_int_equal(length_a, length_b);
        assert_memory_equal(text_a, text_b, length_a);
        free(path_a);
        free(path_b);
        free(text_a);
        free(text_b);
    }
    assert_int_equal(count_files(a), count_files(b));
}

/* The folder everything else is compared with. */
static char *reference(const char *dir) {
    char *whole = in(dir, "whole");
    ees_run_job job = {.threads = 1};
    ees_run_result result;
    assert_int_equal(execute(plan_text, &quick, whole, &job, &result, NULL), 0);
    assert_true(result.complete);
    assert_int_equal(result.replicates, 12000);
    return whole;
}

static void threads_and_shards_give_the_same_files(void **state) {
    (void)state;
    char *dir = test_make_dir(), *whole = reference(dir), *other = in(dir, "other"), *joined = in(dir, "joined");
    for (int threads = 2; threads <= 7; threads += 5) {
        ees_run_job job = {.threads = threads};
        assert_int_equal(execute(plan_text, &quick, other, &job, NULL, NULL), 0); /* replaces what was there */
        assert_same_folder(whole, other);
    }
    char *shards[3];
    for (uint64_t k = 0; k < 3; k++) {
        char name[8];
        snprintf(name, sizeof name, "s%d", (int)k);
        shards[k] = in(dir, name);
        ees_run_job job = {.threads = 2, .shard = k + 1, .shards = 3};
        assert_int_equal(execute(plan_text, &quick, shards[k], &job, NULL, NULL), 0);
    }
    const char *mixed[] = {shards[2], shards[0], shards[1]};
    assert_int_equal(ees_run_merge(mixed, 3, joined, NULL), 0);
    assert_same_folder(whole, joined);
    for (int k = 0; k < 3; k++)
        free(shards[k]);
    free(whole);
    free(other);
    free(joined);
    test_remove_tree(dir);
    free(dir);
}

static bool stop_after(void *user, uint64_t done, uint64_t total) {
    (void)total;
    return done < *(uint64_t *)user;
}

static void an_interrupted_run_is_kept_and_resumed(void **state) {
    (void)state;
    char *dir = test_make_dir(), *whole = reference(dir), *out = in(dir, "out"), *partial = in(dir, "out.partial");
    fake_model slow = quick;
    slow.sleep_us = 300;
    uint64_t limit = 3000;
    ees_run_job job = {.threads = 2, .progress = {stop_after, &limit}};
    ees_run_result result;
    ees_error err;
    assert_int_equal(execute(plan_text, &slow, out, &job, &result, &err), EES_ERR_INTERRUPTED);
    assert_true(result.kept && !result.complete);
    assert_int_equal(count_files(out), -1);
    assert_true(count_files(partial) > 0);
    /* Without --resume it is not overwritten, with other arguments not continued. */
    assert_int_equal(execute(plan_text, &slow, out, &job, &result, &err), EES_ERR_MISMATCH);
    char *changed = strdup(plan_text);
    assert_non_null(changed);
    memcpy(strstr(changed, "12000"), "13000", 5);
    job.resume = true;
    assert_int_equal(execute(changed, &slow, out, &job, &result, &err), EES_ERR_MISMATCH);
    free(changed);
    limit = 8000;
    assert_int_equal(execute(plan_text, &slow, out, &job, &result, &err), EES_ERR_INTERRUPTED);
    limit = 12000; /* all is done: only the summaries are still to be written */
    assert_int_equal(execute(plan_text, &quick, out, &job, &result, &err), EES_ERR_INTERRUPTED);
    assert_true(result.kept && result.replicates == 12000);
    assert_int_equal(count_files(out), -1);
    limit = UINT64_MAX;
    assert_int_equal(execute(plan_text, &quick, out, &job, &result, &err), 0);
    assert_int_equal(count_files(partial), -1);
    assert_same_folder(whole, out);
    free(whole);
    free(out);
    free(partial);
    test_remove_tree(dir);
    free(dir);
}

static void an_error_leaves_the_earlier_result(void **state) {
    (void)state;
    char *dir = test_make_dir(), *whole = reference(dir), *out = in(dir, "out"), *partial = in(dir, "out.partial");
    ees_run_job job = {.threads = 2};
    ees_error err;
    assert_int_equal(execute(plan_text, &quick, out, &job, NULL, &err), 0);
    fake_model failing = quick;
    failing.fail_at = 2000;
    assert_int_equal(execute(plan_text, &failing, out, &job, NULL, &err), EES_ERR_NUMERIC);
    assert_same_folder(whole, out);
    assert_int_equal(count_files(partial), -1);
    /* A folder with something else in it is not touched. */
    char *foreign = in(dir, "thesis.txt");
    test_write_file(foreign, "years of work");
    assert_int_equal(execute(plan_text, &quick, dir, &job, NULL, &err), EES_ERR_IO);
    assert_non_null(strstr(err.message, "choose a new folder"));
    assert_int_equal(access(foreign, F_OK), 0);
    assert_int_equal(execute(plan_text, &quick, foreign, &job, NULL, &err), EES_ERR_IO);
    free(foreign);
    free(whole);
    free(out);
    free(partial);
    test_remove_tree(dir);
    free(dir);
}

static void merge_refuses_what_does_not_belong_together(void **state) {
    (void)state;
    char *dir = test_make_dir(), *a = in(dir, "a"), *b = in(dir, "b"), *c = in(dir, "c"), *out = in(dir, "out");
    ees_error err;
    ees_run_job job = {.threads = 1, .shard = 1, .shards = 2};
    assert_int_equal(execute(plan_text, &quick, a, &job, NULL, &err), 0);
    job.shard = 2;
    assert_int_equal(execute(plan_text, &quick, b, &job, NULL, &err), 0);
    char *changed = strdup(plan_text);
    assert_non_null(changed);
    memcpy(strstr(changed, "1844"), "1777", 4); /* another seed */
    assert_int_equal(execute(changed, &quick, c, &job, NULL, &err), 0);
    free(changed);
    const char *seeds[] = {a, c}, *twice[] = {a, a}, *lone[] = {a}, *nothing[] = {a, out}, *right[] = {b, a};
    assert_int_equal(ees_run_merge(seeds, 2, out, &err), EES_ERR_MISMATCH);
    assert_non_null(strstr(err.message, "'seed'"));
    assert_int_equal(ees_run_merge(twice, 2, out, &err), EES_ERR_MISMATCH);
    assert_int_equal(ees_run_merge(lone, 1, out, &err), EES_ERR_MISMATCH);
    assert_int_equal(ees_run_merge(nothing, 2, out, &err), EES_ERR_NOTFOUND);
    assert_int_equal(count_files(out), -1);
    assert_int_equal(ees_run_merge(right, 2, out, &err), 0);
    job.shards = 5000;
    assert_int_equal(execute(plan_text, &quick, c, &job, NULL, &err), EES_ERR_RANGE);
    free(a);
    free(b);
    free(c);
    free(out);
    test_remove_tree(dir);
    free(dir);
}

/* The rows of paths.csv, written by printf from the engine's closed form. */
static void paths_hold_every_round(void **state) {
    (void)state;
    char *dir = test_make_dir(), *whole = reference(dir), *path = in(whole, "paths.csv"), *text = NULL;
    size_t length;
    assert_int_equal(eesi_file_read(path, 1 << 28, &text, &length, NULL), 0);
    char *line = strchr(text, '\n') + 1;
    for (uint64_t r = 0; r < 1024; r++)
        for (int row = 0; row < fake_rounds(&quick, r); row++) {
            char want[200], day[EES_DATE_TEXT_MAX], tie[EES_DATE_TEXT_MAX], tail[60] = ",,";
            ees_date date = FAKE_START + 7 * row;
            int cutoff = fake_cutoff(0, r, row), size = fake_size(r, row);
            if (cutoff != EES_SCORE_NONE)
                snprintf(tail, sizeof tail, "%d,%d,%s", cutoff, size / 100,
                         ees_date_format(date - fake_tie_age(r, row), tie));
            int wanted =
                snprintf(want, sizeof want, "base,%d,%d,%s,%s,%d,%d,%s\n", (int)r, row + 1, ees_date_format(date, day),
                         row % 2 ? "FRENCH" : "CEC", size, cutoff == EES_SCORE_NONE ? 0 : size, tail);
            assert_memory_equal(line, want, (size_t)wanted);
            line += wanted;
        }
    assert_memory_equal(line, "\"more, \"\"later\"\" rounds with a name longer than a word\",0,1,2024-10-04,CEC,", 75);
    free(text);
    free(path);
    free(whole);
    test_remove_tree(dir);
    free(dir);
}

static void bad_plans_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
    } changes[] = {{"eesim.run/1", "eesim.run/9"},
                   {"12000", "-5000"},
                   {"2025-04-22", "2023-04-22"},
                   {"\"base\"", "5     "},
                   {"\"CEC\"], \"sub", "\"PNP\"], \"sub"},
                   {"\"18446744073709551615\"", "\"1844674407370955161x\""},
                   {"[501, 600]", "[501, 600"},
                   {"[501, 600]", "[601, 600]"},
                   {"[501, 600]", "[501,1201]"},
                   {"[501, 600]", "[-01, 600]"},
                   {"[501, 600]", "[501,\"a\"]"},
                   {"[501, 600]", "501       "},
                   {"\"paths\": true,", "\"compress\":\"\","},
                   {"[\"CEC\", \"FRENCH\"],", "[12345, \"FRENCH\"],"}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *text = strdup(plan_text);
        assert_non_null(text);
        char *at = strstr(text, changes[i].from);
        assert_non_null(at);
        memcpy(at, changes[i].to, strlen(changes[i].to));
        if (strlen(changes[i].to) < strlen(changes[i].from))
            at[strlen(changes[i].to)] = ' ';
        ees_run_plan *plan = NULL;
        ees_error err;
        assert_int_equal(eesi_run_plan_parse(&plan, "plan", text, &err), EES_ERR_DATA);
        assert_null(plan);
        free(text);
    }
}

static void a_plan_names_what_its_layout_counts(void **state) {
    (void)state;
    ees_run_plan *plan = plan_of(plan_text, &quick);
    const ees_run_layout *layout = ees_run_plan_layout(plan);
    assert_int_equal(ees_run_plan_replicates(plan), 12000);
    assert_int_equal(layout->scenarios, 2);
    assert_string_equal(ees_run_plan_scenario(plan, 0), "base");
    assert_string_equal(ees_run_plan_scenario(plan, 1), "more, \"later\" rounds with a name longer than a word");
    assert_int_equal(layout->programs, 2);
    assert_string_equal(ees_run_plan_program(plan, 1), "FRENCH");
    assert_string_equal(eesi_run_plan_audience(plan, 1), "CEC+FRENCH");
    assert_int_equal(eesi_run_plan_band(plan, 1).low, 491);
    assert_int_equal(eesi_run_plan_band(plan, 1).high, 500);
    ees_run_plan_destroy(plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_and_shards_give_the_same_files),
                                       cmocka_unit_test(an_interrupted_run_is_kept_and_resumed),
                                       cmocka_unit_test(an_error_leaves_the_earlier_result),
                                       cmocka_unit_test(merge_refuses_what_does_not_belong_together),
                                       cmocka_unit_test(paths_hold_every_round),
                                       cmocka_unit_test(a_plan_names_what_its_layout_counts),
                                       cmocka_unit_test(bad_plans_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
