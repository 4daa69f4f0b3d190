/**
 * @file
 * A published pool with the streams of all programs the models know in it.
 */
#ifndef EESIM_KNOWN_POOL_H
#define EESIM_KNOWN_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/context.h>
#include <eesim/error.h>
#include <eesim/forecaster.h>
#include <eesim/pool.h>
#include <eesim/program.h>
#include <eesim/segment.h>
#include <eesim/table.h>

/** What to build from. Everything is borrowed. */
typedef struct ees_known_request {
    const ees_history *history;
    const ees_programs *programs;
    const ees_segments *segments;
    const ees_forecaster *models; /* in order of preference; each must know a stock */
    size_t model_count;
    int snapshot;       /* position of the pool */
    size_t round_count; /* rounds[0..round_count) may be used; those of the snapshot's day and later are not */
} ees_known_request;

/** The scores at which a program's candidates come from its rounds and not from the share curves. */
typedef struct ees_known_stream {
    int program;       /* position in the programs */
    int low, high;     /* scores */
    const char *model; /* name of the forecaster; borrowed from it */
} ees_known_stream;

typedef struct ees_known_pool {
    ees_pool pool;
    size_t stream_count;
    ees_known_stream streams[EES_PROGRAMS_MAX];
} ees_known_pool;

/**
 * Build it. A program has a stream when a round of it was held in the 12 months before the snapshot and a model answers
 * for it; the stream reaches from ten points below the lowest cut-off of those months to 600.
 * @param known  uninitialised; ees_known_pool_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no such snapshot), or the error of a model or of the pool. Reentrant. Costs one forecast
 * per program beside the pool.
 */
EES_API int ees_known_pool_build(ees_known_pool *known, const ees_known_request *request,
                                 ees_error *err) EES_MUST_CHECK;
EES_API void ees_known_pool_free(ees_known_pool *known);

/** Which pool. */
typedef struct ees_pool_request {
    int program;       /* whom to look at: those a round under it may invite; EES_PROGRAM_NONE: everybody */
    ees_date as_of;    /* the newest pool dated this day or earlier; EES_DATE_NONE: the newest */
    const char *model; /* as in ees_predict_request */
} ees_pool_request;

typedef struct ees_pool_view {
    int snapshot;                 /* position in the history */
    int program;                  /* as asked */
    ees_segment_set members;      /* whom to look at */
    const ees_segments *segments; /* owned by the context */
    ees_known_pool known;
} ees_pool_view;

/**
 * A published pool as it was known on its day: bands as published, scores and segments from the models' streams and
 * the assumed shares. @param view  uninitialised; ees_pool_view_free() it, also after an error.
 * @return 0, EES_ERR_RANGE (no pool that old, no such model), the errors of loading.
 */
EES_API int ees_pool_view_make(ees_context *context, const ees_pool_request *request, ees_pool_view *view,
                               ees_error *err) EES_MUST_CHECK;
EES_API void ees_pool_view_free(ees_pool_view *view);
/** A row for each score and segment that holds somebody. @param table  ees_table_destroy() it. */
EES_API int ees_pool_view_table(ees_context *context, const ees_pool_view *view, ees_table **table,
                                ees_error *err) EES_MUST_CHECK;

#endif
