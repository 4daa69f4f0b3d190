/* Futures of a run: the filter's transition, number by number; the same bits in every build and lane. */
#include "test_support.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/vector.h"
#include "flow/field.h"
#include "flow/futures.h"

enum { N = EESI_FUTURES };

/* A grid like that of CEC and one like that of French. */
static const eesi_flow_grid grids[] = {{.lo = 476, .cells = 131, .centre = 500},
                                       {.lo = 300, .cells = 321, .centre = 395}};
enum { GRIDS = 2 };

static eesi_flow_params params_of(int which) {
    return (eesi_flow_params){.arrivals_per_day = which ? 150 : 400,
                              .arrivals_sd = 0.1,
                              .arrivals_reversion = 0.3,
                              .tail_pts = which ? 450 : 36,
                              .tail_sd = 0.02,
                              .tail_curvature = which ? 1.3e-4 : 6.5e-4,
                              .flat_below_pts = which ? 390 : 480,
                              .cell_sd = which ? 0.64 : 0.5,
                              .cell_length_pts = which ? 8.7 : 3,
                              .count_dispersion = 2.5,
                              .loss_per_day = 0.01,
                              .start_days = 60,
                              .start_sd = 0.2,
                              .other_start = 1000};
}

static void replicates_from(uint64_t first, uint64_t replicate[N]) {
    for (uint64_t i = 0; i < N; i++)
        replicate[i] = first + 7 * i; /* any, not a row */
}

/* A block of the filter and the same in futures. */
static void start(const eesi_flow_params *p, const eesi_flow_grid *grid, eesi_flow_block *block, eesi_futures *x) {
    assert_int_equal(eesi_flow_block_init(block, grid, N), 0);
    assert_int_equal(eesi_futures_init(x, grid), 0);
    eesi_flow_start(p, block, &(eesi_flow_address){5, 0, 1, 0});
    replicates_from(1000, x->replicate);
    for (int m = 0; m < N; m++) {
        x->log_level[m] = (float)block->log_level[m];
        x->log_tail[m] = (float)block->log_tail[m];
    }
    for (int i = 0; i < grid->cells * N; i++)
        x->stock[i] = (float)block->stock[i];
}

/* The normals that a move draws, in the order of the filter's rows. */
static void give_noise(const eesi_future_tables *t, const eesi_futures *x, const eesi_future_move *move,
                       eesi_flow_block *block) {
    const int blocks = eesi_future_blocks(t), whites = 4 * (1 + (t->knots + 3) / 4);
    float *z = test_malloc((size_t)blocks * 4 * N * sizeof *z);
    eesi_future_normals(move->seed, move->points, x->replicate, move->purpose, move->step, blocks, z);
    for (int m = 0; m < N; m++) {
        for (int row = 0; row < 2; row++)
            block->noise[row * N + m] = (double)z[row * N + m];
        for (int k = 0; k < t->knots; k++)
            block->noise[(EESI_FLOW_NOISE_CELLS + k) * N + m] = (double)z[(4 + k) * N + m];
        for (int c = 0; c < t->grid.cells; c++)
            block->noise[(EESI_FLOW_NOISE_CELLS + t->knots + c) * N + m] = (double)z[(whites + c) * N + m];
    }
    test_free(z);
}

/* Over a year of rounds' gaps, with the same normals: floats may add up to 2e-4 of a stock, no more. */
static void the_transition_is_that_of_the_filter(void **state) {
    (void)state;
    static const float gaps[] = {14, 13, 3, 50, 14, 1, 28, 14, 14, 100, 7, 14, 14};
    for (int g = 0; g < GRIDS; g++) {
        const eesi_flow_params p = params_of(g);
        eesi_flow_block block;
        eesi_futures x;
        eesi_future_tables t;
        start(&p, &grids[g], &block, &x);
        assert_int_equal(eesi_future_tables_init(&t, &p, &grids[g]), 0);
        eesi_future_move move = {.seed = 3, .purpose = 9};
        for (uint32_t k = 0; k < sizeof gaps / sizeof *gaps; k++) {
            move.step = k;
            for (int m = 0; m < N; m++) {
                move.days[m] = gaps[k];
                move.inflow[m] = 1;
            }
            give_noise(&t, &x, &move, &block);
            eesi_flow_advance_by(&p, &block, (double)gaps[k]);
            eesi_futures_advance(&t, &x, &move);
            for (int m = 0; m < N; m++) {
                assert_close((double)x.log_level[m], block.log_level[m], 1e-5);
                assert_close((double)x.log_tail[m], block.log_tail[m], 1e-5);
            }
            for (int i = 0; i < grids[g].cells * N; i++)
                assert_close((double)x.stock[i], block.stock[i], 2e-4 * (0.01 + block.stock[i]));
        }
        eesi_flow_block_free(&block);
        eesi_futures_free(&x);
        eesi_future_tables_free(&t);
    }
}

