/* Coming rounds that meet: the same futures as the policy draws, and cut-offs that know of each other's rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "base/file.h"
#include "forecast/coming.h"
#include "forecasters.h"
#include "models/forecaster.h"
#include "policy/policy.h"
#include "predict/size_unknown.h"
#include "run/run_inputs.h"
#include "test_support.h"
#include "test_world.h"

enum { REPLICATES = 1500, ROUNDS = 3, DAYS = 100 };

/* A policy in a file and as an object, and what a forecast under it stands on. */
typedef struct scene {
    char *dir, *file;
    ees_policy *policy;
    ees_run_inputs inputs;
    ees_forecaster model;
    eesi_forecast_request request;
    eesi_coming coming;
    ees_date until;
} scene;

static ees_program_set bit(const char *code) {
    return (ees_program_set)1 << test_program(&test_shipped, code);
}

static void open_policy(scene *s, const char *text) {
    const ees_date from = ees_date_from_civil(2026, 2, 18);
    s->until = from + DAYS;
    s->request.known = ees_history_before(&test_shipped.history, EES_DATE_NONE, false);
    ees_policy_world world = test_policy_world(from, s->until);
    world.known = s->request.known;
    assert_int_equal(eesi_policy_bind(&s->policy, s->file, text, &world, NULL), 0);
}

static void open_scene(scene *s, const char *text) {
    *s = (scene){.dir = test_make_dir(), .model = test_by_size};
    s->file = eesi_path_join(s->dir, "policy.json");
    assert_non_null(s->file);
    test_write_file(s->file, text);
    eesi_forecast_request_init(&s->request);
    open_policy(s, text);
    s->request.history = &test_shipped.history;
    s->request.programs = &test_shipped.programs;
    s->request.policy = s->policy;
    s->request.models = s->request.later_models = &s->model;
    s->request.model_count = s->request.later_model_count = 1;
    s->request.rounds = ROUNDS;
    s->request.replicates = REPLICATES;
    s->inputs = (ees_run_inputs){.programs = &test_shipped.programs,
                                 .history = &test_shipped.history,
                                 .model = test_shipped.model,
                                 .calendar = &test_shipped.calendar};
    eesi_coming_init(&s->coming);
    s->coming.inputs = &s->inputs;
    s->coming.policy_file = s->file;
    s->coming.programs = ~(ees_program_set)0;
    s->coming.threads = 1;
}

static void close_scene(scene *s) {
    eesi_policy_destroy(s->policy);
    test_remove_tree(s->dir);
    free(s->file);
    free(s->dir);
}

static ees_forecast_answer forecast_of(const scene *s) {
    ees_forecast_answer forecast;
    ees_error err = {0};
    if (eesi_coming_forecast(&s->coming, &forecast, &s->request, EES_DATE_NONE, s->until, &err) != 0)
        fail_msg("%s", err.message);
    return forecast;
}

static const ees_forecast_round *round_of(const ees_forecast_answer *forecast, const char *code, int round) {
    for (size_t i = 0; i < forecast->count; i++)
        if (forecast->rounds[i].program == test_program(&test_shipped, code) && forecast->rounds[i].round == round)
            return &forecast->rounds[i];
    fail_msg("no round %d of %s", round, code);
    return NULL;
}

static int median(const ees_forecast_answer *forecast, const char *code, int round) {
    return ees_predictive_median(&round_of(forecast, code, round)->cutoff_pmf);
}

static const char learned[] = "{\"schema\":\"eesim.policy/1\"}";

/* Whoever asks about a replicate of any program hears of one future: that of the policy. */
static void futures_are_those_of_the_policy(void **state) {
    (void)state;
    scene s;
    open_scene(&s, learned);
    ees_forecast_answer forecast = forecast_of(&s);
    ees_future_round *rounds = calloc((size_t)eesi_policy_capacity(s.policy) + 1, sizeof *rounds);
    size_t next[EES_PROGRAMS_MAX][ROUNDS] = {0}, checked = 0;
    assert_non_null(rounds);
    for (uint64_t r = 0; r < 500; r++) { /* later rounds of programs without members are drawn in 500 futures */
        int seen[EES_PROGRAMS_MAX] = {0};
        const int count = eesi_policy_future(s.policy, s.request.seed, r, rounds);
        for (int i = 0; i < count; i++) {
            const int program = rounds[i].program, k = seen[program]++;
            if (k >= ROUNDS)
                continue;
            const ees_forecast_round *entry = round_of(&forecast, test_shipped.programs.programs[program].code, k + 1);
            const size_t at = next[program][k]++;
            assert_int_equal(entry->replicate[at], r);
            assert_int_equal(entry->date[at], rounds[i].date);
            assert_int_equal(entry->size[at], rounds[i].size);
            checked++;
        }
    }
    assert_true(checked > 5000);
    for (size_t i = 1; i < forecast.count; i++)
        assert_true(forecast.rounds[i - 1].program < forecast.rounds[i].program ||
                    forecast.rounds[i - 1].round < forecast.rounds[i].round);
    assert_string_equal(round_of(&forecast, "CEC", 1)->model, "ensemble");
    assert_string_equal(round_of(&forecast, "PNP", 1)->model, "size");
    free(rounds);
    ees_forecast_answer_free(&forecast);
    close_scene(&s);
}

