/*
 * Rounds so large that they reach below the scores a stream's members know: there the stock is that of the published
 * pool, in balance between arrivals and losses. Where a round of the future has invited them, it grows back as such a
 * balance does, by the share 1 - exp(-loss x days).
 */
#include <math.h>

#include "sim/stream.h"

enum { N = EESI_GROUP };

/* The last day on which a round of the future invited whoever stood there. */
static double invited_on(const eesi_flow_worker *worker, int lane, double cell) {
    double day = -(double)INFINITY;
    for (int k = 0; k < worker->held; k++)
        if (cell > (double)worker->cleared_cell[(size_t)k * N + (size_t)lane])
            day = (double)worker->cleared_date[(size_t)k * N + (size_t)lane];
    return day;
}

static double stock_at(const eesi_flow_worker *worker, const eesi_flow_stream *stream, int score, double days) {
    const double all = (double)stream->beneath[score];
    return days < 1e6 ? all * -expm1(-(double)worker->tables->loss * days) : all;
}

eesi_beneath_cut eesi_beneath_reach(const eesi_flow_worker *worker, const eesi_flow_stream *stream, int lane,
                                    double date, double need) {
    const int lo = worker->tables->grid.lo;
    eesi_beneath_cut cut = {.cell = -1, .share = 1, .since = -(double)INFINITY};
    for (int score = lo - 1; score >= 0; score--) {
        const double since = invited_on(worker, lane, score - lo), here = stock_at(worker, stream, score, date - since);
        if (here <= 0)
            continue;
        cut = (eesi_beneath_cut){
            .cell = score - lo, .share = need < here ? need / here : 1, .at_cut = here, .since = since};
        need -= here;
        if (need <= 0)
            return cut;
    }
    cut.missing = need;
    return cut;
}
