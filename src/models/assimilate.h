/* The update of a block of members by one scalar observation. */
#ifndef EESI_ASSIMILATE_H
#define EESI_ASSIMILATE_H

#include "flow/transition.h"

/*
 * The update by one scalar observation. h[members]: predicted observation, becomes its deviation from the mean;
 * innovation[members]: perturbed observation minus prediction; variance: of the observation's error.
 * @return the log-likelihood of the observation `seen` (unperturbed).
 */
double eesi_assimilate(eesi_flow_block *x, double *h, const double *innovation, double seen, double variance);

/*
 * How surprising the observation `seen` is: its distance from the mean of h[n] in units of `unit_sd` standard
 * deviations, those of the members and of the observation's error (`variance` > 0) together; at least 1, at most 4. Ask
 * before eesi_assimilate(), which changes h.
 */
double eesi_surprise(const double *h, int n, double seen, double variance, double unit_sd);
/* Multiply the deviations of log(stock + 1/2) from their mean over members by `factor`; up to 1 nothing changes. */
void eesi_widen_stock(eesi_flow_block *x, double factor);

#endif
