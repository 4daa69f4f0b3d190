/*
 * What changed between two published pools. Bands are as published. How a round's invitations divide into bands is not:
 * the round is held on the earlier pool, down to its cut-off, and those who came in between are divided alike.
 */
#include "core/pool_changes.h"

#include <stdio.h>

#include "core/context.h"
#include "pool/pool.h"

static const ees_column columns[] = {
    {"since", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the earlier pool"},
    {"as_of", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the later pool"},
    {"band", "Scores", EES_COLUMN_TEXT, 0, NULL, "Published band of scores; all: their sum"},
    {"then", "Then", EES_COLUMN_COUNT, 0, "candidates", "Candidates in the earlier pool"},
    {"now", "Now", EES_COLUMN_COUNT, 0, "candidates", "Candidates in the later pool"},
    {"change", "Change", EES_COLUMN_COUNT, 0, "candidates", "now less then"},
    {"invited", "Invited", EES_COLUMN_COUNT, 0, "candidates",
     "Invited by rounds from the day of the earlier pool to before that of the later one; of a band an estimate"},
    {"net_arrivals", "Net arrivals", EES_COLUMN_COUNT, 0, "candidates",
     "Who came less who left otherwise: change and invited together"},
};

/* The bands of two pools; where they differ, as many of either as it takes for both to end at one score. */
static ees_bands common_bands(const ees_bands *a, const ees_bands *b) {
    ees_bands common = {.count = 0};
    int high = EES_SCORE_MAX;
    for (int i = 0, j = 0; i < a->count && j < b->count;) {
        const int a_low = a->band[i].low, b_low = b->band[j].low;
        if (a_low == b_low) {
            common.band[common.count++] = (ees_band){a_low, high};
            high = a_low - 1;
        }
        i += a_low >= b_low;
        j += b_low >= a_low;
    }
    return common;
}

static int64_t count_in(const ees_snapshot *snapshot, ees_band band) {
    int64_t sum = 0;
    for (int b = 0; b < snapshot->bands.count; b++)
        if (snapshot->bands.band[b].low >= band.low && snapshot->bands.band[b].high <= band.high)
            sum += snapshot->leaf[b];
    return sum;
}

/* A round takes `size` candidates: those of the pool down to its cut-off, and the rest in the same bands. */
static int hold(ees_pool *pool, const ees_programs *programs, const ees_round *round, const ees_bands *bands,
                double *invited, ees_error *err) {
    int64_t before[EES_BANDS_MAX], taken = 0, in_band[EES_BANDS_MAX];
    const ees_draw_rule rule = {.segments = ees_pool_admitted(pool, programs, round->program),
                                .size = EES_COUNT_NONE,
                                .cutoff = round->cutoff,
                                .tie_break = round->tie_break};
    ees_draw_result result;
    for (int b = 0; b < bands->count; b++)
        before[b] = ees_pool_count(pool, ~(ees_segment_set)0, bands->band[b].low, bands->band[b].high);
    int rc = rule.segments ? ees_draw(pool, &rule, &result, err) : EES_OK;
    if (rc == EES_OK && rule.segments)
        rc = ees_pool_remove(pool, &result, err);
    for (int b = 0; rc == EES_OK && b < bands->count; b++) {
        in_band[b] = before[b] - ees_pool_count(pool, ~(ees_segment_set)0, bands->band[b].low, bands->band[b].high);
        taken += in_band[b];
    }
    for (int b = 0; rc == EES_OK && b < bands->count; b++) {
        const bool ends_here = round->cutoff >= bands->band[b].low && round->cutoff <= bands->band[b].high;
        invited[b] += taken > 0   ? (double)round->size * (double)in_band[b] / (double)taken
                      : ends_here ? (double)round->size
                                  : 0.0;
    }
    return rc;
}

static int count_invited(ees_context *context, const ees_snapshot *const pair[2], const ees_bands *bands,
                         double *invited, int64_t *all, ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = ees_context_programs(context, err);
    const ees_pool_request request = {.program = EES_PROGRAM_NONE, .as_of = pair[0]->as_of, .since = EES_DATE_NONE};
    ees_pool_view view;
    int rc = ees_pool_view_make(context, &request, &view, err);
    for (size_t i = 0; rc == EES_OK && i < history->round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (round->date < pair[0]->as_of || round->date >= pair[1]->as_of)
            continue;
        *all += round->size;
        if (round->program >= 0)
            rc = hold(&view.known.pool, programs, round, bands, invited, err);
    }
    ees_pool_view_free(&view);
    return rc;
}

static void add_row(ees_table *table, const ees_snapshot *const pair[2], const char *band, int64_t then, int64_t now,
                    int64_t invited) {
    ees_table_date(table, pair[0]->as_of);
    ees_table_date(table, pair[1]->as_of);
    ees_table_text(table, band);
    ees_table_int(table, then);
    ees_table_int(table, now);
    ees_table_int(table, now - then);
    ees_table_int(table, invited);
    ees_table_int(table, now - then + invited);
}

int eesi_pool_changes_table(ees_context *context, int since, int now, ees_table **table, ees_error *err) {
    double invited[EES_BANDS_MAX] = {0};
    int64_t all = 0;
    *table = NULL;
    const ees_history *history = ees_context_history(context, err);
    if (!history)
        return err->code;
    const ees_snapshot *pair[2] = {&history->snapshots[since], &history->snapshots[now]};
    const ees_bands bands = common_bands(&pair[0]->bands, &pair[1]->bands);
    int rc = count_invited(context, pair, &bands, invited, &all, err);
    if (rc == EES_OK)
        rc = ees_table_create(table, columns, sizeof columns / sizeof *columns, err);
    double left = 0; /* rounded so that the bands sum to what was invited */
    for (int b = 0; rc == EES_OK && b < bands.count; b++) {
        char band[32];
        const int64_t here = (int64_t)(invited[b] + left + 0.5);
        left += invited[b] - (double)here;
        snprintf(band, sizeof band, "%d-%d", bands.band[b].low, bands.band[b].high);
        add_row(*table, pair, band, count_in(pair[0], bands.band[b]), count_in(pair[1], bands.band[b]), here);
    }
    if (rc == EES_OK) /* rounds of unknown programs count here alone */
        add_row(*table, pair, "all", pair[0]->total, pair[1]->total, all);
    return rc;
}
