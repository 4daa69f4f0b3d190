/* paths.csv: every round of every replicate. The hot path of large runs, so nothing here calls printf. */
#ifndef EESI_RUN_PATHS_H
#define EESI_RUN_PATHS_H

#include <eesim/report.h>

#include "run/run_plan.h"

typedef struct eesi_paths eesi_paths;

extern const ees_column eesi_paths_columns[];
extern const size_t eesi_paths_column_count;

/* Tables that turn numbers and days into text; NULL when out of memory. The plan must outlive it. Read-only afterwards.
 */
eesi_paths *eesi_paths_create(const ees_run_plan *plan);
void eesi_paths_destroy(eesi_paths *paths);

/* The header line, compressed when the plan says so. *text is malloc()ed. */
int eesi_paths_header(const eesi_paths *paths, char **text, size_t *length, ees_error *err) EES_MUST_CHECK;

/* As eesi_run_control.format: rows by scenario, replicate, round. With compression a frame of its own. */
int eesi_paths_format(const eesi_paths *paths, const eesi_block *blocks, int scenarios, char **text, size_t *capacity,
                      size_t *length, ees_error *err) EES_MUST_CHECK;

/*
 * Rows of some lanes of a block, from `first` on, at *end, which moves on; eesi_paths_room() bytes have to be there.
 * Returns the number of lanes (at least one), or EES_ERR_NOMEM.
 */
int eesi_paths_put(const eesi_paths *paths, const eesi_block *block, int scenario, int first, char **end,
                   ees_error *err) EES_MUST_CHECK;
size_t eesi_paths_room(const eesi_paths *paths);

/* paths.csv or paths.csv.zst */
const char *eesi_paths_name(const ees_run_plan *plan);

#endif
