/* Reports of long work to the caller, who may stop it. */
#ifndef EESI_PROGRESS_H
#define EESI_PROGRESS_H

#include <eesim/error.h>

/* Report `done` of `total`. False when the caller wants to stop. @param progress  may be NULL. */
static inline bool eesi_go_on(const ees_progress *progress, uint64_t done, uint64_t total) {
    return !progress || !progress->report || progress->report(progress->user, done, total);
}

#endif
