/*
 * Blocks of replicates, and the engines that fill them. An engine turns a block of one scenario into records: what was
 * held, round by round. Replicate r draws the same random numbers in every scenario.
 */
#ifndef EESI_BLOCK_H
#define EESI_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/run.h>

enum {
    EESI_BLOCK = 1024,            /* replicates of a full block */
    EESI_BLOCK_ROW = 1040,        /* from one row of a block to the next: no power of two, which caches dislike */
    EESI_BLOCK_ROUNDS_MAX = 1024, /* rounds of a replicate, all programs together */
    EESI_AGE_NONE = -1            /* no tie-break: nobody was invited */
};

/*
 * What happened in the lanes of a block; lane i is replicate first + i. Arrays are [round][lane] (row r starts at
 * r * EESI_BLOCK_ROW), rounds of a lane in the order they were held; rows beyond rounds[lane] are not read.
 */
typedef struct eesi_block {
    uint64_t first; /* replicate of lane 0 */
    int lanes;      /* 1..EESI_BLOCK */
    int capacity;   /* rows there are */
    int bands;      /* of `stock`; 0: not recorded */
    int32_t *rounds;
    ees_date *date;
    uint8_t *program; /* position among the programs of the run */
    int32_t *size;    /* invitations offered, candidates */
    int32_t *invited; /* at most size */
    int16_t *cutoff;  /* CRS points; EES_SCORE_NONE when nobody was invited */
    int16_t *tie_age; /* age of the tie-break at the round, days; EESI_AGE_NONE */
    int32_t *taken;   /* of `invited`: those at the cut-off score; negative: not known */
    int32_t *stock;   /* [round][lane][band]: eligible candidates of the round's program just before it, negative: not
                        known; may be NULL */
    uint32_t known[EES_RUN_PROGRAMS_MAX]; /* bit b: band b can be known in rounds of a program; the others are neither
                                             filled in nor read. At first every bit is set. */
    /* Asked by the engine between pieces of its work, of some ten milliseconds at most: false means to give the block
     * up with EES_ERR_INTERRUPTED. NULL: never. Set by eesi_run(). */
    bool (*go_on)(void *user);
    void *user;
} eesi_block;

/*
 * An empty block, without rows. @param block  uninitialised; free it also after an error.
 * @return 0, EES_ERR_RANGE (bands), EES_ERR_NOMEM.
 */
int eesi_block_init(eesi_block *block, int bands, ees_error *err) EES_MUST_CHECK;
/*
 * Room for this many rows; what is in the rows stays. Blocks are used again and only grow.
 * @return 0, EES_ERR_RANGE (more than EESI_BLOCK_ROUNDS_MAX), EES_ERR_NOMEM.
 */
int eesi_block_reserve(eesi_block *block, int rows, ees_error *err) EES_MUST_CHECK;
void eesi_block_free(eesi_block *block);

/*
 * An engine: the model behind a run. `run` fills the lanes first .. first + lanes - 1 of `block` for one scenario, with
 * as many rows as it needs (eesi_block_reserve()). It
 * asks block->go_on now and then, so that an interrupt is heard inside a large block. What it fills in
 * must depend on (scenario, replicate) alone, never on the block, the thread or what ran before. It is called from
 * several threads at once, each with a worker of its own.
 */
typedef struct eesi_block_engine {
    const char *name;
    const void *model; /* read-only while running */
    int (*worker_create)(const void *model, void **worker, ees_error *err);
    void (*worker_destroy)(void *worker);
    int (*run)(const void *model, void *worker, int scenario, eesi_block *block, ees_error *err);
} eesi_block_engine;

#endif
