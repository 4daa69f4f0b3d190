/*
 * Runs blocks on threads and adds them up. The totals hold integers only, so that any number of threads, shards or
 * ranks gives the same bytes.
 */
#ifndef EESI_RUN_BLOCKS_H
#define EESI_RUN_BLOCKS_H

#include "run/block.h"
#include "run/totals.h"

/* What eesi_run() does besides computing. Zero is a sensible value of everything. */
typedef struct eesi_run_control {
    int threads;               /* 0: all processors */
    uint64_t first_block;      /* of this shard; eesi_run() goes on from `done_blocks` */
    uint64_t end_block;        /* 0: to the end of the run */
    double until_se;           /* 0: never stops early */
    double checkpoint_seconds; /* at most this often `checkpoint` is called; 0: only at the end */
    void *user;
    /* Given the replicates done (earlier ones of a resumed run included) and asked whether to go on; in any thread. */
    ees_progress progress;
    /*
     * Turn the records of a block into text; called from several threads. *text has *capacity bytes of malloc(), may be
     * grown with realloc() and is used again for the next block; eesi_run() frees it.
     */
    int (*format)(void *user, const eesi_block *blocks, int scenarios, char **text, size_t *capacity, size_t *length,
                  ees_error *err);
    /* Text of format(), in the order of the blocks, from one thread at a time. */
    int (*write)(void *user, const char *text, size_t length, ees_error *err);
    /* Records of a block, in the order of the blocks, from one thread at a time: for text that is quickly made. */
    int (*records)(void *user, const eesi_block *blocks, int scenarios, ees_error *err);
    /* Everything up to and without `next_block` is in the totals and was written. */
    int (*checkpoint)(void *user, const ees_totals *totals, uint64_t next_block, ees_error *err);
} eesi_run_control;

/* Blocks of shard k of n (k from 1): first .. *end - 1, contiguous. */
uint64_t eesi_run_shard(uint64_t blocks, uint64_t k, uint64_t n, uint64_t *end);

/*
 * Run blocks and add them, in order, to `totals`.
 * @param replicates  of the whole run.
 * @param next_block  in: where to start (control->first_block of a fresh run, more when resumed); out: the first block
 *                    that is not in the totals, also after an interrupt.
 * @return 0; EES_ERR_INTERRUPTED (what was finished is in the totals); the engine's, format's, write's or records'
 * error. The same totals and texts for any number of threads.
 */
int eesi_run(const eesi_block_engine *engine, uint64_t replicates, const eesi_run_control *control, ees_totals *totals,
             uint64_t *next_block, ees_error *err) EES_MUST_CHECK;

#endif
