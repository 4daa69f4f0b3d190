/* The published pool beside what was forecast of it: a row of a backtest of chances. */
#ifndef EESI_PAST_POOL_H
#define EESI_PAST_POOL_H

#include <eesim/backtest.h>

/* Candidates of a program's pool in a band, before its last round of the 30 days that end with the horizon. */
struct ees_past_pool {
    ees_past_case at;
    ees_band band;
    int64_t published;               /* with that round; candidates, as the next five */
    int64_t last;                    /* rival: in the newest pool known at the origin */
    int64_t median, low_80, high_80; /* of the futures that hold a round in those days */
    double mean;
    double crps, crps_last;
    double pit_low, pit_high; /* forecast probability of fewer, of as many or fewer */
};

#endif
