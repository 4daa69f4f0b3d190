/* eesim run: Monte Carlo scenarios over a horizon. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "scenario.h"

typedef struct run_options {
    const char *draw_size;
    cli_list programs;
    int64_t every;
    ees_date until;
    bool only;
    const char *policy;
    const char *scenarios;
    cli_list sets;
    ees_date submitted;
    double until_se;
    bool qmc;
    bool paths;
    int compress;
    const char *shard;
    bool resume;
} run_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P[,P]",
     .kind = CLI_LIST,
     .offset = offsetof(run_options, programs),
     .help =
         "programs whose rounds are looked at; if not given, all. General rounds are looked at in any case where the "
         "policy holds them: they take everybody"},
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_TEXT,
     .offset = offsetof(run_options, draw_size),
     .help =
         "invitations of each round of these programs, a number or a distribution such as \"lognormal(4000,0.3)\" or "
         "\"empirical(6)\"; if not given, as learned"},
    {.name = "every",
     .value_name = "DAYS",
     .kind = CLI_INT,
     .offset = offsetof(run_options, every),
     .min = 1,
     .max = 366,
     .help = "days from one round of a program to its next; if not given, as learned"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(run_options, until),
     .help = "last day looked at; if not given, a year on"},
    {.name = "only",
     .kind = CLI_FLAG,
     .offset = offsetof(run_options, only),
     .help = "no other program holds a round; if not given, all live on as learned"},
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(run_options, policy),
     .help =
         "which rounds are held and what happens to the pool: a JSON file, or the name of one of models/policies, such "
         "as target; if not given, learned: all programs live on as learned"},
    {.name = "scenarios",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(run_options, scenarios),
     .help = "CSV with a row for each scenario: a column scenario, and columns that are paths of the policy, such as "
             "programs.CEC.size or arrivals"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(run_options, sets),
     .help = "change the policy of all scenarios, such as programs.CEC.size=3000 or declined=0.08 (that share of the "
             "invited comes back to the pool); may be repeated"},
    {.name = "submitted",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(run_options, submitted),
     .help =
         "day on which the candidates of chance.csv submitted their profiles; if not given, the first day of the run"},
    {.name = "until-se",
     .value_name = "X",
     .kind = CLI_NUMBER,
     .offset = offsetof(run_options, until_se),
     .min = 1e-6,
     .max = 0.5,
     .help = "stop when replicates leave no probability in chance.csv a larger standard error; --replicates is then "
             "the most"},
    {.name = "qmc",
     .kind = CLI_FLAG,
     .offset = offsetof(run_options, qmc),
     .help =
         "scrambled Sobol numbers: smaller errors from as many replicates, which are 16384 or two, four, eight, ... "
         "times as many, in 16 independent randomisations; standard errors come from these"},
    {.name = "paths",
     .group = CLI_NOT_ASKED,
     .kind = CLI_FLAG,
     .offset = offsetof(run_options, paths),
     .help = "write every round of every replicate to paths.csv too"},
    {.name = "compress",
     .group = CLI_NOT_ASKED,
     .value_name = "METHOD",
     .kind = CLI_CHOICE,
     .offset = offsetof(run_options, compress),
     .choices = "zstd",
     .help = "compress paths.csv"},
    {.name = "shard",
     .group = CLI_NOT_ASKED,
     .value_name = "K/N",
     .kind = CLI_TEXT,
     .offset = offsetof(run_options, shard),
     .help = "do only the K-th of N parts, for eesim merge"},
    {.name = "resume",
     .group = CLI_NOT_ASKED,
     .kind = CLI_FLAG,
     .offset = offsetof(run_options, resume),
     .help = "go on with the run that was interrupted"},
    {.name = NULL}};

/* Options that change no byte of the results are left out of the record, so that shards and reruns have the same one.
 */
static bool is_recorded(const char *word, bool *takes_value) {
    static const char *const with_value[] = {"-o", "--threads", "--shard", "--color", "--format"};
    static const char *const alone[] = {"--resume", "--quiet"};
    *takes_value = false;
    for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++) {
        size_t length = strlen(with_value[i]);
        if (strncmp(word, with_value[i], length) != 0)
            continue;
        *takes_value = word[length] == '\0';
        if (*takes_value || word[length] == '=' || length == 2)
            return false;
    }
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (strcmp(word, alone[i]) == 0)
            return false;
    return true;
}

