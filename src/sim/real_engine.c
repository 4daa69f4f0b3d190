#include "sim/real_engine.h"

#include <stdlib.h>
#include <string.h>

enum { N = EESI_GROUP };

typedef struct real_worker {
    eesi_flow_worker flow[EES_SIM_PROGRAMS_MAX];
    eesi_walk_worker walk;
    ees_future_round *events; /* [N][capacity], of all programs */
    int count[N];
    int *own; /* [N][capacity] events of one program, in order */
    int own_count[N];
    int *row; /* [N][capacity] row of an event in the block */
    eesi_group_round round;
} real_worker;

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
    free(worker->own);
    free(worker->row);
    free(worker);
}

static int worker_create(const void *of, void **out, ees_error *err) {
    const eesi_real_model *model = of;
    real_worker *worker = calloc(1, sizeof *worker);
    size_t cells = (size_t)N * (size_t)model->capacity;
    int rc = worker ? EES_OK : EES_ERR_NOMEM;
    if (rc == EES_OK) {
        worker->events = malloc(cells * sizeof *worker->events);
        worker->own = malloc(cells * sizeof *worker->own);
        worker->row = malloc(cells * sizeof *worker->row);
        rc = worker->events && worker->own && worker->row ? EES_OK : EES_ERR_NOMEM;
    }
    for (int p = 0; rc == EES_OK && p < model->program_count; p++)
        if (model->program[p].has_members)
            rc = eesi_flow_worker_init(&worker->flow[p], &model->program[p].flow);
    if (rc) {
        worker_destroy(worker);
        return ees_error_set(err, rc, "out of memory");
    }
    *out = worker;
    return EES_OK;
}

/* Dates, programs and sizes first: they do not depend on the cut-offs. Returns the most rounds of a lane. */
static int schedule(const eesi_real_model *model, const ees_policy *policy, real_worker *worker, uint64_t first,
                    int32_t *rounds, int lanes) {
    int most = 0;
    for (int lane = 0; lane < N; lane++) {
        const size_t base = (size_t)lane * (size_t)model->capacity;
        ees_future_round *events = worker->events + base;
        int rows = 0;
        worker->count[lane] = ees_policy_sample(policy, model->seed, first + (uint64_t)lane, events);
        for (int e = 0; e < worker->count[lane]; e++)
            worker->row[base + (size_t)e] = model->slot[events[e].program] == EESI_UNKNOWN ? EESI_UNKNOWN : rows++;
        if (lane < lanes)
            rounds[lane] = rows;
        most = rows > most ? rows : most;
    }
    return most;
}

static int find_own(const eesi_real_model *model, real_worker *worker, int program) {
    int most = 0;
    for (int lane = 0; lane < N; lane++) {
        const size_t base = (size_t)lane * (size_t)model->capacity;
        int count = 0;
        for (int e = 0; e < worker->count[lane]; e++)
            if (model->slot[worker->events[base + (size_t)e].program] == program)
                worker->own[base + (size_t)count++] = e;
        worker->own_count[lane] = count;
        most = count > most ? count : most;
    }
    return most;
}

/* Last day before this event on which nominees were taken, in this future or before it. */
static ees_date last_clearing(const eesi_real_nominees *of, const ees_future_round *events, int event, bool *future) {
    *future = true;
    for (int e = event; e-- > 0;)
        if (of->clearing >> events[e].program & 1)
            return events[e].date;
    *future = false;
    return of->clear_date;
}

