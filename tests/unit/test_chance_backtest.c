/* The scoring of chances: what happened, what the past says, and the errors of means, each against small oracles. */
#include "base/rng.h"
#include "eval/bootstrap.h"
#include "eval/chance_past.h"
#include "eval/chance_record.h"
#include "eval/chance_summary.h"
#include "eval/past_pool.h"
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GENERAL = 0, CEC = 1, PNP = 2 };
static const ees_date day0 = 18262; /* 2020-01-01 */

static ees_round round_on(int day, int program, int cutoff, int64_t size, int tie_days_before) {
    const ees_time held = (ees_time)(day0 + day) * EES_SECONDS_PER_DAY + 43200;
    return (ees_round){.number = "1",
                       .program = program,
                       .date = day0 + day,
                       .held_at = held,
                       .size = size,
                       .cutoff = cutoff,
                       .tie_break =
                           tie_days_before < 0 ? EES_TIME_NONE : held - (ees_time)tie_days_before * EES_SECONDS_PER_DAY,
                       .snapshot = EES_SNAPSHOT_NONE};
}

typedef struct world {
    ees_round rounds[8];
    ees_history history;
    eesi_backtest_options options;
    eesi_chance_view view;
} world;

static void world_init(world *w) {
    const ees_round rounds[] = {
        round_on(0, CEC, 500, 1000, 30),  round_on(14, CEC, 490, 2000, 30),      round_on(28, PNP, 700, 500, 30),
        round_on(30, CEC, 480, 3000, -1), round_on(45, GENERAL, 470, 4000, 100), round_on(400, CEC, 460, 100, 10),
    };
    memset(w, 0, sizeof *w);
    memcpy(w->rounds, rounds, sizeof rounds);
    w->history = (ees_history){.round_count = 6, .rounds = w->rounds};
    eesi_backtest_options_init(&w->options);
    w->view = (eesi_chance_view){&w->history, &w->options, CEC, GENERAL};
}

static void test_what_came(void **state) {
    (void)state;
    world w;
    world_init(&w);
    const eesi_chance_view *v = &w.view;
    assert_close(eesi_chance_came(v, day0 + 1, day0 + 14, 491, day0), 1.0, 0.0);
    assert_close(eesi_chance_came(v, day0 + 1, day0 + 13, 491, day0), 0.0, 0.0);  /* the last day counts */
    assert_close(eesi_chance_came(v, day0 + 15, day0 + 29, 600, day0), 0.0, 0.0); /* a round of another program */
    assert_close(eesi_chance_came(v, day0 + 14, day0 + 14, 490, day0 - 20), 1.0, 0.0);
    assert_close(eesi_chance_came(v, day0 + 14, day0 + 14, 490, day0 - 10), 0.0, 0.0);
    assert_close(eesi_chance_came(v, day0 + 30, day0 + 30, 480, day0), 0.5, 0.0); /* no tie-break was published */
    assert_close(eesi_chance_came(v, day0 + 30, day0 + 45, 480, day0), 1.0, 0.0); /* then a round for everybody */
    /* A year old on day 365: it is then as new as one of that day. */
    assert_close(eesi_chance_came(v, day0 + 400, day0 + 400, 460, day0 + 36), 1.0, 0.0);
    assert_close(eesi_chance_came(v, day0 + 400, day0 + 400, 460, day0 + 32), 0.0, 0.0);
}

static void test_spans_and_states(void **state) {
    (void)state;
    world w;
    world_init(&w);
    bool rhythm;
    const eesi_chance_span span = eesi_chance_look(&w.view, day0 + 14, day0 + 45);
    assert_int_equal(span.rounds, 2);
    assert_int_equal(span.invited, 5000);
    assert_int_equal(span.reach, 470);
    assert_int_equal(eesi_chance_look(&w.view, day0 + 46, day0 + 99).reach, INT_MAX);
    assert_int_equal(eesi_chance_last(&w.view, day0 + 30)->cutoff, 490); /* that day's round is not known */
    assert_null(eesi_chance_last(&w.view, day0));
    assert_int_equal(eesi_chance_quiet_days(&w.view, day0 + 40, &rhythm), 10);
    assert_false(rhythm); /* three rounds are no rhythm yet */
    w.rounds[4].program = CEC;
    assert_int_equal(eesi_chance_quiet_days(&w.view, day0 + 60, &rhythm), 15);
    assert_true(rhythm);
    assert_int_equal(eesi_chance_quiet_days(&w.view, day0 + 66, &rhythm), 21);
    assert_false(rhythm);
    const char *const skip[] = {"1"};
    w.options.skip = skip;
    w.options.skip_count = 1;
    assert_null(eesi_chance_last(&w.view, day0 + 100)); /* but they happened */
    assert_close(eesi_chance_came(&w.view, day0 + 14, day0 + 14, 491, day0), 1.0, 0.0);
}

/* Windows of 30 days that begin on days 1, 8, 15, 22, 29 and 36 reach 480, 480, 470 and so on; the last cut-offs of
 * then are 500, 500, 490, 490, 490 and 480. */
