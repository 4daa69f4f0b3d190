#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary.h"

int eesi_fd_open(const char *path, int flags, mode_t mode) {
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

ssize_t eesi_fd_read(int fd, void *data, size_t length) {
    ssize_t got;
    do
        got = read(fd, data, length);
    while (got < 0 && errno == EINTR);
    return got;
}

int eesi_fd_write(int fd, const void *data, size_t length) {
    for (const char *at = data; length > 0;) {
        const ssize_t written = write(fd, at, length);
        if (written == 0)
            errno = ENOSPC;
        if (written == 0 || (written < 0 && errno != EINTR))
            return -1;
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

int eesi_fd_sync(int fd) {
    int rc;
    do
        rc = fsync(fd);
    while (rc != 0 && errno == EINTR);
    return rc != 0 && errno == EINVAL ? 0 : rc; /* a pipe or a device */
}

int eesi_fd_close(int fd) {
    return close(fd) != 0 && errno != EINTR ? -1 : 0; /* interrupted: it is closed all the same */
}

static int check_readable(const char *path, int fd, size_t limit, size_t *size, ees_error *err) {
    struct stat info;
    if (fstat(fd, &info) != 0)
        return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(info.st_mode))
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is a folder, expected a file");
    if (S_ISREG(info.st_mode) && info.st_size == 0)
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is empty");
    if (info.st_size > 0 && (uintmax_t)info.st_size > limit)
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is too large: %.0f MB, at most %.0f MB are expected",
                            (double)info.st_size / 1e6, (double)limit / 1e6);
    *size = (size_t)info.st_size;
    return EES_OK;
}

/* Reads to the end of the file; a pipe gives no size beforehand, so the buffer grows. */
static int read_all(const char *path, int fd, size_t expected, size_t limit, char **text, size_t *length,
                    ees_error *err) {
    size_t capacity = expected + 2 > 4096 ? expected + 2 : 4096;
    size_t used = 0;
    char *data = malloc(capacity);
    while (data) {
        const ssize_t got = eesi_fd_read(fd, data + used, capacity - used - 1);
        if (got < 0) {
            free(data);
            return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
        }
        used += (size_t)got;
        if (got == 0) {
            data[used] = '\0';
            *text = data;
            *length = used;
            return EES_OK;
        }
        if (used > limit) {
            free(data);
            return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is too large: at most %.0f MB are expected",
                                (double)limit / 1e6);
        }
        if (used + 1 == capacity) {
            char *larger = realloc(data, capacity *= 2);
            if (!larger)
                free(data);
            data = larger;
        }
    }
    return ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
}

int eesi_file_read(const char *path, size_t limit, char **text, size_t *length, ees_error *err) {
    *text = NULL;
    *length = 0;
    int fd = eesi_fd_open(path, O_RDONLY, 0);
    if (fd < 0)
        return ees_error_at(err, errno == ENOENT || errno == ENOTDIR ? EES_ERR_NOTFOUND : EES_ERR_IO, path, 0, 0,
                            "cannot be opened: %s", strerror(errno));
    size_t size = 0;
    int rc = check_readable(path, fd, limit, &size, err);
    if (rc == EES_OK)
        rc = read_all(path, fd, size, limit, text, length, err);
    close(fd);
    if (rc == EES_OK && *length == 0) {
        free(*text);
        *text = NULL;
        rc = ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is empty");
    }
    return rc;
}

/* "/dev/stdout" and "/dev/fd/3" name what is open already: its position is shared with whoever opened it. Else -1. */
static int open_already(const char *path) {
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const size_t length = strlen(folders[i]);
        if (strncmp(path, folders[i], length) == 0 && path[length] >= '0' && path[length] <= '9')
            return (int)strtol(path + length, NULL, 10);
    }
    return -1;
}

/* What cannot be replaced by a rename is written into. */
static int write_in_place(const char *path, const char *data, size_t length, ees_error *err) {
    const int held = open_already(path), fd = held >= 0 ? held : eesi_fd_open(path, O_WRONLY, 0);
    bool sound = fd >= 0 && eesi_fd_write(fd, data, length) == 0;
    int cause = errno;
    if (fd >= 0 && held < 0 && eesi_fd_close(fd) != 0 && sound) {
        sound = false;
        cause = errno;
    }
    return sound ? EES_OK : ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(cause));
}

