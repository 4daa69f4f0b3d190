/* Questions and answers in JSON; a context from memory answers as one from folders does. */
#include "test_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

typedef struct world {
    ees_context *folders, *memory;
    char remarks[400];
} world;

static void remark(void *user, const char *text) {
    snprintf(((world *)user)->remarks, sizeof((world *)user)->remarks, "%s", text);
}

static int setup(void **state) {
    ees_error err;
    world *w = calloc(1, sizeof *w);
    char *buffer = NULL;
    size_t length = 0;
    ees_context_options options;
    ees_context_options_init(&options);
    options.data_dir = EES_TEST_VINTAGE;
    options.models_dir = EES_TEST_SOURCE_DIR "/models";
    options.threads = 2;
    options.remark = remark;
    options.remark_user = w;
    if (ees_context_create(&w->folders, &options, &err) ||
        ees_context_pack(options.data_dir, options.models_dir, &buffer, &length, &err))
        fail_msg("%s: %s", err.file, err.message);
    options.data_dir = options.models_dir = NULL;
    if (ees_context_create_from_memory(&w->memory, buffer, length, &options, &err))
        fail_msg("%s: %s", err.file, err.message);
    free(buffer);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    world *w = *state;
    ees_context_destroy(w->folders);
    ees_context_destroy(w->memory);
    ees_context_destroy(NULL);
    free(w);
    return 0;
}

static char *ask(ees_context *context, const char *question) {
    ees_error err = {0};
    char *answer = NULL;
    if (ees_answer_json(context, question, &answer, &err))
        fail_msg("%s: %s", question, err.message);
    return answer;
}

static const char *const questions[] = {
    "{\"command\":\"chance\",\"score\":505,\"program\":\"CEC\",\"date\":\"2026-02-17\",\"until\":\"2026-05-01\","
    "\"replicates\":256}",
    "{\"command\":\"forecast\",\"program\":[\"CEC\"],\"date\":\"2026-02-17\",\"replicates\":256}",
    "{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":6000,\"date\":\"2026-02-17\"}",
    "{\"command\":\"draw\",\"program\":\"cec\",\"draw_size\":3000,\"date\":\"2026-02-17\",\"replicates\":500,\"seed\":"
    "1}",
    "{\"command\":\"draw\",\"program\":\"FRENCH\",\"draw_size\":0,\"model\":\"stock-flow\"}",
    "{\"command\":\"draw\",\"program\":\"STEM\",\"draw_size\":700,\"as_of\":\"2025-06-01\",\"hindsight\":false}",
    "{\"command\":\"draw\",\"program\":\"CEC\",\"date\":\"2026-02-17\",\"cutoff\":508,\"tie_break\":\"2025-03-16T09:35:"
    "59Z\"}",
    "{\"command\":\"draw\",\"program\":\"PNP\",\"draw_size\":400,\"seed\":7,\"date\":null}",
    "{\"command\":\"pool\",\"program\":\"CEC\",\"as_of\":\"2025-02-17\"}",
    "{\"command\":\"backtest\",\"program\":\"CEC\",\"first\":\"390\",\"last\":\"396\",\"models\":\"last,ridge\","
    "\"skip\":[\"392\"]}",
    "{\"command\":\"backtest\",\"program\":\"CEC\",\"first\":\"390\",\"models\":\"last\",\"date_unknown\":true,"
    "\"replicates\":50,\"set\":\"annual=null\"}",
    "{\"command\":\"backtest\",\"calendar\":true,\"first\":\"392\"}",
    "{\"command\":\"run\",\"program\":\"CEC\",\"draw_size\":\"3000\",\"every\":14,\"date\":\"2026-02-17\",\"until\":"
    "\"2026-04-01\",\"replicates\":1024,\"only\":true}",
    "{\"command\":\"rounds\",\"program\":[\"CEC,PNP\",\"FRENCH\"],\"from\":\"2025-06-01\",\"last\":5}",
};
enum { QUESTIONS = sizeof questions / sizeof *questions, RUN_QUESTION = QUESTIONS - 2 };

