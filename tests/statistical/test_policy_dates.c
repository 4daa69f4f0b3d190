/*
 * Sampled futures against the exact distribution of the next day: for each program, the first round of 50,000 futures,
 * chi-square on days of at least 20 expected. Fixed seed; false-alarm rate 1e-6 a test, 8 tests. The exact side is a
 * Markov chain over weeks and shares nothing with the sampler but the tables, so this checks both.
 */
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include <eesim.h>

#include "calendar/calendar.h"
#include "policy/policy.h"
#include "test_support.h"
#include "test_world.h"

enum { DRAWS = 50000, DAYS = 100, SEED = 396 };

static test_world shipped;

static void chi_square(const double *pmf, const int *counts, const char *name) {
    double statistic = 0, expected = 0, observed = 0, cells = 0, total = 0;
    for (int d = 0; d < DAYS; d++)
        total += pmf[d];
    for (int d = 0; d <= DAYS; d++) {
        expected += DRAWS * (d < DAYS ? pmf[d] : 1 - total);
        observed += counts[d];
        if (expected < 20)
            continue;
        statistic += (observed - expected) * (observed - expected) / expected;
        cells++;
        expected = observed = 0;
    }
    double limit = gsl_cdf_chisq_Qinv(1e-6, cells - 1);
    printf("%s: chi-square %.1f on %.0f cells, limit %.1f\n", name, statistic, cells, limit);
    assert_true(cells > 10);
    assert_true(statistic < limit);
}

static void compare(ees_date from, const char *const *codes, int code_count) {
    ees_known known = ees_history_before(&shipped.history, from, false);
    ees_policy_world world = {&shipped.programs, &shipped.history, known, &shipped.calendar, from, from + DAYS - 1};
    ees_policy *policy = NULL;
    eesi_calendar *calendar = NULL;
    ees_error err;
    assert_int_equal(eesi_policy_bind(&policy, "test", "{\"schema\":\"eesim.policy/1\"}", &world, &err), 0);
    assert_int_equal(
        eesi_calendar_create(&calendar, &shipped.calendar, &shipped.programs, &shipped.history, known, from, &err), 0);
    ees_future_round *rounds = calloc((size_t)eesi_policy_capacity(policy), sizeof *rounds);
    int(*counts)[DAYS + 1] = calloc((size_t)code_count, sizeof *counts);
    for (uint64_t r = 0; r < DRAWS; r++) {
        int count = eesi_policy_future(policy, SEED, r, rounds);
        for (int c = 0; c < code_count; c++) {
            int program = ees_programs_find(&shipped.programs, codes[c]), i = 0;
            while (i < count && rounds[i].program != program)
                i++;
            counts[c][i < count ? rounds[i].date - from : DAYS]++;
        }
    }
    for (int c = 0; c < code_count; c++) {
        double pmf[DAYS];
        assert_int_equal(
            eesi_calendar_date_pmf(calendar, ees_programs_find(&shipped.programs, codes[c]), pmf, DAYS, &err), 0);
        chi_square(pmf, counts[c], codes[c]);
    }
    free(counts);
    free(rounds);
    eesi_calendar_destroy(calendar);
    eesi_policy_destroy(policy);
}

static void first_days_follow_their_pmf(void **state) {
    (void)state;
    assert_int_equal(test_world_open(&shipped, NULL), 0);
    eesi_calendar_model_init(&shipped.calendar);
    static const char *const codes[] = {"PNP", "CEC", "FRENCH", "HEALTH"};
    compare(ees_date_from_civil(2026, 2, 18), codes, 4);  /* a Wednesday: PNP and CEC were held in this week */
    compare(ees_date_from_civil(2025, 12, 16), codes, 4); /* the turn of the year ahead, PNP held the day before */
    test_world_close(&shipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(first_days_follow_their_pmf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
