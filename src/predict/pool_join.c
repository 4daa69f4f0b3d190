/*
 * The model knows the stream of one program where its rounds have shown it; the snapshot knows the totals. The stream's
 * stock is put into the pool. A snapshot serves several rounds, so those held since its day are taken out in order.
 */
#include "predict/pool_join.h"

#include <math.h>

#include "models/forecaster.h"
#include "pool/pool.h"

/* Part of a band that belongs to the segments the stream does not know, were it not for the stream. */
static const double usual_rest = 0.5;

/*
 * A pool holds expected numbers. What stands above a score is nearly log-normal, so its mean lies above the median by
 * half its variance, which its quantiles at 0.1 and 0.9 show.
 */
static double mean_above(const ees_prediction *out, int score) {
    const double deciles_apart = 2.5631031310892007; /* of a normal: from 0.1 to 0.9, in standard deviations */
    double sd = log(out->above[2][score] / out->above[0][score]) / deciles_apart;
    return isfinite(sd) ? out->above[1][score] * exp(0.5 * sd * sd) : out->above[1][score];
}

/* The model's stock at each score: the differences of its mean numbers above, without the nominees. */
bool eesi_stream_of(const ees_prediction *out, int program, double nominees, double *stock, ees_stream *stream) {
    int low = -1, high = -1;
    for (int s = EES_SCORE_NOMINEE - 1; s >= 0; s--) {
        if (!isnan(out->above[1][s])) {
            high = high < 0 ? s : high;
            low = s;
        } else if (high >= 0) {
            break;
        }
    }
    if (high < 0)
        return false;
    double higher = 0.0;
    for (int s = high; s >= low; s--) {
        double tail = fmax(higher, mean_above(out, s) - nominees);
        stock[s - low] = tail - higher;
        higher = tail;
    }
    /* The model sees too few candidates higher up to count them: they are part of the highest score it did count. */
    for (int s = high + 1; s < EES_SCORE_NOMINEE; s++)
        stock[s - low] = 0.0;
    *stream = (ees_stream){.program = program, .low = low, .high = EES_SCORE_NOMINEE - 1, .stock = stock};
    return true;
}

/*
 * A stream may ask for more than a published band holds: its far end, which no round has shown, is the doubtful part.
 * So what lies above the expected cut-off is kept, and what lies below it within the band gives way.
 */
static void respect_bands(const ees_snapshot *snapshot, double most_share, int pivot, const ees_stream *stream,
                          double *stock) {
    for (int b = 0; b < snapshot->bands.count; b++) {
        const ees_band band = snapshot->bands.band[b];
        double kept = 0.0, doubtful = 0.0;
        int low = band.low > stream->low ? band.low : stream->low;
        int high = band.high < stream->high ? band.high : stream->high;
        for (int s = low; s <= high; s++)
            *(s >= pivot ? &kept : &doubtful) += stock[s - stream->low];
        double room = fmax(0.0, most_share * (double)snapshot->leaf[b] - kept);
        if (doubtful <= room)
            continue;
        for (int s = low; s <= high && s < pivot; s++)
            stock[s - stream->low] *= room / doubtful;
    }
}

/* Rounds held since the snapshot's day left the pool; those of `skipped` are already in the stream. */
static int hold_since(ees_pool *pool, const ees_question *q, ees_date as_of, int skipped, ees_error *err) {
    for (size_t i = 0; i < q->known.round_count; i++) {
        const ees_round *round = &q->history->rounds[i];
        if (round->date < as_of || round->program < 0 || round->program == skipped)
            continue;
        ees_draw_rule rule = {.segments = ees_pool_admitted(pool, q->programs, round->program),
                              .size = round->size,
                              .cutoff = EES_SCORE_NONE,
                              .tie_break = EES_TIME_NONE};
        ees_draw_result result;
        if (rule.segments == 0)
            continue;
        int rc = ees_draw(pool, &rule, &result, err);
        if (rc == EES_OK)
            rc = ees_pool_remove(pool, &result, err);
        if (rc)
            return rc;
    }
    return EES_OK;
}

static int build(ees_pool *pool, const ees_pool_source *source, const ees_question *q, int skipped, ees_error *err) {
    int rc = eesi_pool_build(pool, source, err);
    return rc ? rc : hold_since(pool, q, source->snapshot->as_of, skipped, err);
}

static int64_t count_admitted(const ees_pool *pool, const ees_question *q, int low) {
    return ees_pool_count(pool, ees_pool_admitted(pool, q->programs, q->program), low, EES_SCORE_MAX);
}

/* A general round's stock is the whole pool and a nominee round's the nominees: the pool knows both by itself. */
bool eesi_has_stream(const ees_programs *programs, int program) {
    return program != programs->general && program != programs->nominee;
}

void eesi_stream_bound(const ees_snapshot *snapshot, const ees_segments *segments, int pivot, double *stock,
                       const ees_stream *stream) {
    respect_bands(snapshot, 1.0 - usual_rest * segments->unseen_floor, pivot, stream, stock);
}

/* The nominees whom the program admits: no stream counts them, and the rest of the pool need not be built for them. */
static int count_nominees(const ees_pool_source *source, const ees_question *q, double *nominees, ees_error *err) {
    ees_pool_source above = *source;
    ees_pool pool;
    above.lowest = EES_SCORE_NOMINEE;
    int rc = build(&pool, &above, q, EES_PROGRAM_NONE, err);
    *nominees = rc ? 0.0 : (double)count_admitted(&pool, q, EES_SCORE_NOMINEE);
    ees_pool_free(&pool);
    return rc;
}

int eesi_pool_join(ees_prediction *out, const eesi_predict_request *request, int pivot, int *last, ees_error *err) {
    const ees_question *q = &request->question;
    double stock[EES_SCORE_COUNT];
    ees_stream stream;
    *last = 0;
    out->snapshot = request->snapshot != EES_SNAPSHOT_NONE ? request->snapshot : (int)q->known.snapshot_count - 1;
    if (out->snapshot < 0 || !request->segments)
        return EES_OK;
    ees_pool_source source = {.programs = q->programs,
                              .segments = request->segments,
                              .snapshot = &q->history->snapshots[out->snapshot],
                              .history = q->history,
                              .round_count = q->known.round_count,
                              .streams = &stream};
    int rc = *last = eesi_pool_last_admitted(&source, q->program, err);
    if (rc < 0)
        return rc;
    /* Before its first round a program's stock is not known to the model either: related programs say little of it. */
    if (out->program_rounds > 0 && eesi_has_stream(q->programs, q->program)) {
        double nominees;
        rc = count_nominees(&source, q, &nominees, err);
        if (rc)
            return rc;
        source.stream_count = eesi_stream_of(out, q->program, nominees, stock, &stream) ? 1 : 0;
    }
    if (source.stream_count > 0)
        eesi_stream_bound(source.snapshot, request->segments, pivot, stock, &stream);
    out->has_pool = true; /* ees_prediction_free() frees it in any case */
    rc = build(&out->pool, &source, q, source.stream_count > 0 ? q->program : EES_PROGRAM_NONE, err);
    if (rc == EES_OK)
        out->eligible = count_admitted(&out->pool, q, 0);
    return rc;
}