/*
 * A general round of 15,000 takes whom the CEC round a week later would have: its cut-off falls. Medians of 1,500
 * futures with a standard deviation below 10 points err by less than half a point each, so 5 points are no chance; the
 * second CEC round, three weeks on, is back within them.
 */
static void general_rounds_meet_others(void **state) {
    (void)state;
    static const char alone[] = "{\"schema\":\"eesim.policy/1\",\"default\":{\"calendar\":\"none\"},\"programs\":{"
                                "\"CEC\":{\"calendar\":{\"every_days\":21,\"first\":\"2026-03-10\"},\"size\":3000}}}";
    static const char met[] = "{\"schema\":\"eesim.policy/1\",\"default\":{\"calendar\":\"none\"},\"programs\":{"
                              "\"CEC\":{\"calendar\":{\"every_days\":21,\"first\":\"2026-03-10\"},\"size\":3000}},"
                              "\"one_off\":[{\"date\":\"2026-03-03\",\"program\":\"GENERAL\",\"size\":15000}]}";
    scene s, t;
    open_scene(&s, alone);
    open_scene(&t, met);
    ees_forecast_answer without = forecast_of(&s), with = forecast_of(&t);
    print_message("CEC of 3,000: %d, after a general round %d, three weeks later %d and %d\n",
                  median(&without, "CEC", 1), median(&with, "CEC", 1), median(&without, "CEC", 2),
                  median(&with, "CEC", 2));
    assert_true(median(&with, "CEC", 1) < median(&without, "CEC", 1) - 5);
    assert_true(abs(median(&with, "CEC", 2) - median(&without, "CEC", 2)) <= 5);
    assert_close(round_of(&with, "GENERAL", 1)->within, 1, 0);
    ees_forecast_answer_free(&without);
    ees_forecast_answer_free(&with);
    close_scene(&s);
    close_scene(&t);
}

static void programs_without_members_are_asked_alone(void **state) {
    (void)state;
    scene s;
    open_scene(&s, learned);
    s.request.program_set = bit("HEALTH") | bit("PNP");
    ees_forecast_answer forecast = forecast_of(&s), plain;
    assert_int_equal(eesi_forecast_run(&plain, &s.request, NULL), 0);
    assert_int_equal(forecast.count, plain.count);
    for (size_t i = 0; i < plain.count; i++) {
        assert_int_equal(forecast.rounds[i].count, plain.rounds[i].count);
        assert_memory_equal(forecast.rounds[i].cutoff, plain.rounds[i].cutoff,
                            plain.rounds[i].count * sizeof *plain.rounds[i].cutoff);
    }
    ees_forecast_answer_free(&forecast);
    ees_forecast_answer_free(&plain);
    s.request.program_set = bit("CEC");
    s.coming.programs = 0; /* nobody is run together: the model given answers */
    forecast = forecast_of(&s);
    assert_string_equal(forecast.rounds[0].model, "size");
    ees_forecast_answer_free(&forecast);
    close_scene(&s);
}

static void threads_change_nothing(void **state) {
    (void)state;
    scene s;
    open_scene(&s, learned);
    s.request.program_set = bit("CEC") | bit("GENERAL");
    ees_forecast_answer one = forecast_of(&s);
    s.coming.threads = 3;
    ees_forecast_answer three = forecast_of(&s);
    assert_int_equal(one.count, 2 * ROUNDS);
    assert_int_equal(three.count, one.count);
    for (size_t i = 0; i < one.count; i++) {
        const size_t count = one.rounds[i].count;
        assert_int_equal(three.rounds[i].count, count);
        assert_memory_equal(three.rounds[i].cutoff, one.rounds[i].cutoff, count * sizeof *one.rounds[i].cutoff);
        assert_memory_equal(three.rounds[i].replicate, one.rounds[i].replicate,
                            count * sizeof *one.rounds[i].replicate);
    }
    ees_forecast_answer_free(&one);
    ees_forecast_answer_free(&three);
    close_scene(&s);
}

static void requests_that_cannot_be_are_refused(void **state) {
    (void)state;
    scene s;
    ees_forecast_answer forecast;
    ees_error err;
    open_scene(&s, learned);
    s.request.rounds = 0;
    assert_int_equal(eesi_coming_forecast(&s.coming, &forecast, &s.request, EES_DATE_NONE, s.until, &err),
                     EES_ERR_RANGE);
    s.request.rounds = 1;
    s.coming.policy_file = "/nowhere/policy.json";
    assert_int_equal(eesi_coming_forecast(&s.coming, &forecast, &s.request, EES_DATE_NONE, s.until, &err),
                     EES_ERR_NOTFOUND);
    ees_forecast_answer_free(&forecast);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(futures_are_those_of_the_policy), cmocka_unit_test(general_rounds_meet_others),
        cmocka_unit_test(programs_without_members_are_asked_alone), cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(requests_that_cannot_be_are_refused)};
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
