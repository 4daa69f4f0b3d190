/* What must hold of every pool, checked from its cells and said in words. */
#include "pool_verify.h"

#include <stdlib.h>
#include <string.h>

#include "pool/pool.h"

/* A pool built from a snapshot holds nominees exactly at 601 and above; positions of programs are not known here. */
static int check_cell(const ees_pool *pool, size_t i, ees_error *err) {
    const ees_cell *cell = &pool->cells[i];
    if (cell->score < 0 || cell->score > EES_SCORE_MAX)
        return ees_error_set(err, EES_ERR_MISMATCH, "cell %zu: score %d is outside 0 to %d", i, cell->score,
                             EES_SCORE_MAX);
    if (cell->segment < 0 || (size_t)cell->segment >= pool->segment_count)
        return ees_error_set(err, EES_ERR_MISMATCH, "cell %zu: segment %d is outside 0 to %zu", i, cell->segment,
                             pool->segment_count - 1);
    if (cell->count < 1)
        return ees_error_set(err, EES_ERR_MISMATCH, "cell %zu: holds %d candidates", i, cell->count);
    ees_time age = pool->as_of - cell->submitted;
    if (age < 0 || age > (ees_time)EES_PROFILE_DAYS * EES_SECONDS_PER_DAY)
        return ees_error_set(err, EES_ERR_MISMATCH, "cell %zu: submitted %.1f days before the pool, outside 0 to %d", i,
                             (double)age / EES_SECONDS_PER_DAY, EES_PROFILE_DAYS);
    return EES_OK;
}

static int check_order(const ees_cell *left, const ees_cell *right, size_t i, ees_error *err) {
    bool ordered = left->score != right->score           ? left->score > right->score
                   : left->submitted != right->submitted ? left->submitted < right->submitted
                                                         : left->segment < right->segment;
    return ordered ? EES_OK
                   : ees_error_set(err, EES_ERR_MISMATCH, "cells %zu and %zu are not in order of rank", i - 1, i);
}

static int check_sums(const ees_pool *pool, const int64_t *counts, ees_error *err) {
    int64_t total = 0;
    for (size_t g = 0; g < pool->segment_count; g++) {
        int64_t size = 0;
        for (int s = 0; s < EES_SCORE_COUNT; s++) {
            int64_t held = counts[g * EES_SCORE_COUNT + (size_t)s];
            int32_t kept = pool->counts[g * EES_SCORE_COUNT + (size_t)s];
            if (held != kept)
                return ees_error_set(err, EES_ERR_MISMATCH,
                                     "segment %zu at score %d: cells hold %lld candidates, the count is %d", g, s,
                                     (long long)held, kept);
            size += held;
        }
        if (size != pool->sizes[g])
            return ees_error_set(err, EES_ERR_MISMATCH, "segment %zu holds %lld candidates, its size is %lld", g,
                                 (long long)size, (long long)pool->sizes[g]);
        total += size;
    }
    if (total != pool->total)
        return ees_error_set(err, EES_ERR_MISMATCH, "segments hold %lld candidates, the pool's total is %lld",
                             (long long)total, (long long)pool->total);
    return EES_OK;
}

static int check_bands(const ees_pool *pool, const ees_snapshot *published, ees_error *err) {
    ees_segment_set all =
        pool->segment_count < EES_SEGMENTS_MAX ? ((ees_segment_set)1 << pool->segment_count) - 1 : ~(ees_segment_set)0;
    for (int b = 0; b < published->bands.count; b++) {
        const ees_band band = published->bands.band[b];
        int64_t held = ees_pool_count(pool, all, band.low, band.high);
        if (held != published->leaf[b])
            return ees_error_set(err, EES_ERR_MISMATCH, "band %d-%d holds %lld candidates, published are %lld",
                                 band.low, band.high, (long long)held, (long long)published->leaf[b]);
    }
    return EES_OK;
}

/* A segment lives on one side of 601: nominees above, the others below. */
static int check_nominees(const ees_pool *pool, ees_error *err) {
    for (size_t g = 0; g < pool->segment_count; g++) {
        ees_segment_set set = (ees_segment_set)1 << g;
        int64_t above = ees_pool_count(pool, set, EES_SCORE_NOMINEE, EES_SCORE_MAX);
        if (above != 0 && above != pool->sizes[g])
            return ees_error_set(err, EES_ERR_MISMATCH,
                                 "segment %zu has %lld candidates at 601 and above and %lld below: only nominees, and "
                                 "all nominees, stand there",
                                 g, (long long)above, (long long)(pool->sizes[g] - above));
    }
    return EES_OK;
}

int test_pool_verify(const ees_pool *pool, const ees_snapshot *published, ees_error *err) {
    int rc = EES_OK;
    int64_t *counts = calloc(pool->segment_count * EES_SCORE_COUNT + 1, sizeof *counts);
    if (!counts)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; !rc && i < pool->cell_count; i++) {
        const ees_cell *cell = &pool->cells[i];
        rc = check_cell(pool, i, err);
        if (!rc && i > 0)
            rc = check_order(cell - 1, cell, i, err);
        if (!rc)
            counts[(size_t)cell->segment * EES_SCORE_COUNT + (size_t)cell->score] += cell->count;
    }
    if (!rc)
        rc = check_sums(pool, counts, err);
    if (!rc && published)
        rc = check_nominees(pool, err);
    if (!rc && published)
        rc = check_bands(pool, published, err);
    free(counts);
    return rc;
}
