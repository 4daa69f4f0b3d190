/*
 * Numbers that cannot be: every command, every program, scores 0 to 1,200, sizes 1 to a million. No NaN, no sentinel,
 * no negative count, no probability outside 0 to 1, no larger round with a higher cut-off. EESIM_WALK=fine takes many
 * more scores and sizes (minutes).
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

enum { QUANTILES = 7 };

static ees_context *context;
static bool fine;

static int setup(void **state) {
    (void)state;
    ees_error err;
    ees_context_options options;
    ees_context_options_init(&options);
    options.data_dir = EES_TEST_SOURCE_DIR "/data";
    options.models_dir = EES_TEST_SOURCE_DIR "/models";
    options.threads = 2;
    const char *walk = getenv("EESIM_WALK");
    fine = walk && strcmp(walk, "fine") == 0;
    return ees_context_create(&context, &options, &err);
}

static int teardown(void **state) {
    (void)state;
    ees_context_destroy(context);
    return 0;
}

/* ---- looking at an answer ---- */

static bool is_one_of(const char *key, const char *const *names) {
    for (; *names; names++)
        if (strcmp(key, *names) == 0)
            return true;
    return false;
}

/* Keys whose numbers may be below 0. */
static bool may_be_negative(const char *key) {
    static const char *const names[] = {"bias", "log_score", NULL};
    return is_one_of(key, names);
}

static bool is_probability(const char *key) {
    static const char *const names[] = {"p", "se", "probability", "probability_se", "share", NULL};
    return is_one_of(key, names);
}

static void check_number(const char *question, const char *key, double value) {
    const bool sentinel = fabs(value) > 1e15 || value == -2147483648.0 || value == 2147483647.0;
    const bool negative = value < 0 && !may_be_negative(key);
    if (!isfinite(value) || sentinel || negative || (is_probability(key) && value > 1 + 1e-9))
        fail_msg("%s: \"%s\" is %.17g", question, key, value);
}

/* Days of an answer are near ours: a missing day is null, not a day long ago. */
static void check_text(const char *question, const char *key, const char *text) {
    const int year = strlen(text) >= 10 && text[4] == '-' && text[7] == '-' ? atoi(text) : 2026;
    if (year < 2014 || year > 2040 || strstr(text, "nan") || strstr(text, "9223372") || strstr(text, "-2147483"))
        fail_msg("%s: \"%s\" is \"%s\"", question, key, text);
}

static void check_value(const char *question, const char *key, json_t *value) {
    const char *name;
    json_t *part;
    size_t i;
    if (json_is_number(value))
        check_number(question, key, json_number_value(value));
    else if (json_is_string(value))
        check_text(question, key, json_string_value(value));
    else if (json_is_array(value))
        json_array_foreach(value, i, part) check_value(question, key, part);
    else
        json_object_foreach(value, name, part) check_value(question, name, part);
}

/* NULL when the question has no answer: that is an error in words, no number. */
static json_t *ask(const char *question) {
    ees_error err = {0};
    char *text = NULL;
    const int rc = ees_answer_json(context, question, &text, &err);
    if (rc) {
        assert_true(rc == EES_ERR_RANGE || rc == EES_ERR_UNSUPPORTED || rc == EES_ERR_NOTFOUND);
        assert_true(err.message[0] != '\0');
        return NULL;
    }
    json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!answer)
        fail_msg("%s: no JSON: %.200s", question, text);
    free(text);
    json_object_del(answer, "differences");
    check_value(question, "", answer);
    return answer;
}

/* ---- one round ---- */

typedef struct cutoffs {
    double mean, quantile[QUANTILES];
    long long size;
} cutoffs;

static void read_cutoffs(const json_t *answer, cutoffs *found) {
    const json_t *cutoff = json_object_get(answer, "cutoff");
    const char *level;
    json_t *value;
    int i = 0;
    found->mean = json_number_value(json_object_get(cutoff, "mean"));
    json_object_foreach(json_object_get(cutoff, "quantiles"), level, value) {
        if (i < QUANTILES)
            found->quantile[i++] = json_number_value(value);
    }
    assert_int_equal(i, QUANTILES);
}

static void check_not_higher(const char *question, const cutoffs *before, const cutoffs *now) {
    if (now->mean > before->mean + 1e-6)
        fail_msg("%s: mean %g, with %lld it was %g", question, now->mean, before->size, before->mean);
    for (int i = 0; i < QUANTILES; i++)
        if (now->quantile[i] > before->quantile[i])
            fail_msg("%s: quantile %d is %g, with %lld it was %g", question, i, now->quantile[i], before->size,
                     before->quantile[i]);
}

/* The chance that a score is at or above the cut-off rises with the score; who stands above it falls. */
static void check_rows(const char *question, const json_t *answer) {
    double above = INFINITY, sum = 0;
    json_t *row;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(answer, "cutoff"), "pmf"), i, row) sum +=
        json_number_value(json_object_get(row, "p"));
    if (fabs(sum - 1) > 1e-6)
        fail_msg("%s: probabilities sum to %g", question, sum);
    json_array_foreach(json_object_get(answer, "above"), i, row) {
        const json_t *median = json_object_get(json_object_get(row, "quantiles"), "0.5");
        if (!json_is_number(median))
            continue;
        if (json_number_value(median) > above + 1e-6)
            fail_msg("%s: more stand above a higher score", question);
        above = json_number_value(median);
    }
}