static void test_past_windows(void **state) {
    (void)state;
    world w;
    eesi_chance_windows windows;
    world_init(&w);
    assert_int_equal(eesi_chance_windows_make(&windows, &w.view, NULL), EES_OK);
    assert_int_equal(windows.windows[0].from, day0 + 1);
    const int reach[] = {480 - 500, 480 - 500, 470 - 490, 470 - 490, 470 - 490, 470 - 480, 470 - 480, INT_MAX};
    for (int i = 0; i < 8; i++)
        assert_int_equal(windows.windows[i].reach[0], reach[i]);
    assert_int_equal(eesi_chance_windows_over(&windows, 0, day0 + 31), 0);
    assert_int_equal(eesi_chance_windows_over(&windows, 0, day0 + 32), 1);
    assert_int_equal(eesi_chance_windows_over(&windows, 0, day0 + 81), 8);
    assert_close(eesi_chance_empirical(&windows, 0, 0, 0), 0.5, 0.0);
    assert_close(eesi_chance_empirical(&windows, 8, 0, -10), (5 + 2 * 0.5 + 0.5) / 9, 1e-12);
    assert_close(eesi_chance_empirical(&windows, 8, 0, -20), (5 * 0.5 + 0.5) / 9, 1e-12);
    free(windows.windows);
}

static void mean_of(const double *sums, double *measures) {
    measures[0] = sums[1] / sums[0];
}

/* Independent steps: sd / sqrt(n). Steps that repeat ten times: as if there were a tenth of them. The bootstrap's own
 * error is 1 / sqrt(2 * 500), 3 %; the limits are four of it. */
static void test_block_bootstrap(void **state) {
    (void)state;
    enum { STEPS = 2000 };
    static double single[STEPS][2], repeated[STEPS][2], uniform[STEPS];
    double one, ten, narrow;
    eesi_rng_uniforms(3, 0, EES_RNG_USER, 0, uniform, STEPS);
    for (int i = 0; i < STEPS; i++) {
        single[i][0] = repeated[i][0] = 1;
        single[i][1] = uniform[i] < 0.5;
        repeated[i][1] = uniform[i / 10] < 0.5;
    }
    assert_int_equal(eesi_block_bootstrap(&single[0][0], STEPS, 2, 1, mean_of, 1, &one, NULL), EES_OK);
    assert_int_equal(eesi_block_bootstrap(&repeated[0][0], STEPS, 2, 1, mean_of, 1, &narrow, NULL), EES_OK);
    assert_int_equal(eesi_block_bootstrap(&repeated[0][0], STEPS, 2, 40, mean_of, 1, &ten, NULL), EES_OK);
    assert_close(one, 0.5 / sqrt(STEPS), 0.12 * 0.5 / sqrt(STEPS));
    assert_close(narrow, 0.5 / sqrt(STEPS), 0.12 * 0.5 / sqrt(STEPS)); /* what blocks of one step do not see */
    assert_true(ten > 2 * narrow);
    assert_int_equal(eesi_block_bootstrap(&single[0][0], 5, 2, 2, mean_of, 1, &one, NULL), EES_OK);
    assert_true(isnan(one)); /* two blocks and a half */
}

static void test_summary_by_hand(void **state) {
    (void)state;
    const ees_past_case live = {.origin = day0, .program = CEC, .horizon = 1, .quiet_days = 20};
    ees_past_case silent = live, later = live;
    silent.quiet_days = 366;
    later.origin += 14;
    ees_past_chance rows[] = {
        {.at = live, .chance = 0.25, .came = 0, .last = 0, .empirical = 0.5},
        {.at = live, .chance = 0.75, .came = 1, .last = 0.5, .empirical = 0.5},
        {.at = silent, .chance = 1, .came = 0, .last = 1, .empirical = 1},
        {.at = later, .chance = 0.72, .came = 0, .last = 1, .empirical = 0.5},
    };
    const ees_backtest backtest = {.chances = rows, .chance_count = 4, .every_days = 14, .replicates = 999};
    eesi_chance_group group = {.kind = EESI_CHANCE_PROGRAM, .program = CEC, .era = -1, .horizon = 1};
    eesi_chance_summary of;
    assert_int_equal(eesi_chance_summarise(&backtest, &group, &of, NULL), EES_OK);
    assert_int_equal(of.origins, 2);
    assert_int_equal(of.count, 3);
    assert_close(of.value.forecast, 1.72 / 3, 1e-12);
    assert_close(of.value.came, 1.0 / 3, 1e-12);
    assert_close(of.value.brier, (0.0625 + 0.0625 + 0.5184) / 3, 1e-12);
    assert_close(of.value.last, 1.25 / 3, 1e-12);
    assert_close(of.value.empirical, 0.25, 1e-12);
    assert_close(of.value.climatology, 2.0 / 9, 1e-12);
    assert_close(of.value.skill_empirical, 1 - of.value.brier / 0.25, 1e-12);
    assert_int_equal(of.class_count[7], 2); /* 0.72 and 0.75, of which half came */
    assert_close(of.value.ece, (0.25 + 2 * fabs(0.5 - 0.735)) / 3, 1e-12);
    assert_true(isnan(of.error.brier));
    group = (eesi_chance_group){.kind = EESI_CHANCE_QUIET_YEAR, .era = -1, .horizon = 1};
    assert_int_equal(eesi_chance_summarise(&backtest, &group, &of, NULL), EES_OK);
    assert_int_equal(of.count, 1);
    group = (eesi_chance_group){.kind = EESI_CHANCE_ALL, .era = 1, .horizon = 1}; /* that era begins in March */
    assert_int_equal(eesi_chance_summarise(&backtest, &group, &of, NULL), EES_OK);
    assert_int_equal(of.count, 0);
}

