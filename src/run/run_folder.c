#include "run/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <eesim/run.h>

#include "base/file.h"
#include "base/temporary.h"

/* The files a result can consist of: what we remove is what we made, never anything else. */
static const char *const ours[] = {"draws.csv", "pool.csv",  "chance.csv",    "compare.csv", "datapackage.json",
                                   "run.json",  "paths.csv", "paths.csv.zst", "shard.bin",   "state.bin"};
enum { OURS = sizeof ours / sizeof *ours };

static bool is_ours(const char *name) {
    for (int i = 0; i < OURS; i++)
        if (strcmp(name, ours[i]) == 0)
            return true;
    return eesi_temporary_is(name); /* what an interrupted write of ours leaves */
}

static int check_entries(const char *target, DIR *dir, ees_error *err) {
    for (const struct dirent *entry; (entry = readdir(dir));) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!is_ours(entry->d_name))
            return ees_error_at(err, EES_ERR_IO, target, 0, 0,
                                "holds '%.100s', which is no result of a run; choose a new folder", entry->d_name);
        if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode))
            return ees_error_at(err, EES_ERR_IO, target, 0, 0,
                                "holds '%.100s', which is no regular file and cannot be replaced; choose a new folder",
                                entry->d_name);
    }
    return EES_OK;
}

