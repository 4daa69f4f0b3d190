/* eesim data pack: data and models as one file, for programs without a file system. */
#include <stdlib.h>

#include "commands.h"

static int run(cli *app, const void *given) {
    (void)given;
    ees_error err = {0};
    char *models = cli_models_dir(&err), *buffer = NULL;
    size_t length = 0;
    const char *data = models ? cli_data_dir(app, &err) : NULL;
    int rc = data ? ees_context_pack(data, models, &buffer, &length, &err) : err.code;
    if (rc == EES_OK)
        fwrite(buffer, 1, length, cli_out(app));
    free(buffer);
    free(models);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

static const cli_option options[] = {{.name = NULL}};

const cli_command cmd_data_pack = {
    .name = "data pack",
    .summary = "Data and models as one file, for programs without a file system",
    .examples = "eesim data pack -o eesim-pack.json\n",
    .details =
        "One JSON object: the path of every CSV file of the data folder and of every JSON file of the models, and "
        "its text. The library opens it from memory, such as in a browser (docs/library.md); answers are those "
        "from the folders. The same files give the same bytes.",
    .options = options,
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA,
    .run = run,
};
