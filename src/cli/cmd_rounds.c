/* `eesim rounds`: the history of rounds, filtered. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct rounds_options {
    cli_list programs;
    ees_date from, until;
    int64_t last;
    int by;
} rounds_options;

static const cli_option ROUNDS_OPTIONS[] = {{.name = "program",
                                             .value_name = "P[,P]",
                                             .kind = CLI_LIST,
                                             .offset = offsetof(rounds_options, programs),
                                             .help = "only rounds of these programs and categories, such as CEC,PNP"},
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
                                            {.name = "by",
                                             .value_name = "WHAT",
                                             .kind = CLI_CHOICE,
                                             .offset = offsetof(rounds_options, by),
                                             .choices = "year|program|year,program",
                                             .help = "totals instead of single rounds: year, program or year,program"},
                                            {.name = NULL}};

static int show(cli *app, const rounds_options *given, ees_error *err) {
    ees_rounds_request request = {.from = given->from, .until = given->until};
    request.last = given->last == CLI_INT_NONE ? 0 : (size_t)given->last;
    request.by = (unsigned)(given->by + 1); /* not given: -1 */
    ees_table *table = NULL;
    int status = cli_find_programs(app, &given->programs, &request.programs);
    if (status)
        return status;
    ees_context *context = cli_context(app, true, err);
    int rc = context ? ees_rounds_table(context, &request, &table, err) : err->code;
    if (rc == EES_OK)
        rc = cli_show_table(app, table, err);
    ees_table_destroy(table);
    return rc ? cli_fail(app, err) : CLI_DONE;
}

static int run(cli *app, const void *raw) {
    const rounds_options *given = raw;
    ees_error err = {0};
    if (given->from != EES_DATE_NONE && given->until != EES_DATE_NONE && given->from > given->until)
        return cli_misuse(app, "--from is after --until: no round can be between them");
    if (cli_given(app)->format != CLI_FORMAT_JSON)
        return show(app, given, &err);
    return cli_answer(app, given, true, &err) ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_rounds = {
    .name = "rounds",
    .summary = "The history of rounds",
    .examples = "# the last ten rounds of the Canadian Experience Class\n"
                "eesim rounds --program CEC --last 10\n"
                "# rounds, invitations and cut-offs of each year and program\n"
                "eesim rounds --by year,program\n"
                "# everything of 2025 for a spreadsheet\n"
                "eesim rounds --from 2025-01-01 --until 2025-12-31 --format csv -o rounds-2025.csv\n",
    .options = ROUNDS_OPTIONS,
    .options_size = sizeof(rounds_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA | CLI_TAKES_FORMAT,
    .run = run,
};
