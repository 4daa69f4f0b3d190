#include "pool/build.h"

#include <stdlib.h>
#include <string.h>

#include "feed/read.h"
#include "pool/pool.h"

int eesi_pool_build(ees_pool *pool, const ees_pool_source *source, ees_error *err) {
    memset(pool, 0, sizeof *pool);
    const ees_segments *segments = source->segments;
    ees_time as_of = (ees_time)(source->snapshot->as_of + 1) * EES_SECONDS_PER_DAY - 1; /* the last second of its day */
    int64_t total = 0;
    int32_t *counts = malloc(segments->count * EES_SCORE_COUNT * sizeof *counts);
    if (!counts)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    ees_cell *cells = NULL;
    int rc = eesi_split(source, counts, err);
    for (int b = 0; b < source->snapshot->bands.count; b++)
        total += source->snapshot->leaf[b];
    if (!rc)
        rc = eesi_pool_alloc(pool, as_of, segments->count, (size_t)total, &cells, err);
    if (!rc) {
        int64_t used = eesi_date_cells(source, as_of, counts, cells, err);
        rc = used < 0 ? (int)used : EES_OK;
        for (size_t g = 0; g < segments->count; g++)
            pool->eligibility[g] = segments->segments[g].eligibility;
        if (!rc)
            eesi_pool_sum(pool, (size_t)used);
    }
    free(counts);
    return rc;
}

int64_t eesi_split_count(const ees_programs *programs, const ees_segments *segments, const int32_t *counts, int program,
                         int score) {
    int64_t sum = 0;
    for (size_t g = 0; g < segments->count; g++)
        if (eesi_program_admits(programs, program, segments->segments[g].eligibility))
            sum += counts[g * EES_SCORE_COUNT + (size_t)score];
    return sum;
}

int eesi_pool_last_admitted(const ees_pool_source *source, int program, ees_error *err) {
    const ees_segments *segments = source->segments;
    int32_t *counts = malloc(segments->count * EES_SCORE_COUNT * sizeof *counts);
    if (!counts)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int last = 0;
    int rc = eesi_split(source, counts, err);
    while (!rc && last < EES_SCORE_MAX && eesi_split_count(source->programs, segments, counts, program, last) == 0)
        last++;
    free(counts);
    return rc ? rc : last < EES_SCORE_MAX ? last : 0;
}
