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

#include <eesim/draw.h>
#include <eesim/error.h>
#include <eesim/forecaster.h>
#include <eesim/pool.h>
#include <eesim/predictive.h>
#include <eesim/segment.h>

enum {
    EES_PREDICT_LEVELS = 7,
    EES_PREDICT_CHANGES = 2,
    EES_PREDICT_REPLICATES = 10000, /* a sensible number */
    EES_PREDICT_REPLICATES_MAX = 10000000
};

/** Probabilities at which quantiles are reported: 0.025 0.1 0.25 0.5 0.75 0.9 0.975. */
EES_API extern const double ees_predict_levels[EES_PREDICT_LEVELS];

/** What to predict. Everything is borrowed. Begin with ees_predict_request_init(). */
typedef struct ees_predict_request {
    size_t struct_size;
    ees_question question;        /* date and size given; size 0 is allowed */
    const ees_forecaster *models; /* in order of preference: the first that has an answer is used */
    size_t model_count;
    const ees_segments *segments;
    int snapshot;        /* position of the pool to use; EES_SNAPSHOT_NONE: the newest known */
    int cutoff;          /* of a replay: the pool is made to fit best above it; EES_SCORE_NONE in a prediction */
    int64_t change;      /* invitations more and less to show the effect of; 0: none */
    uint64_t replicates; /* 1 .. EES_PREDICT_REPLICATES_MAX */
    uint64_t seed;
} ees_predict_request;

EES_API void ees_predict_request_init(ees_predict_request *request);

/** The same round with another size. */
typedef struct ees_predict_change {
    int64_t size; /* 0: not asked, or none is left */
    int median;   /* CRS points */
    double mean;  /* CRS points */
} ees_predict_change;

typedef struct ees_prediction {
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
    uint64_t counts[EES_SCORE_COUNT];                /* replicates by cut-off */
    ees_predictive cutoff;                           /* counts / replicates */
    ees_time tie_break[EES_PREDICT_LEVELS];          /* quantiles; EES_TIME_NONE without a cut-off */
    ees_predict_change changes[EES_PREDICT_CHANGES]; /* fewer, more */
    /* Eligible candidates at or above a score on the day of the round: quantiles 0.1, 0.5, 0.9. NaN where the model
     * does not say. */
    double above[3][EES_SCORE_COUNT];
    bool has_pool;
    ees_pool pool; /* as of the snapshot, with the model's stream in it; owned */
} ees_prediction;

/**
 * Predict a round.
 * The cut-off's distribution is the model's; replicates are drawn from it, stratified, so that counts / replicates is
 * within 1 / replicates of it. A replicate's place within its score says which share of the marginal score is invited;
 * eesi_tie_break_ages() turns that share into the tie-break.
 * @param prediction  uninitialised; ees_prediction_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no such program, negative size, no date, no replicates), or the error of a model or of the
 *         pool. Randomness: addressed by (seed, EES_RNG_POOL + 0x10). Reentrant.
 */
EES_API int ees_predict(ees_prediction *prediction, const ees_predict_request *request, ees_error *err) EES_MUST_CHECK;
EES_API void ees_prediction_free(ees_prediction *prediction);

#endif
