/* eesim backtest: past rounds as they would have been forecast at the time, beside naive rivals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct backtest_options {
    cli_list programs;
    const char *first, *last;
    ees_date since, until;
    const char *models;
    cli_list skip;
    const char *policy, *record;
    cli_list sets;
    bool hindsight, size_unknown, date_unknown, calendar, chance;
    int64_t every_days;
} backtest_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P[,P]",
     .kind = CLI_LIST,
     .offset = offsetof(backtest_options, programs),
     .help = "rounds of these programs, such as CEC,FRENCH. Without it: of every program"},
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
     .help = "score no forecast of this round and let no rival learn from it; may be repeated. Policy "
             "events, which the model file lists, always are left out"},
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
     .help = "the models do not know the size of the round"},
    {.name = "date-unknown",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, date_unknown),
     .help =
         "neither day nor size is known: scores the joint draws of 'eesim forecast', made after the program's round "
         "before"},
    {.name = "chance",
     .kind = CLI_FLAG,
     .offset = offsetof(backtest_options, chance),
     .help =
         "score what 'eesim chance' would have said on past days, a run of a year each: --first, --last, --since and "
         "--until bound these days"},
    {.name = "every-days",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(backtest_options, every_days),
     .min = 1,
     .max = 366,
     .help = "with --chance: from one of these days to the next; if not given, 14"},
    {.name = "record",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, record),
     .help = "with --chance: write the record to this file too; 'eesim chance' reads models/chance.json"},
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(backtest_options, policy),
     .help = "with --date-unknown and --chance: what is assumed of dates and sizes, a file or a name as in forecast. "
             "Without it: "
             "learned"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(backtest_options, sets),
     .help = "with --date-unknown and --chance: change the policy, such as annual=null; may be repeated"},
    {.name = NULL}};

/* ---- what is asked ---- */

/* An option that would be ignored is not what was meant. */
static int check_together(const cli *app, const backtest_options *given) {
    const bool days = given->since != EES_DATE_NONE || given->until != EES_DATE_NONE;
    if (given->calendar && (given->size_unknown || given->date_unknown || given->hindsight || given->models ||
                            given->skip.count > 0 || days))
        return cli_misuse(app,
                          "--calendar scores days and sizes, no cut-offs: it takes --program, --first and --last only");
    if (given->chance &&
        (given->calendar || given->size_unknown || given->date_unknown || given->hindsight || given->models))
        return cli_misuse(app, "--chance takes --program, --first, --last, --since, --until, --skip, --every-days, "
                               "--policy and --set");
    if (!given->chance && given->record)
        return cli_misuse(app, "--record needs --chance");
    if (given->record && cli_given(app)->format == CLI_FORMAT_JSON)
        return cli_misuse(app, "--record goes with the table or CSV: an answer in JSON writes no file");
    if (!given->chance && given->every_days != CLI_INT_NONE)
        return cli_misuse(app, "--every-days needs --chance");
    if (given->size_unknown && given->date_unknown)
        return cli_misuse(
            app, "--date-unknown and --size-unknown exclude each other: without the day the size is unknown too");
    return CLI_DONE;
}

/* ---- what is printed ---- */

/* Shares in each tenth as a row of bars. */
static void put_pit(FILE *out, const ees_score_summary *summary) {
    static const char *const bars[] = {" ",
                                       "\xE2\x96\x81",
                                       "\xE2\x96\x82",
                                       "\xE2\x96\x83",
                                       "\xE2\x96\x84",
                                       "\xE2\x96\x85",
                                       "\xE2\x96\x86",
                                       "\xE2\x96\x87",
                                       "\xE2\x96\x88"};
    for (int i = 0; i < EES_PIT_BINS; i++) {
        int height = (int)lround(summary->pit[i] * 40.0); /* an even share fills half */
        fputs(bars[height < 0 ? 0 : height > 8 ? 8 : height], out);
    }
}

