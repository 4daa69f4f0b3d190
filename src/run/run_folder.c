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

/* The files a result can consist of: what we remove is what we made, never anything else. */
static const char *const ours[] = {"draws.csv", "pool.csv",  "chance.csv",    "compare.csv", "datapackage.json",
                                   "run.json",  "paths.csv", "paths.csv.zst", "shard.bin",   "state.bin"};
enum { OURS = sizeof ours / sizeof *ours };

static bool is_ours(const char *name) {
    for (int i = 0; i < OURS; i++) {
        size_t length = strlen(ours[i]);
        /* "draws.csv.Ab12Cd" is what an interrupted write of ours leaves */
        bool left_over = strlen(name) == length + 7 && name[length] == '.';
        if (strncmp(name, ours[i], length) == 0 && (name[length] == '\0' || left_over))
            return true;
    }
    return false;
}

static int check_target(const char *target, ees_error *err) {
    DIR *dir = opendir(target);
    if (!dir && errno == ENOENT)
        return EES_OK;
    if (!dir)
        return ees_error_at(err, EES_ERR_IO, target, 0, 0, "cannot be a folder of results: %s", strerror(errno));
    int rc = EES_OK;
    for (const struct dirent *entry; rc == EES_OK && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_ours(entry->d_name))
            rc = ees_error_at(err, EES_ERR_IO, target, 0, 0,
                              "holds '%.100s', which is no result of a run; choose a new folder", entry->d_name);
    closedir(dir);
    return rc;
}

int eesi_run_folder_open(eesi_run_folder *folder, const char *dir, ees_error *err) {
    *folder = (eesi_run_folder){.lock = -1};
    size_t length = strlen(dir);
    while (length > 1 && dir[length - 1] == '/')
        length--;
    size_t size = length + sizeof ".partial";
    folder->target = strndup(dir, length);
    folder->partial = malloc(size);
    if (folder->target && folder->partial) {
        snprintf(folder->partial, size, "%s.partial", folder->target);
        folder->state = eesi_path_join(folder->partial, "state.bin");
    }
    if (!folder->target || !folder->state) {
        eesi_run_folder_free(folder);
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    }
    int rc = check_target(folder->target, err);
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

bool eesi_run_folder_unfinished(const eesi_run_folder *folder) {
    return access(folder->state, F_OK) == 0;
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

/* True when the folder that was locked is still the one of that name: its owner may just have put it in place. */
static bool is_still_there(int fd, const char *path) {
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

/* Two runs that fill one folder would mix their files. Where the file system knows no locks it is as before. */
int eesi_run_folder_begin(eesi_run_folder *folder, ees_error *err) {
    enum { TRIES = 10 };
    for (int i = 0; i < TRIES; i++) {
        int rc = eesi_dir_make(folder->partial, err);
        if (rc)
            return rc;
        int fd = open(folder->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            close(fd);
            break;
        }
        if (fd < 0 || is_still_there(fd, folder->partial)) {
            folder->lock = fd;
            return EES_OK;
        }
        close(fd);
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

/* Swapping leaves no moment without a result; a file system that cannot swap gets two renames. */
static int put_in_place(const eesi_run_folder *folder) {
    if (rename(folder->partial, folder->target) == 0)
        return 0;
    if (renameat2(AT_FDCWD, folder->partial, AT_FDCWD, folder->target, RENAME_EXCHANGE) == 0) {
        remove_ours(folder->partial);
        return 0;
    }
    remove_ours(folder->target);
    return rename(folder->partial, folder->target);
}

int eesi_run_folder_finish(const eesi_run_folder *folder, ees_error *err) {
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
