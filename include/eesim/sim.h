/**
 * @file
 * Monte Carlo runs: blocks of replicates from an engine, summed exactly.
 *
 * A run is a number of replicates (random futures) of one or more scenarios. The work is cut into blocks of
 * EES_SIM_BLOCK replicates. An *engine* turns a block of one scenario into records: what was held, round by round. The
 * records are added to *totals*, which hold integers only, so that any number of threads, shards or ranks gives the
 * same bytes. Replicate r draws the same random numbers in every scenario.
 */
#ifndef EESIM_SIM_H
#define EESIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/export.h>
#include <eesim/program.h>
#include <eesim/progress.h>
#include <eesim/score.h>

enum {
    EES_SIM_BLOCK = 1024,        /* replicates of a full block */
    EES_SIM_ROW = 1040,          /* from one row of a block to the next: no power of two, which caches dislike */
    EES_SIM_PROGRAMS_MAX = 16,   /* programs of a run */
    EES_SIM_AUDIENCES_MAX = 16,  /* kinds of candidates whose chance is counted */
    EES_SIM_BANDS_MAX = 16,      /* bands of stock recorded */
    EES_SIM_SCENARIOS_MAX = 256, /* rows of a scenario grid */
    EES_SIM_ROUNDS_MAX = 1024,   /* rounds of a replicate, all programs together */
    EES_SIM_DAYS_MAX = 3660,     /* horizon */
    EES_SIM_RANDOMISATIONS_MAX = 64,
    EES_AGE_NONE = -1 /* no tie-break: nobody was invited */
};
/** Highest number of replicates of a run. */
#define EES_SIM_REPLICATES_MAX ((uint64_t)1 << 40)

/**
 * What happened in the lanes of a block; lane i is replicate first + i. Arrays are [round][lane] (row r starts at
 * r * EES_SIM_ROW), rounds of a lane in the order they were held; rows beyond rounds[lane] are not read.
 */
typedef struct ees_sim_block {
    size_t struct_size;
    uint64_t first; /* replicate of lane 0 */
    int lanes;      /* 1..EES_SIM_BLOCK */
    int capacity;   /* rows there are */
    int bands;      /* of `stock`; 0: not recorded */
    int32_t *rounds;
    ees_date *date;
    uint8_t *program; /* position among the programs of the run */
    int32_t *size;    /* invitations offered, candidates */
    int32_t *invited; /* at most size */
    int16_t *cutoff;  /* CRS points; EES_SCORE_NONE when nobody was invited */
    int16_t *tie_age; /* age of the tie-break at the round, days; EES_AGE_NONE */
    int32_t *taken;   /* of `invited`: those at the cut-off score; negative: not known */
    int32_t *stock;   /* [round][lane][band]: eligible candidates of the round's program just before it, negative: not
                        known; may be NULL */
    uint32_t known[EES_SIM_PROGRAMS_MAX]; /* bit b: band b can be known in rounds of a program; the others are neither
                                             filled in nor read. At first every bit is set. */
    /* Asked by the engine between pieces of its work, of some ten milliseconds at most: false means to give the block
     * up with EES_ERR_INTERRUPTED. NULL: never. Set by ees_run(). */
    bool (*go_on)(void *user);
    void *user;
} ees_sim_block;

/**
 * An empty block, without rows. @param block  uninitialised; free it also after an error.
 * @return 0, EES_ERR_RANGE (bands), EES_ERR_NOMEM.
 */
EES_API int ees_sim_block_init(ees_sim_block *block, int bands, ees_error *err) EES_MUST_CHECK;
/**
 * Room for this many rows; what is in the rows stays. Blocks are used again and only grow.
 * @return 0, EES_ERR_RANGE (more than EES_SIM_ROUNDS_MAX), EES_ERR_NOMEM.
 */
EES_API int ees_sim_block_reserve(ees_sim_block *block, int rows, ees_error *err) EES_MUST_CHECK;
EES_API void ees_sim_block_free(ees_sim_block *block);

/**
 * An engine: the model behind a run. `run` fills the lanes first .. first + lanes - 1 of `block` for one scenario, with
 * as many rows as it needs (ees_sim_block_reserve()). It
 * asks block->go_on now and then, so that an interrupt is heard inside a large block. What it fills in
 * must depend on (scenario, replicate) alone, never on the block, the thread or what ran before. It is called from
 * several threads at once, each with a worker of its own.
 */
typedef struct ees_engine {
    const char *name;
    const void *model; /* read-only while running */
    int (*worker_create)(const void *model, void **worker, ees_error *err);
    void (*worker_destroy)(void *worker);
    int (*run)(const void *model, void *worker, int scenario, ees_sim_block *block, ees_error *err);
} ees_engine;

