/* eesim score: the points of the Comprehensive Ranking System. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "score.h"

typedef struct score_options {
    const char *profile, *profiles, *rules;
    ees_date date;
    int64_t age;
    ees_date birth_date;
    const char *education, *first, *second;
    double canadian_work, foreign_work;
    bool certificate;
    double study;
    bool sibling, nomination;
    const char *job_offer, *occupation;
    bool single;
    const char *spouse_education, *spouse_language;
    double spouse_work;
    int lang;
} score_options;

#define AT(field) offsetof(score_options, field)
static const cli_option options[] = {
    {.name = "profile",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = AT(profile),
     .help = "a profile in JSON (docs/crs.md lists its keys); options below take the place of what it says"},
    {.name = "profiles",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = AT(profiles),
     .group = CLI_NOT_ASKED,
     .help = "many profiles in CSV, a column a key: written again with scores and programs, for draw --candidates"},
    {.name = "rules",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = AT(rules),
     .help = "rules to score by, in the form of models/crs.json; if not given, that file"},
    {.name = "date",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = AT(date),
     .help = "day of the score, which decides the rules and the age; if not given, the profile's, else today"},
    {.name = "age", .value_name = "N", .kind = CLI_INT, .offset = AT(age), .min = 0, .max = 120, .help = "years"},
    {.name = "birth-date", .value_name = "D", .kind = CLI_DATE, .offset = AT(birth_date), .help = "instead of --age"},
    {.name = "education",
     .value_name = "LEVEL",
     .kind = CLI_TEXT,
     .offset = AT(education),
     .help = "less-than-secondary, secondary, one-year, two-year, bachelor, two-or-more, masters or doctoral"},
    {.name = "first-language",
     .value_name = "TEST",
     .kind = CLI_TEXT,
     .offset = AT(first),
     .help =
         "test and results for speaking, listening, reading and writing, such as \"IELTS 7 8.5 7 7\"; \"CLB fr 9\": "
         "the same level in all; none. Tests: CLB, IELTS, CELPIP, PTE, TEF, TCF"},
    {.name = "second-language",
     .value_name = "TEST",
     .kind = CLI_TEXT,
     .offset = AT(second),
     .help = "the same for the other official language"},
    {.name = "canadian-work-years",
     .value_name = "N",
     .kind = CLI_NUMBER,
     .offset = AT(canadian_work),
     .min = 0,
     .max = 60,
     .help = "years of skilled work in Canada"},
    {.name = "foreign-work-years",
     .value_name = "N",
     .kind = CLI_NUMBER,
     .offset = AT(foreign_work),
     .min = 0,
     .max = 60,
     .help = "years of skilled work elsewhere"},
    {.name = "certificate",
     .kind = CLI_FLAG,
     .offset = AT(certificate),
     .help = "a province's certificate of qualification in a trade"},
    {.name = "canadian-study-years",
     .value_name = "N",
     .kind = CLI_NUMBER,
     .offset = AT(study),
     .min = 0,
     .max = 60,
     .help = "length of a credential earned in Canada"},
    {.name = "sibling",
     .kind = CLI_FLAG,
     .offset = AT(sibling),
     .help = "a brother or sister in Canada, adult, citizen or permanent resident"},
    {.name = "nomination", .kind = CLI_FLAG, .offset = AT(nomination), .help = "a nomination by a province"},
    {.name = "job-offer",
     .value_name = "POINTS",
     .kind = CLI_TEXT,
     .offset = AT(job_offer),
     .help = "none, 50 or 200: what the offer was worth when offers had points"},
    {.name = "occupation",
     .value_name = "NOC",
     .kind = CLI_TEXT,
     .offset = AT(occupation),
     .help = "five digits of NOC 2021"},
    {.name = "single", .kind = CLI_FLAG, .offset = AT(single), .help = "no spouse comes along"},
    {.name = "spouse-education",
     .value_name = "LEVEL",
     .kind = CLI_TEXT,
     .offset = AT(spouse_education),
     .help = "of a spouse who comes along"},
    {.name = "spouse-language",
     .value_name = "TEST",
     .kind = CLI_TEXT,
     .offset = AT(spouse_language),
     .help = "as --first-language"},
    {.name = "spouse-canadian-work-years",
     .value_name = "N",
     .kind = CLI_NUMBER,
     .offset = AT(spouse_work),
     .min = 0,
     .max = 60,
     .help = "years of the spouse's skilled work in Canada"},
    {.name = "lang",
     .value_name = "en|fr",
     .kind = CLI_CHOICE,
     .offset = AT(lang),
     .choices = "en|fr",
     .help = "language of the questions and of the table; if not given, that of $LANG"},
    {.name = NULL}};

static const ees_column columns[] = {
    {"section", "Section", EES_COLUMN_TEXT, 0, NULL,
     "Section of the score: core, spouse, transferability, additional."},
    {"part", "Part", EES_COLUMN_TEXT, 0, NULL, "Part of the section."},
    {"points", "Points", EES_COLUMN_INTEGER, 0, "CRS points", "Points of the part, before caps of several parts."},
    {"most", "Most", EES_COLUMN_INTEGER, 0, "CRS points", "The most that the part can be worth."}};

static int print_csv(cli *app, const json_t *answer, ees_error *err) {
    ees_table *table = NULL;
    size_t i;
    const json_t *part;
    int rc = ees_table_create(&table, columns, sizeof columns / sizeof *columns, err);
    if (rc == EES_OK)
        json_array_foreach(json_object_get(answer, "parts"), i, part) {
            ees_table_text(table, json_string_value(json_object_get(part, "section")));
            ees_table_text(table, json_string_value(json_object_get(part, "part")));
            ees_table_int(table, json_integer_value(json_object_get(part, "points")));
            ees_table_int(table, json_integer_value(json_object_get(part, "most")));
        }
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, cli_out(app), err);
    ees_table_destroy(table);
    return rc;
}

static int print_answer(cli *app, const char *text, score_lang lang, ees_error *err) {
    if (cli_given(app)->format == CLI_FORMAT_JSON) {
        fputs(text, cli_out(app));
        return EES_OK;
    }
    json_t *answer = json_loads(text, 0, NULL);
    if (!answer)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = EES_OK;
    if (cli_given(app)->format == CLI_FORMAT_CSV)
        rc = print_csv(app, answer, err);
    else
        score_put_text(cli_out(app), answer, lang);
    json_decref(answer);
    return rc;
}

/* Whether anything of a profile was said on the command line. */
static bool has_options(const score_options *given) {
    return given->profile || given->age != CLI_INT_NONE || given->birth_date != EES_DATE_NONE || given->education ||
           given->first;
}

