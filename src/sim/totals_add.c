/* Adds the records of a block to the totals, lane by lane. */
#include "sim/totals.h"

#include <string.h>

/* What the rounds of one lane amount to, program by program. */
typedef struct lane_sums {
    int rounds[EES_SIM_PROGRAMS_MAX];
    int64_t invited[EES_SIM_PROGRAMS_MAX];
    int lowest[EES_SIM_PROGRAMS_MAX]; /* EESI_BAR_NEVER: nobody was invited */
} lane_sums;

static void sums_init(lane_sums *sums) {
    memset(sums, 0, sizeof *sums);
    for (int p = 0; p < EES_SIM_PROGRAMS_MAX; p++)
        sums->lowest[p] = EESI_BAR_NEVER;
}

/* A number that can be missing counts as such; the bins hold only what is there. */
static bool add_or_miss(eesi_hist *hist, eesi_hist_kind kind, int32_t value, bool missing) {
    if (missing) {
        hist->missing++;
        return true;
    }
    return eesi_hist_add(hist, kind, value);
}

static bool add_measures(eesi_round_totals *slot, const ees_sim_layout *layout, const ees_sim_block *block, size_t at) {
    bool nobody = block->cutoff[at] == EES_SCORE_NONE;
    eesi_hist *to = slot->measure;
    return eesi_hist_add(&to[EES_MEASURE_DAY], EESI_HIST_DAYS, block->date[at] - layout->start) &&
           eesi_hist_add(&to[EES_MEASURE_SIZE], EESI_HIST_COUNT, block->size[at]) &&
           eesi_hist_add(&to[EES_MEASURE_INVITED], EESI_HIST_COUNT, block->invited[at]) &&
           add_or_miss(&to[EES_MEASURE_TAKEN], EESI_HIST_COUNT, block->taken[at], nobody || block->taken[at] < 0) &&
           add_or_miss(&to[EES_MEASURE_CUTOFF], EESI_HIST_SCORE, block->cutoff[at], nobody) &&
           add_or_miss(&to[EES_MEASURE_TIE_AGE], EESI_HIST_DAYS, block->tie_age[at],
                       nobody || block->tie_age[at] == EES_AGE_NONE);
}

static bool add_stock(eesi_round_totals *slot, const ees_sim_block *block, int row, int lane) {
    bool sound = true;
    for (int b = 0; sound && slot->stock && b < block->bands; b++) {
        int32_t count =
            block->stock[((size_t)row * (size_t)block->bands + (size_t)b) * (size_t)block->lanes + (size_t)lane];
        sound = add_or_miss(&slot->stock[b], EESI_HIST_COUNT, count, count < 0);
    }
    return sound;
}

static bool add_difference(eesi_round_totals *slot, const ees_sim_block *base, size_t base_at,
                           const ees_sim_block *block, size_t at) {
    bool nobody = block->cutoff[at] == EES_SCORE_NONE || base->cutoff[base_at] == EES_SCORE_NONE;
    eesi_hist *to = slot->difference;
    return add_or_miss(&to[EES_MEASURE_CUTOFF], EESI_HIST_DIFF, block->cutoff[at] - base->cutoff[base_at], nobody) &&
           eesi_hist_add(&to[EES_MEASURE_SIZE], EESI_HIST_DIFF, block->size[at] - base->size[base_at]) &&
           eesi_hist_add(&to[EES_MEASURE_INVITED], EESI_HIST_DIFF, block->invited[at] - base->invited[base_at]);
}

static bool add_lane_rounds(ees_totals *totals, int s, const ees_sim_block *blocks, int lane, lane_sums *sums,
                            const lane_sums *base) {
    const ees_sim_block *block = &blocks[s];
    bool sound = true;
    for (int row = 0; sound && row < block->rounds[lane]; row++) {
        size_t at = (size_t)row * (size_t)block->lanes + (size_t)lane;
        int p = block->program[at], k = sums->rounds[p]++;
        int *base_row = &totals->base_rows[p * EES_SIM_ROUNDS_MAX + k];
        eesi_round_totals *slot = eesi_totals_slot(totals, s, p, k);
        sound = slot && add_measures(slot, &totals->layout, block, at) && add_stock(slot, block, row, lane);
        if (s == 0)
            *base_row = row;
        else if (sound && k < base->rounds[p])
            sound =
                add_difference(slot, &blocks[0], (size_t)*base_row * (size_t)blocks[0].lanes + (size_t)lane, block, at);
        sums->invited[p] += block->invited[at];
        if (block->cutoff[at] != EES_SCORE_NONE && block->cutoff[at] < sums->lowest[p])
            sums->lowest[p] = block->cutoff[at];
    }
    return sound;
}