/* A folder that something is mounted on cannot give up its name. A bind mount has the device of its parent. */
static bool is_mounted(const char *target, const struct stat *info) {
#ifdef STATX_ATTR_MOUNT_ROOT
    struct statx more;
    if (statx(AT_FDCWD, target, 0, STATX_BASIC_STATS, &more) == 0 && (more.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
        return (more.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#endif
    struct stat above;
    char *parent = eesi_path_join(target, "..");
    const bool apart = parent && stat(parent, &above) == 0 && above.st_dev != info->st_dev;
    free(parent);
    return apart;
}

/* The folder is exchanged for the new one when all is done: what stands in the way of that is said before the work. */
static int check_exchange(const char *target, const struct stat *info, ees_error *err) {
    struct stat here;
    if (stat(".", &here) == 0 && here.st_dev == info->st_dev && here.st_ino == info->st_ino)
        return ees_error_at(err, EES_ERR_IO, target, 0, 0,
                            "is the current folder, which cannot be replaced in one step; name a folder in it");
    if (is_mounted(target, info))
        return ees_error_at(err, EES_ERR_IO, target, 0, 0,
                            "is a mount point, which cannot be replaced in one step; name a folder in it");
    if (access(target, W_OK) != 0)
        return ees_error_at(err, EES_ERR_IO, target, 0, 0, "cannot be written: %s", strerror(errno));
    return EES_OK;
}

static int check_target(const char *target, ees_error *err) {
    struct stat info;
    bool there = false;
    int rc = eesi_file_look(target, &info, &there, err);
    if (rc || !there)
        return rc;
    DIR *dir = opendir(target);
    if (!dir)
        return ees_error_at(err, EES_ERR_IO, target, 0, 0, "cannot be a folder of results: %s", strerror(errno));
    rc = check_entries(target, dir, err);
    closedir(dir);
    return rc == EES_OK ? check_exchange(target, &info, err) : rc;
}

/* The name without slashes at its end; that of the folder itself where it is a link, "." or "a/..". */
static int real_name(const char *dir, char **name, ees_error *err) {
    size_t length = strlen(dir);
    while (length > 1 && dir[length - 1] == '/')
        length--;
    char *plain = strndup(dir, length);
    int rc = plain ? eesi_file_follow(plain, name, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    const char *last = plain ? strrchr(plain, '/') : NULL;
    last = last ? last + 1 : plain;
    if (rc == EES_OK && (strcmp(last, ".") == 0 || strcmp(last, "..") == 0)) {
        char *whole = realpath(plain, NULL);
        if (whole) {
            free(*name);
            *name = whole;
        }
    }
    free(plain);
    return rc;
}

int eesi_run_folder_open(eesi_run_folder *folder, const char *dir, ees_error *err) {
    *folder = (eesi_run_folder){.lock = -1};
    int rc = real_name(dir, &folder->target, err);
    if (rc)
        return rc;
    size_t size = strlen(folder->target) + sizeof ".partial";
    folder->partial = malloc(size);
    if (folder->partial) {
        snprintf(folder->partial, size, "%s.partial", folder->target);
        folder->state = eesi_path_join(folder->partial, "state.bin");
    }
    rc = folder->state ? check_target(folder->target, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc)
        eesi_run_folder_free(folder);
    return rc;
}

void eesi_run_folder_free(eesi_run_folder *folder) {
    if (folder->partial && folder->lock >= 0)
        close(folder->lock);
    free(folder->target);
    free(folder->partial);
    free(folder->state);
    *folder = (eesi_run_folder){.lock = -1};
}

int eesi_run_folder_unfinished(const eesi_run_folder *folder, bool *unfinished, ees_error *err) {
    return eesi_file_exists(folder->state, unfinished, err);
}

static void empty(const char *path) {
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));)
        if (is_ours(entry->d_name))
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

static void remove_ours(const char *path) {
    empty(path);
    rmdir(path);
}

void ees_run_discard(const char *dir) {
    remove_ours(dir);
}

/* Whether the folder that was locked is still the one of that name: its owner may just have put it in place. */
static int is_still_there(int fd, const char *path, bool *same, ees_error *err) {
    struct stat held, named;
    int rc = eesi_file_look(path, &named, same, err);
    if (rc == EES_OK && fstat(fd, &held) != 0)
        rc = ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be looked at: %s", strerror(errno));
    *same = rc == EES_OK && *same && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
    return rc;
}

/* Nobody sees more of the unfinished result than of the one that it will replace. */
static int take_mode(const eesi_run_folder *folder, ees_error *err) {
    struct stat old;
    bool there = false;
    int rc = eesi_file_look(folder->target, &old, &there, err);
    if (rc == EES_OK && there && folder->lock >= 0 && eesi_file_take_mode(folder->lock, &old) != 0)
        rc = ees_error_at(err, EES_ERR_IO, folder->partial, 0, 0, "cannot get the permissions of %s: %s",
                          folder->target, strerror(errno));
    return rc;
}

/* Two runs that fill one folder would mix their files. Where the file system knows no locks it is as before. */
int eesi_run_folder_begin(eesi_run_folder *folder, ees_error *err) {
    enum { TRIES = 10 };
    for (int i = 0; i < TRIES; i++) {
        bool same = false;
        int rc = eesi_dir_make(folder->partial, err);
        if (rc)
            return rc;
        int fd = eesi_fd_open(folder->partial, O_RDONLY | O_DIRECTORY, 0);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            close(fd);
            break;
        }
        rc = fd < 0 ? EES_OK : is_still_there(fd, folder->partial, &same, err);
        if (rc == EES_OK && (fd < 0 || same)) {
            folder->lock = fd;
            return take_mode(folder, err);
        }
        close(fd);
        if (rc)
            return rc;
    }
    return ees_error_at(err, EES_ERR_IO, folder->partial, 0, 0, "another run is at work there; choose another folder");
}

void eesi_run_folder_clear(const eesi_run_folder *folder) {
    empty(folder->partial);
}

static void sync_folder(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Without an exchange there is a moment without a result, but never one in which the earlier is gone for good. */
static int put_by_turns(const eesi_run_folder *folder) {
    char *old = NULL;
    const size_t size = strlen(folder->target) + sizeof ".earlier";
    int rc = -1;
    if ((old = malloc(size)))
        snprintf(old, size, "%s.earlier", folder->target);
    if (old && rename(folder->target, old) == 0) {
        rc = rename(folder->partial, folder->target);
        const int cause = errno;
        if (rc == 0)
            remove_ours(old);
        else if (rename(old, folder->target) != 0)
            rc = -1; /* it has another name then; nothing of it is lost */
        errno = cause;
    }
    free(old);
    return rc;
}

/* Swapping leaves no moment without a result. The earlier one goes when the new one is in its place. */
static int put_in_place(const eesi_run_folder *folder) {
    if (rename(folder->partial, folder->target) == 0)
        return 0;
    if (renameat2(AT_FDCWD, folder->partial, AT_FDCWD, folder->target, RENAME_EXCHANGE) == 0) {
        remove_ours(folder->partial);
        return 0;
    }
    return errno == EINVAL || errno == ENOSYS ? put_by_turns(folder) : -1;
}

/* Files that replace others get their permissions: what was private stays so. */
static int keep_modes(const eesi_run_folder *folder, ees_error *err) {
    int rc = EES_OK;
    for (int i = 0; rc == EES_OK && i < OURS; i++) {
        struct stat old;
        bool there = false;
        char *from = eesi_path_join(folder->target, ours[i]), *to = eesi_path_join(folder->partial, ours[i]);
        rc = from && to ? eesi_file_look(from, &old, &there, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        if (rc == EES_OK && there && chmod(to, old.st_mode & 07777) != 0 && errno != ENOENT)
            rc = ees_error_at(err, EES_ERR_IO, to, 0, 0, "cannot get the permissions of %s: %s", from, strerror(errno));
        free(from);
        free(to);
    }
    return rc;
}

int eesi_run_folder_finish(const eesi_run_folder *folder, ees_error *err) {
    int rc = keep_modes(folder, err);
    if (rc)
        return rc;
    unlink(folder->state);
    sync_folder(folder->partial);
    if (put_in_place(folder) != 0)
        return ees_error_at(err, EES_ERR_IO, folder->target, 0, 0, "cannot be put in place: %s; the results are in %s",
                            strerror(errno), folder->partial);
    return EES_OK;
}

void eesi_run_folder_drop(const eesi_run_folder *folder) {
    remove_ours(folder->partial);
}
