/* Carries out a plan: the run itself, what it leaves when it is interrupted, and the folder it fills. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/paths_file.h"
#include "run/run_blocks.h"
#include "run/run_csv.h"
#include "run/run_folder.h"
#include "run/run_state.h"

enum { STATE_MAX = 1 << 30 };
static const double checkpoint_seconds = 20;

typedef struct execution {
    const ees_run_plan *plan;
    const ees_run_job *job;
    eesi_run_folder folder;
    eesi_run_state state; /* its totals are the totals of the run; identity borrowed from the plan */
    eesi_paths *paths;    /* NULL: none asked for */
    eesi_paths_file file; /* of paths */
    bool saved;           /* there is a state to resume */
} execution;

static int save_state(execution *run, const char *path, ees_error *err) {
    char *data = NULL;
    size_t length = 0;
    int rc = eesi_run_state_save(&run->state, &data, &length, err);
    if (rc == EES_OK)
        rc = eesi_file_write(path, data, length, err);
    free(data);
    return rc;
}

static int flush_paths(execution *run, ees_error *err) {
    return eesi_paths_file_flush(&run->file, true, &run->state.written, &run->state.checksum, err);
}

static int on_checkpoint(void *user, const ees_totals *totals, uint64_t next_block, ees_error *err) {
    execution *run = user;
    (void)totals; /* they are the state's own */
    run->state.next_block = next_block;
    if (next_block == run->state.first_block)
        return EES_OK;
    int rc = run->paths ? flush_paths(run, err) : EES_OK;
    if (rc == EES_OK)
        rc = save_state(run, run->folder.state, err);
    run->saved = run->saved || rc == EES_OK;
    return rc;
}

static int on_format(void *user, const eesi_block *blocks, int scenarios, char **text, size_t *capacity, size_t *length,
                     ees_error *err) {
    const execution *run = user;
    return eesi_paths_format(run->paths, blocks, scenarios, text, capacity, length, err);
}

static int on_write(void *user, const char *text, size_t length, ees_error *err) {
    execution *run = user;
    return eesi_paths_file_put(&run->file, text, length, err);
}

static int on_records(void *user, const eesi_block *blocks, int scenarios, ees_error *err) {
    execution *run = user;
    return eesi_paths_file_rows(&run->file, blocks, scenarios, err);
}

/* Opens the file of paths at the byte where the finished blocks end; a new one begins with the header. */
static int open_paths(execution *run, ees_error *err) {
    if (!run->plan->paths)
        return EES_OK;
    run->paths = eesi_paths_create(run->plan);
    char *name = eesi_path_join(run->folder.partial, eesi_paths_name(run->plan)), *header = NULL;
    size_t length = 0;
    int rc = run->paths && name
                 ? eesi_paths_file_open(&run->file, run->paths, name, run->state.written, run->state.checksum, err)
                 : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK && run->state.written == 0)
        rc = eesi_paths_header(run->paths, &header, &length, err);
    if (rc == EES_OK && length > 0)
        rc = eesi_paths_file_put(&run->file, header, length, err);
    free(header);
    free(name);
    return rc;
}

static int load_state(execution *run, ees_error *err) {
    char *text = NULL;
    size_t length = 0;
    int rc = eesi_file_read(run->folder.state, STATE_MAX, &text, &length, err);
    if (rc)
        return rc;
    eesi_run_state found;
    rc = eesi_run_state_load(&found, run->folder.state, text, length, err);
    free(text);
    if (rc)
        return rc;
    if (strcmp(found.identity, run->plan->identity) != 0 || found.shard != run->state.shard ||
        found.shards != run->state.shards) {
        eesi_run_state_free(&found);
        return ees_error_at(err, EES_ERR_MISMATCH, run->folder.partial, 0, 0,
                            "is an unfinished run with other arguments, data, model, seed or version; "
                            "repeat its arguments, or remove it");
    }
    ees_totals_destroy(run->state.totals);
    free(found.identity);
    found.identity = run->state.identity;
    run->state = found;
    run->saved = true;
    return EES_OK;
}

static int find_start(execution *run, ees_error *err) {
    int rc = eesi_run_folder_begin(&run->folder, err);
    bool unfinished = false;
    if (rc == EES_OK)
        rc = eesi_run_folder_unfinished(&run->folder, &unfinished, err);
    if (rc)
        return rc;
    if (!unfinished) {
        eesi_run_folder_clear(&run->folder); /* leftovers without a finished block */
        return EES_OK;
    }
    if (run->job->resume)
        return load_state(run, err);
    return ees_error_at(err, EES_ERR_MISMATCH, run->folder.partial, 0, 0,
                        "holds an unfinished run; go on with --resume, or remove it");
}

