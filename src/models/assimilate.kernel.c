/*
 * Stochastic ensemble Kalman filter (Evensen 1994; perturbed observations: Burgers, van Leeuwen, Evensen 1998), one
 * scalar observation at a time, on log arrivals, log tail, the other streams' count and drift, and log(stock + 1/2) at
 * every score. Serial scalar updates need no matrix; the logarithm keeps stocks positive.
 */
#include "models/assimilate.h"

#include <math.h>

#include "base/vector.h"

enum { WIDTH = EESI_FLOW_LANES };
static const double STOCK_SHIFT = 0.5;
static const double WIDEN_MOST = 4.0; /* the deviations of the stock grow by no more */

/* Sums over members in a fixed order, whatever the vector width. */

static double sum_of(const double *x, int n) {
    double part[WIDTH] = {0};
    for (int m = 0; m < n; m += WIDTH)
        for (int j = 0; j < WIDTH; j++)
            part[j] += x[m + j];
    return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

static double dot(const double *restrict x, const double *restrict y, int n) {
    double part[WIDTH] = {0};
    for (int m = 0; m < n; m += WIDTH)
        for (int j = 0; j < WIDTH; j++)
            part[j] += x[m + j] * y[m + j];
    return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

static void nudge(double *restrict x, int n, double gain, const double *restrict innovation) {
    for (int m = 0; m < n; m++)
        x[m] += gain * innovation[m];
}

static void log_stock(const double *restrict stock, int n, double *restrict out) {
    for (int m = 0; m < n; m++)
        out[m] = eesi_log_scalar(stock[m] + STOCK_SHIFT);
}

static void nudge_stock(double *restrict stock, int n, double gain, const double *restrict innovation) {
    for (int m = 0; m < n; m++) {
        const double s = (stock[m] + STOCK_SHIFT) * eesi_exp_scalar(gain * innovation[m]) - STOCK_SHIFT;
        stock[m] = s > 0.0 ? s : 0.0;
    }
}

static double assimilate(eesi_flow_block *x, double *h, const double *innovation, double seen, double variance) {
    const int n = x->members;
    const double mean = sum_of(h, n) / n;
    for (int m = 0; m < n; m++)
        h[m] -= mean;
    const double total = dot(h, h, n) / (n - 1) + variance;
    const double per = 1.0 / ((n - 1) * total);
    double *scalar[4] = {x->log_level, x->log_tail, x->drift, x->other};
    for (int k = 0; k < 4; k++)
        nudge(scalar[k], n, dot(scalar[k], h, n) * per, innovation);
    for (int m = 0; m < n; m++)
        x->other[m] = x->other[m] > 0.0 ? x->other[m] : 0.0;
    for (int c = 0; c < x->grid.cells; c++) {
        double *stock = x->stock + (size_t)c * (size_t)n;
        log_stock(stock, n, x->scratch);
        nudge_stock(stock, n, dot(x->scratch, h, n) * per, innovation);
    }
    return -0.5 * (log(6.283185307179586477 * total) + (seen - mean) * (seen - mean) / total);
}

/* Covariance inflation by the innovation, as in J. L. Anderson, "An adaptive covariance inflation error correction
 * algorithm for ensemble filters", Tellus A 59 (2007), of one observation and without a memory. */
static double surprise(const double *h, int n, double seen, double variance, double unit_sd) {
    const double mean = sum_of(h, n) / n, off = seen - mean;
    const double spread = (dot(h, h, n) - n * mean * mean) / (n - 1);
    return fmin(WIDEN_MOST, fmax(1.0, fabs(off) / (unit_sd * sqrt(spread + variance))));
}

static void stretch_stock(double *restrict stock, int n, const double *restrict logs, double mean, double factor) {
    for (int m = 0; m < n; m++) {
        const double s = eesi_exp_scalar(mean + factor * (logs[m] - mean)) - STOCK_SHIFT;
        stock[m] = s > 0.0 ? s : 0.0;
    }
}

static void widen_stock(eesi_flow_block *x, double factor) {
    const int n = x->members;
    for (int c = 0; factor > 1.0 && c < x->grid.cells; c++) {
        double *stock = x->stock + (size_t)c * (size_t)n;
        log_stock(stock, n, x->scratch);
        stretch_stock(stock, n, x->scratch, sum_of(x->scratch, n) / n, factor);
    }
}

/* ---- stocks at the scores ---- */

static void add_cells(const eesi_flow_block *x, int from, int to, double *restrict sum) {
    const int n = x->members;
    const int a = from < x->grid.lo ? x->grid.lo : from;
    const int b = to >= x->grid.lo + x->grid.cells ? x->grid.lo + x->grid.cells - 1 : to;
    for (int s = a; s <= b; s++) {
        const double *restrict row = x->stock + (size_t)(s - x->grid.lo) * (size_t)n;
        for (int m = 0; m < n; m++)
            sum[m] += row[m];
    }
}

static void take_share(double *restrict stock, const double *restrict kept, int n) {
    for (int m = 0; m < n; m++)
        stock[m] *= kept[m];
}

static void find_cuts(const eesi_flow_block *x, const double *restrict need, double *restrict tail,
                      double *restrict cut, double *restrict share) {
    const int n = x->members;
    for (int m = 0; m < n; m++) {
        tail[m] = 0.0;
        cut[m] = -1.0;
        share[m] = 0.5;
    }
    for (int c = x->grid.cells - 1; c >= 0; c--) {
        const double *restrict row = x->stock + (size_t)c * (size_t)n;
        for (int m = 0; m < n; m++) {
            const double next = tail[m] + row[m];
            const int here = tail[m] < need[m] && next >= need[m];
            cut[m] = here ? (double)c : cut[m];
            share[m] = here ? (need[m] - tail[m]) / (row[m] + 1e-300) : share[m];
            tail[m] = next;
        }
    }
}

EESI_KERNEL_TABLE(eesi_member_kernels) = {assimilate, surprise, widen_stock, add_cells, take_share, find_cuts};
