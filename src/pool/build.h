/* The steps that make a pool out of a snapshot: split into segments, then into times of submission. */
#ifndef EESI_BUILD_H
#define EESI_BUILD_H

#include <eesim/pool.h>

#include "pool/pool.h"

/*
 * Whole candidates by segment and score: counts[segment * EES_SCORE_COUNT + score]. Leaf totals exact, segments agree
 * with the streams. EES_ERR_RANGE, EES_ERR_DATA, EES_ERR_NOMEM.
 */
int eesi_split(const ees_pool_source *source, int32_t *counts, ees_error *err) EES_MUST_CHECK;

/* How many candidates whom a program admits stand at a score, of such counts. */
int64_t eesi_split_count(const ees_programs *programs, const ees_segments *segments, const int32_t *counts, int program,
                         int score);

/*
 * Writes the cells of these counts in order of rank and returns how many; `cells` has room for every candidate.
 * A negative code: EES_ERR_NOMEM.
 */
int64_t eesi_date_cells(const ees_pool_source *source, ees_time as_of, const int32_t *counts, ees_cell *cells,
                        ees_error *err) EES_MUST_CHECK;

#endif
