/* The past rounds of one program as a series: what the statistical models and the naive rivals look at. */
#ifndef EESI_SERIES_H
#define EESI_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "models/forecaster.h"

typedef struct eesi_point {
    int round;       /* position in the history; -1: the round asked about */
    ees_date date;   /* day */
    double log_size; /* log of the invitations; of the last known round when the size asked about is unknown */
    double gap_days; /* since the program's previous round, at least 1; 14 for the first */
    double cutoff;   /* points; 0 in the round asked about */
} eesi_point;

/* points[0..count) are known rounds, oldest first; points[count] is the round asked about. */
typedef struct eesi_series {
    size_t count;
    eesi_point *points; /* owned */
} eesi_series;

/* True when the round's number is in the list. */
bool eesi_is_skipped(const char *const *skip, size_t skip_count, const ees_round *round);

/* 0 or EES_ERR_NOMEM. eesi_series_free() it, also after an error. O(rounds). */
int eesi_series_of(eesi_series *series, const ees_question *question, ees_error *err) EES_MUST_CHECK;
void eesi_series_free(eesi_series *series);

#endif
