#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
        ssize_t got = read(fd, data + used, capacity - used - 1);
        if (got < 0 && errno == EINTR)
            continue;
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
    int fd = open(path, O_RDONLY | O_CLOEXEC);
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

static int write_all(int fd, const char *data, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

/* A device or a pipe cannot be replaced by a rename: write into it. */
static int write_in_place(const char *path, const char *data, size_t length, ees_error *err) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write_all(fd, data, length) != 0) {
        int cause = errno;
        if (fd >= 0)
            close(fd);
        return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(cause));
    }
    if (close(fd) != 0)
        return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    return EES_OK;
}

/* mkstemp() makes the file private; a data file gets the permissions any new file would. */
static void use_default_mode(int fd) {
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) != 0)
        return; /* stays private: a lesser evil than failing */
}

int eesi_file_exists(const char *path, bool *exists, ees_error *err) {
    *exists = access(path, F_OK) == 0;
    if (*exists || errno == ENOENT || errno == ENOTDIR)
        return EES_OK;
    return ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be looked at: %s", strerror(errno));
}

int eesi_file_write(const char *path, const char *data, size_t length, ees_error *err) {
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        if (S_ISDIR(info.st_mode))
            return ees_error_at(err, EES_ERR_IO, path, 0, 0, "is a folder, expected a file name");
        return write_in_place(path, data, length, err);
    }
    size_t size = strlen(path) + sizeof ".XXXXXX";
    char *temporary = malloc(size);
    if (!temporary)
        return ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
    snprintf(temporary, size, "%s.XXXXXX", path);
    int rc = EES_OK;
    int fd = mkstemp(temporary);
    if (fd < 0) {
        rc = ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
        free(temporary);
        return rc;
    }
    use_default_mode(fd);
    int failed = write_all(fd, data, length) != 0 || fsync(fd) != 0;
    int cause = errno;
    if (close(fd) != 0 && !failed) {
        failed = 1;
        cause = errno;
    }
    if (!failed && rename(temporary, path) != 0) {
        failed = 1;
        cause = errno;
    }
    if (failed) {
        unlink(temporary);
        rc = ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(cause));
    }
    free(temporary);
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
