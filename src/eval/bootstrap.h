/* How far a mean over the past may be off: its standard error when neighbours in time are not independent. */
#ifndef EESI_BOOTSTRAP_H
#define EESI_BOOTSTRAP_H

#include <stddef.h>

#include <eesim/error.h>

/* From the sums of some steps to what is reported. */
typedef void (*eesi_measure_fn)(const double *sums, double *measures);

/*
 * Standard errors by the circular block bootstrap: 500 times, blocks of successive steps are drawn with replacement
 * until there are as many steps as before, and the measures are taken of their sums.
 * @param sums      [steps][width], in the order of time.
 * @param block     steps of a block, >= 1: at least as long as one step's outcome reaches.
 * @param measure   what is made of the sums of all steps; a NaN counts as missing.
 * @param errors    double[measures]; NaN where fewer than three blocks, or two measures, speak of it.
 * @return 0 or EES_ERR_NOMEM. The seed is fixed: the same numbers give the same errors. O(500 * steps / block * width).
 */
int eesi_block_bootstrap(const double *sums, size_t steps, size_t width, size_t block, eesi_measure_fn measure,
                         size_t measures, double *errors, ees_error *err) EES_MUST_CHECK;

#endif
