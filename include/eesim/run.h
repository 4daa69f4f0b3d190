/**
 * @file
 * What a Monte Carlo run is: its plan, the folder it fills, its shards and their merger.
 *
 * A plan is everything that determines the bytes of the results, as one JSON text (run.json): scenarios with every
 * parameter resolved, programs, horizon, seed, replicates, hashes of data and model. Two runs with the same plan give
 * the same files; parts of a run belong together when their plans are the same.
 */
#ifndef EESIM_RUN_H
#define EESIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/pool.h>
#include <eesim/program.h>
#include <eesim/version.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    EES_RUN_PROGRAMS_MAX = 16,   /* programs of a run */
    EES_RUN_AUDIENCES_MAX = 16,  /* kinds of candidates whose chance is counted */
    EES_RUN_BANDS_MAX = 16,      /* bands of stock recorded */
    EES_RUN_SCENARIOS_MAX = 256, /* rows of a scenario grid */
    EES_RUN_PHASES_MAX = 48,     /* of one audience */
    EES_RUN_DAYS_MAX = 3660      /* horizon */
};
/** Highest number of replicates of a run. */
#define EES_RUN_REPLICATES_MAX ((uint64_t)1 << 40)

/** A stretch of time in which a candidate's score and programs stay as they are. */
typedef struct ees_phase {
    ees_date from;
    int points;        /* more than the score that is asked about; may be negative */
    uint32_t programs; /* a set; 0: not in the pool */
} ees_phase;

/** Phases of one kind of candidates, by day; none: score and programs never change. */
typedef struct ees_phases {
    int count;
    ees_phase phase[EES_RUN_PHASES_MAX];
} ees_phases;

/** Candidates whose chance is counted: which rounds can invite them, and when they submitted. */
typedef struct ees_audience {
    uint32_t programs;  /* bit p: rounds of program p of the run admit them */
    ees_date submitted; /* day their profile entered the pool */
    int renew_days;     /* so many days later it enters again, with that day's time stamp; 0: it does not */
    ees_phases phases;  /* programs as in `programs` */
} ees_audience;

/** What a run counts. Programs, bands and audiences are positions here; the plan names them. */
typedef struct ees_run_layout {
    int scenarios;
    int programs;
    int bands;
    int audiences;
    ees_date start; /* first day of the horizon */
    int days;       /* its length: a chance is kept for start .. start + days */
    ees_audience audience[EES_RUN_AUDIENCES_MAX];
    int randomisations;            /* independent scramblings the replicates are made of (--qmc), one after the other;
                                      0: replicates are independent themselves */
    uint64_t randomisation_blocks; /* blocks of each */
} ees_run_layout;

typedef struct ees_run_plan ees_run_plan;

/** Randomisations of a run with `qmc`; its replicates are this many times 1,024, 2,048, 4,096, ... */
enum { EES_RUN_RANDOMISATIONS = 16 };

/** What is asked. Zero and NULL mean "not given". Begin with ees_run_request_init(). */
typedef struct ees_run_request {
    const char *const *programs; /* codes, "CEC" or "CEC,FRENCH": whose rounds are looked at; none: of all programs */
    size_t program_count;
    const char *draw_size;      /* of these programs' rounds: "6000", "lognormal(4000,0.3)"; NULL: as learned */
    int every_days;             /* from one of a program's rounds to its next; 0: as learned */
    ees_date date;              /* only what was known before it is used, futures begin on it; EES_DATE_NONE: all */
    ees_date until;             /* last day of the horizon; EES_DATE_NONE: a year from the start */
    bool only;                  /* no other program holds a round */
    const char *policy_file;    /* JSON; sizes and days above change it. NULL: policies/learned.json of the models */
    const char *scenarios_file; /* CSV: a row a scenario, column `scenario` its name, the others paths of the policy */
    const char *const *sets;    /* "path=value", for all scenarios */
    size_t set_count;
    const char *const
        *audiences; /* "CEC,FRENCH": candidates whose chance is counted; NULL: each program, and all of them */
    size_t audience_count;
    const ees_phases *phases; /* [audience_count], programs as positions in the programs; NULL: nothing changes */
    ees_date submitted;       /* of the audiences' profiles; EES_DATE_NONE: the start */
    bool renew;               /* they enter again after their 12 months, with the time stamp of that day */
    uint64_t replicates, seed;
    double until_se; /* stop when no chance has a larger standard error; 0: never */
    bool qmc;        /* scrambled Sobol points in EES_RUN_RANDOMISATIONS independent randomisations */
    bool paths;
    bool zstd;                    /* compress paths */
    const char *const *arguments; /* as typed, for the record */
    size_t argument_count;
    const char *model; /* a name or a file; NULL: the context's own choice */
} ees_run_request;

EES_API void ees_run_request_init(ees_run_request *request);

