/* Every build of a kernel gives the bits of the plain one. Those of base, policies and futures have tests of their own.
 */
#include "flow_params.h"
#include "test_support.h"

#include <math.h>
#include <string.h>

#include "flow/normals.h"
#include "flow/transition_kernels.h"
#include "models/assimilate.h"
#include "run/hist_kernels.h"

enum { MEMBERS = 24, VALUES = 1000 };
static const eesi_flow_grid grid = {.lo = 476, .cells = 131, .centre = 500};

/* A block and all that it holds, so that two can be compared byte by byte. */
static size_t bytes_of(const eesi_flow_block *x) {
    return (size_t)(4 + x->grid.cells) * (size_t)x->members * sizeof(double);
}

/* Two moves, an observation, and a look from the top. */
static void live(enum eesi_isa isa, eesi_flow_block *x, double out[4][MEMBERS]) {
    const eesi_transition_kernels *moves = eesi_transition_kernels_for(isa);
    const eesi_member_kernels *members = eesi_member_kernels_for(isa);
    double need[MEMBERS], tail[MEMBERS];
    for (uint32_t step = 1; step <= 2; step++) {
        eesi_normals_block(3, 0, 1, step, EESI_FLOW_NOISE_CELLS + 2 * grid.cells, MEMBERS, x->noise);
        moves->move_scalars(&test_flow_params, x, 9.5);
        moves->move_cells(&test_flow_params, x, 9.5);
    }
    for (int m = 0; m < MEMBERS; m++) {
        out[0][m] = need[m] = 700 + m;
        out[1][m] = 0.01 * (m - 11);
    }
    members->add_cells(x, 490, 560, out[0]);
    out[2][0] = members->surprise(out[0], MEMBERS, 900, 4, 1);
    out[2][1] = members->assimilate(x, out[0], out[1], 900, 4);
    members->widen_stock(x, 1.3);
    for (int m = 0; m < MEMBERS; m++)
        tail[m] = 0.9 + 0.001 * m;
    members->take_share(x->stock + (ptrdiff_t)20 * MEMBERS, tail, MEMBERS);
    members->find_cuts(x, need, tail, out[1], out[3]);
}

static void members_move_and_learn_alike(void **state) {
    (void)state;
    eesi_flow_block want, got;
    double wanted[4][MEMBERS] = {{0}};
    assert_int_equal(eesi_flow_block_init(&want, &grid, MEMBERS), 0);
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++) {
        double others[4][MEMBERS] = {{0}};
        assert_int_equal(eesi_flow_block_init(&got, &grid, MEMBERS), 0);
        eesi_flow_start(&test_flow_params, &got, &(eesi_flow_address){5, 0, 1, 0});
        if (isa == EESI_ISA_BASE) {
            eesi_flow_block_copy(&want, &got);
            live(EESI_ISA_BASE, &want, wanted);
        }
        live((enum eesi_isa)isa, &got, others);
        assert_memory_equal(want.owned, got.owned, bytes_of(&want));
        assert_memory_equal(wanted, others, sizeof wanted);
        eesi_flow_block_free(&got);
    }
    assert_true(wanted[1][0] > 0); /* somebody was reached, so the comparison is not of nothing */
    eesi_flow_block_free(&want);
}

static void histograms_count_alike(void **state) {
    (void)state;
    int32_t values[VALUES], want[2][VALUES], got[2][VALUES];
    for (int i = 0; i < VALUES; i++)
        values[i] = i * i / 2 - 50;
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++) {
        const eesi_hist_kernels *kernels = eesi_hist_kernels_for((enum eesi_isa)isa);
        eesi_hist hist = {0};
        uint16_t small[EESI_HIST_PAGE];
        uint64_t large[EESI_HIST_PAGE] = {0}, more[EESI_HIST_PAGE];
        kernels->find_counts(values, VALUES, 5280, isa == EESI_ISA_BASE ? want[0] : got[0]);
        kernels->find_small(values, VALUES, 1201, isa == EESI_ISA_BASE ? want[1] : got[1]);
        if (isa != EESI_ISA_BASE)
            assert_memory_equal(want, got, sizeof want);
        for (int i = 0; i < VALUES; i++)
            assert_int_equal(want[0][i], eesi_hist_bin(EESI_HIST_COUNT, values[i]));
        kernels->add_moments(&hist, values, VALUES);
        assert_int_equal(hist.min, -50);
        assert_int_equal(hist.max, values[VALUES - 1]);
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            small[i] = (uint16_t)(i * 500);
        kernels->add_bins_16(large, EESI_BINS_64, small);
        memcpy(more, large, sizeof more);
        kernels->add_bins_64(large, EESI_BINS_64, more);
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            assert_int_equal(large[i], 2 * (uint64_t)small[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(members_move_and_learn_alike),
                                       cmocka_unit_test(histograms_count_alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
