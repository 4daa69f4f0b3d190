/* The parts of the mixture of sizes; size.c says what they are, size_lanes.h draws from them too. */
#ifndef EESI_SIZE_COMPONENTS_H
#define EESI_SIZE_COMPONENTS_H

#include "calendar/calendar_model.h"

enum size_component {
    SIZE_SAME,   /* the last size again */
    SIZE_RECENT, /* one of the sizes before it */
    SIZE_1000,   /* a multiple near the last size */
    SIZE_500,
    SIZE_100,
    SIZE_50,
    SIZE_LAST,  /* any number near the last size */
    SIZE_MEAN,  /* near the running mean */
    SIZE_RATE,  /* near (candidates a day) x gap */
    SIZE_WIDE,  /* anything near the running mean, far out too */
    SIZE_FRESH, /* near the count of nominees that gathered; used only where such a count is known */
    SIZE_PAST   /* one of the many published sizes; with a share of its own, so that a chain of guesses comes back */
};

enum { SIZE_HABITS = SIZE_FRESH }; /* those that need no count */

/* One of those that spread out, as far as it does not change along a future. */
typedef struct eesi_size_component {
    int64_t grid;
    double scale; /* of log size */
    double most;  /* no guess lies above */
} eesi_size_component;

/* Chance that a round comes back to one of the published sizes. */
double eesi_size_past_share(const eesi_size_context *context);
eesi_size_component eesi_size_component_of(const eesi_calendar *calendar, const eesi_size_context *context,
                                           int component);

#endif
