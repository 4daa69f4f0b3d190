/* Plans of runs from what a context holds. */
#include <eesim/run.h>

#include <stdlib.h>

#include "core/context.h"
#include "run/run_inputs.h"
#include "run/run_plan.h"

/* The plan stands on the models: they stay as long as it does, whatever else is asked. */
static void hold_models(ees_run_plan *plan, const eesi_models *models) {
    plan->held = eesi_models_hold(models);
    plan->release = eesi_models_release;
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

int ees_run_plan_create(ees_run_plan **plan, ees_context *context, const ees_run_request *request, ees_error *err) {
    eesi_models models;
    ees_run_inputs inputs;
    *plan = NULL;
    int rc = eesi_context_models(context, request->model, request->seed, &models, err);
    if (rc == EES_OK)
        rc = eesi_context_run_inputs(context, &models, &inputs, err);
    if (rc == EES_OK)
        rc = make_named(plan, context, request, &inputs, err);
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
