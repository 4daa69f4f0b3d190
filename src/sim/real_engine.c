#include "sim/real_engine.h"

#include <stdlib.h>
#include <string.h>

enum { N = EESI_GROUP };

/*
 * What one thread works with. A block's futures are scheduled first, into the rows of the block itself; then program by
 * program the lanes with rounds of it are sorted by parameter set and number of rounds and walked in groups, so that
 * lanes of a group end at about the same time.
 */
typedef struct real_worker {
    eesi_flow_worker flow[EES_SIM_PROGRAMS_MAX];
    eesi_walk_worker walk;
    ees_future_round *events; /* [capacity] of one lane, of all programs */
    ees_date *cleared;        /* [row][lane] last day before the round on which the future took nominees */
    uint16_t *own;            /* [lane][capacity] rows of a lane, program after program */
    uint16_t (*start)[EES_SIM_PROGRAMS_MAX + 1]; /* [lane] where each program begins in `own` */
    uint16_t *sorted;                            /* lanes that hold rounds of a program */
    uint32_t *bucket;                            /* scratch of the sort */
    eesi_group_round round;
} real_worker;

/* Sixteen lanes of a block that are walked together. */
typedef struct lane_group {
    const eesi_real_scenario *scenario;
    ees_sim_block *block;
    int program, lanes, most; /* most: rounds of its longest lane */
    int lane[N];              /* in the block */
    uint64_t replicate[N];    /* places without a lane repeat the first */
} lane_group;

void eesi_real_model_free(eesi_real_model *model) {
    for (int p = 0; p < model->program_count; p++) {
        eesi_flow_stream_free(&model->program[p].flow);
        ees_posterior_destroy(model->program[p].posterior);
    }
    for (int s = 0; model->scenario && s < model->scenario_count; s++) {
        ees_policy_destroy(model->scenario[s].policy);
        free(model->scenario[s].arrivals);
        for (int p = 0; p < EES_SIM_PROGRAMS_MAX; p++)
            free(model->scenario[s].shocks[p]);
    }
    free(model->scenario);
    memset(model, 0, sizeof *model);
}

static void worker_destroy(void *of) {
    real_worker *worker = of;
    if (!worker)
        return;
    for (int p = 0; p < EES_SIM_PROGRAMS_MAX; p++)
        eesi_flow_worker_free(&worker->flow[p]);
    free(worker->events);
    free(worker->cleared);
    free(worker->own);
    free(worker->start);
    free(worker->sorted);
    free(worker->bucket);
    free(worker);
}

static size_t set_count(const eesi_real_program *program) {
    return program->has_members ? program->flow.posterior->set_count : 1;
}

static size_t bucket_count(const eesi_real_model *model) {
    size_t most = 1;
    for (int p = 0; p < model->program_count; p++)
        most = set_count(&model->program[p]) > most ? set_count(&model->program[p]) : most;
    return most * ((size_t)model->capacity + 1) + 1;
}

static int worker_fill(const eesi_real_model *model, real_worker *worker) {
    const size_t cells = (size_t)EES_SIM_BLOCK * (size_t)model->capacity;
    worker->events = malloc((size_t)model->capacity * sizeof *worker->events);
    worker->cleared = malloc(cells * sizeof *worker->cleared);
    worker->own = malloc(cells * sizeof *worker->own);
    worker->start = malloc(EES_SIM_BLOCK * sizeof *worker->start);
    worker->sorted = malloc(EES_SIM_BLOCK * sizeof *worker->sorted);
    worker->bucket = malloc(bucket_count(model) * sizeof *worker->bucket);
    if (!worker->events || !worker->cleared || !worker->own || !worker->start || !worker->sorted || !worker->bucket)
        return EES_ERR_NOMEM;
    int rc = EES_OK;
    for (int p = 0; rc == EES_OK && p < model->program_count; p++)
        if (model->program[p].has_members)
            rc = eesi_flow_worker_init(&worker->flow[p], &model->program[p].flow, model->capacity, model->returns);
    return rc;
}

static int worker_create(const void *of, void **out, ees_error *err) {
    real_worker *worker = calloc(1, sizeof *worker);
    const int rc = worker ? worker_fill(of, worker) : EES_ERR_NOMEM;
    if (rc) {
        worker_destroy(worker);
        return ees_error_set(err, rc, "out of memory");
    }
    *out = worker;
    return EES_OK;
}

/* ---- the schedule ---- */

/* The rows of a lane, program after program. */
static void sort_rows(const eesi_real_model *model, real_worker *worker, const ees_sim_block *block, int lane) {
    uint16_t *start = worker->start[lane], *own = worker->own + (size_t)lane * (size_t)model->capacity;
    uint16_t next[EES_SIM_PROGRAMS_MAX + 1] = {0};
    const int rows = block->rounds[lane];
    for (int row = 0; row < rows; row++)
        next[block->program[(size_t)row * (size_t)block->lanes + (size_t)lane] + 1]++;
    for (int p = 0; p < model->program_count; p++)
        next[p + 1] = (uint16_t)(next[p + 1] + next[p]);
    memcpy(start, next, sizeof next);
    for (int row = 0; row < rows; row++)
        own[next[block->program[(size_t)row * (size_t)block->lanes + (size_t)lane]]++] = (uint16_t)row;
}

