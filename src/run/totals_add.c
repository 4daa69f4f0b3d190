/*
 * Adds the records of a block to the totals. The records are first put in order by (program, round of the program), so
 * that every histogram gets its numbers in one go; sums over lanes are arrays, not structs of a lane.
 */
#include "run/totals_adding.h"

#include <stdlib.h>
#include <string.h>

static void order_free(record_order *order) {
    free(order->at);
    free(order->lane);
    free(order->kth);
    free(order->first);
    free(order->next);
}

void eesi_adding_destroy(struct eesi_adding *adding) {
    if (!adding)
        return;
    order_free(&adding->order);
    order_free(&adding->base_order);
    free(adding->steps.found);
    free(adding->steps.sorted);
    free(adding->steps.first);
    free(adding);
}

static bool order_reserve(record_order *order, int rows, int programs) {
    const size_t records = (size_t)rows * EESI_BLOCK_ROW, bins = (size_t)rows * (size_t)programs + 1;
    order->rows = rows;
    if (records > order->records) {
        free(order->at);
        free(order->lane);
        free(order->kth);
        order->at = malloc(records * sizeof *order->at);
        order->lane = malloc(records * sizeof *order->lane);
        order->kth = malloc(records * sizeof *order->kth);
        order->records = order->at && order->lane && order->kth ? records : 0;
    }
    if (bins > order->bins) {
        free(order->first);
        free(order->next);
        order->first = malloc(bins * sizeof *order->first);
        order->next = malloc(bins * sizeof *order->next);
        order->bins = order->first && order->next ? bins : 0;
    }
    return order->first && order->next && order->records >= records && order->bins >= bins;
}

/* Numbers the records of each lane within their programs and counts how many there are of each number. */
static void count_records(record_order *order, const eesi_block *block, lane_sums *sums) {
    for (int row = 0; row < order->rows; row++)
        for (int lane = 0; lane < block->lanes; lane++) {
            if (row >= block->rounds[lane])
                continue;
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            const int p = block->program[at], k = sums->rounds[p][lane]++;
            order->kth[at] = (uint16_t)k;
            order->first[p * order->rows + k + 1]++;
        }
}

static void place_records(record_order *order, const eesi_block *block) {
    for (int row = 0; row < order->rows; row++)
        for (int lane = 0; lane < block->lanes; lane++) {
            if (row >= block->rounds[lane])
                continue;
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            const uint32_t place = order->next[block->program[at] * order->rows + order->kth[at]]++;
            order->at[place] = (int32_t)at;
            order->lane[place] = (uint16_t)lane;
        }
}

static bool put_in_order(record_order *order, const ees_run_layout *layout, const eesi_block *block, lane_sums *sums) {
    int rows = 0;
    for (int lane = 0; lane < block->lanes; lane++)
        rows = block->rounds[lane] > rows ? block->rounds[lane] : rows;
    if (!order_reserve(order, rows, layout->programs))
        return false;
    const size_t bins = (size_t)layout->programs * (size_t)rows;
    memset(order->first, 0, (bins + 1) * sizeof *order->first);
    memset(sums->rounds, 0, (size_t)layout->programs * sizeof *sums->rounds);
    count_records(order, block, sums);
    for (size_t bin = 0; bin < bins; bin++)
        order->first[bin + 1] += order->first[bin];
    memcpy(order->next, order->first, bins * sizeof *order->next);
    place_records(order, block);
    return true;
}

static void read_columns(const slot_records *of, slot_columns *to) {
    const eesi_block *block = of->block;
    for (int i = 0; i < of->count; i++) {
        const int32_t at = of->at[i];
        to->day[i] = block->date[at] - of->layout->start;
        to->size[i] = block->size[at];
        to->invited[i] = block->invited[at];
        to->cutoff[i] = block->cutoff[at];
        to->tie_age[i] = block->tie_age[at];
        to->taken[i] = block->taken[at];
    }
}

