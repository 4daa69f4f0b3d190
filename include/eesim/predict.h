/**
 * @file
 * One round predicted: history, a forecasting model and the pool joined into the distribution of the cut-off, of the
 * tie-break, and of how many stand above each score.
 */
#ifndef EESIM_PREDICT_H
#define EESIM_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/pool.h>
#include <eesim/predictive.h>
#include <eesim/table.h>

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
 *              spaces, ';', '|', '+' or, in quotes, ','), in any order, among any others.
 * @param request  program, and size or cutoff; date is only passed on.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line and column say where), EES_ERR_RANGE,
 * EES_ERR_NOMEM.
 */
EES_API int ees_rank(ees_context *context, const char *file, const ees_predict_request *request, ees_held_round *held,
                     ees_error *err) EES_MUST_CHECK;
/** One row. @param table  ees_table_destroy() it; NULL after an error. */
EES_API int ees_held_table(ees_context *context, const ees_held_round *held, ees_table **table,
                           ees_error *err) EES_MUST_CHECK;

#endif
