/*
 * Distributions of the bulk and scalar variates, against the probabilities of GSL. n = 200,000 numbers for each set of
 * parameters, seed 5, chi-square over cells of at least 20 expected; 36 tests at p = 1e-6 each: a false alarm has
 * probability 4e-5.
 */
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "base/rng.h"
#include "engine/engine_run.h"
#include "engine/urn.h"
#include "engine/variates.inc"

enum { N = 200000, CHUNK = 200, VALUES = 300000 };

static int counts[VALUES];

typedef double pmf_fn(const double *parameters, unsigned k);

static double binomial_pmf(const double *q, unsigned k) {
    return gsl_ran_binomial_pdf(k, q[1], (unsigned)q[0]);
}

static double poisson_pmf(const double *q, unsigned k) {
    return gsl_ran_poisson_pdf(k, q[0]);
}

static double hypergeometric_pmf(const double *q, unsigned k) {
    return gsl_ran_hypergeometric_pdf(k, (unsigned)q[1], (unsigned)(q[0] - q[1]), (unsigned)q[2]);
}

static void check(const char *name, const double *parameters, pmf_fn *pmf) {
    double expected = 0, observed = 0, chi = 0, left = 1;
    int degrees = -1;
    for (unsigned k = 0; k < VALUES && left > 1e-9; k++) {
        double f = pmf(parameters, k);
        expected += N * f;
        observed += counts[k];
        left -= f;
        if (expected < 20 || N * left < 20)
            continue;
        chi += (observed - expected) * (observed - expected) / expected;
        expected = observed = 0;
        degrees++;
    }
    if (expected > 0) {
        chi += (observed - expected) * (observed - expected) / expected;
        degrees++;
    }
    double p = degrees > 0 ? gsl_cdf_chisq_Q(chi, degrees) : 1;
    print_message("%s(%g, %g, %g): chi-square %.1f with %d degrees, p %.4f\n", name, parameters[0], parameters[1],
                  parameters[2], chi, degrees, p);
    assert_true(p > 1e-6);
}

static void draw_bulk(int poisson, double n, double p) {
    const eesi_engine_kernels *kernels = eesi_engine_kernels_best();
    uint64_t replicate[CHUNK + 8] = {0}, request[CHUNK + 8] = {0};
    double first[CHUNK + 8] = {0}, second[CHUNK + 8] = {0}, out[CHUNK + 8];
    const eesi_address address = {5, EES_RNG_USER, (uint32_t)n};
    memset(counts, 0, sizeof counts);
    for (int from = 0; from < N; from += CHUNK) {
        for (int i = 0; i < CHUNK; i++) {
            replicate[i] = (uint64_t)((from + i) / 4);
            request[i] = (uint64_t)(i % 4);
            first[i] = n;
            second[i] = p;
        }
        if (poisson)
            kernels->poissons(&address, replicate, request, first, out, CHUNK);
        else
            kernels->binomials(&address, replicate, request, first, second, out, CHUNK);
        for (int i = 0; i < CHUNK; i++) {
            assert_true(out[i] >= 0 && out[i] < VALUES && out[i] == floor(out[i]));
            counts[(int)out[i]]++;
        }
    }
}

static void binomials(void **unused) {
    (void)unused;
    const double cases[][3] = {{1, 0.3, 0},      {40, 0.02, 0},   {400, 0.02, 0},  {30, 0.4, 0},
                               {600, 0.0201, 0}, {3000, 0.03, 0}, {3000, 0.97, 0}, {235695, 0.98, 0},
                               {100000, 0.6, 0}, {50, 0.5, 0},    {20, 0.5, 0},    {120, 0.91, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draw_bulk(0, cases[i][0], cases[i][1]);
        check("binomial", cases[i], binomial_pmf);
    }
}

static void poissons(void **unused) {
    (void)unused;
    const double cases[][3] = {{0.05, 0, 0}, {3, 0, 0},   {9.99, 0, 0}, {10.01, 0, 0},
                               {29, 0, 0},   {100, 0, 0}, {3000, 0, 0}, {60000, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draw_bulk(1, cases[i][0], 0);
        check("Poisson", cases[i], poisson_pmf);
    }
}

static void edges(void **unused) {
    (void)unused;
    draw_bulk(0, 77, 0);
    assert_int_equal(counts[0], N);
    draw_bulk(0, 77, 1);
    assert_int_equal(counts[77], N);
    draw_bulk(0, 0, 0.5);
    assert_int_equal(counts[0], N);
    draw_bulk(1, 0, 0);
    assert_int_equal(counts[0], N);
}

static void urns(void **unused) {
    (void)unused;
    static eesi_log_factorials table;
    const double cases[][3] = {{10, 4, 3}, {100, 50, 99}, {700, 30, 350}, {700, 690, 20}, {9000, 4500, 3000}};
    eesi_log_factorials_init(&table);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eesi_stream stream;
        eesi_stream_init(&stream, 5, i, EES_RNG_USER + 1, 0, &table);
        memset(counts, 0, sizeof counts);
        for (int j = 0; j < N; j++)
            counts[eesi_hypergeometric(&stream, (int64_t)cases[i][0], (int64_t)cases[i][1], (int64_t)cases[i][2])]++;
        check("hypergeometric", cases[i], hypergeometric_pmf);
    }
    const double binomial_cases[][3] = {{5, 0.2, 0}, {600, 0.98, 0}, {9000, 0.4, 0}};
    for (size_t i = 0; i < sizeof binomial_cases / sizeof *binomial_cases; i++) {
        eesi_stream stream;
        eesi_stream_init(&stream, 5, i, EES_RNG_USER + 2, 0, &table);
        memset(counts, 0, sizeof counts);
        for (int j = 0; j < N; j++)
            counts[eesi_binomial(&stream, (int64_t)binomial_cases[i][0], binomial_cases[i][1])]++;
        check("scalar binomial", binomial_cases[i], binomial_pmf);
    }
}

/* The worst error of eesi_place(), as a share of its margin, over all values of a distribution that matter: the place
 * of the normal number at which the distribution steps from k to k + 1 should be k + 1. */
static double worst_place(double n, double p, double mean) {
    eesi_distribution distribution = p > 0 ? eesi_binomial_distribution(eesi_f64_all(n), eesi_f64_all(p))
                                           : eesi_poisson_distribution(eesi_f64_all(mean));
    double sd = sqrt(distribution.variance[0]);
    double worst = 0;
    for (double k = fmax(0, floor(mean - 7 * sd)); k < mean + 7 * sd; k += 1 + floor(sd / 100)) {
        double lower = p > 0 ? gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n) : gsl_cdf_poisson_P((unsigned)k, mean);
        double upper = p > 0 ? gsl_cdf_binomial_Q((unsigned)k, p, (unsigned)n) : gsl_cdf_poisson_Q((unsigned)k, mean);
        double z = lower < upper ? gsl_cdf_ugaussian_Pinv(lower) : gsl_cdf_ugaussian_Qinv(upper);
        eesi_f64 margin;
        if (!(fabs(z) < 6.5))
            continue;
        double place = eesi_place(&distribution, eesi_f64_all(z), &margin)[0];
        worst = fmax(worst, fabs(place - (k + 1)) / margin[0]);
    }
    return worst;
}

