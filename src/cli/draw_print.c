/* `draw`: the format asked for; and rounds held on a pool. */
#include "draw.h"

int draw_print(cli *app, const draw_answer *answer, ees_error *err) {
    switch (cli_given(app)->format) {
    case CLI_FORMAT_JSON:
        draw_put_json(cli_out(app), answer);
        return EES_OK;
    case CLI_FORMAT_CSV:
        return draw_put_csv(cli_out(app), answer, err);
    default:
        return draw_put_text(app, answer, err);
    }
}

static const ees_column held_columns[] = {
    {.name = "program", .title = "Program", .type = EES_COLUMN_TEXT, .meaning = "Program code of the round"},
    {.name = "date", .title = "Date", .type = EES_COLUMN_DATE, .meaning = "Day of the round"},
    {.name = "cutoff", .title = "Cut-off", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Cut-off"},
    {.name = "tie_break", .title = "Tie-break", .type = EES_COLUMN_TIME, .meaning = "Tie-break, UTC"},
    {.name = "draw_size", .title = NULL, .type = EES_COLUMN_COUNT, .meaning = "Invitations asked for"},
    {.name = "invited", .title = "Invited", .type = EES_COLUMN_COUNT, .meaning = "Candidates invited"},
    {.name = "at_cutoff_invited",
     .title = "At the cut-off",
     .type = EES_COLUMN_COUNT,
     .meaning = "Invited at the cut-off score"},
    {.name = "at_cutoff", .title = "of", .type = EES_COLUMN_COUNT, .meaning = "Eligible at the cut-off score"},
    {.name = "eligible", .title = "Eligible", .type = EES_COLUMN_COUNT, .meaning = "Candidates who could be invited"},
    {.name = "candidates", .title = "Pool", .type = EES_COLUMN_COUNT, .meaning = "All candidates"},
    {.name = "pool_as_of", .title = NULL, .type = EES_COLUMN_DATE, .meaning = "Day of the pool"},
    {.name = "published", .title = "Published", .type = EES_COLUMN_COUNT, .meaning = "Size of the official round"},
};
enum { HELD_COLUMNS = sizeof held_columns / sizeof *held_columns };

static void fill(ees_table *table, const draw_held *held) {
    ees_table_text(table, held->program);
    ees_table_date(table, held->date);
    if (held->cutoff == EES_SCORE_NONE)
        ees_table_missing(table);
    else
        ees_table_int(table, held->cutoff);
    ees_table_time(table, held->tie_break);
    ees_table_int(table, held->size);
    ees_table_int(table, held->invited);
    ees_table_int(table, held->at_cutoff_invited);
    ees_table_int(table, held->at_cutoff);
    ees_table_int(table, held->eligible);
    ees_table_int(table, held->candidates);
    ees_table_date(table, held->as_of);
    ees_table_int(table, held->published);
}

int draw_print_held(cli *app, const draw_held *held, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_table_create(&table, held_columns, HELD_COLUMNS, err);
    if (rc)
        return rc;
    fill(table, held);
    rc = cli_print_table(app, "eesim.replay/1", "rounds", table, err);
    ees_table_destroy(table);
    return rc;
}
