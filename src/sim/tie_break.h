/* The tie-break a pool implies: which submission time ends the invited share of a score. */
#ifndef EESI_TIE_BREAK_H
#define EESI_TIE_BREAK_H

#include <eesim/pool.h>

/* The eligible cohorts of one score. */
typedef struct eesi_marginal {
    int score;
    size_t first, end; /* cells of the pool */
    int64_t count;     /* eligible candidates */
} eesi_marginal;

eesi_marginal eesi_marginal_of(const ees_pool *pool, ees_segment_set segments, int score);
/* When the last one of the oldest `share` (0..1) of them submitted; EES_TIME_NONE when there is nobody. */
ees_time eesi_marginal_time(const ees_pool *pool, ees_segment_set segments, const eesi_marginal *m, double share);

#endif
