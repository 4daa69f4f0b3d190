/*
 * Threads take spans of blocks in order, compute and count them in any order and hand their counts in, in order, one at
 * a time. A span is many blocks where there are many, so that handing in takes a small part of the time; it never
 * reaches over a block at which --until-se looks, nor over the end of a randomisation. So the totals and
 * the texts of an interrupted run are always those of a prefix of the blocks, and `--resume` needs one number.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "run/run_blocks.h"

enum { SE_CHECK_BLOCKS = 16, SPAN_MAX = 16, SPANS_PER_THREAD = 8 };

typedef struct run_shared {
    const eesi_block_engine *engine;
    const eesi_run_control *control;
    ees_totals *totals;
    uint64_t replicates;
    uint64_t first, end;
    uint64_t span; /* blocks taken at once, at most */
    pthread_mutex_t lock;
    pthread_cond_t turn;
    uint64_t next;     /* block to be taken */
    uint64_t commit;   /* block whose turn it is */
    uint64_t abort_at; /* blocks from here on are dropped */
    int rc;            /* first error in the order of blocks */
    ees_error err;
    double last_checkpoint;
} run_shared;

/* What one thread owns: a block of records for every scenario, and their texts. */
typedef struct run_worker {
    run_shared *shared;
    void *engine;
    int scenarios;
    eesi_block *blocks;
    ees_totals *own; /* counts of the block at hand */
    char *text;
    size_t capacity, length;
} run_worker;

uint64_t ees_run_blocks(uint64_t replicates) {
    return replicates / EESI_BLOCK + (replicates % EESI_BLOCK != 0);
}

