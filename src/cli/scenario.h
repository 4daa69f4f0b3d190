/* What the commands that run scenarios share. */
#ifndef EESIM_CLI_SCENARIO_H
#define EESIM_CLI_SCENARIO_H

#include "cli.h"

/* Carry out a plan into the folder of -o, with progress, and say what came of it. Returns an exit status. */
int scenario_execute(cli *app, const ees_run_plan *plan, ees_run_job *job);

/*
 * How the work is carried out: eesim does all of it in this process (alone.c), eesim-mpi its rank's part of it
 * (src/mpi/ranks.c). As ees_run_execute(); `speaks` is set for the one process that prints what came of it.
 */
int scenario_carry_out(const ees_run_plan *plan, const char *dir, ees_run_job *job, ees_run_result *result,
                       bool *speaks, ees_error *err);

/* "3/10". Returns 0 or CLI_USAGE with the message printed; NULL is no shard. */
int scenario_read_shard(const cli *app, const char *text, ees_run_job *job);

#endif
