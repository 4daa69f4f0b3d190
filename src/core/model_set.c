#include "core/model_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"
#include "models/model.h"
#include "models/stock_flow.h"

static int make_ensemble(eesi_model_set *set, const ees_context *context, ees_error *err) {
    eesi_ensemble_options options;
    eesi_ensemble_options_init(&options);
    options.seed = set->seed;
    options.threads = eesi_context_threads(context);
    options.cache_dir = eesi_context_cache_dir(context);
    return eesi_ensemble_model_create(&set->ensemble, set->model, &options, err);
}

static int make_statistical(eesi_model_set *set, const ees_programs *programs, ees_error *err) {
    int rc = eesi_statistical_create(&set->statistical, set->model, programs, err);
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

/* Every model there is. The last of them answers whenever a round of the program was held before. */
static int list_models(eesi_model_set *set, ees_forecaster *list, ees_error *err) {
    int count = 0;
    size_t rivals = 0;
    list[count++] = eesi_ensemble_forecaster(set->ensemble);
    if (set->statistical)
        list[count++] = eesi_statistical_forecaster(set->statistical);
    list[count++] = eesi_stock_flow_forecaster(set->model);
    const int blends = eesi_blends_read(set->blends, set->model, list, (size_t)count, err);
    if (blends < 0)
        return blends;
    for (int i = 0; i < blends; i++)
        list[count++] = eesi_blend_forecaster(&set->blends[i]);
    const ees_forecaster *rival = eesi_rivals(&rivals);
    for (size_t i = rivals - 1; i-- > 0 && count + 2 < EESI_MODELS_MAX;) /* ridge first, last cut-off last */
        list[count++] = rival[i];
    list[count++] = rival[rivals - 1]; /* the read-off knows only the pool */
    return count;
}

/* The others in the order that has proved best for each program, and before them the forecaster that follows it. */
static int prefer(eesi_model_set *set, const ees_programs *programs, ees_error *err) {
    const int count = list_models(set, set->forecasters + 1, err);
    if (count < 0)
        return count;
    int rc = eesi_preferred_create(&set->preferred, set->model, programs, set->forecasters + 1, (size_t)count, err);
    if (rc)
        return rc;
    set->forecasters[0] = eesi_preferred_forecaster(set->preferred);
    set->count = (size_t)count + 1;
    return EES_OK;
}

int eesi_model_set_init(eesi_model_set *set, ees_context *context, const char *file, uint64_t seed, ees_error *err) {
    *set = (eesi_model_set){.file = strdup(file), .seed = seed};
    if (!set->file)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = eesi_model_read(&set->model, eesi_context_source(context), file, err);
    if (rc == EES_OK)
        rc = make_ensemble(set, context, err);
    const ees_programs *programs = rc == EES_OK ? ees_context_programs(context, err) : NULL;
    if (rc == EES_OK)
        rc = programs ? make_statistical(set, programs, err) : err->code;
    return rc ? rc : prefer(set, programs, err);
}

void eesi_model_set_free(eesi_model_set *set) {
    eesi_preferred_destroy(set->preferred);
    eesi_statistical_destroy(set->statistical);
    eesi_ensemble_model_destroy(set->ensemble);
    eesi_model_free(set->model);
    free(set->file);
    *set = (eesi_model_set){0};
}

int eesi_model_set_choose(const eesi_model_set *set, const char *name, eesi_models *models, ees_error *err) {
    const char *names[EESI_MODELS_MAX];
    char all[300] = "";
    if (strcmp(name, "filter") == 0)
        name = "ensemble";
    for (size_t i = 0; i < set->count; i++) {
        names[i] = set->forecasters[i].name;
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", names[i]);
        if (strcmp(names[i], name) != 0)
            continue;
        models->forecasters = &set->forecasters[i];
        models->count = 1;
        models->chosen = true;
        return EES_OK;
    }
    const char *near = ees_nearest(name, names, set->count);
    if (near)
        return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no model; did you mean '%s'?", name, near);
    return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no model, expected a file or one of %s", name, all);
}
