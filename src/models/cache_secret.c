#include "models/cache_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temporary.h"

enum { DIGITS = EESI_SHA256_TEXT - 1 };

/* 1: read; 0: there is none, or none that can be trusted. */
static int read_secret(const char *path, char secret[EESI_SHA256_TEXT]) {
    struct stat info;
    const int fd = eesi_fd_open(path, O_RDONLY | O_NOFOLLOW, 0);
    const bool ours = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
                      (info.st_mode & 077) == 0 && info.st_size == DIGITS;
    const bool read = ours && eesi_fd_read(fd, secret, DIGITS) == DIGITS;
    if (fd >= 0)
        close(fd);
    secret[DIGITS] = '\0';
    return read && strspn(secret, "0123456789abcdef") == DIGITS;
}

/* Written whole before it gets its name: two processes at once agree on the one that was first. */
static void make_secret(const char *path) {
    unsigned char noise[32];
    char digits[EESI_SHA256_TEXT], *fresh = NULL;
    if (getrandom(noise, sizeof noise, 0) != (ssize_t)sizeof noise)
        return;
    eesi_sha256(noise, sizeof noise, digits);
    const int fd = eesi_temporary_open(path, &fresh);
    const bool written = fd >= 0 && eesi_fd_write(fd, digits, DIGITS) == 0 && eesi_fd_sync(fd) == 0;
    if (fd >= 0 && eesi_fd_close(fd) == 0 && written && link(fresh, path) != 0 && errno != EEXIST)
        (void)!rename(fresh, path); /* a file system without links */
    if (fresh)
        unlink(fresh);
    free(fresh);
}

bool eesi_cache_secret(const char *dir, char secret[EESI_SHA256_TEXT]) {
    char *path = eesi_path_join(dir, ".secret");
    bool found = path && read_secret(path, secret);
    if (path && !found && (unlink(path) == 0 || errno == ENOENT)) {
        make_secret(path);
        found = read_secret(path, secret);
    }
    free(path);
    return found;
}
