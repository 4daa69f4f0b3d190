/* The update of a block of members by one scalar observation. */
#ifndef EESI_ASSIMILATE_H
#define EESI_ASSIMILATE_H

#include "base/isa.h"
#include "flow/transition.h"

/* Sums and updates over the members of a block, in assimilate.kernel.c. stock, kept and the rest: one entry a member.
 */
typedef struct eesi_member_kernels {
    double (*assimilate)(eesi_flow_block *x, double *h, const double *innovation, double seen, double variance);
    double (*surprise)(const double *h, int n, double seen, double variance, double unit_sd);
    void (*widen_stock)(eesi_flow_block *x, double factor);
    /* Add the stock of the scores from `from` to `to`. */
    void (*add_cells)(const eesi_flow_block *x, int from, int to, double *sum);
    void (*take_share)(double *stock, const double *kept, int n);
    /* The cell at which `need` candidates from the top are reached, -1 where there are fewer; the share of its own that
     * they take. tail: scratch. */
    void (*find_cuts)(const eesi_flow_block *x, const double *need, double *tail, double *cut, double *share);
} eesi_member_kernels;

EESI_KERNELS(eesi_member_kernels);

/*
 * The update by one scalar observation. h[members]: predicted observation, becomes its deviation from the mean;
 * innovation[members]: perturbed observation minus prediction; variance: of the observation's error.
 * @return the log-likelihood of the observation `seen` (unperturbed).
 */
static inline double eesi_assimilate(eesi_flow_block *x, double *h, const double *innovation, double seen,
                                     double variance) {
    return eesi_member_kernels_best()->assimilate(x, h, innovation, seen, variance);
}

/*
 * How surprising the observation `seen` is: its distance from the mean of h[n] in units of `unit_sd` standard
 * deviations, those of the members and of the observation's error (`variance` > 0) together; at least 1, at most 4. Ask
 * before eesi_assimilate(), which changes h.
 */
static inline double eesi_surprise(const double *h, int n, double seen, double variance, double unit_sd) {
    return eesi_member_kernels_best()->surprise(h, n, seen, variance, unit_sd);
}

/* Multiply the deviations of log(stock + 1/2) from their mean over members by `factor`; up to 1 nothing changes. */
static inline void eesi_widen_stock(eesi_flow_block *x, double factor) {
    eesi_member_kernels_best()->widen_stock(x, factor);
}

#endif
