/* eesim merge: joins the shards of a run. */
#include <stdlib.h>

#include "commands.h"

static const cli_option options[] = {{.name = NULL}};

static int run(cli *app, const void *raw) {
    (void)raw;
    const char *dir = cli_given(app)->output;
    size_t count = cli_operand_count(app);
    ees_error err = {0};
    if (!dir)
        return cli_misuse(app, "-o is missing: the folder the whole run is written to");
    const char **dirs = calloc(count, sizeof *dirs);
    for (size_t i = 0; dirs && i < count; i++)
        dirs[i] = cli_operand(app, i);
    int rc = dirs ? ees_run_merge(dirs, count, dir, &err) : ees_error_set(&err, EES_ERR_NOMEM, "out of memory");
    free(dirs);
    if (rc)
        return cli_fail(app, &err);
    cli_note(app, "%zu shards joined in %s", count, dir);
    return CLI_DONE;
}

const cli_command cmd_merge = {
    .name = "merge",
    .summary = "Joins the shards of a run into its files",
    .operands = "DIRS",
    .operands_min = 1,
    .operands_max = 1000000,
    .examples = "# The three parts of a run, in any order\n"
                "eesim merge part1 part2 part3 -o out\n",
    .details =
        "The result has the same bytes as the run made in one piece. Shards of another seed, data, model, version "
        "or other arguments, a missing or an unfinished one are refused.",
    .options = options,
    .options_size = 1,
    .common = CLI_TAKES_OUTPUT,
    .run = run};
