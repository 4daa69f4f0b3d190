/* The models of --model and --seed, from the context. */
#include "cli.h"

int cli_models_load(cli *app, cli_models *models, ees_error *err) {
    *models = (cli_models){0};
    ees_context *context = cli_context(app, false, err);
    if (!context || eesi_context_models(context, NULL, (uint64_t)cli_given(app)->seed, &models->models, err))
        return err->code;
    models->forecasters = models->models.forecasters;
    models->count = models->models.count;
    models->chosen = models->models.chosen;
    models->model = models->models.model;
    models->file = ees_model_name(models->model);
    models->sha256 = ees_model_sha256(models->model);
    models->segments = eesi_context_segments(context, err);
    models->cache_dir = eesi_context_cache_dir(context);
    return EES_OK;
}

void cli_models_prefer(cli_models *models, int program) {
    eesi_models_prefer(&models->models, program);
    models->forecasters = models->models.forecasters;
    models->count = models->models.count;
}

bool cli_models_may_run(const cli_models *models) {
    return eesi_models_may_run(&models->models);
}

void cli_models_free(cli_models *models) {
    (void)models; /* the context owns everything */
}
