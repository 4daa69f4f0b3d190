/* `eesim fit`: the parameters of a model from past rounds; prints a model file. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct fit_options {
    bool calendar;
    const char *until, *name, *state;
    cli_program program;
    int64_t starts, evaluations, turns;
    int section;
} fit_options;

enum { SECTION_STREAMS, SECTION_STATISTICAL };

static const cli_option FIT_OPTIONS[] = {
    {.name = "until",
     .value_name = "ROUND",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, until),
     .help = "use rounds up to this one, by its official number; the last there is"},
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(fit_options, program),
     .help = "fit the streams of this program only and keep the rest"},
    {.name = "calendar",
     .kind = CLI_FLAG,
     .offset = offsetof(fit_options, calendar),
     .help = "fit the habits of dates and sizes (calendar.json) instead, on the rounds from #200 on"},
    {.name = "starts",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, starts),
     .min = 1,
     .max = 64,
     .otherwise = "8",
     .help = "starts of the search; each becomes a parameter set of the ensemble"},
    {.name = "evaluations",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, evaluations),
     .min = 1,
     .max = 100000,
     .otherwise = "250",
     .help = "backtests of each start (6 times as many for the stock-flow model)"},
    {.name = "section",
     .value_name = "S",
     .kind = CLI_CHOICE,
     .offset = offsetof(fit_options, section),
     .choices = "streams|statistical",
     .help = "fit this part of the model only: streams (ensemble and stock-flow) or statistical; both"},
    {.name = "turns",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, turns),
     .min = 1,
     .max = 100,
     .otherwise = "3",
     .help = "turns of the statistical model's search over its families"},
    {.name = "name",
     .value_name = "NAME",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, name),
     .help = "name the model gives itself; default, or until-ROUND"},
    {.name = "state",
     .value_name = "DIR",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, state),
     .help = "keep what is finished in this existing folder and go on from there"},
    {.name = NULL}};

static ees_fit_request request_of(const cli *app, const fit_options *given) {
    const cli_common *common = cli_given(app);
    ees_fit_request request;
    ees_fit_request_init(&request);
    request.section = given->calendar                         ? EES_FIT_CALENDAR
                      : given->section == SECTION_STREAMS     ? EES_FIT_STREAMS
                      : given->section == SECTION_STATISTICAL ? EES_FIT_STATISTICAL
                                                              : EES_FIT_WHOLE;
    request.program = given->program.code ? given->program.position : EES_PROGRAM_NONE;
    request.until = given->until;
    request.model = common->model;
    request.name = given->name;
    request.state_dir = given->state;
    request.starts = (int)given->starts;
    request.evaluations = (int)given->evaluations;
    request.turns = (int)given->turns;
    request.seed = (uint64_t)common->seed;
    return request;
}

static int run(cli *app, const void *options) {
    const fit_options *given = options;
    const ees_fit_request request = request_of(app, given);
    ees_error err = {0};
    char *text = NULL;
    ees_context *context = cli_context(app, true, &err);
    if (!context)
        return cli_fail(app, &err);
    const ees_progress progress = cli_progress(app, given->calendar ? "trials" : "evaluations");
    ees_context_listen(context, &progress);
    int rc = ees_fit(context, &request, &text, &err);
    ees_context_listen(context, NULL);
    cli_progress_end(app);
    if (rc == EES_OK)
        fputs(text, cli_out(app));
    free(text);
    return rc == EES_OK ? CLI_DONE : cli_fail(app, &err);
}

const cli_command cmd_fit = {
    .name = "fit",
    .summary = "Estimates the model's parameters from past rounds",
    .examples = "eesim fit -o models/default.json\n"
                "# what could have been known after round 359, to test on later ones\n"
                "eesim fit --until 359 -o models/until-359.json\n"
                "# the pooled model of all programs only, about a minute\n"
                "eesim fit --section statistical -o models/default.json\n"
                "# when rounds are held, and how large they are\n"
                "eesim fit --calendar -o models/calendar.json\n"
                "# in pieces: Ctrl-C, then the same command again\n"
                "eesim fit --program CEC --state /tmp/fit -o cec.json\n",
    .details =
        "The search starts from the priors (\"fit\" sections) in the model file and minimises the mean CRPS of "
        "one-step forecasts plus a penalty for straying from them; the statistical model maximises the log scores of "
        "all programs together, from its own prior. The result is printed as a model file.",
    .options = FIT_OPTIONS,
    .options_size = sizeof(fit_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_RANDOM | CLI_TAKES_THREADS,
    .run = run,
};
