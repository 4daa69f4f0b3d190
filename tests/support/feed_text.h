/* Official feeds made for tests: single rounds with edited fields, and a whole feed from a history. */
#ifndef FEED_TEXT_H
#define FEED_TEXT_H

#include <eesim/history.h>

/* A field to change: its value as raw JSON ("\"508\"", "7", "[]"), or NULL to leave the field out. */
typedef struct feed_edit {
    const char *key;
    const char *value;
} feed_edit;

/*
 * One round as JSON, on the heap. Without edits: a CEC round of 6,000 at 508 on `date`, with a regular time, tie-break
 * and a pool of 235,695 as of the day itself. `edits` ends with a NULL key, or is NULL; one with an unknown key that
 * does not begin with "draw" adds a field.
 */
char *feed_round(const char *number, const char *date, const feed_edit *edits);
/* {"classes":..., "rounds":[...]} of `count` rounds, which are freed. On the heap. */
char *feed_of(char **rounds, size_t count);
/* A feed with the values of a history in the official layout, newest round first, on the heap. */
char *feed_from_history(const ees_history *history);

#endif