/**
 * Resolve a request into a plan that can be carried out: scenarios with every parameter, and the engine with its
 * members. The context must outlive the plan.
 * @return 0; EES_ERR_RANGE (a wrong request), EES_ERR_DATA (a file, a path or a value in it; says where),
 * EES_ERR_NOTFOUND, EES_ERR_UNSUPPORTED (no model answers for a program), EES_ERR_NOMEM. @param plan  NULL after an
 * error.
 */
EES_API int ees_run_plan_create(ees_run_plan **plan, ees_context *context, const ees_run_request *request,
                                ees_error *err) EES_MUST_CHECK;
/**
 * A plan to be carried out again, from the text of a run.json. @param file  for messages.
 * @return as above; EES_ERR_MISMATCH when data, model, programs or version are not those of the plan.
 */
EES_API int ees_run_plan_repeat(ees_run_plan **plan, ees_context *context, const char *file, const char *text,
                                ees_error *err) EES_MUST_CHECK;

/** @param plan  may be NULL. */
EES_API void ees_run_plan_destroy(ees_run_plan *plan);

/** The plan as JSON text; owned by the plan. */
EES_API const ees_run_layout *ees_run_plan_layout(const ees_run_plan *plan);
EES_API uint64_t ees_run_plan_replicates(const ees_run_plan *plan);
/** Names; owned by the plan. Positions as in the layout. */
EES_API const char *ees_run_plan_scenario(const ees_run_plan *plan, int scenario);
EES_API const char *ees_run_plan_program(const ees_run_plan *plan, int program);

/** @return blocks that `replicates` make. */
EES_API uint64_t ees_run_blocks(uint64_t replicates);

typedef struct ees_totals ees_totals;

/** How a plan is carried out; nothing here changes a byte of the results. Zero is a sensible value of everything. */
typedef struct ees_run_job {
    int threads;            /* 0: all processors */
    uint64_t shard, shards; /* 0, 0: the whole run; else part `shard` (from 1) of `shards` */
    bool resume;            /* go on with what an interrupted run left */
    ees_progress progress;  /* counts replicates */
} ees_run_job;

/** What was done. */
typedef struct ees_run_result {
    uint64_t replicates; /* in the totals */
    bool complete;       /* the folder holds the results; false: interrupted, `--resume` goes on */
    bool kept;           /* an interrupted run left finished blocks to resume */
    double worst_se;     /* largest standard error of a chance */
} ees_run_result;

/**
 * Carry out a plan into a folder: draws.csv, pool.csv, chance.csv, compare.csv, paths.csv when the plan says so,
 * datapackage.json and run.json; with shards, run.json, shard.bin and its part of paths.csv, to be merged.
 * The files are written in a folder beside `dir` (its name and ".partial"), which takes the place of `dir` when all is
 * written and synced: on any error `dir` stays as it was. An earlier result in `dir` is replaced and keeps its
 * permissions; a link is written through. The current folder, a mount point and a folder that holds anything else are
 * refused before the work.
 * @param result  set also after EES_ERR_INTERRUPTED; may be NULL.
 * @param totals  if not NULL it gets the totals (ees_totals_destroy()).
 * @return 0; EES_ERR_INTERRUPTED; EES_ERR_MISMATCH (what there is to resume has another plan, or is there without
 *         `resume`); EES_ERR_UNSUPPORTED (no compression in this build, the plan has no engine); EES_ERR_RANGE (shards
 * with an early stop); EES_ERR_IO; the engine's errors. Same bytes for any number of threads.
 */
EES_API int ees_run_execute(const ees_run_plan *plan, const char *dir, const ees_run_job *job, ees_run_result *result,
                            ees_totals **totals, ees_error *err) EES_MUST_CHECK;

/**
 * Carry out a plan without writing anything.
 * @param totals  ees_totals_destroy() it; NULL after an error. @return as ees_run_execute(); job->resume and shards are
 * not looked at.
 */
EES_API int ees_run_collect(const ees_run_plan *plan, const ees_run_job *job, ees_totals **totals,
                            ees_error *err) EES_MUST_CHECK;

/** Remove a folder of results or of a shard: the files a run writes, and the folder if nothing else is in it. */
EES_API void ees_run_discard(const char *dir);

/**
 * Join shards into the files of the whole run.
 * @param dirs  the folders of all shards, in any order.
 * @param dir   none of them.
 * @return 0; EES_ERR_RANGE (`dir` is one of the shards); EES_ERR_MISMATCH (another plan, a shard twice or missing, an
 * unfinished one: the message says which); EES_ERR_NOTFOUND, EES_ERR_DATA, EES_ERR_IO, EES_ERR_NOMEM. `dir` as for
 * ees_run_execute().
 */
EES_API int ees_run_merge(const char *const *dirs, size_t count, const char *dir, ees_error *err) EES_MUST_CHECK;

/* ---- reading the totals ---- */

EES_API void ees_totals_destroy(ees_totals *totals);
EES_API uint64_t ees_totals_replicates(const ees_totals *totals);

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
EES_API ees_estimate ees_totals_overall_difference(const ees_totals *totals, int scenario, int program,
                                                   ees_overall what);