static void memory_is_folders(void **state) {
    const world *w = *state;
    for (size_t i = 0; i < QUESTIONS; i++) {
        char *from_folders = ask(w->folders, questions[i]), *from_memory = ask(w->memory, questions[i]);
        assert_true(strlen(from_folders) > 100);
        assert_string_equal(from_folders, from_memory);
        free(from_folders);
        free(from_memory);
    }
}

/* Asked again in another order, with other questions between: what is kept changes no answer. */
static void asking_changes_nothing(void **state) {
    const world *w = *state;
    char *first[QUESTIONS];
    for (size_t i = 0; i < QUESTIONS; i++)
        first[i] = ask(w->folders, questions[i]);
    for (size_t i = QUESTIONS; i-- > 0;) {
        char *again = ask(w->folders, questions[i]);
        assert_string_equal(again, first[i]);
        free(again);
        free(first[i]);
    }
}

/* The summary of a run holds the numbers that the totals of the same plan hold. */
static void a_run_answers_with_its_totals(void **state) {
    const world *w = *state;
    static const char *const programs[] = {"CEC"};
    ees_run_request request;
    ees_run_request_init(&request);
    request.programs = programs;
    request.program_count = 1;
    request.draw_size = "3000";
    request.every_days = 14;
    request.date = ees_date_from_civil(2026, 2, 17);
    request.until = ees_date_from_civil(2026, 4, 1);
    request.replicates = 1024;
    request.only = true;
    request.seed = 1;
    const ees_run_job job = {.threads = 2};
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    ees_error err = {0};
    if (ees_run_plan_create(&plan, w->memory, &request, &err) || ees_run_collect(plan, &job, &totals, &err))
        fail_msg("%s", err.message);
    char *answer = ask(w->folders, questions[RUN_QUESTION]);
    const int rounds = ees_totals_rounds(totals, 0, 0);
    assert_in_range(rounds, 2, 4);
    const char *at = answer;
    int rows_seen = 0;
    for (int k = 0; k < rounds; k++) {
        char text[200];
        const ees_estimate of = ees_totals_round(totals, 0, 0, k, EES_MEASURE_CUTOFF);
        snprintf(text, sizeof text, "{\"round\":%d,\"replicates\":1024,", k + 1);
        assert_non_null(at = strstr(at, text));
        assert_non_null(at = strstr(at, "\"cutoff\":{"));
        snprintf(text, sizeof text, "\"0.025\":%d,\"0.1\":%d,\"0.25\":%d,\"0.5\":%d,", of.quantile[0], of.quantile[1],
                 of.quantile[2], of.quantile[3]);
        assert_ptr_equal(strstr(at, "\"0.025\""), strstr(at, text));
        assert_non_null(strstr(strstr(at, "\"size\":{"), "\"0.5\":3000"));
    }
    assert_null(strstr(at, "{\"round\":"));
    for (const char *row = strstr(at, "{\"score\":"); row; row = strstr(row + 1, "{\"score\":")) {
        int score;
        double p;
        assert_int_equal(sscanf(row, "{\"score\":%d,\"p\":%lf", &score, &p), 2);
        assert_true(fabs(p - ees_chance_by(totals, 0, 0, score, request.until).probability) < 1e-12);
        rows_seen++;
    }
    assert_in_range(rows_seen, 3, 40);
    free(answer);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
}