static bool add_values(eesi_hist *hist, eesi_hist_kind kind, const slot_records *of, const int32_t *values, int count) {
    hist->missing += (uint64_t)(of->count - count);
    return eesi_hist_add_all(hist, kind, values, count, of->bins);
}

/* Numbers that can be missing count as such; the bins hold only what is there. */
static bool add_known(eesi_hist *hist, eesi_hist_kind kind, const slot_records *of, const int32_t *values,
                      int32_t missing) {
    const int32_t *cutoff = of->columns->cutoff;
    int count = 0;
    for (int i = 0; i < of->count; i++) {
        of->values[count] = values[i];
        count += cutoff[i] != EES_SCORE_NONE && values[i] != missing;
    }
    return add_values(hist, kind, of, of->values, count);
}

static bool add_taken(eesi_hist *hist, const slot_records *of) {
    const slot_columns *c = of->columns;
    int count = 0;
    for (int i = 0; i < of->count; i++) {
        of->values[count] = c->taken[i];
        count += c->cutoff[i] != EES_SCORE_NONE && c->taken[i] >= 0;
    }
    return add_values(hist, EESI_HIST_COUNT, of, of->values, count);
}

static bool add_measures(eesi_hist *to, const slot_records *of) {
    const slot_columns *c = of->columns;
    return add_values(&to[EES_MEASURE_DAY], EESI_HIST_DAYS, of, c->day, of->count) &&
           add_values(&to[EES_MEASURE_SIZE], EESI_HIST_COUNT, of, c->size, of->count) &&
           add_values(&to[EES_MEASURE_INVITED], EESI_HIST_COUNT, of, c->invited, of->count) &&
           add_taken(&to[EES_MEASURE_TAKEN], of) &&
           add_known(&to[EES_MEASURE_CUTOFF], EESI_HIST_SCORE, of, c->cutoff, EES_SCORE_NONE) &&
           add_known(&to[EES_MEASURE_TIE_AGE], EESI_HIST_DAYS, of, c->tie_age, EESI_AGE_NONE);
}

/* The bands of a few records at a time, while they are at hand, to a row of values for each band that can be known. */
static void spread_bands(const slot_records *of, uint32_t known, int32_t (*values)[LANES], int *count) {
    enum { TILE = 64 };
    const int bands = of->block->bands;
    for (int from = 0; from < of->count; from += TILE) {
        const int end = from + TILE < of->count ? from + TILE : of->count;
        for (int i = end; i < end + TILE && i < of->count; i++)
            __builtin_prefetch(of->block->stock + (size_t)of->at[i] * (size_t)bands);
        for (int b = 0; b < bands; b++) {
            if (!(known >> b & 1))
                continue;
            const int32_t *stock = of->block->stock + b;
            int n = count[b];
            for (int i = from; i < end; i++) {
                values[b][n] = stock[(size_t)of->at[i] * (size_t)bands];
                n += values[b][n] >= 0;
            }
            count[b] = n;
        }
    }
}

static bool add_stock(eesi_hist *stock, const slot_records *of, uint32_t known, int32_t (*values)[LANES]) {
    int count[EES_RUN_BANDS_MAX] = {0};
    bool sound = true;
    if (!stock)
        return true;
    if (known != 0)
        spread_bands(of, known, values, count);
    for (int b = 0; sound && b < of->block->bands; b++)
        sound = add_values(&stock[b], EESI_HIST_COUNT, of, values[b], count[b]);
    return sound;
}

/* ---- differences to the first scenario ---- */

/* Where each lane has its k-th round of the program in the first scenario; -1: nowhere. */
static void find_base(struct eesi_adding *with, int p, int k) {
    memset(with->base_at, -1, sizeof with->base_at);
    if (k >= with->base_order.rows)
        return;
    const slot_records base = records_of(&with->base_order, p, k);
    for (int i = 0; i < base.count; i++)
        with->base_at[base.lane[i]] = base.at[i];
}

