#include "policy/policy_lanes.h"
#include "run/worker.h"

#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

enum { N = EESI_GROUP };

void eesi_run_model_free(eesi_run_model *model) {
    for (int p = 0; p < model->program_count; p++) {
        eesi_member_process_free(&model->program[p].member);
        eesi_posterior_destroy(model->program[p].posterior);
    }
    for (int s = 0; model->scenario && s < model->scenario_count; s++) {
        eesi_policy_destroy(model->scenario[s].policy);
        free(model->scenario[s].arrivals);
        for (int p = 0; p < EES_RUN_PROGRAMS_MAX; p++)
            free(model->scenario[s].shocks[p]);
    }
    free(model->scenario);
    memset(model, 0, sizeof *model);
}

static void worker_destroy(void *of) {
    eesi_worker *worker = of;
    if (!worker)
        return;
    for (int p = 0; p < EES_RUN_PROGRAMS_MAX; p++)
        eesi_member_worker_free(&worker->member[p]);
    free(worker->events);
    free(worker->own);
    free(worker->start);
    free(worker->sorted);
    free(worker->bucket);
    free(worker);
}

static size_t set_count(const eesi_run_program *program) {
    return program->has_members ? program->member.posterior->set_count : 1;
}

static size_t bucket_count(const eesi_run_model *model) {
    size_t most = 1;
    for (int p = 0; p < model->program_count; p++)
        most = set_count(&model->program[p]) > most ? set_count(&model->program[p]) : most;
    return most * ((size_t)model->capacity + 1) + 1;
}

static int worker_fill(const eesi_run_model *model, eesi_worker *worker) {
    const size_t cells = (size_t)EESI_BLOCK * (size_t)model->capacity;
    worker->events = malloc((size_t)model->capacity * EESI_POLICY_LANES * sizeof *worker->events);
    worker->own = malloc(cells * sizeof *worker->own);
    worker->start = malloc(EESI_BLOCK * sizeof *worker->start);
    worker->sorted = malloc(EESI_BLOCK * sizeof *worker->sorted);
    worker->bucket = malloc(bucket_count(model) * sizeof *worker->bucket);
    if (!worker->events || !worker->own || !worker->start || !worker->sorted || !worker->bucket)
        return EES_ERR_NOMEM;
    int rc = EES_OK;
    for (int p = 0; rc == EES_OK && p < model->program_count; p++)
        if (model->program[p].has_members)
            rc =
                eesi_member_worker_init(&worker->member[p], &model->program[p].member, model->capacity, model->returns);
    return rc;
}

static int worker_create(const void *of, void **out, ees_error *err) {
    eesi_worker *worker = calloc(1, sizeof *worker);
    const int rc = worker ? worker_fill(of, worker) : EES_ERR_NOMEM;
    if (rc) {
        worker_destroy(worker);
        return ees_error_set(err, rc, "out of memory");
    }
    *out = worker;
    return EES_OK;
}

/* ---- one program ---- */

/* Lanes with rounds of the program, by parameter set and then by falling number of rounds: a counting sort, which
 * keeps equal ones in order. Returns how many. */
static int sort_lanes(const eesi_run_model *model, eesi_worker *worker, const eesi_block *block, int program) {
    const eesi_run_program *of = &model->program[program];
    const size_t width = (size_t)model->capacity + 1, buckets = set_count(of) * width;
    uint32_t key[EESI_BLOCK];
    uint32_t *next = worker->bucket;
    memset(next, 0, (buckets + 1) * sizeof *next);
    for (int lane = 0; lane < block->lanes; lane++) {
        const size_t set = of->has_members ? eesi_member_set_of(&of->member, block->first + (uint64_t)lane) : 0;
        const int count = eesi_worker_rounds(worker, lane, program);
        key[lane] = (uint32_t)(set * width + (size_t)(model->capacity - count));
        if (count > 0 && !worker->apart[lane])
            next[key[lane] + 1]++;
    }
    for (size_t b = 0; b < buckets; b++)
        next[b + 1] += next[b];
    const int sorted = (int)next[buckets];
    for (int lane = 0; lane < block->lanes; lane++)
        if (eesi_worker_rounds(worker, lane, program) > 0 && !worker->apart[lane])
            worker->sorted[next[key[lane]]++] = (uint16_t)lane;
    return sorted;
}

/* The next group of the sorted lanes: of one set. Returns where it ends. */
static int take_group(const eesi_run_model *model, const eesi_worker *worker, eesi_lane_group *group, int from,
                      int end) {
    const eesi_run_program *of = &model->program[group->program];
    group->lanes = 0;
    while (from < end && group->lanes < N) {
        const int lane = worker->sorted[from];
        const uint64_t replicate = group->block->first + (uint64_t)lane;
        if (group->lanes > 0 && of->has_members &&
            eesi_member_set_of(&of->member, replicate) != eesi_member_set_of(&of->member, group->replicate[0]))
            break;
        group->lane[group->lanes] = lane;
        group->replicate[group->lanes++] = replicate;
        from++;
    }
    for (int i = group->lanes; i < N; i++)
        group->replicate[i] = group->replicate[0];
    eesi_worker_turn_to(worker, group, group->program);
    return from;
}

static void run_group(const eesi_run_model *model, eesi_worker *worker, const eesi_lane_group *group) {
    eesi_worker_begin(model, worker, group);
    for (int k = 0; k < group->rounds[0]; k++) { /* the first lane has most */
        eesi_worker_gather(model, worker, group, k);
        eesi_worker_hold(model, worker, group);
        eesi_worker_scatter(worker, group, k);
    }
}

/* The bands that a program's rounds know. */
static uint32_t known_bands(const eesi_run_program *program) {
    const int bands = program->has_members ? program->member.bands : program->drift.has_pool ? program->drift.bands : 0;
    uint32_t known = 0;
    for (int b = 0; b < bands && b < EESI_PROCESS_BANDS; b++)
        if (!program->has_members || program->member.low[b] != EESI_UNKNOWN)
            known |= (uint32_t)1 << b;
    return known;
}

static int run(const void *of, void *use, int scenario, eesi_block *block, ees_error *err) {
    const eesi_run_model *model = of;
    eesi_worker *worker = use;
    const eesi_run_scenario *under = &model->scenario[scenario];
    for (int p = 0; p < model->program_count; p++)
        block->known[p] = known_bands(&model->program[p]);
    int rc = eesi_worker_schedule(model, under->policy, worker, block, err);
    if (rc == EES_OK)
        eesi_worker_find_general(model, worker, block);
    eesi_lane_group group = {.scenario = under, .block = block};
    for (int first = 0; rc == EES_OK && model->general >= 0 && first < block->lanes; first += EESI_SET_LANES)
        rc = eesi_worker_general(model, worker, &group, first, err);
    group.wanted = UINT32_MAX;
    for (int p = 0; rc == EES_OK && p < model->program_count; p++) {
        group.program = p;
        const int end = sort_lanes(model, worker, block, p);
        for (int from = 0; from < end && (rc = eesi_worker_check(block, err)) == EES_OK;) {
            from = take_group(model, worker, &group, from, end);
            run_group(model, worker, &group);
        }
    }
    return rc;
}

eesi_block_engine eesi_run_engine(const eesi_run_model *model) {
    return (eesi_block_engine){
        .name = "cells", .model = model, .worker_create = worker_create, .worker_destroy = worker_destroy, .run = run};
}
