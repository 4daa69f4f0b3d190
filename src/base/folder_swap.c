#include "base/folder_swap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#ifdef RENAME_EXCHANGE

enum { PATH_BYTES = PATH_MAX + 64 };

typedef struct swap {
    char real[PATH_MAX];    /* the folder, without links */
    char parent[PATH_MAX];  /* the folder it lies in */
    char prefix[PATH_MAX];  /* ".NAME.new.": what the copies beside it are called */
    char fresh[PATH_BYTES]; /* our copy */
} swap;

/* Only plain files: what else a folder may hold was not made by us. */
static void remove_folder(const char *path) {
    char file[PATH_BYTES + 256];
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlink(file);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

/* Copies of processes that were killed: the number at their end is no process any more. */
static void sweep(const swap *s) {
    char path[2 * PATH_BYTES];
    size_t length = strlen(s->prefix);
    DIR *folder = opendir(s->parent);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        if (strncmp(e->d_name, s->prefix, length) != 0)
            continue;
        char *end;
        long process = strtol(e->d_name + length, &end, 10);
        snprintf(path, sizeof path, "%s/%s", s->parent, e->d_name);
        struct stat info;
        if (*end || process <= 0 || kill((pid_t)process, 0) == 0 || errno != ESRCH || lstat(path, &info) != 0 ||
            !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
            continue;
        remove_folder(path);
    }
    if (folder)
        closedir(folder);
}

static bool is_inside(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The names; false when the folder cannot be exchanged, or when it must not be: who stands in it would stay in the old
 * one. */
static bool find_names(const char *dir, swap *s) {
    char here[PATH_MAX];
    if (!realpath(dir, s->real) || (getcwd(here, sizeof here) && is_inside(here, s->real)))
        return false;
    const char *slash = strrchr(s->real, '/');
    if (!slash || slash[1] == '\0')
        return false;
    const int length = slash == s->real ? 1 : (int)(slash - s->real);
    return snprintf(s->parent, sizeof s->parent, "%.*s", length, s->real) < (int)sizeof s->parent &&
           snprintf(s->prefix, sizeof s->prefix, ".%s.new.", slash + 1) < (int)sizeof s->prefix &&
           snprintf(s->fresh, sizeof s->fresh, "%s/%s%ld", s->parent, s->prefix, (long)getpid()) < (int)sizeof s->fresh;
}

static bool is_part(const char *name, const eesi_file_part *parts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].name, name) == 0)
            return true;
    return false;
}

/* The files that are not replaced get a second name in the copy. */
static bool take_along(const swap *s, const eesi_file_part *parts, size_t count) {
    char from[PATH_MAX + 256], to[PATH_BYTES + 256];
    struct stat info;
    DIR *folder = opendir(s->real);
    bool ok = folder != NULL;
    for (struct dirent *e; ok && (e = readdir(folder));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(from, sizeof from, "%s/%s", s->real, e->d_name);
        snprintf(to, sizeof to, "%s/%s", s->fresh, e->d_name);
        ok = lstat(from, &info) == 0 && S_ISREG(info.st_mode) &&
             (is_part(e->d_name, parts, count) || link(from, to) == 0);
    }
    if (folder)
        closedir(folder);
    return ok;
}

/* The files that are replaced keep their permissions. */
static bool keep_modes(const swap *s, const eesi_file_part *parts, size_t count) {
    char path[PATH_BYTES + 256];
    struct stat info;
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", s->real, parts[i].name);
        bool there = false;
        if (eesi_file_look(path, &info, &there, NULL) != EES_OK)
            return false;
        snprintf(path, sizeof path, "%s/%s", s->fresh, parts[i].name);
        if (there && chmod(path, info.st_mode & 07777) != 0)
            return false;
    }
    return true;
}

static bool make_copy(const swap *s, const eesi_file_part *parts, size_t count) {
    struct stat info;
    if (stat(s->real, &info) != 0 || access(s->real, W_OK) != 0 || mkdir(s->fresh, 0700) != 0)
        return false;
    return (info.st_uid == geteuid() && info.st_gid == getegid() ? 0 : chown(s->fresh, info.st_uid, info.st_gid)) ==
               0 &&
           take_along(s, parts, count) && eesi_fileset_write(s->fresh, parts, count, NULL) == EES_OK &&
           keep_modes(s, parts, count) && chmod(s->fresh, info.st_mode & 07777) == 0;
}

static void sync_parent(const char *parent) {
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    int rc = fsync(fd);
    (void)rc; /* some file systems cannot sync a folder; the files themselves are safe */
    close(fd);
}

static bool exchange(const char *dir, const eesi_file_part *parts, size_t count) {
    swap *s = calloc(1, sizeof *s);
    bool done = false;
    if (s && find_names(dir, s)) {
        sweep(s);
        done = make_copy(s, parts, count) && renameat2(AT_FDCWD, s->fresh, AT_FDCWD, s->real, RENAME_EXCHANGE) == 0;
        if (done)
            sync_parent(s->parent);
        remove_folder(s->fresh); /* the old folder, or what there is of the new one */
    }
    free(s);
    return done;
}

void eesi_folder_sweep(const char *dir) {
    swap *s = calloc(1, sizeof *s);
    if (s && find_names(dir, s))
        sweep(s);
    free(s);
}

#else

void eesi_folder_sweep(const char *dir) {
    (void)dir;
}

static bool exchange(const char *dir, const eesi_file_part *parts, size_t count) {
    (void)dir, (void)parts, (void)count;
    return false;
}

#endif

int eesi_folder_write(const char *dir, const eesi_file_part *parts, size_t count, ees_error *err) {
    return exchange(dir, parts, count) ? EES_OK : eesi_fileset_write(dir, parts, count, err);
}