static bool add_paired(eesi_hist *hist, const struct eesi_adding *with, const slot_records *of, const int32_t *ours,
                       const int32_t *theirs) {
    int count = 0;
    for (int i = 0; i < of->count; i++)
        if (with->base_at[of->lane[i]] >= 0)
            of->values[count++] = ours[of->at[i]] - theirs[with->base_at[of->lane[i]]];
    return eesi_hist_add_all(hist, EESI_HIST_DIFF, of->values, count, of->bins);
}

static bool add_paired_cutoffs(eesi_hist *hist, const struct eesi_adding *with, const slot_records *of,
                               const eesi_block *base) {
    int count = 0;
    for (int i = 0; i < of->count; i++) {
        const int32_t base_at = with->base_at[of->lane[i]];
        if (base_at < 0)
            continue;
        const int ours = of->block->cutoff[of->at[i]], theirs = base->cutoff[base_at];
        if (ours == EES_SCORE_NONE || theirs == EES_SCORE_NONE)
            hist->missing++;
        else
            of->values[count++] = ours - theirs;
    }
    return eesi_hist_add_all(hist, EESI_HIST_DIFF, of->values, count, of->bins);
}

static bool add_difference(eesi_hist *to, struct eesi_adding *with, const slot_records *of, const eesi_block *base,
                           int p, int k) {
    find_base(with, p, k);
    return add_paired_cutoffs(&to[EES_MEASURE_CUTOFF], with, of, base) &&
           add_paired(&to[EES_MEASURE_SIZE], with, of, of->block->size, base->size) &&
           add_paired(&to[EES_MEASURE_INVITED], with, of, of->block->invited, base->invited);
}

/* ---- over the whole horizon ---- */

static void sum_slot(const slot_records *of, int32_t *invited, int32_t *lowest) {
    const slot_columns *c = of->columns;
    for (int i = 0; i < of->count; i++) {
        const int lane = of->lane[i], cutoff = c->cutoff[i] == EES_SCORE_NONE ? EESI_BAR_NEVER : c->cutoff[i];
        invited[lane] += c->invited[i];
        lowest[lane] = cutoff < lowest[lane] ? cutoff : lowest[lane];
    }
}

static bool add_overall(eesi_hist *to, struct eesi_adding *with, const lane_sums *sums, int p, int lanes) {
    int count = 0;
    int32_t *values = with->values;
    for (int lane = 0; lane < lanes; lane++) {
        values[count] = sums->lowest[p][lane];
        count += values[count] != EESI_BAR_NEVER;
    }
    to[EES_OVERALL_LOWEST].missing += (uint64_t)(lanes - count);
    return eesi_hist_add_all(&to[EES_OVERALL_LOWEST], EESI_HIST_SCORE, values, count, with->bins) &&
           eesi_hist_add_all(&to[EES_OVERALL_ROUNDS], EESI_HIST_DAYS, sums->rounds[p], lanes, with->bins) &&
           eesi_hist_add_all(&to[EES_OVERALL_INVITED], EESI_HIST_COUNT, sums->invited[p], lanes, with->bins);
}

static bool add_less(eesi_hist *hist, struct eesi_adding *with, const int32_t *ours, const int32_t *theirs, int lanes) {
    for (int lane = 0; lane < lanes; lane++)
        with->values[lane] = ours[lane] - theirs[lane];
    return eesi_hist_add_all(hist, EESI_HIST_DIFF, with->values, lanes, with->bins);
}