/** Candidates whose chance is counted: which rounds can invite them, and when they submitted. */
typedef struct ees_audience {
    uint32_t programs;  /* bit p: rounds of program p of the run admit them */
    ees_date submitted; /* day their profile entered the pool */
} ees_audience;

/** What a run counts. Programs, bands and audiences are named by whoever describes the run; here they are positions. */
typedef struct ees_sim_layout {
    size_t struct_size;
    int scenarios;
    int programs;
    int bands;
    int audiences;
    ees_date start; /* first day of the horizon */
    int days;       /* its length: a chance is kept for start .. start + days */
    ees_audience audience[EES_SIM_AUDIENCES_MAX];
    int randomisations;            /* independent scramblings the replicates are made of (--qmc), one after the other;
                                      0: replicates are independent themselves */
    uint64_t randomisation_blocks; /* blocks of each */
} ees_sim_layout;

typedef struct ees_totals ees_totals;

/** Empty totals. @return 0, EES_ERR_RANGE, EES_ERR_NOMEM. */
EES_API int ees_totals_create(ees_totals **totals, const ees_sim_layout *layout, ees_error *err) EES_MUST_CHECK;
EES_API void ees_totals_destroy(ees_totals *totals);
/**
 * Add one block of every scenario. @param blocks  layout.scenarios blocks of the same replicates; the first is what the
 * others are compared with. @return 0, EES_ERR_NOMEM (the totals are then spoilt). O(records).
 */
EES_API int ees_totals_add(ees_totals *totals, const ees_sim_block *blocks, ees_error *err) EES_MUST_CHECK;
/** Add the content of other totals of the same layout. @return 0, EES_ERR_MISMATCH, EES_ERR_NOMEM. */
EES_API int ees_totals_merge(ees_totals *into, const ees_totals *from, ees_error *err) EES_MUST_CHECK;
EES_API uint64_t ees_totals_replicates(const ees_totals *totals);
EES_API const ees_sim_layout *ees_totals_layout(const ees_totals *totals);

/** Numbers about one round that are counted; differences are to the first scenario, replicate by replicate. */
typedef enum ees_measure {
    EES_MEASURE_CUTOFF, /* CRS points */
    EES_MEASURE_SIZE,
    EES_MEASURE_INVITED,
    EES_MEASURE_TAKEN,   /* candidates at the cut-off score that were invited */
    EES_MEASURE_TIE_AGE, /* days */
    EES_MEASURE_DAY,     /* days since layout.start */
    EES_MEASURES
} ees_measure;

/** Summary of one counted number. Standard errors are those of the Monte Carlo, not of the model. */
typedef struct ees_estimate {
    uint64_t count;   /* replicates in which it exists; 0: all else is NaN or 0 */
    uint64_t missing; /* replicates with the round but without the number (nobody invited) */
    double mean, sd;
    double mean_se; /* with randomisations: from the means of each, as median_se from their medians */
    int32_t min, max;
    int32_t quantile[7]; /* at ees_estimate_levels */
    double median_se;
} ees_estimate;

/** 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975 */
EES_API extern const double ees_estimate_levels[7];

/** Rounds of a program that some replicate reached. */
EES_API int ees_totals_rounds(const ees_totals *totals, int scenario, int program);
/** @param round  0 .. ees_totals_rounds() - 1: the round-th of the program. O(bins). */
EES_API ees_estimate ees_totals_round(const ees_totals *totals, int scenario, int program, int round, ees_measure what);
/** Histogram of cut-offs: counts[0..1200]. */
EES_API void ees_totals_cutoffs(const ees_totals *totals, int scenario, int program, int round,
                                uint64_t counts[EES_SCORE_COUNT]);
/** Paired difference to scenario 0 (what: cut-off, size or invited), over replicates that have the round in both. */
EES_API ees_estimate ees_totals_difference(const ees_totals *totals, int scenario, int program, int round,
                                           ees_measure what);
/** Candidates in a band of the program's stock just before its round-th round. */
EES_API ees_estimate ees_totals_stock(const ees_totals *totals, int scenario, int program, int round, int band);

/** Numbers about a program over the whole horizon. */
typedef enum ees_overall {
    EES_OVERALL_ROUNDS,  /* rounds held */
    EES_OVERALL_INVITED, /* invitations in all */
    EES_OVERALL_LOWEST,  /* lowest cut-off */
    EES_OVERALLS
} ees_overall;
EES_API ees_estimate ees_totals_overall(const ees_totals *totals, int scenario, int program, ees_overall what);
EES_API ees_estimate ees_totals_overall_difference(const ees_totals *totals, int scenario, int program,
                                                   ees_overall what);