/* Dates, programs and sizes first: they do not depend on the cut-offs. */
static int schedule_lane(const eesi_real_model *model, const ees_policy *policy, real_worker *worker,
                         ees_sim_block *block, int lane, ees_error *err) {
    const int count = ees_policy_sample(policy, model->seed, block->first + (uint64_t)lane, worker->events);
    const int rc = ees_sim_block_reserve(block, count, err);
    ees_date cleared = EES_DATE_NONE;
    int rows = 0;
    for (int e = 0; rc == EES_OK && e < count; e++) {
        const ees_future_round *event = &worker->events[e];
        if (model->slot[event->program] != EESI_UNKNOWN) {
            const size_t at = (size_t)rows++ * (size_t)block->lanes + (size_t)lane;
            block->date[at] = event->date;
            block->program[at] = (uint8_t)model->slot[event->program];
            block->size[at] = event->size;
            worker->cleared[at] = cleared;
        }
        if (model->nominees.clearing >> event->program & 1)
            cleared = event->date;
    }
    block->rounds[lane] = rows;
    if (rc == EES_OK)
        sort_rows(model, worker, block, lane);
    return rc;
}

/* Nominees as the filter counts them on a day: the last published band, and what has come since. `cleared` is the last
 * day on which the future took them, or none. */
static void count_nominees(const eesi_real_nominees *of, ees_date date, ees_date cleared, double *band, double *flow) {
    const bool future = cleared != EES_DATE_NONE;
    if (!future)
        cleared = of->clear_date;
    const bool fresh = !future && of->band_date != EES_DATE_NONE && of->band_date > cleared;
    const ees_date since = fresh ? of->band_date : cleared;
    double days = since == EES_DATE_NONE ? 0 : date - since, base = fresh ? of->band : 0;
    /* A future that leaves out the rounds that take nominees is not one in which they pile up. */
    if (!future && of->assumed_every_days > 0 && cleared != EES_DATE_NONE && date - cleared > of->assumed_every_days) {
        days = (date - cleared - 1) % of->assumed_every_days + 1;
        base = 0;
    }
    *band = base;
    *flow = of->rate * days;
}

/* Mean factor on arrivals over the days from `from` to `to`. */
static double mean_inflow(const eesi_real_model *model, const eesi_real_scenario *scenario, int program, ees_date from,
                          ees_date to) {
    const double *sum = scenario->arrivals + (size_t)program * (size_t)(model->arrivals_days + 1);
    int a = from - model->arrivals_from, b = to - model->arrivals_from;
    a = a < 0 ? 0 : a > model->arrivals_days ? model->arrivals_days : a;
    b = b > model->arrivals_days ? model->arrivals_days : b;
    return b > a ? (sum[b] - sum[a]) / (b - a) : 1.0;
}

/* ---- one program ---- */

static int rounds_of(const real_worker *worker, int lane, int program) {
    return worker->start[lane][program + 1] - worker->start[lane][program];
}

/* Lanes with rounds of the program, by parameter set and then by falling number of rounds: a counting sort, which
 * keeps equal ones in order. Returns how many. */
static int sort_lanes(const eesi_real_model *model, real_worker *worker, const ees_sim_block *block, int program) {
    const eesi_real_program *of = &model->program[program];
    const size_t width = (size_t)model->capacity + 1, buckets = set_count(of) * width;
    uint32_t key[EES_SIM_BLOCK];
    uint32_t *next = worker->bucket;
    memset(next, 0, (buckets + 1) * sizeof *next);
    for (int lane = 0; lane < block->lanes; lane++) {
        const size_t set = of->has_members ? eesi_flow_set_of(&of->flow, block->first + (uint64_t)lane) : 0;
        const int count = rounds_of(worker, lane, program);
        key[lane] = (uint32_t)(set * width + (size_t)(model->capacity - count));
        if (count > 0)
            next[key[lane] + 1]++;
    }
    for (size_t b = 0; b < buckets; b++)
        next[b + 1] += next[b];
    const int sorted = (int)next[buckets];
    for (int lane = 0; lane < block->lanes; lane++)
        if (rounds_of(worker, lane, program) > 0)
            worker->sorted[next[key[lane]]++] = (uint16_t)lane;
    return sorted;
}

