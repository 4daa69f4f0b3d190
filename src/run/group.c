/* Sixteen lanes of one program: what a round of theirs needs, and what came of it. */
#include <math.h>

#include "base/stats.h"
#include "run/worker.h"

enum { N = EESI_GROUP };

int eesi_worker_check(const eesi_block *block, ees_error *err) {
    if (!block->go_on || block->go_on(block->user))
        return EES_OK;
    return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
}

int eesi_worker_rounds(const eesi_worker *worker, int lane, int program) {
    return (int)(worker->start[lane][program + 1] - worker->start[lane][program]);
}

const eesi_own_round *eesi_worker_own(const eesi_worker *worker, int lane, int program) {
    return &worker->own[worker->start[lane][program]];
}

void eesi_worker_turn_to(const eesi_worker *worker, eesi_lane_group *group, int program) {
    group->program = program;
    for (int i = 0; i < N; i++) {
        group->own[i] = i < group->lanes ? eesi_worker_own(worker, group->lane[i], program) : NULL;
        group->rounds[i] = i < group->lanes ? eesi_worker_rounds(worker, group->lane[i], program) : 0;
        __builtin_prefetch(group->own[i]);
    }
}

/* The lanes that hold a k-th round of the program now, as bits. */
static uint32_t holding(const eesi_lane_group *group, int k) {
    uint32_t lanes = 0;
    for (int i = 0; i < N; i++)
        lanes |= (uint32_t)(k < group->rounds[i]) << i;
    return lanes & group->wanted;
}

/* Nominees as the filter counts them on a day: the last published band, and what has come since. `cleared` is the last
 * day on which the future took them, or none: then what is known goes on. */
static void count_nominees(const eesi_worker_nominees *of, ees_date date, ees_date cleared, double *band,
                           double *flow) {
    eesi_nominees now = of->known;
    double days;
    if (cleared != EES_DATE_NONE) {
        now.band_date = EES_DATE_NONE;
        now.clear_date = cleared;
    }
    eesi_nominees_since(&now, date, band, &days);
    /* A future that leaves out the rounds that take nominees is not one in which they pile up. */
    const int quiet = now.clear_date != EES_DATE_NONE ? date - now.clear_date : 0, gap = of->assumed_every_days;
    if (cleared == EES_DATE_NONE && gap > 0 && quiet > gap) {
        days = (quiet - 1) % gap + 1;
        *band = 0;
    }
    *flow = now.rate * days;
}

double eesi_worker_inflow(const eesi_run_model *model, const eesi_run_scenario *scenario, int program, ees_date from,
                          ees_date to) {
    if (!scenario->arrivals_changed)
        return 1.0;
    const double *sum = scenario->arrivals + (size_t)program * (size_t)(model->arrivals_days + 1);
    int a = from - model->arrivals_from, b = to - model->arrivals_from;
    a = a < 0 ? 0 : a > model->arrivals_days ? model->arrivals_days : a;
    b = b > model->arrivals_days ? model->arrivals_days : b;
    return b > a ? (sum[b] - sum[a]) / (b - a) : 1.0;
}

/* A round takes longer than fetching the places its results go to. */
static inline void expect_record(const eesi_block *block, size_t at) {
    __builtin_prefetch(block->invited + at, 1);
    __builtin_prefetch(block->cutoff + at, 1);
    __builtin_prefetch(block->taken + at, 1);
    __builtin_prefetch(block->tie_age + at, 1);
    __builtin_prefetch(block->stock + at * (size_t)block->bands, 1);
}

void eesi_worker_gather(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group, int k) {
    const bool has_members = model->program[group->program].has_members;
    eesi_group_round *round = &worker->round;
    round->step = (uint32_t)k;
    round->shock_count = group->scenario->shock_count[group->program];
    round->shocks = group->scenario->shocks[group->program];
    round->return_share = group->scenario->return_share;
    round->return_days = group->scenario->return_days;
    for (int i = 0; i < N; i++)
        round->size[i] = 0; /* and nothing else of the lane is looked at */
    for (uint32_t left = holding(group, k); left; left &= left - 1) {
        const int i = __builtin_ctz(left);
        const eesi_own_round *own = &group->own[i][k];
        round->size[i] = own->size;
        round->date[i] = own->date;
        __builtin_prefetch(own + 4);
        expect_record(group->block, (size_t)own->row * EESI_BLOCK_ROW + (size_t)group->lane[i]);
        if (!has_members)
            continue;
        const ees_date since = (ees_date)worker->member[group->program].date[i];
        round->inflow[i] = eesi_worker_inflow(model, group->scenario, group->program, since, own->date);
        count_nominees(&model->nominees, own->date, own->cleared, &round->nominees_band[i], &round->nominees_flow[i]);
    }
}