/**
 * Replicates in which a candidate of the audience with score s is invited at or before start + day.
 * @param counts  uint64_t[1201], by score. O(days * scores).
 */
EES_API void ees_totals_chance(const ees_totals *totals, int scenario, int audience, int day,
                               uint64_t counts[EES_SCORE_COUNT]);
/**
 * Standard errors of the chances counts / replicates of ees_totals_chance(): binomial, or with randomisations the
 * standard deviation of those of each over the root of their number. O(randomisations * days * scores).
 */
EES_API void ees_totals_chance_se(const ees_totals *totals, int scenario, int audience, int day,
                                  double se[EES_SCORE_COUNT]);
/** As above for one score and every day: counts[0 .. days]. */
EES_API void ees_totals_chance_path(const ees_totals *totals, int scenario, int audience, int score, uint64_t *counts);

/**
 * The largest standard error of a chance (any scenario, audience, day and score): what --until-se looks at. 1 while
 * there is nothing. O(scenarios * audiences * days * scores).
 */
EES_API double ees_totals_worst_se(const ees_totals *totals);

/** What ees_run() does besides computing. Zero is a sensible value of everything. */
typedef struct ees_run_control {
    size_t struct_size;
    int threads;               /* 0: all processors */
    uint64_t first_block;      /* of this shard; ees_run() goes on from `done_blocks` */
    uint64_t end_block;        /* 0: to the end of the run */
    double until_se;           /* 0: never stops early */
    double checkpoint_seconds; /* at most this often `checkpoint` is called; 0: only at the end */
    void *user;
    /** Told the replicates done (earlier ones of a resumed run included) and asked whether to go on; in any thread. */
    ees_progress progress;
    /**
     * Turn the records of a block into text; called from several threads. *text has *capacity bytes of malloc(), may be
     * grown with realloc() and is used again for the next block; ees_run() frees it.
     */
    int (*format)(void *user, const ees_sim_block *blocks, int scenarios, char **text, size_t *capacity, size_t *length,
                  ees_error *err);
    /** Text of format(), in the order of the blocks, from one thread at a time. */
    int (*write)(void *user, const char *text, size_t length, ees_error *err);
    /** Records of a block, in the order of the blocks, from one thread at a time: for text that is quickly made. */
    int (*records)(void *user, const ees_sim_block *blocks, int scenarios, ees_error *err);
    /** Everything up to and without `next_block` is in the totals and was written. */
    int (*checkpoint)(void *user, const ees_totals *totals, uint64_t next_block, ees_error *err);
} ees_run_control;

/** @return blocks that `replicates` make. */
EES_API uint64_t ees_run_blocks(uint64_t replicates);
/** Blocks of shard k of n (k from 1): first .. *end - 1, contiguous. */
EES_API uint64_t ees_run_shard(uint64_t blocks, uint64_t k, uint64_t n, uint64_t *end);

/**
 * Run blocks and add them, in order, to `totals`.
 * @param replicates  of the whole run.
 * @param next_block  in: where to start (control->first_block of a fresh run, more when resumed); out: the first block
 *                    that is not in the totals, also after an interrupt.
 * @return 0; EES_ERR_INTERRUPTED (what was finished is in the totals); the engine's, format's, write's or records'
 * error. The same totals and texts for any number of threads.
 */
EES_API int ees_run(const ees_engine *engine, uint64_t replicates, const ees_run_control *control, ees_totals *totals,
                    uint64_t *next_block, ees_error *err) EES_MUST_CHECK;

/**
 * Totals as bytes (to be freed with free()) and back: the state of an interrupted run and of a shard.
 * `identity` is the whole run.json: two states belong together only when it is the same.
 */
typedef struct ees_run_state {
    char *identity;       /* NUL-terminated JSON text; owned */
    uint64_t first_block; /* the blocks in `totals`: first_block .. next_block - 1 */
    uint64_t next_block;
    uint64_t end_block;     /* the blocks it is meant to have */
    uint64_t shard, shards; /* 1, 1 without --shard */
    uint64_t written;       /* bytes of paths that belong to these blocks */
    ees_totals *totals;     /* owned */
} ees_run_state;

EES_API void ees_run_state_free(ees_run_state *state);
/** @return 0 or EES_ERR_NOMEM. *data is malloc()ed. */
EES_API int ees_run_state_save(const ees_run_state *state, char **data, size_t *length, ees_error *err) EES_MUST_CHECK;
/** @param file for messages. @return 0, EES_ERR_DATA (not a state, cut short, changed: a checksum guards it),
 * EES_ERR_NOMEM. */
EES_API int ees_run_state_load(ees_run_state *state, const char *file, const char *data, size_t length,
                               ees_error *err) EES_MUST_CHECK;

#endif
