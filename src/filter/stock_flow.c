/* Every question is answered from the beginning of the stream: the whole history costs less than a cache would. */
#include <eesim/stock_flow.h>

#include "flow/model.h"

static void learn(eesi_stock *stock, const eesi_stream *stream, const ees_model *model, const ees_question *q) {
    for (size_t i = 0; i < q->known.round_count; i++) {
        const ees_round *r = &q->history->rounds[i];
        if (r->program != q->program || r->size < 1 || !eesi_stream_covers(stream, r->date) ||
            eesi_model_excludes(model, r->number))
            continue;
        const bool silent =
            stock->rounds > 0 && stream->restart_days > 0 && r->date - stock->date > stream->restart_days;
        if (silent)
            eesi_stock_start(stock, &stream->stock, &stream->stock_grid);
        eesi_stock_advance(stock, &stream->stock, r->date);
        eesi_stock_round(stock, &stream->stock, (double)r->size, r->cutoff);
    }
}

static int forecast(const void *self, const ees_question *q, ees_predictive *predictive, ees_error *err) {
    const ees_model *model = self;
    if (q->program < 0 || q->size == EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_NOTFOUND, "stock-flow needs a program and a size");
    const eesi_stream *stream = eesi_model_stream(model, q->programs->programs[q->program].code, q->date);
    if (stream == NULL || !stream->has_stock)
        return ees_error_set(err, EES_ERR_NOTFOUND, "the model has no stream of this program");
    eesi_stock stock;
    eesi_stock_start(&stock, &stream->stock, &stream->stock_grid);
    learn(&stock, stream, model, q);
    if (stock.rounds == 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no earlier round of this program");
    eesi_stock_advance(&stock, &stream->stock, q->date);
    eesi_stock_predict(&stock, &stream->stock, (double)q->size, predictive);
    return 0;
}

ees_forecaster ees_stock_flow_forecaster(const ees_model *model) {
    return (ees_forecaster){.name = "stock-flow",
                            .about = "deterministic stock of eligible candidates, skimmed and corrected by each round",
                            .self = model,
                            .forecast = forecast};
}
