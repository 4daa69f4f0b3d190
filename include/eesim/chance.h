/**
 * @file
 * Is a candidate with this score invited, and when? By date, from futures of the rounds to come.
 */
#ifndef EESIM_CHANCE_H
#define EESIM_CHANCE_H

#include <stddef.h>
#include <stdint.h>

#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/run.h>

/** The question. Everything is borrowed. Begin with ees_chance_request_init(). */
typedef struct ees_chance_request {
    int score;                   /* CRS points, 0..1200 */
    const char *const *programs; /* codes the candidate belongs to, "CEC" or "CEC,FRENCH"; at least one */
    size_t program_count;
    ees_date submitted;      /* of the profile, which decides ties; EES_DATE_NONE: the first day looked at */
    ees_date date;           /* only what was known before it is used; EES_DATE_NONE: everything */
    ees_date until;          /* last day looked at; EES_DATE_NONE: a year on */
    int gain;                /* what would so many points more buy? 0: not asked */
    const char *draw_size;   /* as in ees_run_request, as the rest */
    int every_days;          /* 0: as learned */
    const char *policy_file; /* instead of sizes and days */
    const char *const *sets; /* "path=value" */
    size_t set_count;
    uint64_t replicates, seed; /* replicates 0: 10,000, or as many as until_se needs */
    double until_se;           /* stop when no chance has a larger standard error; 0: never */
    const char *model;         /* a name or a file; NULL: the context's own choice */
} ees_chance_request;

/** A gain of 10 points, seed 1, nothing else given. */
EES_API void ees_chance_request_init(ees_chance_request *request);

/** Scores looked at: the candidate's, with half the gain, with all of it. Levels of the wait: quarters of the futures.
 */
enum { EES_CHANCE_SCORES = 3, EES_CHANCE_LEVELS = 3 };
/** 0.25, 0.5, 0.75 */
EES_API extern const double ees_chance_levels[EES_CHANCE_LEVELS];

/** The answer. Open: read it, then ees_chance_answer_free() it. */
typedef struct ees_chance_answer {
    char candidates[256]; /* "CEC+FRENCH" */
    ees_date submitted;
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
    char *plan;                                          /* what was run, JSON as in run.json */
} ees_chance_answer;

/**
 * Answer it. @param answer  uninitialised; ees_chance_answer_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (score, programs, days), EES_ERR_INTERRUPTED, the errors of ees_run_plan_create().
 * Randomness by address from the seed: the same for any number of threads. A second or so for 10,000 replicates.
 */
EES_API int ees_chance(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer,
                       ees_error *err) EES_MUST_CHECK;
EES_API void ees_chance_answer_free(ees_chance_answer *answer);

#endif
