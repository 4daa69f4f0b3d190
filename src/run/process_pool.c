/*
 * The stock of a program without members, as pool.csv shows it: its eligible candidates in the published pool, in
 * balance between arrivals and losses. A round empties it above its cut-off; from then on it grows back as a balance
 * does, by the share 1 - exp(-loss x days) of what is missing. The cut-offs do not come from it.
 */
#include <math.h>
#include <string.h>

#include "run/process.h"

enum { N = EESI_GROUP };
static const double loss_per_day = 0.01; /* about that of the programs with members */

void eesi_pool_stock_begin(eesi_pool_stock *stock, const eesi_drift_process *process) {
    if (!process->has_pool)
        return;
    for (int c = 0; c < EESI_POOL_CELLS; c++)
        for (int m = 0; m < N; m++)
            stock->count[c][m] = process->eligible[c];
    for (int m = 0; m < N; m++)
        stock->date[m] = -INFINITY; /* nobody has been invited: it is what it was */
}

static void move(eesi_pool_stock *stock, const eesi_drift_process *process, const eesi_group_round *round) {
    float kept[N];
    for (int m = 0; m < N; m++) {
        const double days = round->size[m] > 0 && stock->date[m] > -1e9 ? round->date[m] - stock->date[m] : 0;
        kept[m] = days > 0 ? (float)exp(-loss_per_day * days) : 1.0F;
        stock->date[m] = round->size[m] > 0 ? round->date[m] : stock->date[m];
    }
    for (int c = 0; c < EESI_POOL_CELLS; c++) {
        const float all = process->eligible[c];
        float *row = stock->count[c];
        for (int m = 0; m < N; m++)
            row[m] = all + (row[m] - all) * kept[m];
    }
}

static void report(const eesi_pool_stock *stock, const eesi_drift_process *process, eesi_group_round *round) {
    for (int b = 0; b < process->bands; b++) {
        const ees_band band = process->band[b];
        float sum[N] = {0};
        for (int score = band.low; score <= band.high; score++)
            for (int m = 0; m < N; m++)
                sum[m] += stock->count[score - EESI_POOL_LOW][m];
        for (int m = 0; m < N; m++)
            round->stock[b][m] = (int32_t)(sum[m] + 0.5F);
    }
}

static void clear(eesi_pool_stock *stock, const eesi_group_round *round) {
    for (int c = 0; c < EESI_POOL_CELLS; c++) {
        float *row = stock->count[c];
        for (int m = 0; m < N; m++) {
            const int above = c + EESI_POOL_LOW - round->cutoff[m];
            const float kept = above > 0 ? 0.0F : above == 0 ? 1.0F - (float)round->share[m] : 1.0F;
            row[m] *= round->size[m] > 0 ? kept : 1.0F;
        }
    }
}

void eesi_pool_stock_hold(eesi_pool_stock *stock, const eesi_drift_process *process, eesi_group_round *round) {
    if (!process->has_pool)
        return;
    move(stock, process, round);
    report(stock, process, round);
    clear(stock, round);
}
