/*
 * What the pooled statistical model must hold on the published rounds. No random numbers: the limits are exact.
 * Parameters of models/until-359.json were fitted on rounds up to 359, so #364 to #396 are new to them. The intervals
 * are judged by the share of the exact central probability (pit_coverage), which integers do not inflate. With n
 * independent rounds the standard error of a coverage of 0.8 is sqrt(0.16 / n): 0.03 for the 131 general rounds.
 */
#include "eval/backtest.h"
#include "models/statistical.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"

enum { MODELS_MAX = 16 };

typedef struct world {
    test_world shipped;
    eesi_statistical *statistical;
} world;

static int open_world(void **state) {
    static world w;
    int status = test_world_open(&w.shipped, "until-359.json");
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

/* Model 0 is the statistical one, the rest are the rivals. */
static void run(const world *w, const char *codes, const char *first, const char *last, ees_backtest *backtest,
                ees_forecaster *models) {
    static const char *const skip[] = {"176"};
    eesi_backtest_options options;
    size_t rivals;
    const ees_forecaster *rival = eesi_rivals(&rivals);
    char list[100];
    models[0] = eesi_statistical_forecaster(w->statistical);
    memcpy(models + 1, rival, rivals * sizeof *rival);
    eesi_backtest_options_init(&options);
    options.skip = skip;
    options.skip_count = 1;
    options.first_round = ees_history_find(&w->shipped.history, first);
    options.last_round = ees_history_find(&w->shipped.history, last);
    snprintf(list, sizeof list, "%s", codes);
    for (char *code = strtok(list, " "); code; code = strtok(NULL, " "))
        options.programs |= 1U << ees_programs_find(&w->shipped.programs, code);
    assert_int_equal(
        eesi_backtest_models(backtest, &w->shipped.history, &w->shipped.programs, models, rivals + 1, &options, NULL),
        0);
}

static ees_score_summary summary_of(const ees_backtest *backtest, const char *title) {
    ees_score_summary s;
    assert_int_equal(ees_backtest_summarise(backtest, 0, 0, false, &s, NULL), 0);
    print_message("%s: n %zu MAE %.2f CRPS %.2f coverage %.2f %.2f %.2f\n", title, s.count, s.mae, s.crps,
                  s.pit_coverage[0], s.pit_coverage[1], s.pit_coverage[2]);
    return s;
}

/* By CRPS, on the rounds both answered. */
static void assert_beats_every_rival(const ees_backtest *backtest, const ees_forecaster *models) {
    for (size_t m = 1; m < backtest->model_count; m++) {
        ees_score_difference d;
        assert_int_equal(ees_backtest_compare(backtest, 0, m, 0, &d, NULL), 0);
        if (d.count == 0) /* the read-off, before any pool was published */
            continue;
        if (!(d.crps < 0.0))
            print_error("%s is better by %.2f points of CRPS\n", models[m].name, d.crps);
        assert_true(d.crps < 0.0);
    }
}

static void assert_honest(const ees_score_summary *s, double tolerance) {
    for (int i = 0; i < EES_LEVELS; i++)
        assert_close(s->pit_coverage[i], ees_levels[i], tolerance);
}

static void test_new_rounds(void **state) {
    const world *w = *state;
    static const struct {
        const char *codes;
        double mae, crps;
    } tasks[] = {{"FRENCH", 7.0, 5.5},
                 {"PNP", 27.0, 19.0},
                 {"CEC", 1.0, 0.75},
                 {"HEALTH", 7.0, 5.0},
                 {"HEALTH TRADE EDU", 20, 15}};
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        ees_backtest backtest;
        ees_forecaster models[MODELS_MAX];
        run(w, tasks[i].codes, "360", "396", &backtest, models);
        ees_score_summary s = summary_of(&backtest, tasks[i].codes);
        assert_true(s.mae <= tasks[i].mae);
        assert_true(s.crps <= tasks[i].crps);
        assert_beats_every_rival(&backtest, models);
        ees_backtest_free(&backtest);
    }
}

