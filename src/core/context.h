/* What the verbs of the public
 * core stand on. Everything is loaded when it is first asked for and owned by the context. */
#ifndef EESI_CONTEXT_H
#define EESI_CONTEXT_H

#include <jansson.h>

#include "calendar/calendar.h"
#include "models/forecaster.h"
#include <eesim/context.h>
#include <eesim/run.h>

#include "base/source.h"
#include "models/model.h"
#include "run/run_inputs.h"

struct eesi_source;
struct eesi_ensemble_model;
struct eesi_preferred;

/* The models that may be asked, the first first. It holds until the next call with another model or seed. */
typedef struct eesi_models {
    const ees_forecaster *forecasters;
    size_t count;
    bool chosen;                          /* a model was named: there is no other to fall back on */
    const ees_model *model;               /* the parameters */
    struct eesi_ensemble_model *ensemble; /* keeps the posteriors */
    struct eesi_model_set *set;           /* all of these; eesi_models_hold() keeps them beyond the next call */
    const struct eesi_preferred *preferred;
    const char *const *excluded; /* excluded_count official numbers of policy events: neither learnt from nor scored */
    size_t excluded_count;
} eesi_models;

/*
 * @param name  a model or a file of parameters; NULL: the context's own choice.
 * @param seed  of the ensemble's members.
 * EES_ERR_RANGE (no such model), the errors of loading.
 */
int eesi_context_models(ees_context *context, const char *name, uint64_t seed, eesi_models *models,
                        ees_error *err) EES_MUST_CHECK;
/* Keep the models until eesi_models_release(), which takes what eesi_models_hold() returned. */
void *eesi_models_hold(const eesi_models *models);
void eesi_models_release(void *held);
/* Unless a model was named: the models in the order that has proved best for a program, without "preferred". */
void eesi_models_prefer(eesi_models *models, int program);
/* Whether futures may be run with the ensemble: no other model was named. */
bool eesi_models_may_run(const eesi_models *models);

/* NULL and *err when they cannot be read. */
const ees_segments *eesi_context_segments(ees_context *context, ees_error *err);
const ees_calendar_model *eesi_context_calendar(ees_context *context, ees_error *err);

/* Where files are read from; a file of the models folder by name ("policies/learned.json"), free() it. */
const struct eesi_source *eesi_context_source(const ees_context *context);
/* Keep a question in JSON and the memory it was read into, both owned, in place of the last and its files. */
void eesi_context_keep(ees_context *context, json_t *question, void *read);
/* As eesi_source_give(). */
void eesi_context_give(ees_context *context, json_t *texts);
char *eesi_context_model_path(const ees_context *context, const char *name, ees_error *err);
/* A policy by its file or by the name of one of models/policies ("target"); NULL: that of the learned world. free() it;
 * NULL and *err. */
char *eesi_context_policy_path(const ees_context *context, const char *name, ees_error *err);

const char *eesi_context_cache_dir(const ees_context *context);
int eesi_context_threads(const ees_context *context);
const ees_progress *eesi_context_progress(const ees_context *context);
/* Hand a remark to whoever listens. */
void eesi_context_remark(const ees_context *context, const char *format, ...) EES_PRINTF(2, 3);

/* Position of a program by its code, upper or lower case. EES_ERR_RANGE with a suggestion. */
int eesi_context_program(ees_context *context, const char *code, int *program, ees_error *err) EES_MUST_CHECK;

/* What runs, chances and joint forecasts stand on; all borrowed from the context. */
int eesi_context_run_inputs(ees_context *context, const eesi_models *models, ees_run_inputs *inputs,
                            ees_error *err) EES_MUST_CHECK;

#endif
