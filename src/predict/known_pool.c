/* Streams of several programs in one pool: each is the stock that its own rounds show, and the pool reconciles them.
 */
#include <eesim/context.h>

#include <stdlib.h>
#include <string.h>

#include "pool/pool.h"
#include "predict/known_pool.h"
#include "predict/pool_join.h"

enum { BELOW_CUTOFF = 10 /* points below its lowest cut-off that rounds still say something about */ };

/* Stocks of the streams, as long as the pool is being built. */
typedef struct joining {
    const ees_known_request *request;
    ees_known_pool *known;
    ees_prediction *prediction; /* scratch */
    ees_stream streams[EES_PROGRAMS_MAX];
    double (*stocks)[EES_SCORE_COUNT];
} joining;

/* Size of the last round of a program and its lowest cut-off in the 12 months before the snapshot; false: none. */
static bool look_back(const joining *x, int program, int64_t *size, int *lowest, int *last) {
    const ees_known_request *in = x->request;
    ees_date as_of = in->history->snapshots[in->snapshot].as_of;
    *lowest = EES_SCORE_NONE;
    for (size_t i = 0; i < in->round_count; i++) {
        const ees_round *round = &in->history->rounds[i];
        if (round->program != program || round->date >= as_of || round->date < as_of - EES_PROFILE_DAYS)
            continue;
        *lowest = *lowest == EES_SCORE_NONE || round->cutoff < *lowest ? round->cutoff : *lowest;
        *last = round->cutoff;
        *size = round->size;
    }
    return *lowest != EES_SCORE_NONE;
}

static int ask(const joining *x, int program, int64_t size, int cutoff, ees_error *err) {
    const ees_known_request *in = x->request;
    eesi_predict_request request;
    eesi_predict_request_init(&request);
    request.question.history = in->history;
    request.question.programs = in->programs;
    request.question.program = program;
    request.question.date = in->history->snapshots[in->snapshot].as_of;
    request.question.size = size;
    request.question.known = ees_history_before(in->history, request.question.date, false);
    if (request.question.known.round_count > in->round_count)
        request.question.known.round_count = in->round_count;
    request.cutoff = cutoff;
    request.models = in->models;
    request.model_count = in->model_count;
    request.segments = NULL; /* no pool is needed yet */
    request.replicates = 1;
    return eesi_predict(x->prediction, &request, err);
}

/* The stream of one program, if a model has one. */
static int join_program(joining *x, int program, ees_error *err) {
    const ees_known_request *in = x->request;
    int64_t size = 0;
    int lowest, last = 0;
    if (!eesi_has_stream(in->programs, program) || !look_back(x, program, &size, &lowest, &last) || size < 1)
        return EES_OK;
    int rc = ask(x, program, size, last, err);
    size_t k = x->known->stock_count;
    ees_stream *stream = &x->streams[k];
    if (!rc && eesi_stream_of(x->prediction, program, 0, x->stocks[k], stream)) {
        int low = lowest - BELOW_CUTOFF;
        eesi_stream_bound(&in->history->snapshots[in->snapshot], in->segments, last, x->stocks[k], stream);
        if (low > stream->low && low <= stream->high) {
            stream->stock += low - stream->low;
            stream->low = low;
        }
        x->known->stocks[k] = (ees_known_stock){program, stream->low, stream->high, x->prediction->model};
        x->known->stock_count++;
    }
    ees_prediction_free(x->prediction);
    return rc;
}

static int build(joining *x, ees_error *err) {
    const ees_known_request *in = x->request;
    int rc = EES_OK;
    for (size_t p = 0; !rc && p < in->programs->count; p++)
        rc = join_program(x, (int)p, err);
    ees_pool_source source = {.programs = in->programs,
                              .segments = in->segments,
                              .snapshot = &in->history->snapshots[in->snapshot],
                              .history = in->history,
                              .round_count = in->round_count,
                              .stream_count = x->known->stock_count,
                              .streams = x->streams};
    return rc ? rc : eesi_pool_build(&x->known->pool, &source, err);
}

int eesi_known_pool_build(ees_known_pool *known, const ees_known_request *request, ees_error *err) {
    memset(known, 0, sizeof *known);
    if (request->snapshot < 0 || (size_t)request->snapshot >= request->history->snapshot_count)
        return ees_error_set(err, EES_ERR_RANGE, "no such pool snapshot");
    joining x = {.request = request, .known = known};
    x.prediction = malloc(sizeof *x.prediction);
    x.stocks = calloc(EES_PROGRAMS_MAX, sizeof *x.stocks);
    int rc = x.prediction && x.stocks ? build(&x, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    free(x.prediction);
    free(x.stocks);
    return rc;
}

void eesi_known_pool_free(ees_known_pool *known) {
    ees_pool_free(&known->pool);
    memset(known, 0, sizeof *known);
}
