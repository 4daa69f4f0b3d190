/* From a plan's JSON to the engine it describes. */
#ifndef EESI_RUN_PREPARE_H
#define EESI_RUN_PREPARE_H

#include "run/run_engine.h"
#include "run/run_inputs.h"
#include "run/run_plan.h"

/* Give a parsed plan its engine: posterior members, nominees and schedules, everything from the plan and the inputs. */
int eesi_run_attach(ees_run_plan *plan, const char *file, const ees_run_inputs *inputs, ees_error *err) EES_MUST_CHECK;

/* What was known before the plan's "known_before" (null: everything). */
int eesi_run_known(const json_t *root, const char *file, const ees_history *history, ees_known *known,
                   ees_error *err) EES_MUST_CHECK;

/* The program's newest known round, NULL when there is none; the median of its last five gaps, days. */
const ees_round *eesi_run_last_round(const ees_history *history, ees_known known, int program);
int eesi_run_usual_gap(const ees_history *history, ees_known known, int program);

/* Whether the plan's engine moves members of an ensemble for this program of the run. */
bool eesi_run_has_members(const ees_run_plan *plan, int program);

#endif
