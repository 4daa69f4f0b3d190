/*
 * What a row costs is the copy into the page cache. Pieces of a quarter megabyte at whole multiples of their size get
 * large pages there and come from the second cache, and room promised by the file system beforehand spares it the
 * search for each page: together half the time of plain writes of a megabyte or two (`./dev bench csv`).
 */
#include "run/paths_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { PIECE = 1 << 18, RESERVE = 1 << 24 };

static int failed(const eesi_paths_file *file, ees_error *err) {
    return ees_error_at(err, EES_ERR_IO, file->name, 0, 0, "cannot be written: %s", strerror(errno));
}

/* Only a favour: without it the same bytes are written. */
static void reserve(eesi_paths_file *file, uint64_t end) {
#ifdef FALLOC_FL_KEEP_SIZE
    while (file->reserved < end) {
        if (fallocate(file->fd, FALLOC_FL_KEEP_SIZE, (off_t)file->reserved, RESERVE) == 0)
            file->reserved += RESERVE;
        else if (errno != EINTR)
            file->reserved = UINT64_MAX;
    }
#else
    (void)file, (void)end;
#endif
}

static int write_out(eesi_paths_file *file, size_t length, ees_error *err) {
    const char *text = file->text;
    reserve(file, file->written + length);
    if (eesi_fd_write(file->fd, text, length) != 0)
        return failed(file, err);
    eesi_checksum_add(&file->sum, text, length);
    text += length;
    file->written += length;
    file->used -= length;
    memmove(file->text, text, file->used);
    return EES_OK;
}

/* Writes whole pieces, each to where a piece ends. */
static int drain(eesi_paths_file *file, ees_error *err) {
    int rc = EES_OK;
    while (rc == EES_OK && file->used >= PIECE)
        rc = write_out(file, PIECE - file->written % PIECE, err);
    return rc;
}

/* What the state counts as written must be there: a hole would be filled with zeros and nobody warned. */
static int check_length(const eesi_paths_file *file, uint64_t kept, ees_error *err) {
    struct stat status;
    if (fstat(file->fd, &status) != 0)
        return failed(file, err);
    if ((uint64_t)status.st_size >= kept)
        return EES_OK;
    return ees_error_at(err, EES_ERR_DATA, file->name, 0, 0,
                        "has %lld bytes, expected at least the %llu of the finished replicates; without its folder the "
                        "run starts afresh",
                        (long long)status.st_size, (unsigned long long)kept);
}

/* Damaged rows would stay in the result for good: every byte is read once more. */
static int check_kept(eesi_paths_file *file, uint64_t kept, uint64_t checksum, ees_error *err) {
    int rc = check_length(file, kept, err);
    for (uint64_t left = kept; rc == EES_OK && left > 0;) {
        const ssize_t got = eesi_fd_read(file->fd, file->text, left < PIECE ? (size_t)left : PIECE);
        if (got <= 0)
            return ees_error_at(err, EES_ERR_IO, file->name, 0, 0, "cannot be read: %s",
                                got < 0 ? strerror(errno) : "it became shorter");
        eesi_checksum_add(&file->sum, file->text, (size_t)got);
        left -= (uint64_t)got;
    }
    if (rc || kept == 0 || eesi_checksum_value(&file->sum) == checksum)
        return rc;
    return ees_error_at(err, EES_ERR_DATA, file->name, 0, 0,
                        "is damaged: the rows of the finished replicates are not those that were written; without its "
                        "folder the run starts afresh");
}

int eesi_paths_file_open(eesi_paths_file *file, const eesi_paths *paths, const char *name, uint64_t kept,
                         uint64_t checksum, ees_error *err) {
    *file = (eesi_paths_file){.paths = paths, .fd = -1, .written = kept, .reserved = kept};
    eesi_checksum_init(&file->sum);
    file->capacity = PIECE + eesi_paths_room(paths);
    file->name = strdup(name);
    file->text = malloc(file->capacity);
    if (!file->name || !file->text)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    file->fd = eesi_fd_open(name, kept ? O_RDWR : O_RDWR | O_CREAT, 0666);
    if (file->fd < 0 && kept && errno == ENOENT)
        return ees_error_at(err, EES_ERR_NOTFOUND, name, 0, 0,
                            "is gone, expected the rows of the finished replicates; without its folder the run starts "
                            "afresh");
    int rc = file->fd < 0 ? failed(file, err) : check_kept(file, kept, checksum, err);
    if (rc)
        return rc;
    if (ftruncate(file->fd, (off_t)kept) != 0 || lseek(file->fd, 0, SEEK_END) != (off_t)kept)
        return failed(file, err);
    return EES_OK;
}

int eesi_paths_file_put(eesi_paths_file *file, const char *text, size_t length, ees_error *err) {
    int rc = EES_OK;
    while (rc == EES_OK && length > 0) {
        size_t part = file->capacity - file->used;
        part = part < length ? part : length;
        memcpy(file->text + file->used, text, part);
        file->used += part;
        text += part;
        length -= part;
        rc = drain(file, err);
    }
    return rc;
}

int eesi_paths_file_rows(eesi_paths_file *file, const eesi_block *blocks, int scenarios, ees_error *err) {
    for (int s = 0; s < scenarios; s++)
        for (int lane = 0, lanes = 0; lane < blocks[s].lanes; lane += lanes) {
            char *end = file->text + file->used;
            lanes = eesi_paths_put(file->paths, &blocks[s], s, lane, &end, err);
            if (lanes < 0)
                return lanes;
            file->used = (size_t)(end - file->text);
            int rc = drain(file, err);
            if (rc)
                return rc;
        }
    return EES_OK;
}

int eesi_paths_file_flush(eesi_paths_file *file, bool sync, uint64_t *length, uint64_t *checksum, ees_error *err) {
    int rc = write_out(file, file->used, err);
    if (rc == EES_OK && sync && eesi_fd_sync(file->fd) != 0)
        rc = failed(file, err);
    *length = file->written;
    *checksum = eesi_checksum_value(&file->sum);
    return rc;
}

/* Room behind the end goes back to the file system. */
void eesi_paths_file_close(eesi_paths_file *file) {
    if (file->fd >= 0 && file->reserved > file->written && ftruncate(file->fd, (off_t)file->written) != 0)
        file->reserved = 0; /* it keeps the room, and nothing is lost */
    if (file->fd >= 0)
        close(file->fd);
    free(file->name);
    free(file->text);
    *file = (eesi_paths_file){.fd = -1};
}
