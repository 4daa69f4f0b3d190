#include "sim/real_worker.h"

#include <stdlib.h>
#include <string.h>

enum { N = EESI_GROUP };

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
    eesi_real_worker *worker = of;
    if (!worker)
        return;
    for (int p = 0; p < EES_SIM_PROGRAMS_MAX; p++)
        eesi_flow_worker_free(&worker->flow[p]);
    free(worker->events);
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

static int worker_fill(const eesi_real_model *model, eesi_real_worker *worker) {
    const size_t cells = (size_t)EES_SIM_BLOCK * (size_t)model->capacity;
    worker->events = malloc((size_t)model->capacity * sizeof *worker->events);
    worker->own = malloc(cells * sizeof *worker->own);
    worker->start = malloc(EES_SIM_BLOCK * sizeof *worker->start);
    worker->sorted = malloc(EES_SIM_BLOCK * sizeof *worker->sorted);
    worker->bucket = malloc(bucket_count(model) * sizeof *worker->bucket);
    if (!worker->events || !worker->own || !worker->start || !worker->sorted || !worker->bucket)
        return EES_ERR_NOMEM;
    int rc = EES_OK;
    for (int p = 0; rc == EES_OK && p < model->program_count; p++)
        if (model->program[p].has_members)
            rc = eesi_flow_worker_init(&worker->flow[p], &model->program[p].flow, model->capacity, model->returns);
    return rc;
}

static int worker_create(const void *of, void **out, ees_error *err) {
    eesi_real_worker *worker = calloc(1, sizeof *worker);
    const int rc = worker ? worker_fill(of, worker) : EES_ERR_NOMEM;
    if (rc) {
        worker_destroy(worker);
        return ees_error_set(err, rc, "out of memory");
    }
    *out = worker;
    return EES_OK;
}

/* ---- the schedule ---- */

/* Where each program's rounds of a lane begin. */
static void find_starts(const eesi_real_model *model, const ees_future_round *events, int count, uint16_t *start) {
    memset(start, 0, (EES_SIM_PROGRAMS_MAX + 1) * sizeof *start);
    for (int e = 0; e < count; e++)
        if (model->slot[events[e].program] != EESI_UNKNOWN)
            start[model->slot[events[e].program] + 1]++;
    for (int p = 0; p < model->program_count; p++)
        start[p + 1] = (uint16_t)(start[p + 1] + start[p]);
}

