/* eesim forecast: the coming rounds when neither size nor date is known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

enum { MODELS_MAX = 16 };

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
     .value_name = "P",
     .kind = CLI_LIST,
     .offset = offsetof(forecast_options, programs),
     .help = "rounds of this program; may be repeated. Without it: of every program"},
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
     .help = "what is assumed of dates and sizes. Without it: policies/learned.json"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(forecast_options, sets),
     .help = "change the policy, such as programs.CEC.size=3000; may be repeated"},
    {.name = "hubverse",
     .kind = CLI_FLAG,
     .offset = offsetof(forecast_options, hubverse),
     .help = "print quantiles in the format of forecast hubs (CSV)"},
    {.name = NULL}};

/* Everything a forecast stands on. */
typedef struct forecast_job {
    cli *app;
    const forecast_options *given;
    const ees_history *history;
    const ees_programs *programs;
    ees_date from, until;
    ees_calendar_model calendar;
    char *shipped_policy; /* its path; NULL: --policy */
    ees_policy *policy;
    ees_run_inputs inputs;
    ees_coming coming;
    ees_forecaster later[MODELS_MAX];
    ees_forecast_request request;
    ees_forecast forecast;
} forecast_job;

static int choose_programs(cli *app, const forecast_options *given, ees_program_set *programs) {
    *programs = 0;
    for (size_t i = 0; i < given->programs.count; i++) {
        int program, status = cli_find_program(app, given->programs.items[i], &program);
        if (status)
            return status;
        *programs |= (ees_program_set)1 << program;
    }
    return CLI_DONE;
}

static int load_calendar(forecast_job *job, ees_error *err) {
    char *path = cli_model_path(job->app, "calendar.json", err);
    if (!path)
        return err->code;
    int rc = ees_calendar_model_load(&job->calendar, path, err);
    free(path);
    return rc;
}

static int load_policy(forecast_job *job, ees_error *err) {
    const forecast_options *given = job->given;
    const char *path = job->coming.policy_file;
    char *text = NULL;
    int rc = ees_policy_resolve(path, job->programs, given->sets.items, given->sets.count, &text, err);
    ees_policy_world world = {sizeof world,   job->programs, job->history, job->request.known,
                              &job->calendar, job->from,     given->until};
    if (world.until == EES_DATE_NONE)
        world.until = job->from + EES_CALENDAR_HORIZON_DAYS - 1;
    job->until = world.until;
    if (rc == EES_OK)
        rc = ees_policy_create(&job->policy, path, text, &world, err);
    free(text);
    return rc;
}

/* Programs with an ensemble are forecast in futures in which their rounds meet. */
static int choose_coming(forecast_job *job, const cli_models *models, ees_error *err) {
    const forecast_options *given = job->given;
    job->shipped_policy = given->policy ? NULL : cli_model_path(job->app, "policies/learned.json", err);
    if (!given->policy && !job->shipped_policy)
        return err->code;
    job->inputs = (ees_run_inputs){.programs = job->programs,
                                   .history = job->history,
                                   .model = models->model,
                                   .calendar = &job->calendar,
                                   .forecasters = models->forecasters,
                                   .forecaster_count = models->count,
                                   .cache_dir = models->cache_dir,
                                   .segments = models->segments};
    job->coming.inputs = &job->inputs;
    job->coming.policy_file = given->policy ? given->policy : job->shipped_policy;
    job->coming.sets = given->sets.items;
    job->coming.set_count = given->sets.count;
    job->coming.programs = cli_models_may_run(models) ? ~(ees_program_set)0 : 0;
    job->coming.threads = (int)cli_given(job->app)->threads;
    return EES_OK;
}

