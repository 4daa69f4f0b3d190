/**
 * @file
 * A context holds what every answer stands on: programs, history, segments, models, calendar. It is opened once, from
 * a data folder and a models folder or from one buffer in memory, and loads each part when a question first needs it.
 * It keeps the filter's last posterior between questions about single rounds, so that a second one costs only its own
 * futures.
 *
 * A context belongs to one thread at a time; the work inside a question is shared among `threads`.
 */
#ifndef EESIM_CONTEXT_H
#define EESIM_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/pool.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Strings are copied. Begin with ees_context_options_init(). */
typedef struct ees_context_options {
    const char *data_dir;   /* rounds.csv and pools.csv; NULL: questions that need them fail */
    const char *models_dir; /* programs.json, default.json, ... */
    const char *model;      /* the model where a question names none: a name or a file; NULL: what has proved best */
    const char *cache_dir;  /* where posteriors are kept between processes; NULL: in memory alone */
    int threads;            /* 0: all processors. Results do not depend on it */
    ees_progress progress;  /* asked during long work whether to go on */
    /** Given what a person should know beside the answer, such as "only 5 candidates are eligible". May be NULL. */
    void (*remark)(void *user, const char *text);
    void *remark_user;
} ees_context_options;

/** No folders, the preferred models, no cache, all threads, nobody listens. */
EES_API void ees_context_options_init(ees_context_options *options);

typedef struct ees_context ees_context;

/**
 * Open a data folder and a models folder. Nothing is read before it is needed.
 * @param context  set to a new context, NULL after an error; ees_context_destroy() it.
 * @return 0, EES_ERR_RANGE (no models folder), EES_ERR_NOMEM.
 */
EES_API int ees_context_create(ees_context **context, const ees_context_options *options,
                               ees_error *err) EES_MUST_CHECK;
/**
 * Open a buffer that holds the files, as ees_context_pack() and `eesim data pack` make it: a JSON object of path and
 * text,
 * {"data/rounds.csv": "...", "data/pools.csv": "...", "models/programs.json": "...", ...}. It is copied. Answers are
 * those from folders of the same files; messages name the paths.
 * @param options  data_dir and models_dir are not looked at.
 * @return 0, EES_ERR_DATA (not such an object), EES_ERR_NOMEM.
 */
EES_API int ees_context_create_from_memory(ees_context **context, const void *buffer, size_t length,
                                           const ees_context_options *options, ees_error *err) EES_MUST_CHECK;
/**
 * The buffer of two folders: every CSV file of the data, every JSON file of the models and of their policies, by path.
 * The same files give the same bytes.
 * @param buffer  set to NUL-terminated text of *length bytes, free() it; NULL after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (a file is no UTF-8), EES_ERR_NOMEM.
 */
EES_API int ees_context_pack(const char *data_dir, const char *models_dir, char **buffer, size_t *length,
                             ees_error *err) EES_MUST_CHECK;
/** @param context  may be NULL. */
EES_API void ees_context_destroy(ees_context *context);

/** Who listens from now on. @param progress  copied; NULL: nobody. */
EES_API void ees_context_listen(ees_context *context, const ees_progress *progress);

/** The programs. Owned by the context; NULL and *err when they cannot be read. */
EES_API const ees_programs *ees_context_programs(ees_context *context, ees_error *err);
/** How the feed lays out a pool. Owned by the context; NULL and *err when models/bands.json cannot be read. */
EES_API const ees_layouts *ees_context_layouts(ees_context *context, ees_error *err);
/** The rounds and pools. Owned by the context; NULL and *err when they cannot be read. */
EES_API const ees_history *ees_context_history(ees_context *context, ees_error *err);

/**
 * The name of the model that is asked first about a program ("ensemble"); about any (EES_PROGRAM_NONE): "preferred", or
 * the one the context was opened with. Owned by the context; NULL and *err when models cannot be read.
 */
EES_API const char *ees_context_model(ees_context *context, int program, ees_error *err);

/** Which rounds. Zero and EES_DATE_NONE: no limit. */
typedef struct ees_rounds_request {
    ees_program_set programs; /* 0: all, also those of unknown names */
    ees_date from, until;     /* both included */
    size_t last;              /* only so many of them, the newest */
    unsigned by;              /* 0: a row a round. Else a row for each year, program or both: EES_ROUNDS_BY_... */
} ees_rounds_request;

enum { EES_ROUNDS_BY_YEAR = 1u, EES_ROUNDS_BY_PROGRAM = 2u };

/** Their numbers, days, programs, sizes, cut-offs, tie-breaks and pools. @param table  ees_table_destroy() it. */
EES_API int ees_rounds_table(ees_context *context, const ees_rounds_request *request, ees_table **table,
                             ees_error *err) EES_MUST_CHECK;

