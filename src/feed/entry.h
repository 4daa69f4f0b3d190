/* A round on its way into a data folder: with the counts published with it, before equal pools are joined. */
#ifndef EESI_ENTRY_H
#define EESI_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/feed.h>
#include <eesim/history.h>

#include "base/arena.h"

enum { EESI_CANDIDATES_MAX = 100000000 }; /* more than Canada has people: a count above it is no count */

typedef struct eesi_entry {
    ees_round round; /* `snapshot` means nothing here */
    int order;       /* eesi_number_parse() */
    int position;    /* in the feed */
    bool has_pool;
    const ees_bands *bands; /* not owned; means nothing without a pool, as `leaf` */
    int64_t leaf[EES_BANDS_MAX];
} eesi_entry;

/* The official feed, read. */
typedef struct eesi_feed {
    eesi_entry *entries; /* by date, then number; owned */
    size_t count;
    ees_faults faults; /* only those the feed itself shows */
    eesi_arena *arena;
} eesi_feed;

/* Read the text of a feed, which ends with a NUL and is changed. `layouts` must outlive the entries. `feed` is
 * uninitialised; eesi_feed_free() it, also after an error. */
int eesi_feed_parse(const char *file, char *text, size_t length, const ees_programs *programs,
                    const ees_layouts *layouts, eesi_feed *feed, ees_error *err) EES_MUST_CHECK;
void eesi_feed_free(eesi_feed *feed);

/*
 * Leave out of a feed the rounds whose values cannot be beside the other rounds of the feed and those stored: more
 * invitations than any pool had candidates, a date far from those of the rounds with the next numbers. Each is a fault
 * of the feed. EES_OK or EES_ERR_NOMEM.
 */
int eesi_feed_leave_out_impossible(eesi_feed *feed, const ees_history *stored) EES_MUST_CHECK;

/* All candidates of its pool; 0 without one. */
int64_t eesi_entry_candidates(const eesi_entry *entry);

void eesi_entries_sort(eesi_entry *entries, size_t count);

/*
 * Make a history of sorted entries: equal counts become one pool, dated as it was first published. Names are not
 * copied. `history` is uninitialised; ees_history_free() it, also after an error.
 */
int eesi_history_build(const eesi_entry *entries, size_t count, ees_history *history) EES_MUST_CHECK;

#endif
