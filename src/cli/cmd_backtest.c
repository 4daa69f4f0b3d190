/* eesim backtest: past rounds as they would have been foretold at the time, beside naive rivals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backtest.h"
#include "commands.h"

typedef struct backtest_options {
    cli_list programs;
    const char *first, *last;
    ees_date since, until;
    const char *models;
    cli_list skip;
    const char *policy;
    cli_list sets;
    bool hindsight, size_unknown, date_unknown, calendar;
} backtest_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_LIST,
     .offset = offsetof(backtest_options, programs),
     .help = "rounds of this program; may be repeated. Without it: of every program"},
    {.name = "first",
     .value_name = "ROUND",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, first),
     .help = "first round, by its official number, such as 317 or 91a"},
    {.name = "last",
     .value_name = "ROUND",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, last),
     .help = "last round, by its official number"},
    {.name = "since",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(backtest_options, since),
     .help = "rounds of this day and later"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(backtest_options, until),
     .help = "rounds of this day and earlier"},
    {.name = "models",
     .value_name = "A,B,...",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, models),
     .help = "compare these models only; the first is what the others are compared with"},
    {.name = "skip",
     .value_name = "ROUND",
     .kind = CLI_LIST,
     .offset = offsetof(backtest_options, skip),
     .help = "score no forecast of this round and let no rival learn from it; may be repeated. Round 176, a policy "
             "event, always is left out"},
    {.name = "hindsight",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, hindsight),
     .help = "the pool first published with a round is known before it"},
    {.name = "calendar",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, calendar),
     .help = "score the forecasts of days and sizes instead of cut-offs; --model may name a file of 'eesim fit "
             "--calendar'"},
    {.name = "size-unknown",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, size_unknown),
     .help = "the models are not told the size of the round"},
    {.name = "date-unknown",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, date_unknown),
     .help =
         "neither day nor size is known: scores the joint draws of 'eesim forecast', made after the program's round "
         "before"},
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, policy),
     .help = "with --date-unknown: what is assumed of dates and sizes. Without it: policies/learned.json"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(backtest_options, sets),
     .help = "with --date-unknown: change the policy, such as annual=null; may be repeated"},
    {.name = NULL}};

static int find_round(const ees_history *history, const char *number, int otherwise, int *position, ees_error *err) {
    *position = number ? ees_history_find(history, number) : otherwise;
    if (number && *position < 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round has the number '%.20s'", number);
    return EES_OK;
}

static int choose_rounds(cli *app, const backtest_options *given, ees_backtest_options *chosen, ees_error *err) {
    const ees_history *history = cli_history(app, err);
    if (!history)
        return err->code;
    chosen->first_date = given->since;
    chosen->last_date = given->until;
    chosen->hindsight = given->hindsight;
    chosen->size_unknown = given->size_unknown;
    chosen->threads = (int)cli_given(app)->threads;
    int rc = find_round(history, given->first, -1, &chosen->first_round, err);
    if (rc == EES_OK)
        rc = find_round(history, given->last, -1, &chosen->last_round, err);
    if (rc == EES_OK && given->first && given->last && chosen->first_round > chosen->last_round)
        rc = ees_error_set(err, EES_ERR_RANGE, "round #%s is after round #%s", given->first, given->last);
    return rc;
}

static int choose_programs(cli *app, const backtest_options *given, ees_program_set *programs) {
    *programs = 0;
    for (size_t i = 0; i < given->programs.count; i++) {
        int program, status = cli_find_program(app, given->programs.items[i], &program);
        if (status)
            return status;
        *programs |= (ees_program_set)1 << program;
    }
    return CLI_DONE;
}

/* Of all models those named in "a,b", in that order. */
static int choose_models(const char *names, const cli_models *all, ees_forecaster *chosen, size_t *count,
                         ees_error *err) {
    *count = 0;
    for (const char *p = names; *p;) {
        size_t length = strcspn(p, ",");
        size_t i = 0;
        while (i < all->count &&
               (strlen(all->forecasters[i].name) != length || strncmp(all->forecasters[i].name, p, length) != 0))
            i++;
        if (i == all->count || *count == BACKTEST_MODELS_MAX)
            return ees_error_set(err, EES_ERR_RANGE, "'%.*s' is no model that can be compared; see 'eesim backtest'",
                                 (int)(length < 40 ? length : 40), p);
        chosen[(*count)++] = all->forecasters[i];
        p += length + (p[length] == ',');
    }
    return EES_OK;
}

/* A model named by --model is compared with the naive rivals. */
static int list_models(const backtest_options *given, const cli_models *models, ees_forecaster *list, size_t *count,
                       ees_error *err) {
    if (given->models)
        return choose_models(given->models, models, list, count, err);
    *count = 0;
    for (size_t i = 0; i < models->count && *count < BACKTEST_MODELS_MAX; i++)
        if (models->chosen ||
            strcmp(models->forecasters[i].name, "blend") != 0) /* twice the work for what stands there */
            list[(*count)++] = models->forecasters[i];
    size_t rivals = 0;
    const ees_forecaster *rival = ees_rivals(&rivals);
    for (size_t i = 0; models->chosen && i < rivals && *count < BACKTEST_MODELS_MAX; i++)
        if (strcmp(rival[i].name, models->forecasters[0].name) != 0)
            list[(*count)++] = rival[i];
    return EES_OK;
}

