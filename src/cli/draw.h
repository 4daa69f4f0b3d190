/* A predicted round, as `draw`, `plot` and `report` show it. */
#ifndef EESIM_CLI_DRAW_H
#define EESIM_CLI_DRAW_H

#include "cli.h"

/* Borrowed, except the prediction. */
typedef struct draw_answer {
    const ees_history *history;
    const ees_programs *programs;
    ees_prediction prediction;
} draw_answer;

/* A request with what the common options say: --date, --replicates, --seed. */
ees_predict_request draw_request(const cli *app, int program, int64_t size);
/* Ask the models. ees_prediction_free() the prediction also after an error. */
int draw_predict(cli *app, const ees_predict_request *request, draw_answer *answer, ees_error *err);

/* For people and for spreadsheets. */
int draw_put_text(cli *app, const draw_answer *answer, ees_error *err);
int draw_put_csv(FILE *out, const draw_answer *answer, ees_error *err);

#endif
