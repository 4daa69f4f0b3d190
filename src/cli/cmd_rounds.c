/* `eesim rounds`: the history of rounds, filtered. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct rounds_options {
    cli_list programs;
    ees_date from, until;
    int64_t last;
} rounds_options;

static const cli_option ROUNDS_OPTIONS[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_LIST,
     .offset = offsetof(rounds_options, programs),
     .help = "only rounds of this program or category; may be repeated, or name several: CEC,PNP"},
    {.name = "from",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(rounds_options, from),
     .help = "only rounds held on this day or later"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(rounds_options, until),
     .help = "only rounds held on this day or before"},
    {.name = "last",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(rounds_options, last),
     .min = 1,
     .max = 1e6,
     .help = "only the last K of those rounds"},
    {.name = NULL}};

static const ees_column COLUMNS[] = {
    {"number", "round", EES_COLUMN_TEXT, 0, NULL, "Official number of the round"},
    {"date", "date", EES_COLUMN_DATE, 0, NULL, "Day of the round"},
    {"program", "program", EES_COLUMN_TEXT, 0, NULL, "Code of the program or category; missing when it is not known"},
    {"name", NULL, EES_COLUMN_TEXT, 0, NULL, "Official name of the round"},
    {"size", "invited", EES_COLUMN_COUNT, 0, "candidates", "Invitations issued"},
    {"cutoff", "cut-off", EES_COLUMN_INTEGER, 0, "CRS points", "Score of the lowest-ranked candidate invited"},
    {"tie_break", "tie-break", EES_COLUMN_TIME, 0, "UTC",
     "At the cut-off only profiles submitted by then were invited"},
    {"held_at", NULL, EES_COLUMN_TIME, 0, "UTC", "Time of the round"},
    {"pool_as_of", "pool as of", EES_COLUMN_DATE, 0, NULL, "As-of date of the pool published with the round"},
    {"pool_candidates", "candidates", EES_COLUMN_COUNT, 0, "candidates", "Candidates in that pool"},
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

/* Codes joined by commas into a set; all programs when none is named. */
static int read_programs(cli *app, const cli_list *list, ees_program_set *set) {
    *set = list->count == 0 ? ~(ees_program_set)0 : 0;
    for (size_t i = 0; i < list->count; i++) {
        for (const char *p = list->items[i];;) {
            char code[64];
            size_t length = strcspn(p, ",");
            snprintf(code, sizeof code, "%.*s", (int)length, p);
            int position = EES_PROGRAM_NONE;
            int status = cli_find_program(app, code, &position);
            if (status)
                return status;
            *set |= (ees_program_set)1 << position;
            if (p[length] == '\0')
                break;
            p += length + 1;
        }
    }
    return CLI_DONE;
}

static bool is_wanted(const ees_round *r, const rounds_options *options, ees_program_set set) {
    if (options->from != EES_DATE_NONE && r->date < options->from)
        return false;
    if (options->until != EES_DATE_NONE && r->date > options->until)
        return false;
    if (r->program == EES_PROGRAM_NONE)
        return options->programs.count == 0;
    return (set >> r->program & 1u) != 0;
}

static void add_round(ees_table *table, const ees_history *history, const ees_programs *programs, const ees_round *r) {
    bool pool = r->snapshot != EES_SNAPSHOT_NONE;
    ees_table_text(table, r->number);
    ees_table_date(table, r->date);
    ees_table_text(table, r->program == EES_PROGRAM_NONE ? NULL : programs->programs[r->program].code);
    ees_table_text(table, r->name);
    ees_table_int(table, r->size);
    ees_table_int(table, r->cutoff);
    ees_table_time(table, r->tie_break);
    ees_table_time(table, r->held_at);
    ees_table_date(table, pool ? history->snapshots[r->snapshot].as_of : EES_DATE_NONE);
    ees_table_int(table, pool ? history->snapshots[r->snapshot].total : EES_COUNT_NONE);
}

static size_t count_wanted(const ees_history *history, const rounds_options *options, ees_program_set set) {
    size_t count = 0;
    for (size_t i = 0; i < history->round_count; i++)
        count += is_wanted(&history->rounds[i], options, set);
    return count;
}

static void fill(ees_table *table, const ees_history *history, const ees_programs *programs,
                 const rounds_options *options, ees_program_set set) {
    size_t count = count_wanted(history, options, set);
    size_t skip = options->last != CLI_INT_NONE && (size_t)options->last < count ? count - (size_t)options->last : 0;
    for (size_t i = 0; i < history->round_count; i++) {
        if (!is_wanted(&history->rounds[i], options, set))
            continue;
        if (skip > 0)
            skip--;
        else
            add_round(table, history, programs, &history->rounds[i]);
    }
}

static int run(cli *app, const void *given) {
    const rounds_options *options = given;
    ees_error err = {0};
    const ees_programs *programs = cli_programs(app, &err);
    if (!programs)
        return cli_fail(app, &err);
    if (options->from != EES_DATE_NONE && options->until != EES_DATE_NONE && options->from > options->until)
        return cli_misuse(app, "--from is after --until: no round can be between them");
    ees_program_set set;
    int status = read_programs(app, &options->programs, &set);
    if (status)
        return status;
    const ees_history *history = cli_history(app, &err);
    if (!history)
        return cli_fail(app, &err);
    ees_table *table = NULL;
    int rc = ees_table_create(&table, COLUMNS, COLUMN_COUNT, &err);
    if (rc == EES_OK) {
        fill(table, history, programs, options, set);
        if (ees_table_rows(table) == 0)
            cli_note(app, "no round matches; the data hold rounds #%s to #%s", history->rounds[0].number,
                     history->rounds[history->round_count - 1].number);
        rc = cli_print_table(app, "eesim.rounds/1", "rounds", table, &err);
    }
    ees_table_destroy(table);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_rounds = {
    .name = "rounds",
    .summary = "The history of rounds",
    .examples = "# the last ten rounds of the Canadian Experience Class\n"
                "eesim rounds --program CEC --last 10\n"
                "# everything of 2025 for a spreadsheet\n"
                "eesim rounds --from 2025-01-01 --until 2025-12-31 --format csv -o rounds-2025.csv\n",
    .options = ROUNDS_OPTIONS,
    .options_size = sizeof(rounds_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA | CLI_TAKES_FORMAT,
    .run = run,
};
