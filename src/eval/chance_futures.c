/*
 * Blocks of futures are read here as they are, not through the totals of a run: these hold sixteen kinds of candidates
 * at most, and a backtest asks about two of every program.
 */
#include "eval/chance_futures.h"

#include <stdlib.h>
#include <string.h>

#include "run/bar.h"
#include "run/run_blocks.h"

const int ees_chance_horizons[EES_CHANCE_HORIZONS] = {30, 60, 90, 180, 360};
const int eesi_chance_ages[EESI_CHANCE_AGES] = {0, 180};

enum { NEVER = EES_SCORE_COUNT }; /* a bar nobody reaches */

/* One lane, as far as it has been read. */
typedef struct lane_state {
    int bar[EES_RUN_PROGRAMS_MAX][EESI_CHANCE_AGES]; /* the lowest so far */
    bool held[EES_RUN_PROGRAMS_MAX];
    int64_t invited[EES_RUN_PROGRAMS_MAX];
    int last_days[EES_RUN_PROGRAMS_MAX];  /* of the last round, from the start */
    size_t last_at[EES_RUN_PROGRAMS_MAX]; /* its place in the block */
} lane_state;

static size_t stock_slot(const eesi_chance_futures *futures, int program, int horizon, int band) {
    return ((size_t)program * EES_CHANCE_HORIZONS + (size_t)horizon) * (size_t)futures->bands + (size_t)band;
}

int64_t *eesi_chance_futures_stock(const eesi_chance_futures *futures, int program, int horizon, int band,
                                   size_t *count) {
    const size_t slot = stock_slot(futures, program, horizon, band);
    *count = futures->stock_count[slot];
    return futures->stock + slot * futures->replicates;
}

int64_t *eesi_chance_futures_invited(const eesi_chance_futures *futures, int program, int horizon) {
    return futures->invited + ((size_t)program * EES_CHANCE_HORIZONS + (size_t)horizon) * futures->replicates;
}

static void lower_bars(lane_state *lane, int program, int days, int cutoff, int tie_age) {
    for (int a = 0; a < EESI_CHANCE_AGES; a++) {
        const int bar = eesi_bar(cutoff, tie_age, days + eesi_chance_ages[a]);
        if (bar < lane->bar[program][a])
            lane->bar[program][a] = bar;
    }
}

/* A round for everybody takes the candidates of every program. */
static void see_round(lane_state *lane, const eesi_block *block, size_t at, int days, int programs, int general) {
    const int p = block->program[at];
    lane->held[p] = true;
    lane->invited[p] += block->invited[at];
    lane->last_days[p] = days;
    lane->last_at[p] = at;
    if (block->cutoff[at] == EES_SCORE_NONE)
        return;
    for (int of = p == general ? 0 : p; of < (p == general ? programs : p + 1); of++)
        lower_bars(lane, of, days, block->cutoff[at], block->tie_age[at]);
}

static void note_stock(eesi_chance_futures *futures, const eesi_block *block, const lane_state *lane, int p, int h) {
    if (!(futures->pools >> p & 1) || !lane->held[p] || lane->last_days[p] <= ees_chance_horizons[h] - EESI_POOL_DAYS)
        return;
    const int32_t *stock = block->stock + lane->last_at[p] * (size_t)block->bands;
    for (int b = 0; b < futures->bands; b++) {
        const size_t slot = stock_slot(futures, p, h, b);
        if ((block->known[p] >> b & 1) && stock[b] >= 0)
            futures->stock[slot * futures->replicates + futures->stock_count[slot]++] = stock[b];
    }
}

/* `invites` holds, until all blocks are read, how many lanes' lowest bar stands at each score. */
static void note_horizon(eesi_chance_futures *futures, const eesi_block *block, const lane_state *lane, int h,
                         uint64_t replicate) {
    for (int p = 0; p < futures->programs; p++) {
        for (int a = 0; a < EESI_CHANCE_AGES; a++)
            if (lane->bar[p][a] < NEVER)
                futures->invites[p][h][a][lane->bar[p][a]]++;
        futures->holds[p][h] += lane->held[p];
        note_stock(futures, block, lane, p, h);
        eesi_chance_futures_invited(futures, p, h)[replicate] = lane->invited[p];
    }
}

