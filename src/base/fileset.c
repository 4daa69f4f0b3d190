#include "base/fileset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/file.h"
#include "base/temporary.h"

typedef struct staged {
    char *target;
    char *fresh;  /* holds the new bytes until it is renamed */
    char *backup; /* a second name of the old file while the set is being replaced */
    int fd;       /* of `fresh`, -1 when closed */
    bool placed;
} staged;

static int failed(const staged *s, int cause, ees_error *err) {
    if (cause == ENOMEM)
        return ees_error_at(err, EES_ERR_NOMEM, s->target, 0, 0, "out of memory");
    return ees_error_at(err, EES_ERR_IO, s->target, 0, 0, "cannot be written: %s", strerror(cause));
}

/* "target.suffix" on the heap. */
static char *with_suffix(const char *target, const char *suffix) {
    size_t size = strlen(target) + strlen(suffix) + 1;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s", target, suffix);
    return path;
}

static int stage(const char *dir, const eesi_file_part *part, staged *s, ees_error *err) {
    struct stat info;
    bool there = false;
    char *named = eesi_path_join(dir, part->name);
    int rc = named ? eesi_file_follow(named, &s->target, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    free(named);
    if (rc == EES_OK)
        rc = eesi_file_look(s->target, &info, &there, err);
    if (rc)
        return rc;
    if (there && !S_ISREG(info.st_mode))
        return ees_error_at(err, EES_ERR_IO, s->target, 0, 0, "is not a regular file and cannot be replaced");
    s->fd = eesi_temporary_open(s->target, &s->fresh);
    if (s->fd < 0 || eesi_file_take_mode(s->fd, there ? &info : NULL) != 0 ||
        eesi_fd_write(s->fd, part->data, part->length) != 0)
        return failed(s, errno, err);
    return EES_OK;
}

/* After all files have been written: their syncs then share one commit of the file system's journal. */
static int sync_fresh(staged *s, ees_error *err) {
    int rc = eesi_fd_sync(s->fd) != 0 ? failed(s, errno, err) : EES_OK;
    int closed = eesi_fd_close(s->fd);
    s->fd = -1;
    return !rc && closed != 0 ? failed(s, errno, err) : rc;
}

/* Keeps the old file under a second name. Without one (first import, no hard links) there is nothing to undo to. */
static void keep_old(staged *s) {
    s->backup = with_suffix(s->fresh, "-old");
    if (s->backup && link(s->target, s->backup) != 0) {
        free(s->backup);
        s->backup = NULL;
    }
}

static int place(staged *s, ees_error *err) {
    keep_old(s);
    if (rename(s->fresh, s->target) != 0)
        return failed(s, errno, err);
    s->placed = true;
    return EES_OK;
}

static void undo(staged *s) {
    if (!s->placed)
        return;
    int rc = s->backup ? rename(s->backup, s->target) : unlink(s->target);
    (void)rc; /* the error that led here is the one to report */
}

static void sync_folder(const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    int rc = fsync(fd);
    (void)rc; /* some file systems cannot sync a folder; the files themselves are safe */
    close(fd);
}

static void clean(staged *s) {
    if (s->fd >= 0)
        close(s->fd);
    if (s->fresh && !s->placed)
        unlink(s->fresh);
    if (s->backup)
        unlink(s->backup);
    free(s->target);
    free(s->fresh);
    free(s->backup);
}

int eesi_fileset_write(const char *dir, const eesi_file_part *parts, size_t count, ees_error *err) {
    EES_BUG_ASSERT(count <= EESI_FILESET_MAX);
    staged set[EESI_FILESET_MAX];
    memset(set, 0, sizeof set);
    for (size_t i = 0; i < count; i++)
        set[i].fd = -1;
    int rc = EES_OK;
    char *any = eesi_path_join(dir, "");
    if (any)
        eesi_temporary_sweep(any);
    free(any);
    for (size_t i = 0; i < count && !rc; i++)
        rc = stage(dir, &parts[i], &set[i], err);
    for (size_t i = 0; i < count && !rc; i++)
        rc = sync_fresh(&set[i], err);
    for (size_t i = 0; i < count && !rc; i++)
        rc = place(&set[i], err);
    for (size_t i = count; rc && i-- > 0;)
        undo(&set[i]);
    if (!rc)
        sync_folder(dir);
    for (size_t i = 0; i < count; i++)
        clean(&set[i]);
    return rc;
}

bool eesi_fileset_is_written(const char *dir, const eesi_file_part *parts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *path = eesi_path_join(dir, parts[i].name);
        char *text = NULL;
        size_t length = 0;
        int rc = path ? eesi_file_read(path, EESI_FILE_MAX, &text, &length, NULL) : EES_ERR_NOMEM;
        bool same = rc == EES_OK && length == parts[i].length && memcmp(text, parts[i].data, length) == 0;
        free(text);
        free(path);
        if (!same)
            return false;
    }
    return true;
}
