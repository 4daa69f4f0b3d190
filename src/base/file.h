/* Whole files: read at once; written beside their target, synced, then renamed, so that no reader sees a half. */
#ifndef EESI_FILE_H
#define EESI_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <eesim/error.h>

/* Text files of ours and of the official feed are small: a larger one is refused before it fills the memory. */
#define EESI_FILE_MAX ((size_t)64 << 20)

/*
 * Read a regular file of at most `limit` bytes. *text is NUL-terminated and owned by the caller (free()).
 * EES_ERR_NOTFOUND when it is not there, EES_ERR_DATA for a directory, an empty or a too large file, EES_ERR_IO.
 */
int eesi_file_read(const char *path, size_t limit, char **text, size_t *length, ees_error *err) EES_MUST_CHECK;

/*
 * What there is at `path`, links followed. Absent is what the system says is absent, nothing else: a file that cannot
 * be looked at for another reason is EES_ERR_IO, so that nobody takes it for one that is not there.
 */
int eesi_file_look(const char *path, struct stat *info, bool *there, ees_error *err) EES_MUST_CHECK;
/* As eesi_file_look(), for who needs no more. */
int eesi_file_exists(const char *path, bool *exists, ees_error *err) EES_MUST_CHECK;

/*
 * Replace `path` by these bytes, or leave it as it was. Links are followed; owner and permissions stay those of the
 * file that is replaced. EES_ERR_IO, EES_ERR_NOMEM.
 */
int eesi_file_write(const char *path, const char *data, size_t length, ees_error *err) EES_MUST_CHECK;

/* The name that a chain of links ends at, whether something is there or not; the caller's (free()). */
int eesi_file_follow(const char *path, char **real, ees_error *err) EES_MUST_CHECK;

/* Owner and permissions of the file that is replaced; NULL: those of any new file. -1 with errno. */
int eesi_file_take_mode(int fd, const struct stat *old) EES_MUST_CHECK;

/* As open(), read(), write() of everything, fsync() and close(), none of which a signal makes fail. */
int eesi_fd_open(const char *path, int flags, mode_t mode) EES_MUST_CHECK;
ssize_t eesi_fd_read(int fd, void *data, size_t length) EES_MUST_CHECK;
int eesi_fd_write(int fd, const void *data, size_t length) EES_MUST_CHECK;
int eesi_fd_sync(int fd) EES_MUST_CHECK;
int eesi_fd_close(int fd) EES_MUST_CHECK;

/* Make a folder and its parents; fine when it is there already. */
int eesi_dir_make(const char *path, ees_error *err) EES_MUST_CHECK;

/* "dir/name" on the heap, NULL when out of memory. */
char *eesi_path_join(const char *dir, const char *name);

#endif
