/*
 * One round with many sizes. A draw asks how its size moves the cut-off; futures up to the round do not depend on it,
 * so they are computed once, and the round is held from the same states with each size and the same random numbers.
 */
#include <string.h>

#include "base/assert.h"
#include "run/worker.h"

enum { N = EESI_GROUP, CELLS_MAX = EES_SCORE_COUNT };

/* What a round changes. */
typedef struct state {
    eesi_drift_worker drift;
    eesi_group_round round;
    float log_level[N], log_tail[N], stock[CELLS_MAX * N];
    double date[N];
    int held, rows[N];
} state;

static size_t stock_bytes(const eesi_member_worker *member) {
    EES_BUG_ASSERT(member->tables->grid.cells <= CELLS_MAX);
    return (size_t)member->tables->grid.cells * N * sizeof(float);
}

static void keep_members(state *to, const eesi_member_worker *from) {
    memcpy(to->log_level, from->x.log_level, sizeof to->log_level);
    memcpy(to->log_tail, from->x.log_tail, sizeof to->log_tail);
    memcpy(to->stock, from->x.stock, stock_bytes(from));
    memcpy(to->date, from->date, sizeof to->date);
    memcpy(to->rows, from->rows, sizeof to->rows);
    to->held = from->held;
}

static void restore_members(eesi_member_worker *to, const state *from) {
    memcpy(to->x.log_level, from->log_level, sizeof from->log_level);
    memcpy(to->x.log_tail, from->log_tail, sizeof from->log_tail);
    memcpy(to->x.stock, from->stock, stock_bytes(to));
    memcpy(to->date, from->date, sizeof from->date);
    memcpy(to->rows, from->rows, sizeof from->rows);
    to->held = from->held;
}

/* The lanes whose round is the one asked for. */
static uint32_t lanes_asked(const eesi_asked_round *asked, const eesi_lane_group *group,
                            const eesi_group_round *round) {
    uint32_t lanes = 0;
    for (int i = 0; i < EESI_GROUP; i++)
        if (i < group->lanes && round->size[i] > 0 && (ees_date)round->date[i] == asked->date)
            lanes |= 1u << i;
    return lanes;
}

static void count(eesi_asked_round *asked, size_t k, const eesi_group_round *round, uint32_t lanes) {
    for (uint32_t left = lanes; left; left &= left - 1) {
        const int cutoff = round->cutoff[__builtin_ctz(left)];
        atomic_fetch_add(&asked->cutoffs[k * EES_SCORE_COUNT + (size_t)(cutoff > 0 ? cutoff : 0)], 1);
    }
}

static void hold_size(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group, uint32_t lanes,
                      size_t k) {
    for (int i = 0; i < N; i++)
        worker->round.size[i] = lanes >> i & 1U ? model->asked->sizes[k] : 0;
    eesi_worker_hold_once(model, worker, group);
    count(model->asked, k, &worker->round, lanes);
}

/* Only those lanes, brought to the day: what the sizes share. */
static void advance(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group, uint32_t lanes) {
    eesi_group_round only = worker->round;
    for (int i = 0; i < N; i++)
        only.size[i] = lanes >> i & 1U ? only.size[i] : 0;
    eesi_member_advance(&worker->member[group->program], &model->program[group->program].member, &only);
}

void eesi_worker_ask(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group) {
    const bool has_members = model->program[group->program].has_members;
    eesi_member_worker *member = &worker->member[group->program];
    const uint32_t lanes = lanes_asked(model->asked, group, &worker->round);
    state before;
    if (!lanes)
        return;
    if (has_members)
        advance(model, worker, group, lanes);
    before.drift = worker->drift[group->program];
    before.round = worker->round;
    if (has_members)
        keep_members(&before, member);
    atomic_fetch_add(&model->asked->before, (unsigned)__builtin_popcount(lanes) * worker->round.step);
    for (size_t k = 0; k < model->asked->count; k++) {
        hold_size(model, worker, group, lanes, k);
        worker->drift[group->program] = before.drift;
        worker->round = before.round;
        if (has_members)
            restore_members(member, &before);
    }
}
