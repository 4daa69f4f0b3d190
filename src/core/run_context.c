/* Plans of runs from what a context holds. */
#include <eesim/run.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/context.h"
#include "feed/read.h"
#include "models/ask.h"
#include "run/run_inputs.h"
#include "run/run_plan.h"

/* The plan stands on the models: they stay as long as it does, whatever else is asked. */
static void hold_models(ees_run_plan *plan, const eesi_models *models) {
    plan->held = eesi_models_hold(models);
    plan->release = eesi_models_release;
}

/* Whether rounds of a program can be forecast: it was held before the day, or a model knows others of its kind. */
static int can_answer(const ees_run_inputs *inputs, const ees_run_request *request, int program, bool *can,
                      ees_error *err) {
    const ees_known known = ees_history_before(inputs->history, request->date, false);
    *can = known.round_count == 0; /* then the day is what is wrong */
    for (size_t i = 0; i < known.round_count && !*can; i++)
        *can = inputs->history->rounds[i].program == program;
    if (*can)
        return EES_OK;
    ees_predictive answer;
    const ees_date newest = inputs->history->rounds[known.round_count - 1].date;
    const ees_question question = {.history = inputs->history,
                                   .programs = inputs->programs,
                                   .known = known,
                                   .program = program,
                                   .date = request->date != EES_DATE_NONE ? request->date : newest + 1,
                                   .size = 1000};
    const int rc = eesi_ask_one(inputs->forecasters, inputs->forecaster_count, &question, &answer, err);
    *can = rc >= 0;
    return rc == EES_ERR_NOTFOUND || rc >= 0 ? EES_OK : rc;
}

/* The programs asked for, "CEC,FRENCH", without those that no model can answer for: they do not fail the others. */
static int keep_answerable(const ees_context *context, const ees_run_inputs *inputs, const ees_run_request *request,
                           eesi_buf *kept, eesi_buf *dropped, ees_error *err) {
    char word[EESI_NAME_MAX];
    int rc = EES_OK;
    for (size_t i = 0; i < request->program_count; i++)
        for (const char *at = request->programs[i]; rc == EES_OK && eesi_programs_more(&at);) {
            const int program = eesi_programs_next(inputs->programs, &at, word);
            bool can = true;
            if (program == EES_PROGRAM_NONE)
                return eesi_programs_unknown(inputs->programs, word, err);
            rc = can_answer(inputs, request, program, &can, err);
            eesi_buf *list = can ? kept : dropped;
            if (list->length > 0)
                eesi_buf_putc(list, ',');
            eesi_buf_puts(list, inputs->programs->programs[program].code);
        }
    if (rc == EES_OK && (eesi_buf_failed(kept) || eesi_buf_failed(dropped)))
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK && kept->length > 0 && dropped->length > 0)
        eesi_context_remark(context, "no model can forecast rounds of %s: none was held before; the rest is answered",
                            dropped->data);
    return rc;
}

/* The policy may be given by its name. */
static int make_named(ees_run_plan **plan, ees_context *context, const ees_run_request *request,
                      const ees_run_inputs *inputs, ees_error *err) {
    ees_run_request found = *request;
    char *policy = request->policy_file ? eesi_context_policy_path(context, request->policy_file, err) : NULL;
    if (request->policy_file && !policy)
        return err->code;
    found.policy_file = policy;
    int rc = eesi_run_plan_make(plan, &found, inputs, err);
    free(policy);
    return rc;
}

static int make_answerable(ees_run_plan **plan, ees_context *context, const ees_run_request *request,
                           const ees_run_inputs *inputs, ees_error *err) {
    ees_run_request found = *request;
    eesi_buf kept, dropped;
    eesi_buf_init(&kept);
    eesi_buf_init(&dropped);
    int rc = keep_answerable(context, inputs, request, &kept, &dropped, err);
    const char *programs[] = {kept.data};
    if (kept.length > 0 && dropped.length > 0) {
        found.programs = programs;
        found.program_count = 1;
    }
    if (rc == EES_OK)
        rc = make_named(plan, context, &found, inputs, err);
    eesi_buf_free(&kept);
    eesi_buf_free(&dropped);
    return rc;
}

int ees_run_plan_create(ees_run_plan **plan, ees_context *context, const ees_run_request *request, ees_error *err) {
    eesi_models models;
    ees_run_inputs inputs;
    *plan = NULL;
    int rc = eesi_context_models(context, request->model, request->seed, &models, err);
    if (rc == EES_OK)
        rc = eesi_context_run_inputs(context, &models, &inputs, err);
    if (rc == EES_OK)
        rc = make_answerable(plan, context, request, &inputs, err);
    if (rc == EES_OK)
        hold_models(*plan, &models);
    return rc;
}

int ees_run_plan_repeat(ees_run_plan **plan, ees_context *context, const char *file, const char *text, ees_error *err) {
    eesi_models models;
    ees_run_inputs inputs;
    int rc = eesi_run_plan_parse(plan, file, text, err);
    const uint64_t seed = rc == EES_OK ? (*plan)->seed : 0;
    ees_run_plan_destroy(*plan); /* only its seed was asked for */
    *plan = NULL;
    if (rc == EES_OK)
        rc = eesi_context_models(context, NULL, seed, &models, err);
    if (rc == EES_OK)
        rc = eesi_context_run_inputs(context, &models, &inputs, err);
    if (rc == EES_OK)
        rc = eesi_run_plan_again(plan, file, text, &inputs, err);
    if (rc == EES_OK)
        hold_models(*plan, &models);
    return rc;
}