void eesi_worker_scatter(const eesi_worker *worker, const eesi_lane_group *group, int k) {
    const eesi_group_round *round = &worker->round;
    eesi_block *block = group->block;
    const uint32_t known = block->known[group->program];
    for (uint32_t lanes = holding(group, k); lanes; lanes &= lanes - 1) {
        const int i = __builtin_ctz(lanes);
        const size_t at = (size_t)group->own[i][k].row * EESI_BLOCK_ROW + (size_t)group->lane[i];
        int32_t *stock = block->stock + at * (size_t)block->bands;
        block->invited[at] = round->invited[i];
        block->cutoff[at] = (int16_t)round->cutoff[i];
        block->taken[at] = round->taken[i];
        block->tie_age[at] = (int16_t)round->tie_age[i];
        for (uint32_t left = known; left; left &= left - 1)
            stock[__builtin_ctz(left)] = round->stock[__builtin_ctz(left)][i];
    }
}

/* Which lanes follow the drift, by an address of the replicate's own. */
static uint32_t choose_drifts(const eesi_run_program *of, const uint64_t replicate[N]) {
    enum { CHOICE_STEP = 0x7000 };
    float z[4][N];
    uint32_t lanes = 0;
    eesi_future_normals(of->member.seed, 0, replicate, of->member.purpose, CHOICE_STEP, 1, z[0]);
    for (int i = 0; i < N; i++)
        lanes |= (uint32_t)(eesi_normal_above((double)z[0][i]) < of->drift_share) << i;
    return lanes;
}

void eesi_worker_begin(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group) {
    const eesi_run_program *of = &model->program[group->program];
    if (!of->has_members || of->drift_share > 0)
        eesi_drift_begin(&worker->drift[group->program], &of->drift, group->replicate);
    if (!of->has_members)
        return;
    worker->drifts[group->program] = of->drift_share > 0 ? choose_drifts(of, group->replicate) : 0;
    eesi_member_begin(&worker->member[group->program], &of->member, group->replicate);
    if (group->scenario->return_share > 0)
        eesi_waiting_begin(&worker->member[group->program], group->scenario->return_days);
}

/*
 * The next round of the program: the forecast of it is a mixture, and these lanes follow its other parts. Later rounds
 * are the members' own, since only they know what a policy does to the stock; the stock is theirs in any case.
 */
static void follow_drift(const eesi_run_program *of, eesi_worker *worker, int program) {
    eesi_drift_worker *drift = &worker->drift[program];
    uint32_t next = 0;
    for (uint32_t left = worker->drifts[program]; left; left &= left - 1) {
        const int i = __builtin_ctz(left);
        next |= (uint32_t)(!drift->begun[i] && worker->round.size[i] > 0) << i;
    }
    if (next == 0)
        return;
    eesi_group_round drifted = worker->round;
    eesi_drift_hold(drift, &of->drift, &drifted);
    const double known = exp(of->drift.log_size[EESI_DRIFT_SIZES - 1]);
    for (; next; next &= next - 1) {
        const int i = __builtin_ctz(next);
        /* The other parts say nothing of larger sizes, and a larger round never ends higher. */
        if (worker->round.size[i] <= known || drifted.cutoff[i] < worker->round.cutoff[i])
            worker->round.cutoff[i] = drifted.cutoff[i];
    }
}

void eesi_worker_hold_once(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group) {
    const eesi_run_program *of = &model->program[group->program];
    if (!of->has_members) {
        eesi_drift_hold(&worker->drift[group->program], &of->drift, &worker->round);
        return;
    }
    eesi_member_hold(&worker->member[group->program], &of->member, &worker->round);
    follow_drift(of, worker, group->program);
}

void eesi_worker_hold(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group) {
    if (model->asked && model->asked->program == group->program)
        eesi_worker_ask(model, worker, group);
    eesi_worker_hold_once(model, worker, group);
}