static void test_pool_by_hand(void **state) {
    (void)state;
    const ees_past_case at = {.origin = day0, .program = GENERAL, .horizon = 2};
    struct ees_past_pool rows[] = {
        {.at = at,
         .band = {491, 500},
         .published = 100,
         .median = 150,
         .mean = 160,
         .crps = 30,
         .crps_last = 50,
         .pit_low = 0.1,
         .pit_high = 0.2},
        {.at = at, .band = {501, 600}, .published = 1, .median = 9, .mean = 9, .crps = 8, .crps_last = 1},
        {.at = at,
         .band = {491, 500},
         .published = 200,
         .median = 100,
         .mean = 120,
         .crps = 50,
         .crps_last = 10,
         .pit_low = 0.95,
         .pit_high = 0.96},
    };
    const ees_backtest backtest = {.pools = rows, .pool_count = 3, .every_days = 14};
    const eesi_chance_group group = {.kind = EESI_CHANCE_PROGRAM, .program = GENERAL, .era = -1, .horizon = 2};
    eesi_chance_summary of;
    assert_int_equal(eesi_pool_summarise(&backtest, &group, 491, &of, NULL), EES_OK);
    assert_int_equal(of.count, 2);
    assert_close(of.invited.invited, 150, 0.0);
    assert_close(of.invited.forecast, 140, 0.0);
    assert_close(of.invited.bias, 0.0, 1e-12); /* half too many, half too few */
    assert_close(of.invited.crps, 40, 0.0);
    assert_close(of.invited.crps_last, 30, 0.0);
    assert_close(of.invited.inside[1], 0.5, 0.0); /* 0.1 to 0.2 lies inside the central 80 % */
    assert_close(of.invited.inside[0], 0.0, 0.0);
}

/* Two classes at 30 days, one at the others: written, read, and asked between them. */
static void test_record(void **state) {
    (void)state;
    enum { ROWS = 3 + EES_CHANCE_HORIZONS - 1 };
    ees_past_chance rows[ROWS] = {
        {.at = {.origin = day0, .program = CEC}, .chance = 0.2, .came = 0},
        {.at = {.origin = day0, .program = CEC}, .chance = 0.8, .came = 1},
        {.at = {.origin = day0, .program = CEC}, .chance = 0.8, .came = 0},
    };
    for (int h = 1; h < EES_CHANCE_HORIZONS; h++)
        rows[2 + h] = (ees_past_chance){.at = {.origin = day0, .program = CEC, .horizon = h}, .chance = 0.6, .came = 0};
    const ees_backtest backtest = {.chances = rows, .chance_count = ROWS, .every_days = 14, .replicates = 10};
    char *dir = test_make_dir(), path[300];
    snprintf(path, sizeof path, "%s/chance.json", dir);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(eesi_chance_record_write(&backtest, &(eesi_record_origin){"a", "b", "c", 1}, out, NULL), EES_OK);
    fclose(out);
    eesi_chance_record record;
    assert_int_equal(eesi_chance_record_read(&record, NULL, path, NULL), EES_OK);
    assert_close(eesi_chance_record_error(&record, 0.1, 7), 0.2,
                 1e-9); /* below the first class, before the first day */
    assert_close(eesi_chance_record_error(&record, 0.8, 30), 0.3, 1e-9); /* half of 0.8 came */
    assert_close(eesi_chance_record_error(&record, 0.5, 30), 0.25, 1e-9);
    assert_close(eesi_chance_record_error(&record, 0.5, 45), (0.25 + 0.6) / 2, 1e-9);
    assert_close(eesi_chance_record_error(&record, 0.5, 900), 0.6, 1e-9);
    assert_true(isnan(eesi_chance_record_error(&(eesi_chance_record){0}, 0.5, 30)));
    assert_int_equal(eesi_chance_record_read(&record, NULL, dir, NULL) != EES_OK, 1);
    const ees_backtest none = {.every_days = 14};
    assert_int_equal(eesi_chance_record_write(&none, &(eesi_record_origin){"a", "b", "c", 1}, stderr, NULL),
                     EES_ERR_RANGE);
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_came),       cmocka_unit_test(test_spans_and_states),
        cmocka_unit_test(test_past_windows),    cmocka_unit_test(test_block_bootstrap),
        cmocka_unit_test(test_summary_by_hand), cmocka_unit_test(test_pool_by_hand),
        cmocka_unit_test(test_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
