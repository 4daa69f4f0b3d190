/*
 * Chances of the candidates a run looks at: how low the bar has come by each day. What a block changes is listed first
 * and then counted day by day, because the days' histograms together are larger than the caches.
 */
#include "run/totals_adding.h"

#include <stdlib.h>
#include <string.h>

#include "run/bar.h"

enum { BAR_BITS = 11, BAR_LEFT = 1 << BAR_BITS }; /* a step is day, left or reached, bar */

/* A lane takes two steps a round at most. */
static bool steps_reserve(bar_steps *steps, size_t records, int days) {
    if (!steps->first)
        steps->first = malloc(((size_t)days + 2) * sizeof *steps->first);
    if (2 * records > steps->room) {
        free(steps->found);
        free(steps->sorted);
        steps->found = malloc(2 * records * sizeof *steps->found);
        steps->sorted = malloc(2 * records * sizeof *steps->sorted);
        steps->room = steps->found && steps->sorted ? 2 * records : 0;
    }
    return steps->first && steps->room >= 2 * records;
}

/* A round: whoever stands at its bar or above is invited. The bar is at least the cut-off, so most rounds are dismissed
 * by that. */
static inline void see_round(struct eesi_adding *with, int lane, int day, int submitted, int again, int cutoff,
                             int tie_age, int days) {
    bar_steps *steps = &with->steps;
    int32_t *lowest = &with->lowest_bar[lane];
    if (cutoff >= *lowest || cutoff == EES_SCORE_NONE || day < submitted || day < 0 || day > days)
        return;
    const int bar = eesi_bar(cutoff, tie_age, day - (day < again ? submitted : again));
    if (bar >= *lowest)
        return;
    const uint32_t head = (uint32_t)day << (BAR_BITS + 1);
    steps->found[steps->count++] = head | (uint32_t)bar;
    if (*lowest != EESI_BAR_NEVER)
        steps->found[steps->count++] = head | BAR_LEFT | (uint32_t)*lowest;
    *lowest = bar;
    for (int c = EESI_MEMBER_DAYS - 1; c >= 0 && day <= eesi_member_day(days, c); c--)
        with->bar_on[c][lane] = bar;
}

/* Where the bars of each group of lanes stand on the days on which groups are compared. */
static bool count_groups(const struct eesi_adding *with, eesi_hist *member, int lanes) {
    bool sound = true;
    for (int c = 0; c < EESI_MEMBER_DAYS; c++)
        for (int lane = 0; sound && lane < lanes; lane++) {
            const int group = lane / (LANES / EESI_MEMBER_GROUPS);
            sound = eesi_hist_bump(&member[c * EESI_MEMBER_GROUPS + group], with->bar_on[c][lane], 1);
        }
    return sound;
}

/* By day, so that each day's histogram is at hand once. */
static void sort_steps(bar_steps *steps, int days) {
    const int shift = BAR_BITS + 1;
    memset(steps->first, 0, ((size_t)days + 2) * sizeof *steps->first);
    for (size_t i = 0; i < steps->count; i++)
        steps->first[(steps->found[i] >> shift) + 1]++;
    for (int d = 0; d <= days; d++)
        steps->first[d + 1] += steps->first[d];
    for (size_t i = 0; i < steps->count; i++)
        steps->sorted[steps->first[steps->found[i] >> shift]++] = steps->found[i];
}

static bool take_steps(bar_steps *steps, eesi_hist *step, int days) {
    bool sound = true;
    sort_steps(steps, days);
    for (size_t i = 0; sound && i < steps->count; i++) {
        const uint32_t at = steps->sorted[i];
        const uint64_t weight = at & BAR_LEFT ? ~(uint64_t)0 : 1;
        sound = eesi_hist_bump(&step[at >> (BAR_BITS + 1)], (int)(at & (BAR_LEFT - 1)), weight);
    }
    return sound;
}

