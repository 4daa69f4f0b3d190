/* Ungrouping on the published pool of 2026-02-15 and on corner cases. */
#include "pool/ungroup.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ees_snapshot february; /* test_bands cannot be copied in an initialiser */

static int set_up(void **state) {
    (void)state;
    february = (ees_snapshot){
        .bands = test_bands,
        .leaf = {280, 16559, 13504, 13248, 16531, 15426, 14900, 14142, 14239, 12425, 12183, 11316, 53650, 19009, 8283}};
    return 0;
}

static void ungroup(const ees_snapshot *published, double *density, int32_t *counts) {
    ees_error err;
    if (eesi_ungroup(published, density, &err) || eesi_ungroup_round(published, density, counts, &err))
        fail_msg("%s", err.message);
    for (int b = 0; b < published->bands.count; b++) {
        const ees_band band = published->bands.band[b];
        int64_t sum = 0;
        double mass = 0;
        for (int s = band.low; s <= band.high; s++) {
            assert_true(counts[s] >= 0);
            assert_true(isfinite(density[s]) && density[s] >= 0);
            sum += counts[s];
            mass += density[s];
        }
        assert_int_equal(sum, published->leaf[b]);
        assert_close(mass, (double)published->leaf[b], 1e-6 * (double)(published->leaf[b] + 1));
    }
}

static void totals_are_exact_and_the_curve_is_smooth(void **state) {
    (void)state;
    double density[EES_SCORE_COUNT];
    int32_t counts[EES_SCORE_COUNT];
    ungroup(&february, density, counts);
    double largest = 0; /* relative change between neighbours; an even spread would jump by 88 % at 500 */
    for (int s = 300; s < 600; s++)
        largest = fmax(largest, fabs(density[s + 1] / density[s] - 1));
    print_message("largest step between neighbouring scores: %.3f\n", largest);
    assert_true(largest < 0.13);
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        assert_true(fabs(counts[s] - density[s]) < 1.001);
}

static void the_top_band_is_bottom_loaded(void **state) {
    (void)state;
    double density[EES_SCORE_COUNT];
    int32_t counts[EES_SCORE_COUNT];
    ungroup(&february, density, counts);
    for (int s = 501; s < 600; s++)
        assert_true(density[s + 1] < density[s]);
    double above = 0;
    for (int s = 530; s <= 600; s++)
        above += density[s];
    print_message("share of 501-600 at 530 and above: %.3f (0.71 if it were even)\n", above / (double)february.leaf[1]);
    assert_true(above / (double)february.leaf[1] < 0.25);
    assert_close(density[501] / density[500], 1, 0.13);
}

static void nominees_are_the_pool_moved_by_600(void **state) {
    (void)state;
    double density[EES_SCORE_COUNT];
    int32_t counts[EES_SCORE_COUNT];
    ungroup(&february, density, counts);
    double ratio = density[1000] / density[400];
    for (int s = 302; s <= 349; s++)
        assert_close(density[s + 600] / density[s] / (density[925] / density[325]), 1, 1e-9);
    assert_true(ratio > 0);
    int thinned = 0; /* 280 candidates over 600 scores: rounding each score alone would leave only the mode */
    for (int s = 700; s < 980; s++)
        thinned += counts[s] > 0;
    assert_true(thinned > 50);
}

static void corner_cases(void **state) {
    (void)state;
    double density[EES_SCORE_COUNT];
    int32_t counts[EES_SCORE_COUNT];
    ees_snapshot pool = {.bands = test_bands};
    ungroup(&pool, density, counts);
    pool.leaf[0] = 7;
    ungroup(&pool, density, counts);
    for (int b = 0; b < test_bands.count; b++) {
        pool = (ees_snapshot){.bands = test_bands};
        pool.leaf[b] = 1;
        ungroup(&pool, density, counts);
        pool.leaf[b] = EESI_LEAF_COUNT_MAX;
        ungroup(&pool, density, counts);
        pool = february;
        pool.leaf[b] = 0;
        ungroup(&pool, density, counts);
    }
}

static void bad_arguments(void **state) {
    (void)state;
    double density[EES_SCORE_COUNT] = {0};
    int32_t counts[EES_SCORE_COUNT];
    ees_snapshot pool = {.bands = test_bands};
    ees_error err;
    pool.leaf[3] = -1;
    assert_int_equal(eesi_ungroup(&pool, density, &err), EES_ERR_RANGE);
    assert_string_equal(err.message, "band 481-490 holds -1 candidates, expected 0 to 100000000");
    pool.leaf[3] = EESI_LEAF_COUNT_MAX + 1;
    assert_int_equal(eesi_ungroup_round(&pool, density, counts, NULL), EES_ERR_RANGE);
    pool.leaf[3] = 5;
    assert_int_equal(eesi_ungroup_round(&pool, density, counts, &err), EES_OK);
    density[485] = NAN;
    assert_int_equal(eesi_ungroup_round(&pool, density, counts, &err), EES_ERR_RANGE);
    assert_non_null(strstr(err.message, "density at score 485"));
    density[485] = -1;
    assert_int_equal(eesi_ungroup_round(&pool, density, counts, &err), EES_ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_exact_and_the_curve_is_smooth),
        cmocka_unit_test(the_top_band_is_bottom_loaded),
        cmocka_unit_test(nominees_are_the_pool_moved_by_600),
        cmocka_unit_test(corner_cases),
        cmocka_unit_test(bad_arguments),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
