/* From a plan's JSON to the engine it describes. */
#ifndef EESI_RUN_PREPARE_H
#define EESI_RUN_PREPARE_H

#include "run/run_engine.h"
#include "run/run_inputs.h"
#include "run/run_plan.h"

/* Give a parsed plan its engine: posterior members, nominees and schedules, everything from the plan and the inputs. */
int eesi_run_attach(ees_run_plan *plan, const char *file, const ees_run_inputs *inputs, ees_error *err) EES_MUST_CHECK;

/* The median of the program's last five gaps, days. */
int eesi_run_usual_gap(const ees_history *history, ees_known known, int program);

/* Ask about other sizes of a round that the plan holds; `asked->program` is a program of the run. */
void eesi_run_ask_round(ees_run_plan *plan, eesi_asked_round *asked);

/* Whether the plan's engine moves members of an ensemble for this program of the run. */
bool eesi_run_has_members(const ees_run_plan *plan, int program);

/* Mean over its members of the candidates in the uppermost published band whom the program's rounds do not take, at the
 * start; 0 where its model knows none. */
double eesi_run_others(const ees_run_plan *plan, int program);

#endif
