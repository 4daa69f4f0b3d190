/* Blocks of members: made, moved, shocked. */
#include "flow/transition.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/field.h"
#include "flow/normals.h"
#include "flow/transition_kernels.h"

int eesi_flow_block_init(eesi_flow_block *x, const eesi_flow_grid *grid, int members) {
    *x = (eesi_flow_block){.grid = *grid, .members = members};
    if (members <= 0 || members % EESI_FLOW_LANES != 0 || grid->cells <= 0)
        return EES_ERR_RANGE;
    const size_t m = (size_t)members, c = (size_t)grid->cells;
    const size_t rows = 4 + c + EESI_FLOW_SCRATCH + EESI_FLOW_NOISE_CELLS + 2 * c + EESI_FIELD_TAPS;
    enum { ALIGNMENT = 64 };
    /* Fresh pages of calloc() cost nothing before they are used, and most of the noise of a stored block never is. */
    x->allocated = calloc(1, rows * m * sizeof(double) + ALIGNMENT);
    if (x->allocated == NULL)
        return EES_ERR_NOMEM;
    double *p = (double *)(((uintptr_t)x->allocated + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    x->owned = p;
    x->log_level = p;
    x->log_tail = p + m;
    x->other = p + 2 * m;
    x->drift = p + 3 * m;
    x->stock = p + 4 * m;
    x->scratch = p + (4 + c) * m;
    x->noise = p + (8 + c) * m;
    return 0;
}

void eesi_flow_block_free(eesi_flow_block *x) {
    free(x->allocated);
    *x = (eesi_flow_block){0};
}

void eesi_flow_block_copy(eesi_flow_block *to, const eesi_flow_block *from) {
    memcpy(to->owned, from->owned, (size_t)(4 + from->grid.cells) * (size_t)from->members * sizeof(double));
}

static void draw_noise(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at) {
    const eesi_field k = eesi_field_of(p->cell_length_pts);
    const int rows = EESI_FLOW_NOISE_CELLS + eesi_field_knots(&k, x->grid.cells) + x->grid.cells;
    eesi_normals_block(at->seed, at->first_replicate, at->purpose, at->step, rows, x->members, x->noise);
}

void eesi_flow_advance(const eesi_flow_params *p, eesi_flow_block *x, double dt, const eesi_flow_address *at) {
    if (!(dt > 0.0))
        return;
    draw_noise(p, x, at);
    eesi_flow_advance_by(p, x, dt);
}

void eesi_flow_advance_by(const eesi_flow_params *p, eesi_flow_block *x, double dt) {
    const eesi_transition_kernels *kernels = eesi_transition_kernels_best();
    kernels->move_scalars(p, x, dt);
    kernels->move_cells(p, x, dt);
}

void eesi_flow_start(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at) {
    const int n = x->members;
    draw_noise(p, x, at);
    for (int m = 0; m < n; m++) {
        x->log_level[m] = log(p->arrivals_per_day) + p->start_sd * x->noise[EESI_NOISE_LEVEL * n + m];
        x->log_tail[m] = log(p->tail_pts) + 0.5 * p->start_sd * x->noise[EESI_NOISE_TAIL * n + m];
        x->other[m] = p->other_start * exp(0.3 * x->noise[EESI_NOISE_OTHER * n + m]);
        x->drift[m] = p->other_drift_sd * x->noise[EESI_NOISE_DRIFT * n + m];
    }
    memset(x->stock, 0, (size_t)n * (size_t)x->grid.cells * sizeof(double));
    eesi_transition_kernels_best()->move_cells(p, x, p->start_days);
}

/* Points taken from a share of the candidates: that share moves down by `points`, the rest stay. */
void eesi_flow_shock(const eesi_flow_params *p, eesi_flow_block *x, int points, const eesi_flow_address *at) {
    const int n = x->members, cells = x->grid.cells;
    eesi_normals_block(at->seed, at->first_replicate, at->purpose, at->step, 3, n, x->noise);
    for (int m = 0; m < n; m++) {
        const double h = fmin(0.9, fmax(0.02, p->shock_share + 0.12 * x->noise[m]));
        for (int c = 0; c < cells; c++) {
            const double from = c + points < cells ? x->stock[(size_t)(c + points) * (size_t)n + (size_t)m] : 0.0;
            double *s = &x->stock[(size_t)c * (size_t)n + (size_t)m];
            *s = (1.0 - h) * *s + h * from;
        }
        x->other[m] *= 1.0 - h;
        x->log_level[m] += 0.2 * x->noise[n + m];
        x->log_tail[m] += 0.15 * x->noise[2 * n + m];
    }
}
