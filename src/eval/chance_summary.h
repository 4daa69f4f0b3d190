/* A backtest of chances in numbers: by group of programs, era and horizon, each with its standard error. */
#ifndef EESI_CHANCE_SUMMARY_H
#define EESI_CHANCE_SUMMARY_H

#include <eesim/backtest.h>
#include <eesim/program.h>

enum { EESI_CHANCE_CLASSES = 10, EESI_CHANCE_ERAS = 4, EESI_CHANCE_KINDS = 7 };

/* Groups beside single programs. A program is live when its last round is at most a year old; only then its row counts
 * for its own name and for "all". */
typedef enum eesi_chance_kind {
    EESI_CHANCE_PROGRAM,   /* live, of one program */
    EESI_CHANCE_ALL,       /* live */
    EESI_CHANCE_RHYTHM,    /* last four rounds at most 20 days apart */
    EESI_CHANCE_QUIET,     /* last round less than 90 days old */
    EESI_CHANCE_QUIET_90,  /* 90 to 181 */
    EESI_CHANCE_QUIET_182, /* 182 to 365 */
    EESI_CHANCE_QUIET_YEAR /* older: not live */
} eesi_chance_kind;

/* Rows that are looked at together. */
typedef struct eesi_chance_group {
    eesi_chance_kind kind;
    int program; /* EESI_CHANCE_PROGRAM */
    int era;     /* 0..EESI_CHANCE_ERAS - 1; -1: all */
    int horizon;
} eesi_chance_group;

/* "in rhythm"; the code of a program is its own name. */
const char *eesi_chance_group_name(const eesi_chance_group *group, const ees_programs *programs);
/* "2022-24": by the rounds that were held then; "all". */
const char *eesi_chance_era_name(int era);

/* How probabilities fared. Every member is a double: each has a standard error at the same place. */
typedef struct eesi_chance_measures {
    double forecast, came, gap;                 /* mean probability, share that came, the second less the first */
    double brier, last, empirical, climatology; /* Brier scores of the forecast and its rivals */
    double skill_last, skill_empirical, skill_climatology; /* 1 - Brier / that of the rival */
    double log_score, ece;
    double class_forecast[EESI_CHANCE_CLASSES], class_came[EESI_CHANCE_CLASSES];
    double class_gap[EESI_CHANCE_CLASSES]; /* came - forecast */
} eesi_chance_measures;

/* How numbers of invitations fared: candidates, and shares. */
typedef struct eesi_invited_measures {
    double forecast, invited; /* means */
    double crps, crps_last, crps_empirical;
    double skill_last, skill_empirical;
    double inside[EES_LEVELS]; /* share in the central intervals, PIT */
    double bias;               /* of the pool: mean of median / published - 1 */
} eesi_invited_measures;

typedef struct eesi_chance_summary {
    size_t origins, count;
    size_t class_count[EESI_CHANCE_CLASSES];
    eesi_chance_measures value, error;            /* NaN: not known */
    eesi_invited_measures invited, invited_error; /* of activity */
} eesi_chance_summary;

/* 0 or EES_ERR_NOMEM. Of a group without rows everything is 0 or NaN. O(rows), and 500 resamples. */
int eesi_chance_summarise(const ees_backtest *backtest, const eesi_chance_group *group, eesi_chance_summary *summary,
                          ees_error *err) EES_MUST_CHECK;
int eesi_activity_summarise(const ees_backtest *backtest, const eesi_chance_group *group, eesi_chance_summary *summary,
                            ees_error *err) EES_MUST_CHECK;
/* Candidates in the band that begins at `low`: `invited` is of them, `crps_empirical` means nothing. */
int eesi_pool_summarise(const ees_backtest *backtest, const eesi_chance_group *group, int low,
                        eesi_chance_summary *summary, ees_error *err) EES_MUST_CHECK;

#endif
