/**
 * @file
 * Files written in one step.
 */
#ifndef EESIM_OUTPUT_H
#define EESIM_OUTPUT_H

#include <stddef.h>

#include <eesim/error.h>

/**
 * Replace a file by these bytes, or leave it as it was: they are written beside it, synced, then renamed. A device or a
 * pipe is written into.
 * @return 0, EES_ERR_IO, EES_ERR_NOMEM. Reentrant.
 */
EES_API int ees_file_write(const char *path, const char *data, size_t length, ees_error *err) EES_MUST_CHECK;

#endif