static int prepare(execution *run, const char *dir, ees_error *err) {
    const ees_run_plan *plan = run->plan;
    bool sharded = run->job->shards > 1;
    uint64_t blocks = ees_run_blocks(plan->replicates);
    if (!plan->has_engine)
        return ees_error_set(err, EES_ERR_UNSUPPORTED, "a plan read from a file has no engine");
    if (sharded && plan->until_se > 0)
        return ees_error_set(
            err, EES_ERR_RANGE,
            "a run that stops when precise enough (--until-se) cannot be cut into shards: where it stops depends on "
            "the counts of all of them; give --replicates instead");
    run->state.shard = sharded ? run->job->shard : 1;
    run->state.shards = sharded ? run->job->shards : 1;
    if (run->state.shard < 1 || run->state.shard > run->state.shards || run->state.shards > blocks)
        return ees_error_set(err, EES_ERR_RANGE,
                             "shard %llu/%llu: expected K from 1 to N, and at most one shard for every %d replicates",
                             (unsigned long long)run->state.shard, (unsigned long long)run->state.shards, EESI_BLOCK);
    run->state.first_block = eesi_run_shard(blocks, run->state.shard, run->state.shards, &run->state.end_block);
    run->state.next_block = run->state.first_block;
    run->state.identity = plan->identity;
    int rc = eesi_run_folder_open(&run->folder, dir, err);
    if (rc == EES_OK)
        rc = eesi_totals_create(&run->state.totals, &plan->layout, false, err);
    if (rc == EES_OK)
        rc = find_start(run, err);
    return rc == EES_OK ? open_paths(run, err) : rc;
}

static int simulate(execution *run, ees_error *err) {
    eesi_run_control control = {.threads = run->job->threads,
                                .first_block = run->state.first_block,
                                .end_block = run->state.end_block,
                                .until_se = run->plan->until_se,
                                .checkpoint_seconds = checkpoint_seconds,
                                .user = run,
                                .progress = run->job->progress,
                                .checkpoint = on_checkpoint};
    if (run->paths && run->plan->compression != EESI_COMPRESS_NONE) { /* slow, so every thread does its own */
        control.format = on_format;
        control.write = on_write;
    } else if (run->paths) {
        control.records = on_records;
    }
    uint64_t next = run->state.next_block;
    int rc = eesi_run(&run->plan->engine, run->plan->replicates, &control, run->state.totals, &next, err);
    run->state.next_block = next;
    return rc;
}

static int close_paths(execution *run, ees_error *err) {
    int rc = run->paths ? flush_paths(run, err) : EES_OK;
    eesi_paths_file_close(&run->file);
    return rc;
}

static int write_shard(execution *run, ees_error *err) {
    char *path = eesi_path_join(run->folder.partial, "shard.bin");
    int rc = path ? save_state(run, path, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    free(path);
    return rc == EES_OK ? eesi_run_write_json(run->plan, NULL, run->folder.partial, err) : rc;
}

static int finish(execution *run, ees_error *err) {
    int rc = close_paths(run, err);
    if (rc == EES_OK && run->state.shards > 1)
        rc = write_shard(run, err);
    else if (rc == EES_OK) {
        rc = eesi_run_write_files(run->plan, run->state.totals, run->folder.partial, &run->job->progress, err);
        if (rc == EES_OK)
            rc = eesi_run_write_json(run->plan, run->state.totals, run->folder.partial, err);
    }
    return rc == EES_OK ? eesi_run_folder_finish(&run->folder, err) : rc;
}

static void fill_result(const execution *run, int rc, ees_run_result *result) {
    *result = (ees_run_result){.complete = rc == EES_OK, .kept = rc != EES_OK && run->saved, .worst_se = 1};
    if (run->state.totals) {
        result->replicates = ees_totals_replicates(run->state.totals);
        result->worst_se = eesi_totals_worst_se(run->state.totals);
    }
}

int ees_run_execute(const ees_run_plan *plan, const char *dir, const ees_run_job *job, ees_run_result *result,
                    ees_totals **totals, ees_error *err) {
    execution run = {.plan = plan, .job = job, .file = {.fd = -1}};
    bool began = false;
    int rc = prepare(&run, dir, err);
    if (rc == EES_OK) {
        began = true;
        rc = simulate(&run, err);
    }
    if (rc == EES_OK)
        rc = finish(&run, err);
    eesi_paths_file_close(&run.file);
    if (rc != EES_OK && began && !run.saved)
        eesi_run_folder_drop(&run.folder);
    if (result)
        fill_result(&run, rc, result);
    if (totals) {
        *totals = run.state.totals;
        run.state.totals = NULL;
    }
    ees_totals_destroy(run.state.totals);
    eesi_paths_destroy(run.paths);
    eesi_run_folder_free(&run.folder);
    return rc;
}
