/* eesim chance: is a candidate with this score invited, and when? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "scenario.h"

typedef struct chance_options {
    int64_t score;
    cli_list programs;
    ees_time submitted;
    ees_date until;
    int64_t gain;
    const char *draw_size;
    int64_t every;
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
    {.name = "program",
     .value_name = "P[,P]",
     .kind = CLI_LIST,
     .offset = offsetof(chance_options, programs),
     .help = "programs and categories the candidate belongs to, such as CEC,FRENCH"},
    {.name = "submitted",
     .value_name = "TS",
     .kind = CLI_TIME,
     .offset = offsetof(chance_options, submitted),
     .help = "when the profile was submitted, which decides ties; if not given, on the first day looked at"},
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
    {.name = "policy",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(chance_options, policy),
     .help = "JSON that says which rounds are held, instead of sizes and days"},
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
     .help = "stop when no probability has a larger standard error; --replicates is then the most"},
    {.name = NULL}};

enum { DAYS_SHOWN = 40, DAYS_MAX = 4000, GAIN_STEPS = 3 };
static const double wait_levels[3] = {0.25, 0.5, 0.75};

/* What is shown: the days, and the scores looked at on each. */
typedef struct chance_answer {
    const ees_run_plan *plan;
    const ees_totals *totals;
    int audience;
    int score, gain;
    int scores[GAIN_STEPS]; /* the score, half the gain, the whole gain */
    int score_count;
    ees_date days[DAYS_MAX];
    size_t day_count;
} chance_answer;

static void choose_scores(chance_answer *answer) {
    const int steps[GAIN_STEPS] = {0, answer->gain / 2, answer->gain};
    answer->score_count = 0;
    for (int i = 0; i < GAIN_STEPS; i++) {
        int score = answer->score + steps[i] > EES_SCORE_MAX ? EES_SCORE_MAX : answer->score + steps[i];
        if (answer->score_count == 0 || score > answer->scores[answer->score_count - 1])
            answer->scores[answer->score_count++] = score;
    }
}

/* Days of rounds where they are few; else the end of every month. */
static void choose_days(chance_answer *answer) {
    const ees_run_layout *layout = ees_run_plan_layout(answer->plan);
    const ees_date last = layout->start + layout->days;
    answer->day_count = ees_chance_days(answer->totals, 0, answer->audience, answer->days, DAYS_MAX);
    if (answer->day_count > DAYS_SHOWN) {
        answer->day_count = 0;
        for (ees_date day = layout->start; day < last && answer->day_count < DAYS_MAX - 1; day++) {
            int year, month, first;
            ees_date_to_civil(day + 1, &year, &month, &first);
            if (first == 1)
                answer->days[answer->day_count++] = day;
        }
    }
    if (answer->day_count == 0 || answer->days[answer->day_count - 1] < last)
        answer->days[answer->day_count++] = last;
}

static ees_chance at(const chance_answer *answer, int score, size_t day) {
    return ees_chance_by(answer->totals, 0, answer->audience, score, answer->days[day]);
}

static const ees_column columns[] = {
    {"date", "By", EES_COLUMN_DATE, 0, NULL, "The day looked at."},
    {"score", "Score", EES_COLUMN_INTEGER, 0, "CRS points", "The candidate's score."},
    {"probability", "Chance", EES_COLUMN_NUMBER, 3, NULL, "Probability to have been invited on or before that day."},
    {"probability_se", "+-", EES_COLUMN_NUMBER, 3, NULL, "Monte Carlo standard error of the probability."}};

static int fill_table(const chance_answer *answer, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, columns, sizeof columns / sizeof *columns, err);
    for (int i = 0; rc == EES_OK && i < answer->score_count; i++)
        for (size_t d = 0; d < answer->day_count; d++) {
            const ees_chance chance = at(answer, answer->scores[i], d);
            ees_table_date(*table, answer->days[d]);
            ees_table_int(*table, answer->scores[i]);
            ees_table_number(*table, chance.probability);
            ees_table_number(*table, chance.se);
        }
    return rc;
}

static int print_csv(cli *app, const chance_answer *answer, ees_error *err) {
    ees_table *table = NULL;
    int rc = fill_table(answer, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, cli_out(app), err);
    ees_table_destroy(table);
    return rc;
}

static void put_key(FILE *out, const char *before, const char *key) {
    fputs(before, out);
    ees_json_put_string(out, key);
    fputc(':', out);
}