/** A probability with its Monte Carlo standard error. */
typedef struct ees_probability {
    double probability;
    double se;
} ees_probability;

/**
 * The chance of an audience's candidate with this score to have been invited on or before a day.
 * @param score  0..1200. @param by  days outside the horizon count as its ends. No randomness. O(days * scores).
 */
EES_API ees_probability ees_chance_by(const ees_totals *totals, int scenario, int audience, int score, ees_date by);

/**
 * The first day on which that chance reaches `level` (0..1): at 0.5 the median of the wait.
 * @return EES_DATE_NONE when it does not within the horizon.
 */
EES_API ees_date ees_chance_reached(const ees_totals *totals, int scenario, int audience, int score, double level);

/**
 * The days on which the chance of at least one score changes, oldest first: the days of rounds that can invite.
 * @param days  ees_date[max]. @return how many there are, which may be more than max. O(days * scores).
 */
EES_API size_t ees_chance_days(const ees_totals *totals, int scenario, int audience, ees_date *days, size_t max);

/** The question. Everything is borrowed. Begin with ees_chance_request_init(). */
typedef struct ees_chance_request {
    int score;                   /* CRS points, 0..1200; with a profile it is not looked at */
    const char *const *programs; /* codes, "CEC" or "CEC,FRENCH"; none with a profile, which has its own */
    size_t program_count;
    const char *profile;     /* whose score and programs count, day by day: a file, or JSON that begins with '{' */
    const char *rules;       /* file of rules; NULL: crs.json of the models */
    ees_date submitted;      /* of the profile, which decides ties; EES_DATE_NONE: the first day looked at */
    bool renew;              /* it enters again after 12 months; else rounds from that day on do not count */
    ees_date date;           /* only what was known before it is used; EES_DATE_NONE: everything */
    ees_date until;          /* last day looked at; EES_DATE_NONE: a year on */
    int gain;                /* what would so many points more buy? 0: not asked */
    const char *draw_size;   /* as in ees_run_request, as the rest */
    int every_days;          /* 0: as learned */
    bool only;               /* no other program holds a round */
    const char *policy_file; /* NULL: all programs live on as learned */
    const char *const *sets; /* "path=value" */
    size_t set_count;
    uint64_t replicates, seed; /* replicates 0: 10,000, or as many as until_se needs */
    double until_se;           /* stop when no chance has a larger standard error; 0: never */
    const char *model;         /* a name or a file; NULL: the context's own choice */
} ees_chance_request;

/** A gain of 10 points, seed 1, nothing else given. */
EES_API void ees_chance_request_init(ees_chance_request *request);

/** Scores: the candidate's, with half the gain, with all of it. Levels of the wait: quarters of the futures. */
enum { EES_CHANCE_SCORES = 3, EES_CHANCE_LEVELS = 3 };
/** 0.25, 0.5, 0.75 */
EES_API extern const double ees_chance_levels[EES_CHANCE_LEVELS];

/** The answer. Open: read it, then ees_chance_answer_free() it. */
typedef struct ees_chance_answer {
    char candidates[256]; /* "CEC+FRENCH" */
    ees_date submitted;
    ees_date expires; /* the first day on which the profile is gone, or has been renewed */
    bool renewed;
    ees_date start, until; /* days looked at, both included */
    int score, gain;
    uint64_t replicates;
    int score_count;
    int scores[EES_CHANCE_SCORES];
    ees_date wait[EES_CHANCE_SCORES][EES_CHANCE_LEVELS]; /* the day on which that share of the futures has invited the
                                                            score; EES_DATE_NONE: not by `until` */
    size_t day_count;                                    /* days of rounds where they are few, else ends of months */
    ees_date *days;                                      /* [day_count]; owned, as all arrays here */
    ees_probability *by[EES_CHANCE_SCORES];              /* [day_count] to have been invited on or before that day */
    /* [day_count] beside `se`, which is of the random numbers alone: how far such chances lay from what came in the
     * past (models/chance.json); NaN when rounds are assumed that nobody learnt, or when there is no such record */
    double *model_error[EES_CHANCE_SCORES];
    char *plan;         /* what was run, JSON as in run.json */
    size_t phase_count; /* of a profile, else 0: score and programs from a day on */
    struct ees_chance_phase {
        ees_date from;
        int score;
        ees_program_set programs;
    } * phases;
} ees_chance_answer;

/**
 * Answer it. @param answer  uninitialised; ees_chance_answer_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (score, programs, days), EES_ERR_INTERRUPTED, the errors of ees_run_plan_create().
 * Randomness by address from the seed: the same for any number of threads. A second or so for 10,000 replicates.
 */
EES_API int ees_chance(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer,
                       ees_error *err) EES_MUST_CHECK;
EES_API void ees_chance_answer_free(ees_chance_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
