/* eesim chance: is a candidate with this score invited, and when? */
#include <math.h>

#include "commands.h"

typedef struct chance_options {
    int64_t score;
    const char *profile, *rules;
    cli_list programs;
    ees_time submitted;
    ees_date until;
    int64_t gain;
    const char *draw_size;
    int64_t every;
    bool only;
    bool renew;
    const char *policy;
    cli_list sets;
    double until_se;
} chance_options;

static const cli_option options[] = {
    {.name = "score",
     .value_name = "S",
     .kind = CLI_INT,
     .offset = offsetof(chance_options, score),
     .min = 0,
     .max = EES_SCORE_MAX,
     .help = "the candidate's CRS score"},
    {.name = "profile",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(chance_options, profile),
     .help =
         "instead of a score: a profile in JSON (docs/crs.md). Score and programs follow from it, and move with its "
         "birthdays, work that goes on and tests that expire"},
    {.name = "rules",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(chance_options, rules),
     .help = "rules that score the profile, in the form of models/crs.json; if not given, that file"},
    {.name = "program",
     .value_name = "P[,P]",
     .kind = CLI_LIST,
     .offset = offsetof(chance_options, programs),
     .help =
         "programs and categories the candidate belongs to, such as CEC,FRENCH; if not given, those of the profile"},
    {.name = "submitted",
     .value_name = "TS",
     .kind = CLI_TIME,
     .offset = offsetof(chance_options, submitted),
     .help = "when the profile was submitted, which decides ties; if not given, on the first day looked at"},
    {.name = "renew",
     .kind = CLI_FLAG,
     .offset = offsetof(chance_options, renew),
     .help = "the profile enters again when its 12 months are over, with that day's time stamp; if not given, rounds "
             "from that day on do not count"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(chance_options, until),
     .help = "last day looked at; if not given, a year on"},
    {.name = "gain",
     .value_name = "POINTS",
     .kind = CLI_INT,
     .offset = offsetof(chance_options, gain),
     .min = 0,
     .max = EES_SCORE_MAX,
     .otherwise = "10",
     .help = "what would so many points more buy?"},
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_TEXT,
     .offset = offsetof(chance_options, draw_size),
     .help = "invitations of each of the rounds to come, a number or a distribution; if not given, as learned"},
    {.name = "every",
     .value_name = "DAYS",
     .kind = CLI_INT,
     .offset = offsetof(chance_options, every),
     .min = 1,
     .max = 366,
     .help = "days from one round to the next; if not given, as learned"},
    {.name = "only",
     .kind = CLI_FLAG,
     .offset = offsetof(chance_options, only),
     .help = "no other program holds a round; if not given, all live on as learned"},
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(chance_options, policy),
     .help = "which rounds are held: a JSON file, or the name of one of models/policies; if not given, those of all "
             "programs as learned"},
    {.name = "set",
     .value_name = "PATH=VALUE",
     .kind = CLI_LIST,
     .offset = offsetof(chance_options, sets),
     .help = "change the policy, such as programs.CEC.size=3000; may be repeated"},
    {.name = "until-se",
     .value_name = "X",
     .kind = CLI_NUMBER,
     .offset = offsetof(chance_options, until_se),
     .min = 1e-6,
     .max = 0.5,
     .help = "stop when replicates leave no probability a larger standard error; --replicates is then the most"},
    {.name = NULL}};

static const ees_column columns[] = {
    {"date", "By", EES_COLUMN_DATE, 0, NULL, "The day looked at."},
    {"score", "Score", EES_COLUMN_INTEGER, 0, "CRS points", "The candidate's score."},
    {"probability", "Chance", EES_COLUMN_NUMBER, 3, NULL, "Probability to have been invited on or before that day."},
    {"probability_se", "+-", EES_COLUMN_NUMBER, 3, NULL,
     "Standard error by the random numbers, those of the posterior's members among them."},
    {"model_error", "+-", EES_COLUMN_NUMBER, 3, NULL, "How far such probabilities lay from what came in the past."}};

