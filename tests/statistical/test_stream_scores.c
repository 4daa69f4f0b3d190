/*
 * What the streams must hold on the published rounds with the shipped models: scores, and intervals that are neither
 * too narrow nor too wide. Deterministic: fixed data, models and seed. Intervals are judged as printed, of whole
 * scores, and by the share of the exact central probability (pit_coverage). Were the forecasts calibrated and the
 * rounds independent, the standard error of a coverage q over n rounds would be at most sqrt(q (1 - q) / n): for n = 27
 * at 50, 80, 95 % 0.096, 0.077, 0.042; for n = 37 0.082, 0.066, 0.036. A limit of 0.08 on new random data would
 * therefore fail a calibrated model in 40, 30 and 6 % of cases (n = 27); here it cannot fail by chance, because nothing
 * is random: it keeps a later change from losing what was reached.
 */
#include "ensemble_score.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <string.h>

static const double INTERVAL_TOLERANCE = 0.08;

typedef struct task {
    const char *title;
    ensemble_rounds rounds;
    size_t count;
    double mae, crps;
} task;

static ees_score_summary backtest_of(const test_world *w, const task *t) {
    const ees_score_summary s = ensemble_score(w, &w->history, &t->rounds);
    print_message("%s: n %zu MAE %.2f CRPS %.2f whole %.2f %.2f %.2f exact %.2f %.2f %.2f width %.1f\n", t->title,
                  s.count, s.mae, s.crps, s.coverage[0], s.coverage[1], s.coverage[2], s.pit_coverage[0],
                  s.pit_coverage[1], s.pit_coverage[2], s.width[1]);
    assert_int_equal(s.count, t->count);
    assert_true(s.mae <= t->mae);
    assert_true(s.crps <= t->crps);
    return s;
}

/* Whole scores come and go one round at a time: they get a standard error of their own (cli/test_intervals_held holds
 * all rounds of a program to the 8 points alone). */
static void assert_honest(const ees_score_summary *s) {
    for (int i = 0; i < EES_LEVELS; i++) {
        assert_close(s->pit_coverage[i], ees_levels[i], INTERVAL_TOLERANCE);
        assert_close(s->coverage[i], ees_levels[i], INTERVAL_TOLERANCE + 0.5 / sqrt((double)s->count));
    }
}

/* Parameters from rounds through #396: the scores are partly of rounds they were fitted on. */
static void test_default_model(void **state) {
    (void)state;
    static const task tasks[] = {
        {"CEC", {"CEC", "304", "396", false}, 27, 1.4, 1.0},
        {"general", {"GENERAL", "228", "294", false}, 37, 3.8, 2.4},
        {"general, with the pool of the round", {"GENERAL", "228", "294", true}, 37, 1.4, 1.05},
    };
    test_world w;
    assert_int_equal(test_world_open(&w, "default.json"), 0);
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        const ees_score_summary s = backtest_of(&w, &tasks[i]);
        assert_honest(&s);
    }
    test_world_close(&w);
}

/* Parameters from rounds through #359, judged on later ones. */
static void test_later_rounds(void **state) {
    (void)state;
    static const task cec = {"CEC", {"CEC", "364", "396", false}, 10, 0.8, 0.5},
                      all_cec = {"CEC, all", {"CEC", "304", "396", false}, 27, 1.4, 1.0},
                      french = {"French", {"FRENCH", "364", "396", false}, 6, 3.0, 2.3};
    test_world w;
    assert_int_equal(test_world_open(&w, "until-359.json"), 0);
    const ees_score_summary late = backtest_of(&w, &cec), all = backtest_of(&w, &all_cec);
    assert_true(late.coverage[1] >= 0.7);
    assert_true(late.width[1] <= 4.5);
    assert_true(late.worst <= 5.0);
    assert_honest(&all);
    (void)backtest_of(&w, &french);
    test_world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_model),
        cmocka_unit_test(test_later_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
