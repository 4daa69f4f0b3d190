/* How well the age of tie-breaks was forecast, by program. */
#include <math.h>

#include "report/backtest_tables.h"

static const ees_column columns[] = {
    {.name = "program", .title = "Tie-breaks of", .type = EES_COLUMN_TEXT, .meaning = "Program code"},
    {.name = "rounds", .title = "Rounds", .type = EES_COLUMN_INTEGER, .meaning = "Rounds that published a tie-break"},
    {.name = "mae",
     .title = "Mean error",
     .type = EES_COLUMN_NUMBER,
     .unit = "days",
     .meaning = "Mean absolute error of the median age"},
    {.name = "median_error",
     .title = "Median error",
     .type = EES_COLUMN_NUMBER,
     .unit = "days",
     .meaning = "Median absolute error of the median age"},
    {.name = "crps", .title = "CRPS, days", .type = EES_COLUMN_NUMBER, .decimals = 1, .unit = "days"},
    {.name = "coverage_80",
     .title = "80 %",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .meaning = "Share of tie-breaks inside the central 80 % interval"},
    {.name = "rival_crps",
     .title = "Past median",
     .type = EES_COLUMN_NUMBER,
     .decimals = 1,
     .unit = "days",
     .meaning = "The same score of the program's past median age, over the rounds that have one"},
    {.name = "crps_beside_rival",
     .title = "CRPS there",
     .type = EES_COLUMN_NUMBER,
     .decimals = 1,
     .unit = "days",
     .meaning = "CRPS over those same rounds"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, ERRORS_MAX = 1024 };

static double median_of(double *values, size_t count) {
    for (size_t i = 1; i < count; i++) { /* short lists: insertion */
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return count == 0 ? (double)NAN : 0.5 * (values[(count - 1) / 2] + values[count / 2]);
}

/* One program, or all of them for EES_PROGRAM_NONE. */
static void add_program(ees_table *table, const eesi_scored *scored, int program, const char *code) {
    double errors[ERRORS_MAX], mean = 0.0, crps = 0.0, inside = 0.0, rival = 0.0, beside = 0.0;
    size_t count = 0, rivals = 0;
    for (size_t i = 0; i < scored->backtest->tie_break_count && count < ERRORS_MAX; i++) {
        const ees_tie_break_row *row = &scored->backtest->tie_breaks[i];
        if (program != EES_PROGRAM_NONE && scored->history->rounds[row->round].program != program)
            continue;
        errors[count] = fabs((double)(row->median - row->observed));
        mean += errors[count++];
        crps += row->crps;
        inside += row->observed >= row->low && row->observed <= row->high;
        if (isnan(row->rival_crps))
            continue;
        rival += row->rival_crps;
        beside += row->crps;
        rivals++;
    }
    if (count == 0)
        return;
    ees_table_text(table, code);
    ees_table_int(table, (int64_t)count);
    ees_table_number(table, mean / (double)count);
    ees_table_number(table, median_of(errors, count));
    ees_table_number(table, crps / (double)count);
    ees_table_number(table, inside / (double)count);
    ees_table_number(table, rivals ? rival / (double)rivals : (double)NAN);
    ees_table_number(table, rivals ? beside / (double)rivals : (double)NAN);
}

int eesi_backtest_ties(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, columns, COLUMNS, err);
    size_t before = 0;
    for (size_t p = 0; rc == EES_OK && p < scored->programs->count; p++)
        add_program(*table, scored, (int)p, scored->programs->programs[p].code);
    if (rc == EES_OK)
        before = ees_table_rows(*table);
    if (before > 1)
        add_program(*table, scored, EES_PROGRAM_NONE, "all");
    return rc;
}
