/* Futures of a program of which only the next cut-off is foretold. */
#include <math.h>
#include <string.h>

#include "base/simd.h"
#include "base/vecmath.h"
#include "run/stream.h"

enum { N = EESI_GROUP, LEVEL_STEP = 0 };
/* Share of the variance of a one-step error that is an error of level, and so stays for the rounds after. */
static const double stays = 0.5;

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

/* What a round of sixteen lanes needs besides the round. */
typedef struct hold_scratch {
    float z[4][N];
    double place[N]; /* in the forecast's distribution */
    double moved[N]; /* points from there */
    double tie[N];   /* age of the tie-break, days: exponential, cut at the age at which a profile ends */
} hold_scratch;

/* Points by which a size moves the cut-off: linear between the sizes asked about, level beyond them. */
static inline double moved_by_size(const eesi_walk_stream *stream, const double *slope, double log_size) {
    double moved = stream->moved[0];
    for (int i = 1; i < EESI_WALK_SIZES; i++) {
        const double width = stream->log_size[i] - stream->log_size[i - 1];
        double along = log_size - stream->log_size[i - 1];
        along = along > 0 ? along : 0;
        moved += slope[i] * (along < width ? along : width);
    }
    return moved;
}

/* The sums of all lanes at once; those without a round keep their day and their drift. */
EESI_CLONES static void draw_lanes(eesi_walk_worker *worker, const eesi_walk_stream *stream,
                                   const eesi_group_round *round, hold_scratch *s) {
    enum { OLDEST = 365 };
    const double level = sqrt(stays), fresh = sqrt(1.0 - stays), mean = stream->tie_days;
    const double ended = 1.0 - eesi_exp_scalar(-OLDEST / mean);
    double slope[EESI_WALK_SIZES];
    for (int i = 1; i < EESI_WALK_SIZES; i++)
        slope[i] = (stream->moved[i] - stream->moved[i - 1]) / (stream->log_size[i] - stream->log_size[i - 1]);
    for (int m = 0; m < N; m++) {
        const double size = round->size[m] > 0 ? round->size[m] : 1.0;
        double days = round->size[m] > 0 ? round->date[m] - worker->date[m] : 0.0;
        days = days > 0 ? days : 0.0;
        worker->date[m] += days;
        worker->drift[m] += stream->wander * sqrt(days / 14.0) * (double)s->z[1][m];
        s->place[m] = eesi_normal_cdf_scalar(level * (double)worker->level[m] + fresh * (double)s->z[0][m]);
        s->moved[m] = worker->drift[m] + moved_by_size(stream, slope, eesi_log_scalar(size));
        s->tie[m] = -mean * eesi_log_scalar(1.0 - eesi_normal_cdf_scalar((double)s->z[2][m]) * ended);
    }
}

void eesi_walk_hold(eesi_walk_worker *worker, const eesi_walk_stream *stream, eesi_group_round *round) {
    hold_scratch s;
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_future_normals(stream->seed, stream->points, worker->replicate, stream->purpose, round->step + 1, 1, s.z[0]);
    draw_lanes(worker, stream, round, &s);
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
