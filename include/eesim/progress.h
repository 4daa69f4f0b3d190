/**
 * @file
 * Progress of long work, and how to stop it.
 */
#ifndef EESIM_PROGRESS_H
#define EESIM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Handed to functions that can take more than a second; NULL instead of it, or a NULL `report`, means nobody listens.
 * `report` is called now and then with what is done and what there is in all (0 when unknown), from one thread at a
 * time but not always the same one. It returns false to stop: the function then returns EES_ERR_INTERRUPTED.
 */
typedef struct ees_progress {
    bool (*report)(void *user, uint64_t done, uint64_t total);
    void *user;
} ees_progress;

#endif
