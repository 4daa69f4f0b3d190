#include "sim/tie_break.h"

#include <math.h>

eesi_marginal eesi_marginal_of(const ees_pool *pool, ees_segment_set segments, int score) {
    eesi_marginal m = {.score = score};
    size_t low = 0, high = pool->cell_count;
    while (low < high) { /* cells are ordered by score, highest first */
        size_t middle = low + (high - low) / 2;
        if (pool->cells[middle].score > score)
            low = middle + 1;
        else
            high = middle;
    }
    m.first = m.end = low;
    for (; m.end < pool->cell_count && pool->cells[m.end].score == score; m.end++)
        if (segments >> pool->cells[m.end].segment & 1u)
            m.count += pool->cells[m.end].count;
    return m;
}

ees_time eesi_marginal_time(const ees_pool *pool, ees_segment_set segments, const eesi_marginal *m, double share) {
    int64_t wanted = (int64_t)ceil(fmin(fmax(share, 0.0), 1.0) * (double)m->count), seen = 0;
    ees_time tie = EES_TIME_NONE;
    for (size_t i = m->first; i < m->end && seen < (wanted > 0 ? wanted : 1); i++) {
        if (!(segments >> pool->cells[i].segment & 1u))
            continue;
        seen += pool->cells[i].count;
        tie = pool->cells[i].submitted;
    }
    return tie;
}