static void wrong_questions_name_the_key(void **state) {
    const struct {
        const char *question, *says;
        int code;
    } wrong[] = {
        {"{\"command\":", "JSON", EES_ERR_DATA},
        {"[1]", "object", EES_ERR_RANGE},
        {"{}", "'command' is missing", EES_ERR_RANGE},
        {"{\"command\":7}", "'command' is missing", EES_ERR_RANGE},
        {"{\"command\":\"drow\"}", "did you mean 'draw'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_sise\":1}",
         "'draw_sise' is no key of 'draw'; did you mean 'draw_size'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"draw_size\":1}", "'program' is missing", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\"}", "'draw_size' is missing", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"cutoff\":500}", "exclude", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":5,\"draw_size\":1}", "'program'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEEC\",\"draw_size\":1}", "CEC", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":\"6000\"}", "'draw_size': expected a whole number",
         EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1.5}", "'draw_size'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"hindsight\":1}", "'hindsight': expected true",
         EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"date\":\"2026-02-30\"}", "'date'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"tie_break\":3}", "'tie_break'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"replicates\":0}", "'replicates'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"model\":\"lost\"}", "did you mean 'last'",
         EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"model\":\"\"}", "'model'", EES_ERR_RANGE},
        {"{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":1,\"model\":\"models/none.json\"}", "",
         EES_ERR_NOTFOUND},
        {"{\"command\":\"run\",\"paths\":true}", "'paths' is no key of 'run'", EES_ERR_RANGE},
        {"{\"command\":\"run\",\"program\":\"CEEC\"}", "CEC", EES_ERR_RANGE},
        {"{\"command\":\"rounds\",\"program\":[1]}", "'program': expected a text", EES_ERR_RANGE},
        {"{\"command\":\"rounds\",\"seed\":1}", "'seed' is no key", EES_ERR_RANGE},
        {"{\"command\":\"rounds\",\"from\":\"2026-01-01\",\"until\":\"2025-01-01\"}", "'from' is after", EES_ERR_RANGE},
        {"{\"command\":\"pool\",\"as_of\":\"1999-01-01\"}", "1999-01-01", EES_ERR_RANGE},
    };
    const world *w = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ees_error err = {0};
        char *answer = NULL;
        assert_int_equal(ees_answer_json(w->memory, wrong[i].question, &answer, &err), wrong[i].code);
        assert_null(answer);
        if (!strstr(err.message, wrong[i].says))
            fail_msg("%s: '%s' does not say '%s'", wrong[i].question, err.message, wrong[i].says);
        assert_int_equal(ees_answer_json(w->memory, wrong[i].question, &answer, NULL), wrong[i].code);
    }
}

/* The same answer, whether the policy is a file or stands in the question. */
static void a_policy_may_stand_in_the_question(void **state) {
    const world *w = *state;
    static const char *const before[] = {
        "{\"command\":\"forecast\",\"program\":\"CEC\",\"date\":\"2026-02-17\",\"replicates\":64,\"policy\":",
        "{\"command\":\"chance\",\"score\":505,\"program\":\"CEC\",\"date\":\"2026-02-17\",\"until\":\"2026-04-01\","
        "\"replicates\":256,\"policy\":",
        "{\"command\":\"run\",\"program\":\"CEC\",\"date\":\"2026-02-17\",\"until\":\"2026-04-01\","
        "\"replicates\":256,\"policy\":"};
    static const char policy[] = "{\"schema\":\"eesim.policy/1\",\"name\":\"x\",\"programs\":{\"CEC\":{\"calendar\":14,"
                                 "\"size\":3000}}}";
    char *dir = test_make_dir(), path[700], question[1500];
    snprintf(path, sizeof path, "%s/policy.json", dir);
    test_write_file(path, policy);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        snprintf(question, sizeof question, "%s\"%s\"}", before[i], path);
        char *of_file = ask(w->memory, question);
        snprintf(question, sizeof question, "%s%s}", before[i], policy);
        char *own = ask(w->memory, question);
        snprintf(question, sizeof question, "%.*s}", (int)strlen(before[i]) - 10, before[i]);
        char *learned = ask(w->memory, question);
        assert_string_equal(own, of_file);
        assert_string_not_equal(own, learned);
        free(of_file);
        free(own);
        free(learned);
    }
    ees_error err;
    char *answer;
    snprintf(question, sizeof question, "%s{\"schema\":\"eesim.policy/1\",\"colour\":1}}", before[0]);
    assert_int_equal(ees_answer_json(w->memory, question, &answer, &err), EES_ERR_DATA);
    assert_string_equal(err.file, "question/policy");
    assert_non_null(strstr(err.message, "colour"));
    snprintf(question, sizeof question, "%s\"question/policy\"}", before[0]); /* what was given is gone */
    assert_int_equal(ees_answer_json(w->memory, question, &answer, &err), EES_ERR_NOTFOUND);
    test_remove_tree(dir);
    free(dir);
}

