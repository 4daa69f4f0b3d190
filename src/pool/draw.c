/*
 * Whole scores are settled on the one-point counts; only the marginal score is settled cell by cell. That is exact,
 * because cells lie in order of rank, and takes microseconds on a full pool.
 */
#include <eesim/pool.h>

#include <string.h>

#include "base/assert.h"
#include "pool/pool.h"

static int check_rule(const ees_draw_rule *rule, ees_error *err) {
    if (rule->segments == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no segment is eligible");
    if (rule->size == EES_COUNT_NONE) {
        if (rule->cutoff < 0 || rule->cutoff > EES_SCORE_MAX)
            return ees_error_set(err, EES_ERR_RANGE, "cut-off %d, expected 0 to %d", rule->cutoff, EES_SCORE_MAX);
    } else if (rule->size < 0) {
        return ees_error_set(err, EES_ERR_RANGE, "draw size %lld, expected 0 or more", (long long)rule->size);
    } else if (rule->cutoff != EES_SCORE_NONE) {
        return ees_error_set(err, EES_ERR_RANGE, "both a draw size and a cut-off are given");
    }
    return EES_OK;
}

static int64_t eligible_at(const ees_pool *pool, ees_segment_set segments, int score) {
    int64_t sum = 0;
    for (size_t g = 0; g < pool->segment_count; g++)
        if (segments >> g & 1u)
            sum += pool->counts[g * EES_SCORE_COUNT + (size_t)score];
    return sum;
}

/* The score where `size` runs out, or EES_SCORE_NONE when it does not. */
static int marginal_score(const ees_pool *pool, const ees_draw_rule *rule) {
    if (rule->size == EES_COUNT_NONE)
        return rule->cutoff;
    int64_t sum = 0;
    for (int s = EES_SCORE_MAX; s >= 0; s--) {
        sum += eligible_at(pool, rule->segments, s);
        if (sum >= rule->size)
            return s;
    }
    return EES_SCORE_NONE;
}

static void invite(ees_draw_result *out, const ees_cell *cell, int64_t count) {
    out->invited += count;
    out->by_segment[cell->segment] += count;
}

/* Everybody above `score`. */
static void invite_above(const ees_pool *pool, int score, ees_draw_result *out) {
    out->end_cell = eesi_pool_row(pool, score);
    for (size_t g = 0; g < pool->segment_count; g++) {
        if (out->segments >> g & 1u) {
            int64_t count = ees_pool_count(pool, (ees_segment_set)1 << g, score + 1, EES_SCORE_MAX);
            out->by_segment[g] = count;
            out->invited += count;
        }
    }
}

/* The earliest `places` candidates of the marginal score who submitted by `deadline`. */
static void invite_at(const ees_pool *pool, int score, int64_t places, ees_time deadline, ees_draw_result *out) {
    size_t i = out->end_cell;
    for (; i < pool->cell_count && pool->cells[i].score == score && places > 0; i++) {
        const ees_cell *cell = &pool->cells[i];
        if (deadline != EES_TIME_NONE && cell->submitted > deadline)
            break;
        if (!(out->segments >> cell->segment & 1u))
            continue;
        int64_t taken = cell->count < places ? cell->count : places;
        invite(out, cell, taken);
        places -= taken;
        if (taken < cell->count) {
            out->end_invited = taken;
            break;
        }
    }
    out->end_cell = i;
}

/* Cut-off and tie-break: those of the last one invited. */
static void find_last(const ees_pool *pool, ees_draw_result *out) {
    size_t i = out->end_cell;
    out->cutoff = EES_SCORE_NONE;
    out->tie_break = EES_TIME_NONE;
    if (out->invited == 0)
        return;
    if (out->end_invited == 0)
        while (!(out->segments >> pool->cells[--i].segment & 1u))
            ;
    out->cutoff = pool->cells[i].score;
    out->tie_break = pool->cells[i].submitted;
    out->at_cutoff = eligible_at(pool, out->segments, out->cutoff);
    out->at_cutoff_invited = out->at_cutoff;
    for (; i < pool->cell_count && pool->cells[i].score == out->cutoff; i++) { /* those left at the cut-off */
        if (i >= out->end_cell && out->segments >> pool->cells[i].segment & 1u)
            out->at_cutoff_invited -= pool->cells[i].count;
    }
    out->at_cutoff_invited += out->end_invited;
}

int ees_draw(const ees_pool *pool, const ees_draw_rule *rule, ees_draw_result *out, ees_error *err) {
    int rc = check_rule(rule, err);
    if (rc)
        return rc;
    ees_draw_result result = {.segments = rule->segments};
    result.pool_total = pool->total;
    result.pool_cells = pool->cell_count;
    for (size_t g = 0; g < pool->segment_count; g++)
        if (rule->segments >> g & 1u)
            result.eligible += pool->sizes[g];
    bool replay = rule->size == EES_COUNT_NONE;
    result.exhausted = !replay && result.eligible < rule->size;
    if (replay || rule->size > 0) {
        int marginal = marginal_score(pool, rule);
        invite_above(pool, marginal, &result);
        if (marginal != EES_SCORE_NONE)
            invite_at(pool, marginal, replay ? INT64_MAX : rule->size - result.invited, rule->tie_break, &result);
    }
    find_last(pool, &result);
    *out = result;
    return EES_OK;
}

int ees_pool_remove(ees_pool *pool, const ees_draw_result *draw, ees_error *err) {
    if (draw->pool_total != pool->total || draw->pool_cells != pool->cell_count || draw->end_cell > pool->cell_count)
        return ees_error_set(
            err, EES_ERR_MISMATCH,
            "the round was drawn from a pool of %lld candidates in %zu cells, this one has %lld in %zu",
            (long long)draw->pool_total, draw->pool_cells, (long long)pool->total, pool->cell_count);
    int32_t *counts = eesi_pool_counts(pool);
    ees_cell *cells = eesi_pool_cells(pool);
    if (draw->end_invited > 0) {
        ees_cell *cell = &cells[draw->end_cell];
        EES_BUG_ASSERT(draw->end_invited < cell->count);
        cell->count -= (int32_t)draw->end_invited;
        counts[(size_t)cell->segment * EES_SCORE_COUNT + (size_t)cell->score] -= (int32_t)draw->end_invited;
    }
    size_t kept = draw->end_cell; /* survivors move down to the untouched cells, which stay where they are */
    for (size_t i = draw->end_cell; i-- > 0;) {
        if (draw->segments >> cells[i].segment & 1u)
            counts[(size_t)cells[i].segment * EES_SCORE_COUNT + (size_t)cells[i].score] -= cells[i].count;
        else
            cells[--kept] = cells[i];
    }
    pool->cells += kept;
    pool->cell_count -= kept;
    pool->total -= draw->invited;
    for (size_t g = 0; g < pool->segment_count; g++)
        pool->sizes[g] -= draw->by_segment[g];
    return EES_OK;
}
