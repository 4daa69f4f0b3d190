/*
 * The intensity engines against the every-cell engine: equality in distribution on the fixed workload and on a small
 * one.
 *
 * n = 100,000 replicates of each engine (5,000 under sanitizers), seeds fixed and different, so that the two samples
 * are independent. For each of the 26 rounds five two-sample chi-square tests: sizes, cut-offs, number taken at the
 * cut-off, share of its tie-break that was used (hundredths, apart for cut-offs that differ by less than 8), and the
 * difference of the cut-off from that of the round before; cells pooled to at least 40 observations in the two samples
 * together. 129 tests for each engine and world; each fails below p = 1e-6, so a false alarm has probability 5e-4.
 */
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "engine/engine_run.h"
#include "fixed_workload.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { REPLICATES = 5000 };
#else
enum { REPLICATES = 100000 };
#endif
enum { FEWEST = 40, VALUES_MAX = 40000 };
#define P_LIMIT 1e-6

typedef struct sample {
    eesi_outcomes out;
    int32_t *numbers;
    float *share;
} sample;

static void sample_run(sample *s, const eesi_tables *tables, enum eesi_engine_kind kind, uint64_t seed) {
    size_t cells = (size_t)FIXED_ROUNDS * REPLICATES;
    ees_error err;
    s->numbers = calloc(3 * cells, sizeof *s->numbers);
    s->share = calloc(cells, sizeof *s->share);
    assert_non_null(s->numbers);
    assert_non_null(s->share);
    s->out = (eesi_outcomes){REPLICATES, s->numbers, s->numbers + cells, s->numbers + 2 * cells, s->share};
    assert_int_equal(eesi_engine_run(tables, kind, eesi_isa_best(), 2, seed, 0, REPLICATES, &s->out, &err), 0);
}

/* p-value of equal distributions for values in 0 .. VALUES_MAX - 1. */
static double two_sample_p(const int32_t *a, const int32_t *b) {
    static int count[2][VALUES_MAX];
    double chi = 0;
    double pooled[2] = {0, 0};
    int degrees = -1;
    memset(count, 0, sizeof count);
    for (int i = 0; i < REPLICATES; i++) {
        count[0][a[i]]++;
        count[1][b[i]]++;
    }
    double left = 2.0 * REPLICATES;
    for (int v = 0; v < VALUES_MAX; v++) {
        pooled[0] += count[0][v];
        pooled[1] += count[1][v];
        left -= count[0][v] + count[1][v];
        if (pooled[0] + pooled[1] < FEWEST || (left > 0 && left < FEWEST))
            continue;
        chi += (pooled[0] - pooled[1]) * (pooled[0] - pooled[1]) / (pooled[0] + pooled[1]);
        pooled[0] = pooled[1] = 0;
        degrees++;
    }
    return degrees > 0 ? gsl_cdf_chisq_Q(chi, degrees) : 1;
}

static const int32_t *differences(const eesi_outcomes *out, int k, int32_t *to) {
    for (int i = 0; i < REPLICATES; i++)
        to[i] = 1200 + out->cutoff[(size_t)k * out->stride + (size_t)i] -
                out->cutoff[(size_t)(k - 1) * out->stride + (size_t)i];
    return to;
}

/* The position in the tie-break, in hundredths, and the row it belongs to: both must agree together. */
static const int32_t *shares(const sample *s, int k, int32_t *to) {
    for (int i = 0; i < REPLICATES; i++) {
        size_t at = (size_t)k * REPLICATES + (size_t)i;
        int32_t hundredth = (int32_t)(99.999F * s->share[at]);
        to[i] = s->out.cutoff[at] % 8 * 100 + hundredth;
    }
    return to;
}

static double smallest_p(const sample *a, const sample *b) {
    static int32_t lag[2][REPLICATES];
    double smallest = 1;
    for (int k = 0; k < FIXED_ROUNDS; k++) {
        size_t at = (size_t)k * REPLICATES;
        double p[5] = {two_sample_p(a->out.size + at, b->out.size + at),
                       two_sample_p(a->out.cutoff + at, b->out.cutoff + at),
                       two_sample_p(a->out.taken + at, b->out.taken + at),
                       two_sample_p(shares(a, k, lag[0]), shares(b, k, lag[1])), 1};
        if (k > 0)
            p[4] = two_sample_p(differences(&a->out, k, lag[0]), differences(&b->out, k, lag[1]));
        print_message("round %2d: p of size %.3f, cut-off %.3f, taken %.3f, share %.3f, difference %.3f\n", k + 1, p[0],
                      p[1], p[2], p[3], p[4]);
        for (int i = 0; i < 5; i++)
            smallest = fmin(smallest, p[i]);
    }
    return smallest;
}

static void compare(const eesi_world *world, enum eesi_engine_kind one, enum eesi_engine_kind other) {
    eesi_tables tables;
    ees_error err;
    sample a;
    sample b;
    assert_int_equal(eesi_tables_init(&tables, world, &err), 0);
    sample_run(&a, &tables, one, 20260221);
    sample_run(&b, &tables, other, 20260222);
    double p = smallest_p(&a, &b);
    print_message("smallest p %.2g, limit %.0g\n", p, P_LIMIT);
    assert_true(p > P_LIMIT);
    free(a.numbers);
    free(b.numbers);
    free(a.share);
    free(b.share);
    eesi_tables_free(&tables);
}

static void poisson_pool_has_the_distribution_of_every_cell(void **unused) {
    (void)unused;
    fixed_workload fixed;
    fixed_workload_init(&fixed);
    compare(&fixed.world, EESI_ENGINE_POISSON, EESI_ENGINE_CELLS_POISSON);
}

static void counted_pool_has_the_distribution_of_every_cell(void **unused) {
    (void)unused;
    fixed_workload fixed;
    fixed_workload_init(&fixed);
    compare(&fixed.world, EESI_ENGINE_COUNTED, EESI_ENGINE_CELLS);
}

/* Few rows with many candidates each, so that the same cells are cut again and again, by rounds of other segments too;
 * towards the end the pool runs out. */
static void rows_cut_again_and_again_obey_it_too(void **unused) {
    (void)unused;
    enum { SEGMENTS = 3, ROWS = 4 };
    const double arrivals[SEGMENTS * ROWS] = {2, 9, 0.3, 5, 0, 12, 7, 1, 0.1, 3, 20, 0};
    const double initial[SEGMENTS * ROWS] = {700, 900, 0, 1400, 300, 0, 1800, 60, 5, 1100, 900, 250};
    const uint32_t cycle[] = {7, 1, 3, 7, 2, 5, 4, 6};
    uint32_t filter[FIXED_ROUNDS];
    for (int k = 0; k < FIXED_ROUNDS; k++)
        filter[k] = cycle[k % (int)(sizeof cycle / sizeof *cycle)];
    const eesi_world world = {SEGMENTS, ROWS, 503, arrivals, initial, 0.03, FIXED_ROUNDS, filter, 220, 0.4};
    compare(&world, EESI_ENGINE_COUNTED, EESI_ENGINE_CELLS);
    compare(&world, EESI_ENGINE_POISSON, EESI_ENGINE_CELLS_POISSON);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson_pool_has_the_distribution_of_every_cell),
        cmocka_unit_test(counted_pool_has_the_distribution_of_every_cell),
        cmocka_unit_test(rows_cut_again_and_again_obey_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
