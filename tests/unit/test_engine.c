/* The engines: same results for any build, threads and division of the work; edges; bad worlds. */
#include "test_support.h"

#include <stdlib.h>
#include <string.h>

#include "engine/engine_run.h"
#include "fixed_workload.h"

enum { R = 300, NUMBERS = 3 * FIXED_ROUNDS * R };

static const enum eesi_engine_kind kinds[] = {EESI_ENGINE_POISSON, EESI_ENGINE_CELLS, EESI_ENGINE_COUNTED,
                                              EESI_ENGINE_CELLS_POISSON};
enum { KINDS = sizeof kinds / sizeof *kinds };

static fixed_workload fixed;
static eesi_tables tables;

static int open_tables(void **unused) {
    (void)unused;
    fixed_workload_init(&fixed);
    return eesi_tables_init(&tables, &fixed.world, NULL);
}

static int close_tables(void **unused) {
    (void)unused;
    eesi_tables_free(&tables);
    return 0;
}

static eesi_outcomes outcomes_in(int32_t *numbers) {
    return (eesi_outcomes){R, numbers, numbers + FIXED_ROUNDS * R, numbers + 2 * FIXED_ROUNDS * R, NULL};
}

static void run(enum eesi_engine_kind kind, enum eesi_isa isa, int threads, uint64_t first, size_t count,
                int32_t *numbers) {
    eesi_outcomes out = outcomes_in(numbers);
    out.size += first;
    out.cutoff += first;
    out.taken += first;
    assert_int_equal(eesi_engine_run(&tables, kind, isa, threads, 7, first, count, &out, NULL), 0);
}

static void builds_agree(void **unused) {
    (void)unused;
    static int32_t want[NUMBERS];
    static int32_t got[NUMBERS];
    for (int i = 0; i < KINDS; i++) {
        run(kinds[i], EESI_ISA_BASE, 1, 0, R, want);
        for (int isa = EESI_ISA_V3; isa <= (int)eesi_isa_best(); isa++) {
            run(kinds[i], (enum eesi_isa)isa, 1, 0, R, got);
            assert_memory_equal(got, want, sizeof want);
        }
    }
}

static void threads_and_batches_do_not_matter(void **unused) {
    (void)unused;
    static int32_t want[NUMBERS];
    static int32_t got[NUMBERS];
    for (int i = 0; i < KINDS; i++) {
        run(kinds[i], eesi_isa_best(), 1, 0, R, want);
        run(kinds[i], eesi_isa_best(), 7, 0, R, got);
        assert_memory_equal(got, want, sizeof want);
        memset(got, 0, sizeof got);
        run(kinds[i], eesi_isa_best(), 1, 0, 101, got);
        run(kinds[i], eesi_isa_best(), 2, 101, 1, got);
        run(kinds[i], eesi_isa_best(), 1, 102, R - 102, got);
        assert_memory_equal(got, want, sizeof want);
    }
}

static void results_are_possible(void **unused) {
    (void)unused;
    static int32_t numbers[NUMBERS];
    eesi_outcomes out = outcomes_in(numbers);
    for (int i = 0; i < KINDS; i++) {
        run(kinds[i], eesi_isa_best(), 1, 0, R, numbers);
        for (int j = 0; j < FIXED_ROUNDS * R; j++) {
            assert_in_range(out.size[j], 1, 40000);
            assert_in_range(out.cutoff[j], FIXED_BOTTOM, FIXED_TOP);
            assert_in_range(out.taken[j], 1, out.size[j]);
        }
    }
}

/* Two segments of three scores with hardly anybody: rounds of 1,000 take all, and say so. */
static void everybody_is_taken_when_places_suffice(void **unused) {
    (void)unused;
    const double arrivals[6] = {0.5, 0, 2, 0, 1, 0};
    const double initial[6] = {3, 0, 5, 0, 0, 1};
    const uint32_t filter[4] = {1, 2, 3, 3};
    const eesi_world world = {2, 3, 502, arrivals, initial, 0.1, 4, filter, 1000, 0};
    eesi_tables tiny;
    int32_t numbers[3][4 * R];
    eesi_outcomes out = {R, numbers[0], numbers[1], numbers[2], NULL};
    assert_int_equal(eesi_tables_init(&tiny, &world, NULL), 0);
    for (int i = 0; i < KINDS; i++) {
        assert_int_equal(eesi_engine_run(&tiny, kinds[i], eesi_isa_best(), 1, 1, 0, R, &out, NULL), 0);
        for (int j = 0; j < 4 * R; j++) {
            assert_int_equal(out.size[j], 1000);
            assert_int_equal(out.cutoff[j], 0);
            assert_int_equal(out.taken[j], 0);
        }
    }
    eesi_tables_free(&tiny);
}

/* A pool of one row: the cut-off is its score, and all N are taken there. */
static void one_row_takes_the_cut_off(void **unused) {
    (void)unused;
    const double arrivals[1] = {100};
    const double initial[1] = {5000};
    const uint32_t filter[2] = {1, 1};
    const eesi_world world = {1, 1, 480, arrivals, initial, 0.02, 2, filter, 500, 0};
    eesi_tables tiny;
    int32_t numbers[3][2 * R];
    eesi_outcomes out = {R, numbers[0], numbers[1], numbers[2], NULL};
    assert_int_equal(eesi_tables_init(&tiny, &world, NULL), 0);
    for (int i = 0; i < KINDS; i++) {
        assert_int_equal(eesi_engine_run(&tiny, kinds[i], eesi_isa_best(), 1, 1, 0, R, &out, NULL), 0);
        for (int j = 0; j < 2 * R; j++) {
            assert_int_equal(out.cutoff[j], 480);
            assert_int_equal(out.taken[j], 500);
        }
    }
    eesi_tables_free(&tiny);
}

static void bad_worlds_are_refused(void **unused) {
    (void)unused;
    eesi_tables none;
    ees_error err;
    eesi_world world = fixed.world;
    uint32_t filter[FIXED_ROUNDS] = {0};
    world.leave = 0;
    assert_int_equal(eesi_tables_init(&none, &world, &err), EES_ERR_RANGE);
    assert_string_equal(err.message, "probability of leaving must lie between 0 and 1, not 0");
    eesi_tables_free(&none);
    world = fixed.world;
    world.filter = filter;
    assert_int_equal(eesi_tables_init(&none, &world, &err), EES_ERR_RANGE);
    eesi_tables_free(&none);
    world = fixed.world;
    world.segments = EESI_SEGMENTS_MAX + 1;
    assert_int_equal(eesi_tables_init(&none, &world, &err), EES_ERR_RANGE);
    eesi_tables_free(&none);
    world = fixed.world;
    world.size_median = 0;
    assert_int_equal(eesi_tables_init(&none, &world, &err), EES_ERR_RANGE);
    eesi_tables_free(&none);
    eesi_tables_free(&none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_agree),
        cmocka_unit_test(threads_and_batches_do_not_matter),
        cmocka_unit_test(results_are_possible),
        cmocka_unit_test(everybody_is_taken_when_places_suffice),
        cmocka_unit_test(one_row_takes_the_cut_off),
        cmocka_unit_test(bad_worlds_are_refused),
    };
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