static int put_table(cli *app, ees_context *context, const ees_backtest *backtest, ees_backtest_part part,
                     bool is_first, ees_error *err) {
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    ees_table *table = NULL;
    int rc = ees_backtest_table(context, backtest, part, &table, err);
    if (rc == EES_OK && (is_first || ees_table_rows(table) > 0)) {
        fputs(is_first ? "" : "\n", cli_out(app));
        rc = ees_table_write_text(table, cli_out(app), &style, err);
    }
    ees_table_destroy(table);
    return rc;
}

static void put_title(FILE *out, const ees_backtest *b, const ees_history *history) {
    const ees_round *first = &history->rounds[b->rounds[0]], *last = &history->rounds[b->rounds[b->round_count - 1]];
    char from[EES_DATE_TEXT_MAX], to[EES_DATE_TEXT_MAX];
    const char *origin = b->joint ? "the program's round before it" : "what was public before it";
    fprintf(out, "%zu rounds, #%s of %s to #%s of %s, each foretold from %s.\n\n", b->round_count, first->number,
            ees_date_format(first->date, from), last->number, ees_date_format(last->date, to), origin);
}

/* Chances, then rounds and invitations, then the classes. */
static int put_chances(cli *app, ees_context *context, const ees_backtest *backtest, ees_error *err) {
    static const ees_backtest_part parts[] = {EES_BACKTEST_SUMMARY, EES_BACKTEST_BESIDE, EES_BACKTEST_RELIABILITY,
                                              EES_BACKTEST_POOL};
    char from[EES_DATE_TEXT_MAX], to[EES_DATE_TEXT_MAX];
    if (backtest->activity_count > 0)
        fprintf(cli_out(app), "Origins every %d days from %s to %s, %llu futures each.\n\n", backtest->every_days,
                ees_date_format(backtest->activity[0].at.origin, from),
                ees_date_format(backtest->activity[backtest->activity_count - 1].at.origin, to),
                (unsigned long long)backtest->replicates);
    int rc = EES_OK;
    for (int i = 0; rc == EES_OK && i < 4; i++)
        rc = put_table(app, context, backtest, parts[i], i == 0, err);
    return rc;
}

static int put_text(cli *app, ees_context *context, const ees_backtest *backtest, ees_error *err) {
    ees_score_summary summary;
    if (backtest->chances)
        return put_chances(app, context, backtest, err);
    if (backtest->calendar)
        return put_table(app, context, backtest, EES_BACKTEST_SUMMARY, true, err);
    put_title(cli_out(app), backtest, ees_context_history(context, err));
    int rc = put_table(app, context, backtest, EES_BACKTEST_SUMMARY, true, err);
    if (rc == EES_OK)
        rc = put_table(app, context, backtest, EES_BACKTEST_DIFFERENCES, false, err);
    if (rc == EES_OK)
        rc = put_table(app, context, backtest, EES_BACKTEST_BESIDE, false, err);
    if (rc == EES_OK)
        rc = ees_backtest_summarise(backtest, 0, 0, false, &summary, err);
    if (rc == EES_OK && summary.count > 0) {
        fprintf(cli_out(app), "\nPIT of %s: [", backtest->models[0]);
        put_pit(cli_out(app), &summary);
        fputs("]\n", cli_out(app));
    }
    return rc;
}

static int put_csv(cli *app, ees_context *context, const ees_backtest *backtest, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_backtest_table(context, backtest, EES_BACKTEST_ROUNDS, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, cli_out(app), err);
    ees_table_destroy(table);
    return rc;
}

static int print(cli *app, ees_context *context, const ees_backtest *backtest, ees_error *err) {
    switch (cli_given(app)->format) {
    case CLI_FORMAT_CSV:
        return put_csv(app, context, backtest, err);
    case CLI_FORMAT_JSON:
        return ees_backtest_write_json(context, backtest, cli_out(app), err);
    default:
        return put_text(app, context, backtest, err);
    }
}

