/* The context of a command: folders found, options taken over. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Where posteriors are kept between commands: $EESIM_CACHE ("off" for nowhere), else eesim in the user's cache folder.
 * NULL: nowhere. free() it. */
static char *cache_dir(void) {
    const char *own = getenv("EESIM_CACHE"), *shared = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char path[4096];
    if (own)
        return *own && strcmp(own, "off") != 0 ? strdup(own) : NULL;
    if (shared && *shared == '/')
        snprintf(path, sizeof path, "%s/eesim", shared);
    else if (home && *home == '/')
        snprintf(path, sizeof path, "%s/.cache/eesim", home);
    else
        return NULL;
    return strdup(path);
}

static void note(void *user, const char *text) {
    cli_note(user, "%s", text);
}

static int create(cli *app, ees_error *err) {
    ees_context_options options;
    ees_error later; /* not every command needs data: cli_context() says what is wrong with them */
    ees_context_options_init(&options);
    char *models = cli_models_dir(err), *cache = cache_dir();
    options.models_dir = models;
    options.data_dir = models ? cli_data_dir(app, &later) : NULL;
    options.cache_dir = cache;
    options.model = app->common.model;
    options.threads = (int)app->common.threads;
    options.remark = note;
    options.remark_user = app;
    int rc = models ? EES_OK : err->code;
    if (models && !options.data_dir && later.code == EES_ERR_NOMEM)
        rc = ees_error_set(err, later.code, "%s", later.message);
    if (rc == EES_OK)
        rc = ees_context_create(&app->context, &options, err);
    free(models);
    free(cache);
    return rc;
}

ees_context *cli_context(cli *app, bool needs_data, ees_error *err) {
    if (!app->context && create(app, err))
        return NULL;
    return !needs_data || cli_data_dir(app, err) ? app->context : NULL;
}

const ees_programs *cli_programs(cli *app, ees_error *err) {
    ees_context *context = cli_context(app, false, err);
    return context ? ees_context_programs(context, err) : NULL;
}

const ees_layouts *cli_layouts(cli *app, ees_error *err) {
    ees_context *context = cli_context(app, false, err);
    return context ? ees_context_layouts(context, err) : NULL;
}

const ees_history *cli_history(cli *app, ees_error *err) {
    /* A wrong file of programs is reported before a missing folder of data. */
    const ees_programs *programs = cli_programs(app, err);
    ees_context *context = programs ? cli_context(app, true, err) : NULL;
    return context ? ees_context_history(context, err) : NULL;
}
