/* Dates, programs and sizes of a block's rounds, before any of them is held: they do not depend on the cut-offs. */
#include "policy/policy_lanes.h"
#include "run/worker.h"

#include <string.h>

#include "policy/policy.h"

/* Where each program's rounds of a lane begin in the worker's list, from `first` on. */
static void find_starts(const eesi_run_model *model, const ees_future_round *events, int count, uint32_t first,
                        uint32_t *start) {
    uint32_t held[EES_RUN_PROGRAMS_MAX] = {0};
    for (int e = 0; e < count; e++)
        if (model->slot[events[e].program] != EESI_UNKNOWN)
            held[model->slot[events[e].program]]++;
    start[0] = first;
    for (int p = 0; p < model->program_count; p++)
        start[p + 1] = start[p] + held[p];
}

static int schedule_lane(const eesi_run_model *model, eesi_worker *worker, eesi_block *block, int lane,
                         const ees_future_round *events, int count, uint32_t *first, ees_error *err) {
    uint32_t next[EES_RUN_PROGRAMS_MAX + 1];
    ees_date cleared = EES_DATE_NONE;
    int rows = 0;
    find_starts(model, events, count, *first, worker->start[lane]);
    memcpy(next, worker->start[lane], sizeof next);
    const int rc = eesi_block_reserve(block, (int)(next[model->program_count] - *first), err);
    *first = next[model->program_count];
    for (int e = 0; rc == EES_OK && e < count; e++) {
        const ees_future_round *event = &events[e];
        const int8_t program = model->slot[event->program];
        if (program != EESI_UNKNOWN) {
            const size_t at = (size_t)rows * EESI_BLOCK_ROW + (size_t)lane;
            block->date[at] = event->date;
            block->program[at] = (uint8_t)program;
            block->size[at] = event->size;
            worker->own[next[program]++] = (eesi_own_round){event->date, cleared, event->size, rows++};
        }
        if (model->nominees.clearing >> event->program & 1)
            cleared = event->date;
    }
    block->rounds[lane] = rows;
    return rc;
}

int eesi_worker_schedule(const eesi_run_model *model, const ees_policy *policy, eesi_worker *worker, eesi_block *block,
                         ees_error *err) {
    enum { N = EESI_POLICY_LANES };
    eesi_policy_futures futures = {.policy = policy, .seed = model->seed, .rounds = worker->events};
    const size_t capacity = (size_t)eesi_policy_capacity(policy);
    uint32_t first = 0;
    int rc = EES_OK;
    for (int from = 0; rc == EES_OK && from < block->lanes; from += N) {
        futures.lanes = block->lanes - from < N ? block->lanes - from : N;
        for (int i = 0; i < N; i++)
            futures.replicate[i] = block->first + (uint64_t)(from + (i < futures.lanes ? i : 0));
        rc = eesi_worker_check(block, err);
        if (rc == EES_OK)
            eesi_policy_sample(&futures);
        for (int i = 0; rc == EES_OK && i < futures.lanes; i++)
            rc = schedule_lane(model, worker, block, from + i, worker->events + (size_t)i * capacity, futures.count[i],
                               &first, err);
    }
    return rc;
}