static int score(cli *app, const backtest_options *given, ees_error *err) {
    const ees_progress progress = cli_progress(app, given->chance         ? "days"
                                                    : given->date_unknown ? "rounds"
                                                                          : "forecasts");
    ees_backtest_request request;
    ees_context *context;
    ees_backtest backtest;
    int rc = cli_request(app, given, true, &request, &context, err);
    if (rc)
        return rc;
    ees_context_listen(context, &progress);
    rc = ees_backtest_run(context, &request, &backtest, err);
    ees_context_listen(context, NULL);
    cli_progress_end(app);
    if (rc == EES_OK)
        rc = print(app, context, &backtest, err);
    ees_backtest_free(&backtest);
    return rc;
}

static int run(cli *app, const void *raw) {
    const backtest_options *given = raw;
    ees_error err = {0};
    int status = check_together(app, given);
    if (status)
        return status;
    if (!given->chance && !given->date_unknown && (given->policy || given->sets.count > 0)) {
        ees_error_set(&err, EES_ERR_RANGE,
                      "--policy and --set need --date-unknown or --chance: only then are dates drawn");
        return cli_fail(app, &err);
    }
    int rc = score(app, given, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_backtest = {
    .name = "backtest",
    .summary = "How well would past rounds have been forecast? Every model, beside naive rivals",
    .examples = "# The Canadian Experience Class since May 2024\n"
                "eesim backtest --program CEC --since 2024-05-01\n"
                "# Parameters fitted on earlier rounds only, scored on what came after\n"
                "eesim backtest --program CEC --first 364 --model models/until-359.json\n"
                "# Days and sizes: log scores beside naive rivals\n"
                "eesim backtest --calendar --first 317\n"
                "# Neither day nor size known: the joint forecast of each program's next round\n"
                "eesim backtest --date-unknown --first 364\n"
                "# What chances candidates were given every two weeks, and what became of them\n"
                "eesim backtest --chance --since 2024-06-01 --replicates 1024\n"
                "# A row a round and model, for R or pandas\n"
                "eesim backtest --program FRENCH --format csv -o french.csv\n",
    .details =
        "Each round is forecast from what was public before its day: earlier rounds, and the pools published with "
        "them. "
        "Scores: MAE of the median, RMSE and bias of the mean, CRPS and log score of the whole distribution, the share "
        "of medians within 0, 1, 2 and 5 points, and how often the central 50, 80 and 95 % intervals held the cut-off, "
        "with the mean width of the 80 % interval. PIT: the share of outcomes in each tenth of the forecast "
        "distribution; even shares mean honest intervals. An interval holds the whole scores in whose middle the "
        "distribution has reached between 10 and 90 % (of an 80 % interval).\n\n"
        "The next table compares each model with the first on the rounds both answered: a positive difference in "
        "error or CRPS means that the first is better; the standard error shows how much that is worth. The last table "
        "scores the tie-breaks, in days of age at the "
        "round, beside the program's past median age.\n\n"
        "With --date-unknown, each round is forecast from the day after its program's round before it: 'joint' knows "
        "neither day nor size, 'size-mixture' knows the day, 'same-again' asks the models about the gap and the size "
        "of "
        "the last round, 'last' repeats the last cut-off. The last table then scores days and sizes.\n\n"
        "With --chance, a year is run from each past day, all programs in it, as 'eesim chance' and 'eesim run' would "
        "have "
        "run it. Chances are asked of scores within 25 points of a program's last cut-off and of quantiles of its past "
        "ones, 30 to 360 days ahead, for profiles submitted on the day and 180 days earlier. Rivals: the last cut-off "
        "again; how often a score at this distance from it was invited in the windows before; the mean of what came, "
        "known "
        "only afterwards. Standard errors are those of blocks of time, because neighbours are not independent. A row "
        "named by a program counts the days on which its last round was at most a year old; 'all' is all of these.",
    .options = options,
    .options_size = sizeof(backtest_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_RANDOM | CLI_TAKES_THREADS | CLI_TAKES_FORMAT,
    .run = run,
};