static void put_json_score(FILE *out, const chance_answer *answer, int score) {
    fprintf(out, "  {\"score\":%d,\"wait\":{", score);
    for (int i = 0; i < 3; i++) {
        fprintf(out, "%s\"%g\":", i ? "," : "", wait_levels[i]);
        cli_put_json_date(out, ees_chance_reached(answer->totals, 0, answer->audience, score, wait_levels[i]));
    }
    fputs("},\"by\":[", out);
    for (size_t d = 0; d < answer->day_count; d++) {
        const ees_chance chance = at(answer, score, d);
        put_key(out, d ? ",{" : "{", "date");
        cli_put_json_date(out, answer->days[d]);
        put_key(out, ",", "p");
        ees_json_put_number(out, chance.probability);
        put_key(out, ",", "se");
        ees_json_put_number(out, chance.se);
        fputc('}', out);
    }
    fputs("]}", out);
}

static int print_json(cli *app, const chance_answer *answer) {
    FILE *out = cli_out(app);
    const ees_audience *audience = &ees_run_plan_layout(answer->plan)->audience[answer->audience];
    put_key(out, "{", "schema");
    ees_json_put_string(out, "eesim.chance/1");
    put_key(out, ",", "candidates");
    ees_json_put_string(out, ees_run_plan_audience(answer->plan, answer->audience));
    put_key(out, ",", "submitted");
    cli_put_json_date(out, audience->submitted);
    fprintf(out, ",\"score\":%d,\"gain\":%d,\"replicates\":%llu,\"scores\":[\n", answer->score, answer->gain,
            (unsigned long long)ees_totals_replicates(answer->totals));
    for (int i = 0; i < answer->score_count; i++) {
        put_json_score(out, answer, answer->scores[i]);
        fputs(i + 1 < answer->score_count ? ",\n" : "\n", out);
    }
    put_key(out, "],", "plan");
    fputs(ees_run_plan_identity(answer->plan), out);
    fputs("}\n", out);
    return EES_OK;
}

static void print_wait(FILE *out, const chance_answer *answer, int score) {
    char day[EES_DATE_TEXT_MAX];
    const ees_date start = ees_run_plan_layout(answer->plan)->start;
    const ees_date median = ees_chance_reached(answer->totals, 0, answer->audience, score, 0.5);
    if (median == EES_DATE_NONE)
        fprintf(out, "  %4d  no invitation by then in at least half of the futures\n", score);
    else
        fprintf(out, "  %4d  %s, a wait of %d days\n", score, ees_date_format(median, day), median - start);
}

static void print_head(FILE *out, const chance_answer *answer) {
    char day[EES_DATE_TEXT_MAX], submitted[EES_DATE_TEXT_MAX];
    const ees_run_layout *layout = ees_run_plan_layout(answer->plan);
    const ees_chance chance = at(answer, answer->score, answer->day_count - 1);
    fprintf(out, "Score %d, %s, profile submitted on %s\n", answer->score,
            ees_run_plan_audience(answer->plan, answer->audience),
            ees_date_format(layout->audience[answer->audience].submitted, submitted));
    fprintf(out, "Invited by %s: %.1f %% (+- %.1f)\n\n", ees_date_format(layout->start + layout->days, day),
            100 * chance.probability, 100 * chance.se);
}

static int print_table(cli *app, const chance_answer *answer) {
    FILE *out = cli_out(app);
    print_head(out, answer);
    fputs("Invited by  ", out);
    for (int i = 0; i < answer->score_count; i++)
        fprintf(out, "  %8s %4d", "score", answer->scores[i]);
    fputc('\n', out);
    for (size_t d = 0; d < answer->day_count; d++) {
        char day[EES_DATE_TEXT_MAX];
        fprintf(out, "%s  ", ees_date_format(answer->days[d], day));
        for (int i = 0; i < answer->score_count; i++) {
            const ees_chance chance = at(answer, answer->scores[i], d);
            fprintf(out, "  %5.1f %% +- %3.1f", 100 * chance.probability, 100 * chance.se);
        }
        fputc('\n', out);
    }
    fputs("\nHalf of the futures have invited a candidate with\n", out);
    for (int i = 0; i < answer->score_count; i++)
        print_wait(out, answer, answer->scores[i]);
    return EES_OK;
}

/* Invitations after the profile's 12 months count only if it is renewed, which costs it its place among ties. */
static void print_expiry(const cli *app, const chance_answer *answer) {
    const ees_run_layout *layout = ees_run_plan_layout(answer->plan);
    int year, month, day;
    char submitted[EES_DATE_TEXT_MAX], expiry[EES_DATE_TEXT_MAX];
    ees_date_to_civil(layout->audience[answer->audience].submitted, &year, &month, &day);
    ees_date expires = ees_date_from_civil(year + 1, month, month == 2 && day == 29 ? 28 : day);
    if (layout->start + layout->days > expires)
        cli_note(app, "a profile submitted on %s expires on %s: later chances are those of one renewed in time",
                 ees_date_format(layout->audience[answer->audience].submitted, submitted),
                 ees_date_format(expires, expiry));
}

