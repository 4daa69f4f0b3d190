/* The history as the filters see it: plain numbers, built once, read by every member of every set. */
#ifndef EESI_VIEW_H
#define EESI_VIEW_H

#include <stdbool.h>

#include <eesim/history.h>

#include "models/model.h"

typedef struct eesi_view_round {
    ees_date date;
    int program;
    int general;               /* the program whose rounds take everybody; EES_PROGRAM_NONE: there is none */
    bool takes_from_everybody; /* it took its share of everybody's stock: a round of CEC, FSW or FST */
    double size;
    int cutoff;
    double tie_age_days;  /* age of the tie-break on the day of the round; < 0: unreadable */
    bool clears_nominees; /* everybody at 601 and above competed */
    bool excluded;        /* policy event: learn nothing from it */
} eesi_view_round;

typedef struct eesi_view {
    size_t round_count;
    eesi_view_round *rounds; /* owned */
    size_t snapshot_count;
    const ees_snapshot *snapshots;
} eesi_view;

/* EES_ERR_NOMEM. The history and the programs must outlive the view. */
int eesi_view_init(eesi_view *view, const ees_history *history, const ees_programs *programs, const ees_model *model,
                   ees_error *err) EES_MUST_CHECK;
void eesi_view_free(eesi_view *view);

#endif
