/* eesim pool: the pool by score, from published bands and the streams the rounds have shown. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct pool_options {
    cli_program program;
    ees_date as_of;
    ees_date since;
} pool_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(pool_options, program),
     .help = "only candidates who may be invited in a round under this program"},
    {.name = "as-of",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(pool_options, as_of),
     .help = "the newest published pool dated this day or earlier, as it was known then"},
    {.name = "since",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(pool_options, since),
     .help = "what changed since the newest pool dated this day or earlier: people then and now, those invited in "
             "between, net arrivals"},
    {.name = NULL}};

/* Everything a format needs. */
typedef struct answer {
    const ees_programs *programs;
    const ees_snapshot *snapshot;
    ees_pool_view view;
} answer;

static const ees_segment_set EVERYBODY = ~(ees_segment_set)0;

/* Rows people read: ten points each where rounds are decided, the published bands where they are not. */
static const ees_band ROWS[] = {
    {601, 1200}, {551, 600}, {541, 550}, {531, 540}, {521, 530}, {511, 520}, {501, 510},
    {491, 500},  {481, 490}, {471, 480}, {461, 470}, {451, 460}, {441, 450}, {431, 440},
    {421, 430},  {411, 420}, {401, 410}, {351, 400}, {301, 350}, {0, 300},
};
enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS, BAR_WIDTH = 24 };

static int64_t count(const answer *a, ees_segment_set set, int low, int high) {
    return ees_pool_count(&a->view.known.pool, set, low, high);
}

/* ---- for people ---- */

static void put_heading(cli *app, const answer *a) {
    FILE *out = cli_out(app);
    char day[EES_DATE_TEXT_MAX], number[32];
    const char *bold = cli_colored(app) ? "\033[1m" : "", *plain = cli_colored(app) ? "\033[0m" : "";
    fprintf(out, "%sPool of %s: %s candidates", bold, ees_date_format(a->snapshot->as_of, day),
            ees_count_text(a->view.known.pool.total, number, sizeof number));
    if (a->view.program != EES_PROGRAM_NONE)
        fprintf(out, ", %s of them eligible under %s",
                ees_count_text(count(a, a->view.members, 0, EES_SCORE_MAX), number, sizeof number),
                a->programs->programs[a->view.program].code);
    fprintf(out, "%s\n", plain);
    fputs("Published: 601-1200, 501-600, ten points a band from 401 to 500, 351-400, 301-350 and 0-300.\n"
          "What a band holds at each score and for each program is an estimate.\n",
          out);
    if (a->view.known.stock_count > 0)
        fputs("From past rounds:", out);
    for (size_t i = 0; i < a->view.known.stock_count; i++) {
        const ees_known_stock *s = &a->view.known.stocks[i];
        fprintf(out, "%s %s from %d up", i ? "," : "", a->programs->programs[s->program].code, s->low);
    }
    fputs(a->view.known.stock_count > 0 ? "; elsewhere assumed shares.\n\n"
                                        : "Programs: assumed shares alone; no round has shown more.\n\n",
          out);
}

static const char *label(const ees_band *band, char *text, size_t size) {
    snprintf(text, size, "%d-%d", band->low, band->high);
    return text;
}

static double per_point(const answer *a, const ees_band *band) {
    return (double)count(a, a->view.members, band->low, band->high) / (band->high - band->low + 1);
}

/* A bar of eighths of a block. */
static const char *bar(double part, char *text, size_t size) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int steps = (int)(part * BAR_WIDTH * 8 + 0.5);
    size_t used = 0;
    text[0] = '\0';
    for (; steps >= 8 && used + 8 < size; steps -= 8)
        used += (size_t)snprintf(text + used, size - used, "█");
    snprintf(text + used, size - used, "%s", eighths[steps & 7]);
    return text;
}

static const ees_column BAND_COLUMNS[] = {
    {.name = "band", .title = "Scores", .type = EES_COLUMN_TEXT},
    {.name = "candidates", .title = "Candidates", .type = EES_COLUMN_COUNT},
    {.name = "eligible", .title = "Eligible", .type = EES_COLUMN_COUNT},
    {.name = "share", .title = "Share %", .type = EES_COLUMN_NUMBER, .decimals = 1},
    {.name = "above", .title = "At or above", .type = EES_COLUMN_COUNT},
    {.name = "per_point", .title = "A point", .type = EES_COLUMN_COUNT},
    {.name = "bar", .title = " ", .type = EES_COLUMN_TEXT},
};

static void add_band(ees_table *table, const answer *a, const ees_band *band, double most) {
    char text[BAR_WIDTH * 4 + 8];
    int64_t all = count(a, EVERYBODY, band->low, band->high);
    int64_t eligible = count(a, a->view.members, band->low, band->high);
    ees_table_text(table, label(band, text, sizeof text));
    ees_table_int(table, all);
    if (a->view.program == EES_PROGRAM_NONE) { /* the same as candidates: empty columns are not shown */
        ees_table_missing(table);
        ees_table_missing(table);
    } else {
        ees_table_int(table, eligible);
        if (all > 0)
            ees_table_number(table, 100.0 * (double)eligible / (double)all);
        else
            ees_table_missing(table);
    }
    ees_table_int(table, count(a, a->view.members, band->low, EES_SCORE_MAX));
    double density = per_point(a, band);
    ees_table_int(table, (int64_t)(density + 0.5));
    ees_table_text(table, bar(most > 0 ? density / most : 0, text, sizeof text));
}

