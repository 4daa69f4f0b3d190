/*
 * General rounds take everybody above their cut-off, whatever program they are eligible for, and rounds of one program
 * take their share of everybody. So where a future has general rounds its programs are no longer apart: from one
 * general round to the next every program's rounds are held, then the general one, then what it took is taken from the
 * others. The k-th round of a program draws the numbers it draws anywhere else, so that scenarios still share them.
 */
#include <math.h>
#include <string.h>

#include "run/worker.h"

enum { N = EESI_GROUP, TAKE_STEP = 0x8000 };

typedef struct passage {
    const eesi_run_model *model;
    eesi_worker *worker;
    eesi_lane_group *group;
    int done[EES_RUN_PROGRAMS_MAX][N]; /* rounds held */
} passage;

void eesi_worker_find_general(const eesi_run_model *model, eesi_worker *worker, const eesi_block *block) {
    memset(worker->apart, 0, sizeof worker->apart);
    for (int lane = 0; model->general >= 0 && lane < block->lanes; lane++)
        if (eesi_worker_rounds(worker, lane, model->general) > 0)
            worker->apart[lane] = true;
}

static int row_of(const passage *w, int i, int k) {
    return w->group->own[i][k].row;
}

/* Whether the lane has a round of the group's program left before a row. */
static bool has_before(const passage *w, int i, int bound) {
    const int done = w->done[w->group->program][i];
    return done < w->group->rounds[i] && row_of(w, i, done) < bound;
}

/* Hold the rounds of a program that come before a row of each lane. */
static void hold_before(passage *w, int program, const int bound[N]) {
    eesi_worker_turn_to(w->worker, w->group, program);
    for (int k = 0;; k++) {
        bool more = false;
        w->group->wanted = 0;
        for (int i = 0; i < w->group->lanes; i++) {
            if (!has_before(w, i, bound[i]))
                continue;
            more = true;
            if (w->done[program][i] == k)
                w->group->wanted |= (uint32_t)1 << i;
        }
        if (!more)
            return;
        if (w->group->wanted == 0)
            continue;
        eesi_worker_gather(w->model, w->worker, w->group, k);
        eesi_worker_hold(w->model, w->worker, w->group);
        eesi_worker_scatter(w->worker, w->group, k);
        for (int i = 0; i < w->group->lanes; i++)
            w->done[program][i] += (int)(w->group->wanted >> i & 1);
    }
}

/* Rounds of one program since the general round before took as many from everybody's stock as they invited; what those
 * candidates would have lost since is not lost twice, and those who have come back are not missing. */
static void lose_to_programs(const passage *w, int i, int first, int end) {
    const eesi_run_program *of = &w->model->program[w->model->general];
    eesi_member_worker *member = &w->worker->member[w->model->general];
    const eesi_block *block = w->group->block;
    const eesi_group_round *round = &w->worker->round;
    for (int row = first; row < end; row++) {
        const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)w->group->lane[i];
        if (!(w->model->takers >> block->program[at] & 1) || block->cutoff[at] < 0)
            continue;
        const double days = round->date[i] - block->date[at];
        const double back = days >= round->return_days ? round->return_share : 0;
        eesi_member_lose(member, &of->member, i, block->cutoff[at],
                         block->invited[at] * (1 - back) * exp(-(double)member->tables->loss * days));
    }
}

/* The g-th general round of each lane that has one. */
static void hold_general(passage *w, int g) {
    const int general = w->model->general;
    const eesi_run_program *of = &w->model->program[general];
    eesi_worker_turn_to(w->worker, w->group, general);
    w->group->wanted = UINT32_MAX;
    eesi_worker_gather(w->model, w->worker, w->group, g);
    if (of->has_members) {
        eesi_member_advance(&w->worker->member[general], &of->member, &w->worker->round);
        for (int i = 0; i < w->group->lanes; i++)
            if (g < w->group->rounds[i])
                lose_to_programs(w, i, g > 0 ? row_of(w, i, g - 1) + 1 : 0, row_of(w, i, g));
    }
    eesi_worker_hold(w->model, w->worker, w->group);
    eesi_worker_scatter(w->worker, w->group, g);
}