/* Rounds of one program come in order slot after slot; those of several only row after row. */
static void see_program(struct eesi_adding *with, const record_order *order, const ees_run_layout *layout, int a, int p,
                        const eesi_block *block) {
    const ees_audience *who = &layout->audience[a];
    const int submitted = who->submitted - layout->start, again = submitted + who->renew_days;
    for (int k = 0; k < order->rows; k++) {
        const slot_records of = records_of(order, p, k);
        for (int i = 0; i < of.count; i++)
            see_round(with, of.lane[i], block->date[of.at[i]] - layout->start, submitted, again,
                      block->cutoff[of.at[i]], block->tie_age[of.at[i]], layout->days);
    }
}

static void see_programs(struct eesi_adding *with, const record_order *order, const ees_run_layout *layout, int a,
                         const eesi_block *block) {
    const ees_audience *who = &layout->audience[a];
    const int submitted = who->submitted - layout->start, again = submitted + who->renew_days;
    for (int row = 0; row < order->rows; row++)
        for (int lane = 0; lane < block->lanes; lane++) {
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            if (row < block->rounds[lane] && (layout->audience[a].programs >> block->program[at] & 1))
                see_round(with, lane, block->date[at] - layout->start, submitted, again, block->cutoff[at],
                          block->tie_age[at], layout->days);
        }
}

/* The phase of a day; NULL before the first. */
static const ees_phase *phase_on(const ees_phases *phases, ees_date day) {
    int i = phases->count;
    while (i > 0 && phases->phase[i - 1].from > day)
        i--;
    return i > 0 ? &phases->phase[i - 1] : NULL;
}

/* A round as it is for a candidate who has more points on its day than the score asked about: its bar is as much lower.
 */
static void see_phases(struct eesi_adding *with, const record_order *order, const ees_run_layout *layout, int a,
                       const eesi_block *block) {
    const ees_audience *who = &layout->audience[a];
    const int submitted = who->submitted - layout->start, again = submitted + who->renew_days;
    for (int row = 0; row < order->rows; row++)
        for (int lane = 0; lane < block->lanes; lane++) {
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            const ees_phase *phase = row < block->rounds[lane] ? phase_on(&who->phases, block->date[at]) : NULL;
            if (!phase || !(phase->programs >> block->program[at] & 1) || block->cutoff[at] == EES_SCORE_NONE)
                continue;
            const int cutoff = block->cutoff[at] - phase->points;
            see_round(with, lane, block->date[at] - layout->start, submitted, again, cutoff < 0 ? 0 : cutoff,
                      cutoff < 0 ? -1 : block->tie_age[at], layout->days);
        }
}

bool eesi_totals_add_chance(ees_totals *totals, int s, int a, const eesi_block *block, const record_order *order) {
    struct eesi_adding *with = totals->adding;
    const ees_run_layout *layout = &totals->layout;
    const uint32_t programs = layout->audience[a].programs;
    if (!steps_reserve(&with->steps, (size_t)order->rows * LANES, layout->days))
        return false;
    with->steps.count = 0;
    for (int lane = 0; lane < block->lanes; lane++)
        with->lowest_bar[lane] = EESI_BAR_NEVER;
    for (int c = 0; c < EESI_MEMBER_DAYS; c++)
        for (int lane = 0; lane < block->lanes; lane++)
            with->bar_on[c][lane] = EESI_BAR_NEVER;
    if (layout->audience[a].phases.count > 0)
        see_phases(with, order, layout, a, block);
    else if (programs != 0 && (programs & (programs - 1)) == 0 && __builtin_ctz(programs) < layout->programs)
        see_program(with, order, layout, a, __builtin_ctz(programs), block);
    else
        see_programs(with, order, layout, a, block);
    const eesi_chance_totals *to = &totals->scenario[s].chance[a];
    return take_steps(&with->steps, to->step, layout->days) && count_groups(with, to->member, block->lanes);
}