static int report(void *context, size_t done, size_t total) {
    const ees_progress *progress = context;
    return !progress->report(progress->user, done, total);
}

static int load_calendar(cli *app, ees_calendar_model *calendar, ees_error *err) {
    char *path = cli_model_path(app, "calendar.json", err);
    if (!path)
        return err->code;
    int rc = ees_calendar_model_load(calendar, path, err);
    free(path);
    return rc;
}

/* Without sizes, the models that need one are asked through the calendar, which guesses them; it leads the list, in the
 * place of "preferred", which without the models that need a size would only repeat one of the rivals. */
static int add_size_guess(cli *app, ees_size_guess *guess, ees_calendar_model *calendar, const cli_models *models,
                          ees_forecaster *list, size_t *count, ees_error *err) {
    int rc = load_calendar(app, calendar, err);
    if (rc)
        return rc;
    *guess = (ees_size_guess){sizeof *guess, calendar, models->forecasters, models->count};
    size_t kept = 0;
    for (size_t m = 0; m < *count && kept + 1 < BACKTEST_MODELS_MAX; m++)
        if (strcmp(list[m].name, "preferred") != 0)
            list[kept++] = list[m];
    memmove(list + 1, list, kept * sizeof *list);
    list[0] = ees_size_unknown_forecaster(guess);
    *count = kept + 1;
    return EES_OK;
}

/* The models at work on the chosen rounds; `list` gets them, `result` their forecasts. */
static int compare(cli *app, const backtest_options *given, const cli_models *models,
                   const ees_backtest_options *chosen, ees_forecaster *list, backtest_result *result, ees_error *err) {
    ees_calendar_model calendar;
    ees_size_guess guess;
    result->models = list;
    int rc = list_models(given, models, list, &result->model_count, err);
    if (rc == EES_OK && given->size_unknown)
        rc = add_size_guess(app, &guess, &calendar, models, list, &result->model_count, err);
    if (rc)
        return rc;
    rc = ees_backtest_run(&result->backtest, result->history, result->programs, list, result->model_count, chosen, err);
    cli_progress_end(app);
    if (rc == EES_OK)
        rc = ees_tie_break_backtest(&result->tie_breaks, &result->tie_break_count, result->history, result->programs,
                                    chosen, err);
    if (rc == EES_OK || rc == EES_ERR_NOTFOUND) /* none of the rounds published a tie-break */
        rc = result->backtest.round_count > 0 ? backtest_print(app, result, err) : rc;
    return rc;
}

/* Days, sizes and cut-offs as `eesim forecast` would have drawn them together. */
static int compare_joint(cli *app, const backtest_options *given, const cli_models *models,
                         const ees_backtest_options *chosen, ees_forecaster *list, backtest_result *result,
                         ees_error *err) {
    ees_calendar_model calendar;
    ees_joint_request request;
    ees_joint_request_init(&request);
    char *shipped = given->policy ? NULL : cli_model_path(app, "policies/learned.json", err), *text = NULL;
    const char *path = given->policy ? given->policy : shipped;
    if (!path)
        return err->code;
    int rc = list_models(given, models, list, &request.model_count, err);
    if (rc == EES_OK)
        rc = load_calendar(app, &calendar, err);
    if (rc == EES_OK)
        rc = ees_policy_resolve(path, result->programs, given->sets.items, given->sets.count, &text, err);
    request.history = result->history;
    request.programs = result->programs;
    request.calendar = &calendar;
    request.policy_file = path;
    request.policy_text = text;
    request.models = list;
    request.options = chosen;
    request.seed = (uint64_t)cli_given(app)->seed;
    if (cli_given(app)->replicates != CLI_INT_NONE)
        request.replicates = (uint64_t)cli_given(app)->replicates;
    const ees_run_inputs inputs = {.programs = result->programs,
                                   .history = result->history,
                                   .model = models->model,
                                   .calendar = &calendar,
                                   .forecasters = list,
                                   .forecaster_count = request.model_count,
                                   .segments = models->segments};
    ees_coming coming;
    ees_coming_init(&coming);
    coming.inputs = &inputs;
    coming.policy_file = path;
    coming.sets = given->sets.items;
    coming.set_count = given->sets.count;
    coming.programs = cli_models_may_run(models) ? ~(ees_program_set)0 : 0;
    coming.replicates = request.replicates;
    coming.threads = (int)cli_given(app)->threads;
    request.foretell = ees_coming_foretell;
    request.foretell_self = &coming;
    if (rc == EES_OK)
        rc = ees_joint_backtest_run(&result->backtest, &result->joint, &request, err);
    cli_progress_end(app);
    result->models = ees_joint_models();
    result->model_count = EES_JOINT_MODELS;
    if (rc == EES_OK)
        rc = backtest_print(app, result, err);
    free(text);
    free(shipped);
    return rc;
}