static bool add_overall_difference(eesi_hist *to, struct eesi_adding *with, const lane_sums *sums, int p, int lanes) {
    const lane_sums *base = &with->base_sums;
    int count = 0;
    for (int lane = 0; lane < lanes; lane++)
        if (sums->lowest[p][lane] != EESI_BAR_NEVER && base->lowest[p][lane] != EESI_BAR_NEVER)
            with->values[count++] = sums->lowest[p][lane] - base->lowest[p][lane];
    to[EES_OVERALL_LOWEST].missing += (uint64_t)(lanes - count);
    return eesi_hist_add_all(&to[EES_OVERALL_LOWEST], EESI_HIST_DIFF, with->values, count, with->bins) &&
           add_less(&to[EES_OVERALL_ROUNDS], with, sums->rounds[p], base->rounds[p], lanes) &&
           add_less(&to[EES_OVERALL_INVITED], with, sums->invited[p], base->invited[p], lanes);
}

static bool add_program(ees_totals *totals, int s, int p, const eesi_block *blocks) {
    struct eesi_adding *with = totals->adding;
    const record_order *order = s == 0 ? &with->base_order : &with->order;
    lane_sums *sums = s == 0 ? &with->base_sums : &with->sums;
    const int lanes = blocks[s].lanes;
    bool sound = true;
    memset(sums->invited[p], 0, sizeof sums->invited[p]);
    for (int lane = 0; lane < lanes; lane++)
        sums->lowest[p][lane] = EESI_BAR_NEVER;
    for (int k = 0; sound && k < order->rows; k++) {
        slot_records of = records_of(order, p, k);
        if (of.count == 0)
            break;
        of.layout = &totals->layout;
        of.block = &blocks[s];
        of.columns = &with->columns;
        of.values = with->values;
        of.bins = with->bins;
        read_columns(&of, &with->columns);
        eesi_round_totals *slot = eesi_totals_slot(totals, s, p, k);
        sound = slot && add_measures(slot->measure, &of) &&
                add_stock(slot->stock, &of, blocks[s].known[p], with->bands) &&
                (s == 0 || add_difference(slot->difference, with, &of, &blocks[0], p, k));
        sum_slot(&of, sums->invited[p], sums->lowest[p]);
    }
    eesi_program_totals *program = &totals->scenario[s].program[p];
    return sound && add_overall(program->overall, with, sums, p, lanes) &&
           (s == 0 || add_overall_difference(program->overall_difference, with, sums, p, lanes));
}

static bool add_scenario(ees_totals *totals, int s, const eesi_block *blocks) {
    struct eesi_adding *with = totals->adding;
    record_order *order = s == 0 ? &with->base_order : &with->order;
    bool sound = put_in_order(order, &totals->layout, &blocks[s], s == 0 ? &with->base_sums : &with->sums);
    for (int p = 0; sound && p < totals->layout.programs; p++)
        sound = add_program(totals, s, p, blocks);
    for (int a = 0; sound && a < totals->layout.audiences; a++)
        sound = eesi_totals_add_chance(totals, s, a, &blocks[s], order);
    return sound;
}

static int add_blocks(ees_totals *totals, const eesi_block *blocks, ees_error *err) {
    if (!totals->adding)
        totals->adding = calloc(1, sizeof *totals->adding);
    bool sound = totals->adding != NULL;
    for (int s = 0; sound && s < totals->layout.scenarios; s++)
        sound = add_scenario(totals, s, blocks);
    if (!sound)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    totals->replicates += (uint64_t)blocks[0].lanes;
    return EES_OK;
}

int eesi_totals_add(ees_totals *totals, const eesi_block *blocks, ees_error *err) {
    const ees_run_layout *layout = &totals->layout;
    if (!totals->part)
        return add_blocks(totals, blocks, err);
    const uint64_t j = blocks[0].first / EESI_BLOCK / layout->randomisation_blocks;
    if (j >= (uint64_t)layout->randomisations)
        return ees_error_set(err, EES_ERR_RANGE, "replicate %llu belongs to no randomisation",
                             (unsigned long long)blocks[0].first);
    const int rc = add_blocks(totals->part[j], blocks, err);
    return rc == EES_OK ? add_blocks(totals, blocks, err) : rc;
}
