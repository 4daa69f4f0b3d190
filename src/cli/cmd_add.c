/* `eesim data add`: a round typed in before the feed has it. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct add_options {
    cli_program program;
    ees_date date;
    int64_t size, cutoff;
    ees_time tie_break;
    const char *number, *remove;
    const char *pool;
    ees_date pool_date;
} add_options;

static const cli_option ADD_OPTIONS[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(add_options, program),
     .help = "program of the round"},
    {.name = "date",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(add_options, date),
     .help = "day of the round"},
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(add_options, size),
     .min = 1,
     .max = 1e6,
     .help = "invitations issued"},
    {.name = "cutoff",
     .value_name = "S",
     .kind = CLI_INT,
     .offset = offsetof(add_options, cutoff),
     .min = 1,
     .max = EES_SCORE_MAX - 1,
     .help = "score of the lowest-ranked candidate invited"},
    {.name = "tie-break",
     .value_name = "TIME",
     .kind = CLI_TIME,
     .offset = offsetof(add_options, tie_break),
     .help = "tie-break, UTC, such as 2026-06-01T12:34:56Z"},
    {.name = "pool",
     .value_name = "BANDS",
     .kind = CLI_TEXT,
     .offset = offsetof(add_options, pool),
     .help = "candidates of every band, such as 601-1200=900,501-600=21000,... ; subtotals are left out"},
    {.name = "pool-date",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(add_options, pool_date),
     .help = "day of the pool; the day of the round without it"},
    {.name = "number",
     .value_name = "NUMBER",
     .kind = CLI_TEXT,
     .offset = offsetof(add_options, number),
     .help = "official number; without it the one after the highest"},
    {.name = "remove",
     .value_name = "NUMBER",
     .kind = CLI_TEXT,
     .offset = offsetof(add_options, remove),
     .help = "take out a round that was entered by hand, and nothing else"},
    {.name = NULL}};

/* One "LOW-HIGH=COUNT"; *text moves behind it. Which bands there are, the library knows. */
static int read_band(cli *app, const char **text, ees_added_round *round) {
    const char *from = *text;
    char *end;
    long low = strtol(from, &end, 10), high = *end == '-' ? strtol(end + 1, &end, 10) : -1;
    long long count = *end == '=' ? strtoll(end + 1, &end, 10) : -1;
    if (low < 0 || low > EES_SCORE_MAX || high < 0 || high > EES_SCORE_MAX || count < 0 || (*end && *end != ','))
        return cli_misuse(app, "--pool: '%.40s' is no band, expected one such as 501-600=21000", from);
    if (round->bands.count == EES_BANDS_MAX)
        return cli_misuse(app, "--pool: more than %d bands", EES_BANDS_MAX);
    round->leaf[round->bands.count] = count;
    round->bands.band[round->bands.count++] = (ees_band){(int)low, (int)high};
    *text = *end == ',' ? end + 1 : end;
    return CLI_DONE;
}

static int read_pool(cli *app, const char *text, ees_added_round *round) {
    int status = CLI_DONE;
    round->has_pool = true;
    while (*text && status == CLI_DONE)
        status = read_band(app, &text, round);
    return status;
}

static int read_number(cli *app, const char *text, char number[EES_ROUND_NUMBER_MAX]) {
    text += *text == '#';
    if (strlen(text) >= EES_ROUND_NUMBER_MAX)
        return cli_misuse(app, "'%.40s' is no number of a round, expected one such as 421", text);
    strcpy(number, text);
    return CLI_DONE;
}

/* Which option a round cannot do without is missing; NULL: none. */
static const char *missing(const add_options *given) {
    if (!given->program.code)
        return "--program CEC";
    if (given->date == EES_DATE_NONE)
        return "--date 2026-06-23";
    if (given->size == CLI_INT_NONE)
        return "--draw-size 3000";
    return given->cutoff == CLI_INT_NONE ? "--cutoff 510" : NULL;
}

static const char *data_folder(cli *app, ees_error *err) {
    const char *output = cli_given(app)->output;
    return output ? output : cli_writable_data_dir(app, err);
}

static int say(cli *app, const char *format, const char *number, const char *dir) {
    if (cli_given(app)->quiet)
        return CLI_DONE;
    printf(format, number, dir);
    return fflush(stdout) == 0 ? CLI_DONE : CLI_FAILED;
}

static int remove_round(cli *app, const char *text) {
    char number[EES_ROUND_NUMBER_MAX];
    ees_error err = {0};
    int status = read_number(app, text, number);
    if (status)
        return status;
    const ees_programs *programs = cli_programs(app, &err);
    const ees_layouts *layouts = programs ? cli_layouts(app, &err) : NULL;
    const char *dir = layouts ? data_folder(app, &err) : NULL;
    if (!dir || ees_data_remove(dir, programs, layouts, number, &err))
        return cli_fail(app, &err);
    return say(app, "Round %s, entered by hand, is gone from %s.\n", number, dir);
}

static int add_round(cli *app, const add_options *given) {
    ees_added_round round = {.program = given->program.position,
                             .date = given->date,
                             .size = given->size,
                             .cutoff = (int)given->cutoff,
                             .tie_break = given->tie_break,
                             .pool_as_of = given->pool_date};
    ees_error err = {0};
    int status = given->number ? read_number(app, given->number, round.number) : CLI_DONE;
    if (status == CLI_DONE && given->pool)
        status = read_pool(app, given->pool, &round);
    if (status)
        return status;
    const ees_programs *programs = cli_programs(app, &err);
    const ees_layouts *layouts = programs ? cli_layouts(app, &err) : NULL;
    const char *dir = layouts ? data_folder(app, &err) : NULL;
    if (!dir || ees_data_add(dir, programs, layouts, &round, &err))
        return cli_fail(app, &err);
    return say(app, "Round %s was added to %s, marked as entered by hand.\n", round.number, dir);
}

static int run_add(cli *app, const void *options) {
    const add_options *given = options;
    const char *lacks = missing(given);
    if (given->remove && (given->program.code || given->number || given->pool || given->date != EES_DATE_NONE ||
                          given->size != CLI_INT_NONE || given->cutoff != CLI_INT_NONE))
        return cli_misuse(app, "--remove takes no other option of a round");
    if (given->remove)
        return remove_round(app, given->remove);
    if (lacks)
        return cli_misuse(app, "a round needs its program, day, size and cut-off: %s is missing", lacks);
    return add_round(app, given);
}

const cli_command cmd_data_add = {
    .name = "data add",
    .summary = "A round typed in before the feed has it",
    .examples = "# what the web page of the round says\n"
                "eesim data add --program CEC --date 2026-07-07 --draw-size 3000 --cutoff 511 \\\n"
                "  --tie-break 2026-02-01T10:11:12Z\n"
                "# take it out again\n"
                "eesim data add --remove 421\n",
    .details =
        "The round counts like any other from then on. A note (by-hand) in faults.csv marks it; 'eesim data check' "
        "lists it. When an import brings a round of the same number, the official values replace it, and the report "
        "says so. Rounds that were officially published can be neither changed nor removed.",
    .options = ADD_OPTIONS,
    .options_size = sizeof(add_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA,
    .run = run_add,
};
