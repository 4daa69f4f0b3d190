/*
 * Invited candidates who come back: a share of those a round took stands in the pool again some days after it, at the
 * same scores, and is lost at the program's rate from then on.
 *
 * The arrivals that the filter has learned hold those who came back from the rounds before: once rounds of the future
 * send theirs, as many are taken from the arrivals at the scores those rounds used to take. So a future that goes on
 * as before has the arrivals of before, and one whose rounds change gets what these rounds send back.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "run/process.h"

enum { N = EESI_GROUP };

int eesi_waiting_init(eesi_waiting *waiting, int cells, int slots) {
    const size_t size = (size_t)cells * N;
    *waiting = (eesi_waiting){.cells = cells, .slots = slots};
    if (slots == 0)
        return EES_OK;
    waiting->before = malloc(size * sizeof *waiting->before);
    waiting->stock = malloc((size_t)slots * size * sizeof *waiting->stock); /* touched only as far as it is needed */
    waiting->due = malloc((size_t)slots * sizeof *waiting->due);
    return waiting->before && waiting->stock && waiting->due ? EES_OK : EES_ERR_NOMEM;
}

void eesi_waiting_free(eesi_waiting *waiting) {
    free(waiting->before);
    free(waiting->stock);
    free(waiting->due);
    memset(waiting, 0, sizeof *waiting);
}

static float *slot_of(const eesi_waiting *waiting, int slot) {
    return waiting->stock + (size_t)slot * (size_t)waiting->cells * N;
}

void eesi_waiting_begin(eesi_member_worker *worker, double return_days) {
    eesi_waiting *waiting = &worker->waiting;
    for (int k = 0; k < waiting->slots; k++)
        for (int m = 0; m < N; m++)
            waiting->due[k][m] = INFINITY;
    waiting->usual = waiting->cells;
    while (waiting->usual > 0 && worker->set->cleared[waiting->usual - 1] >= worker->set->date - (ees_date)return_days)
        waiting->usual--;
}

void eesi_waiting_note(eesi_member_worker *worker) {
    memcpy(worker->waiting.before, worker->x.stock, (size_t)worker->waiting.cells * N * sizeof(float));
}

/* Of the arrivals since `from`, those that stand for candidates who came back. */
static void spare_arrivals(eesi_member_worker *worker, const eesi_group_round *round, const double from[N]) {
    const eesi_waiting *waiting = &worker->waiting;
    float share[N], keep[N];
    for (int m = 0; m < N; m++) {
        const double days = worker->date[m] - from[m], first = worker->set->date + round->return_days;
        const double late = fmin(fmax(worker->date[m] - first, 0.0), days);
        share[m] = days > 0 ? (float)(round->return_share * late / days) : 0.0F;
        keep[m] = (float)exp(-(double)worker->tables->loss * days);
    }
    for (int c = waiting->usual; c < waiting->cells; c++) {
        float *row = worker->x.stock + (size_t)c * N;
        const float *before = waiting->before + (size_t)c * N;
        for (int m = 0; m < N; m++) {
            const float arrived = row[m] - keep[m] * before[m];
            row[m] -= arrived > 0.0F ? share[m] * arrived : 0.0F;
        }
    }
}

/* Those whose day has come by the day of their lane. */
static void come_back(eesi_member_worker *worker) {
    const eesi_waiting *waiting = &worker->waiting;
    for (int k = 0; k < waiting->slots; k++) {
        float left[N];
        bool any = false;
        for (int m = 0; m < N; m++) {
            const bool back = waiting->due[k][m] <= worker->date[m];
            left[m] = back ? (float)exp(-(double)worker->tables->loss * (worker->date[m] - waiting->due[k][m])) : 0.0F;
            waiting->due[k][m] = back ? (double)INFINITY : waiting->due[k][m];
            any = any || back;
        }
        const float *stock = slot_of(waiting, k);
        for (size_t i = 0; any && i < (size_t)waiting->cells * N; i++)
            worker->x.stock[i] += left[i % N] > 0.0F ? left[i % N] * stock[i] : 0.0F;
    }
}

void eesi_waiting_moved(eesi_member_worker *worker, const eesi_group_round *round, const double from[N]) {
    spare_arrivals(worker, round, from);
    come_back(worker);
}

static int free_slot(const eesi_waiting *waiting) {
    for (int k = 0; k < waiting->slots; k++) {
        bool empty = true;
        for (int m = 0; m < N; m++)
            empty = empty && waiting->due[k][m] > 1e300;
        if (empty)
            return k;
    }
    return EESI_UNKNOWN;
}

void eesi_waiting_left(eesi_member_worker *worker, const eesi_group_round *round) {
    const eesi_waiting *waiting = &worker->waiting;
    const int k = free_slot(waiting);
    EES_BUG_ASSERT(k >= 0);
    float *stock = slot_of(waiting, k);
    const float share = (float)round->return_share;
    for (size_t i = 0; i < (size_t)waiting->cells * N; i++)
        stock[i] = share * (waiting->before[i] - worker->x.stock[i]);
    for (int m = 0; m < N; m++)
        if (round->size[m] > 0)
            waiting->due[k][m] = round->date[m] + round->return_days;
}
