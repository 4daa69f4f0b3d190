/* A sweep carries the stock along; a question alone starts from the beginning of its stream. */

#include "models/stock_flow.h"

#include "models/forecaster.h"
#include "models/model.h"

/* A stream up to some round of the history. */
typedef struct course {
    const eesi_stream *stream;
    int program;
    size_t rounds; /* of the history, taken in */
    eesi_stock stock;
} course;

static void begin(course *c, const eesi_stream *stream, int program) {
    *c = (course){.stream = stream, .program = program};
    eesi_stock_start(&c->stock, &stream->stock, &stream->stock_grid);
}

static void learn(course *c, const ees_model *model, const ees_question *q) {
    const eesi_stream *stream = c->stream;
    for (; c->rounds < q->known.round_count; c->rounds++) {
        const ees_round *r = &q->history->rounds[c->rounds];
        if (r->program != c->program || r->size < 1 || !eesi_stream_covers(stream, r->date) ||
            eesi_model_excludes(model, r->number))
            continue;
        const bool silent =
            c->stock.rounds > 0 && stream->restart_days > 0 && r->date - c->stock.date > stream->restart_days;
        if (silent)
            eesi_stock_start(&c->stock, &stream->stock, &stream->stock_grid);
        eesi_stock_advance(&c->stock, &stream->stock, r->date);
        eesi_stock_round(&c->stock, &stream->stock, (double)r->size, r->cutoff);
    }
}

static const eesi_stream *stream_of(const ees_model *model, const ees_question *q) {
    if (q->program < 0 || q->size == EES_COUNT_NONE || q->size < 1)
        return NULL;
    const eesi_stream *stream = eesi_model_stream(model, q->programs->programs[q->program].code, q->date);
    return stream != NULL && stream->has_stock ? stream : NULL;
}

static int answer(course *c, const ees_model *model, const ees_question *q, ees_predictive *predictive) {
    const eesi_stream *stream = stream_of(model, q);
    if (stream == NULL)
        return EES_ERR_NOTFOUND;
    if (c->stream != stream || c->program != q->program || c->rounds > q->known.round_count)
        begin(c, stream, q->program);
    learn(c, model, q);
    if (c->stock.rounds == 0)
        return EES_ERR_NOTFOUND;
    eesi_stock ahead = c->stock;
    eesi_stock_advance(&ahead, &stream->stock, q->date);
    eesi_stock_predict(&ahead, &stream->stock, (double)q->size, predictive);
    return 0;
}

static int forecast(const void *self, const ees_question *q, ees_predictive *predictive, ees_error *err) {
    course c = {0};
    const int rc = answer(&c, self, q, predictive);
    return rc == 0 ? 0 : ees_error_set(err, rc, "the stock-flow model has no earlier round of this program or no size");
}

static int sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                 int *statuses, ees_error *err) {
    (void)err;
    course c = {0};
    for (size_t i = 0; i < count; i++)
        statuses[i] = answer(&c, self, &questions[i], &predictives[i]);
    return 0;
}

ees_forecaster eesi_stock_flow_forecaster(const ees_model *model) {
    return (ees_forecaster){.name = "stock-flow",
                            .about = "deterministic stock of eligible candidates, skimmed and corrected by each round",
                            .self = model,
                            .forecast = forecast,
                            .sweep = sweep};
}
