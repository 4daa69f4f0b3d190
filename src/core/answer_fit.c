/* `fit`: the answer is a model file. */
#include <stdlib.h>

#include <eesim/fit.h>

#include "core/answer.h"

typedef struct fit_question {
    int program, section;
    bool calendar;
    const char *until, *name, *state;
    int64_t starts, evaluations, turns;
} fit_question;

static const eesi_key keys[] = {
    {.name = "until", .kind = EESI_KEY_TEXT, .offset = offsetof(fit_question, until)},
    {.name = "program", .kind = EESI_KEY_PROGRAM, .offset = offsetof(fit_question, program)},
    {.name = "calendar", .kind = EESI_KEY_FLAG, .offset = offsetof(fit_question, calendar)},
    {.name = "starts",
     .kind = EESI_KEY_INT,
     .offset = offsetof(fit_question, starts),
     .min = 1,
     .max = 64,
     .otherwise = 8},
    {.name = "evaluations",
     .kind = EESI_KEY_INT,
     .offset = offsetof(fit_question, evaluations),
     .min = 1,
     .max = 100000,
     .otherwise = 250},
    {.name = "section",
     .kind = EESI_KEY_CHOICE,
     .offset = offsetof(fit_question, section),
     .choices = "streams|statistical"},
    {.name = "turns",
     .kind = EESI_KEY_INT,
     .offset = offsetof(fit_question, turns),
     .min = 1,
     .max = 100,
     .otherwise = 3},
    {.name = "name", .kind = EESI_KEY_TEXT, .offset = offsetof(fit_question, name)},
    {.name = "state", .kind = EESI_KEY_TEXT, .offset = offsetof(fit_question, state)},
    {.name = NULL}};

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    static const ees_fit_section sections[] = {EES_FIT_WHOLE, EES_FIT_STREAMS, EES_FIT_STATISTICAL};
    const fit_question *asked = question;
    char *text = NULL;
    ees_fit_request request;
    ees_fit_request_init(&request);
    request.section = asked->calendar ? EES_FIT_CALENDAR : sections[asked->section + 1];
    request.program = asked->program;
    request.until = asked->until;
    request.model = common->model;
    request.name = asked->name;
    request.state_dir = asked->state;
    request.starts = (int)asked->starts;
    request.evaluations = (int)asked->evaluations;
    request.turns = (int)asked->turns;
    request.seed = (uint64_t)common->seed;
    int rc = ees_fit(context, &request, &text, err);
    if (rc == EES_OK)
        fputs(text, out);
    free(text);
    return rc;
}

const eesi_answerer eesi_answer_fit = {"fit", keys,  sizeof(fit_question), EESI_TAKES_MODEL | EESI_TAKES_RANDOM,
                                       NULL,  answer};
