/*
 * The file of paths as it grows: rows are formatted into a piece that stays in the cache, and whole pieces are written.
 * One thread at a time.
 */
#ifndef EESI_PATHS_FILE_H
#define EESI_PATHS_FILE_H

#include "base/checksum.h"
#include "run/run_paths.h"

typedef struct eesi_paths_file {
    const eesi_paths *paths;
    int fd; /* -1: not open */
    char *name;
    char *text; /* not written yet */
    size_t used, capacity;
    uint64_t written;  /* bytes of the file before `text` */
    eesi_checksum sum; /* of them */
    uint64_t reserved; /* the file system was asked for room up to here; UINT64_MAX: it has none to promise */
} eesi_paths_file;

/*
 * Opens `name` to go on behind its first `kept` bytes; what follows them is dropped. EES_ERR_DATA when these bytes are
 * not those of that checksum. paths must outlive the file.
 */
int eesi_paths_file_open(eesi_paths_file *file, const eesi_paths *paths, const char *name, uint64_t kept,
                         uint64_t checksum, ees_error *err) EES_MUST_CHECK;
int eesi_paths_file_put(eesi_paths_file *file, const char *text, size_t length, ees_error *err) EES_MUST_CHECK;
/* As eesi_run_control.records. */
int eesi_paths_file_rows(eesi_paths_file *file, const eesi_block *blocks, int scenarios, ees_error *err) EES_MUST_CHECK;
/* Everything so far is in the file, which has that length and checksum; with `sync` it is on the disk. */
int eesi_paths_file_flush(eesi_paths_file *file, bool sync, uint64_t *length, uint64_t *checksum,
                          ees_error *err) EES_MUST_CHECK;
/* Drops what was not flushed. Works twice, and on {.fd = -1}. */
void eesi_paths_file_close(eesi_paths_file *file);

#endif
