/**
 * @file
 * How good forecasts of past rounds would have been, each made from what was public before the round.
 *
 * One request covers all that a forecast can be asked without: the size, the day and the size, or the cut-off (then
 * days and sizes alone are scored). The result holds a row for each round and model, and makes tables of them.
 */
#ifndef EESIM_BACKTEST_H
#define EESIM_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/report.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { EES_BACKTEST_MODELS_MAX = 16 };

/** Which rounds, and what is known of them. Everything is borrowed. Begin with ees_backtest_request_init(). */
typedef struct ees_backtest_request {
    ees_program_set programs; /* rounds of these; 0: of every mapped program */
    const char *first, *last; /* official numbers, both included; NULL: no limit */
    ees_date since, until;    /* days, both included; EES_DATE_NONE: no limit */
    const char *const
        *skip; /* skip_count numbers of rounds neither scored nor learnt from, besides those the model file excludes */
    size_t skip_count;
    const char *model;           /* a model or a file of parameters; NULL: the context's own choice */
    const char *models;          /* "a,b": compare these only, the others with the first; NULL: all there are */
    bool unseen;                 /* only rounds after those that the parameters were fitted on */
    bool hindsight;              /* the pool first published with a round is known before it */
    bool size_unknown;           /* the models do not know the size */
    bool date_unknown;           /* nor the day: both are drawn from a policy, together with the cut-off */
    bool calendar;               /* score the days and sizes alone; then `model` is a file such as calendar.json */
    const char *policy_file;     /* with date_unknown; NULL: policies/learned.json of the models folder */
    const char *const *settings; /* setting_count of "PATH=VALUE" that change the policy */
    size_t setting_count;
    bool chance;         /* score the chances that a score is invited, at days in steps of `every_days`; `first` and
                            `last`, `since` and `until` bound these days */
    int every_days;      /* with chance: 1..366 */
    const char *record;  /* with chance: the file to write the record of past chances to, as models/chance.json; NULL */
    uint64_t replicates; /* with date_unknown: futures drawn for each round; with chance: for each day */
    uint64_t seed;
} ees_backtest_request;

/** Every round, all models, everything known but the cut-off; 4,000 futures, seed 1, a day in fourteen. */
EES_API void ees_backtest_request_init(ees_backtest_request *request);

/** One model's forecast of one round. */
typedef struct ees_backtest_row {
    int round;  /* position in the history */
    int model;  /* position in the forecasters */
    int status; /* 0, or EES_ERR_NOTFOUND: the model had no answer and `score` is not set */
    ees_forecast_score score;
} ees_backtest_row;

/** One past round: the forecast of its tie-break's age, given its cut-off, beside what was published. */
typedef struct ees_tie_break_row {
    int round;         /* position in the history */
    int observed;      /* days, whole */
    int median;        /* days */
    int low, high;     /* of the central 80 % interval, days */
    double crps;       /* days */
    double rival;      /* the median age of the program's earlier tie-breaks, days; NaN when there is none */
    double rival_crps; /* days: its absolute error; NaN when there is none */
} ees_tie_break_row;

/** One scored round of a backtest of days and sizes. Log scores in nats, larger is better. */
typedef struct ees_calendar_score {
    int round; /* position in the history */
    int program;
    ees_date from;         /* the forecast was made for this day on */
    double date_own;       /* log P(date): issued after the program's previous round */
    double date_latest;    /* the same, issued after the latest round of any program */
    double date_geometric; /* rival: geometric with the program's mean gap, issued as date_own */
    double size;           /* log P(size), given the date */
    double size_lognormal; /* rival: log-normal of the program's last ten sizes */
    double size_median;    /* median of the size forecast, candidates */
    double size_hindsight; /* log P(size) when the snapshot published with the round is known too */
    double size_median_hindsight;
} ees_calendar_score;

/** Forecasts of the cut-off that are compared, in the order of the columns of the ees_backtest. */
enum {
    EES_JOINT_BOTH_UNKNOWN, /* "joint": neither day nor size known */
    EES_JOINT_SIZE_UNKNOWN, /* "size-mixture": the day known, and what was public before it */
    EES_JOINT_SAME_AGAIN,   /* "same-again": the models given the gap and size of the last round */
    EES_JOINT_LAST,         /* "last": the last cut-off with its past errors */
    EES_JOINT_MODELS
};

/** Day and size of one round as forecast. Log scores in nats, larger is better. */
typedef struct ees_joint_row {
    ees_calendar_score calendar; /* the exact day and size distributions and their rivals */
    double within;               /* share of futures that hold the round inside the horizon */
    double day;                  /* log of the share of futures with this day; (count + 1/2) / (futures + 1) */
    double size;                 /* the same of this size, whatever the day */
    ees_date day_median;
    ees_date day_same_gap; /* rival: the gap of the last two rounds again */
    int64_t size_median;   /* candidates */
    int64_t size_last;     /* rival: candidates of the last round */
} ees_joint_row;

enum { EES_CHANCE_HORIZONS = 5 };
/** Days ahead that a backtest of chances looks: 30, 60, 90, 180, 360. */
EES_API extern const int ees_chance_horizons[EES_CHANCE_HORIZONS];

/** Where a forecast of a backtest of chances stands: rounds from `origin` to `origin` + horizon, both included. */
typedef struct ees_past_case {
    ees_date origin; /* only what was public before it was used */
    int program;
    int horizon;    /* position in ees_chance_horizons */
    int quiet_days; /* since the program's last round */
    bool in_rhythm; /* its last four rounds, and this day, lie at most 20 days apart */
} ees_past_case;

