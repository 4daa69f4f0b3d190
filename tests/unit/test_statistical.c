#include "models/statistical.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "feed/read.h"
#include "models/forecaster.h"
#include "models/mixture.h"
#include "models/model.h"
#include "models/nominee.h"

typedef struct world {
    test_world shipped;
    eesi_statistical *statistical;
} world;

static int open_world(void **state) {
    static world w;
    int status = test_world_open(&w.shipped, "default.json");
    if (status == 0)
        status = eesi_statistical_create(&w.statistical, w.shipped.model, &w.shipped.programs, NULL);
    *state = &w;
    return status;
}

static int close_world(void **state) {
    world *w = *state;
    eesi_statistical_destroy(w->statistical);
    test_world_close(&w->shipped);
    return 0;
}

static const eesi_exposure_params params = {.loss_per_day = 0.01,
                                            .level_gain = 0.3,
                                            .stock_gain = 0.5,
                                            .scale = 0.1,
                                            .scale_dof = 6,
                                            .scale_memory = 0.8,
                                            .gap_power = 1,
                                            .first_days = 0,
                                            .first_level = 2,
                                            .first_level_sd = 1};

static void test_exposure_grows_and_decays(void **state) {
    (void)state;
    eesi_exposure one, two;
    eesi_exposure_init(&one, &params, 450, 40);
    eesi_exposure_init(&two, &params, 450, 40);
    eesi_exposure_advance(&one, 1000);
    eesi_exposure_advance(&two, 1000);
    eesi_exposure_advance(&one, 1014);
    for (int day = 1001; day <= 1014; day++)
        eesi_exposure_advance(&two, day);
    for (int i = 0; i < EESI_EXPOSURE_CELLS; i++) {
        assert_close(one.days[i], (1.0 - exp(-0.14)) / 0.01, 1e-12);
        assert_close(two.days[i], one.days[i], 1e-12);
    }
    eesi_exposure_advance(&one, 1010); /* time does not run backwards */
    assert_int_equal(one.date, 1014);
    eesi_exposure_take_top(&one, 500, 0.25);
    assert_close(one.days[499 - EESI_EXPOSURE_LOW], two.days[0], 1e-12);
    assert_close(one.days[500 - EESI_EXPOSURE_LOW], 0.875 * two.days[0], 1e-12);
    assert_close(one.days[501 - EESI_EXPOSURE_LOW], 0.75 * two.days[0], 1e-12);
}

static void test_exposure_prediction_is_a_distribution(void **state) {
    (void)state;
    eesi_exposure exposure;
    ees_predictive predictive;
    eesi_exposure_init(&exposure, &params, 450, 40);
    eesi_exposure_advance(&exposure, 1000);
    eesi_exposure_advance(&exposure, 1060);
    eesi_exposure_assimilate(&exposure, 3000, 470);
    eesi_exposure_advance(&exposure, 1074);
    eesi_exposure_predict(&exposure, 3000, &predictive);
    double sum = 0.0;
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        assert_true(predictive.p[s] >= 0.0);
        sum += predictive.p[s];
    }
    assert_close(sum, 1.0, 1e-12);
    for (int s = 440; s < 520; s++)
        assert_close(eesi_exposure_probability(&exposure, 3000, s), predictive.p[s], 1e-12);
    /* A larger round reaches lower. */
    ees_predictive larger;
    eesi_exposure_predict(&exposure, 6000, &larger);
    assert_true(ees_predictive_median(&larger) < ees_predictive_median(&predictive));
}