enum {
    EES_PREDICT_LEVELS = 7,
    EES_PREDICT_CHANGES = 2,
    EES_PREDICT_REPLICATES = 10000, /* a sensible number */
    EES_PREDICT_REPLICATES_MAX = 10000000
};

/** Probabilities at which quantiles are reported: 0.025 0.1 0.25 0.5 0.75 0.9 0.975. */
EES_API extern const double ees_predict_levels[EES_PREDICT_LEVELS];

/** What to predict. Begin with ees_predict_request_init(). Strings are borrowed. */
typedef struct ees_predict_request {
    int program;         /* position in the programs */
    int64_t size;        /* invitations, 0 is allowed; EES_COUNT_NONE: as many as in the program's last round */
    ees_date date;       /* day of the round: only what was public before it is used. EES_DATE_NONE: the median day of
                            the program's next round, and everything known is used */
    bool as_if_none;     /* no round is held between the newest in the data and the day; else they are simulated */
    bool hindsight;      /* the pool published with the round of that day is known too */
    ees_date as_of;      /* the newest known pool dated this day or earlier; EES_DATE_NONE: the newest known */
    int cutoff;          /* of a replay: the score of the last candidate invited; EES_SCORE_NONE */
    ees_time tie_break;  /* at the cut-off only profiles submitted by then are invited; EES_TIME_NONE */
    int64_t change;      /* invitations more and less to show the effect of; 0: none */
    uint64_t replicates; /* 1 .. EES_PREDICT_REPLICATES_MAX */
    uint64_t seed;
    const char *model; /* a name or a file of parameters; NULL: the context's own choice */
} ees_predict_request;

/** The next round, as many invitations as in the last, 1,000 more and less, 10,000 replicates, seed 1. */
EES_API void ees_predict_request_init(ees_predict_request *request);

/** The same round with another size. */
typedef struct ees_predict_change {
    int64_t size; /* 0: not asked, or none is left */
    int median;   /* CRS points */
    double mean;  /* CRS points */
} ees_predict_change;

typedef struct ees_prediction {
    int program;        /* position in the programs */
    ees_date date;      /* day of the round */
    ees_known known;    /* what was used */
    ees_time submitted; /* the tie-break asked for; EES_TIME_NONE */
    uint64_t seed;
    const char *parameters, *parameters_sha256; /* name and digest of the model file; owned by the context */
    int64_t size;
    int64_t eligible;          /* candidates of the pool who may be invited; EES_COUNT_NONE without a pool */
    int64_t invited;           /* at most size and eligible */
    bool exhausted;            /* the size reaches the last eligible candidate: all are invited */
    const char *model, *about; /* of the forecaster that answered; borrowed from it. "none" when there was none */
    bool answered;             /* false: no model had an answer, the distribution is that of unrelated rounds, wide */
    double simulated;          /* rounds of the program that are not in the data and were simulated, mean */
    size_t program_rounds;     /* earlier rounds of the program that were known */
    int snapshot;              /* position; EES_SNAPSHOT_NONE when no pool was known */
    bool has_cutoff;           /* false for size 0: nobody is invited */
    uint64_t replicates;
    uint64_t counts[EES_SCORE_COUNT]; /* replicates by cut-off */
    ees_band nearby;       /* scores there is something to say of: five points more than the replicates reach */
    ees_predictive cutoff; /* counts / replicates */
    ees_time tie_break[EES_PREDICT_LEVELS];          /* quantiles; EES_TIME_NONE without a cut-off */
    ees_predict_change changes[EES_PREDICT_CHANGES]; /* fewer, more */
    /* Eligible candidates at or above a score on the day of the round: quantiles 0.1, 0.5, 0.9. NaN where the model
     * does not say. */
    double above[3][EES_SCORE_COUNT];
    bool has_pool;
    ees_pool pool; /* as of the snapshot, with the model's stream in it; owned */
} ees_prediction;

/**
 * Predict one round. The distribution of the cut-off is the model's; replicates are drawn from it, stratified, so that
 * counts / replicates is within 1 / replicates of it. A replicate's place within its score says which share of the
 * candidates there is invited, and the ages of profiles turn that share into the tie-break.
 * @param prediction  uninitialised; ees_prediction_free() it, also after an error.
 * @return 0; EES_ERR_RANGE (no such program or model, negative size, no round before the date, no pool that old,
 *         replicates); EES_ERR_UNSUPPORTED (the model that was named has no answer); the errors of loading.
 * Randomness: by address from the seed. About a millisecond and the model's own time.
 */
EES_API int ees_predict(ees_context *context, const ees_predict_request *request, ees_prediction *prediction,
                        ees_error *err) EES_MUST_CHECK;
EES_API void ees_prediction_free(ees_prediction *prediction);