static const char **recorded_words(const cli *app, size_t *count) {
    const char **words = calloc(cli_word_count(app) + 1, sizeof *words);
    *count = 0;
    for (size_t i = 0; words && i < cli_word_count(app); i++) {
        bool takes_value;
        if (is_recorded(cli_word(app, i), &takes_value))
            words[(*count)++] = cli_word(app, i);
        i += takes_value;
    }
    return words;
}

static int run_with(cli *app, const run_options *given, ees_run_job *job, ees_error *err) {
    ees_run_plan *plan = NULL;
    ees_run_request request;
    ees_context *context;
    int rc = cli_request(app, given, true, &request, &context, err);
    const char **words = recorded_words(app, &request.argument_count);
    request.arguments = words;
    request.paths = given->paths;
    request.zstd = given->compress >= 0;
    if (rc == EES_OK)
        rc = ees_run_plan_create(&plan, context, &request, err);
    int status = rc ? cli_fail(app, err) : scenario_execute(app, plan, job);
    ees_run_plan_destroy(plan);
    free(words);
    return status;
}

/* A summary without files; -o names the file it is written to. */
static int print_summary(cli *app, const run_options *given, ees_error *err) {
    if (given->paths || given->compress >= 0 || given->shard || given->resume)
        return cli_misuse(app,
                          "--paths, --compress, --shard and --resume are about a folder of results: they do not go "
                          "with --format json");
    ees_context *context = cli_context(app, true, err);
    if (!context)
        return cli_fail(app, err);
    const ees_progress progress = cli_progress(app, "replicates");
    ees_context_listen(context, &progress);
    return cli_answer(app, given, true, err) ? cli_fail(app, err) : CLI_DONE;
}

static int run(cli *app, const void *raw) {
    const run_options *given = raw;
    ees_run_job job = {.resume = given->resume};
    ees_error err = {0};
    if (cli_given(app)->format == CLI_FORMAT_JSON)
        return print_summary(app, given, &err);
    if (!cli_given(app)->output)
        return cli_misuse(app, "-o is missing: the folder the results are written to (or --format json for a summary)");
    if (given->compress >= 0 && !given->paths)
        return cli_misuse(app, "--compress is about paths.csv, which needs --paths");
    int status = scenario_read_shard(app, given->shard, &job);
    return status ? status : run_with(app, given, &job, &err);
}

const cli_command cmd_run = {
    .name = "run",
    .summary = "Monte Carlo scenarios of the rounds to come, as CSV files",
    .examples = "# Rounds of 6,000 every two weeks until the end of the year\n"
                "eesim run --draw-size 6000 --program CEC --every 14 --until 2026-12-31 -o out\n"
                "# What 20 % more arrivals change, as a grid of scenarios: columns scenario,arrivals\n"
                "eesim run --program CEC --scenarios grid.csv --until 2026-12-31 -o out\n"
                "# A third of a large run on each of three machines, then joined\n"
                "eesim run --program CEC --replicates 1000000 --shard 1/3 -o part1\n"
                "eesim merge part1 part2 part3 -o out\n"
                "# A summary as JSON, without files\n"
                "eesim run --program CEC --replicates 10000 --format json\n",
    .details = "The folder gets draws.csv (each round: quantiles over the replicates), pool.csv (candidates by score "
               "band before each round), chance.csv (probability that a score has been invited by a day), compare.csv "
               "(paired differences to the first scenario), paths.csv with --paths, datapackage.json that describes "
               "every column, and run.json, from which eesim rerun repeats the run byte for byte. Ctrl-C keeps what is "
               "finished; --resume goes on with it.\n\n"
               "--format json prints a summary instead (eesim.run-summary/1): of every program the coming rounds with "
               "their days, cut-offs and sizes, and of every score the chance. No folder is written then; the other "
               "formats change nothing.",
    .options = options,
    .options_size = sizeof(run_options),
    .common = CLI_TAKES_FORECAST | CLI_TAKES_OUTPUT,
    .run = run};