static int choose_and_compare(cli *app, const backtest_options *given, const cli_models *models,
                              ees_program_set programs, ees_error *err) {
    backtest_result result = {.history = cli_history(app, err), .programs = cli_programs(app, err)};
    const char *skip[BACKTEST_SKIP_MAX] = {"176"};
    ees_forecaster list[BACKTEST_MODELS_MAX];
    ees_backtest_options chosen;
    ees_backtest_options_init(&chosen);
    if (!result.history || !result.programs)
        return err->code;
    chosen.programs = programs;
    chosen.skip = skip;
    chosen.skip_count = 1;
    for (size_t i = 0; i < given->skip.count && chosen.skip_count < BACKTEST_SKIP_MAX; i++)
        skip[chosen.skip_count++] = given->skip.items[i];
    int rc = choose_rounds(app, given, &chosen, err);
    if (rc)
        return rc;
    ees_progress progress = cli_progress(app, given->date_unknown ? "rounds" : "forecasts");
    if (progress.report) {
        chosen.progress = report;
        chosen.progress_context = &progress;
    }
    rc = (given->date_unknown ? compare_joint : compare)(app, given, models, &chosen, list, &result, err);
    free(result.tie_breaks);
    free(result.joint);
    ees_backtest_free(&result.backtest);
    return rc;
}

/* An option that would be ignored is not what was meant. */
static int check_together(const cli *app, const backtest_options *given) {
    const bool days = given->since != EES_DATE_NONE || given->until != EES_DATE_NONE;
    if (given->calendar && (given->size_unknown || given->date_unknown || given->hindsight || given->models ||
                            given->skip.count > 0 || days))
        return cli_misuse(app,
                          "--calendar scores days and sizes, no cut-offs: it takes --program, --first and --last only");
    if (given->size_unknown && given->date_unknown)
        return cli_misuse(
            app, "--date-unknown and --size-unknown exclude each other: without the day the size is unknown too");
    return CLI_DONE;
}

static int run(cli *app, const void *raw) {
    const backtest_options *given = raw;
    ees_error err = {0};
    ees_program_set programs;
    int status = check_together(app, given);
    if (!status)
        status = choose_programs(app, given, &programs);
    if (status)
        return status;
    if (given->calendar)
        return cli_backtest_calendar(app, given->first, given->last, programs);
    if (!given->date_unknown && (given->policy || given->sets.count > 0)) {
        ees_error_set(&err, EES_ERR_RANGE, "--policy and --set need --date-unknown: only then are dates drawn");
        return cli_fail(app, &err);
    }
    cli_models models;
    int rc = cli_models_load(app, &models, &err);
    if (rc == EES_OK)
        rc = choose_and_compare(app, given, &models, programs, &err);
    cli_models_free(&models);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_backtest = {
    .name = "backtest",
    .summary = "How well would past rounds have been foretold? Every model, beside naive rivals",
    .examples = "# The Canadian Experience Class since May 2024\n"
                "eesim backtest --program CEC --since 2024-05-01\n"
                "# Parameters fitted on earlier rounds only, scored on what came after\n"
                "eesim backtest --program CEC --first 364 --model models/until-359.json\n"
                "# Days and sizes: log scores beside naive rivals\n"
                "eesim backtest --calendar --first 317\n"
                "# Neither day nor size known: the joint forecast of each program's next round\n"
                "eesim backtest --date-unknown --first 364\n"
                "# A row a round and model, for R or pandas\n"
                "eesim backtest --program FRENCH --format csv -o french.csv\n",
    .details =
        "Each round is foretold from what was public before its day: earlier rounds, and the pools published with "
        "them. "
        "Scores: MAE of the median, RMSE and bias of the mean, CRPS and log score of the whole distribution, the share "
        "of medians within 0, 1, 2 and 5 points, and how often the central 50, 80 and 95 % intervals held the cut-off, "
        "with the mean width of the 80 % interval. PIT: the share of outcomes in each tenth of the forecast "
        "distribution; even shares mean honest intervals. An interval holds the whole scores in whose middle the "
        "distribution has reached between 10 and 90 % (of an 80 % interval).\n\n"
        "The next table compares each model with the first on the rounds both answered: a positive difference in "
        "error or CRPS means that the first is better; the standard error tells how much that is worth. The last table "
        "scores the tie-breaks, in days of age at the "
        "round, beside the program's past median age.\n\n"
        "With --date-unknown, each round is foretold from the day after its program's round before it: 'joint' knows "
        "neither day nor size, 'size-mixture' knows the day, 'same-again' asks the models about the gap and the size "
        "of "
        "the last round, 'last' repeats the last cut-off. The last table then scores days and sizes.",
    .options = options,
    .options_size = sizeof(backtest_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_RANDOM | CLI_TAKES_THREADS | CLI_TAKES_FORMAT,
    .run = run,
};