static int fill_table(const ees_chance_answer *answer, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, columns, sizeof columns / sizeof *columns, err);
    for (int i = 0; rc == EES_OK && i < answer->score_count; i++)
        for (size_t d = 0; d < answer->day_count; d++) {
            ees_table_date(*table, answer->days[d]);
            ees_table_int(*table, answer->scores[i]);
            ees_table_number(*table, answer->by[i][d].probability);
            ees_table_number(*table, answer->by[i][d].se);
            ees_table_number(*table, answer->model_error[i][d]);
        }
    return rc;
}

static int print_csv(cli *app, const ees_chance_answer *answer, ees_error *err) {
    ees_table *table = NULL;
    int rc = fill_table(answer, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, cli_out(app), err);
    ees_table_destroy(table);
    return rc;
}

static void print_wait(FILE *out, const ees_chance_answer *answer, int i) {
    char day[EES_DATE_TEXT_MAX];
    const ees_date median = answer->wait[i][1];
    if (median == EES_DATE_NONE)
        fprintf(out, "  %4d  no invitation by then in at least half of the futures\n", answer->scores[i]);
    else
        fprintf(out, "  %4d  %s, a wait of %d days\n", answer->scores[i], ees_date_format(median, day),
                median - answer->start);
}

static double last_error(const ees_chance_answer *answer) {
    return answer->model_error[0][answer->day_count - 1];
}

static bool has_record(const ees_chance_answer *answer) {
    return !isnan(last_error(answer));
}

static void print_head(FILE *out, const ees_chance_answer *answer) {
    char day[EES_DATE_TEXT_MAX], submitted[EES_DATE_TEXT_MAX];
    const ees_probability last = answer->by[0][answer->day_count - 1];
    fprintf(out, "Score %d, %s, profile submitted on %s\n", answer->score, answer->candidates,
            ees_date_format(answer->submitted, submitted));
    fprintf(out, "Invited by %s: %.1f %% (+- %.1f", ees_date_format(answer->until, day), 100 * last.probability,
            100 * last.se);
    if (has_record(answer))
        fprintf(out, " by the random numbers, +- %.0f by the model's record", 100 * last_error(answer));
    fputs(")\n\n", out);
}

/* A chance and its errors, that of the model in whole points. */
static void print_chance(FILE *out, const ees_chance_answer *answer, int i, size_t d) {
    fprintf(out, "  %5.1f %% +- %3.1f", 100 * answer->by[i][d].probability, 100 * answer->by[i][d].se);
    if (has_record(answer))
        fprintf(out, " +- %2.0f", 100 * answer->model_error[i][d]);
}

/* The rest stands below, so that no line is wider than the terminal. */
static int scores_that_fit(const cli *app, const ees_chance_answer *answer) {
    enum { DAYS = 12, COLUMN = 15, RECORD = 6 };
    const int width = cli_width(app), fit = (width - DAYS) / (has_record(answer) ? COLUMN + RECORD : COLUMN);
    return width == 0 ? EES_CHANCE_SCORES : fit < 1 ? 1 : fit;
}

static void print_scores(FILE *out, const ees_chance_answer *answer, int first, int end) {
    char day[EES_DATE_TEXT_MAX];
    fputs("Invited by  ", out);
    for (int i = first; i < end; i++)
        fprintf(out, has_record(answer) ? "  %14s %4d" : "  %8s %4d", "score", answer->scores[i]);
    fputc('\n', out);
    for (size_t d = 0; d < answer->day_count; d++) {
        fprintf(out, "%s  ", ees_date_format(answer->days[d], day));
        for (int i = first; i < end; i++)
            print_chance(out, answer, i, d);
        fputc('\n', out);
    }
}

/* How the score of a profile moves; the scores above each column are those of the first day. */
static int print_phases(cli *app, const ees_chance_answer *answer, ees_error *err) {
    FILE *out = cli_out(app);
    const ees_programs *programs = answer->phase_count ? cli_programs(app, err) : NULL;
    if (answer->phase_count && !programs)
        return err->code;
    for (size_t i = 0; i < answer->phase_count; i++) {
        char day[EES_DATE_TEXT_MAX];
        fprintf(out, "%s %s  score %4d ", i ? "     " : "From ", ees_date_format(answer->phases[i].from, day),
                answer->phases[i].score);
        for (size_t p = 0; p < programs->count; p++)
            if (answer->phases[i].programs >> p & 1u)
                fprintf(out, " %s", programs->programs[p].code);
        fputs(answer->phases[i].programs ? "\n" : " in no program\n", out);
    }
    if (answer->phase_count)
        fputc('\n', out);
    return EES_OK;
}

