/* `draw`: what the command computes and what its output shows. */
#ifndef EESIM_CLI_DRAW_H
#define EESIM_CLI_DRAW_H

#include "cli.h"

/* A predicted round and what was asked. Borrowed, except the prediction. */
typedef struct draw_answer {
    const ees_history *history;
    const ees_programs *programs;
    ees_predict_request request;
    ees_prediction prediction;
    ees_time tie_break;                    /* given; EES_TIME_NONE */
    ees_draw_result strict;                /* with a tie-break given: the round held on the integer pool */
    const char *model_file, *model_sha256; /* parameters; "" when the model has none */
} draw_answer;

/* One round to predict, beside what the common options say. */
typedef struct draw_query {
    int program;
    int64_t size;   /* EES_COUNT_NONE: as the program's last round */
    int cutoff;     /* of a replay; EES_SCORE_NONE */
    ees_date as_of; /* EES_DATE_NONE: the newest known pool */
    bool hindsight;
} draw_query;

/* Ask the models, in the order that has proved best for the program. Free answer->prediction also after an error. */
int draw_predict(cli *app, const draw_query *query, cli_models *models, draw_answer *answer, ees_error *err);

/* Print the answer in the format asked for. 0 or an error. */
int draw_print(cli *app, const draw_answer *answer, ees_error *err);

/* A round held on a pool: a replay, or candidates of the user's own. */
typedef struct draw_held {
    const char *program; /* code */
    ees_date date;       /* EES_DATE_NONE when there is none */
    int64_t size;        /* asked for; EES_COUNT_NONE in a replay */
    int64_t candidates;  /* in the pool */
    ees_date as_of;
    int64_t published; /* size of the official round of that day and program; EES_COUNT_NONE */
    int64_t eligible, invited, at_cutoff, at_cutoff_invited;
    int cutoff;
    ees_time tie_break;
} draw_held;

int draw_print_held(cli *app, const draw_held *held, ees_error *err);

/* Parts of draw_print(). */
void draw_put_json(FILE *out, const draw_answer *answer);
int draw_put_csv(FILE *out, const draw_answer *answer, ees_error *err);
int draw_put_text(cli *app, const draw_answer *answer, ees_error *err);
/* Scores the answer has something to say of: five points more to both sides than any replicate's cut-off. */
void draw_nearby(const ees_prediction *prediction, int *low, int *high);

#endif