static int print_answer(cli *app, const chance_options *given, const ees_run_plan *plan, const ees_totals *totals,
                        ees_error *err) {
    chance_answer *answer = calloc(1, sizeof *answer);
    if (!answer)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    answer->plan = plan;
    answer->totals = totals;
    answer->score = (int)given->score;
    answer->gain = (int)given->gain;
    choose_scores(answer);
    choose_days(answer);
    print_expiry(app, answer);
    int rc = cli_given(app)->format == CLI_FORMAT_CSV    ? print_csv(app, answer, err)
             : cli_given(app)->format == CLI_FORMAT_JSON ? print_json(app, answer)
                                                         : print_table(app, answer);
    free(answer);
    return rc;
}

/* All programs given are one candidate's. */
static char *join_programs(const cli_list *programs) {
    size_t size = 1;
    for (size_t i = 0; i < programs->count; i++)
        size += strlen(programs->items[i]) + 1;
    char *text = calloc(1, size);
    size_t used = 0;
    for (size_t i = 0; text && i < programs->count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", programs->items[i]);
    return text;
}

static ees_date day_of(ees_time time) {
    if (time == EES_TIME_NONE)
        return EES_DATE_NONE;
    return (ees_date)(time / EES_SECONDS_PER_DAY - (time % EES_SECONDS_PER_DAY < 0));
}

static ees_run_request request_of(const cli *app, const chance_options *given, const char *const *audience) {
    const cli_common *common = cli_given(app);
    ees_run_request request;
    ees_run_request_init(&request);
    request.programs = audience;
    request.program_count = 1;
    request.audiences = audience;
    request.audience_count = 1;
    request.draw_size = given->draw_size;
    request.every_days = given->every == CLI_INT_NONE ? 0 : (int)given->every;
    request.date = common->date;
    request.until = given->until;
    request.policy_file = given->policy;
    request.sets = given->sets.items;
    request.set_count = given->sets.count;
    request.submitted = day_of(given->submitted);
    request.replicates = common->replicates == CLI_INT_NONE ? 0 : (uint64_t)common->replicates;
    request.seed = (uint64_t)common->seed;
    request.until_se = isnan(given->until_se) ? 0 : given->until_se;
    return request;
}

static int answer_with(cli *app, const chance_options *given, const char *programs, ees_error *err) {
    const char *const audience[] = {programs};
    const ees_run_request request = request_of(app, given, audience);
    ees_run_job job = {.threads = (int)cli_given(app)->threads};
    scenario_inputs all;
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    int rc = scenario_inputs_load(app, &all, err);
    if (rc == EES_OK)
        rc = ees_run_plan_create(&plan, &request, &all.inputs, err);
    if (rc == EES_OK) {
        job.progress = cli_progress(app, "replicates");
        rc = ees_run_collect(plan, &job, &totals, err);
        cli_progress_end(app);
    }
    if (rc == EES_OK)
        rc = print_answer(app, given, plan, totals, err);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    scenario_inputs_free(&all);
    return rc;
}

static int run(cli *app, const void *raw) {
    const chance_options *given = raw;
    ees_error err = {0};
    if (given->score == CLI_INT_NONE)
        return cli_misuse(app, "--score is missing, such as --score 490");
    if (given->programs.count == 0)
        return cli_misuse(app, "--program is missing, such as --program CEC");
    if (given->policy && (given->draw_size || given->every != CLI_INT_NONE))
        return cli_misuse(app, "--policy and --draw-size or --every exclude each other; use --set to change a policy");
    char *programs = join_programs(&given->programs);
    int rc = programs ? answer_with(app, given, programs, &err) : ees_error_set(&err, EES_ERR_NOMEM, "out of memory");
    free(programs);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_chance = {
    .name = "chance",
    .summary = "Probability that a score is invited, by date, and the wait",
    .examples = "# 490 points, Canadian Experience Class: invited by the end of June?\n"
                "eesim chance --score 490 --program CEC --until 2026-06-30\n"
                "# Two ways to be invited, and what 20 points more would buy\n"
                "eesim chance --score 440 --program CEC,FRENCH --gain 20\n"
                "# Were all rounds to come of 3,000 every two weeks\n"
                "eesim chance --score 505 --program CEC --draw-size 3000 --every 14\n",
    .details = "The candidate counts as invited by the first round for one of the programs, or for everybody, whose "
               "cut-off lies below the score, or at it with a tie-break after the submission. Sizes and days of the "
               "rounds to come are as learned from the past, unless the options say otherwise.",
    .options = options,
    .options_size = sizeof(chance_options),
    .common = CLI_TAKES_FORECAST | CLI_TAKES_OUTPUT,
    .run = run};
