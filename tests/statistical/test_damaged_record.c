/*
 * The feed is late, wrong or broken some day, or the world changes at once: what the CEC ensemble must still hold on
 * #304-396 when part of the record is taken away or arrivals jump. Deterministic (fixed data, model, seeds). The limits
 * are about 1.5 times the scores of the whole record, MAE 1.3 and CRPS 0.9 points.
 */
#include "ensemble_score.h"
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

/* From #370 on `factor` times as many candidates arrive and are invited at the same cut-offs; those who wait stand in
 * 501-600 and are counted there. */
static void change_the_inflow(ees_history *h, double factor) {
    const int first = ees_history_find(h, "370"), cec = h->rounds[h->round_count - 1].program;
    ees_date last = EES_DATE_NONE;
    for (size_t i = 0; i < h->round_count; i++) {
        ees_round *r = &h->rounds[i];
        if (r->program != cec)
            continue;
        for (size_t k = 0; (int)i >= first && k < h->snapshot_count; k++) {
            ees_snapshot *s = &h->snapshots[k];
            if (s->as_of > last && s->as_of <= r->date)
                s->leaf[1] += (int64_t)((factor - 1.0) * (double)r->size * (s->as_of - last) / (r->date - last));
        }
        if ((int)i >= first)
            r->size = (int64_t)(factor * (double)r->size);
        last = r->date;
    }
}

static void half_as_many_again(ees_history *h, gsl_rng *rng) {
    (void)rng;
    change_the_inflow(h, 1.5);
}

static void a_third_fewer(ees_history *h, gsl_rng *rng) {
    (void)rng;
    change_the_inflow(h, 0.67);
}

static void test_damage_costs_little(void **state) {
    (void)state;
    static const struct {
        const char *title;
        damage damage;
        double covered; /* by the 80 % interval, at least */
    } cases[] = {{"half the pools lost", lose_half_the_pools, 0.7},
                 {"every pool lost", lose_every_pool, 0.7},
                 {"half the pools dated six days late", date_half_the_pools_late, 0.7},
                 {"half the pools dated ten days early", date_half_the_pools_early, 0.7},
                 {"most tie-breaks lost", forget_the_ties, 0.7},
                 {"half the other rounds unmapped", unmap_other_programs, 0.7},
                 {"half as many arrivals again from #370 on", half_as_many_again, 0.55},
                 {"a third fewer arrivals from #370 on", a_third_fewer, 0.55}};
    static const ensemble_rounds cec = {"CEC", "304", "396", false};
    test_world w;
    gsl_rng *rng = gsl_rng_alloc(ees_rng_philox);
    assert_non_null(rng);
    assert_int_equal(test_world_open(&w, "default.json"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_history damaged = copy_of(&w.history);
        ees_rng_point(rng, 1, i, 0, 0);
        cases[i].damage(&damaged, rng);
        const ees_score_summary s = ensemble_score(&w, &damaged, &cec);
        print_message("%s: n %zu MAE %.2f CRPS %.2f worst %.0f coverage %.2f %.2f %.2f\n", cases[i].title, s.count,
                      s.mae, s.crps, s.worst, s.pit_coverage[0], s.pit_coverage[1], s.pit_coverage[2]);
        assert_int_equal(s.count, 27);
        assert_true(s.mae <= 1.95);
        assert_true(s.crps <= 1.35);
        assert_true(s.worst <= 9.0);
        assert_true(s.pit_coverage[1] >= cases[i].covered);
        free(damaged.rounds);
        free(damaged.snapshots);
    }
    test_world_close(&w);
    gsl_rng_free(rng);
}

/* The coming CEC round, of any size a round has had and after any gap: larger reaches lower, later stands higher,
 * nothing degenerates. */
static void test_any_size_and_gap(void **state) {
    (void)state;
    enum { GAPS = 4, SIZES = 4 };
    static const int gaps[GAPS] = {5, 14, 28, 60}, sizes[SIZES] = {1000, 3000, 6000, 9000};
    test_world w;
    ees_ensemble *ensemble;
    ees_posterior *p;
    assert_int_equal(test_world_open(&w, "default.json"), 0);
    assert_int_equal(ees_ensemble_create(&ensemble, w.model, NULL, NULL), 0);
    const ees_round *last = &w.history.rounds[ees_history_find(&w.history, "396")];
    const ees_question q = {.history = &w.history,
                            .programs = &w.programs,
                            .known = ees_history_before(&w.history, last->date + 1, false),
                            .program = last->program,
                            .date = last->date + 1,
                            .size = 6000};
    assert_int_equal(ees_posterior_create(&p, ensemble, &q, NULL), 0);
    double mean[GAPS][SIZES];
    for (size_t g = 0; g < GAPS; g++)
        for (size_t s = 0; s < SIZES; s++) {
            ees_predictive answer;
            assert_int_equal(ees_posterior_cutoff(p, last->date + gaps[g], sizes[s], &answer, NULL, NULL), 0);
            const double sd = ees_predictive_sd(&answer);
            mean[g][s] = ees_predictive_mean(&answer);
            print_message("%d days, %d: %.1f, sd %.1f\n", gaps[g], sizes[s], mean[g][s], sd);
            assert_true(mean[g][s] > 490.0 && mean[g][s] < 580.0);
            assert_true(sd > 0.3 && sd < 10.0);
            assert_true(s == 0 || mean[g][s] < mean[g][s - 1]);
            assert_true(g == 0 || mean[g][s] > mean[g - 1][s]);
        }
    ees_posterior_destroy(p);
    ees_ensemble_destroy(ensemble);
    test_world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage_costs_little),
                                       cmocka_unit_test(test_any_size_and_gap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
