/* Random numbers by address: published vectors, address layout, equal bits of all builds, distribution of the numbers.
 */
#include "test_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include <gsl/gsl_cdf.h>

#include "base/bulk.h"
#include "base/philox.h"
#include "engine/elementary.h"
#include "flow/normals.h"

/* Random123 1.14, tests/kat_vectors, philox4x32 with 10 rounds: counter, key, result. */
static const uint32_t vectors[][10] = {{0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                                       {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
                                        0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                                       {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
                                        0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};

static void published_vectors(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint32_t out[4];
        eesi_philox4x32_10(vectors[i], vectors[i] + 4, out);
        assert_memory_equal(out, vectors[i] + 6, sizeof out);
    }
}

static void words(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, uint32_t *out, size_t n) {
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    eesi_rng_point(rng, seed, replicate, purpose, step);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)gsl_rng_get(rng);
    gsl_rng_free(rng);
}

/* Every word of counter and key is set by the public address. */
static void address_reaches_every_counter_word(void **unused) {
    (void)unused;
    const uint64_t seed = 0x299f31d0a4093822;
    const uint64_t replicate = 0xbeef89abcdef;
    const uint32_t counter[4] = {1, 77, 0x89abcdef, 0xbeef1234};
    const uint32_t key[2] = {0xa4093822, 0x299f31d0};
    uint32_t want[4];
    uint32_t got[8];
    eesi_philox4x32_10(counter, key, want);
    words(seed, replicate, 0x1234, 77, got, 8);
    assert_memory_equal(got + 4, want, sizeof want);
}

static void gsl_type_takes_the_whole_seed(void **unused) {
    (void)unused;
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    assert_non_null(rng);
    uint32_t want[1];
    gsl_rng_set(rng, 0x100000009UL);
    words(0x100000009U, 0, EES_RNG_DEFAULT, 0, want, 1);
    assert_int_equal(gsl_rng_get(rng), want[0]);
    gsl_rng_set(rng, 9);
    assert_int_not_equal(gsl_rng_get(rng), want[0]); /* the upper half of a seed counts */
    assert_int_equal(gsl_rng_max(rng), 0xffffffffUL);
    assert_int_equal(gsl_rng_min(rng), 0);
    gsl_rng_free(rng);
}

/* The documented layout: groups of 8 blocks, first numbers before second ones. */
static void uniforms_are_the_words(void **unused) {
    (void)unused;
    enum { N = 45 };
    double bulk[N];
    double one_by_one[48];
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    eesi_rng_point(rng, 1, 2, 3, 4);
    for (int i = 0; i < 48; i++)
        one_by_one[i / 16 * 16 + i % 16 / 2 + i % 2 * 8] = gsl_rng_uniform(rng);
    eesi_rng_uniforms(1, 2, 3, 4, bulk, N);
    assert_memory_equal(bulk, one_by_one, sizeof bulk);
    gsl_rng_free(rng);
}

static void few_are_the_uniforms(void **unused) {
    (void)unused;
    enum { N = 19, STEPS = 3 };
    double want[N], two[2];
    for (uint32_t s = 0; s < STEPS; s++) {
        eesi_rng_uniforms(5, (1ULL << 40) + 3, 77, 0xfffffffeU + s, want, N);
        eesi_two_uniforms(5, (1ULL << 40) + 3, 77, 0xfffffffeU + s, two);
        assert_memory_equal(two, want, sizeof two);
    }
}

static void entries_do_not_depend_on_count(void **unused) {
    (void)unused;
    double all[64];
    double some[64];
    eesi_normals_block(1, 2, 3, 4, 64, 1, all);
    for (size_t n = 0; n <= 64; n++) {
        some[n % 64] = -99;
        eesi_normals_block(1, 2, 3, 4, (int)n, 1, some);
        assert_memory_equal(some, all, n * sizeof *all);
        if (n < 64)
            assert_true(some[n] == -99);
    }
}

static void all_builds_give_the_same_bits(void **unused) {
    (void)unused;
    enum { N = 20011 };
    static double want[4][N];
    static double got[4][N];
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++) {
        const eesi_kernels *k = eesi_kernels_for((enum eesi_isa)isa);
        k->uniforms(11, 12, 13, 14, got[0], N);
        k->normals_block(11, 12, 13, 14, N, 1, got[1]);
        eesi_elementary_kernels_for((enum eesi_isa)isa)->exp(got[1], got[2], N);
        eesi_elementary_kernels_for((enum eesi_isa)isa)->log(got[0], got[3], N);
        if (isa == EESI_ISA_BASE)
            memcpy(want, got, sizeof got);
        assert_memory_equal(got, want, sizeof got);
    }
    print_message("instruction sets compared: %d\n", (int)eesi_isa_best() + 1);
}

