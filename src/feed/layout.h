/* How the official feed lays out a pool: which of its fields hold which bands (models/bands.json). */
#ifndef EESI_LAYOUT_H
#define EESI_LAYOUT_H

#include <stdbool.h>

#include <eesim/feed.h>

#include "base/source.h"

enum { EESI_LAYOUTS_MAX = 16, EESI_POOL_FIELDS_MAX = 40 };

typedef enum eesi_pool_field_kind { EESI_POOL_BAND, EESI_POOL_SUBTOTAL, EESI_POOL_TOTAL } eesi_pool_field_kind;

typedef struct eesi_pool_field {
    const char *name; /* "dd3" */
    eesi_pool_field_kind kind;
    int first, last; /* the bands it is the sum of; one, where it is a band */
} eesi_pool_field;

typedef struct eesi_layout {
    ees_date from; /* of rounds from this day on; EES_DATE_NONE: since the first */
    ees_bands bands;
    int field_count;
    eesi_pool_field fields[EESI_POOL_FIELDS_MAX]; /* in the order of the file */
    int total;                                    /* position in the fields */
} eesi_layout;

struct ees_layouts {
    size_t count;
    eesi_layout layouts[EESI_LAYOUTS_MAX]; /* by day */
    void *arena;
};

/*
 * Read the layouts. @param from  NULL: files of the system. @param layouts  eesi_layouts_destroy() it; NULL after an
 * error. @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (the message names the layout and the field),
 * EES_ERR_NOMEM. No randomness. Reentrant. O(file).
 */
int eesi_layouts_read(ees_layouts **layouts, const eesi_source *from, const char *path, ees_error *err) EES_MUST_CHECK;
void eesi_layouts_destroy(ees_layouts *layouts);
/* The layout of a round held on `date`. */
const eesi_layout *eesi_layout_at(const ees_layouts *layouts, ees_date date);
/* The field with the total of a pool published with a round of `date`: the name of the pool in faults. */
const char *eesi_layout_total(const ees_layouts *layouts, ees_date date);
/* True when a field of the feed belongs to a pool in any layout. */
bool eesi_layouts_name(const ees_layouts *layouts, const char *field);

#endif