static void inflow_multiplies_arrivals_and_no_days_change_nothing(void **state) {
    (void)state;
    eesi_flow_params p = params_of(0);
    p.cell_sd = p.count_dispersion = 0;
    eesi_flow_block block;
    eesi_futures x;
    eesi_future_tables t;
    start(&p, &grids[0], &block, &x);
    assert_int_equal(eesi_future_tables_init(&t, &p, &grids[0]), 0);
    const size_t size = (size_t)grids[0].cells * N;
    float *before = test_malloc(size * sizeof *before);
    memcpy(before, x.stock, size * sizeof *before);
    const eesi_futures kept = x;
    eesi_future_move move = {.seed = 3, .purpose = 9};
    for (int m = 0; m < N; m++) {
        move.days[m] = m % 4 == 0 ? 0.0F : 10.0F;
        move.inflow[m] = m % 4 == 2 ? 3.0F : 1.0F;
        if (m % 4 == 2) /* so that lane m + 1 draws the same level and tail */
            x.replicate[m] = x.replicate[m - 1];
        if (m % 4 == 2) {
            x.log_level[m] = x.log_level[m - 1];
            x.log_tail[m] = x.log_tail[m - 1];
        }
    }
    eesi_futures_advance(&t, &x, &move);
    const float stays = expf(-0.1F);
    for (size_t c = 0; c < (size_t)grids[0].cells; c++)
        for (size_t m = 0; m < N; m++) {
            const size_t at = c * N + m;
            if (m % 4 == 0)
                assert_true(x.stock[at] == before[at] && x.log_level[m] == kept.log_level[m]);
            if (m % 4 == 2) {
                const double one = (double)(x.stock[at - 1] - stays * before[at - 1]);
                assert_close((double)(x.stock[at] - stays * before[at]), 3 * one,
                             1e-3 * (0.1 + one + (double)before[at]));
            }
        }
    test_free(before);
    eesi_flow_block_free(&block);
    eesi_futures_free(&x);
    eesi_future_tables_free(&t);
}

/* One move and one round in a build, lanes in the given order of replicates. */
static void step_with(const eesi_future_kernels *kernels, const eesi_future_tables *t, eesi_futures *x,
                      eesi_future_cut *cut) {
    eesi_future_move move = {.seed = 11, .purpose = 3, .step = 8};
    *cut = (eesi_future_cut){.edges = 3, .edge = {60, 25, 0}};
    for (int m = 0; m < N; m++) {
        move.days[m] = (float)(x->replicate[m] % 5) * 6;
        move.inflow[m] = 1.2F;
        cut->need[m] = (float)(x->replicate[m] % 3) * 1500 - 1;
    }
    kernels->advance(t, x, &move);
    kernels->invite(t, x, cut);
}

static void builds_and_lanes_agree(void **state) {
    (void)state;
    const eesi_flow_params p = params_of(0);
    eesi_flow_block block;
    eesi_futures want, got;
    eesi_future_tables t;
    eesi_future_cut wanted, cut;
    assert_int_equal(eesi_future_tables_init(&t, &p, &grids[0]), 0);
    start(&p, &grids[0], &block, &want);
    step_with(eesi_future_kernels_for(EESI_ISA_BASE), &t, &want, &wanted);
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++)
        for (int turn = 0; turn < N; turn += 5) { /* lane m holds what lane m - turn held */
            eesi_flow_block_free(&block);
            start(&p, &grids[0], &block, &got);
            for (int m = 0; m < N; m++) {
                const int from = (m + turn) % N;
                got.replicate[m] = want.replicate[from];
                got.log_level[m] = (float)block.log_level[from];
                got.log_tail[m] = (float)block.log_tail[from];
                for (int c = 0; c < grids[0].cells; c++)
                    got.stock[c * N + m] = (float)block.stock[c * N + from];
            }
            step_with(eesi_future_kernels_for((enum eesi_isa)isa), &t, &got, &cut);
            for (int m = 0; m < N; m++) {
                const int from = (m + turn) % N;
                assert_memory_equal(&got.log_level[m], &want.log_level[from], sizeof(float));
                assert_memory_equal(&cut.cell[m], &wanted.cell[from], sizeof(float));
                assert_memory_equal(&cut.at_or_above[m], &wanted.at_or_above[from], sizeof(float));
                assert_memory_equal(&cut.tail[1][m], &wanted.tail[1][from], sizeof(float));
                for (int c = 0; c < grids[0].cells; c++)
                    assert_memory_equal(&got.stock[c * N + m], &want.stock[c * N + from], sizeof(float));
            }
            eesi_futures_free(&got);
        }
    eesi_flow_block_free(&block);
    eesi_futures_free(&want);
    eesi_future_tables_free(&t);
}

