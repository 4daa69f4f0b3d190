/*
 * Arrivals at score s over dt days: level * shape(s; tail) * exp(field) with a Gaussian field over scores, plus count
 * noise; the rough part of the field and the count noise are one normal a score because their variances add.
 */
#include "flow/transition.h"

#include <stdlib.h>

#include "base/simd.h"
#include "base/vecmath.h"
#include "flow/normals.h"

enum { NOISE_LEVEL, NOISE_TAIL, NOISE_OTHER, NOISE_DRIFT, NOISE_CELLS };
enum { MAX_TAPS = 16 };
static const double FORTNIGHT = 14.0;
static const double SMOOTH_SHARE = 0.7;
static const double LOG_TAIL_MIN = 1.6094379124341003;
static const double LOG_TAIL_MAX = 6.396929655216146;

int eesi_flow_block_init(eesi_flow_block *x, const eesi_flow_grid *grid, int members) {
    *x = (eesi_flow_block){.grid = *grid, .members = members};
    if (members <= 0 || members % EESI_FLOW_LANES != 0 || grid->cells <= 0)
        return EES_ERR_RANGE;
    const size_t m = (size_t)members, c = (size_t)grid->cells;
    const size_t rows = 4 + c + EESI_FLOW_SCRATCH + NOISE_CELLS + 2 * c + MAX_TAPS;
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

/* The smooth part of the cell field: white noise on knots a kernel width apart, blurred by a Gaussian kernel and
 * scaled to unit variance at every score. Its correlation over ds is exp(-(ds/length)^2 / 2) to a few per cent. */
typedef struct {
    int spacing, reach;
} field_kernel;

static field_kernel kernel_of(double length_pts) {
    const double width = length_pts / 1.4142135623730951;
    int spacing = (int)width;
    if (spacing < 1)
        spacing = 1;
    int reach = (int)ceil(3.0 * width / spacing);
    if (reach > MAX_TAPS / 2 - 1)
        reach = MAX_TAPS / 2 - 1;
    return (field_kernel){spacing, reach};
}

static int kernel_weights(const field_kernel *k, double length_pts, int cell, double *w) {
    const double width = length_pts / 1.4142135623730951;
    const int first = cell / k->spacing;
    double sum = 0.0;
    for (int j = 0; j <= 2 * k->reach; j++) {
        const double d = (cell - (first + j - k->reach) * k->spacing) / width;
        w[j] = exp(-0.5 * d * d);
        sum += w[j] * w[j];
    }
    for (int j = 0; j <= 2 * k->reach; j++)
        w[j] /= sqrt(sum);
    return first;
}

static int knots_of(const field_kernel *k, int cells) {
    return (cells - 1) / k->spacing + 1 + 2 * k->reach;
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
    const double q = sqrt(dt / FORTNIGHT), keep = exp(-p->arrivals_reversion * dt / FORTNIGHT);
    const double level = log(p->arrivals_per_day), back = 1.0 - exp(-p->other_reversion * dt);
    const double *z = x->noise;
    for (int m = 0; m < n; m++) {
        x->log_level[m] = level + (x->log_level[m] - level) * keep + p->arrivals_sd * q * z[NOISE_LEVEL * n + m];
        double t = x->log_tail[m] + p->tail_sd * q * z[NOISE_TAIL * n + m];
        t = t < LOG_TAIL_MIN ? LOG_TAIL_MIN : t;
        x->log_tail[m] = t > LOG_TAIL_MAX ? LOG_TAIL_MAX : t;
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
} cell_law;

EESI_CLONES static void move_cell(const cell_law *law, double *restrict stock, int n, const double *restrict inv_tail,
                                  const double *restrict scale, const double *restrict field,
                                  const double *restrict white) {
    const cell_law l = *law;
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
    const field_kernel k = kernel_of(p->cell_length_pts);
    const double *knots = x->noise + NOISE_CELLS * n, *white = knots + (size_t)knots_of(&k, cells) * (size_t)n;
    const double per_step = p->cell_sd * sqrt(fmin(4.0, FORTNIGHT / dt));
    cell_law law = {.smooth_sd = per_step * sqrt(SMOOTH_SHARE),
                    .rough_var = per_step * per_step * (1.0 - SMOOTH_SHARE),
                    .dispersion = p->count_dispersion,
                    .dt = dt,
                    .keep = exp(-p->loss_per_day * dt)};
    double w[MAX_TAPS], *field = x->scratch + 2 * n;
    for (int c = 0; c < cells; c++) {
        const int first = kernel_weights(&k, p->cell_length_pts, c, w);
        const double d = x->grid.lo + c - x->grid.centre, above = fmax(d, 0.0);
        law.below = -fmax(d, p->flat_below_pts - x->grid.centre);
        law.bend = p->tail_curvature * above * above;
        blur(knots + (size_t)first * (size_t)n, w, 2 * k.reach + 1, n, field);
        move_cell(&law, x->stock + (size_t)c * (size_t)n, n, inv_tail, scale, field, white + (size_t)c * (size_t)n);
    }
}

static void draw_noise(const eesi_flow_params *p, eesi_flow_block *x, const eesi_flow_address *at) {
    const field_kernel k = kernel_of(p->cell_length_pts);
    const int rows = NOISE_CELLS + knots_of(&k, x->grid.cells) + x->grid.cells;
    eesi_normals_block(at->seed, at->first_replicate, at->purpose, at->step, rows, x->members, x->noise);
}

void eesi_flow_advance(const eesi_flow_params *p, eesi_flow_block *x, double dt, const eesi_flow_address *at) {
    if (!(dt > 0.0))
        return;
    draw_noise(p, x, at);
    move_scalars(p, x, dt);
    normaliser(p, x, x->scratch, x->scratch + x->members);
    move_cells(p, x, dt, x->scratch, x->scratch + x->members);
}

/* ---- days of their own ---- */

EESI_CLONES static void move_scalars_each(const eesi_flow_params *p, eesi_flow_block *x, const double *dt) {
    const int n = x->members;
    const double level = eesi_log_scalar(p->arrivals_per_day);
    const double *z = x->noise;
    for (int m = 0; m < n; m++) {
        const double q = sqrt(dt[m] / FORTNIGHT);
        const double keep = eesi_exp_scalar(-p->arrivals_reversion * dt[m] / FORTNIGHT);
        const double back = 1.0 - eesi_exp_scalar(-p->other_reversion * dt[m]);
        x->log_level[m] = level + (x->log_level[m] - level) * keep + p->arrivals_sd * q * z[NOISE_LEVEL * n + m];
        double t = x->log_tail[m] + p->tail_sd * q * z[NOISE_TAIL * n + m];
        t = t < LOG_TAIL_MIN ? LOG_TAIL_MIN : t;
        x->log_tail[m] = t > LOG_TAIL_MAX ? LOG_TAIL_MAX : t;
        x->drift[m] += p->other_drift_sd * q * z[NOISE_DRIFT * n + m];
        double o = x->other[m] + x->drift[m] * dt[m] + back * (p->other_start - x->other[m]) +
                   p->other_sd * q * x->other[m] * z[NOISE_OTHER * n + m];
        x->other[m] = o < 0.0 ? 0.0 : o;
    }
}

/* keep: share of the stock that stays; spread: log sd of the arrivals at one score over the member's days. */
EESI_CLONES static void member_laws(const eesi_flow_params *p, const double *dt, int n, double *keep, double *spread) {
    for (int m = 0; m < n; m++) {
        double ratio = FORTNIGHT / (dt[m] + 1e-9);
        ratio = ratio > 4.0 ? 4.0 : ratio;
        keep[m] = eesi_exp_scalar(-p->loss_per_day * dt[m]);
        spread[m] = p->cell_sd * sqrt(ratio);
    }
}

typedef struct {
    double below, bend, smooth, rough, dispersion;
} shared_law;

EESI_CLONES static void move_cell_each(const shared_law *law, double *restrict stock, int n, const double *restrict dt,
                                       const double *restrict keep, const double *restrict spread,
                                       const double *restrict inv_tail, const double *restrict scale,
                                       const double *restrict field, const double *restrict white) {
    const shared_law l = *law;
    for (int m = 0; m < n; m++) {
        const double tilt = l.below * inv_tail[m] - l.bend + l.smooth * spread[m] * field[m];
        const double mean = dt[m] * scale[m] * eesi_exp_scalar(tilt);
        const double noisy = mean + sqrt(mean * (mean * l.rough * spread[m] * spread[m] + l.dispersion)) * white[m];
        const double least = 0.02 * mean;
        stock[m] = stock[m] * keep[m] + (noisy > least ? noisy : least);
    }
}

struct eesi_flow_tables {
    int taps, cells, top;
    double *weight; /* [cells][MAX_TAPS] of the field's kernel */
    int *first;     /* [cells] its first knot */
    double *bend;   /* [top] extra thinning above the centre */
};

void eesi_flow_tables_free(eesi_flow_tables *tables) {
    if (tables == NULL)
        return;
    free(tables->weight);
    free(tables->first);
    free(tables->bend);
    free(tables);
}

eesi_flow_tables *eesi_flow_tables_create(const eesi_flow_params *p, const eesi_flow_grid *grid) {
    const field_kernel k = kernel_of(p->cell_length_pts);
    eesi_flow_tables *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->taps = 2 * k.reach + 1;
    t->cells = grid->cells;
    t->top = grid->lo + grid->cells - grid->centre;
    t->weight = calloc((size_t)grid->cells * MAX_TAPS, sizeof *t->weight);
    t->first = calloc((size_t)grid->cells, sizeof *t->first);
    t->bend = calloc((size_t)(t->top > 0 ? t->top : 1), sizeof *t->bend);
    if (t->weight == NULL || t->first == NULL || t->bend == NULL) {
        eesi_flow_tables_free(t);
        return NULL;
    }
    for (int c = 0; c < grid->cells; c++)
        t->first[c] = kernel_weights(&k, p->cell_length_pts, c, t->weight + (size_t)c * MAX_TAPS);
    for (int d = 0; d < t->top; d++)
        t->bend[d] = exp(-p->tail_curvature * d * d);
    return t;
}

/* As normaliser(), with the thinning from the table. */
EESI_CLONES static void scale_arrivals(const eesi_flow_tables *t, const eesi_flow_block *x,
                                       const double *restrict inflow, double *restrict inv_tail,
                                       double *restrict scale) {
    const int n = x->members;
    double *restrict ratio = x->scratch + 2 * n, *restrict power = x->scratch + 3 * n;
    for (int m = 0; m < n; m++) {
        inv_tail[m] = eesi_exp_scalar(-x->log_tail[m]);
        ratio[m] = eesi_exp_scalar(-inv_tail[m]);
        power[m] = 1.0;
        scale[m] = 0.0;
    }
    for (int d = 0; d < t->top; d++)
        for (int m = 0; m < n; m++) {
            scale[m] += power[m] * t->bend[d];
            power[m] *= ratio[m];
        }
    for (int m = 0; m < n; m++)
        scale[m] = inflow[m] * eesi_exp_scalar(x->log_level[m]) / scale[m];
}

void eesi_flow_advance_each(const eesi_flow_params *p, const eesi_flow_tables *tables, eesi_flow_block *x,
                            const double *dt, const double *inflow, double *work, const eesi_flow_address *at) {
    const int n = x->members, cells = x->grid.cells;
    double *inv_tail = x->scratch, *scale = x->scratch + n, *field = x->scratch + 2 * n;
    double *keep = work, *spread = work + n;
    draw_noise(p, x, at);
    move_scalars_each(p, x, dt);
    scale_arrivals(tables, x, inflow, inv_tail, scale);
    member_laws(p, dt, n, keep, spread);
    const field_kernel k = kernel_of(p->cell_length_pts);
    const double *knots = x->noise + NOISE_CELLS * n, *white = knots + (size_t)knots_of(&k, cells) * (size_t)n;
    shared_law law = {.smooth = sqrt(SMOOTH_SHARE), .rough = 1.0 - SMOOTH_SHARE, .dispersion = p->count_dispersion};
    for (int c = 0; c < cells; c++) {
        const double d = x->grid.lo + c - x->grid.centre, above = fmax(d, 0.0);
        law.below = -fmax(d, p->flat_below_pts - x->grid.centre);
        law.bend = p->tail_curvature * above * above;
        blur(knots + (size_t)tables->first[c] * (size_t)n, tables->weight + (size_t)c * MAX_TAPS, tables->taps, n,
             field);
        move_cell_each(&law, x->stock + (size_t)c * (size_t)n, n, dt, keep, spread, inv_tail, scale, field,
                       white + (size_t)c * (size_t)n);
    }
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
