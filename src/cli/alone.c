/* eesim carries a run out in its own process; eesim-mpi has src/mpi/ranks.c instead of this file. */
#include "scenario.h"

int scenario_carry_out(const ees_run_plan *plan, const char *dir, ees_run_job *job, ees_run_result *result,
                       bool *speaks, ees_error *err) {
    *speaks = true;
    return ees_run_execute(plan, dir, job, result, NULL, err);
}