/* Against a walk in doubles; lane 3 takes nobody, lane 4 more than there are. */
static void the_best_are_invited(void **state) {
    (void)state;
    const eesi_flow_params p = params_of(0);
    const eesi_flow_grid *grid = &grids[0];
    eesi_flow_block block;
    eesi_futures x;
    eesi_future_tables t;
    start(&p, grid, &block, &x);
    assert_int_equal(eesi_future_tables_init(&t, &p, grid), 0);
    eesi_future_cut cut = {.edges = 2, .edge = {40, 0}};
    for (int m = 0; m < N; m++)
        cut.need[m] = m == 3 ? -1.0F : m == 4 ? 1e7F : 800.0F * (float)m + 1;
    eesi_futures_invite(&t, &x, &cut);
    for (int m = 0; m < N; m++) {
        double tail = 0, need = (double)cut.need[m], above = 0, reach = 0, at_edge = 0;
        int cell = -1;
        for (int c = grid->cells - 1; c >= 0; c--) {
            const double here = (double)(float)block.stock[c * N + m];
            const bool cuts = tail < need && tail + here >= need;
            const double stays = tail >= need ? here : cuts ? tail + here - need : 0;
            if (cuts) {
                cell = c;
                above = tail;
                reach = tail + here;
            }
            tail += here;
            at_edge = c == 40 ? tail : at_edge;
            assert_close((double)x.stock[c * N + m], need < 0 ? here : stays, 0.02);
        }
        assert_close((double)cut.tail[0][m], at_edge, 0.02);
        assert_close((double)cut.tail[1][m], tail, 0.02);
        if (m == 3)
            continue;
        assert_int_equal((int)cut.cell[m], cell);
        if (cell >= 0) {
            assert_close((double)cut.above[m], above, 0.02);
            assert_close((double)cut.at_or_above[m], reach, 0.02);
        }
    }
    eesi_flow_block_free(&block);
    eesi_futures_free(&x);
    eesi_future_tables_free(&t);
}

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* n = 640,000. Moments within 5 standard errors, the four numbers of a block uncorrelated within 5: false alarm below
 * 1e-5 in all. Kolmogorov-Smirnov sqrt(n) D < 2.2: 1.3e-4. */
static void normals_are_normal(void **state) {
    (void)state;
    enum { BLOCKS = 10000, COUNT = BLOCKS * 4 * N };
    float *z = test_malloc(COUNT * sizeof *z);
    uint64_t replicate[N];
    replicates_from((1ULL << 32) - 50, replicate);
    eesi_future_normals(21, 0, replicate, 5, 6, BLOCKS, z);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0, cross[3] = {0};
    for (int i = 0; i < COUNT; i++) {
        const double v = (double)z[i];
        m1 += v;
        m2 += v * v;
        m3 += v * v * v;
        m4 += v * v * v * v;
        for (int j = 1; i / N % 4 == 0 && j < 4; j++)
            cross[j - 1] += v * (double)z[i + j * N];
    }
    const double n = COUNT;
    assert_close(m1 / n, 0, 5 / sqrt(n));
    assert_close(m2 / n, 1, 5 * sqrt(2 / n));
    assert_close(m3 / n, 0, 5 * sqrt(15 / n));
    assert_close(m4 / n, 3, 5 * sqrt(96 / n));
    for (int j = 0; j < 3; j++)
        assert_close(cross[j] / (n / 4), 0, 5 / sqrt(n / 4));
    qsort(z, COUNT, sizeof *z, by_value);
    double d = 0;
    for (int i = 0; i < COUNT; i++) {
        const double below = 0.5 * erfc(-(double)z[i] * 0.70710678118654752);
        d = fmax(d, fmax(fabs(below - i / n), fabs(below - (i + 1) / n)));
    }
    assert_true(sqrt(n) * d < 2.2);
    test_free(z);
}

static void functions_of_floats_match_libm(void **state) {
    (void)state;
    for (double x = -86; x < 80; x += 0.0137) {
        const float y = eesi_f32_exp(eesi_f32_all((float)x))[0];
        assert_close((double)y / exp((double)(float)x), 1, 3e-7);
    }
    assert_true(eesi_f32_exp(eesi_f32_all(-1e6F))[0] < 1e-37F);
    assert_true(eesi_f32_exp(eesi_f32_all(0.0F))[0] == 1.0F);
    for (double x = 1e-12; x < 1e12; x *= 1.003) {
        const double want = log((double)(float)x);
        assert_close((double)eesi_f32_log(eesi_f32_all((float)x))[0], want, 1.5e-7 * (1 + fabs(want)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_floats_match_libm),
        cmocka_unit_test(normals_are_normal),
        cmocka_unit_test(the_transition_is_that_of_the_filter),
        cmocka_unit_test(inflow_multiplies_arrivals_and_no_days_change_nothing),
        cmocka_unit_test(builds_and_lanes_agree),
        cmocka_unit_test(the_best_are_invited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
