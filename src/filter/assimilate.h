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

#endif