/* The day of --date, or the day after the newest round. */
static int choose_day(forecast_job *job, ees_error *err) {
    ees_date asked = cli_given(job->app)->date;
    job->request.known = ees_history_before(job->history, asked, false);
    if (job->request.known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round was held before this day: there is nothing to learn from");
    job->from = asked != EES_DATE_NONE ? asked : job->history->rounds[job->request.known.round_count - 1].date + 1;
    return EES_OK;
}

static bool is_named(const ees_forecaster *model, const char *name) {
    return strcmp(model->name, name) == 0;
}

static void add_later(forecast_job *job, const ees_forecaster *model) {
    if (job->request.later_model_count < MODELS_MAX)
        job->later[job->request.later_model_count++] = *model;
}

/*
 * Later rounds are asked about once a future. The ensemble (and the blend with it) passes through the whole history
 * for each, which is too slow; the stock-flow model behind it is nearly as good (see eesim backtest) and takes a tenth
 * of a millisecond.
 */
static void choose_models(forecast_job *job, const cli_models *models) {
    job->request.models = models->forecasters;
    job->request.model_count = models->count;
    job->request.later_models = job->later;
    for (size_t i = 0; i < models->count; i++)
        if (is_named(&models->forecasters[i], "stock-flow"))
            add_later(job, &models->forecasters[i]);
    for (size_t i = 0; i < models->count; i++) {
        const ees_forecaster *model = &models->forecasters[i];
        bool slow = is_named(model, "ensemble") || is_named(model, "preferred") || is_named(model, "blend");
        if (models->chosen || !(slow || is_named(model, "stock-flow")))
            add_later(job, model);
    }
}

static int forecast_rounds(forecast_job *job, const cli_models *models, ees_error *err) {
    const cli_common *common = cli_given(job->app);
    job->request.history = job->history;
    job->request.programs = job->programs;
    job->request.skip = models->models.excluded;
    job->request.skip_count = models->models.excluded_count;
    job->request.seed = (uint64_t)common->seed;
    if (common->replicates != CLI_INT_NONE)
        job->request.replicates = job->coming.replicates = (uint64_t)common->replicates;
    if (job->given->rounds != CLI_INT_NONE)
        job->request.rounds = (int)job->given->rounds;
    choose_models(job, models);
    int rc = load_calendar(job, err);
    if (rc == EES_OK)
        rc = choose_coming(job, models, err);
    if (rc == EES_OK)
        rc = choose_day(job, err);
    if (rc == EES_OK)
        rc = load_policy(job, err);
    job->request.policy = job->policy;
    return rc ? rc : ees_coming_forecast(&job->coming, &job->forecast, &job->request, common->date, job->until, err);
}

/* --- output --- */

static const ees_column COLUMNS[] = {
    {"program", "program", EES_COLUMN_TEXT, 0, NULL, "Code of the program or category"},
    {"round", "round", EES_COLUMN_INTEGER, 0, NULL, "1: the next round of the program, 2: the one after it"},
    {"probability", "chance", EES_COLUMN_NUMBER, 2, NULL, "Share of futures that hold it inside the horizon"},
    {"date_q10", "date 10 %", EES_COLUMN_DATE, 0, NULL, "Day of the round, quantile 0.1"},
    {"date_median", "date", EES_COLUMN_DATE, 0, NULL, "Day of the round, median"},
    {"date_q90", "date 90 %", EES_COLUMN_DATE, 0, NULL, "Day of the round, quantile 0.9"},
    {"size_q10", "size 10 %", EES_COLUMN_COUNT, 0, "candidates", "Invitations, quantile 0.1"},
    {"size_median", "size", EES_COLUMN_COUNT, 0, "candidates", "Invitations, median"},
    {"size_q90", "size 90 %", EES_COLUMN_COUNT, 0, "candidates", "Invitations, quantile 0.9"},
    {"cutoff_q025", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.025"},
    {"cutoff_q10", "cut-off 10 %", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.1"},
    {"cutoff_median", "cut-off", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, median"},
    {"cutoff_q90", "cut-off 90 %", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.9"},
    {"cutoff_q975", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.975"},
    {"cutoff_mean", NULL, EES_COLUMN_NUMBER, 1, "CRS points", "Cut-off, mean"},
    {"model", NULL, EES_COLUMN_TEXT, 0, NULL, "Model of the cut-off; missing when none had an answer"},
};

static int64_t or_missing(int cutoff) {
    return cutoff == EES_SCORE_NONE ? INT64_MIN : cutoff;
}

static int add_row(ees_table *table, const forecast_job *job, const ees_forecast_round *round, ees_error *err) {
    static const double levels[5] = {0.025, 0.1, 0.5, 0.9, 0.975};
    ees_date dates[5];
    int64_t sizes[5];
    int cutoffs[5];
    int rc = ees_forecast_quantiles(round, levels, 5, dates, sizes, cutoffs, err);
    if (rc)
        return rc;
    ees_table_text(table, job->programs->programs[round->program].code);
    ees_table_int(table, round->round);
    ees_table_number(table, round->within);
    for (int i = 1; i < 4; i++)
        ees_table_date(table, dates[i]);
    for (int i = 1; i < 4; i++)
        ees_table_int(table, sizes[i]);
    for (int i = 0; i < 5; i++)
        ees_table_int(table, or_missing(cutoffs[i]));
    ees_table_number(table, round->model ? ees_predictive_mean(&round->cutoff_pmf) : NAN);
    ees_table_text(table, round->model);
    return EES_OK;
}

static void say_what(const forecast_job *job) {
    char from[EES_DATE_TEXT_MAX];
    fprintf(cli_out(job->app),
            "Coming rounds from %s on, as known after round #%s. Dates, sizes and cut-offs: median and the\n"
            "quantiles 10 and 90 %% of the futures that hold the round inside the horizon.\n\n",
            ees_date_format(job->from, from), job->history->rounds[job->request.known.round_count - 1].number);
}

static int print_table(const forecast_job *job, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_table_create(&table, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, err);
    for (size_t i = 0; i < job->forecast.count && rc == EES_OK; i++)
        rc = add_row(table, job, &job->forecast.rounds[i], err);
    if (rc == EES_OK && cli_given(job->app)->format == CLI_FORMAT_TABLE)
        say_what(job);
    if (rc == EES_OK)
        rc = cli_print_table(job->app, "eesim.forecast/1", "rounds", table, err);
    ees_table_destroy(table);
    return rc;
}

/* The quantile levels that forecast hubs ask for. */
static const double hub_levels[] = {0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,   0.45, 0.5,
                                    0.55, 0.6,   0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99};
enum { HUB_LEVELS = sizeof hub_levels / sizeof *hub_levels };

static int put_hub_round(const forecast_job *job, const ees_forecast_round *round, ees_error *err) {
    ees_date dates[HUB_LEVELS];
    int64_t sizes[HUB_LEVELS];
    int cutoffs[HUB_LEVELS];
    char reference[EES_DATE_TEXT_MAX];
    int rc = ees_forecast_quantiles(round, hub_levels, HUB_LEVELS, dates, sizes, cutoffs, err);
    FILE *out = cli_out(job->app);
    const char *code = job->programs->programs[round->program].code;
    ees_date origin = job->from - 1;
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

static int print_hubverse(const forecast_job *job, ees_error *err) {
    fputs("reference_date,target,horizon,output_type,output_type_id,value\n", cli_out(job->app));
    int rc = EES_OK;
    for (size_t i = 0; i < job->forecast.count && rc == EES_OK; i++)
        rc = put_hub_round(job, &job->forecast.rounds[i], err);
    return rc;
}

static int forecast_and_print(forecast_job *job, const cli_models *models, ees_error *err) {
    int rc = forecast_rounds(job, models, err);
    if (rc == EES_OK && job->forecast.count == 0)
        cli_note(job->app, "no future holds such a round inside the horizon");
    if (rc == EES_OK)
        rc = job->given->hubverse ? print_hubverse(job, err) : print_table(job, err);
    ees_forecast_free(&job->forecast);
    ees_policy_destroy(job->policy);
    free(job->shipped_policy);
    return rc;
}

static int run(cli *app, const void *raw) {
    ees_error err = {0};
    forecast_job job = {.app = app, .given = raw};
    ees_forecast_request_init(&job.request);
    ees_coming_init(&job.coming);
    if (job.given->hubverse && cli_given(app)->format == CLI_FORMAT_JSON)
        return cli_misuse(app, "--hubverse prints CSV: it does not go with --format json");
    int status = choose_programs(app, job.given, &job.request.program_set);
    if (status)
        return status;
    job.history = cli_history(app, &err);
    job.programs = job.history ? cli_programs(app, &err) : NULL;
    if (!job.programs)
        return cli_fail(app, &err);
    cli_models models;
    int rc = cli_models_load(app, &models, &err);
    if (rc == EES_OK)
        rc = forecast_and_print(&job, &models, &err);
    cli_models_free(&models);
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
