/*
 * The feed is late, wrong or broken some day: what the CEC ensemble must still hold on #304-396 when part of the record
 * is taken away. Deterministic (fixed data, model, seeds). The limits are about 1.5 times the scores of the whole
 * record, MAE 1.3 and CRPS 0.9 points.
 */
#include "test_support.h"
#include "test_world.h"

#include <stdlib.h>
#include <string.h>

#include <eesim/rng.h>

#include <gsl/gsl_rng.h>

typedef void (*damage)(ees_history *history, gsl_rng *rng);

/* A history of its own arrays, that share the names of the rounds with `from`. */
static ees_history copy_of(const ees_history *from) {
    ees_history h = *from;
    h.rounds = malloc(h.round_count * sizeof *h.rounds);
    h.snapshots = malloc(h.snapshot_count * sizeof *h.snapshots);
    assert_non_null(h.rounds);
    assert_non_null(h.snapshots);
    memcpy(h.rounds, from->rounds, h.round_count * sizeof *h.rounds);
    memcpy(h.snapshots, from->snapshots, h.snapshot_count * sizeof *h.snapshots);
    h.sha256[0] = '\0'; /* these are no data of data/ */
    return h;
}

static void lose_snapshots(ees_history *h, double share, gsl_rng *rng) {
    size_t kept = 0;
    for (size_t i = 0; i < h->snapshot_count; i++)
        if (gsl_rng_uniform(rng) >= share)
            h->snapshots[kept++] = h->snapshots[i];
    h->snapshot_count = kept;
    for (size_t i = 0; i < h->round_count; i++)
        h->rounds[i].snapshot = EES_SNAPSHOT_NONE;
}

static void lose_half_the_pools(ees_history *h, gsl_rng *rng) {
    lose_snapshots(h, 0.5, rng);
}

static void lose_every_pool(ees_history *h, gsl_rng *rng) {
    lose_snapshots(h, 1.1, rng);
}

static void date_half_the_pools_late(ees_history *h, gsl_rng *rng) {
    for (size_t i = 0; i < h->snapshot_count; i++)
        h->snapshots[i].as_of += gsl_rng_uniform(rng) < 0.5 ? 6 : 0;
}

static void date_half_the_pools_early(ees_history *h, gsl_rng *rng) {
    for (size_t i = 0; i < h->snapshot_count; i++)
        h->snapshots[i].as_of -= gsl_rng_uniform(rng) < 0.5 ? 10 : 0;
}

static void forget_the_ties(ees_history *h, gsl_rng *rng) {
    for (size_t i = 0; i < h->round_count; i++)
        if (gsl_rng_uniform(rng) < 0.7)
            h->rounds[i].tie_break = EES_TIME_NONE;
}

/* A new program in between, of which nobody knows whom it invites. */
static void unmap_other_programs(ees_history *h, gsl_rng *rng) {
    const int cec = h->rounds[h->round_count - 1].program; /* the last round is one of CEC */
    for (size_t i = 0; i < h->round_count; i++)
        if (h->rounds[i].program != cec && gsl_rng_uniform(rng) < 0.5)
            h->rounds[i].program = EES_PROGRAM_NONE;
}

static ees_score_summary score_of(const test_world *w, const ees_history *history) {
    ees_ensemble *ensemble;
    ees_backtest backtest;
    ees_backtest_options options;
    ees_score_summary s;
    assert_int_equal(ees_ensemble_create(&ensemble, w->model, NULL, NULL), 0);
    const ees_forecaster forecaster = ees_ensemble_forecaster(ensemble);
    ees_backtest_options_init(&options);
    options.programs = 1U << test_program(w, "CEC");
    options.first_round = ees_history_find(history, "304");
    options.last_round = ees_history_find(history, "396");
    assert_int_equal(ees_backtest_run(&backtest, history, &w->programs, &forecaster, 1, &options, NULL), 0);
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &s, NULL), 0);
    ees_backtest_free(&backtest);
    ees_ensemble_destroy(ensemble);
    return s;
}

static void test_part_of_the_record_is_missing(void **state) {
    (void)state;
    static const struct {
        const char *title;
        damage damage;
    } cases[] = {{"half the pools lost", lose_half_the_pools},
                 {"every pool lost", lose_every_pool},
                 {"half the pools dated six days late", date_half_the_pools_late},
                 {"half the pools dated ten days early", date_half_the_pools_early},
                 {"most tie-breaks lost", forget_the_ties},
                 {"half the other rounds unmapped", unmap_other_programs}};
    test_world w;
    gsl_rng *rng = gsl_rng_alloc(ees_rng_philox);
    assert_non_null(rng);
    assert_int_equal(test_world_open(&w, "default.json"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_history damaged = copy_of(&w.history);
        ees_rng_point(rng, 1, i, 0, 0);
        cases[i].damage(&damaged, rng);
        const ees_score_summary s = score_of(&w, &damaged);
        print_message("%s: n %zu MAE %.2f CRPS %.2f worst %.0f coverage %.2f %.2f %.2f\n", cases[i].title, s.count,
                      s.mae, s.crps, s.worst, s.pit_coverage[0], s.pit_coverage[1], s.pit_coverage[2]);
        assert_int_equal(s.count, 27);
        assert_true(s.mae <= 1.95);
        assert_true(s.crps <= 1.35);
        assert_true(s.worst <= 9.0);
        assert_true(s.pit_coverage[1] >= 0.65);
        free(damaged.rounds);
        free(damaged.snapshots);
    }
    test_world_close(&w);
    gsl_rng_free(rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_part_of_the_record_is_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
