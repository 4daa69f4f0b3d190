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
    bool hindsight;
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

/* A round of this program held on the day, for the comparison with what was published. */
static const ees_round *official_round(const ees_history *history, int program, ees_date date) {
    for (size_t i = 0; i < history->round_count; i++)
        if (history->rounds[i].program == program && history->rounds[i].date == date)
            return &history->rounds[i];
    return NULL;
}

static int replay(cli *app, const draw_options *given, draw_answer *answer, ees_error *err) {
    const ees_prediction *p = &answer->prediction;
    const ees_question *q = &answer->request.question;
    if (!p->has_pool)
        return ees_error_set(err, EES_ERR_NOTFOUND, "a replay needs a published pool, and none was known by then");
    ees_draw_rule rule = {.segments = ees_pool_admitted(&p->pool, q->programs, q->program),
                          .size = EES_COUNT_NONE,
                          .cutoff = (int)given->cutoff,
                          .tie_break = given->tie_break};
    ees_draw_result result;
    int rc = ees_draw(&p->pool, &rule, &result, err);
    if (rc)
        return rc;
    const ees_round *official = official_round(q->history, q->program, q->date);
    draw_held held = {.program = q->programs->programs[q->program].code,
                      .date = q->date,
                      .size = EES_COUNT_NONE,
                      .candidates = p->pool.total,
                      .as_of = q->history->snapshots[p->snapshot].as_of,
                      .published = official ? official->size : EES_COUNT_NONE,
                      .eligible = result.eligible,
                      .invited = result.invited,
                      .at_cutoff = result.at_cutoff,
                      .at_cutoff_invited = result.at_cutoff_invited,
                      .cutoff = (int)given->cutoff,
                      .tie_break = given->tie_break};
    return draw_print_held(app, &held, err);
}

/* With a tie-break given fewer than N may be invited: hold the round on the integer pool. */
static int hold_strictly(const draw_options *given, draw_answer *answer, ees_error *err) {
    const ees_prediction *p = &answer->prediction;
    const ees_question *q = &answer->request.question;
    answer->tie_break = given->tie_break;
    if (given->tie_break == EES_TIME_NONE || !p->has_pool)
        return EES_OK;
    ees_draw_rule rule = {.segments = ees_pool_admitted(&p->pool, q->programs, q->program),
                          .size = given->size,
                          .cutoff = EES_SCORE_NONE,
                          .tie_break = given->tie_break};
    int rc = ees_draw(&p->pool, &rule, &answer->strict, err);
    if (rc == EES_OK)
        answer->prediction.invited = answer->strict.invited;
    return rc;
}

static int answer_with(cli *app, const draw_options *given, cli_models *models, ees_error *err) {
    draw_answer answer;
    draw_query query = {.program = given->program.position,
                        .size = given->size == CLI_INT_NONE ? EES_COUNT_NONE : given->size,
                        .cutoff = given->cutoff == CLI_INT_NONE ? EES_SCORE_NONE : (int)given->cutoff,
                        .as_of = given->as_of,
                        .hindsight = given->hindsight};
    int rc = draw_predict(app, &query, models, &answer, err);
    if (rc == EES_OK && given->cutoff != CLI_INT_NONE)
        rc = replay(app, given, &answer, err);
    else if (rc == EES_OK && (rc = hold_strictly(given, &answer, err)) == EES_OK)
        rc = draw_print(app, &answer, err);
    ees_prediction_free(&answer.prediction);
    return rc;
}

/* Candidates of the user's own: nothing is predicted, the ranking rule is applied. */
static int rank(cli *app, const draw_options *given, ees_error *err) {
    const ees_programs *programs = cli_programs(app, err);
    ees_candidates candidates;
    if (!programs)
        return err->code;
    const char *file = strcmp(given->candidates, "-") == 0 ? "/dev/stdin" : given->candidates;
    int rc = ees_candidates_load(&candidates, file, programs, err);
    ees_candidates_rule rule = {.program = given->program.position,
                                .size = given->size == CLI_INT_NONE ? EES_COUNT_NONE : given->size,
                                .cutoff = given->cutoff == CLI_INT_NONE ? EES_SCORE_NONE : (int)given->cutoff,
                                .tie_break = given->tie_break};
    ees_candidates_result result;
    if (rc == EES_OK)
        rc = ees_candidates_draw(&candidates, programs, &rule, &result, NULL, err);
    if (rc == EES_OK) {
        draw_held held = {.program = programs->programs[rule.program].code,
                          .date = cli_given(app)->date,
                          .size = rule.size,
                          .candidates = (int64_t)candidates.count,
                          .as_of = EES_DATE_NONE,
                          .published = EES_COUNT_NONE,
                          .eligible = result.eligible,
                          .invited = result.invited,
                          .at_cutoff = result.at_cutoff,
                          .at_cutoff_invited = result.at_cutoff_invited,
                          .cutoff = result.cutoff,
                          .tie_break = result.tie_break};
        if (result.exhausted)
            cli_note(app, "only %lld candidate%s eligible: all are invited", (long long)result.eligible,
                     result.eligible == 1 ? " is" : "s are");
        rc = draw_print_held(app, &held, err);
    }
    ees_candidates_free(&candidates);
    return rc;
}

static int run(cli *app, const void *raw) {
    const draw_options *given = raw;
    ees_error err = {0};
    int status = check_options(app, given);
    if (status)
        return status;
    if (given->candidates)
        return rank(app, given, &err) ? cli_fail(app, &err) : CLI_DONE;
    cli_models models;
    int rc = cli_models_load(app, &models, &err);
    if (rc == EES_OK)
        rc = answer_with(app, given, &models, &err);
    cli_models_free(&models);
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
