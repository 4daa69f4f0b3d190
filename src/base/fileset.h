/* Several files of one folder, replaced together. */
#ifndef EESI_FILESET_H
#define EESI_FILESET_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/error.h>

typedef struct eesi_file_part {
    const char *name; /* in the folder */
    const char *data;
    size_t length;
} eesi_file_part;

enum { EESI_FILESET_MAX = 16 };

/*
 * Replace all of the files or none. Each is written beside its target and synced before the first is renamed; when a
 * rename fails after all, those before it are undone. The folder must be there. At most EESI_FILESET_MAX parts.
 */
int eesi_fileset_write(const char *dir, const eesi_file_part *parts, size_t count, ees_error *err) EES_MUST_CHECK;

/* True when every file is there with exactly these bytes. */
bool eesi_fileset_is_written(const char *dir, const eesi_file_part *parts, size_t count);

#endif