/* The next group of the sorted lanes: of one set. Returns where it ends. */
static int take_group(const eesi_real_model *model, const real_worker *worker, lane_group *group, int from, int end) {
    const eesi_real_program *of = &model->program[group->program];
    group->lanes = 0;
    while (from < end && group->lanes < N) {
        const int lane = worker->sorted[from];
        const uint64_t replicate = group->block->first + (uint64_t)lane;
        if (group->lanes > 0 && of->has_members &&
            eesi_flow_set_of(&of->flow, replicate) != eesi_flow_set_of(&of->flow, group->replicate[0]))
            break;
        group->lane[group->lanes] = lane;
        group->replicate[group->lanes++] = replicate;
        from++;
    }
    for (int i = group->lanes; i < N; i++)
        group->replicate[i] = group->replicate[0];
    group->most = rounds_of(worker, group->lane[0], group->program);
    return from;
}

/* Where a lane's k-th round of the group's program is in the block. */
static size_t place_of(const eesi_real_model *model, const real_worker *worker, const lane_group *group, int i, int k) {
    const int lane = group->lane[i];
    const size_t own = (size_t)lane * (size_t)model->capacity + worker->start[lane][group->program] + (size_t)k;
    return (size_t)worker->own[own] * (size_t)group->block->lanes + (size_t)lane;
}

static void gather(const eesi_real_model *model, real_worker *worker, const lane_group *group, int k) {
    const ees_sim_block *block = group->block;
    eesi_group_round *round = &worker->round;
    for (int i = 0; i < N; i++) {
        round->size[i] = round->nominees_band[i] = round->nominees_flow[i] = round->date[i] = 0;
        round->inflow[i] = 1;
        if (i >= group->lanes || k >= rounds_of(worker, group->lane[i], group->program))
            continue;
        const size_t at = place_of(model, worker, group, i, k);
        const ees_date since = k > 0 ? block->date[place_of(model, worker, group, i, k - 1)] : model->arrivals_from;
        round->size[i] = block->size[at];
        round->date[i] = block->date[at];
        round->inflow[i] = mean_inflow(model, group->scenario, group->program, since, block->date[at]);
        count_nominees(&model->nominees, block->date[at], worker->cleared[at], &round->nominees_band[i],
                       &round->nominees_flow[i]);
    }
}

static void scatter(const eesi_real_model *model, const real_worker *worker, const lane_group *group, int k) {
    const eesi_group_round *round = &worker->round;
    ees_sim_block *block = group->block;
    for (int i = 0; i < group->lanes && k < rounds_of(worker, group->lane[i], group->program); i++) {
        const size_t at = place_of(model, worker, group, i, k);
        int32_t *stock = block->stock + at * (size_t)block->bands;
        block->invited[at] = round->invited[i];
        block->cutoff[at] = (int16_t)round->cutoff[i];
        block->taken[at] = round->taken[i];
        block->tie_age[at] = (int16_t)round->tie_age[i];
        for (int b = 0; b < block->bands; b++)
            stock[b] = round->stock[b][i];
    }
}

static void run_group(const eesi_real_model *model, real_worker *worker, const lane_group *group) {
    const eesi_real_program *of = &model->program[group->program];
    eesi_flow_worker *flow = &worker->flow[group->program];
    worker->round.shock_count = group->scenario->shock_count[group->program];
    worker->round.shocks = group->scenario->shocks[group->program];
    worker->round.return_share = group->scenario->return_share;
    worker->round.return_days = group->scenario->return_days;
    if (of->has_members)
        eesi_flow_begin(flow, &of->flow, group->replicate);
    else
        eesi_walk_begin(&worker->walk, &of->walk, group->replicate);
    if (of->has_members && worker->round.return_share > 0)
        eesi_waiting_begin(flow, worker->round.return_days);
    for (int k = 0; k < group->most; k++) {
        worker->round.step = (uint32_t)k;
        gather(model, worker, group, k);
        if (of->has_members)
            eesi_flow_hold(flow, &of->flow, &worker->round);
        else
            eesi_walk_hold(&worker->walk, &of->walk, &worker->round);
        scatter(model, worker, group, k);
    }
}

static int run(const void *of, void *use, int scenario, ees_sim_block *block, ees_error *err) {
    const eesi_real_model *model = of;
    real_worker *worker = use;
    const eesi_real_scenario *under = &model->scenario[scenario];
    int rc = EES_OK;
    for (int lane = 0; rc == EES_OK && lane < block->lanes; lane++)
        rc = schedule_lane(model, under->policy, worker, block, lane, err);
    lane_group group = {.scenario = under, .block = block};
    for (int p = 0; rc == EES_OK && p < model->program_count; p++) {
        group.program = p;
        const int end = sort_lanes(model, worker, block, p);
        for (int from = 0; from < end;) {
            if (block->go_on && !block->go_on(block->user))
                return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
            from = take_group(model, worker, &group, from, end);
            run_group(model, worker, &group);
        }
    }
    return rc;
}

ees_engine eesi_real_engine(const eesi_real_model *model) {
    return (ees_engine){
        .name = "cells", .model = model, .worker_create = worker_create, .worker_destroy = worker_destroy, .run = run};
}