/* Dates, programs and sizes first: they do not depend on the cut-offs. */
static int schedule_lane(const eesi_real_model *model, const ees_policy *policy, eesi_real_worker *worker,
                         ees_sim_block *block, int lane, ees_error *err) {
    const int count = ees_policy_sample(policy, model->seed, block->first + (uint64_t)lane, worker->events);
    const int rc = ees_sim_block_reserve(block, count, err);
    eesi_own_round *own = worker->own + (size_t)lane * (size_t)model->capacity;
    uint16_t next[EES_SIM_PROGRAMS_MAX + 1];
    ees_date cleared = EES_DATE_NONE;
    int rows = 0;
    find_starts(model, worker->events, count, worker->start[lane]);
    memcpy(next, worker->start[lane], sizeof next);
    for (int e = 0; rc == EES_OK && e < count; e++) {
        const ees_future_round *event = &worker->events[e];
        const int8_t program = model->slot[event->program];
        if (program != EESI_UNKNOWN) {
            const size_t at = (size_t)rows * (size_t)block->lanes + (size_t)lane;
            block->date[at] = event->date;
            block->program[at] = (uint8_t)program;
            block->size[at] = event->size;
            own[next[program]++] = (eesi_own_round){event->date, cleared, event->size, rows++};
        }
        if (model->nominees.clearing >> event->program & 1)
            cleared = event->date;
    }
    block->rounds[lane] = rows;
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

double eesi_real_inflow(const eesi_real_model *model, const eesi_real_scenario *scenario, int program, ees_date from,
                        ees_date to) {
    const double *sum = scenario->arrivals + (size_t)program * (size_t)(model->arrivals_days + 1);
    int a = from - model->arrivals_from, b = to - model->arrivals_from;
    a = a < 0 ? 0 : a > model->arrivals_days ? model->arrivals_days : a;
    b = b > model->arrivals_days ? model->arrivals_days : b;
    return b > a ? (sum[b] - sum[a]) / (b - a) : 1.0;
}

/* ---- one program ---- */

int eesi_real_check(const ees_sim_block *block, ees_error *err) {
    if (!block->go_on || block->go_on(block->user))
        return EES_OK;
    return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
}

int eesi_real_rounds(const eesi_real_worker *worker, int lane, int program) {
    return worker->start[lane][program + 1] - worker->start[lane][program];
}

/* Lanes with rounds of the program, by parameter set and then by falling number of rounds: a counting sort, which
 * keeps equal ones in order. Returns how many. */
static int sort_lanes(const eesi_real_model *model, eesi_real_worker *worker, const ees_sim_block *block, int program) {
    const eesi_real_program *of = &model->program[program];
    const size_t width = (size_t)model->capacity + 1, buckets = set_count(of) * width;
    uint32_t key[EES_SIM_BLOCK];
    uint32_t *next = worker->bucket;
    memset(next, 0, (buckets + 1) * sizeof *next);
    for (int lane = 0; lane < block->lanes; lane++) {
        const size_t set = of->has_members ? eesi_flow_set_of(&of->flow, block->first + (uint64_t)lane) : 0;
        const int count = eesi_real_rounds(worker, lane, program);
        key[lane] = (uint32_t)(set * width + (size_t)(model->capacity - count));
        if (count > 0 && !worker->apart[lane])
            next[key[lane] + 1]++;
    }
    for (size_t b = 0; b < buckets; b++)
        next[b + 1] += next[b];
    const int sorted = (int)next[buckets];
    for (int lane = 0; lane < block->lanes; lane++)
        if (eesi_real_rounds(worker, lane, program) > 0 && !worker->apart[lane])
            worker->sorted[next[key[lane]]++] = (uint16_t)lane;
    return sorted;
}

/* The next group of the sorted lanes: of one set. Returns where it ends. */
static int take_group(const eesi_real_model *model, const eesi_real_worker *worker, eesi_lane_group *group, int from,
                      int end) {
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
    group->most = eesi_real_rounds(worker, group->lane[0], group->program);
    return from;
}

const eesi_own_round *eesi_real_own(const eesi_real_model *model, const eesi_real_worker *worker, int lane, int program,
                                    int k) {
    return &worker->own[(size_t)lane * (size_t)model->capacity + worker->start[lane][program] + (size_t)k];
}

size_t eesi_real_place(const eesi_real_model *model, const eesi_real_worker *worker, const eesi_lane_group *group,
                       int i, int k) {
    const int lane = group->lane[i];
    const eesi_own_round *own = eesi_real_own(model, worker, lane, group->program, k);
    return (size_t)own->row * (size_t)group->block->lanes + (size_t)lane;
}

void eesi_real_gather(const eesi_real_model *model, eesi_real_worker *worker, const eesi_lane_group *group, int k) {
    const bool has_members = model->program[group->program].has_members;
    eesi_group_round *round = &worker->round;
    round->step = (uint32_t)k;
    round->shock_count = group->scenario->shock_count[group->program];
    round->shocks = group->scenario->shocks[group->program];
    round->return_share = group->scenario->return_share;
    round->return_days = group->scenario->return_days;
    for (int i = 0; i < N; i++) {
        round->size[i] = round->nominees_band[i] = round->nominees_flow[i] = round->date[i] = 0;
        round->inflow[i] = 1;
        if (i >= group->lanes || !(group->wanted >> i & 1) ||
            k >= eesi_real_rounds(worker, group->lane[i], group->program))
            continue;
        const eesi_own_round *own = eesi_real_own(model, worker, group->lane[i], group->program, k);
        const ees_date since = has_members ? (ees_date)worker->flow[group->program].date[i] : model->arrivals_from;
        round->size[i] = own->size;
        round->date[i] = own->date;
        round->inflow[i] = eesi_real_inflow(model, group->scenario, group->program, since, own->date);
        count_nominees(&model->nominees, own->date, own->cleared, &round->nominees_band[i], &round->nominees_flow[i]);
    }
}

void eesi_real_scatter(const eesi_real_model *model, const eesi_real_worker *worker, const eesi_lane_group *group,
                       int k) {
    const eesi_group_round *round = &worker->round;
    ees_sim_block *block = group->block;
    for (int i = 0; i < group->lanes; i++) {
        if (!(group->wanted >> i & 1) || k >= eesi_real_rounds(worker, group->lane[i], group->program))
            continue;
        const size_t at = eesi_real_place(model, worker, group, i, k);
        int32_t *stock = block->stock + at * (size_t)block->bands;
        block->invited[at] = round->invited[i];
        block->cutoff[at] = (int16_t)round->cutoff[i];
        block->taken[at] = round->taken[i];
        block->tie_age[at] = (int16_t)round->tie_age[i];
        for (int b = 0; b < block->bands; b++)
            stock[b] = round->stock[b][i];
    }
}

void eesi_real_begin(const eesi_real_model *model, eesi_real_worker *worker, const eesi_lane_group *group) {
    const eesi_real_program *of = &model->program[group->program];
    if (!of->has_members) {
        eesi_walk_begin(&worker->walk[group->program], &of->walk, group->replicate);
        return;
    }
    eesi_flow_begin(&worker->flow[group->program], &of->flow, group->replicate);
    if (group->scenario->return_share > 0)
        eesi_waiting_begin(&worker->flow[group->program], group->scenario->return_days);
}

void eesi_real_hold(const eesi_real_model *model, eesi_real_worker *worker, const eesi_lane_group *group) {
    const eesi_real_program *of = &model->program[group->program];
    if (of->has_members)
        eesi_flow_hold(&worker->flow[group->program], &of->flow, &worker->round);
    else
        eesi_walk_hold(&worker->walk[group->program], &of->walk, &worker->round);
}

static void run_group(const eesi_real_model *model, eesi_real_worker *worker, const eesi_lane_group *group) {
    eesi_real_begin(model, worker, group);
    for (int k = 0; k < group->most; k++) {
        eesi_real_gather(model, worker, group, k);
        eesi_real_hold(model, worker, group);
        eesi_real_scatter(model, worker, group, k);
    }
}

static int run(const void *of, void *use, int scenario, ees_sim_block *block, ees_error *err) {
    const eesi_real_model *model = of;
    eesi_real_worker *worker = use;
    const eesi_real_scenario *under = &model->scenario[scenario];
    int rc = EES_OK;
    for (int lane = 0; rc == EES_OK && lane < block->lanes; lane++) {
        rc = lane % N == 0 ? eesi_real_check(block, err) : EES_OK;
        if (rc == EES_OK)
            rc = schedule_lane(model, under->policy, worker, block, lane, err);
    }
    if (rc == EES_OK)
        eesi_real_find_general(model, worker, block);
    eesi_lane_group group = {.scenario = under, .block = block};
    for (int first = 0; rc == EES_OK && model->general >= 0 && first < block->lanes; first += EESI_SET_LANES)
        rc = eesi_real_run_general(model, worker, &group, first, err);
    group.wanted = UINT32_MAX;
    for (int p = 0; rc == EES_OK && p < model->program_count; p++) {
        group.program = p;
        const int end = sort_lanes(model, worker, block, p);
        for (int from = 0; from < end && (rc = eesi_real_check(block, err)) == EES_OK;) {
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
