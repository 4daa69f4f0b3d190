/*
 * eesim-mpi: rank r of n does part r + 1 of n into a folder of its own beside the target, on a file system all ranks
 * see; then rank 0 joins them. What a rank has finished is kept when another fails or all are interrupted, and
 * --resume goes on with it, for the same number of ranks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <mpi.h>

#include "scenario.h"

/* A folder name as long as a path may be. */
enum { PATH_BYTES = 4096 };

static void finalize(void) {
    MPI_Finalize();
}

static int start(int *rank, int *ranks, ees_error *err) {
    int given = 0;
    /* Threads of a rank never call MPI; only this one does. */
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS || atexit(finalize) != 0)
        return ees_error_set(err, EES_ERR_UNSUPPORTED, "MPI cannot be started");
    MPI_Comm_rank(MPI_COMM_WORLD, rank);
    MPI_Comm_size(MPI_COMM_WORLD, ranks);
    return EES_OK;
}

/* Fewer blocks than ranks: the rest have nothing to do. */
static int parts_of(const ees_run_plan *plan, int ranks) {
    uint64_t blocks = ees_run_blocks(ees_run_plan_replicates(plan));
    return blocks < (uint64_t)ranks ? (int)blocks : ranks;
}

static void part_name(const char *dir, int rank, char text[PATH_BYTES]) {
    size_t length = strlen(dir);
    while (length > 1 && dir[length - 1] == '/')
        length--;
    snprintf(text, PATH_BYTES, "%.*s.rank-%d", (int)length, dir, rank);
}

/* The worst code of all ranks, known to all; the codes are negative. */
static int agree(int rc) {
    int worst = rc;
    MPI_Allreduce(&rc, &worst, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return worst;
}

static int join_parts(char (*names)[PATH_BYTES], const char **dirs, const char *dir, int parts, ees_error *err) {
    for (int k = 0; k < parts; k++) {
        part_name(dir, k, names[k]);
        dirs[k] = names[k];
    }
    int rc = ees_run_merge(dirs, (size_t)parts, dir, err);
    for (int k = 0; rc == EES_OK && k < parts; k++)
        ees_run_discard(dirs[k]);
    return rc;
}

static int join(const char *dir, int parts, ees_error *err) {
    if (parts <= 1)
        return EES_OK; /* rank 0 did all of it, into the folder itself */
    char(*names)[PATH_BYTES] = calloc((size_t)parts, sizeof *names);
    const char **dirs = calloc((size_t)parts, sizeof *dirs);
    int rc = EES_ERR_NOMEM;
    if (names && dirs)
        rc = join_parts(names, dirs, dir, parts, err);
    else
        ees_error_set(err, rc, "out of memory");
    free(names);
    free(dirs);
    return rc;
}

/* A part that an earlier attempt finished is not done again. */
static int is_finished(const char *name, const ees_run_job *job, bool *finished, ees_error *err) {
    char file[PATH_BYTES + 16];
    struct stat info;
    snprintf(file, sizeof file, "%s/shard.bin", name);
    *finished = job->resume && stat(file, &info) == 0;
    if (!job->resume || *finished || errno == ENOENT)
        return EES_OK;
    return ees_error_at(err, EES_ERR_IO, file, 0, 0, "cannot be looked at: %s", strerror(errno));
}

int scenario_carry_out(const ees_run_plan *plan, const char *dir, ees_run_job *job, ees_run_result *result,
                       bool *speaks, ees_error *err) {
    int rank = 0, ranks = 1, rc = start(&rank, &ranks, err);
    char name[PATH_BYTES];
    *result = (ees_run_result){.worst_se = 1};
    *speaks = rank == 0;
    if (rc)
        return rc;
    const int parts = parts_of(plan, ranks);
    if (job->shards > 0)
        return agree(ees_error_set(err, EES_ERR_RANGE, "eesim-mpi cuts the run up itself: --shard is not for it"));
    job->shard = parts > 1 ? (uint64_t)rank + 1 : 0;
    job->shards = parts > 1 ? (uint64_t)parts : 0;
    part_name(dir, rank, name);
    bool finished = rank >= parts;
    if (!finished)
        rc = is_finished(name, job, &finished, err);
    if (rc == EES_OK && !finished)
        rc = ees_run_execute(plan, parts > 1 ? name : dir, job, result, NULL, err);
    const int worst = agree(rc);
    if (worst != EES_OK && rc == EES_OK)
        return ees_error_set(err, worst, "another rank stopped: %s", ees_strerror(worst));
    if (worst != EES_OK)
        return rc;
    if (rank == 0)
        rc = join(dir, parts, err);
    result->replicates = ees_run_plan_replicates(plan);
    return agree(rc) == EES_OK ? EES_OK : rc;
}
