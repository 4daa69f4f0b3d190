/*
 * Rounds so large that they go below the scores the members know: there the stock is that of the published
 * pool, in balance between arrivals and losses. Where a round of the future has invited them, it grows back as such a
 * balance does, by the share 1 - exp(-loss x days).
 */
#include <math.h>

#include "run/process.h"

enum { N = EESI_GROUP };

/* Scores next to each other that were last invited in the same round of the future: what of their stock there is. */
typedef struct stretch {
    double until; /* the highest cell below it */
    double since; /* day of that round; -INFINITY: none */
    double there; /* share of the stock in balance */
} stretch;

static stretch stretch_at(const eesi_member_worker *worker, int lane, double date, double cell) {
    stretch at = {-(double)INFINITY, -(double)INFINITY, 1};
    for (int k = 0; k < worker->held; k++) {
        const double cut = (double)worker->cleared_cell[(size_t)k * N + (size_t)lane];
        if (cell > cut) {
            at.until = cut;
            at.since = (double)worker->cleared_date[(size_t)k * N + (size_t)lane];
        }
    }
    if (date - at.since < 1e6)
        at.there = -expm1(-(double)worker->tables->loss * (date - at.since));
    return at;
}

eesi_below_grid_cut eesi_below_grid_cut_of(const eesi_member_worker *worker, const eesi_member_process *process,
                                           int lane, double date, double need) {
    const int lo = worker->tables->grid.lo;
    eesi_below_grid_cut cut = {.cell = -1, .share = 1, .since = -(double)INFINITY};
    stretch at = stretch_at(worker, lane, date, -1);
    for (int score = lo - 1; score >= 0; score--) {
        if (score - lo <= at.until)
            at = stretch_at(worker, lane, date, score - lo);
        const double here = (double)process->below_grid[score] * at.there;
        if (here <= 0)
            continue;
        cut = (eesi_below_grid_cut){
            .cell = score - lo, .share = need < here ? need / here : 1, .at_cut = here, .since = at.since};
        need -= here;
        if (need <= 0)
            return cut;
    }
    cut.missing = need;
    return cut;
}