/** A round held on a pool: a replay, or candidates of one's own. */
typedef struct ees_held_round {
    int program;
    ees_date date;      /* EES_DATE_NONE when there is none */
    int64_t size;       /* asked for; EES_COUNT_NONE in a replay */
    int64_t candidates; /* in the pool */
    ees_date as_of;     /* of the pool; EES_DATE_NONE for candidates of one's own */
    int64_t published;  /* size of the official round of that day and program; EES_COUNT_NONE */
    int64_t eligible, invited, at_cutoff, at_cutoff_invited;
    int cutoff;         /* EES_SCORE_NONE when nobody was invited */
    ees_time tie_break; /* EES_TIME_NONE when nobody was invited, or none was given */
} ees_held_round;

/**
 * Replay a round: how many did `request->cutoff` (and `tie_break`) invite?
 * @return as ees_predict(); EES_ERR_NOTFOUND when no pool was known.
 */
EES_API int ees_replay(ees_context *context, const ees_predict_request *request, ees_held_round *held,
                       ees_error *err) EES_MUST_CHECK;
/**
 * Hold a round on a list of candidates: the ranking rule alone, no model.
 * @param file  CSV with the columns score, submitted (YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ) and programs (codes between
 *              spaces, ';', '|', '+' or, in quotes, ',', or none), in any order, among any others.
 * @param request  program, and size or cutoff; date is only passed on.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line and column say where), EES_ERR_RANGE,
 * EES_ERR_NOMEM.
 */
EES_API int ees_rank(ees_context *context, const char *file, const ees_predict_request *request, ees_held_round *held,
                     ees_error *err) EES_MUST_CHECK;
/** One row. @param table  ees_table_destroy() it; NULL after an error. */
EES_API int ees_held_table(ees_context *context, const ees_held_round *held, ees_table **table,
                           ees_error *err) EES_MUST_CHECK;

/**
 * Score many profiles: the CSV file is written again with the columns score, score_core, score_spouse,
 * score_transferability, score_additional and, unless it has one, programs, so that ees_rank() reads the result.
 * @param file   CSV whose columns are keys of a profile (docs/crs.md), among any others.
 * @param rules  file of rules; NULL: crs.json of the models.
 * @param date   day of the score of profiles that have none; EES_DATE_NONE: the newest rules.
 * @param out    also after an error some rows may have been written.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line and column say where), EES_ERR_NOMEM. No
 * randomness. One thread, about four microseconds a row; memory does not grow with the file.
 */
EES_API int ees_score_profiles(ees_context *context, const char *file, const char *rules, ees_date date, FILE *out,
                               ees_error *err) EES_MUST_CHECK;

/** The scores at which a program's candidates come from its rounds and not from the share curves. */
typedef struct ees_known_stock {
    int program;       /* position in the programs */
    int low, high;     /* scores */
    const char *model; /* name of the forecaster; borrowed from it */
} ees_known_stock;

typedef struct ees_known_pool {
    ees_pool pool;
    size_t stock_count;
    ees_known_stock stocks[EES_PROGRAMS_MAX];
} ees_known_pool;

/** Which pool. */
typedef struct ees_pool_request {
    int program;       /* whom to look at: those a round under it may invite; EES_PROGRAM_NONE: everybody */
    ees_date as_of;    /* the newest pool dated this day or earlier; EES_DATE_NONE: the newest */
    const char *model; /* as in ees_predict_request */
    ees_date since;    /* what changed since the newest pool dated this day or earlier; EES_DATE_NONE or 0: not asked */
} ees_pool_request;

typedef struct ees_pool_view {
    int snapshot;                 /* position in the history */
    int since;                    /* position of the earlier pool; EES_SNAPSHOT_NONE */
    int program;                  /* as asked */
    ees_segment_set members;      /* whom to look at */
    const ees_segments *segments; /* owned by the context */
    ees_known_pool known;
} ees_pool_view;

/**
 * A published pool as it was known on its day: bands as published, scores and segments from the models' stocks and
 * the assumed shares. @param view  uninitialised; ees_pool_view_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no pool that old, no such model), the errors of loading.
 */
EES_API int ees_pool_view_make(ees_context *context, const ees_pool_request *request, ees_pool_view *view,
                               ees_error *err) EES_MUST_CHECK;
EES_API void ees_pool_view_free(ees_pool_view *view);
/**
 * A row for each score and segment that holds somebody. Of a view with an earlier pool: a row a published band and the
 * sum, candidates then and now, the change, the invitations of the rounds in between (of a band an estimate), and the
 * net of arrivals and losses, which is the change and the invitations together.
 * @param table  ees_table_destroy() it.
 */
EES_API int ees_pool_view_table(ees_context *context, const ees_pool_view *view, ees_table **table,
                                ees_error *err) EES_MUST_CHECK;

enum { EES_FORECAST_ROUNDS_MAX = 26 };