/* As the filter counts them on a day: the last published band, and what has come since. */
static void count_nominees(const eesi_real_nominees *of, const ees_future_round *events, int event, double *band,
                           double *flow) {
    bool future;
    const ees_date date = events[event].date, cleared = last_clearing(of, events, event, &future);
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

static void gather(const eesi_real_model *model, const eesi_real_scenario *scenario, real_worker *worker, int program,
                   int k) {
    eesi_group_round *round = &worker->round;
    for (int lane = 0; lane < N; lane++) {
        const size_t base = (size_t)lane * (size_t)model->capacity;
        const ees_future_round *events = worker->events + base;
        const int *own = worker->own + base;
        round->size[lane] = round->nominees_band[lane] = round->nominees_flow[lane] = round->date[lane] = 0;
        round->inflow[lane] = 1;
        if (k >= worker->own_count[lane])
            continue;
        const ees_future_round *event = &events[own[k]];
        const ees_date since = k > 0 ? events[own[k - 1]].date : model->arrivals_from;
        round->size[lane] = event->size;
        round->date[lane] = event->date;
        round->inflow[lane] = mean_inflow(model, scenario, program, since, event->date);
        count_nominees(&model->nominees, events, own[k], &round->nominees_band[lane], &round->nominees_flow[lane]);
    }
}

static void scatter(const eesi_real_model *model, const real_worker *worker, int k, int program, int first_lane,
                    ees_sim_block *block) {
    const eesi_group_round *round = &worker->round;
    for (int lane = 0; lane < N && first_lane + lane < block->lanes; lane++) {
        if (k >= worker->own_count[lane])
            continue;
        const size_t base = (size_t)lane * (size_t)model->capacity;
        const size_t event = base + (size_t)worker->own[base + (size_t)k];
        const size_t row = (size_t)worker->row[event];
        const size_t at = row * (size_t)block->lanes + (size_t)(first_lane + lane);
        block->date[at] = worker->events[event].date;
        block->program[at] = (uint8_t)program;
        block->size[at] = worker->events[event].size;
        block->invited[at] = round->invited[lane];
        block->cutoff[at] = (int16_t)round->cutoff[lane];
        block->taken[at] = round->taken[lane];
        block->tie_age[at] = (int16_t)round->tie_age[lane];
        for (int b = 0; b < block->bands; b++)
            block
                ->stock[(row * (size_t)block->bands + (size_t)b) * (size_t)block->lanes + (size_t)(first_lane + lane)] =
                round->stock[b][lane];
    }
}

static void run_program(const eesi_real_model *model, const eesi_real_scenario *scenario, real_worker *worker,
                        int program, uint64_t first, int first_lane, ees_sim_block *block) {
    const eesi_real_program *of = &model->program[program];
    const int most = find_own(model, worker, program);
    if (most == 0)
        return;
    worker->round.shock_count = scenario->shock_count[program];
    worker->round.shocks = scenario->shocks[program];
    if (of->has_members)
        eesi_flow_begin(&worker->flow[program], &of->flow, first);
    else
        eesi_walk_begin(&worker->walk, &of->walk, first);
    for (int k = 0; k < most; k++) {
        worker->round.step = (uint32_t)k;
        gather(model, scenario, worker, program, k);
        if (of->has_members)
            eesi_flow_hold(&worker->flow[program], &of->flow, &worker->round);
        else
            eesi_walk_hold(&worker->walk, &of->walk, &worker->round);
        scatter(model, worker, k, program, first_lane, block);
    }
}

static int run(const void *of, void *use, int scenario, ees_sim_block *block, ees_error *err) {
    const eesi_real_model *model = of;
    const eesi_real_scenario *under = &model->scenario[scenario];
    real_worker *worker = use;
    for (int first_lane = 0; first_lane < block->lanes; first_lane += N) {
        const uint64_t first = block->first + (uint64_t)first_lane;
        const int most = schedule(model, under->policy, worker, first, block->rounds + first_lane,
                                  block->lanes - first_lane < N ? block->lanes - first_lane : N);
        const int rc = ees_sim_block_reserve(block, most, err);
        if (rc)
            return rc;
        worker->round.first_replicate = first;
        for (int p = 0; p < model->program_count; p++)
            run_program(model, under, worker, p, first, first_lane, block);
    }
    return EES_OK;
}

ees_engine eesi_real_engine(const eesi_real_model *model) {
    return (ees_engine){
        .name = "cells", .model = model, .worker_create = worker_create, .worker_destroy = worker_destroy, .run = run};
}