/** The chance of a score, beside what happened. Probabilities. */
typedef struct ees_past_chance {
    ees_past_case at;
    int score;        /* CRS points */
    int age_days;     /* since submission, at the origin: 0 or 180; profiles are renewed after a year */
    double chance;    /* forecast */
    double came;      /* 1: invited, 0: not; 1/2: it stood at a cut-off whose tie-break was not published */
    double last;      /* rival: 1 above the program's last cut-off, 1/2 at it, 0 below */
    double empirical; /* rival: how often a score at this distance from the last cut-off was invited before */
} ees_past_chance;

/** Whether a program held a round, and how many it invited. */
typedef struct ees_past_activity {
    ees_past_case at;
    double chance;                   /* forecast of a round */
    double came;                     /* 1: there was one */
    double last, empirical;          /* rivals: as in the days before, as often as in all such windows before */
    int64_t invited;                 /* candidates, as the next three */
    int64_t median, low_80, high_80; /* forecast */
    double mean;
    double crps;                      /* candidates; of the forecast */
    double crps_last, crps_empirical; /* of as many as in the days before, and of the windows before */
    double pit_low, pit_high;         /* forecast probability of fewer, of as many or fewer */
} ees_past_activity;

/**
 * Rows in the order rounds x models: row of round i and model m is rows[i * model_count + m]. Of days and sizes alone
 * there is one score a round in `calendar`, and no model.
 */
typedef struct ees_backtest {
    size_t round_count;
    size_t model_count;
    char fitted_until[EES_ROUND_NUMBER_MAX]; /* the last round the parameters were fitted on; "" when not known */
    int *rounds;   /* round_count positions in the history, oldest first; owned, as all arrays here */
    int *programs; /* round_count programs of those rounds */
    ees_backtest_row *rows;
    const char *models[EES_BACKTEST_MODELS_MAX]; /* names; static */
    size_t tie_break_count;
    ees_tie_break_row *tie_breaks; /* NULL: no round published one, or days were unknown */
    ees_joint_row *joint;          /* round_count; NULL: days were known */
    ees_calendar_score *calendar;  /* round_count; NULL: cut-offs are scored */
    size_t chance_count;
    ees_past_chance *chances; /* by origin, program, horizon, score and age; NULL: no backtest of chances */
    size_t activity_count;
    ees_past_activity *activity; /* by origin, program and horizon */
    size_t pool_count;
    struct ees_past_pool *pools; /* opaque; EES_BACKTEST_POOL is their table */
    int every_days;              /* from one origin to the next */
    uint64_t replicates, seed;   /* futures of each; of all random numbers */
} ees_backtest;

/**
 * Forecast every selected round with every model.
 * The result has the same bits for any number of threads.
 * @param backtest  uninitialised; ees_backtest_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no such round, model or setting; what excludes each other), EES_ERR_NOTFOUND (no round is
 *         selected), EES_ERR_INTERRUPTED, EES_ERR_NOMEM, or the error of a model or a file. Randomness by address from
 *         the seed. About 10 ms a round and model once the ensemble has passed the history; with unknown days 0.2 s a
 *         round; with chances half a second a day.
 */
EES_API int ees_backtest_run(ees_context *context, const ees_backtest_request *request, ees_backtest *backtest,
                             ees_error *err) EES_MUST_CHECK;
EES_API void ees_backtest_free(ees_backtest *backtest);

/** @return the row of round i (0..round_count-1) and model m. */
static inline const ees_backtest_row *ees_backtest_at(const ees_backtest *backtest, size_t i, size_t m) {
    return &backtest->rows[i * backtest->model_count + m];
}

/**
 * Summary of one model.
 * @param programs  rounds of these only; 0: all.
 * @param common    only rounds that every model answered, so that models are compared on the same rounds.
 * @return 0 or EES_ERR_NOMEM, EES_ERR_RANGE (no such model).
 */
EES_API int ees_backtest_summarise(const ees_backtest *backtest, size_t model, ees_program_set programs, bool common,
                                   ees_score_summary *summary, ees_error *err) EES_MUST_CHECK;

/** Paired differences, model a minus model b, over the rounds both answered. Errors as above. */
EES_API int ees_backtest_compare(const ees_backtest *backtest, size_t a, size_t b, ees_program_set programs,
                                 ees_score_difference *difference, ees_error *err) EES_MUST_CHECK;

/** What a table shows. */
typedef enum ees_backtest_part {
    EES_BACKTEST_ROUNDS,      /* a row a round and model; of unknown days and of days alone: a row a round; of chances:
                                 a row a forecast */
    EES_BACKTEST_SUMMARY,     /* by program and model; of days and sizes alone: by program; of chances: by program, era
                                 and horizon */
    EES_BACKTEST_DIFFERENCES, /* each model against the first, by program */
    EES_BACKTEST_BESIDE,      /* by program: the tie-breaks; where days were unknown, the days and sizes; of chances:
                                 whether there was a round, and how many were invited */
    EES_BACKTEST_RELIABILITY, /* of chances: how often came what was forecast, in ten classes */
    EES_BACKTEST_POOL         /* of chances: candidates by band, as forecast and as published */
} ees_backtest_part;

/** @param table  ees_table_destroy() it. @return 0, EES_ERR_RANGE (no such part), EES_ERR_NOMEM. */
EES_API int ees_backtest_table(ees_context *context, const ees_backtest *backtest, ees_backtest_part part,
                               ees_table **table, ees_error *err) EES_MUST_CHECK;
/** The whole result as JSON, as `eesim backtest --format json` prints it. */
EES_API int ees_backtest_write_json(ees_context *context, const ees_backtest *backtest, FILE *out,
                                    ees_error *err) EES_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
