#include "eval/backtest.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "feed/tie_break.h"
#include "models/forecaster.h"
#include "models/tie_age.h"

enum { ROUNDS = 6 };

typedef struct fixture {
    ees_round rounds[ROUNDS];
    ees_history history;
    ees_programs programs;
} fixture;

/* Rounds of program 0 every 20 days; cut-offs 500 490 500 480 500 500; tie-breaks 10, 20 ... days old. */
static void set_up(fixture *f) {
    static const int cutoffs[ROUNDS] = {500, 490, 500, 480, 500, 500};
    memset(f, 0, sizeof *f);
    for (int i = 0; i < ROUNDS; i++) {
        ees_round *round = &f->rounds[i];
        snprintf(round->number, sizeof round->number, "%d", i + 1);
        round->date = 20000 + 20 * i;
        round->size = 1000;
        round->cutoff = cutoffs[i];
        round->held_at = eesi_time_from_parts(round->date, 12, 0, 0);
        round->tie_break = round->held_at - (10 * i + 10) * (ees_time)EES_SECONDS_PER_DAY;
        round->snapshot = EES_SNAPSHOT_NONE;
    }
    f->history = (ees_history){.round_count = ROUNDS, .rounds = f->rounds};
    f->programs.count = 1;
    f->programs.programs[0].kind = EES_KIND_PROGRAM;
}

static ees_question question_about(const fixture *f, int round) {
    return (ees_question){.history = &f->history,
                          .programs = &f->programs,
                          .known = ees_history_before(&f->history, f->rounds[round].date, false),
                          .date = f->rounds[round].date,
                          .size = 1000};
}

static double total(const eesi_age_predictive *ages) {
    double sum = 0.0;
    for (int a = 0; a < EESI_AGE_COUNT; a++)
        sum += ages->p[a];
    return sum;
}

static double age_of(ees_time held_at, ees_time tie_break) {
    const ees_round round = {.date = 20000, .held_at = held_at, .tie_break = tie_break};
    return eesi_tie_break_age_days(&round);
}

/* What is missing or a misprint has no age; a round of which only the day is known was held at noon. */
static void test_the_age_of_a_tie_break(void **state) {
    (void)state;
    const ees_time day = EES_SECONDS_PER_DAY, midnight = 20000 * day, evening = midnight + day / 4 * 3;
    assert_close(age_of(evening, evening - 10 * day), 10.0, 0.0);
    assert_close(age_of(EES_TIME_NONE, midnight - 10 * day), 10.5, 0.0);
    assert_close(age_of(evening, evening + day), 0.0, 0.0);
    assert_true(age_of(evening, evening + day + 1) < 0.0);
    assert_close(age_of(evening, evening - 366 * day), 366.0, 0.0);
    assert_true(age_of(evening, evening - 366 * day - 1) < 0.0);
    assert_true(age_of(evening, EES_TIME_NONE) < 0.0);
}

static void test_a_risen_cutoff_has_young_ties(void **state) {
    (void)state;
    fixture f;
    eesi_age_predictive risen, fallen;
    set_up(&f);
    ees_question question = question_about(&f, 4); /* 480 was cleared above 20 days ago */
    assert_int_equal(eesi_tie_break_ages(&question, 500, &risen, NULL), 0);
    assert_int_equal(eesi_tie_break_ages(&question, 470, &fallen, NULL), 0); /* never cleared */
    assert_close(total(&risen), 1.0, 1e-12);
    assert_close(total(&fallen), 1.0, 1e-12);
    assert_true(eesi_age_quantile(&risen, 0.5) < eesi_age_quantile(&fallen, 0.5));
    /* The even part ends after 20 days. */
    assert_close(risen.p[19] - risen.p[20], 0.4 / 20.0, 1e-3);
    assert_int_equal(eesi_age_quantile(&risen, 1.0), EESI_AGE_COUNT - 1);
    ees_error err;
    assert_int_equal(eesi_tie_break_ages(&question, 1201, &risen, &err), EES_ERR_RANGE);
    question.program = EES_PROGRAM_NONE;
    assert_int_equal(eesi_tie_break_ages(&question, 500, &risen, &err), EES_ERR_RANGE);
}

static void test_crps_of_a_point_is_the_absolute_error(void **state) {
    (void)state;
    eesi_age_predictive ages = {{0}};
    ages.p[100] = 1.0;
    assert_close(eesi_age_crps(&ages, 100), 0.0, 0.0);
    assert_close(eesi_age_crps(&ages, 70), 30.0, 0.0);
    assert_close(eesi_age_crps(&ages, 120), 20.0, 0.0);
    assert_close(eesi_age_crps(&ages, 5000), 265.0, 0.0);
    assert_int_equal(eesi_age_quantile(&ages, 0.5), 100);
}

static void test_backtest(void **state) {
    (void)state;
    fixture f;
    eesi_backtest_options options;
    ees_tie_break_row *rows;
    size_t count;
    set_up(&f);
    f.rounds[2].tie_break = EES_TIME_NONE;
    eesi_backtest_options_init(&options);
    assert_int_equal(eesi_backtest_tie_breaks(&rows, &count, &f.history, &f.programs, &options, NULL), 0);
    assert_int_equal(count, ROUNDS - 1);
    assert_int_equal(rows[0].observed, 10);
    assert_true(isnan(rows[0].rival) && isnan(rows[0].rival_crps));
    assert_int_equal(rows[2].round, 3);
    assert_int_equal(rows[2].observed, 40);
    assert_close(rows[2].rival, 15.0, 0.0); /* median of 10 and 20 */
    assert_close(rows[2].rival_crps, 25.0, 0.0);
    assert_true(rows[2].low <= rows[2].median && rows[2].median <= rows[2].high);
    free(rows);
    options.first_date = 30000;
    assert_int_equal(eesi_backtest_tie_breaks(&rows, &count, &f.history, &f.programs, &options, NULL),
                     EES_ERR_NOTFOUND);
    assert_null(rows);
}

/* On the shipped rounds the distribution beats the program's past median age in every program with twenty of them. */
static void test_it_beats_the_past_median(void **state) {
    (void)state;
    test_world shipped;
    eesi_backtest_options options;
    assert_int_equal(test_world_open(&shipped, NULL), 0);
    const char *const codes[] = {"CEC", "PNP", "FRENCH", "GENERAL"};
    eesi_backtest_options_init(&options);
    for (int c = 0; c < 4; c++) {
        ees_tie_break_row *rows;
        size_t count;
        double crps = 0.0, rival = 0.0;
        options.programs = 1U << ees_programs_find(&shipped.programs, codes[c]);
        assert_int_equal(eesi_backtest_tie_breaks(&rows, &count, &shipped.history, &shipped.programs, &options, NULL),
                         0);
        assert_true(count > 20);
        for (size_t i = 1; i < count; i++) {
            crps += rows[i].crps;
            rival += rows[i].rival_crps;
        }
        print_message("%-8s %3zu rounds: CRPS %.1f days, past median %.1f\n", codes[c], count - 1,
                      crps / (double)(count - 1), rival / (double)(count - 1));
        assert_true(crps < 0.9 * rival);
        free(rows);
    }
    test_world_close(&shipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_age_of_a_tie_break),
        cmocka_unit_test(test_a_risen_cutoff_has_young_ties),
        cmocka_unit_test(test_crps_of_a_point_is_the_absolute_error),
        cmocka_unit_test(test_backtest),
        cmocka_unit_test(test_it_beats_the_past_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
