/* --model: a name ("stock-flow", "static", a naive rival) or a file of parameters. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MODELS_MAX = 16 };

typedef struct owned_models {
    ees_model *model;
    ees_ensemble *ensemble;
    ees_statistical *statistical; /* NULL: the parameters have no such section */
    ees_segments segments;
    char *cache_dir;
    bool segments_loaded;
    ees_preferred *preferred;
    ees_blend blend;                        /* of the ensemble and the statistical model */
    ees_forecaster forecasters[MODELS_MAX]; /* the first is the preferred of all others */
} owned_models;

static bool is_file_name(const char *text) {
    size_t length = strlen(text);
    return strchr(text, '/') || (length > 5 && strcmp(text + length - 5, ".json") == 0);
}

static int load_parameters(cli *app, owned_models *owned, const char *file, ees_error *err) {
    char *shipped = file ? NULL : cli_model_path(app, "default.json", err);
    if (!file && !shipped)
        return err->code;
    int rc = ees_model_load(&owned->model, file ? file : shipped, err);
    free(shipped);
    return rc;
}

static int make_ensemble(const cli *app, owned_models *owned, ees_error *err) {
    ees_ensemble_options options;
    ees_ensemble_options_init(&options);
    options.seed = (uint64_t)cli_given(app)->seed;
    options.threads = (int)cli_given(app)->threads;
    owned->cache_dir = cli_cache_dir();
    options.cache_dir = owned->cache_dir;
    return ees_ensemble_create(&owned->ensemble, owned->model, &options, err);
}

static int make_statistical(cli *app, owned_models *owned, ees_error *err) {
    const ees_programs *programs = cli_programs(app, err);
    int rc = programs ? ees_statistical_create(&owned->statistical, owned->model, programs, err) : err->code;
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

static int load_segments(cli *app, owned_models *owned, ees_error *err) {
    const ees_programs *programs = cli_programs(app, err);
    char *path = programs ? cli_model_path(app, "segments.json", err) : NULL;
    if (!path)
        return err->code;
    int rc = ees_segments_load(&owned->segments, path, programs, err);
    owned->segments_loaded = true;
    free(path);
    return rc;
}

/* Every model there is. The last of them answers whenever a round of the program was held before. */
static size_t list_models(owned_models *owned, ees_forecaster *list) {
    size_t count = 0, rivals = 0;
    list[count++] = ees_ensemble_forecaster(owned->ensemble);
    if (owned->statistical)
        list[count++] = ees_statistical_forecaster(owned->statistical);
    list[count++] = ees_stock_flow_forecaster(owned->model);
    if (owned->statistical) {
        owned->blend = (ees_blend){.struct_size = sizeof owned->blend, .parts = {list[0], list[1]}, .part_count = 2};
        list[count++] = ees_blend_forecaster(&owned->blend);
    }
    const ees_forecaster *rival = ees_rivals(&rivals);
    for (size_t i = rivals - 1; i-- > 0 && count + 2 < MODELS_MAX;) /* ridge first, last cut-off last */
        list[count++] = rival[i];
    list[count++] = rival[rivals - 1]; /* the read-off knows only the pool */
    return count;
}

/* The others in the order that has proved best for each program, and before them the forecaster that follows it. */
static int prefer(cli *app, cli_models *models, owned_models *owned, ees_error *err) {
    const ees_programs *programs = cli_programs(app, err);
    if (!programs)
        return err->code;
    size_t count = list_models(owned, owned->forecasters + 1);
    int rc = ees_preferred_create(&owned->preferred, owned->model, programs, owned->forecasters + 1, count, err);
    if (rc)
        return rc;
    owned->forecasters[0] = ees_preferred_forecaster(owned->preferred);
    models->forecasters = owned->forecasters;
    models->count = count + 1;
    return EES_OK;
}

void cli_models_prefer(cli_models *models, int program) {
    const owned_models *owned = models->owned;
    if (!models->chosen)
        models->forecasters = ees_preferred_order(owned->preferred, program, &models->count);
}

bool cli_models_may_run(const cli_models *models) {
    return !models->chosen || strcmp(models->forecasters[0].name, "ensemble") == 0;
}

static int choose(cli_models *models, owned_models *owned, const char *name, ees_error *err) {
    const char *names[MODELS_MAX];
    char all[300] = "";
    if (strcmp(name, "filter") == 0)
        name = "ensemble";
    for (size_t i = 0; i < models->count; i++) {
        names[i] = owned->forecasters[i].name;
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", names[i]);
        if (strcmp(names[i], name) != 0)
            continue;
        models->forecasters = &owned->forecasters[i];
        models->count = 1;
        models->chosen = true;
        return EES_OK;
    }
    const char *near = cli_nearest(name, names, models->count);
    if (near)
        return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no model; did you mean '%s'?", name, near);
    return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no model, expected a file or one of %s", name, all);
}

int cli_models_load(cli *app, cli_models *models, ees_error *err) {
    const char *asked = cli_given(app)->model;
    bool file = asked && is_file_name(asked);
    owned_models *owned = calloc(1, sizeof *owned);
    *models = (cli_models){.owned = owned};
    if (!owned)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = load_parameters(app, owned, file ? asked : NULL, err);
    if (rc == EES_OK)
        rc = make_ensemble(app, owned, err);
    if (rc == EES_OK)
        rc = make_statistical(app, owned, err);
    if (rc == EES_OK)
        rc = load_segments(app, owned, err);
    if (rc == EES_OK)
        rc = prefer(app, models, owned, err);
    if (rc)
        return rc;
    models->segments = &owned->segments;
    models->cache_dir = owned->cache_dir;
    models->model = owned->model;
    models->file = ees_model_name(owned->model);
    models->sha256 = ees_model_sha256(owned->model);
    return asked && !file ? choose(models, owned, asked, err) : EES_OK;
}

void cli_models_free(cli_models *models) {
    owned_models *owned = models->owned;
    if (!owned)
        return;
    ees_preferred_free(owned->preferred);
    ees_statistical_free(owned->statistical);
    ees_ensemble_destroy(owned->ensemble);
    ees_model_free(owned->model);
    if (owned->segments_loaded)
        ees_segments_free(&owned->segments);
    free(owned->cache_dir);
    free(owned);
    models->owned = NULL;
}
