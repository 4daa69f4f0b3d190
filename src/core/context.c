/* The context: files, and what was read from them so far. */
#include "core/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/source.h"
#include "calendar/calendar.h"
#include "calendar/calendar_model.h"
#include "core/model_set.h"
#include "feed/layout.h"
#include "feed/read.h"
#include "models/model.h"
#include "pool/segment.h"
#include "run/run_inputs.h"

enum { SETS_KEPT = 4 };

struct ees_context {
    eesi_source source;
    json_t *question; /* the last one in JSON, and what it was read into */
    void *read;
    char *model, *cache_dir; /* owned; NULL: none */
    ees_context_options options;
    bool has_programs, has_history, has_segments, has_calendar;
    ees_programs programs;
    ees_layouts *layouts; /* NULL: not read yet */
    ees_history history;
    ees_segments segments;
    ees_calendar_model calendar;
    eesi_model_set *sets[SETS_KEPT]; /* the last used first */
};

void ees_context_options_init(ees_context_options *options) {
    *options = (ees_context_options){0};
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* Everything but the source. */
static int make(ees_context **context, const ees_context_options *options, ees_error *err) {
    ees_context *c = calloc(1, sizeof *c);
    *context = c;
    if (!c)
        return no_memory(err);
    c->options = *options;
    c->model = options->model ? strdup(options->model) : NULL;
    c->cache_dir = options->cache_dir ? strdup(options->cache_dir) : NULL;
    return (options->model && !c->model) || (options->cache_dir && !c->cache_dir) ? no_memory(err) : EES_OK;
}

static int finish(ees_context **context, int rc) {
    if (rc) {
        ees_context_destroy(*context);
        *context = NULL;
    }
    return rc;
}

int ees_context_create(ees_context **context, const ees_context_options *options, ees_error *err) {
    *context = NULL;
    if (!options->models_dir)
        return ees_error_set(err, EES_ERR_RANGE, "a context needs a folder of models");
    int rc = make(context, options, err);
    if (rc == EES_OK)
        rc = eesi_source_init(&(*context)->source, options->data_dir, options->models_dir, err);
    return finish(context, rc);
}

int ees_context_create_from_memory(ees_context **context, const void *buffer, size_t length,
                                   const ees_context_options *options, ees_error *err) {
    ees_context_options none;
    ees_context_options_init(&none);
    int rc = make(context, options ? options : &none, err);
    if (rc == EES_OK)
        rc = eesi_source_init_pack(&(*context)->source, buffer, length, err);
    return finish(context, rc);
}

static void drop_set(eesi_model_set *set) {
    if (!set || --set->owners > 0)
        return;
    eesi_model_set_free(set);
    free(set);
}

void ees_context_destroy(ees_context *context) {
    if (!context)
        return;
    for (int i = 0; i < SETS_KEPT; i++)
        drop_set(context->sets[i]);
    if (context->has_segments)
        eesi_segments_free(&context->segments);
    if (context->has_history)
        ees_history_free(&context->history);
    eesi_layouts_destroy(context->layouts);
    if (context->has_programs)
        eesi_programs_free(&context->programs);
    eesi_context_keep(context, NULL, NULL);
    eesi_source_free(&context->source);
    free(context->model);
    free(context->cache_dir);
    free(context);
}

void ees_context_listen(ees_context *context, const ees_progress *progress) {
    context->options.progress = progress ? *progress : (ees_progress){0};
}

/* ---- what is loaded on first use ---- */

const ees_programs *ees_context_programs(ees_context *c, ees_error *err) {
    if (c->has_programs)
        return &c->programs;
    char *path = eesi_context_model_path(c, "programs.json", err);
    int rc = path ? eesi_programs_read(&c->programs, &c->source, path, err) : EES_ERR_NOMEM;
    if (path && rc)
        eesi_programs_free(&c->programs);
    free(path);
    c->has_programs = rc == EES_OK;
    return c->has_programs ? &c->programs : NULL;
}

const ees_layouts *ees_context_layouts(ees_context *c, ees_error *err) {
    char *path = c->layouts ? NULL : eesi_context_model_path(c, "bands.json", err);
    if (path && eesi_layouts_read(&c->layouts, &c->source, path, err))
        c->layouts = NULL;
    free(path);
    return c->layouts;
}

const ees_history *ees_context_history(ees_context *c, ees_error *err) {
    const ees_programs *programs = ees_context_programs(c, err);
    if (!programs || c->has_history)
        return programs ? &c->history : NULL;
    if (!c->source.data_dir) {
        ees_error_set(err, EES_ERR_NOTFOUND, "the context has no folder of data");
        return NULL;
    }
    c->has_history = eesi_history_read(&c->history, &c->source, c->source.data_dir, programs, err) == EES_OK;
    if (!c->has_history)
        ees_history_free(&c->history);
    return c->has_history ? &c->history : NULL;
}

const ees_segments *eesi_context_segments(ees_context *c, ees_error *err) {
    const ees_programs *programs = ees_context_programs(c, err);
    if (!programs || c->has_segments)
        return programs ? &c->segments : NULL;
    char *path = eesi_context_model_path(c, "segments.json", err);
    int rc = path ? eesi_segments_read(&c->segments, &c->source, path, programs, err) : EES_ERR_NOMEM;
    if (path && rc)
        eesi_segments_free(&c->segments);
    free(path);
    c->has_segments = rc == EES_OK;
    return c->has_segments ? &c->segments : NULL;
}

const ees_calendar_model *eesi_context_calendar(ees_context *c, ees_error *err) {
    if (c->has_calendar)
        return &c->calendar;
    char *path = eesi_context_model_path(c, "calendar.json", err);
    int rc = path ? eesi_calendar_model_read(&c->calendar, &c->source, path, err) : EES_ERR_NOMEM;
    free(path);
    c->has_calendar = rc == EES_OK;
    return c->has_calendar ? &c->calendar : NULL;
}

/* ---- models ---- */

static bool is_file_name(const char *text) {
    size_t length = strlen(text);
    return strchr(text, '/') || (length > 5 && strcmp(text + length - 5, ".json") == 0);
}

/* Bring the set of a file and seed to the front, made if it is not there; the one used longest ago makes room. */
static int find_set(ees_context *c, const char *file, uint64_t seed, ees_error *err) {
    int at = 0;
    while (at < SETS_KEPT - 1 && c->sets[at] && (c->sets[at]->seed != seed || strcmp(c->sets[at]->file, file) != 0))
        at++;
    eesi_model_set *set = c->sets[at];
    int rc = EES_OK;
    if (!set || set->seed != seed || strcmp(set->file, file) != 0) {
        eesi_model_set *made = calloc(1, sizeof *made);
        rc = made ? eesi_model_set_init(made, c, file, seed, err) : no_memory(err);
        if (made)
            made->owners = 1;
        if (rc) {
            drop_set(made);
            return rc;
        }
        drop_set(set);
        set = made;
    }
    memmove(c->sets + 1, c->sets, (size_t)at * sizeof *c->sets);
    c->sets[0] = set;
    return EES_OK;
}

int eesi_context_models(ees_context *c, const char *name, uint64_t seed, eesi_models *models, ees_error *err) {
    const char *asked = name ? name : c->model;
    const bool is_file = asked && is_file_name(asked);
    char *file = is_file ? strdup(asked) : eesi_context_model_path(c, "default.json", err);
    int rc = file ? find_set(c, file, seed, err) : no_memory(err);
    free(file);
    if (rc == EES_OK && !eesi_context_segments(c, err))
        rc = err->code;
    if (rc)
        return rc;
    eesi_model_set *set = c->sets[0];
    *models = (eesi_models){.forecasters = set->forecasters,
                            .count = set->count,
                            .model = set->model,
                            .ensemble = set->ensemble,
                            .set = set,
                            .preferred = set->preferred,
                            .excluded = set->model->excluded,
                            .excluded_count = set->model->excluded_count};
    return asked && !is_file ? eesi_model_set_choose(set, asked, models, err) : EES_OK;
}

void *eesi_models_hold(const eesi_models *models) {
    models->set->owners++;
    return models->set;
}

void eesi_models_release(void *held) {
    drop_set(held);
}

void eesi_models_prefer(eesi_models *models, int program) {
    if (!models->chosen)
        models->forecasters = eesi_preferred_order(models->preferred, program, &models->count);
}

bool eesi_models_may_run(const eesi_models *models) {
    return !models->chosen || strcmp(models->forecasters[0].name, "ensemble") == 0;
}

const char *ees_context_model(ees_context *context, int program, ees_error *err) {
    ees_error own = {0};
    eesi_models models;
    if (eesi_context_models(context, NULL, 1, &models, err ? err : &own))
        return NULL;
    if (program != EES_PROGRAM_NONE)
        eesi_models_prefer(&models, program);
    return models.forecasters[0].name;
}

/* ---- small answers ---- */

const eesi_source *eesi_context_source(const ees_context *context) {
    return &context->source;
}

void eesi_context_keep(ees_context *context, json_t *question, void *read) {
    json_decref(context->question);
    free(context->read);
    context->question = question;
    context->read = read;
    eesi_context_give(context, NULL);
}

void eesi_context_give(ees_context *context, json_t *texts) {
    eesi_source_give(&context->source, texts);
}

char *eesi_context_model_path(const ees_context *context, const char *name, ees_error *err) {
    char *path = eesi_path_join(context->source.models_dir, name);
    if (!path)
        no_memory(err);
    return path;
}

const char *eesi_context_cache_dir(const ees_context *context) {
    return context->cache_dir;
}

int eesi_context_threads(const ees_context *context) {
    return context->options.threads;
}

const ees_progress *eesi_context_progress(const ees_context *context) {
    return &context->options.progress;
}

void eesi_context_remark(const ees_context *context, const char *format, ...) {
    char text[400];
    va_list args;
    if (!context->options.remark)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    context->options.remark(context->options.remark_user, text);
}

char *eesi_context_policy_path(const ees_context *context, const char *name, ees_error *err) {
    char file[256];
    bool is_file = name && strpbrk(name, "/.");
    if (name && !is_file && eesi_file_exists(name, &is_file, err) != EES_OK)
        return NULL;
    if (is_file) {
        char *copy = strdup(name);
        if (!copy)
            no_memory(err);
        return copy;
    }
    snprintf(file, sizeof file, "policies/%.200s.json", name ? name : "learned");
    return eesi_context_model_path(context, file, err);
}

int eesi_context_program(ees_context *context, const char *code, int *program, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    if (!programs)
        return err->code;
    *program = ees_programs_find(programs, code);
    return *program != EES_PROGRAM_NONE ? EES_OK : eesi_programs_unknown(programs, code, err);
}

int eesi_context_run_inputs(ees_context *context, const eesi_models *models, ees_run_inputs *inputs, ees_error *err) {
    *inputs = (ees_run_inputs){.model = models->model,
                               .ensemble = models->ensemble,
                               .forecasters = models->forecasters,
                               .forecaster_count = models->count,
                               .files = &context->source,
                               .cache_dir = context->cache_dir};
    inputs->history = ees_context_history(context, err);
    inputs->programs = inputs->history ? ees_context_programs(context, err) : NULL;
    inputs->segments = inputs->programs ? eesi_context_segments(context, err) : NULL;
    inputs->calendar = inputs->segments ? eesi_context_calendar(context, err) : NULL;
    return inputs->calendar ? EES_OK : err->code;
}