static int run_with(cli *app, const score_options *given, json_t *asked, ees_error *err) {
    ees_date today;
    char day[EES_DATE_TEXT_MAX];
    char *answer = NULL;
    if (cli_read_today(app, &today) != CLI_DONE)
        return EES_ERR_RANGE;
    json_t *more = json_pack("{s:s}", "today", ees_date_format(today, day));
    if (given->lang < 0)
        json_object_set_new(more, "lang", json_string(score_language(-1) == SCORE_FR ? "fr" : "en"));
    if (asked)
        json_object_set(more, "profile", asked);
    int rc = cli_ask(app, given, more, false, &answer, err);
    json_decref(more);
    if (rc == EES_OK)
        rc = print_answer(app, answer, score_language(given->lang), err);
    free(answer);
    return rc;
}

/* The file again, with scores: CSV whatever the format of other answers is. */
static int run_profiles(cli *app, const score_options *given) {
    ees_date day = given->date;
    ees_error err = {0};
    if (cli_given(app)->format == CLI_FORMAT_JSON)
        return cli_misuse(app, "--profiles writes CSV, no JSON");
    if (has_options(given))
        return cli_misuse(app, "--profiles takes no other profile");
    if (day == EES_DATE_NONE && cli_read_today(app, &day) != CLI_DONE)
        return CLI_USAGE;
    ees_context *context = cli_context(app, false, &err);
    int rc = context ? ees_score_profiles(context, given->profiles, given->rules, day, cli_out(app), &err) : err.code;
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

static int run(cli *app, const void *raw) {
    const score_options *given = raw;
    const score_lang lang = score_language(given->lang);
    ees_error err = {0};
    json_t *asked = NULL;
    if (given->single && (given->spouse_education || given->spouse_language || given->spouse_work >= 0))
        return cli_misuse(app, "--single says that no spouse comes along, but another option is about the spouse");
    if (given->profiles)
        return run_profiles(app, given);
    if (!has_options(given)) {
        if (!isatty(STDIN_FILENO))
            return cli_misuse(app, "--profile is missing, or options that say who the candidate is, such as --age 29");
        ees_context *context = cli_context(app, false, &err);
        asked = context ? score_ask(app, context, lang) : NULL;
        if (!asked)
            return context ? cli_misuse(app, "the questions were not all answered") : cli_fail(app, &err);
    }
    int rc = run_with(app, given, asked, &err);
    int status = rc ? cli_fail(app, &err) : CLI_DONE;
    if (status == CLI_DONE && asked)
        status = score_offer_save(app, asked, lang);
    json_decref(asked);
    return status;
}

const cli_command cmd_score = {
    .name = "score",
    .summary = "Points of the Comprehensive Ranking System for a profile, part by part",
    .examples = "# Asks for everything, on a terminal\n"
                "eesim score\n"
                "# From a file, and with a better test\n"
                "eesim score --profile me.json --first-language \"IELTS 7.5 8.5 8 7.5\"\n"
                "# A population of one's own, and a round held on it\n"
                "eesim score --profiles crowd.csv -o scored.csv\n"
                "eesim draw --candidates scored.csv --program CEC --draw-size 500\n"
                "# From options alone\n"
                "eesim score --age 29 --education masters --first-language \"CLB en 9\" --foreign-work-years 3\n",
    .details =
        "The table gives the points of each part, what is capped, and the smallest change that makes a part worth "
        "more. "
        "What a profile leaves out counts as none, and the last line names it; age, education and the first language "
        "must be there. Rules are data (models/crs.json) with the days on which they hold: a day in the past is scored "
        "by the rules of then. This is no official tool: only the profile itself, with IRCC, says what a score is.",
    .options = options,
    .options_size = sizeof(score_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_FORMAT,
    .run = run,
};
