/* Whole files: read at once; written beside their target, synced, then renamed, so that no reader sees a half. */
#ifndef EESI_FILE_H
#define EESI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/error.h>

/* Text files of ours and of the official feed are small: a larger one is refused before it fills the memory. */
#define EESI_FILE_MAX ((size_t)64 << 20)

/*
 * Read a regular file of at most `limit` bytes. *text is NUL-terminated and owned by the caller (free()).
 * EES_ERR_NOTFOUND when it is not there, EES_ERR_DATA for a directory, an empty or a too large file, EES_ERR_IO.
 */
int eesi_file_read(const char *path, size_t limit, char **text, size_t *length, ees_error *err) EES_MUST_CHECK;

/* True when there is something at `path`. What cannot be looked at is an error, not absent: EES_ERR_IO. */
int eesi_file_exists(const char *path, bool *exists, ees_error *err) EES_MUST_CHECK;

/* Replace `path` by these bytes, or leave it as it was. EES_ERR_IO, EES_ERR_NOMEM. */
int eesi_file_write(const char *path, const char *data, size_t length, ees_error *err) EES_MUST_CHECK;

/* Make a folder and its parents; fine when it is there already. */
int eesi_dir_make(const char *path, ees_error *err) EES_MUST_CHECK;

/* "dir/name" on the heap, NULL when out of memory. */
char *eesi_path_join(const char *dir, const char *name);

#endif
