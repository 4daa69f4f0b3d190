/* The folder of a run: filled beside its place, then put there in one step. */
#ifndef EESI_RUN_FOLDER_H
#define EESI_RUN_FOLDER_H

#include <stdbool.h>

#include <eesim/error.h>

typedef struct eesi_run_folder {
    char *target;  /* where the results go; owned, as the others */
    char *partial; /* beside it */
    char *state;   /* partial/state.bin */
    int lock;      /* of the partial folder, -1 without one */
} eesi_run_folder;

/*
 * Paths only, nothing is touched. A link is followed: the folder behind it is the one that is replaced. EES_ERR_IO when
 * `dir` is there and is not a result of ours or an empty folder, or cannot be replaced: the current folder, a mount
 * point.
 */
int eesi_run_folder_open(eesi_run_folder *folder, const char *dir, ees_error *err) EES_MUST_CHECK;
void eesi_run_folder_free(eesi_run_folder *folder);
/* Whether a state to resume is there. EES_ERR_IO when it cannot be looked at. */
int eesi_run_folder_unfinished(const eesi_run_folder *folder, bool *unfinished, ees_error *err) EES_MUST_CHECK;
/* Make the partial folder and keep others out of it until eesi_run_folder_free(). EES_ERR_IO when another run is there.
 */
int eesi_run_folder_begin(eesi_run_folder *folder, ees_error *err) EES_MUST_CHECK;
/* Remove what an earlier run left in the partial folder. */
void eesi_run_folder_clear(const eesi_run_folder *folder);
/* Put it in the place of the target, whose content is removed after that; state.bin is left out. Permissions stay. */
int eesi_run_folder_finish(const eesi_run_folder *folder, ees_error *err) EES_MUST_CHECK;
/* Forget the partial folder. */
void eesi_run_folder_drop(const eesi_run_folder *folder);

#endif