/* A request read from a question is the one its answer comes from, and what it borrows lasts until the next. */
static void a_question_is_a_request(void **state) {
    const world *w = *state;
    ees_forecast_request forecast;
    ees_predict_request predict;
    ees_error err;
    assert_int_equal(
        ees_request_json(w->memory,
                         "{\"command\":\"forecast\",\"rounds\":3,\"until\":\"2026-05-01\",\"set\":\"annual=null\","
                         "\"policy\":{\"schema\":\"eesim.policy/1\"},\"seed\":7}",
                         &forecast, &err),
        0);
    assert_int_equal(forecast.rounds, 3);
    assert_int_equal(forecast.until, ees_date_from_civil(2026, 5, 1));
    assert_int_equal(forecast.date, EES_DATE_NONE);
    assert_int_equal(forecast.seed, 7);
    assert_string_equal(forecast.policy_file, "question/policy");
    assert_int_equal(forecast.set_count, 1);
    assert_string_equal(forecast.sets[0], "annual=null");
    assert_int_equal(
        ees_request_json(w->memory, "{\"command\":\"draw\",\"program\":\"CEC\",\"draw_size\":3000}", &predict, &err),
        0);
    assert_int_equal(predict.size, 3000);
    assert_int_equal(predict.cutoff, EES_SCORE_NONE);
    assert_int_equal(ees_request_json(w->memory, "{\"command\":\"rounds\"}", &predict, &err), EES_ERR_UNSUPPORTED);
    assert_int_equal(ees_request_json(w->memory, "{\"command\":\"draw\",\"program\":\"CEC\"}", &predict, NULL),
                     EES_ERR_RANGE);
}

static void remarks_reach_the_listener(void **state) {
    world *w = *state;
    free(ask(w->folders, "{\"command\":\"rounds\",\"from\":\"2099-01-01\"}"));
    assert_non_null(strstr(w->remarks, "no round matches"));
}

static void damaged_buffers(void **state) {
    (void)state;
    static const char *const buffers[] = {"", "{", "[]", "{\"data/rounds.csv\":1}"};
    ees_context *context = NULL;
    ees_error err;
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        assert_int_equal(ees_context_create_from_memory(&context, buffers[i], strlen(buffers[i]), NULL, &err),
                         EES_ERR_DATA);
        assert_null(context);
    }
    static const char hollow[] = "{\"models/programs.json\":\"\",\"data/rounds.csv\":\"x\"}", empty[] = "{}";
    char *answer;
    assert_int_equal(ees_context_create_from_memory(&context, hollow, strlen(hollow), NULL, &err), 0);
    assert_int_equal(ees_answer_json(context, "{\"command\":\"rounds\"}", &answer, &err), EES_ERR_DATA);
    assert_string_equal(err.file, "models/programs.json");
    ees_context_destroy(context);
    assert_int_equal(ees_context_create_from_memory(&context, empty, strlen(empty), NULL, &err), 0);
    assert_int_equal(ees_answer_json(context, "{\"command\":\"pool\"}", &answer, &err), EES_ERR_NOTFOUND);
    assert_string_equal(err.file, "models/default.json");
    ees_context_destroy(context);
    ees_context_options options;
    ees_context_options_init(&options);
    assert_int_equal(ees_context_create(&context, &options, &err), EES_ERR_RANGE);
    options.models_dir = EES_TEST_SOURCE_DIR "/models";
    assert_int_equal(ees_context_create(&context, &options, &err), 0);
    assert_null(ees_context_history(context, &err));
    assert_int_equal(err.code, EES_ERR_NOTFOUND);
    assert_non_null(ees_context_programs(context, NULL));
    ees_context_destroy(context);
    char *buffer;
    size_t length;
    assert_int_equal(ees_context_pack("/nonexistent", options.models_dir, &buffer, &length, &err), EES_ERR_NOTFOUND);
    assert_null(buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_folders),
        cmocka_unit_test(asking_changes_nothing),
        cmocka_unit_test(a_run_answers_with_its_totals),
        cmocka_unit_test(wrong_questions_name_the_key),
        cmocka_unit_test(a_policy_may_stand_in_the_question),
        cmocka_unit_test(a_question_is_a_request),
        cmocka_unit_test(remarks_reach_the_listener),
        cmocka_unit_test(damaged_buffers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
