/* Futures of a program of which only the next cut-off is forecast. */
#include <string.h>

#include "run/process_kernels.h"

enum { N = EESI_GROUP, LEVEL_STEP = 0 };

const int eesi_drift_days[EESI_DRIFT_DAYS] = {0, 7, 14, 21, 28, 42, 56, 91, 182, 365};

void eesi_drift_prepare(eesi_drift_process *process) {
    double below = 0;
    int mark = 0;
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        below += process->next.p[score];
        process->below[score] = below;
        while (mark < EESI_DRIFT_GUIDE && below >= (double)mark / EESI_DRIFT_GUIDE)
            process->guide[mark++] = (int16_t)score;
    }
    while (mark < EESI_DRIFT_GUIDE)
        process->guide[mark++] = EES_SCORE_MAX;
}

/* Quantile with the place inside its score, so that a moved distribution does not cling to integers. */
static double smooth_quantile(const eesi_drift_process *process, double u) {
    const int mark = (int)(u * EESI_DRIFT_GUIDE);
    int score = process->guide[mark < EESI_DRIFT_GUIDE ? mark : EESI_DRIFT_GUIDE - 1];
    while (score < EES_SCORE_MAX && (process->below[score] < u || process->next.p[score] <= 0))
        score++;
    const double p = process->next.p[score];
    return p > 0 ? score + 0.5 - (process->below[score] - u) / p : score;
}

void eesi_drift_begin(eesi_drift_worker *worker, const eesi_drift_process *process,
                      const uint64_t replicate[EESI_GROUP]) {
    float z[4][N];
    memcpy(worker->replicate, replicate, sizeof worker->replicate);
    eesi_future_normals(process->seed, process->points, replicate, process->purpose, LEVEL_STEP, 1, z[0]);
    memcpy(worker->level, z[0], sizeof worker->level);
    eesi_pool_stock_begin(&worker->pool, process);
    for (int m = 0; m < N; m++) {
        worker->drift[m] = 0;
        worker->date[m] = process->from;
        worker->begun[m] = false;
    }
}

/* Between the days asked for: linear, level beyond them. */
static double on_day(const eesi_drift_process *process, const double *table, double date) {
    const double day = date - process->begin;
    int k = 1;
    while (k < EESI_DRIFT_DAYS - 1 && day > eesi_drift_days[k])
        k++;
    const double from = eesi_drift_days[k - 1], to = eesi_drift_days[k];
    const double along = day <= from ? 0 : day >= to ? 1 : (day - from) / (to - from);
    return table[k - 1] + along * (table[k] - table[k - 1]);
}

/* The next round has the forecast of its own day, and nothing has wandered yet. */
static double next_score(eesi_drift_worker *worker, const eesi_drift_process *process, double date, int m,
                         double score) {
    worker->begun[m] = true;
    return process->mean + (score - process->mean) * on_day(process, process->day_scale, date) +
           on_day(process, process->day_moved, date);
}

void eesi_drift_hold(eesi_drift_worker *worker, const eesi_drift_process *process, eesi_group_round *round) {
    eesi_drift_scratch s;
    for (int m = 0; m < N; m++)
        if (!worker->begun[m] && round->size[m] > 0)
            worker->date[m] = round->date[m];
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_future_normals(process->seed, process->points, worker->replicate, process->purpose, round->step + 1, 1,
                        s.z[0]);
    eesi_process_kernels_best()->draw_drift(worker, process, round, &s);
    memset(round->stock, -1, sizeof round->stock); /* EESI_UNKNOWN */
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        double score = smooth_quantile(process, s.place[m]);
        score = worker->begun[m] ? score : next_score(worker, process, round->date[m], m, score);
        score += s.moved[m] + 0.5;
        const int cutoff = (int)(score < process->low ? process->low : score); /* at least 0: rounds down */
        round->cutoff[m] = cutoff < process->high ? cutoff : process->high;
        round->invited[m] = (int32_t)round->size[m];
        round->share[m] = 0.5;
        round->taken[m] = EESI_UNKNOWN;
        round->tie_age[m] = (int32_t)(s.tie[m] + 0.5);
    }
    eesi_pool_stock_hold(&worker->pool, process, round);
}
