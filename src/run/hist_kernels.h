/* Loops over the values and bins of histograms; hist.kernel.c. */
#ifndef EESI_HIST_KERNELS_H
#define EESI_HIST_KERNELS_H

#include "base/isa.h"
#include "run/hist.h"

/* Stretches of bins of equal width, for values from 0 up. */
typedef struct eesi_bin_step {
    int32_t from;  /* first value of the stretch */
    int32_t width; /* values a bin */
    int first;     /* bin of `from` */
} eesi_bin_step;

enum { EESI_BIN_STEPS = 4 };
static const eesi_bin_step eesi_count_steps[EESI_BIN_STEPS] = {
    {0, 1, 0}, {2000, 5, 2000}, {10000, 50, 3600}, {60000, 500, 4600}};

typedef struct eesi_hist_kernels {
    /* Add one page's bins to another's, modulo what those hold. */
    void (*add_bins_16)(void *to, eesi_hist_bins bins, const uint16_t *from);
    void (*add_bins_64)(void *to, eesi_hist_bins bins, const uint64_t *from);
    /* Count, sum, squares and extremes, apart from the bins. */
    void (*add_moments)(eesi_hist *hist, const int32_t *values, int count);
    /* The bin of each value: of a count, and of kinds whose first bins hold one value each. */
    void (*find_counts)(const int32_t *values, int count, int last, int32_t *bins);
    void (*find_small)(const int32_t *values, int count, int last, int32_t *bins);
} eesi_hist_kernels;

EESI_KERNELS(eesi_hist_kernels);

#endif