int eesi_file_look(const char *path, struct stat *info, bool *there, ees_error *err) {
    *there = stat(path, info) == 0;
    if (*there || errno == ENOENT || errno == ENOTDIR) /* below a file there is nothing */
        return EES_OK;
    return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be looked at: %s", strerror(errno));
}

int eesi_file_exists(const char *path, bool *exists, ees_error *err) {
    struct stat info;
    return eesi_file_look(path, &info, exists, err);
}

/* What a link in the folder of `from` leads to. */
static char *link_target(const char *from, const char *to) {
    const char *slash = to[0] == '/' ? NULL : strrchr(from, '/');
    const size_t folder = slash ? (size_t)(slash - from) + 1 : 0, size = folder + strlen(to) + 1;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%.*s%s", (int)folder, from, to);
    return path;
}

int eesi_file_follow(const char *path, char **real, ees_error *err) {
    enum { LINKS_MAX = 40 };
    char to[PATH_MAX];
    *real = strdup(path);
    for (int i = 0; *real && i < LINKS_MAX; i++) {
        const ssize_t length = readlink(*real, to, sizeof to - 1);
        if (length < 0)
            return EES_OK; /* no link, or nothing there: whoever opens it says what is wrong */
        to[length] = '\0';
        char *next = link_target(*real, to);
        free(*real);
        *real = next;
    }
    if (!*real)
        return ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
    free(*real);
    *real = NULL;
    return ees_error_at(err, EES_ERR_IO, path, 0, 0, "is a link that leads to itself");
}

int eesi_file_take_mode(int fd, const struct stat *old) {
    if (old) {
        const int owner = fchown(fd, old->st_uid, old->st_gid);
        (void)owner; /* only root may give a file away; its permissions are kept all the same */
        return fchmod(fd, old->st_mode & 07777);
    }
    const mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask);
}

static int replace(const char *path, const struct stat *old, const char *data, size_t length, ees_error *err) {
    char *fresh = NULL;
    eesi_temporary_sweep(path);
    int fd = eesi_temporary_open(path, &fresh);
    bool sound =
        fd >= 0 && eesi_fd_write(fd, data, length) == 0 && eesi_file_take_mode(fd, old) == 0 && eesi_fd_sync(fd) == 0;
    int cause = errno;
    if (fd >= 0 && eesi_fd_close(fd) != 0 && sound) {
        sound = false;
        cause = errno;
    }
    if (sound && rename(fresh, path) != 0) {
        sound = false;
        cause = errno;
    }
    if (!sound && fresh)
        unlink(fresh);
    free(fresh);
    if (sound)
        return EES_OK;
    return cause == ENOMEM ? ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory")
                           : ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(cause));
}

int eesi_file_write(const char *path, const char *data, size_t length, ees_error *err) {
    struct stat info;
    bool there = false;
    char *real = NULL;
    int rc = eesi_file_look(path, &info, &there, err);
    if (rc)
        return rc;
    if (there && S_ISDIR(info.st_mode))
        return ees_error_at(err, EES_ERR_IO, path, 0, 0, "is a folder, expected a file name");
    if (there && (!S_ISREG(info.st_mode) || open_already(path) >= 0))
        return write_in_place(path, data, length, err);
    rc = eesi_file_follow(path, &real, err);
    if (rc == EES_OK)
        rc = replace(real, there ? &info : NULL, data, length, err);
    free(real);
    return rc;
}

int eesi_dir_make(const char *path, ees_error *err) {
    char *copy = strdup(path);
    if (!copy)
        return ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
    int rc = EES_OK;
    for (char *p = copy + 1; rc == EES_OK; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char kept = *p;
        *p = '\0';
        struct stat info;
        if (mkdir(copy, 0777) != 0 && (errno != EEXIST || stat(copy, &info) != 0 || !S_ISDIR(info.st_mode)))
            rc = ees_error_at(err, EES_ERR_IO, copy, 0, 0, "folder cannot be made: %s", strerror(errno));
        *p = kept;
        if (kept == '\0')
            break;
    }
    free(copy);
    return rc;
}

char *eesi_path_join(const char *dir, const char *name) {
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", dir, name);
    return path;
}
