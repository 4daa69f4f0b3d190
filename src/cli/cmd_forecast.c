/* eesim forecast: the coming rounds when neither size nor date is known. */
#include "commands.h"

typedef struct forecast_options {
    cli_list programs;
    int64_t rounds;
    ees_date until;
    const char *policy;
    cli_list sets;
    bool hubverse;
} forecast_options;

static const cli_option FORECAST_OPTIONS[] = {
    {.name = "program",
     .value_name = "P[,P]",
     .kind = CLI_LIST,
     .offset = offsetof(forecast_options, programs),
     .help = "rounds of these programs, such as CEC,FRENCH. Without it: of every program"},
    {.name = "rounds",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(forecast_options, rounds),
     .min = 1,
     .max = EES_FORECAST_ROUNDS_MAX,
     .otherwise = "1",
     .help = "this many coming rounds of each program"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(forecast_options, until),
     .help = "last day of the horizon. Without it: 26 weeks on"},
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(forecast_options, policy),
     .help =
         "what is assumed of dates and sizes: a JSON file, or the name of one of models/policies. Without it: learned"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(forecast_options, sets),
     .help = "change the policy, such as programs.CEC.size=3000; may be repeated"},
    {.name = "hubverse",
     .group = CLI_NOT_ASKED,
     .kind = CLI_FLAG,
     .offset = offsetof(forecast_options, hubverse),
     .help = "print quantiles in the format of forecast hubs (CSV)"},
    {.name = NULL}};

/* What is printed. */
typedef struct forecast_print {
    cli *app;
    ees_context *context;
    const ees_programs *programs;
    const ees_forecast_answer *answer;
} forecast_print;

static void say_what(const forecast_print *job) {
    char from[EES_DATE_TEXT_MAX];
    fprintf(cli_out(job->app),
            "Coming rounds from %s on, as known after round #%s. Dates, sizes and cut-offs: median and the\n"
            "quantiles 10 and 90 %% of the futures that hold the round inside the horizon.\n\n",
            ees_date_format(job->answer->from, from), job->answer->last_round);
}

static int print_table(const forecast_print *job, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_forecast_table(job->context, job->answer, &table, err);
    if (rc == EES_OK && cli_given(job->app)->format == CLI_FORMAT_TABLE)
        say_what(job);
    if (rc == EES_OK)
        rc = cli_show_table(job->app, table, err);
    ees_table_destroy(table);
    return rc;
}

/* The quantile levels that forecast hubs ask for. */
static const double hub_levels[] = {0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,   0.45, 0.5,
                                    0.55, 0.6,   0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99};
enum { HUB_LEVELS = sizeof hub_levels / sizeof *hub_levels };

static int put_hub_round(const forecast_print *job, const ees_forecast_round *round, ees_error *err) {
    ees_date dates[HUB_LEVELS];
    int64_t sizes[HUB_LEVELS];
    int cutoffs[HUB_LEVELS];
    char reference[EES_DATE_TEXT_MAX];
    int rc = ees_forecast_quantiles(round, hub_levels, HUB_LEVELS, dates, sizes, cutoffs, err);
    FILE *out = cli_out(job->app);
    const char *code = job->programs->programs[round->program].code;
    ees_date origin = job->answer->from - 1;
    ees_date_format(origin, reference);
    for (int l = 0; l < HUB_LEVELS && rc == EES_OK; l++)
        fprintf(out, "%s,%s days,%d,quantile,%g,%d\n", reference, code, round->round, hub_levels[l],
                (int)(dates[l] - origin));
    for (int l = 0; l < HUB_LEVELS && rc == EES_OK; l++)
        fprintf(out, "%s,%s size,%d,quantile,%g,%lld\n", reference, code, round->round, hub_levels[l],
                (long long)sizes[l]);
    for (int l = 0; l < HUB_LEVELS && rc == EES_OK && round->model; l++)
        fprintf(out, "%s,%s cutoff,%d,quantile,%g,%d\n", reference, code, round->round, hub_levels[l], cutoffs[l]);
    return rc;
}

static int print_hubverse(const forecast_print *job, ees_error *err) {
    fputs("reference_date,target,horizon,output_type,output_type_id,value\n", cli_out(job->app));
    int rc = EES_OK;
    for (size_t i = 0; i < job->answer->count && rc == EES_OK; i++)
        rc = put_hub_round(job, &job->answer->rounds[i], err);
    return rc;
}

static int print_forecast(cli *app, const forecast_options *given, ees_error *err) {
    ees_context *context;
    ees_forecast_request request;
    ees_forecast_answer answer;
    int rc = cli_request(app, given, true, &request, &context, err);
    if (rc)
        return rc;
    rc = ees_forecast(context, &request, &answer, err);
    const forecast_print job = {app, context, ees_context_programs(context, NULL), &answer};
    if (rc == EES_OK)
        rc = given->hubverse ? print_hubverse(&job, err) : print_table(&job, err);
    ees_forecast_answer_free(&answer);
    return rc;
}

static int run(cli *app, const void *raw) {
    const forecast_options *given = raw;
    ees_error err = {0};
    if (given->hubverse && cli_given(app)->format == CLI_FORMAT_JSON)
        return cli_misuse(app, "--hubverse prints CSV: it does not go with --format json");
    int rc = cli_given(app)->format == CLI_FORMAT_JSON ? cli_answer(app, given, true, &err)
                                                       : print_forecast(app, given, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_forecast = {
    .name = "forecast",
    .summary = "When are the coming rounds, how large, and where is the cut-off?",
    .examples = "# the next round of every program\n"
                "eesim forecast\n"
                "# the next three rounds of the Canadian Experience Class\n"
                "eesim forecast --program CEC --rounds 3\n"
                "# as it could have been forecast then\n"
                "eesim forecast --program CEC --date 2026-01-08\n"
                "# if CEC rounds were of 3,000\n"
                "eesim forecast --program CEC --set programs.CEC.size=3000\n"
                "# for a forecast hub\n"
                "eesim forecast --hubverse -o 2026-02-18-eesim.csv\n",
    .details =
        "Dates follow the habits of past rounds: the weeks since the last one, the weekday, the program that leads the "
        "week, closed days. Sizes are a mixture of past sizes, round numbers and a spread around them. The three are "
        "drawn together, future by future: a late round finds more candidates, a large one a lower cut-off. Rounds of "
        "CEC, "
        "French and general rounds are run together as by 'eesim run': rounds for nominees take those who would top a "
        "CEC round, and a general round takes everybody's best.\n\n"
        "--hubverse prints reference_date (the last known day), target (days after it, size, cutoff, with the "
        "program's "
        "code), horizon (1: the next round), output_type, output_type_id and value.",
    .options = FORECAST_OPTIONS,
    .options_size = sizeof(forecast_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_FORECAST,
    .run = run,
};
