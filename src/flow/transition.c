/*
 * Arrivals at score s over dt days: level * shape(s; tail) * exp(field) with a Gaussian field over scores, plus count
 * noise; the rough part of the field and the count noise are one normal a score because their variances add.
 */
#include "flow/transition.h"

#include <math.h>
#include <stdlib.h>

#include "base/simd.h"
#include "base/vecmath.h"
#include "flow/field.h"
#include "flow/normals.h"

enum { NOISE_LEVEL, NOISE_TAIL, NOISE_OTHER, NOISE_DRIFT, NOISE_CELLS = EESI_FLOW_NOISE_CELLS };

int eesi_flow_block_init(eesi_flow_block *x, const eesi_flow_grid *grid, int members) {
    *x = (eesi_flow_block){.grid = *grid, .members = members};
    if (members <= 0 || members % EESI_FLOW_LANES != 0 || grid->cells <= 0)
        return EES_ERR_RANGE;
    const size_t m = (size_t)members, c = (size_t)grid->cells;
    const size_t rows = 4 + c + EESI_FLOW_SCRATCH + NOISE_CELLS + 2 * c + EESI_FIELD_TAPS;
    double *p = aligned_alloc(64, ((rows * m * sizeof(double)) + 63) / 64 * 64);
    if (p == NULL)
        return EES_ERR_NOMEM;
    memset(p, 0, rows * m * sizeof(double));
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
    free(x->owned);
    *x = (eesi_flow_block){0};
}

void eesi_flow_block_copy(eesi_flow_block *to, const eesi_flow_block *from) {
    memcpy(to->owned, from->owned, (size_t)(4 + from->grid.cells) * (size_t)from->members * sizeof(double));
}

/* scale = arrivals a day at or above the centre, over the sum of the bare shape there. */
EESI_CLONES static void normaliser(const eesi_flow_params *p, const eesi_flow_block *x, double *inv_tail,
                                   double *scale) {
    const int n = x->members, top = x->grid.lo + x->grid.cells - x->grid.centre;
    double *ratio = x->scratch + 2 * n, *power = x->scratch + 3 * n;
    for (int m = 0; m < n; m++) {
        inv_tail[m] = eesi_exp_scalar(-x->log_tail[m]);
        ratio[m] = eesi_exp_scalar(-inv_tail[m]);
        power[m] = 1.0;
        scale[m] = 0.0;
    }
    for (int d = 0; d < top; d++) {
        const double bend = exp(-p->tail_curvature * d * d);
        for (int m = 0; m < n; m++) {
            scale[m] += power[m] * bend;
            power[m] *= ratio[m];
        }
    }
    for (int m = 0; m < n; m++)
        scale[m] = eesi_exp_scalar(x->log_level[m]) / scale[m];
}

EESI_CLONES static void move_scalars(const eesi_flow_params *p, eesi_flow_block *x, double dt) {
    const int n = x->members;
    const double q = sqrt(dt / eesi_field_fortnight), keep = exp(-p->arrivals_reversion * dt / eesi_field_fortnight);
    const double level = log(p->arrivals_per_day), back = 1.0 - exp(-p->other_reversion * dt);
    const double *z = x->noise;
    for (int m = 0; m < n; m++) {
        x->log_level[m] = level + (x->log_level[m] - level) * keep + p->arrivals_sd * q * z[NOISE_LEVEL * n + m];
        double t = x->log_tail[m] + p->tail_sd * q * z[NOISE_TAIL * n + m];
        t = t < eesi_field_log_tail_min ? eesi_field_log_tail_min : t;
        x->log_tail[m] = t > eesi_field_log_tail_max ? eesi_field_log_tail_max : t;
        x->drift[m] += p->other_drift_sd * q * z[NOISE_DRIFT * n + m];
        double o = x->other[m] + x->drift[m] * dt + back * (p->other_start - x->other[m]) +
                   p->other_sd * q * x->other[m] * z[NOISE_OTHER * n + m];
        x->other[m] = o < 0.0 ? 0.0 : o;
    }
}

EESI_CLONES static void blur(const double *restrict knots, const double *w, int taps, int n, double *restrict field) {
    for (int m = 0; m < n; m++)
        field[m] = w[0] * knots[m];
    for (int j = 1; j < taps; j++)
        for (int m = 0; m < n; m++)
            field[m] += w[j] * knots[j * n + m];
}