/* FNV-1a over the bits: holds the numbers of a seed still from release to release and from machine to machine. */
static void numbers_never_change(void **unused) {
    (void)unused;
    enum { N = 4096 };
    static double x[2 * N];
    uint64_t hash = 14695981039346656037U;
    eesi_normals_block(2026, 1, 2, 3, N, 1, x);
    eesi_vexp(x, x + N, N);
    for (size_t i = 0; i < 2 * N; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        hash = (hash ^ bits) * 1099511628211U;
    }
    assert_true(hash == 0x463378dbe7449cf3U);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double largest_gap(double *x, size_t n, double (*cdf)(double)) {
    double gap = 0;
    qsort(x, n, sizeof *x, by_value);
    for (size_t i = 0; i < n; i++) {
        double p = cdf(x[i]);
        gap = fmax(gap, fmax(fabs(p - (double)i / (double)n), fabs(p - (double)(i + 1) / (double)n)));
    }
    return gap;
}

static double uniform_cdf(double x) {
    return x;
}

/* Kolmogorov-Smirnov, n = 1,000,000, seed 1: sqrt(n) D above 2.23 has probability 1e-4 under the distribution claimed.
 */
static void numbers_follow_their_distribution(void **unused) {
    (void)unused;
    enum { N = 1000000 };
    static double x[N];
    eesi_normals_block(1, 0, EES_RNG_USER, 0, N, 1, x);
    double normal = sqrt(N) * largest_gap(x, N, gsl_cdf_ugaussian_P);
    eesi_rng_uniforms(1, 1, EES_RNG_USER, 0, x, N);
    double uniform = sqrt(N) * largest_gap(x, N, uniform_cdf);
    print_message("sqrt(n) D: normal %.3f, uniform %.3f, limit 2.23\n", normal, uniform);
    assert_true(normal < 2.23);
    assert_true(uniform < 2.23);
}

/*
 * Numbers that share words must not share anything else: correlations of all pairs at distance 1..16 of |x| and x, over
 * n = 2^20 normals. Each is N(0, 1/n) under independence; 32 of them, |z| above 4.7 has probability 8e-5 in all.
 */
static void neighbours_are_independent(void **unused) {
    (void)unused;
    enum { N = 1 << 20, DISTANCES = 16 };
    static double x[N + DISTANCES];
    const double mean_abs = sqrt(2 / M_PI);
    eesi_normals_block(2, 0, EES_RNG_USER, 0, N + DISTANCES, 1, x);
    for (int d = 1; d <= DISTANCES; d++) {
        double plain = 0;
        double absolute = 0;
        for (int i = 0; i < N; i++) {
            plain += x[i] * x[i + d];
            absolute += (fabs(x[i]) - mean_abs) * (fabs(x[i + d]) - mean_abs);
        }
        assert_true(fabs(plain) / sqrt(N) < 4.7);
        assert_true(fabs(absolute) / (1 - mean_abs * mean_abs) / sqrt(N) < 4.7);
    }
}

static double ulps(double got, long double want) {
    double w = fabs((double)want);
    return (double)(fabsl((long double)got - want) / (nextafter(w, INFINITY) - w));
}

static void exp_and_log_are_within_one_ulp(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static double x[N];
    static double y[N];
    double worst_exp = 0;
    double worst_log = 0;
    for (uint32_t step = 0; step < 100; step++) {
        eesi_rng_uniforms(3, 0, EES_RNG_USER, step, x, N);
        for (int i = 0; i < N; i++)
            x[i] = (x[i] - 0.5) * (step % 2 ? 1400 : 4);
        eesi_vexp(x, y, N);
        for (int i = 0; i < N; i++)
            worst_exp = fmax(worst_exp, ulps(y[i], expl((long double)x[i])));
        eesi_vlog(y, x, N);
        for (int i = 0; i < N; i++)
            worst_log = fmax(worst_log, ulps(x[i], logl((long double)y[i])));
    }
    print_message("worst error in ulp: exp %.3f, log %.3f\n", worst_exp, worst_log);
    /* valgrind computes long double in double, so that the reference itself is up to half an ulp off */
    const double limit = getenv("EESIM_UNDER_VALGRIND") ? 2 : 1;
    assert_true(worst_exp < limit);
    assert_true(worst_log < limit);
}

static void exp_and_log_at_the_edges(void **unused) {
    (void)unused;
    const double in[] = {0, -0.0, -1, INFINITY, NAN, 5e-324, 1e-310};
    double out[7];
    eesi_vlog(in, out, 7);
    assert_true(out[0] == -INFINITY && out[1] == -INFINITY && isnan(out[2]) && out[3] == INFINITY && isnan(out[4]));
    assert_true(fabs(out[5] - log(5e-324)) < 1e-12 && fabs(out[6] - log(1e-310)) < 1e-12);
    const double powers[] = {-745.2, -745.1, 709.7, 709.9, -INFINITY, INFINITY, NAN};
    eesi_vexp(powers, out, 7);
    assert_true(out[0] == 0 && out[1] == 0x1p-1074 && isfinite(out[2]) && out[3] == INFINITY);
    assert_true(out[4] == 0 && out[5] == INFINITY && isnan(out[6]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(address_reaches_every_counter_word),
        cmocka_unit_test(gsl_type_takes_the_whole_seed),
        cmocka_unit_test(uniforms_are_the_words),
        cmocka_unit_test(few_are_the_uniforms),
        cmocka_unit_test(entries_do_not_depend_on_count),
        cmocka_unit_test(all_builds_give_the_same_bits),
        cmocka_unit_test(numbers_never_change),
        cmocka_unit_test(numbers_follow_their_distribution),
        cmocka_unit_test(neighbours_are_independent),
        cmocka_unit_test(exp_and_log_are_within_one_ulp),
        cmocka_unit_test(exp_and_log_at_the_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
