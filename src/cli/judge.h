/* How the model that answers has done on past rounds of a program: what `plot calibration` and `report` show. */
#ifndef EESIM_CLI_JUDGE_H
#define EESIM_CLI_JUDGE_H

#include "cli.h"

/*
 * Summary of a model, by its name, over the rounds of a program (EES_PROGRAM_NONE: of all) held since a day, before the
 * day of --date. A count of 0 when there is none.
 */
int judge_model(cli *app, const char *model, int program, ees_date since, ees_score_summary *summary, ees_error *err);

#endif