static bool add_overall(eesi_hist *to, const lane_sums *sums, int p) {
    return eesi_hist_add(&to[EES_OVERALL_ROUNDS], EESI_HIST_DAYS, sums->rounds[p]) &&
           eesi_hist_add(&to[EES_OVERALL_INVITED], EESI_HIST_COUNT, (int32_t)sums->invited[p]) &&
           add_or_miss(&to[EES_OVERALL_LOWEST], EESI_HIST_SCORE, sums->lowest[p], sums->lowest[p] == EESI_BAR_NEVER);
}

static bool add_overall_difference(eesi_hist *to, const lane_sums *sums, const lane_sums *base, int p) {
    bool nobody = sums->lowest[p] == EESI_BAR_NEVER || base->lowest[p] == EESI_BAR_NEVER;
    return eesi_hist_add(&to[EES_OVERALL_ROUNDS], EESI_HIST_DIFF, sums->rounds[p] - base->rounds[p]) &&
           eesi_hist_add(&to[EES_OVERALL_INVITED], EESI_HIST_DIFF, (int32_t)(sums->invited[p] - base->invited[p])) &&
           add_or_miss(&to[EES_OVERALL_LOWEST], EESI_HIST_DIFF, sums->lowest[p] - base->lowest[p], nobody);
}

/* A profile lives 365 days; whoever is still waiting then submits anew, with a new place in line. */
static int age_on(const ees_audience *audience, ees_date date) {
    enum { LIFE_DAYS = 365 };
    return (date - audience->submitted) % LIFE_DAYS;
}

static int bar_of(const ees_audience *audience, const ees_sim_block *block, size_t at) {
    if (!(audience->programs >> block->program[at] & 1) || block->date[at] < audience->submitted ||
        block->cutoff[at] == EES_SCORE_NONE)
        return EESI_BAR_NEVER;
    return block->cutoff[at] + (age_on(audience, block->date[at]) < block->tie_age[at]);
}

static bool add_chance(ees_totals *totals, int s, int a, const ees_sim_block *block, int lane) {
    const ees_sim_layout *layout = &totals->layout;
    eesi_hist *step = totals->scenario[s].chance[a].step;
    int lowest = EESI_BAR_NEVER;
    bool sound = true;
    for (int row = 0; sound && row < block->rounds[lane]; row++) {
        size_t at = (size_t)row * (size_t)block->lanes + (size_t)lane;
        int bar = bar_of(&layout->audience[a], block, at), day = block->date[at] - layout->start;
        if (bar >= lowest || day < 0 || day > layout->days)
            continue;
        sound = eesi_hist_bump(&step[day], bar, 1) &&
                (lowest == EESI_BAR_NEVER || eesi_hist_bump(&step[day], lowest, ~(uint64_t)0));
        lowest = bar;
    }
    return sound;
}

static bool add_lane(ees_totals *totals, const ees_sim_block *blocks, int lane) {
    lane_sums base;
    bool sound = true;
    for (int s = 0; sound && s < totals->layout.scenarios; s++) {
        lane_sums sums;
        sums_init(&sums);
        sound = add_lane_rounds(totals, s, blocks, lane, &sums, &base);
        for (int p = 0; sound && p < totals->layout.programs; p++) {
            eesi_program_totals *program = &totals->scenario[s].program[p];
            sound = add_overall(program->overall, &sums, p) &&
                    (s == 0 || add_overall_difference(program->overall_difference, &sums, &base, p));
        }
        for (int a = 0; sound && a < totals->layout.audiences; a++)
            sound = add_chance(totals, s, a, &blocks[s], lane);
        if (s == 0)
            base = sums;
    }
    return sound;
}

int ees_totals_add(ees_totals *totals, const ees_sim_block *blocks, ees_error *err) {
    for (int lane = 0; lane < blocks[0].lanes; lane++)
        if (!add_lane(totals, blocks, lane))
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    totals->replicates += (uint64_t)blocks[0].lanes;
    return EES_OK;
}