/* Before the first round the lower half of the log level is 1.5 times as wide as the upper one; the median stays. */
static void test_the_first_forecast_leans_down(void **state) {
    (void)state;
    const double size = 500.0, scale = sqrt(params.scale * params.scale + 1.0 + 1.0 / size);
    eesi_exposure exposure;
    ees_predictive predictive;
    eesi_exposure_init(&exposure, &params, 450, 40);
    eesi_exposure_advance(&exposure, 1000);
    eesi_exposure_advance(&exposure, 1060);
    eesi_exposure_predict(&exposure, size, &predictive);
    double tail = 0.0;
    int lower = 0, upper = 0;
    for (int s = EESI_EXPOSURE_LOW + EESI_EXPOSURE_CELLS - 1; s > EESI_EXPOSURE_LOW; s--) {
        tail += exposure.shape[s - EESI_EXPOSURE_LOW] * exposure.days[s - EESI_EXPOSURE_LOW];
        if (tail < 1e-3)
            continue; /* nobody at all: the log is kept finite there */
        const double x = (params.first_level + log(tail) - log(size)) / scale;
        assert_close(1.0 - ees_predictive_cdf(&predictive, s - 1), gsl_cdf_tdist_P(x > 0.0 ? x / 1.5 : x, 3.0), 1e-7);
        lower += x > 0.0;
        upper += x < 0.0;
    }
    assert_true(lower > 50 && upper > 50);
}

/* Rounds generated from the model itself without noise: the level is found and the forecasts become exact. */
static void test_exposure_finds_a_constant_level(void **state) {
    (void)state;
    eesi_exposure truth, learner;
    eesi_exposure_init(&truth, &params, 450, 40);
    eesi_exposure_init(&learner, &params, 450, 40);
    truth.level = 2.9;
    eesi_exposure_advance(&truth, 1000);
    eesi_exposure_advance(&learner, 1000);
    int last_miss = 100;
    for (int round = 1; round <= 12; round++) {
        ees_predictive predictive;
        eesi_exposure_advance(&truth, 1000 + 14 * round);
        eesi_exposure_advance(&learner, 1000 + 14 * round);
        double tail = 0.0, size = 2500.0;
        int cutoff = EESI_EXPOSURE_HIGH;
        while (exp(truth.level) * tail < size && cutoff > EESI_EXPOSURE_LOW) {
            cutoff--;
            tail += truth.shape[cutoff - EESI_EXPOSURE_LOW] * truth.days[cutoff - EESI_EXPOSURE_LOW];
        }
        eesi_exposure_predict(&learner, size, &predictive);
        last_miss = abs(ees_predictive_median(&predictive) - cutoff);
        eesi_exposure_take_top(&truth, cutoff, 1.0);
        eesi_exposure_assimilate(&learner, size, cutoff);
    }
    assert_true(last_miss <= 1);
    assert_close(learner.level, 2.9, 0.05);
    assert_true(learner.scale_squares / learner.scale_dof < 0.1 * 0.1);
}

/* How far one round with a hopelessly large size moves the level, `gap` days after the program's first round. */
static double surprise_after(int gap, double *scale, double *gain) {
    eesi_exposure exposure;
    eesi_exposure_init(&exposure, &params, 450, 40);
    eesi_exposure_advance(&exposure, 900);
    eesi_exposure_advance(&exposure, 1000);
    eesi_exposure_assimilate(&exposure, 1000, 500);
    eesi_exposure_advance(&exposure, 1000 + gap);
    double residual = exposure.scale_squares / exposure.scale_dof * fmax(gap / 14.0, 1.0); /* gap_power is 1 */
    double variance = residual + exposure.level_variance + 1e-6, before = exposure.level;
    *scale = sqrt(variance);
    *gain = fmax(params.level_gain, exposure.level_variance / variance);
    eesi_exposure_assimilate(&exposure, 1e6, 560);
    return exposure.level - before;
}

/* A surprise a fortnight after a round is cut short; the same one after a long pause speaks of a new level. */
static void test_a_long_gap_makes_surprises_credible(void **state) {
    (void)state;
    double scale, gain, moved = surprise_after(14, &scale, &gain);
    assert_true(4.0 * scale < 1.2);
    assert_close(moved, gain * 1.2, 1e-12);
    moved = surprise_after(560, &scale, &gain);
    assert_true(4.0 * scale > 2.0);
    assert_close(moved, gain * 4.0 * scale, 1e-9);
}

/* Without drift, forgetting and surprises the recursion is conjugate Bayesian regression: mean = (P0 + X'X)^-1
 * (P0 m0 + X'y), here with a gap that never changes, so that two coefficients remain. */