static int print_table(cli *app, const ees_chance_answer *answer, ees_error *err) {
    FILE *out = cli_out(app);
    print_head(out, answer);
    int rc = print_phases(app, answer, err);
    if (rc)
        return rc;
    const int fit = scores_that_fit(app, answer);
    for (int i = 0; i < answer->score_count; i += fit)
        print_scores(out, answer, i, i + fit < answer->score_count ? i + fit : answer->score_count);
    if (has_record(answer))
        fputs("First +-: of the random numbers. Second: how far such chances lay from what came (eesim backtest "
              "--chance).\n",
              out);
    fputs("\nHalf of the futures have invited a candidate with\n", out);
    for (int i = 0; i < answer->score_count; i++)
        print_wait(out, answer, i);
    return EES_OK;
}

static int print_answer(cli *app, const chance_options *given, ees_error *err) {
    ees_context *context;
    ees_chance_request request;
    ees_chance_answer answer;
    int rc = cli_request(app, given, true, &request, &context, err);
    if (rc)
        return rc;
    rc = ees_chance(context, &request, &answer, err);
    cli_progress_end(app);
    if (rc == EES_OK)
        rc = cli_given(app)->format == CLI_FORMAT_CSV ? print_csv(app, &answer, err) : print_table(app, &answer, err);
    ees_chance_answer_free(&answer);
    return rc;
}

static int run(cli *app, const void *raw) {
    const chance_options *given = raw;
    ees_error err = {0};
    if (given->profile && given->score != CLI_INT_NONE)
        return cli_misuse(app, "--score and --profile exclude each other");
    if (!given->profile && given->score == CLI_INT_NONE)
        return cli_misuse(app, "--score is missing, such as --score 490, or --profile");
    if (!given->profile && given->programs.count == 0)
        return cli_misuse(app, "--program is missing, such as --program CEC");
    ees_context *context = cli_context(app, true, &err);
    if (!context)
        return cli_fail(app, &err);
    const ees_progress progress = cli_progress(app, "replicates");
    ees_context_listen(context, &progress);
    int rc =
        cli_given(app)->format == CLI_FORMAT_JSON ? cli_answer(app, given, true, &err) : print_answer(app, given, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_chance = {
    .name = "chance",
    .summary = "Probability that a score is invited, by date, and the wait",
    .examples = "# 490 points, Canadian Experience Class: invited by the end of June?\n"
                "eesim chance --score 490 --program CEC --until 2026-06-30\n"
                "# Two ways to be invited, and what 20 points more would buy\n"
                "eesim chance --score 440 --program CEC,FRENCH --gain 20\n"
                "# A profile, whose score moves with birthdays and work\n"
                "eesim chance --profile me.json --until 2026-12-31\n"
                "# Were all rounds to come of 3,000 every two weeks\n"
                "eesim chance --score 505 --program CEC --draw-size 3000 --every 14\n",
    .details =
        "The candidate counts as invited by the first round for one of the programs, or for everybody, whose "
        "cut-off lies below the score, or at it with a tie-break after the submission. Sizes and days of the "
        "rounds to come, those of all programs, are as learned from the past (models/policies/learned.json), unless "
        "the options say otherwise: --draw-size and --every change the rounds of the programs named.\n\n"
        "A chance has two errors. The first is that of the random numbers, which more --replicates make smaller. The "
        "second "
        "is that of the model: how far chances of this size, as many days ahead, lay from what came in the past, with "
        "the "
        "standard error of that record (models/chance.json, written by 'eesim backtest --chance --record'). Where "
        "options "
        "assume rounds, there is no such record.",
    .options = options,
    .options_size = sizeof(chance_options),
    .common = CLI_TAKES_FORECAST | CLI_TAKES_OUTPUT,
    .run = run};
