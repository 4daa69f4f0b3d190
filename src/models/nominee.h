/*
 * Rounds for provincial nominees. They take nearly every nominee present, so the cut-off is close to the lowest of N
 * scores and says little about the stock; what remains is a regression:
 *     cut-off = level + size_slope * log(N / 500) + gap_slope * log(gap / 14 days) + noise,
 * a dynamic linear model with unknown noise variance (M. West, J. Harrison, "Bayesian Forecasting and Dynamic Models",
 * 1997, chapter 4): coefficients do a random walk, predictions are Student-t.
 */
#ifndef EESI_NOMINEE_H
#define EESI_NOMINEE_H

#include <eesim/date.h>
#include <eesim/predictive.h>

enum { EESI_NOMINEE_TERMS = 3 };

typedef struct eesi_nominee_params {
    double level, size_slope, gap_slope;          /* prior means, points */
    double level_sd, size_slope_sd, gap_slope_sd; /* prior sds in units of `scale` */
    double level_drift, size_slope_drift;         /* sd of the random walk over 14 days, in units of `scale` */
    double scale;                                 /* prior sd of the noise, points */
    double scale_dof;                             /* weight of that prior, rounds */
    double scale_memory;                          /* share kept of what is known of the noise, round to round */
    double dof_max;                               /* limit of the predictive's degrees of freedom */
} eesi_nominee_params;

typedef struct eesi_nominee {
    const eesi_nominee_params *params;
    double mean[EESI_NOMINEE_TERMS];
    double covariance[EESI_NOMINEE_TERMS][EESI_NOMINEE_TERMS]; /* in units of the noise variance */
    double dof;
    double squares;      /* squares / dof estimates the noise variance */
    ees_date last_round; /* EES_DATE_NONE before the first */
} eesi_nominee;

void eesi_nominee_init(eesi_nominee *state, const eesi_nominee_params *params);
/* Distribution of the cut-off of a round of `size` on `date`; 601 at least. */
int eesi_nominee_predict(const eesi_nominee *state, double size, ees_date date, ees_predictive *predictive,
                         ees_error *err) EES_MUST_CHECK;
void eesi_nominee_assimilate(eesi_nominee *state, double size, ees_date date, int cutoff);

#endif