/* Inversion is exact as long as the expansion errs by less than its margin. GSL's own error shows where the standard
 * deviation is above 100, so means end at 3,000. */
static void places_are_within_their_margin(void **unused) {
    (void)unused;
    const double chances[] = {0, 0.0007, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5};
    for (size_t i = 0; i < sizeof chances / sizeof *chances; i++) {
        double worst = 0;
        for (double mean = 10; mean < 3000; mean *= 1.013) {
            double n = chances[i] > 0 ? ceil(mean / chances[i]) : 0;
            worst = fmax(worst, worst_place(n, chances[i], chances[i] > 0 ? n * chances[i] : mean));
        }
        print_message("p = %g: %.2f of the margin\n", chances[i], worst);
        assert_true(worst < 0.65);
    }
}

/* The settling of variates near a whole number: from any guess, the value whose part of the distribution holds z. */
static void settling_inverts_the_distribution(void **unused) {
    (void)unused;
    const eesi_distribution poisson = eesi_poisson_distribution(eesi_f64_all(50));
    const eesi_distribution binomial = eesi_binomial_distribution(eesi_f64_all(300), eesi_f64_all(0.3));
    for (double k = 25; k < 80; k++) {
        double z = gsl_cdf_ugaussian_Pinv(gsl_cdf_poisson_P((unsigned)k, 50));
        assert_true(eesi_settle(&poisson, z - 1e-9, k - 3) == k);
        assert_true(eesi_settle(&poisson, z + 1e-9, k + 7) == k + 1);
        z = gsl_cdf_ugaussian_Pinv(gsl_cdf_binomial_P((unsigned)k + 30, 0.3, 300));
        assert_true(eesi_settle(&binomial, z - 1e-9, k + 34) == k + 30);
        assert_true(eesi_settle(&binomial, z + 1e-9, k + 27) == k + 31);
    }
}

static void urns_in_bulk(void **unused) {
    (void)unused;
    static eesi_log_factorials table;
    const double cases[][3] = {{2, 1, 1},      {10, 4, 3},      {100, 50, 99},      {700, 30, 350},
                               {700, 690, 20}, {700, 400, 500}, {9000, 4500, 3000}, {200000, 100, 70000}};
    const eesi_engine_kernels *kernels = eesi_engine_kernels_best();
    eesi_log_factorials_init(&table);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        uint64_t replicate[CHUNK + 8] = {0}, request[CHUNK + 8] = {0};
        double total[CHUNK + 8] = {0}, marked[CHUNK + 8] = {0}, draws[CHUNK + 8] = {0}, out[CHUNK + 8];
        const eesi_address address = {5, EES_RNG_USER + 3, (uint32_t)c};
        memset(counts, 0, sizeof counts);
        for (int from = 0; from < N; from += CHUNK) {
            for (int i = 0; i < CHUNK; i++) {
                replicate[i] = (uint64_t)(from + i);
                total[i] = cases[c][0];
                marked[i] = cases[c][1];
                draws[i] = cases[c][2];
            }
            kernels->hypergeometrics(&address, &table, replicate, request, total, marked, draws, out, CHUNK);
            for (int i = 0; i < CHUNK; i++) {
                assert_true(out[i] >= 0 && out[i] <= draws[i] && out[i] <= marked[i] && out[i] == floor(out[i]));
                counts[(int)out[i]]++;
            }
        }
        check("hypergeometric in bulk", cases[c], hypergeometric_pmf);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(binomials),
                                       cmocka_unit_test(poissons),
                                       cmocka_unit_test(edges),
                                       cmocka_unit_test(urns),
                                       cmocka_unit_test(urns_in_bulk),
                                       cmocka_unit_test(places_are_within_their_margin),
                                       cmocka_unit_test(settling_inverts_the_distribution)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