/* What the general round just held took from another program's candidates. */
static void take_from(passage *w, int program, int g, const eesi_group_round *general) {
    const eesi_run_program *of = &w->model->program[program];
    eesi_member_worker *member = &w->worker->member[program];
    eesi_group_round taken = *general;
    if (!of->has_members) {
        eesi_pool_stock_hold(&w->worker->drift[program].pool, &of->drift, &taken);
        return;
    }
    taken.step = TAKE_STEP | (uint32_t)g;
    taken.shock_count = w->group->scenario->shock_count[program];
    taken.shocks = w->group->scenario->shocks[program];
    for (int i = 0; i < N; i++) {
        if (taken.size[i] <= 0)
            continue;
        taken.inflow[i] = eesi_worker_inflow(w->model, w->group->scenario, program, (ees_date)member->date[i],
                                             (ees_date)taken.date[i]);
    }
    eesi_member_take_share(member, &of->member, &taken);
}

/* The row of a lane's first general round: lanes that reach theirs together make groups that are taken together. */
static int first_general(const eesi_run_model *model, const eesi_worker *worker, int lane) {
    return eesi_worker_own(worker, lane, model->general)->row;
}

/* The marked lanes from `first` on, by their first general round. Returns how many. */
static int list_lanes(const eesi_run_model *model, const eesi_worker *worker, const eesi_block *block, int first,
                      int lanes[EESI_SET_LANES]) {
    int count = 0;
    for (int lane = first; lane < first + EESI_SET_LANES && lane < block->lanes; lane++) {
        if (!worker->apart[lane])
            continue;
        int at = count++;
        for (; at > 0 && first_general(model, worker, lanes[at - 1]) > first_general(model, worker, lane); at--)
            lanes[at] = lanes[at - 1];
        lanes[at] = lane;
    }
    return count;
}

static void begin(passage *w, const int *lanes, int count) {
    eesi_lane_group *group = w->group;
    group->lanes = count < N ? count : N;
    for (int i = 0; i < N; i++) {
        group->lane[i] = lanes[i < group->lanes ? i : 0];
        group->replicate[i] = group->block->first + (uint64_t)group->lane[i];
    }
    for (int p = 0; p < w->model->program_count; p++) {
        group->program = p;
        eesi_worker_begin(w->model, w->worker, group);
    }
}

static int bound_of(const passage *w, int i, int g) {
    return g < w->group->rounds[i] ? row_of(w, i, g) : w->group->block->rounds[w->group->lane[i]];
}

static void pass_group(passage *w) {
    const int general = w->model->general;
    for (int g = 0;; g++) {
        int bound[N] = {0};
        bool more = false;
        eesi_worker_turn_to(w->worker, w->group, general);
        for (int i = 0; i < w->group->lanes; i++) {
            bound[i] = bound_of(w, i, g);
            more = more || g < w->group->rounds[i];
        }
        for (int p = 0; p < w->model->program_count; p++)
            if (p != general)
                hold_before(w, p, bound);
        if (!more)
            return;
        hold_general(w, g);
        const eesi_group_round held = w->worker->round;
        for (int p = 0; p < w->model->program_count; p++)
            if (p != general)
                take_from(w, p, g, &held);
    }
}

int eesi_worker_general(const eesi_run_model *model, eesi_worker *worker, eesi_lane_group *group, int first,
                        ees_error *err) {
    int lanes[EESI_SET_LANES], rc = EES_OK;
    const int count = list_lanes(model, worker, group->block, first, lanes);
    for (int from = 0; from < count && (rc = eesi_worker_check(group->block, err)) == EES_OK; from += N) {
        passage w = {.model = model, .worker = worker, .group = group};
        begin(&w, lanes + from, count - from);
        pass_group(&w);
    }
    return rc;
}