static void test_nominee_is_bayesian_regression(void **state) {
    (void)state;
    const eesi_nominee_params p = {.level = 740,
                                   .size_slope = -30,
                                   .level_sd = 1,
                                   .size_slope_sd = 0.5,
                                   .scale = 30,
                                   .scale_dof = 10,
                                   .scale_memory = 1,
                                   .dof_max = 1000};
    const double sizes[] = {300, 800, 500, 1200};
    const int cutoffs[] = {760, 735, 748, 722};
    eesi_nominee nominee;
    eesi_nominee_init(&nominee, &p);
    double a00 = 1, a01 = 0, a11 = 4, b0 = 740, b1 = 4 * -30.0;
    for (int i = 0; i < 4; i++) {
        double x = log(sizes[i] / 500.0);
        a00 += 1;
        a01 += x;
        a11 += x * x;
        b0 += cutoffs[i];
        b1 += x * cutoffs[i];
        eesi_nominee_assimilate(&nominee, sizes[i], 1000 + 14 * i, cutoffs[i]);
    }
    double determinant = a00 * a11 - a01 * a01;
    assert_close(nominee.mean[0], (a11 * b0 - a01 * b1) / determinant, 1e-8);
    assert_close(nominee.mean[1], (a00 * b1 - a01 * b0) / determinant, 1e-8);
    assert_close(nominee.covariance[0][0], a11 / determinant, 1e-10);
    assert_close(nominee.dof, 14.0, 1e-12);
    ees_predictive predictive;
    assert_int_equal(eesi_nominee_predict(&nominee, 500, 1000 + 14 * 4, &predictive, NULL), 0);
    assert_close(ees_predictive_cdf(&predictive, 600), 0.0, 0.0); /* nominees have 601 or more */
    assert_in_range(ees_predictive_median(&predictive), 742, 754);
}

static ees_question question_about(const world *w, int position) {
    const ees_round *round = &w->shipped.history.rounds[position];
    return (ees_question){.history = &w->shipped.history,
                          .programs = &w->shipped.programs,
                          .known = ees_history_before(&w->shipped.history, round->date, false),
                          .program = round->program,
                          .date = round->date,
                          .size = round->size};
}

/* The answer for a round of a program on 2026-05-01, two years after the last general and STEM rounds. */
static ees_predictive answer_for(const world *w, const char *code, int64_t size) {
    ees_forecaster model = eesi_statistical_forecaster(w->statistical);
    ees_question question = question_about(w, (int)w->shipped.history.round_count - 1);
    ees_predictive predictive;
    question.known = (ees_known){w->shipped.history.round_count, w->shipped.history.snapshot_count};
    question.program = ees_programs_find(&w->shipped.programs, code);
    question.date = ees_date_from_civil(2026, 5, 1);
    question.size = size;
    assert_int_equal(model.forecast(model.self, &question, &predictive, NULL), 0);
    return predictive;
}

/* A long silence widens, but what was seen of the program, and the pool itself, still count. */
static void test_a_long_silence_does_not_erase(void **state) {
    const world *w = *state;
    ees_predictive general = answer_for(w, "GENERAL", 3000), stem = answer_for(w, "STEM", 4500);
    assert_true(ees_predictive_median(&general) > 510);      /* the pool of 2026-02-15: 16,559 in 501-600 */
    assert_in_range(ees_predictive_median(&stem), 470, 515); /* 491 invited 4,500 in 2024 */
    ees_interval recent = ees_predictive_interval(&stem, 0.8);
    assert_true(recent.high - recent.low >= 25);
}