static void test_regimes_without_pools(void **state) {
    const world *w = *state;
    ees_backtest backtest;
    ees_forecaster models[MODELS_MAX];
    run(w, "GENERAL", "10", "180", &backtest, models);
    ees_score_summary s = summary_of(&backtest, "general 2015-20");
    assert_true(s.mae <= 3.78 && s.crps <= 3.22);
    assert_honest(&s, 0.08);
    assert_beats_every_rival(&backtest, models);
    ees_backtest_free(&backtest);
    run(w, "CEC", "140", "211", &backtest, models);
    s = summary_of(&backtest, "CEC 2020-21");
    assert_true(s.mae <= 6.1 && s.crps <= 4.52);
    assert_honest(&s, 0.08);
    assert_beats_every_rival(&backtest, models);
    ees_backtest_free(&backtest);
}

static void test_intervals_since_2023(void **state) {
    const world *w = *state;
    ees_backtest backtest;
    ees_forecaster models[MODELS_MAX];
    run(w, "FRENCH HEALTH TRADE STEM TRANSPORT AGRI EDU", "254", "396", &backtest, models);
    ees_score_summary s = summary_of(&backtest, "categories");
    assert_honest(&s, 0.08);
    assert_beats_every_rival(&backtest, models);
    ees_backtest_free(&backtest);
    run(w, "PNP", "130", "396", &backtest, models);
    s = summary_of(&backtest, "PNP");
    assert_honest(&s, 0.08);
    assert_beats_every_rival(&backtest, models);
    ees_backtest_free(&backtest);
}

typedef struct regime {
    const char *name, *codes; /* codes "": every program */
    const char *first, *last;
    bool pooled; /* over all rounds and programs: the strict limit */
} regime;

/* Both ways of counting are shown and held: whole scores, as intervals are printed, and scores at an end in part. */
static void assert_calibrated(const world *w, const regime *r) {
    ees_backtest backtest;
    ees_forecaster models[MODELS_MAX];
    ees_score_summary s;
    run(w, r->codes, r->first, r->last, &backtest, models);
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &s, NULL), 0);
    print_message("%-22s n %3zu  exact %.2f %.2f %.2f  whole %.2f %.2f %.2f  width %.1f %.1f %.1f  CRPS %.2f\n",
                  r->name, s.count, s.pit_coverage[0], s.pit_coverage[1], s.pit_coverage[2], s.coverage[0],
                  s.coverage[1], s.coverage[2], s.width[0], s.width[1], s.width[2], s.crps);
    double tolerance = 0.08 + (r->pooled ? 0.0 : 0.5 / sqrt((double)s.count));
    assert_honest(&s, tolerance);
    for (int i = 0; i < EES_LEVELS; i++) {
        assert_true(s.coverage[i] >= ees_levels[i] - tolerance);
        assert_true(!r->pooled || s.coverage[i] <= ees_levels[i] + tolerance);
    }
    ees_backtest_free(&backtest);
}

/*
 * The table of calibration. Were the intervals right and the rounds independent, a coverage of 0.5 from n rounds would
 * have a standard error of 0.5 / sqrt(n): 0.025 for the 392 of all programs, so 8 points are more than three of them
 * and a right model would fail once in 700 histories. Regimes have fewer rounds: they get 8 points and one standard
 * error of their own (12 for 138 rounds, 18 for 26), a false alarm for about one right model in ten over the seven of
 * them.
 */
static void test_calibration(void **state) {
    const world *w = *state;
    static const regime regimes[] = {
        {"every program", "", "1", "396", true},
        {"every program, new", "", "360", "396", false},
        {"general 2015-20", "GENERAL", "1", "180", false},
        {"CEC 2020-21", "CEC", "140", "211", false},
        {"general since 2022", "GENERAL", "212", "396", false},
        {"CEC since 2024", "CEC", "212", "396", false},
        {"PNP", "PNP", "1", "396", false},
        {"French", "FRENCH", "1", "396", false},
        {"categories", "HEALTH TRADE STEM TRANSPORT AGRI EDU", "1", "396", false},
    };
    for (size_t i = 0; i < sizeof regimes / sizeof *regimes; i++)
        assert_calibrated(w, &regimes[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_rounds),
        cmocka_unit_test(test_regimes_without_pools),
        cmocka_unit_test(test_intervals_since_2023),
        cmocka_unit_test(test_calibration),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
