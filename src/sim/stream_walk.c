/* Futures of a program of which only the next cut-off is foretold. */
#include <math.h>
#include <string.h>

#include "sim/stream.h"

enum { N = EESI_GROUP, LEVEL_STEP = 0 };
/* Share of the variance of a one-step error that is an error of level, and so stays for the rounds after. */
static const double stays = 0.5;

static double normal_cdf(double z) {
    return 0.5 * erfc(-z * 0.70710678118654752440);
}

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

static double tie_days(double mean, double z) {
    enum { OLDEST = 365 };
    /* exponential, cut at the age at which a profile ends */
    const double u = normal_cdf(z) * (1.0 - exp(-OLDEST / mean));
    return -mean * log(1.0 - u);
}

static double moved_by_size(const eesi_walk_stream *stream, double log_size) {
    int i = 1;
    while (i < EESI_WALK_SIZES - 1 && log_size > stream->log_size[i])
        i++;
    const double width = stream->log_size[i] - stream->log_size[i - 1];
    const double at = fmin(fmax((log_size - stream->log_size[i - 1]) / width, 0.0), 1.0);
    return stream->moved[i - 1] + at * (stream->moved[i] - stream->moved[i - 1]);
}

void eesi_walk_hold(eesi_walk_worker *worker, const eesi_walk_stream *stream, eesi_group_round *round) {
    float z[4][N];
    eesi_future_normals(stream->seed, stream->points, worker->replicate, stream->purpose, round->step + 1, 1, z[0]);
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        const double days = fmax(0.0, round->date[m] - worker->date[m]);
        worker->date[m] += days;
        worker->drift[m] += stream->wander * sqrt(days / 14.0) * z[1][m];
        const double error = sqrt(stays) * worker->level[m] + sqrt(1.0 - stays) * z[0][m];
        const double score =
            smooth_quantile(stream, normal_cdf(error)) + worker->drift[m] + moved_by_size(stream, log(round->size[m]));
        round->cutoff[m] = (int32_t)fmin(fmax(floor(score + 0.5), stream->low), stream->high);
        round->invited[m] = (int32_t)round->size[m];
        round->share[m] = 0.5;
        round->taken[m] = EESI_UNKNOWN;
        round->tie_age[m] = (int32_t)(tie_days(stream->tie_days, z[2][m]) + 0.5);
        for (int b = 0; b < EESI_STREAM_BANDS; b++)
            round->stock[b][m] = EESI_UNKNOWN;
    }
    eesi_pool_stock_hold(&worker->pool, stream, round);
}