typedef struct {
    double below, bend, smooth_sd, rough_var, dispersion, dt, keep;
} cell_terms;

EESI_CLONES static void move_cell(const cell_terms *terms, double *restrict stock, int n,
                                  const double *restrict inv_tail, const double *restrict scale,
                                  const double *restrict field, const double *restrict white) {
    const cell_terms l = *terms;
    for (int m = 0; m < n; m++) {
        const double mean = l.dt * scale[m] * eesi_exp_scalar(l.below * inv_tail[m] - l.bend + l.smooth_sd * field[m]);
        const double noisy = mean + sqrt(mean * (mean * l.rough_var + l.dispersion)) * white[m];
        const double least = 0.02 * mean;
        stock[m] = stock[m] * l.keep + (noisy > least ? noisy : least);
    }
}

static void move_cells(const eesi_flow_params *p, eesi_flow_block *x, double dt, const double *inv_tail,
                       const double *scale) {
    const int n = x->members, cells = x->grid.cells;
    const eesi_field k = eesi_field_of(p->cell_length_pts);
    const double *knots = x->noise + NOISE_CELLS * n, *white = knots + (size_t)eesi_field_knots(&k, cells) * (size_t)n;
    const double per_step = p->cell_sd * sqrt(fmin(4.0, eesi_field_fortnight / dt));
    cell_terms terms = {.smooth_sd = per_step * sqrt(eesi_field_smooth_share),
                        .rough_var = per_step * per_step * (1.0 - eesi_field_smooth_share),
                        .dispersion = p->count_dispersion,
                        .dt = dt,
                        .keep = exp(-p->loss_per_day * dt)};
    double w[EESI_FIELD_TAPS], *field = x->scratch + 2 * n;
    for (int c = 0; c < cells; c++) {
        const int first = eesi_field_weights(&k, c, w);
        const double d = x->grid.lo + c - x->grid.centre, above = fmax(d, 0.0);
        terms.below = -fmax(d, p->flat_below_pts - x->grid.centre);
        terms.bend = p->tail_curvature * above * above;
        blur(knots + (size_t)first * (size_t)n, w, 2 * k.reach + 1, n, field);
        move_cell(&terms, x->stock + (size_t)c * (size_t)n, n, inv_tail, scale, field, white + (size_t)c * (size_t)n);
    }
}

static void draw_noise(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at) {
    const eesi_field k = eesi_field_of(p->cell_length_pts);
    const int rows = NOISE_CELLS + eesi_field_knots(&k, x->grid.cells) + x->grid.cells;
    eesi_normals_block(at->seed, at->first_replicate, at->purpose, at->step, rows, x->members, x->noise);
}

void eesi_flow_advance(const eesi_flow_params *p, eesi_flow_block *x, double dt, const eesi_flow_address *at) {
    if (!(dt > 0.0))
        return;
    draw_noise(p, x, at);
    eesi_flow_advance_by(p, x, dt);
}

void eesi_flow_advance_by(const eesi_flow_params *p, eesi_flow_block *x, double dt) {
    move_scalars(p, x, dt);
    normaliser(p, x, x->scratch, x->scratch + x->members);
    move_cells(p, x, dt, x->scratch, x->scratch + x->members);
}

void eesi_flow_start(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at) {
    const int n = x->members;
    draw_noise(p, x, at);
    for (int m = 0; m < n; m++) {
        x->log_level[m] = log(p->arrivals_per_day) + p->start_sd * x->noise[NOISE_LEVEL * n + m];
        x->log_tail[m] = log(p->tail_pts) + 0.5 * p->start_sd * x->noise[NOISE_TAIL * n + m];
        x->other[m] = p->other_start * exp(0.3 * x->noise[NOISE_OTHER * n + m]);
        x->drift[m] = p->other_drift_sd * x->noise[NOISE_DRIFT * n + m];
    }
    memset(x->stock, 0, (size_t)n * (size_t)x->grid.cells * sizeof(double));
    normaliser(p, x, x->scratch, x->scratch + n);
    move_cells(p, x, p->start_days, x->scratch, x->scratch + n);
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
