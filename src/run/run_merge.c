/* Joins shards: totals are added, parts of paths.csv are put one behind the other. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/file.h"
#include "run/run_blocks.h"
#include "run/run_csv.h"
#include "run/run_folder.h"
#include "run/run_paths.h"
#include "run/run_state.h"

enum { STATE_MAX = 1 << 30 };

typedef struct part {
    uint64_t length, checksum;
} part;

typedef struct merger {
    const char *const *dirs;
    size_t count;
    size_t *place; /* place[k]: position in dirs of shard k + 1; count: not seen yet */
    part *part;    /* part[i]: the paths of dirs[i], as they were written */
    ees_run_plan *plan;
    ees_totals *totals;
} merger;

static int load_shard(const char *dir, eesi_run_state *shard, ees_error *err) {
    char *path = eesi_path_join(dir, "shard.bin"), *text = NULL;
    size_t length = 0;
    memset(shard, 0, sizeof *shard);
    int rc = path ? eesi_file_read(path, STATE_MAX, &text, &length, err)
                  : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_ERR_NOTFOUND)
        rc = ees_error_at(err, rc, dir, 0, 0, "is no finished shard: there is no shard.bin in it");
    if (rc == EES_OK)
        rc = eesi_run_state_load(shard, path, text, length, err);
    free(path);
    free(text);
    return rc;
}

/* The first key in which two plans differ, for the message. */
static const char *first_difference(const ees_run_plan *plan, const char *identity) {
    json_t *other = json_loads(identity, 0, NULL);
    const char *found = "content", *key;
    json_t *value;
    json_object_foreach(plan->root, key, value) {
        if (!json_equal(value, json_object_get(other, key))) {
            found = key;
            break;
        }
    }
    json_decref(other);
    return found;
}

static int check_shard(merger *merge, size_t i, const eesi_run_state *shard, ees_error *err) {
    const char *dir = merge->dirs[i];
    if (strcmp(shard->identity, merge->plan->identity) != 0)
        return ees_error_at(err, EES_ERR_MISMATCH, dir, 0, 0, "belongs to another run than %s: '%s' differs",
                            merge->dirs[0], first_difference(merge->plan, shard->identity));
    if (shard->shards != merge->count)
        return ees_error_at(err, EES_ERR_MISMATCH, dir, 0, 0, "is one of %llu shards, but %zu were given",
                            (unsigned long long)shard->shards, merge->count);
    if (shard->shard < 1 || shard->shard > merge->count || shard->next_block != shard->end_block)
        return ees_error_at(err, EES_ERR_MISMATCH, dir, 0, 0, "is not finished");
    size_t *place = &merge->place[shard->shard - 1];
    if (*place != merge->count)
        return ees_error_at(err, EES_ERR_MISMATCH, dir, 0, 0, "is shard %llu, and so is %s",
                            (unsigned long long)shard->shard, merge->dirs[*place]);
    *place = i;
    return EES_OK;
}

static int take_shard(merger *merge, size_t i, ees_error *err) {
    eesi_run_state shard;
    int rc = load_shard(merge->dirs[i], &shard, err);
    if (rc == EES_OK && i == 0)
        rc = eesi_run_plan_parse(&merge->plan, merge->dirs[0], shard.identity, err);
    if (rc == EES_OK)
        rc = check_shard(merge, i, &shard, err);
    if (rc == EES_OK)
        merge->part[i] = (part){shard.written, shard.checksum};
    if (rc == EES_OK && i == 0) {
        merge->totals = shard.totals;
        shard.totals = NULL;
    } else if (rc == EES_OK) {
        rc = eesi_totals_merge(merge->totals, shard.totals, err);
    }
    eesi_run_state_free(&shard);
    return rc;
}

/* Copies what lies behind the first `skip` bytes; *found is what all of them are. -1 with errno. */
static int copy_from(int to, int from, size_t skip, part *found) {
    enum { PIECE = 1 << 20 };
    char *buffer = malloc(PIECE);
    eesi_checksum sum;
    ssize_t got = buffer ? 0 : -1;
    eesi_checksum_init(&sum);
    while (buffer && (got = eesi_fd_read(from, buffer, PIECE)) > 0) {
        const size_t length = (size_t)got, past = skip < length ? skip : length;
        eesi_checksum_add(&sum, buffer, length);
        skip -= past;
        if (eesi_fd_write(to, buffer + past, length - past) != 0) {
            got = -1;
            break;
        }
    }
    *found = (part){sum.length, eesi_checksum_value(&sum)};
    const int cause = errno;
    free(buffer);
    errno = cause;
    return got == 0 ? 0 : -1;
}

/* Every part begins with the header; only that of the first is kept. A part that is not what its shard wrote is
 * refused. */