static int put_bands(cli *app, const answer *a, ees_error *err) {
    ees_table *table = NULL;
    double most = 0;
    for (size_t i = 0; i < ROW_COUNT; i++)
        most = per_point(a, &ROWS[i]) > most ? per_point(a, &ROWS[i]) : most;
    int rc = ees_table_create(&table, BAND_COLUMNS, sizeof BAND_COLUMNS / sizeof *BAND_COLUMNS, err);
    for (size_t i = 0; !rc && i < ROW_COUNT; i++)
        add_band(table, a, &ROWS[i], most);
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    if (!rc)
        rc = ees_table_write_text(table, cli_out(app), &style, err);
    ees_table_destroy(table);
    return rc;
}

static const ees_column PROGRAM_COLUMNS[] = {
    {.name = "program", .title = "Program", .type = EES_COLUMN_TEXT},
    {.name = "label", .title = "Name", .type = EES_COLUMN_TEXT},
    {.name = "candidates", .title = "Candidates", .type = EES_COLUMN_COUNT},
    {.name = "from_451", .title = "At 451-600", .type = EES_COLUMN_COUNT},
    {.name = "from_501", .title = "At 501-600", .type = EES_COLUMN_COUNT},
};

static int put_programs(cli *app, const answer *a, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_table_create(&table, PROGRAM_COLUMNS, sizeof PROGRAM_COLUMNS / sizeof *PROGRAM_COLUMNS, err);
    for (size_t p = 0; !rc && p < a->programs->count; p++) {
        ees_segment_set set = ees_pool_admitted(&a->view.known.pool, a->programs, (int)p);
        ees_table_text(table, a->programs->programs[p].code);
        ees_table_text(table, a->programs->programs[p].label_en);
        ees_table_int(table, count(a, set, 0, EES_SCORE_MAX));
        ees_table_int(table, count(a, set, 451, EES_SCORE_NOMINEE - 1));
        ees_table_int(table, count(a, set, 501, EES_SCORE_NOMINEE - 1));
    }
    fputs("\nA candidate counts for every program that may invite them.\n", cli_out(app));
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    if (!rc)
        rc = ees_table_write_text(table, cli_out(app), &style, err);
    ees_table_destroy(table);
    return rc;
}

static int print(cli *app, const answer *a, ees_error *err) {
    put_heading(app, a);
    int rc = put_bands(app, a, err);
    return rc || a->view.program != EES_PROGRAM_NONE ? rc : put_programs(app, a, err);
}

static int print_cells(cli *app, ees_context *context, const ees_pool_view *view, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_pool_view_table(context, view, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, cli_out(app), err);
    ees_table_destroy(table);
    return rc;
}

static int print_changes(cli *app, ees_context *context, const answer *a, const ees_history *history, ees_error *err) {
    char then[EES_DATE_TEXT_MAX], now[EES_DATE_TEXT_MAX];
    const char *bold = cli_colored(app) ? "\033[1m" : "", *plain = cli_colored(app) ? "\033[0m" : "";
    ees_table *table = NULL;
    ees_date_format(history->snapshots[a->view.since].as_of, then);
    ees_date_format(a->snapshot->as_of, now);
    fprintf(cli_out(app), "%sFrom the pool of %s to that of %s%s\n", bold, then, now, plain);
    fputs("Net arrivals: who came less who left otherwise. How the invited\ndivide into bands is an estimate.\n\n",
          cli_out(app));
    int rc = ees_pool_view_table(context, &a->view, &table, err);
    if (rc == EES_OK)
        rc = cli_show_table(app, table, err);
    ees_table_destroy(table);
    return rc;
}

static int show(cli *app, const pool_options *given, ees_error *err) {
    answer a = {.programs = cli_programs(app, err)};
    const ees_history *history = a.programs ? cli_history(app, err) : NULL;
    const ees_pool_request request = {given->program.position, given->as_of, NULL, given->since};
    if (!history)
        return err->code;
    ees_context *context = cli_context(app, true, err);
    int rc = ees_pool_view_make(context, &request, &a.view, err);
    if (rc == EES_OK) {
        a.snapshot = &history->snapshots[a.view.snapshot];
        rc = cli_given(app)->format == CLI_FORMAT_CSV ? print_cells(app, context, &a.view, err)
             : a.view.since != EES_SNAPSHOT_NONE      ? print_changes(app, context, &a, history, err)
                                                      : print(app, &a, err);
    }
    ees_pool_view_free(&a.view);
    return rc;
}

static int run(cli *app, const void *raw) {
    const pool_options *given = raw;
    ees_error err = {0};
    if (given->since != EES_DATE_NONE && given->program.code)
        return cli_misuse(app, "--since and --program exclude each other: only whole bands are published");
    int rc = cli_given(app)->format == CLI_FORMAT_JSON ? cli_answer(app, given, true, &err) : show(app, given, &err);
    if (rc == EES_OK && given->as_of == EES_DATE_NONE) /* the newest pool is meant */
        cli_note_age(app);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_pool = {
    .name = "pool",
    .summary = "The pool by score and segment",
    .examples = "# who is in the newest published pool\n"
                "eesim pool\n"
                "# candidates eligible for a round of the Canadian Experience Class, a year ago\n"
                "eesim pool --program CEC --as-of 2025-02-17\n"
                "# what changed since the end of 2025: who is new, who was invited\n"
                "eesim pool --since 2025-12-31\n"
                "# every score and segment, for a spreadsheet\n"
                "eesim pool --format csv -o pool.csv\n",
    .details =
        "Counts of a published band are exact. How a band divides into scores and segments is an estimate: from the "
        "rounds of a program near its cut-offs, from assumed shares (models/segments.json) elsewhere. A pool is shown "
        "as it was known on its day.",
    .options = options,
    .options_size = sizeof(pool_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_FORMAT,
    .run = run,
};
