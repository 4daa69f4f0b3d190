/*
 * The deterministic stock-flow model: the eligible stock at each score grows by arrivals, shrinks by loss, and is
 * whose top rounds take; each of which also corrects it. It is the quick forecast and the oracle for the ensemble.
 */
#ifndef EESI_STOCK_H
#define EESI_STOCK_H

#include <eesim/date.h>
#include <eesim/predictive.h>

#include "flow/transition.h"

typedef struct eesi_stock_params {
    double arrivals_per_day; /* candidates a day at or above the centre, before any correction */
    double tail_pts;         /* e-folding length of arrivals over score */
    double tail_curvature;   /* extra thinning above the centre, per point squared */
    double flat_below_pts;   /* below this score arrivals grow no further */
    double loss_per_day;     /* share of the stock that leaves uninvited */
    double start_days;       /* stock before the first round, in days of arrivals */
    double stock_gain;       /* power of the size ratio that corrects the stock below the cut-off */
    double level_gain;       /* power of the size ratio that corrects arrivals */
    double error_sd;         /* prior sd of the log size ratio */
    double error_weight;     /* how many rounds that prior is worth */
} eesi_stock_params;

enum { EESI_STOCK_CELLS = 360 };

typedef struct eesi_stock {
    eesi_flow_grid grid;
    double stock[EESI_STOCK_CELLS];    /* candidates at grid.lo + i */
    double arrivals[EESI_STOCK_CELLS]; /* a day at level 1 */
    double level;                      /* corrected arrivals over arrivals_per_day */
    ees_date date;                     /* EES_DATE_NONE before the first round */
    int rounds;
    double error_square; /* weighted sum of squared log size ratios, prior included */
    double error_weight;
} eesi_stock;

/* Before the first round. grid->cells <= EESI_STOCK_CELLS. */
void eesi_stock_start(eesi_stock *x, const eesi_stock_params *p, const eesi_flow_grid *grid);
/* Carry to `date`; a date that is not later changes nothing. The first call only sets the date. */
void eesi_stock_advance(eesi_stock *x, const eesi_stock_params *p, ees_date date);
/* A round held on the current date: correct stock, level and error by its size and cut-off, then clear. */
void eesi_stock_round(eesi_stock *x, const eesi_stock_params *p, double size, int cutoff);
/* Distribution of the cut-off of a round of `size` (> 0) on the current date. */
void eesi_stock_predict(const eesi_stock *x, const eesi_stock_params *p, double size, ees_predictive *out);

#endif
