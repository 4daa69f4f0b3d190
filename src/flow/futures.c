#include "flow/futures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flow/field.h"

enum { ALIGN = 64, CHAINS = 8, BLOCK = 4 };

static float *zeros(size_t count) {
    const size_t bytes = (count * sizeof(float) + ALIGN - 1) / ALIGN * ALIGN;
    float *x = aligned_alloc(ALIGN, bytes);
    if (x)
        memset(x, 0, bytes);
    return x;
}

void eesi_future_tables_free(eesi_future_tables *tables) {
    free(tables->weight);
    free(tables->below);
    free(tables->bend);
    free(tables->thin);
    memset(tables, 0, sizeof *tables);
}

static void fill_field(eesi_future_tables *t, const eesi_field *field) {
    for (int phase = 0; phase < field->spacing; phase++) {
        double w[EESI_FIELD_TAPS];
        eesi_field_weights(field, phase, w);
        for (int j = 0; j < t->taps; j++)
            t->weight[phase * EESI_FIELD_TAPS + j] = (float)w[j];
    }
}

static void fill_shape(eesi_future_tables *t, const eesi_flow_params *p) {
    const eesi_flow_grid *grid = &t->grid;
    for (int c = 0; c < grid->cells; c++) {
        const double d = grid->lo + c - grid->centre, above = fmax(d, 0.0);
        t->below[c] = (float)-fmax(d, p->flat_below_pts - grid->centre);
        t->bend[c] = (float)(p->tail_curvature * above * above);
    }
    for (int d = 0; d < grid->lo + grid->cells - grid->centre; d++)
        t->thin[d] = (float)exp(-p->tail_curvature * d * d);
}

int eesi_future_tables_init(eesi_future_tables *t, const eesi_flow_params *p, const eesi_flow_grid *grid) {
    const eesi_field field = eesi_field_of(p->cell_length_pts);
    const int top = grid->lo + grid->cells - grid->centre;
    *t = (eesi_future_tables){.grid = *grid,
                              .spacing = field.spacing,
                              .taps = 2 * field.half_taps + 1,
                              .knots = eesi_field_knots(&field, grid->cells),
                              .top = ((top > 0 ? top : 1) + CHAINS - 1) / CHAINS * CHAINS,
                              .log_level = (float)log(p->arrivals_per_day),
                              .reversion = (float)p->arrivals_reversion,
                              .level_sd = (float)p->arrivals_sd,
                              .tail_sd = (float)p->tail_sd,
                              .loss = (float)p->loss_per_day,
                              .cell_sd = (float)p->cell_sd,
                              .dispersion = (float)p->count_dispersion};
    t->weight = zeros((size_t)field.spacing * EESI_FIELD_TAPS);
    t->below = zeros((size_t)grid->cells);
    t->bend = zeros((size_t)grid->cells);
    t->thin = zeros((size_t)t->top);
    if (!t->weight || !t->below || !t->bend || !t->thin) {
        eesi_future_tables_free(t);
        return EES_ERR_NOMEM;
    }
    fill_field(t, &field);
    fill_shape(t, p);
    return EES_OK;
}

int eesi_futures_init(eesi_futures *x, const eesi_flow_grid *grid) {
    memset(x, 0, sizeof *x);
    const eesi_field finest = {.spacing = 1, .half_taps = EESI_FIELD_TAPS / 2 - 1, .width = 1};
    x->stock = zeros((size_t)grid->cells * EESI_FUTURES);
    x->knots = zeros((size_t)(eesi_field_knots(&finest, grid->cells) + BLOCK) * EESI_FUTURES);
    if (x->stock && x->knots)
        return EES_OK;
    eesi_futures_free(x);
    return EES_ERR_NOMEM;
}

void eesi_futures_free(eesi_futures *x) {
    free(x->stock);
    free(x->knots);
    memset(x, 0, sizeof *x);
}

void eesi_futures_advance(const eesi_future_tables *tables, eesi_futures *x, const eesi_future_move *move) {
    eesi_future_kernels_best()->advance(tables, x, move);
}

int eesi_future_blocks(const eesi_future_tables *tables) {
    return 1 + (tables->knots + BLOCK - 1) / BLOCK + (tables->grid.cells + BLOCK - 1) / BLOCK;
}

void eesi_futures_invite(const eesi_future_tables *tables, eesi_futures *x, eesi_future_cut *cut) {
    eesi_future_kernels_best()->invite(tables, x, cut);
}

void eesi_future_normals(uint64_t seed, int points, const uint64_t replicate[EESI_FUTURES], uint32_t purpose,
                         uint32_t step, int blocks, float *out) {
    eesi_future_kernels_best()->normals(seed, points, replicate, purpose, step, blocks, out);
}
