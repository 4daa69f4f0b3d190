/* Several files of one folder, replaced in one step: a process killed at any moment leaves the old folder or the new.
 */
#ifndef EESI_FOLDER_SWAP_H
#define EESI_FOLDER_SWAP_H

#include "base/fileset.h"

/*
 * Write a copy of the folder with these files beside it and exchange the two names. Other files of the folder come
 * along. Where that cannot be done (its parent is read-only, it holds folders, it is a mount point or the current
 * folder, another system than Linux) the files are replaced by eesi_fileset_write(), one rename after the other.
 */
int eesi_folder_write(const char *dir, const eesi_file_part *parts, size_t count, ees_error *err) EES_MUST_CHECK;

/* Remove the copies that killed writers of this folder left beside it. A write does so itself; who finds nothing to write
 * calls this. */
void eesi_folder_sweep(const char *dir);

#endif
