/* Futures of a program of which only the next cut-off is forecast. */
#include <string.h>

#include "run/stream_kernels.h"

enum { N = EESI_GROUP, LEVEL_STEP = 0 };

void eesi_walk_prepare(eesi_walk_stream *stream) {
    double below = 0;
    int mark = 0;
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        below += stream->next.p[score];
        stream->below[score] = below;
        while (mark < EESI_WALK_GUIDE && below >= (double)mark / EESI_WALK_GUIDE)
            stream->guide[mark++] = (int16_t)score;
    }
    while (mark < EESI_WALK_GUIDE)
        stream->guide[mark++] = EES_SCORE_MAX;
}

/* Quantile with the place inside its score, so that a moved distribution does not cling to integers. */
static double smooth_quantile(const eesi_walk_stream *stream, double u) {
    const int mark = (int)(u * EESI_WALK_GUIDE);
    int score = stream->guide[mark < EESI_WALK_GUIDE ? mark : EESI_WALK_GUIDE - 1];
    while (score < EES_SCORE_MAX && (stream->below[score] < u || stream->next.p[score] <= 0))
        score++;
    const double p = stream->next.p[score];
    return p > 0 ? score + 0.5 - (stream->below[score] - u) / p : score;
}

void eesi_walk_begin(eesi_walk_worker *worker, const eesi_walk_stream *stream, const uint64_t replicate[EESI_GROUP]) {
    float z[4][N];
    memcpy(worker->replicate, replicate, sizeof worker->replicate);
    eesi_future_normals(stream->seed, stream->points, replicate, stream->purpose, LEVEL_STEP, 1, z[0]);
    memcpy(worker->level, z[0], sizeof worker->level);
    eesi_pool_stock_begin(&worker->pool, stream);
    for (int m = 0; m < N; m++) {
        worker->drift[m] = 0;
        worker->date[m] = stream->from;
    }
}

void eesi_walk_hold(eesi_walk_worker *worker, const eesi_walk_stream *stream, eesi_group_round *round) {
    eesi_walk_scratch s;
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_future_normals(stream->seed, stream->points, worker->replicate, stream->purpose, round->step + 1, 1, s.z[0]);
    eesi_stream_kernels_best()->draw_walk(worker, stream, round, &s);
    memset(round->stock, -1, sizeof round->stock); /* EESI_UNKNOWN */
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        const double score = smooth_quantile(stream, s.place[m]) + s.moved[m] + 0.5;
        const int cutoff = (int)(score < stream->low ? stream->low : score); /* at least 0: rounds down */
        round->cutoff[m] = cutoff < stream->high ? cutoff : stream->high;
        round->invited[m] = (int32_t)round->size[m];
        round->share[m] = 0.5;
        round->taken[m] = EESI_UNKNOWN;
        round->tie_age[m] = (int32_t)(s.tie[m] + 0.5);
    }
    eesi_pool_stock_hold(&worker->pool, stream, round);
}