static const long long coarse_sizes[] = {1, 10, 100, 3000, 60000, 229238, 229492, 1000000};
enum { COARSE = sizeof coarse_sizes / sizeof *coarse_sizes };

/* The next size of the walk; 0 at its end. */
static long long next_size(long long size, int step) {
    if (!fine)
        return step < COARSE ? coarse_sizes[step] : 0;
    const long long next = size + (size < 10 ? 1 : size / 7);
    return next <= 1000000 ? next : 0;
}

static void walk_sizes(const char *program, const char *model) {
    cutoffs before = {.size = 0};
    long long size = 0;
    for (int step = 0; (size = next_size(size, step)) > 0; step++) {
        char question[240];
        snprintf(question, sizeof question,
                 "{\"command\":\"draw\",\"program\":\"%s\",\"draw_size\":%lld,\"date\":\"2026-07-08\"%s}", program,
                 size, model);
        json_t *answer = ask(question);
        if (!answer)
            continue;
        cutoffs now = {.size = size};
        check_rows(question, answer);
        if (json_is_object(json_object_get(answer, "cutoff")) &&
            json_is_number(json_object_get(json_object_get(answer, "cutoff"), "mean"))) {
            read_cutoffs(answer, &now);
            if (before.size > 0)
                check_not_higher(question, &before, &now);
            before = now;
        }
        json_decref(answer);
    }
}

static void test_sizes(void **state) {
    (void)state;
    ees_error err;
    const ees_programs *programs = ees_context_programs(context, &err);
    assert_non_null(programs);
    for (size_t p = 0; p < programs->count; p++) {
        walk_sizes(programs->programs[p].code, "");
        if (fine)
            walk_sizes(programs->programs[p].code, ",\"model\":\"statistical\"");
    }
}

/* ---- a score ---- */

/* The chance to be invited by a day only grows, and it grows with the score. */
static void check_chance(const char *question, const json_t *answer) {
    json_t *score, *day;
    size_t i, d;
    double end_before = -1;
    json_array_foreach(json_object_get(answer, "scores"), i, score) {
        double last = 0;
        json_array_foreach(json_object_get(score, "by"), d, day) {
            const double p = json_number_value(json_object_get(day, "probability"));
            if (p < last - 1e-12)
                fail_msg("%s: the chance falls with time", question);
            last = p;
        }
        if (last < end_before - 1e-12)
            fail_msg("%s: the chance falls with the score", question);
        end_before = last;
    }
}

static void test_scores(void **state) {
    (void)state;
    ees_error err;
    const ees_programs *programs = ees_context_programs(context, &err);
    const int step = fine ? 20 : 400;
    assert_non_null(programs);
    for (size_t p = 0; p < programs->count; p++)
        for (int score = 0; score <= EES_SCORE_MAX; score += step) {
            char question[240];
            snprintf(question, sizeof question,
                     "{\"command\":\"chance\",\"program\":\"%s\",\"score\":%d,\"gain\":%d,\"until\":\"2026-09-30\","
                     "\"replicates\":64}",
                     programs->programs[p].code, score, step / 2);
            json_t *answer = ask(question);
            assert_non_null(answer);
            check_chance(question, answer);
            json_decref(answer);
        }
}

/* ---- the rest ---- */

static void test_other_answers(void **state) {
    (void)state;
    static const char *const questions[] = {
        "{\"command\":\"forecast\",\"replicates\":200,\"rounds\":2}",
        "{\"command\":\"forecast\",\"replicates\":50,\"date\":\"2015-03-01\"}",
        "{\"command\":\"forecast\",\"replicates\":50,\"date\":\"2021-06-01\"}",
        "{\"command\":\"run\",\"replicates\":64,\"until\":\"2026-12-31\"}",
        "{\"command\":\"run\",\"replicates\":64,\"program\":\"CEC,MILITARY\",\"draw_size\":\"1000000\",\"every\":1,"
        "\"until\":\"2026-09-30\"}",
        "{\"command\":\"run\",\"replicates\":64,\"program\":\"PNP\",\"draw_size\":\"1\",\"every\":7,\"until\":"
        "\"2026-09-30\"}",
        "{\"command\":\"backtest\",\"first\":\"410\",\"models\":\"preferred,last,ridge\"}",
        "{\"command\":\"backtest\",\"first\":\"1\",\"last\":\"12\",\"models\":\"last,read-off\"}",
        "{\"command\":\"rounds\"}",
        "{\"command\":\"rounds\",\"by\":\"year,program\"}",
        "{\"command\":\"pool\"}",
        "{\"command\":\"pool\",\"as_of\":\"2020-03-01\"}",
        "{\"command\":\"pool\",\"as_of\":\"2022-03-01\",\"program\":\"PNP\"}",
        "{\"command\":\"pool\",\"program\":\"MILITARY\"}",
        "{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":0}",
        "{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":3000,\"date\":\"2015-06-01\"}",
        "{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":3000,\"date\":\"2026-11-30\"}",
        "{\"command\":\"draw\",\"program\":\"PHYSICIAN\",\"draw_size\":3000,\"date\":\"2026-02-19\"}",
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        json_decref(ask(questions[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_other_answers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
