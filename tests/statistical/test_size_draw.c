/*
 * Sizes drawn against their exact probabilities, one by one and, as a run draws them, sixteen at a time in floats. One
 * chi-square test a program and way with a fixed seed: 200,000 draws in cells of at least 20 expected, false-alarm rate
 * 1e-6 each (10 tests: 1e-5 in all).
 */
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include <eesim.h>

#include "base/rng.h"
#include "calendar/size_lanes.h"
#include "test_support.h"
#include "test_world.h"

enum { DRAWS = 200000, SIZES = 40000, SEED = 20260217 };

static void count(int *counts, int64_t size) {
    assert_true(size >= 1);
    counts[size <= SIZES ? size : SIZES + 1]++;
}

static void draw_one_by_one(const eesi_calendar *calendar, int program, const eesi_size_context *context, int *counts) {
    for (uint64_t i = 0; i < DRAWS; i++) {
        double u[2];
        eesi_rng_uniforms(SEED, i, EES_RNG_USER, (uint32_t)program, u, 2);
        count(counts, eesi_calendar_size_draw(calendar, program, context, u));
    }
}

static void draw_by_lanes(const eesi_calendar *calendar, int program, const eesi_size_context *context, int *counts) {
    eesi_size_habits habits;
    eesi_size_chains chains;
    eesi_size_step step;
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    eesi_size_habits_of(calendar, program, &habits);
    eesi_size_chains_begin(&chains, context);
    for (int lane = 0; lane < EESI_SIZE_LANES; lane++)
        step.gap_days[lane] = (float)context->gap_days;
    for (uint64_t i = 0; i < DRAWS / EESI_SIZE_LANES; i++) {
        eesi_rng_point(rng, SEED, i, EES_RNG_USER, (uint32_t)program);
        for (size_t w = 0; w < 2 * (size_t)EESI_SIZE_LANES; w++)
            step.word[w / EESI_SIZE_LANES][w % EESI_SIZE_LANES] = (uint32_t)gsl_rng_get(rng);
        eesi_size_draw(&habits, &chains, &step);
        for (int lane = 0; lane < EESI_SIZE_LANES; lane++)
            count(counts, (int64_t)step.size[lane]);
    }
    gsl_rng_free(rng);
}

static void chi_square(const eesi_calendar *calendar, int program, const eesi_size_context *context, bool by_lanes,
                       const char *name) {
    int *counts = calloc(SIZES + 2, sizeof *counts);
    if (by_lanes)
        draw_by_lanes(calendar, program, context, counts);
    else
        draw_one_by_one(calendar, program, context, counts);
    double statistic = 0, expected = 0, observed = 0, cells = 0;
    for (int64_t n = 1; n <= SIZES + 1; n++) {
        expected += DRAWS * (n <= SIZES ? eesi_calendar_size_prob(calendar, program, context, n)
                                        : 1 - eesi_calendar_size_cdf(calendar, program, context, SIZES));
        observed += counts[n];
        if (expected < 20 && n <= SIZES)
            continue;
        if (expected > 0) {
            statistic += (observed - expected) * (observed - expected) / expected;
            cells++;
        }
        expected = observed = 0;
    }
    double limit = gsl_cdf_chisq_Qinv(1e-6, cells - 1);
    printf("%s: chi-square %.1f on %.0f cells, limit %.1f\n", name, statistic, cells, limit);
    assert_true(cells > 20);
    assert_true(statistic < limit);
    free(counts);
}

static void sizes_follow_their_pmf(void **state) {
    (void)state;
    test_world shipped;
    eesi_calendar *calendar = NULL;
    ees_error err;
    assert_int_equal(test_world_open(&shipped, NULL), 0);
    eesi_calendar_model_init(&shipped.calendar);
    ees_date from = ees_date_from_civil(2026, 2, 18);
    ees_known known = ees_history_before(&shipped.history, from, false);
    assert_int_equal(
        eesi_calendar_create(&calendar, &shipped.calendar, &shipped.programs, &shipped.history, known, from, &err), 0);
    const char *codes[] = {"CEC", "FRENCH", "PNP"};
    for (int i = 0; i < 3; i++) {
        int program = ees_programs_find(&shipped.programs, codes[i]);
        eesi_size_context context = eesi_calendar_size_context(calendar, program, from + 13);
        chi_square(calendar, program, &context, false, codes[i]);
        chi_square(calendar, program, &context, true, codes[i]);
        context.recent[0] = context.last = 123; /* two rounds of a future later */
        context.recent[1] = 4567;
        chi_square(calendar, program, &context, true, codes[i]);
    }
    int pnp = ees_programs_find(&shipped.programs, "PNP");
    eesi_size_context context = eesi_calendar_size_context(calendar, pnp, from + 13);
    context.fresh = 412;
    context.fresh_age_days = 2;
    chi_square(calendar, pnp, &context, false, "PNP with a fresh count");
    eesi_calendar_destroy(calendar);
    test_world_close(&shipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes_follow_their_pmf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