static void read_lane(eesi_chance_futures *futures, const eesi_block *block, int i, ees_date start, int general) {
    lane_state lane = {0};
    int row = 0;
    for (int p = 0; p < futures->programs; p++)
        for (int a = 0; a < EESI_CHANCE_AGES; a++)
            lane.bar[p][a] = NEVER;
    for (int h = 0; h < EES_CHANCE_HORIZONS; h++) {
        for (; row < block->rounds[i]; row++) {
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)i;
            const int days = block->date[at] - start;
            if (days > ees_chance_horizons[h])
                break;
            see_round(&lane, block, at, days, futures->programs, general);
        }
        note_horizon(futures, block, &lane, h, block->first + (uint64_t)i);
    }
}

static void sum_up(eesi_chance_futures *futures) {
    for (int p = 0; p < futures->programs; p++)
        for (int h = 0; h < EES_CHANCE_HORIZONS; h++)
            for (int a = 0; a < EESI_CHANCE_AGES; a++)
                for (int s = 1; s < EES_SCORE_COUNT; s++)
                    futures->invites[p][h][a][s] += futures->invites[p][h][a][s - 1];
}

static int run_blocks(eesi_chance_futures *futures, const ees_run_plan *plan, void *worker, int general,
                      ees_error *err) {
    const eesi_block_engine *engine = &plan->engine;
    const ees_run_layout *layout = ees_run_plan_layout(plan);
    eesi_block block;
    int rc = eesi_block_init(&block, layout->bands, err);
    for (uint64_t first = 0; rc == EES_OK && first < futures->replicates; first += EESI_BLOCK) {
        const uint64_t left = futures->replicates - first;
        block.first = first;
        block.lanes = left < EESI_BLOCK ? (int)left : EESI_BLOCK;
        rc = engine->run(engine->model, worker, 0, &block, err);
        for (int i = 0; rc == EES_OK && i < block.lanes; i++)
            read_lane(futures, &block, i, layout->start, general);
    }
    eesi_block_free(&block);
    return rc;
}

static int reserve(eesi_chance_futures *futures, ees_error *err) {
    const size_t programs = (size_t)futures->programs, cases = programs * EES_CHANCE_HORIZONS;
    const size_t stocks = futures->pools ? cases * (size_t)futures->bands : 0;
    futures->invites = calloc(programs, sizeof *futures->invites);
    futures->holds = calloc(programs, sizeof *futures->holds);
    futures->invited = calloc(cases * futures->replicates, sizeof *futures->invited);
    futures->stock = calloc(stocks * futures->replicates + 1, sizeof *futures->stock);
    futures->stock_count = calloc(stocks + 1, sizeof *futures->stock_count);
    if (futures->invites && futures->holds && futures->invited && futures->stock && futures->stock_count)
        return EES_OK;
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

int eesi_chance_futures_run(eesi_chance_futures *futures, const ees_run_plan *plan, int general, uint32_t pools,
                            ees_error *err) {
    const ees_run_layout *layout = ees_run_plan_layout(plan);
    *futures = (eesi_chance_futures){.programs = layout->programs,
                                     .replicates = ees_run_plan_replicates(plan),
                                     .pools = pools,
                                     .bands = layout->bands};
    void *worker = NULL;
    int rc = reserve(futures, err);
    if (rc)
        return rc;
    rc = plan->engine.worker_create(plan->engine.model, &worker, err);
    if (rc == EES_OK)
        rc = run_blocks(futures, plan, worker, general, err);
    if (worker)
        plan->engine.worker_destroy(worker);
    sum_up(futures);
    return rc;
}

void eesi_chance_futures_free(eesi_chance_futures *futures) {
    free(futures->invites);
    free(futures->holds);
    free(futures->invited);
    free(futures->stock);
    free(futures->stock_count);
    memset(futures, 0, sizeof *futures);
}
