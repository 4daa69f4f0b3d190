/*
 * Arrivals at score s over dt days: level * shape(s; tail) * exp(field) with a Gaussian field over scores, plus count
 * noise; the rough part of the field and the count noise are one normal a score because their variances add.
 */
#include "flow/transition_kernels.h"

#include <math.h>

#include "base/vector.h"
#include "flow/field.h"

/* scale = arrivals a day at or above the centre, over the sum of the bare shape there. */
static void normaliser(const eesi_flow_params *p, const eesi_flow_block *x, double *inv_tail, double *scale) {
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

static void move_scalars(const eesi_flow_params *p, eesi_flow_block *x, double dt) {
    const int n = x->members;
    const double q = sqrt(dt / eesi_field_fortnight), keep = exp(-p->arrivals_reversion * dt / eesi_field_fortnight);
    const double level = log(p->arrivals_per_day), back = 1.0 - exp(-p->other_reversion * dt);
    const double *z = x->noise;
    for (int m = 0; m < n; m++) {
        x->log_level[m] = level + (x->log_level[m] - level) * keep + p->arrivals_sd * q * z[EESI_NOISE_LEVEL * n + m];
        double t = x->log_tail[m] + p->tail_sd * q * z[EESI_NOISE_TAIL * n + m];
        t = t < eesi_field_log_tail_min ? eesi_field_log_tail_min : t;
        x->log_tail[m] = t > eesi_field_log_tail_max ? eesi_field_log_tail_max : t;
        x->drift[m] += p->other_drift_sd * q * z[EESI_NOISE_DRIFT * n + m];
        double o = x->other[m] + x->drift[m] * dt + back * (p->other_start - x->other[m]) +
                   p->other_sd * q * x->other[m] * z[EESI_NOISE_OTHER * n + m];
        x->other[m] = o < 0.0 ? 0.0 : o;
    }
}

static void blur(const double *restrict knots, const double *w, int taps, int n, double *restrict field) {
    for (int m = 0; m < n; m++)
        field[m] = w[0] * knots[m];
    for (int j = 1; j < taps; j++)
        for (int m = 0; m < n; m++)
            field[m] += w[j] * knots[j * n + m];
}

typedef struct {
    double below, bend, smooth_sd, rough_var, dispersion, dt, keep;
} cell_terms;

static void move_cell(const cell_terms *terms, double *restrict stock, int n, const double *restrict inv_tail,
                      const double *restrict scale, const double *restrict field, const double *restrict white) {
    const cell_terms l = *terms;
    for (int m = 0; m < n; m++) {
        const double mean = l.dt * scale[m] * eesi_exp_scalar(l.below * inv_tail[m] - l.bend + l.smooth_sd * field[m]);
        const double noisy = mean + sqrt(mean * (mean * l.rough_var + l.dispersion)) * white[m];
        const double least = 0.02 * mean;
        stock[m] = stock[m] * l.keep + (noisy > least ? noisy : least);
    }
}

static void move_cells(const eesi_flow_params *p, eesi_flow_block *x, double dt) {
    const int n = x->members, cells = x->grid.cells;
    double *inv_tail = x->scratch, *scale = x->scratch + n;
    normaliser(p, x, inv_tail, scale);
    const eesi_field k = eesi_field_of(p->cell_length_pts);
    const double *knots = x->noise + EESI_FLOW_NOISE_CELLS * n,
                 *white = knots + (size_t)eesi_field_knots(&k, cells) * (size_t)n;
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
        blur(knots + (size_t)first * (size_t)n, w, 2 * k.half_taps + 1, n, field);
        move_cell(&terms, x->stock + (size_t)c * (size_t)n, n, inv_tail, scale, field, white + (size_t)c * (size_t)n);
    }
}

EESI_KERNEL_TABLE(eesi_transition_kernels) = {move_scalars, move_cells};