static int append_part(const char *name, const part *written, size_t skip, int to, ees_error *err) {
    part found = {0, 0};
    int from = eesi_fd_open(name, O_RDONLY, 0);
    if (from < 0)
        return ees_error_at(err, errno == ENOENT ? EES_ERR_NOTFOUND : EES_ERR_IO, name, 0, 0, "cannot be opened: %s",
                            strerror(errno));
    int rc = copy_from(to, from, skip, &found);
    int cause = errno;
    close(from);
    if (rc != 0)
        return ees_error_at(err, cause == ENOMEM ? EES_ERR_NOMEM : EES_ERR_IO, name, 0, 0, "cannot be joined: %s",
                            strerror(cause));
    if (found.length != written->length)
        return ees_error_at(err, EES_ERR_DATA, name, 0, 0, "is damaged: it has %llu bytes, and its shard wrote %llu",
                            (unsigned long long)found.length, (unsigned long long)written->length);
    if (found.checksum != written->checksum)
        return ees_error_at(err, EES_ERR_DATA, name, 0, 0, "is damaged: its rows are not those that its shard wrote");
    return EES_OK;
}

static int header_length(const ees_run_plan *plan, size_t *length, ees_error *err) {
    eesi_paths *paths = eesi_paths_create(plan);
    char *text = NULL;
    int rc = paths ? eesi_paths_header(paths, &text, length, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    free(text);
    eesi_paths_destroy(paths);
    return rc;
}

static int join_paths(const merger *merge, const char *dir, ees_error *err) {
    size_t skip = 0;
    int rc = merge->plan->paths ? header_length(merge->plan, &skip, err) : EES_OK;
    if (rc || !merge->plan->paths)
        return rc;
    const char *name = eesi_paths_name(merge->plan);
    char *target = eesi_path_join(dir, name);
    if (!target)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int to = eesi_fd_open(target, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (to < 0)
        rc = ees_error_at(err, EES_ERR_IO, target, 0, 0, "cannot be written: %s", strerror(errno));
    for (size_t k = 0; rc == EES_OK && k < merge->count; k++) {
        const size_t i = merge->place[k];
        char *from = eesi_path_join(merge->dirs[i], name);
        rc = from ? append_part(from, &merge->part[i], k ? skip : 0, to, err)
                  : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        free(from);
    }
    if (to >= 0 && (eesi_fd_sync(to) != 0 || eesi_fd_close(to) != 0) && rc == EES_OK)
        rc = ees_error_at(err, EES_ERR_IO, target, 0, 0, "cannot be written: %s", strerror(errno));
    free(target);
    return rc;
}

static int write_merged(const merger *merge, const char *dir, ees_error *err) {
    eesi_run_folder folder;
    int rc = eesi_run_folder_open(&folder, dir, err);
    if (rc)
        return rc;
    bool unfinished = false;
    rc = eesi_run_folder_begin(&folder, err);
    if (rc == EES_OK)
        rc = eesi_run_folder_unfinished(&folder, &unfinished, err);
    if (rc == EES_OK && unfinished)
        rc = ees_error_at(err, EES_ERR_MISMATCH, folder.partial, 0, 0, "holds an unfinished run; remove it first");
    else if (rc == EES_OK) {
        rc = join_paths(merge, folder.partial, err);
        if (rc == EES_OK)
            rc = eesi_run_write_files(merge->plan, merge->totals, folder.partial, NULL, err);
        if (rc == EES_OK)
            rc = eesi_run_write_json(merge->plan, merge->totals, folder.partial, err);
        if (rc == EES_OK)
            rc = eesi_run_folder_finish(&folder, err);
        if (rc)
            eesi_run_folder_drop(&folder);
    }
    eesi_run_folder_free(&folder);
    return rc;
}

/* A result in the folder of a shard would take the shard's place. */
static int check_apart(const char *const *dirs, size_t count, const char *dir, ees_error *err) {
    struct stat result, shard;
    bool there = false, is_there = false;
    int rc = eesi_file_look(dir, &result, &there, err);
    for (size_t i = 0; rc == EES_OK && there && i < count; i++) {
        rc = eesi_file_look(dirs[i], &shard, &is_there, err);
        if (rc == EES_OK && is_there && shard.st_dev == result.st_dev && shard.st_ino == result.st_ino)
            rc = ees_error_set(err, EES_ERR_RANGE, "%s: is one of the shards, expected another folder for the result",
                               dir);
    }
    return rc;
}

int ees_run_merge(const char *const *dirs, size_t count, const char *dir, ees_error *err) {
    if (count < 1)
        return ees_error_set(err, EES_ERR_RANGE, "there is nothing to merge");
    int rc = check_apart(dirs, count, dir, err);
    if (rc)
        return rc;
    merger merge = {.dirs = dirs, .count = count, .place = calloc(count, sizeof *merge.place)};
    merge.part = calloc(count, sizeof *merge.part);
    if (!merge.place || !merge.part)
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t k = 0; rc == EES_OK && k < count; k++)
        merge.place[k] = count;
    for (size_t i = 0; rc == EES_OK && i < count; i++)
        rc = take_shard(&merge, i, err);
    if (rc == EES_OK)
        rc = write_merged(&merge, dir, err);
    ees_totals_destroy(merge.totals);
    ees_run_plan_destroy(merge.plan);
    free(merge.place);
    free(merge.part);
    return rc;
}
