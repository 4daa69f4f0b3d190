#include "pool/pool.h"

#include <stdlib.h>
#include <string.h>

#include "feed/read.h"

static size_t counts_bytes(size_t segment_count) {
    return segment_count * EES_SCORE_COUNT * sizeof(int32_t);
}

int eesi_pool_alloc(ees_pool *pool, ees_time as_of, size_t segment_count, size_t cell_count, ees_cell **cells,
                    ees_error *err) {
    memset(pool, 0, sizeof *pool);
    if (segment_count > EES_SEGMENTS_MAX) {
        ees_error_set(err, EES_ERR_RANGE, "%zu segments, expected at most %d", segment_count, EES_SEGMENTS_MAX);
        return EES_ERR_RANGE;
    }
    size_t cell_bytes = cell_count * sizeof(ees_cell);
    bool fits = cell_count <= SIZE_MAX / 2 / sizeof(ees_cell);
    char *storage = fits ? malloc(counts_bytes(segment_count) + cell_bytes + 1) : NULL;
    if (!storage) {
        ees_error_set(err, EES_ERR_NOMEM, "out of memory for a pool of %zu cells", cell_count);
        return EES_ERR_NOMEM;
    }
    pool->as_of = as_of;
    pool->segment_count = segment_count;
    pool->storage = storage;
    *cells = (ees_cell *)(void *)storage;
    pool->cells = *cells;
    pool->counts = (const int32_t *)(const void *)(storage + cell_bytes);
    memset(storage + cell_bytes, 0, counts_bytes(segment_count));
    return EES_OK;
}

/* The pool's own memory, reached without casting away the const of its public view. */
ees_cell *eesi_pool_cells(ees_pool *pool) {
    char *storage = pool->storage;
    return (ees_cell *)(void *)(storage + ((const char *)pool->cells - storage));
}

int32_t *eesi_pool_counts(ees_pool *pool) {
    char *storage = pool->storage;
    return (int32_t *)(void *)(storage + ((const char *)pool->counts - storage));
}

void eesi_pool_sum(ees_pool *pool, size_t cell_count) {
    int32_t *counts = eesi_pool_counts(pool);
    memset(counts, 0, counts_bytes(pool->segment_count));
    memset(pool->sizes, 0, sizeof pool->sizes);
    pool->total = 0;
    pool->cell_count = cell_count;
    for (size_t i = 0; i < cell_count; i++) {
        const ees_cell *cell = &pool->cells[i];
        counts[(size_t)cell->segment * EES_SCORE_COUNT + (size_t)cell->score] += cell->count;
    }
    for (size_t g = 0; g < pool->segment_count; g++) {
        for (size_t s = 0; s < EES_SCORE_COUNT; s++)
            pool->sizes[g] += counts[g * EES_SCORE_COUNT + s];
        pool->total += pool->sizes[g];
    }
}

size_t eesi_pool_row(const ees_pool *pool, int score) {
    size_t low = 0;
    size_t high = pool->cell_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pool->cells[middle].score > score)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Order of rank; below zero when `a` comes first. */
static int compare_cells(const void *a, const void *b) {
    const ees_cell *left = a;
    const ees_cell *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    if (left->submitted != right->submitted)
        return left->submitted < right->submitted ? -1 : 1;
    return (left->segment > right->segment) - (left->segment < right->segment);
}

static int check_cells(const ees_cell *cells, size_t cell_count, size_t segment_count, ees_error *err) {
    int64_t total = 0;
    for (size_t i = 0; i < cell_count; i++) {
        const ees_cell *cell = &cells[i];
        if (cell->score < 0 || cell->score > EES_SCORE_MAX)
            return ees_error_set(err, EES_ERR_RANGE, "cell %zu: score %d, expected 0 to %d", i, cell->score,
                                 EES_SCORE_MAX);
        if (cell->segment < 0 || (size_t)cell->segment >= segment_count)
            return ees_error_set(err, EES_ERR_RANGE, "cell %zu: segment %d, expected 0 to %zu", i, cell->segment,
                                 segment_count - 1);
        if (cell->count < 1)
            return ees_error_set(err, EES_ERR_RANGE, "cell %zu: %d candidates, expected at least 1", i, cell->count);
        total += cell->count;
        if (total > INT32_MAX)
            return ees_error_set(err, EES_ERR_RANGE, "more than %d candidates", INT32_MAX);
    }
    return EES_OK;
}

int ees_pool_init(ees_pool *pool, ees_time as_of, const ees_program_set *eligibility, size_t segment_count,
                  const ees_cell *cells, size_t cell_count, ees_error *err) {
    ees_cell *sorted = NULL;
    memset(pool, 0, sizeof *pool);
    int rc = check_cells(cells, cell_count, segment_count, err);
    if (!rc)
        rc = eesi_pool_alloc(pool, as_of, segment_count, cell_count, &sorted, err);
    if (rc)
        return rc;
    for (size_t g = 0; g < segment_count; g++)
        pool->eligibility[g] = eligibility[g];
    size_t used = 0;
    if (cell_count > 0) {
        memcpy(sorted, cells, cell_count * sizeof *sorted);
        qsort(sorted, cell_count, sizeof *sorted, compare_cells);
        for (size_t i = 1; i < cell_count; i++) {
            if (compare_cells(&sorted[used], &sorted[i]) == 0)
                sorted[used].count += sorted[i].count;
            else
                sorted[++used] = sorted[i];
        }
        used++;
    }
    eesi_pool_sum(pool, used);
    return EES_OK;
}

void ees_pool_free(ees_pool *pool) {
    free(pool->storage);
    memset(pool, 0, sizeof *pool);
}

ees_segment_set ees_pool_admitted(const ees_pool *pool, const ees_programs *programs, int program) {
    ees_segment_set set = 0;
    for (size_t g = 0; g < pool->segment_count; g++)
        if (eesi_program_admits(programs, program, pool->eligibility[g]))
            set |= (ees_segment_set)1 << g;
    return set;
}

int64_t ees_pool_count(const ees_pool *pool, ees_segment_set segments, int low, int high) {
    int64_t sum = 0;
    int first = low < 0 ? 0 : low;
    int last = high > EES_SCORE_MAX ? EES_SCORE_MAX : high;
    for (size_t g = 0; g < pool->segment_count; g++)
        if (segments >> g & 1u)
            for (int s = first; s <= last; s++)
                sum += pool->counts[g * EES_SCORE_COUNT + (size_t)s];
    return sum;
}