uint64_t eesi_run_shard(uint64_t blocks, uint64_t k, uint64_t n, uint64_t *end) {
    /* Quotient and rest apart, so that nothing overflows. */
    uint64_t each = blocks / n, rest = blocks % n;
    *end = each * k + (k < rest ? k : rest);
    return each * (k - 1) + (k - 1 < rest ? k - 1 : rest);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t replicates_before(const run_shared *shared, uint64_t block) {
    uint64_t lanes = block * EESI_BLOCK;
    return lanes < shared->replicates ? lanes : shared->replicates;
}

/* Asked before each scenario of each block and by the engine within, so that Ctrl-C is heard at once. */
static bool is_going_on(void *user) {
    run_shared *shared = user;
    const ees_progress *progress = &shared->control->progress;
    if (!progress->report)
        return true;
    pthread_mutex_lock(&shared->lock);
    uint64_t before = replicates_before(shared, shared->first);
    bool go_on = progress->report(progress->user, replicates_before(shared, shared->commit) - before,
                                  replicates_before(shared, shared->end) - before);
    pthread_mutex_unlock(&shared->lock);
    return go_on;
}

/* One block of every scenario into worker->blocks. */
static int draw_block(run_worker *worker, uint64_t block, ees_error *err) {
    run_shared *shared = worker->shared;
    uint64_t first = block * EESI_BLOCK, left = shared->replicates - first;
    int rc = EES_OK;
    for (int s = 0; rc == EES_OK && s < worker->scenarios; s++) {
        if (!is_going_on(shared))
            return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
        worker->blocks[s].first = first;
        worker->blocks[s].lanes = left < EESI_BLOCK ? (int)left : EESI_BLOCK;
        rc = shared->engine->run(shared->engine->model, worker->engine, s, &worker->blocks[s], err);
    }
    return rc;
}

static int count_block(run_worker *worker, ees_error *err) {
    const eesi_run_control *control = worker->shared->control;
    int rc = eesi_totals_add(worker->own, worker->blocks, err);
    if (rc == EES_OK && control->format)
        rc = control->format(control->user, worker->blocks, worker->scenarios, &worker->text, &worker->capacity,
                             &worker->length, err);
    return rc;
}

/* *end: in, of the span; out, of what can be handed in: less after an error. */
static int compute(run_worker *worker, uint64_t first, uint64_t *end, ees_error *err) {
    eesi_totals_clear(worker->own);
    for (uint64_t block = first; block < *end; block++) {
        int rc = draw_block(worker, block, err);
        if (rc) {
            *end = block;
            return rc;
        }
        rc = count_block(worker, err);
        if (rc) { /* the counts are spoilt */
            *end = first;
            return rc;
        }
    }
    return EES_OK;
}

static int checkpoint(run_shared *shared, ees_error *err) {
    if (!shared->control->checkpoint)
        return EES_OK;
    shared->last_checkpoint = seconds_now();
    return shared->control->checkpoint(shared->control->user, shared->totals, shared->commit, err);
}

/* With the lock held and the turn come. */
static int commit(run_worker *worker, uint64_t block, uint64_t end, ees_error *err) {
    run_shared *shared = worker->shared;
    const eesi_run_control *control = shared->control;
    int rc = eesi_totals_merge_blocks(shared->totals, worker->own, block, err);
    if (rc == EES_OK && control->write)
        rc = control->write(control->user, worker->text, worker->length, err);
    if (rc == EES_OK && control->records)
        rc = control->records(control->user, worker->blocks, worker->scenarios, err);
    if (rc != EES_OK)
        return rc;
    shared->commit = end;
    if (control->until_se > 0 && shared->commit % SE_CHECK_BLOCKS == 0 &&
        eesi_totals_replicates_se(shared->totals) <= control->until_se)
        shared->abort_at = shared->commit;
    if (control->checkpoint_seconds > 0 && seconds_now() - shared->last_checkpoint > control->checkpoint_seconds)
        rc = checkpoint(shared, err);
    return rc;
}

/* An error of an earlier block hides that of a later one, as if there were one thread. */
static void give_up(run_shared *shared, uint64_t block, int rc, const ees_error *err) {
    if (block >= shared->abort_at)
        return;
    shared->abort_at = block;
    shared->rc = rc;
    shared->err = *err;
}

static void hand_in(run_worker *worker, uint64_t block, uint64_t end, int rc, ees_error *err) {
    run_shared *shared = worker->shared;
    pthread_mutex_lock(&shared->lock);
    if (rc != EES_OK)
        give_up(shared, end, rc, err);
    while (shared->commit != block && block < shared->abort_at)
        pthread_cond_wait(&shared->turn, &shared->lock);
    if (block < end && block < shared->abort_at && (rc = commit(worker, block, end, err)) != EES_OK)
        give_up(shared, block, rc, err);
    pthread_cond_broadcast(&shared->turn);
    pthread_mutex_unlock(&shared->lock);
}

static bool take_span(run_shared *shared, uint64_t *block, uint64_t *end) {
    pthread_mutex_lock(&shared->lock);
    bool more = shared->next < shared->end && shared->next < shared->abort_at;
    if (more) {
        const uint64_t check = (shared->next / SE_CHECK_BLOCKS + 1) * SE_CHECK_BLOCKS;
        const uint64_t each = shared->totals->layout.randomisation_blocks;
        const uint64_t whole = each > 0 ? (shared->next / each + 1) * each : check;
        *block = shared->next;
        *end = shared->next + shared->span;
        *end = *end < check ? *end : check;
        *end = *end < whole ? *end : whole;
        *end = *end < shared->end ? *end : shared->end;
        shared->next = *end;
    }
    pthread_mutex_unlock(&shared->lock);
    return more;
}

static void work(void *workers, size_t i) {
    run_worker *worker = (run_worker *)workers + i;
    uint64_t block = 0, end = 0;
    while (take_span(worker->shared, &block, &end)) {
        ees_error err = {0};
        int rc = compute(worker, block, &end, &err);
        hand_in(worker, block, end, rc, &err);
    }
}

static void worker_free(run_worker *worker) {
    for (int s = 0; worker->blocks && s < worker->scenarios; s++)
        eesi_block_free(&worker->blocks[s]);
    free(worker->blocks);
    ees_totals_destroy(worker->own);
    free(worker->text);
    if (worker->engine && worker->shared->engine->worker_destroy)
        worker->shared->engine->worker_destroy(worker->engine);
    memset(worker, 0, sizeof *worker);
}

static int worker_init(run_worker *worker, run_shared *shared, ees_error *err) {
    const ees_run_layout *layout = &shared->totals->layout;
    worker->shared = shared;
    worker->scenarios = layout->scenarios;
    worker->blocks = calloc((size_t)layout->scenarios, sizeof *worker->blocks);
    if (!worker->blocks)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    ees_run_layout own = *layout;
    own.randomisations = 0; /* the blocks of a span are of one */
    int rc = eesi_totals_create(&worker->own, &own, true, err);
    for (int s = 0; rc == EES_OK && s < layout->scenarios; s++) {
        rc = eesi_block_init(&worker->blocks[s], layout->bands, err);
        worker->blocks[s].go_on = is_going_on;
        worker->blocks[s].user = shared;
    }
    if (rc == EES_OK && shared->engine->worker_create)
        rc = shared->engine->worker_create(shared->engine->model, &worker->engine, err);
    return rc;
}

static int thread_count(const run_shared *shared) {
    const int wanted = eesi_threads(shared->control->threads);
    const uint64_t blocks = shared->end - shared->next;
    return blocks < (uint64_t)wanted ? (int)(blocks > 0 ? blocks : 1) : wanted;
}

/* Texts and records go out block by block; many scenarios make long blocks, and an interrupt loses what a span has not
 * handed in.
 */
static uint64_t span_of(const run_shared *shared, int threads) {
    uint64_t most = SPAN_MAX / (uint64_t)shared->totals->layout.scenarios;
    const uint64_t fair = (shared->end - shared->next) / ((uint64_t)threads * SPANS_PER_THREAD);
    most = fair < most ? fair : most;
    return shared->control->format || shared->control->records || most < 1 ? 1 : most;
}

/* When a thread cannot be started, fewer workers do all of the work. */
static int run_workers(run_shared *shared, ees_error *err) {
    int count = thread_count(shared), rc = EES_OK;
    run_worker *workers = calloc((size_t)count, sizeof *workers);
    if (!workers)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    shared->span = span_of(shared, count);
    for (int i = 0; rc == EES_OK && i < count; i++)
        rc = worker_init(&workers[i], shared, err);
    if (rc == EES_OK)
        eesi_parallel(count, (size_t)count, work, workers);
    for (int i = 0; i < count; i++)
        if (workers[i].shared)
            worker_free(&workers[i]);
    free(workers);
    return rc;
}

int eesi_run(const eesi_block_engine *engine, uint64_t replicates, const eesi_run_control *control, ees_totals *totals,
             uint64_t *next_block, ees_error *err) {
    uint64_t blocks = ees_run_blocks(replicates);
    run_shared shared = {.engine = engine,
                         .control = control,
                         .totals = totals,
                         .replicates = replicates,
                         .first = control->first_block,
                         .end = control->end_block ? control->end_block : blocks,
                         .next = *next_block,
                         .commit = *next_block,
                         .abort_at = UINT64_MAX,
                         .last_checkpoint = seconds_now()};
    if (shared.end > blocks || shared.next < shared.first || shared.next > shared.end)
        return ees_error_set(err, EES_ERR_RANGE, "the run has %llu blocks", (unsigned long long)blocks);
    pthread_mutex_init(&shared.lock, NULL);
    pthread_cond_init(&shared.turn, NULL);
    int rc = run_workers(&shared, err);
    pthread_cond_destroy(&shared.turn);
    pthread_mutex_destroy(&shared.lock);
    *next_block = shared.commit;
    if (rc == EES_OK && shared.rc != EES_OK) {
        rc = shared.rc;
        if (err)
            *err = shared.err;
    }
    ees_error ignored;
    int kept = rc == EES_OK || rc == EES_ERR_INTERRUPTED ? checkpoint(&shared, rc == EES_OK ? err : &ignored) : EES_OK;
    return rc == EES_OK ? kept : rc;
}
