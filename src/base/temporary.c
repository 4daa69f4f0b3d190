#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char PREFIX[] = ".eesim-";
enum { NAME_BYTES = 64, DAY_SECONDS = 86400 };

/* The machine, and the container in it: both number their processes from 1. */
static uint32_t machine(void) {
    char host[256] = "";
    struct stat space;
    uint32_t hash = 2166136261u;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    for (const char *p = host; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    return stat("/proc/self/ns/pid", &space) == 0 ? (hash ^ (uint32_t)space.st_ino) * 16777619u : hash;
}

/* The folder of a target, "" for the current one, with its slash. False when the name is too long. */
static bool folder_of(const char *target, char folder[PATH_MAX]) {
    const char *slash = strrchr(target, '/');
    const size_t length = slash ? (size_t)(slash - target) + 1 : 0;
    if (length + NAME_BYTES > PATH_MAX)
        return false;
    memcpy(folder, target, length);
    folder[length] = '\0';
    return true;
}

int eesi_temporary_open(const char *target, char **path) {
    char folder[PATH_MAX], name[PATH_MAX + NAME_BYTES];
    *path = NULL;
    if (!folder_of(target, folder)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    snprintf(name, sizeof name, "%s%s%08x-%ld-XXXXXX", folder, PREFIX, machine(), (long)getpid());
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0 && !(*path = strdup(name))) {
        unlink(name);
        close(fd);
        errno = ENOMEM;
        return -1;
    }
    return fd;
}

bool eesi_temporary_is(const char *name) {
    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0;
}

static bool is_abandoned(const char *name, const struct stat *info, uint32_t here) {
    unsigned long host = 0;
    long process = 0;
    if (!S_ISREG(info->st_mode) || info->st_uid != geteuid() ||
        sscanf(name + sizeof PREFIX - 1, "%8lx-%10ld-", &host, &process) != 2 || process <= 0)
        return false;
    if (host == here)
        return kill((pid_t)process, 0) != 0 && errno == ESRCH;
    return time(NULL) - info->st_mtime > DAY_SECONDS;
}

void eesi_temporary_sweep(const char *target) {
    char folder[PATH_MAX];
    DIR *entries = folder_of(target, folder) ? opendir(folder[0] ? folder : ".") : NULL;
    const uint32_t here = machine();
    for (const struct dirent *e = NULL; entries && (e = readdir(entries));) {
        struct stat info;
        if (eesi_temporary_is(e->d_name) && fstatat(dirfd(entries), e->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_abandoned(e->d_name, &info, here))
            unlinkat(dirfd(entries), e->d_name, 0);
    }
    if (entries)
        closedir(entries);
}