static void test_every_current_program_gets_an_answer(void **state) {
    const world *w = *state;
    ees_forecaster model = eesi_statistical_forecaster(w->statistical);
    for (int program = 0; program < (int)w->shipped.programs.count; program++) {
        ees_question question = question_about(w, (int)w->shipped.history.round_count - 1);
        ees_predictive predictive;
        ees_error err = {0};
        question.program = program;
        question.size = 1000;
        assert_int_equal(model.forecast(model.self, &question, &predictive, &err), 0);
        double sum = 0.0;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            sum += predictive.p[s];
        assert_close(sum, 1.0, 1e-9);
        question.size = EES_COUNT_NONE;
        assert_int_equal(model.forecast(model.self, &question, &predictive, &err), EES_ERR_NOTFOUND);
    }
}

static void test_sweep_equals_one_by_one(void **state) {
    const world *w = *state;
    enum { LAST = 25 };
    static ees_predictive swept[LAST];
    ees_question questions[LAST];
    int statuses[LAST];
    ees_forecaster model = eesi_statistical_forecaster(w->statistical);
    for (int i = 0; i < LAST; i++)
        questions[i] = question_about(w, (int)w->shipped.history.round_count - LAST + i);
    assert_int_equal(model.sweep(model.self, questions, LAST, swept, statuses, NULL), 0);
    for (int i = 0; i < LAST; i++) {
        ees_predictive alone;
        assert_int_equal(model.forecast(model.self, &questions[i], &alone, NULL), statuses[i]);
        assert_int_equal(statuses[i], 0);
        assert_memory_equal(&alone, &swept[i], sizeof alone);
    }
}

/* Everything after the question's limit of knowledge is replaced by nonsense: no forecast may change. */
static void test_the_future_is_not_seen(void **state) {
    const world *w = *state;
    ees_forecaster model = eesi_statistical_forecaster(w->statistical);
    ees_round *rounds = malloc(w->shipped.history.round_count * sizeof *rounds);
    ees_snapshot *snapshots = malloc(w->shipped.history.snapshot_count * sizeof *snapshots);
    assert_non_null(rounds);
    assert_non_null(snapshots);
    for (int position = 20; position < (int)w->shipped.history.round_count; position += 13) {
        ees_question honest = question_about(w, position), blinded = honest;
        memcpy(rounds, w->shipped.history.rounds, w->shipped.history.round_count * sizeof *rounds);
        for (size_t i = honest.known.round_count; i < w->shipped.history.round_count; i++) {
            rounds[i].cutoff = 13;
            rounds[i].size = 77;
        }
        memcpy(snapshots, w->shipped.history.snapshots, w->shipped.history.snapshot_count * sizeof *snapshots);
        for (size_t i = honest.known.snapshot_count; i < w->shipped.history.snapshot_count; i++)
            snapshots[i].leaf[0] = snapshots[i].leaf[1] = 1;
        ees_history changed = w->shipped.history;
        changed.rounds = rounds;
        changed.snapshots = snapshots;
        blinded.history = &changed;
        ees_predictive a, b;
        assert_int_equal(model.forecast(model.self, &honest, &a, NULL), model.forecast(model.self, &blinded, &b, NULL));
        assert_memory_equal(&a, &b, sizeof a);
    }
    free(snapshots);
    free(rounds);
}