/** The question. Everything is borrowed. Begin with ees_forecast_request_init(). */
typedef struct ees_forecast_request {
    ees_program_set programs; /* whose rounds; 0: of every program that some future has a round of */
    int rounds;               /* of each program, 1 .. EES_FORECAST_ROUNDS_MAX */
    ees_date date;            /* only what was known before it is used; EES_DATE_NONE: everything */
    ees_date until;           /* last day of the horizon; EES_DATE_NONE: 26 weeks on */
    const char *policy_file;  /* what is assumed of dates and sizes; NULL: policies/learned.json of the models */
    const char *const *sets;  /* changes of the policy, "path=value" */
    size_t set_count;
    uint64_t replicates, seed; /* replicates 0: 10,000, and 4,096 of programs run together */
    const char *model;         /* a name or a file; NULL: the context's own choice */
} ees_forecast_request;

/** Every program, one round, seed 1. */
EES_API void ees_forecast_request_init(ees_forecast_request *request);

/** The n-th coming round of a program: joint draws of day, size and cut-off. */
typedef struct ees_forecast_round {
    int program;
    int round;                 /* 1: the next */
    double within;             /* share of futures that have it inside the horizon */
    const char *model;         /* of the cut-off; NULL when no model had an answer: then cutoff is EES_SCORE_NONE */
    size_t count;              /* draws */
    ees_date *date;            /* [count]; owned, as all arrays here */
    int32_t *size;             /* [count] candidates */
    int16_t *cutoff;           /* [count] CRS points */
    uint64_t *replicate;       /* [count] future each draw belongs to: ties the rounds of all programs together */
    ees_predictive cutoff_pmf; /* of the draws, for the first round of the mixed answers; all 0 without a model */
} ees_forecast_round;

typedef struct ees_forecast_answer {
    size_t count;
    ees_forecast_round *rounds; /* by program, then round; only those that some future has; owned */
    ees_date from;              /* first day of the horizon */
    const char *last_round;     /* number of the newest known round; owned by the context */
} ees_forecast_answer;

/**
 * Answer it. @param answer  uninitialised; ees_forecast_answer_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (rounds, replicates, no known round), EES_ERR_DATA (the policy), EES_ERR_NOMEM, or the error
 * of a model. Randomness by address from the seed: the same draws for any number of threads. Some seconds.
 */
EES_API int ees_forecast(ees_context *context, const ees_forecast_request *request, ees_forecast_answer *answer,
                         ees_error *err) EES_MUST_CHECK;
EES_API void ees_forecast_answer_free(ees_forecast_answer *answer);
/** A row a round: quantiles of day, size and cut-off. @param table  ees_table_destroy() it; NULL after an error. */
EES_API int ees_forecast_table(ees_context *context, const ees_forecast_answer *answer, ees_table **table,
                               ees_error *err) EES_MUST_CHECK;

/** Quantile of the days, sizes or cut-offs of a round, 0 < level < 1; count must not be 0. O(count log count). */
EES_API int ees_forecast_quantiles(const ees_forecast_round *round, const double *levels, size_t level_count,
                                   ees_date *dates, int64_t *sizes, int *cutoffs, ees_error *err) EES_MUST_CHECK;

/**
 * Answer a question.
 *
 *     {"command":"draw","program":"CEC","draw_size":6000,"date":"2026-02-17","replicates":10000,"seed":1}
 *
 * "command" is a command of the program `eesim`; the other keys are its options, with _ for -. A flag is true or false,
 * an option that may be repeated a text or an array of texts, a number a number. Options about files and screens
 * (--data, --threads, --output, --format) are no keys: the context knows them.
 * "policy" is the path of a file, or the policy itself as an object.
 * "run" takes the keys of `eesim run` but for those of its folder, and gives a summary: `eesim.run-summary/1` in
 * docs/tables.md.
 * @param question  NUL-terminated JSON.
 * @param answer    the text that `--format json` prints, free() it; NULL after an error.
 * @return 0; EES_ERR_DATA (the question is not JSON); EES_ERR_RANGE (an unknown key or command, a wrong type or value:
 *         the message names the key); the errors of the verb behind the command.
 */
EES_API int ees_answer_json(ees_context *context, const char *question, char **answer, ees_error *err) EES_MUST_CHECK;
/**
 * The request that such a question stands for: ees_predict_request of "draw", ees_forecast_request of "forecast",
 * ees_chance_request of "chance", ees_run_request of "run", ees_backtest_request of "backtest".
 * @param request  of that type, set. Its strings belong to the context until its next question in JSON.
 * @return 0; as ees_answer_json(); EES_ERR_UNSUPPORTED: the command has no request.
 */
EES_API int ees_request_json(ees_context *context, const char *question, void *request, ees_error *err) EES_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
