/* Rounds and pools, loaded on first use. */
#include "internal.h"

const ees_history *cli_history(cli *app, ees_error *err) {
    if (app->history_loaded)
        return &app->history;
    const ees_programs *programs = cli_programs(app, err);
    const char *dir = programs ? cli_data_dir(app, err) : NULL;
    if (!dir)
        return NULL;
    if (ees_history_load(&app->history, dir, programs, err)) {
        ees_history_free(&app->history);
        return NULL;
    }
    app->history_loaded = true;
    return &app->history;
}

void cli_history_free(cli *app) {
    if (app->history_loaded)
        ees_history_free(&app->history);
    app->history_loaded = false;
}
