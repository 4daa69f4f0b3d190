/* How the model that answers has done on past rounds of a program: what `plot calibration` and `report` show. */
#ifndef EESIM_CLI_JUDGE_H
#define EESIM_CLI_JUDGE_H

#include "cli.h"

/*
 * Summary of a model, by its name, over the rounds of a program (EES_PROGRAM_NONE: of all) held since a day, before the
 * day of --date. A count of 0 when there is none.
 */
int judge_model(cli *app, const char *model, int program, ees_date since, ees_score_summary *summary, ees_error *err);

/* A model on rounds that its parameters had not seen. */
typedef struct judgement {
    ees_score_summary summary;
    char file[64]; /* the parameters in the models folder, "until-396.json"; "" for those that answer */
    char fitted_until[EES_ROUND_NUMBER_MAX];
    int first, last; /* positions in the history */
    bool seen;       /* no parameters have left a round of the program unseen: these are what they were fitted on */
} judgement;

/*
 * The rounds of a program since the parameters that answer were fitted. Where there is none, those that parameters kept
 * from before (models/until-N.json) had not seen, and at last the rounds that were seen. A count of 0 when there is
 * none at all.
 */
int judge_unseen(cli *app, const char *model, int program, judgement *found, ees_error *err);

#endif
