/* eesim rerun: repeats a run from its run.json. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "scenario.h"

typedef struct rerun_options {
    bool resume;
} rerun_options;

static const cli_option options[] = {{.name = "resume",
                                      .kind = CLI_FLAG,
                                      .offset = offsetof(rerun_options, resume),
                                      .help = "go on with the repetition that was interrupted"},
                                     {.name = NULL}};

/* The whole file as a string, or NULL with *err set. */
static char *read_text(const char *path, ees_error *err) {
    enum { PLAN_MAX = 64 << 20 };
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0;
    FILE *out = in ? open_memstream(&text, &length) : NULL;
    char piece[4096];
    for (size_t got; out && (got = fread(piece, 1, sizeof piece, in)) > 0 && length <= PLAN_MAX;) {
        fwrite(piece, 1, got, out);
        fflush(out);
    }
    bool failed = !in || !out || ferror(in);
    if (failed && errno == EISDIR)
        ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is a folder, expected the run.json in it");
    else if (failed)
        ees_error_at(err, in ? EES_ERR_IO : EES_ERR_NOTFOUND, path, 0, 0, "cannot be %s: %s", in ? "read" : "opened",
                     strerror(errno));
    else if (length == 0 || length > PLAN_MAX)
        ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is no run.json: it %s", length ? "is too large" : "is empty");
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    if (failed || length == 0 || length > PLAN_MAX) {
        free(text);
        return NULL;
    }
    return text;
}

static int run(cli *app, const void *raw) {
    const rerun_options *given = raw;
    const char *file = cli_operand(app, 0);
    ees_run_job job = {.resume = given->resume};
    ees_error err = {0};
    ees_run_plan *plan = NULL;
    if (!cli_given(app)->output)
        return cli_misuse(app, "-o is missing: the folder the repetition is written to");
    char *text = read_text(file, &err);
    if (!text)
        return cli_fail(app, &err);
    ees_context *context = cli_context(app, true, &err);
    int rc = context ? ees_run_plan_repeat(&plan, context, file, text, &err) : err.code;
    int status = rc ? cli_fail(app, &err) : scenario_execute(app, plan, &job);
    ees_run_plan_destroy(plan);
    free(text);
    return status;
}

const cli_command cmd_rerun = {
    .name = "rerun",
    .summary = "Repeats a run from its run.json, byte for byte",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .examples = "# The same files once more\n"
                "eesim rerun out/run.json -o again\n",
    .details =
        "Everything that was asked is in run.json; the data, the model and the version of eesim must be those it "
        "names, else the command says what differs.",
    .options = options,
    .options_size = sizeof(rerun_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_THREADS,
    .run = run};
