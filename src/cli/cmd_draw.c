/* eesim draw: where does the cut-off of one round fall? */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "draw.h"

typedef struct draw_options {
    int64_t size;
    cli_program program;
    ees_time tie_break;
    int64_t cutoff;
    ees_date as_of;
    const char *candidates;
    bool hindsight, as_if_none;
} draw_options;

static const cli_option options[] = {
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(draw_options, size),
     .min = 0,
     .max = 100e6,
     .help = "invitations issued"},
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(draw_options, program),
     .help = "whom the round is for: CEC PNP FSW FST GENERAL FRENCH HEALTH STEM TRADE TRANSPORT AGRI EDU PHYSICIAN "
             "SENIOR-MANAGER RESEARCHER MILITARY, upper or lower case"},
    {.name = "tie-break",
     .value_name = "TS",
     .kind = CLI_TIME,
     .offset = offsetof(draw_options, tie_break),
     .help = "at the marginal score only profiles submitted at or before this UTC time are invited"},
    {.name = "cutoff",
     .value_name = "S",
     .kind = CLI_INT,
     .offset = offsetof(draw_options, cutoff),
     .min = 0,
     .max = EES_SCORE_MAX,
     .help = "replay: given the cut-off instead of the size, how many were invited?"},
    {.name = "as-of",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(draw_options, as_of),
     .help = "use the newest known pool that is dated this day or earlier"},
    {.name = "candidates",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, candidates),
     .help = "rank candidates of your own instead of predicting: CSV with the columns score, submitted, programs; "
             "- is standard input"},
    {.name = "hindsight",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, hindsight),
     .help = "with --date: the pool published with the round of that day is known too"},
    {.name = "as-if-none",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, as_if_none),
     .help = "no round of any program is held between the newest known one and the day; if not given, those rounds are "
             "simulated as learned"},
    {.name = NULL}};

static int check_options(cli *app, const draw_options *given) {
    if (!given->program.code)
        return cli_misuse(app, "--program is missing, such as --program CEC");
    if (given->size == CLI_INT_NONE && given->cutoff == CLI_INT_NONE)
        return cli_misuse(app, "--draw-size is missing, such as --draw-size 6000 (or --cutoff for a replay)");
    if (given->size != CLI_INT_NONE && given->cutoff != CLI_INT_NONE)
        return cli_misuse(app,
                          "--draw-size and --cutoff exclude each other: one is the question, the other the answer");
    return CLI_DONE;
}

static int print_prediction(cli *app, const ees_predict_request *request, ees_error *err) {
    draw_answer answer;
    int rc = draw_predict(app, request, &answer, err);
    if (rc == EES_OK)
        rc = cli_given(app)->format == CLI_FORMAT_CSV ? draw_put_csv(cli_out(app), &answer, err)
                                                      : draw_put_text(app, &answer, err);
    ees_prediction_free(&answer.prediction);
    return rc;
}

/* A replay, or candidates of the user's own. */
static int print_held(cli *app, const draw_options *given, const ees_predict_request *request, ees_error *err) {
    ees_held_round held;
    ees_table *table = NULL;
    ees_context *context = cli_context(app, !given->candidates, err);
    if (!context)
        return err->code;
    int rc = given->candidates ? ees_rank(context, given->candidates, request, &held, err)
                               : ees_replay(context, request, &held, err);
    if (rc == EES_OK)
        rc = ees_held_table(context, &held, &table, err);
    if (rc == EES_OK)
        rc = cli_show_table(app, table, err);
    ees_table_destroy(table);
    return rc;
}

static int run(cli *app, const void *raw) {
    draw_options given = *(const draw_options *)raw;
    ees_error err = {0};
    int status = check_options(app, &given);
    if (status)
        return status;
    if (given.candidates && strcmp(given.candidates, "-") == 0)
        given.candidates = "/dev/stdin";
    ees_predict_request request;
    ees_context *context;
    int rc = cli_given(app)->format == CLI_FORMAT_JSON
                 ? cli_answer(app, &given, !given.candidates, &err)
                 : cli_request(app, &given, !given.candidates, &request, &context, &err);
    if (rc || cli_given(app)->format == CLI_FORMAT_JSON)
        return rc ? cli_fail(app, &err) : CLI_DONE;
    if (given.candidates || given.cutoff != CLI_INT_NONE)
        rc = print_held(app, &given, &request, &err);
    else
        rc = print_prediction(app, &request, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_draw = {
    .name = "draw",
    .summary = "Where does the cut-off of a round of N invitations fall, and its tie-break?",
    .examples =
        "# The next round of the Canadian Experience Class, were 6,000 invited (the word draw may be left out)\n"
        "eesim --draw-size 6000 --program CEC\n"
        "# The same question as it could have been answered before a past round, as JSON\n"
        "eesim draw --draw-size 6000 --program CEC --date 2026-02-17 --format json\n"
        "# Replay: how many did the published cut-off and tie-break invite?\n"
        "eesim draw --program CEC --date 2026-02-17 --cutoff 508 --tie-break 2025-03-16T09:35:59Z\n"
        "# The ranking rule on candidates of your own (CSV: score,submitted,programs)\n"
        "eesim draw --candidates mine.csv --program CEC --draw-size 100\n"
        "# The naive rival: everybody in a band spread evenly over it\n"
        "eesim draw --draw-size 6000 --program CEC --model static\n",
    .details =
        "Without --date the question is about the coming round: its day is the median that "
        "forecast gives too (in a week, for a program that is rarely drawn), and everything in the data folder is "
        "known. With --date only what was public "
        "before that day is used.\n\n"
        "--draw-size 0 invites nobody: there is no cut-off. A size above the number of eligible candidates invites "
        "them "
        "all; 'invited' is then smaller than the size. A program without enough earlier rounds is answered from other "
        "rounds of its kind, with wide intervals, and the answer says so.\n\n"
        "--model takes the file of its parameters, or the name of a model: ensemble (the filter), statistical, "
        "stock-flow, "
        "or a naive rival (static, ridge, ar, holt, mean3, last). Without it the model file says which has proved best "
        "for the "
        "program.",
    .options = options,
    .options_size = sizeof(draw_options),
    .common =
        CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_DATE | CLI_TAKES_RANDOM | CLI_TAKES_FORMAT | CLI_TAKES_THREADS,
    .run = run,
};