/* The published count of a band becomes the stock of that band; nominees come off the size. */
static void test_a_pool_sets_the_stock(void **state) {
    (void)state;
    eesi_exposure_params seeing = params;
    seeing.arrival_sd = 0.2;
    seeing.pool_gain = 0.5;
    eesi_exposure exposure, blind;
    ees_snapshot snapshot = {.as_of = 1014,
                             .bands = test_bands,
                             .leaf = {600, 5000, 7000, 8000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000}};
    eesi_exposure_init(&exposure, &seeing, 450, 40);
    eesi_exposure_init(&blind, &params, 450, 40);
    eesi_exposure_advance(&exposure, 1000);
    eesi_exposure_advance(&blind, 1000);
    eesi_exposure_advance(&exposure, 1001);
    eesi_exposure_advance(&blind, 1001);
    eesi_exposure_assimilate(&exposure, 3000, 470);
    eesi_exposure_assimilate(&blind, 3000, 470);
    eesi_exposure_observe(&exposure, &snapshot);
    eesi_exposure before = blind;
    eesi_exposure_observe(&blind, &snapshot);
    assert_memory_equal(&before, &blind, sizeof before);
    double stock = 0.0;
    for (int s = 501; s <= 600; s++)
        stock += exp(exposure.level) * exposure.shape[s - EESI_EXPOSURE_LOW] * exposure.days[s - EESI_EXPOSURE_LOW];
    assert_close(stock, 5000.0, 1e-6);
    assert_close(exposure.nominees, 600.0, 1e-9);
    /* 600 nominees and the 5,000 of 501-600: a round of 5,600 ends at about 501, one of 12,600 at about 491. */
    ees_predictive predictive;
    eesi_exposure_predict(&exposure, 5600, &predictive);
    assert_in_range(ees_predictive_median(&predictive), 500, 502);
    eesi_exposure_predict(&exposure, 12600, &predictive);
    assert_in_range(ees_predictive_median(&predictive), 490, 492);
    /* A pool no younger than the program's last round says nothing new. */
    before = exposure;
    snapshot.as_of = 1001;
    eesi_exposure_observe(&exposure, &snapshot);
    assert_memory_equal(&before, &exposure, sizeof before);
}

static void refuse(const char *section, int code, const char *message) {
    char *dir = test_make_dir(), path[600], text[2000];
    ees_programs programs;
    ees_model *model;
    eesi_statistical *statistical;
    ees_error err = {0};
    char *programs_path = test_source_path("models/programs.json");
    snprintf(path, sizeof path, "%s/model.json", dir);
    snprintf(text, sizeof text, "{\"schema\":\"eesim.model/1\",\"name\":\"x\",\"streams\":[]%s%s}",
             *section ? ",\"statistical\":" : "", section);
    test_write_file(path, text);
    assert_int_equal(eesi_programs_read(&programs, NULL, programs_path, NULL), 0);
    assert_int_equal(eesi_model_read(&model, NULL, path, &err), 0);
    assert_int_equal(eesi_statistical_create(&statistical, model, &programs, &err), code);
    assert_null(statistical);
    if (!strstr(err.message, message))
        print_error("message: %s\n", err.message);
    assert_non_null(strstr(err.message, message));
    eesi_statistical_destroy(NULL);
    eesi_model_free(model);
    eesi_programs_free(&programs);
    test_remove_tree(dir);
    free(programs_path);
    free(dir);
}

static void test_bad_sections_are_refused(void **state) {
    (void)state;
    refuse("", EES_ERR_NOTFOUND, "statistical");
    refuse("{}", EES_ERR_DATA, "common");
    refuse("{\"common\":{},\"families\":[{}],\"nominees\":{}}", EES_ERR_DATA, "name");
    refuse("{\"common\":{},\"families\":[{\"name\":\"a\",\"programs\":[\"NOBODY\"]}],\"nominees\":{}}", EES_ERR_DATA,
           "NOBODY");
    refuse("{\"common\":{},\"families\":[{\"name\":\"a\",\"programs\":[\"CEC\"],\"restart_days\":9}],\"nominees\":{}}",
           EES_ERR_DATA, "loss_per_day");
    refuse("{\"common\":{},\"families\":[],\"nominees\":{\"programs\":[\"PNP\"],\"level\":3}}", EES_ERR_DATA, "level");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exposure_grows_and_decays),
        cmocka_unit_test(test_exposure_prediction_is_a_distribution),
        cmocka_unit_test(test_the_first_forecast_leans_down),
        cmocka_unit_test(test_exposure_finds_a_constant_level),
        cmocka_unit_test(test_a_long_gap_makes_surprises_credible),
        cmocka_unit_test(test_nominee_is_bayesian_regression),
        cmocka_unit_test(test_a_pool_sets_the_stock),
        cmocka_unit_test(test_a_long_silence_does_not_erase),
        cmocka_unit_test(test_every_current_program_gets_an_answer),
        cmocka_unit_test(test_sweep_equals_one_by_one),
        cmocka_unit_test(test_the_future_is_not_seen),
        cmocka_unit_test(test_bad_sections_are_refused),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
