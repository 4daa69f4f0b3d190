/*
 * A round of N invites the top N of the stock, so its cut-off is the highest score whose tail reaches N. What the round
 * then shows is the ratio of N to the tail at the published cut-off; that one number corrects the stock and the level,
 * and its scatter over past rounds, mixed with a prior, is the error of the next forecast.
 */
#include "flow/stock.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/stats.h"

static const double RATIO_MIN = 0.3, RATIO_MAX = 3.0;
static const double ERROR_MAX = 1.0;        /* a single surprise counts at most this much, in log size */
static const double COUNT_DISPERSION = 2.5; /* variance over mean of the number above a score */

void eesi_stock_start(eesi_stock *x, const eesi_stock_params *p, const eesi_flow_grid *grid) {
    EES_BUG_ASSERT(grid->cells > 0 && grid->cells <= EESI_STOCK_CELLS);
    double above = 0.0;
    *x = (eesi_stock){.grid = *grid, .level = 1.0, .date = EES_DATE_NONE};
    for (int i = 0; i < grid->cells; i++) {
        const double d = grid->lo + i - grid->centre, up = fmax(d, 0.0);
        x->arrivals[i] = exp(-fmax(d, p->flat_below_pts - grid->centre) / p->tail_pts - p->tail_curvature * up * up);
        above += d >= 0.0 ? x->arrivals[i] : 0.0;
    }
    for (int i = 0; i < grid->cells; i++) {
        x->arrivals[i] *= p->arrivals_per_day / above;
        x->stock[i] = x->arrivals[i] * p->start_days;
    }
    x->error_weight = p->error_weight;
    x->error_square = p->error_weight * p->error_sd * p->error_sd;
}

void eesi_stock_advance(eesi_stock *x, const eesi_stock_params *p, ees_date date) {
    const double days = x->date == EES_DATE_NONE ? 0.0 : (double)date - x->date;
    if (x->date == EES_DATE_NONE || days > 0.0)
        x->date = date;
    if (!(days > 0.0))
        return;
    const double keep = exp(-p->loss_per_day * days);
    for (int i = 0; i < x->grid.cells; i++)
        x->stock[i] = x->stock[i] * keep + x->level * x->arrivals[i] * days;
}

static int cell_of(const eesi_stock *x, int score) {
    const int cell = score - x->grid.lo;
    return cell < 0 ? 0 : cell >= x->grid.cells ? x->grid.cells - 1 : cell;
}

void eesi_stock_round(eesi_stock *x, const eesi_stock_params *p, double size, int cutoff) {
    const int cell = cell_of(x, cutoff);
    double tail = 0.0;
    for (int i = cell; i < x->grid.cells; i++)
        tail += x->stock[i];
    const double seen = size / fmax(tail - 0.5 * x->stock[cell], 1.0);
    const double ratio = fmin(RATIO_MAX, fmax(RATIO_MIN, seen));
    const double error = fmin(ERROR_MAX, fabs(log(seen)));
    x->error_square += error * error;
    x->error_weight += 1.0;
    for (int i = 0; i < cell; i++)
        x->stock[i] *= pow(ratio, p->stock_gain);
    x->stock[cell] *= fmin(1.0, 0.5 * ratio);
    memset(x->stock + cell + 1, 0, (size_t)(x->grid.cells - cell - 1) * sizeof x->stock[0]);
    x->level *= pow(ratio, p->level_gain);
    x->rounds++;
}

void eesi_stock_predict(const eesi_stock *x, const eesi_stock_params *p, double size, ees_predictive *out) {
    (void)p;
    const double sd = sqrt(x->error_square / x->error_weight + COUNT_DISPERSION / size);
    double tail = 0.0, above = 0.0;
    memset(out, 0, sizeof *out);
    for (int i = x->grid.cells - 1; i >= 0; i--) {
        tail += x->stock[i];
        /* P(cut-off >= s): the true tail at s is the modelled one times a log-scale error, which has the tails of
         * Student's t. */
        const double at_least = tail > 0.0 ? eesi_student5_above(log(size / tail) / sd) : 0.0;
        out->p[x->grid.lo + i] = fmax(0.0, at_least - above);
        above = fmax(above, at_least);
    }
    out->p[x->grid.lo] += fmax(0.0, 1.0 - above); /* the stock ran out: at or below the lowest score */
}
