/* Scrambled Sobol numbers: the sequence itself, nets after scrambling, uniform over randomisations, vectors as scalars.
 */
#include "test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>

#include "base/quasi.h"
#include "flow/futures.h"

enum { POINTS = 10, COUNT = 1 << POINTS, N = EESI_FUTURES };

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* GSL goes through the same points in another order (Gray code) and leaves out 0: the sets agree. */
static void points_are_those_of_gsl(void **state) {
    (void)state;
    static double want[COUNT], got[COUNT];
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, 2);
    assert_non_null(sobol);
    for (uint32_t i = 0; i < COUNT; i++) {
        double point[2] = {0, 0};
        if (i > 0)
            gsl_qrng_get(sobol, point);
        want[i] = point[0] * 1e6 + point[1];
        got[i] = eesi_quasi_reverse(i) * 0x1p-32 * 1e6 + eesi_quasi_reverse(eesi_quasi_second(i)) * 0x1p-32;
    }
    gsl_qrng_free(sobol);
    qsort(want, COUNT, sizeof *want, by_value);
    qsort(got, COUNT, sizeof *got, by_value);
    for (int i = 0; i < COUNT; i++)
        assert_close(got[i], want[i], 1e-9);
}

/* Every way to cut the square into 2^10 equal dyadic boxes has one point in each box, scrambled as well. */
static void scrambled_points_are_a_net(void **state) {
    (void)state;
    for (uint64_t randomisation = 0; randomisation < 5; randomisation++) {
        const eesi_quasi_keys keys = eesi_quasi_keys_at(3, randomisation, 7, 2, 1);
        for (int pair = 0; pair < 2; pair++)
            for (int across = 0; across <= POINTS; across++) {
                uint8_t hit[COUNT] = {0};
                for (uint64_t r = 0; r < COUNT; r++) {
                    uint32_t x[2];
                    eesi_quasi_pair(&keys, pair, POINTS, (randomisation << POINTS) + r, x);
                    const uint64_t a = (uint64_t)x[0] >> (32 - across), b = (uint64_t)x[1] >> (32 - (POINTS - across));
                    hit[a << (POINTS - across) | b]++;
                }
                for (int box = 0; box < COUNT; box++)
                    assert_int_equal(hit[box], 1);
            }
    }
}

/* n = 20,000 randomisations of a few replicates: chi-square over 64 cells below 130 (63 degrees of freedom, false alarm
 * 1.3e-6 each, 12 looks); the numbers of a replicate uncorrelated within 5 standard errors. */
static void each_number_is_uniform_over_randomisations(void **state) {
    (void)state;
    enum { RANDOMISATIONS = 20000, CELLS = 64 };
    static const uint64_t replicates[] = {0, 1, 777};
    for (int k = 0; k < 3; k++) {
        int count[4][CELLS] = {{0}};
        double cross[3] = {0};
        for (uint64_t j = 0; j < RANDOMISATIONS; j++) {
            const uint64_t r = (j << POINTS) + replicates[k];
            const eesi_quasi_keys keys = eesi_quasi_keys_at(5, j, 1, 0, 0);
            uint32_t x[4];
            eesi_quasi_pair(&keys, 0, POINTS, r, x);
            eesi_quasi_pair(&keys, 1, POINTS, r, x + 2);
            for (int d = 0; d < 4; d++)
                count[d][x[d] >> 26]++;
            for (int d = 1; d < 4; d++)
                cross[d - 1] += (x[0] * 0x1p-32 - 0.5) * (x[d] * 0x1p-32 - 0.5);
        }
        for (int d = 0; d < 4; d++) {
            double chi = 0;
            for (int c = 0; c < CELLS; c++)
                chi += pow(count[d][c] - (double)RANDOMISATIONS / CELLS, 2) / ((double)RANDOMISATIONS / CELLS);
            assert_true(chi < 130);
        }
        for (int d = 0; d < 3; d++)
            assert_close(cross[d] / RANDOMISATIONS, 0, 5 / 12.0 / sqrt(RANDOMISATIONS));
    }
}

/* Numbers of different pairs, steps and purposes go their own ways over the points of one randomisation. n = 1,024, 28
 * looks; limit 5.2 standard errors of a correlation: false alarm below 6e-6. */
static void pairs_go_their_own_ways(void **state) {
    (void)state;
    enum { SETS = 8 };
    static double u[SETS][COUNT];
    for (uint64_t r = 0; r < COUNT; r++)
        for (uint32_t s = 0; s < SETS; s++) {
            const eesi_quasi_keys keys = eesi_quasi_keys_at(1, 2, 3 + s / 4, s / 2 % 2, 0);
            uint32_t x[2];
            eesi_quasi_pair(&keys, (int)(s % 2), POINTS, (UINT64_C(2) << POINTS) + r, x);
            u[s][r] = x[0] * 0x1p-32 - 0.5;
        }
    for (int a = 0; a < SETS; a++)
        for (int b = 0; b < a; b++) {
            double cross = 0;
            for (int r = 0; r < COUNT; r++)
                cross += u[a][r] * u[b][r];
            assert_close(12 * cross / COUNT, 0, 5.2 / sqrt(COUNT));
        }
}

static void normals_are_the_quantiles_of_the_points(void **state) {
    (void)state;
    enum { BLOCKS = 40 };
    static float z[BLOCKS * 4 * N], plain[4 * N];
    uint64_t replicate[N];
    for (uint64_t i = 0; i < N; i++)
        replicate[i] = (UINT64_C(9) << POINTS) + 61 * i;
    eesi_future_normals(4, POINTS, replicate, 77, 5, BLOCKS, z);
    for (int i = 0; i < N; i++)
        for (uint32_t block = 0; block < BLOCKS; block++) {
            const eesi_quasi_keys keys = eesi_quasi_keys_at(4, 9, 77, 5, block);
            uint32_t x[4];
            eesi_quasi_pair(&keys, 0, POINTS, replicate[i], x);
            eesi_quasi_pair(&keys, 1, POINTS, replicate[i], x + 2);
            for (uint32_t d = 0; d < 4; d++)
                assert_close((double)z[(4 * block + d) * N + (uint32_t)i],
                             gsl_cdf_ugaussian_Pinv((x[d] + 0.5) * 0x1p-32), 3e-5);
        }
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++) {
        static float again[BLOCKS * 4 * N];
        eesi_future_kernels_for((enum eesi_isa)isa)->normals(4, POINTS, replicate, 77, 5, BLOCKS, again);
        assert_memory_equal(again, z, sizeof z);
    }
    eesi_future_normals(4, 0, replicate, 77, 5, 1, plain);
    assert_true(memcmp(plain, z, sizeof plain) != 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_those_of_gsl),
        cmocka_unit_test(scrambled_points_are_a_net),
        cmocka_unit_test(each_number_is_uniform_over_randomisations),
        cmocka_unit_test(pairs_go_their_own_ways),
        cmocka_unit_test(normals_are_the_quantiles_of_the_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
