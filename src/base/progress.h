/* Asking whoever listens whether long work shall go on. */
#ifndef EESI_PROGRESS_H
#define EESI_PROGRESS_H

#include <eesim/error.h>

/* False: stop. @param progress  may be NULL. */
static inline bool eesi_go_on(const ees_progress *progress, uint64_t done, uint64_t total) {
    return !progress || !progress->report || progress->report(progress->user, done, total);
}

#endif
