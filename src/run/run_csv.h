/* The summary files of a run. */
#ifndef EESI_RUN_CSV_H
#define EESI_RUN_CSV_H

#include "run/run_plan.h"

/* Write draws.csv, pool.csv, chance.csv, compare.csv and datapackage.json into a folder that exists.
 * EES_ERR_INTERRUPTED when `progress` (may be NULL) says stop: a grid of scenarios can take minutes. */
int eesi_run_write_files(const ees_run_plan *plan, const ees_totals *totals, const char *dir,
                         const ees_progress *progress, ees_error *err) EES_MUST_CHECK;
/* Write run.json: the plan, and with totals what came of it. */
int eesi_run_write_json(const ees_run_plan *plan, const ees_totals *totals, const char *dir,
                        ees_error *err) EES_MUST_CHECK;

#endif
