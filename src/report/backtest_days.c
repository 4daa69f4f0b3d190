/* days and sizes as forecast together with the cut-off, by program and by round. */
#include <math.h>
#include <stdlib.h>

#include "report/backtest_tables.h"

static const ees_column summary_columns[] = {
    {.name = "program", .title = "Days, sizes of", .type = EES_COLUMN_TEXT, .meaning = "Program code"},
    {.name = "rounds", .title = "Rounds", .type = EES_COLUMN_INTEGER, .meaning = "Rounds forecast"},
    {.name = "day",
     .title = "Day",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .unit = "nats",
     .meaning = "Mean log score of the day, from the day after the program's round before it"},
    {.name = "day_geometric",
     .title = "Geometric",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .unit = "nats",
     .meaning = "The same of a geometric distribution of gaps"},
    {.name = "day_error",
     .title = "Error, days",
     .type = EES_COLUMN_NUMBER,
     .decimals = 1,
     .unit = "days",
     .meaning = "Mean absolute error of the median day"},
    {.name = "same_gap_error",
     .title = "Same gap",
     .type = EES_COLUMN_NUMBER,
     .decimals = 1,
     .unit = "days",
     .meaning = "Mean absolute error of the gap of the last two rounds again"},
    {.name = "size",
     .title = "Size",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .unit = "nats",
     .meaning = "Mean log score of the size, whatever the day"},
    {.name = "size_lognormal",
     .title = "Log-normal",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .unit = "nats",
     .meaning = "The same of a log-normal of the last ten sizes"},
    {.name = "size_error",
     .title = "Size error",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .meaning = "Mean absolute error of the log of the median size"},
    {.name = "same_size_error",
     .title = "Same size",
     .type = EES_COLUMN_NUMBER,
     .decimals = 2,
     .meaning = "Mean absolute error of the log of the last size"},
};
enum { SUMMARY_COLUMNS = sizeof summary_columns / sizeof *summary_columns, NUMBERS = SUMMARY_COLUMNS - 2 };

static double log_error(int64_t guess, int64_t size) {
    return fabs(log((double)(guess > 0 ? guess : 1) / (double)size));
}

static void numbers_of(const eesi_scored *scored, size_t i, double *numbers) {
    const ees_joint_row *row = &scored->backtest->joint[i];
    const ees_round *round = &scored->history->rounds[scored->backtest->rounds[i]];
    const double all[NUMBERS] = {row->day,
                                 row->calendar.date_geometric,
                                 fabs((double)(row->day_median - round->date)),
                                 fabs((double)(row->day_same_gap - round->date)),
                                 row->size,
                                 row->calendar.size_lognormal,
                                 log_error(row->size_median, round->size),
                                 log_error(row->size_last, round->size)};
    for (int k = 0; k < NUMBERS; k++)
        numbers[k] = all[k];
}

/* One program, or all of them for EES_PROGRAM_NONE. */
static void add_program(ees_table *table, const eesi_scored *scored, int program, const char *code) {
    double sums[NUMBERS] = {0.0};
    size_t count = 0;
    for (size_t i = 0; i < scored->backtest->round_count; i++) {
        double numbers[NUMBERS];
        if (program != EES_PROGRAM_NONE && scored->backtest->programs[i] != program)
            continue;
        numbers_of(scored, i, numbers);
        for (int k = 0; k < NUMBERS; k++)
            sums[k] += numbers[k];
        count++;
    }
    if (count == 0)
        return;
    ees_table_text(table, code);
    ees_table_int(table, (int64_t)count);
    for (int k = 0; k < NUMBERS; k++)
        ees_table_number(table, sums[k] / (double)count);
}

int eesi_backtest_joint_summary(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, summary_columns, SUMMARY_COLUMNS, err);
    for (size_t p = 0; rc == EES_OK && p < scored->programs->count; p++)
        add_program(*table, scored, (int)p, scored->programs->programs[p].code);
    if (rc == EES_OK && ees_table_rows(*table) > 1)
        add_program(*table, scored, EES_PROGRAM_NONE, "all");
    return rc;
}

static const ees_column round_columns[] = {
    {.name = "program", .type = EES_COLUMN_TEXT, .meaning = "Program code of the round"},
    {.name = "round", .type = EES_COLUMN_TEXT, .meaning = "Official number of the round"},
    {.name = "origin", .type = EES_COLUMN_DATE, .meaning = "First day on which the round was expected"},
    {.name = "within", .type = EES_COLUMN_NUMBER, .meaning = "Share of futures that hold it inside the horizon"},
    {.name = "date", .type = EES_COLUMN_DATE, .meaning = "Day of the round"},
    {.name = "date_median", .type = EES_COLUMN_DATE, .meaning = "Median of the day forecast"},
    {.name = "date_same_gap", .type = EES_COLUMN_DATE, .meaning = "Day after the gap of the last two rounds again"},
    {.name = "date_score", .type = EES_COLUMN_NUMBER, .unit = "nats", .meaning = "Log score of the day drawn"},
    {.name = "date_exact_score",
     .type = EES_COLUMN_NUMBER,
     .unit = "nats",
     .meaning = "Log score of the exact distribution"},
    {.name = "date_geometric_score", .type = EES_COLUMN_NUMBER, .unit = "nats", .meaning = "The same of the rival"},
    {.name = "size", .type = EES_COLUMN_COUNT, .unit = "invitations", .meaning = "Invitations issued"},
    {.name = "size_median", .type = EES_COLUMN_COUNT, .unit = "invitations", .meaning = "Median of the size forecast"},
    {.name = "size_last", .type = EES_COLUMN_COUNT, .unit = "invitations", .meaning = "Size of the last round"},
    {.name = "size_score", .type = EES_COLUMN_NUMBER, .unit = "nats", .meaning = "Log score of the size drawn"},
    {.name = "size_day_known_score",
     .type = EES_COLUMN_NUMBER,
     .unit = "nats",
     .meaning = "Log score of the exact distribution once the day is known"},
    {.name = "size_lognormal_score", .type = EES_COLUMN_NUMBER, .unit = "nats", .meaning = "The same of the rival"},
    {.name = "cutoff", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Published cut-off"},
    {.name = "cutoff_median", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Median of the cut-off"},
    {.name = "cutoff_low_80", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Lower end, 80 % interval"},
    {.name = "cutoff_high_80", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Upper end, 80 % interval"},
    {.name = "crps", .type = EES_COLUMN_NUMBER, .unit = "CRS points", .meaning = "CRPS, day and size unknown"},
    {.name = "crps_day_known", .type = EES_COLUMN_NUMBER, .unit = "CRS points", .meaning = "CRPS, the day known"},
    {.name = "crps_same_again",
     .type = EES_COLUMN_NUMBER,
     .unit = "CRS points",
     .meaning = "CRPS, were gap and size those of the last round"},
    {.name = "crps_last", .type = EES_COLUMN_NUMBER, .unit = "CRS points", .meaning = "CRPS of the last cut-off"},
};
enum { ROUND_COLUMNS = sizeof round_columns / sizeof *round_columns };

static void add_days(ees_table *table, const ees_joint_row *row, const ees_round *round) {
    ees_table_date(table, row->calendar.from);
    ees_table_number(table, row->within);
    ees_table_date(table, round->date);
    ees_table_date(table, row->day_median);
    ees_table_date(table, row->day_same_gap);
    ees_table_number(table, row->day);
    ees_table_number(table, row->calendar.date_own);
    ees_table_number(table, row->calendar.date_geometric);
}

static void add_sizes(ees_table *table, const ees_joint_row *row, const ees_round *round) {
    ees_table_int(table, round->size);
    ees_table_int(table, row->size_median);
    ees_table_int(table, row->size_last);
    ees_table_number(table, row->size);
    ees_table_number(table, row->calendar.size);
    ees_table_number(table, row->calendar.size_lognormal);
}

static void add_cutoffs(ees_table *table, const ees_backtest *cutoffs, size_t i, int observed) {
    const ees_backtest_row *joint = ees_backtest_at(cutoffs, i, EES_JOINT_BOTH_UNKNOWN);
    ees_table_int(table, observed);
    if (joint->status == 0) {
        ees_table_int(table, joint->score.median);
        ees_table_int(table, joint->score.interval[1].low);
        ees_table_int(table, joint->score.interval[1].high);
    } else {
        for (int c = 0; c < 3; c++)
            ees_table_missing(table);
    }
    for (size_t m = 0; m < EES_JOINT_MODELS; m++) {
        const ees_backtest_row *row = ees_backtest_at(cutoffs, i, m);
        ees_table_number(table, row->status == 0 ? row->score.crps : (double)NAN);
    }
}

int eesi_backtest_joint_rows(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, round_columns, ROUND_COLUMNS, err);
    for (size_t i = 0; rc == EES_OK && i < scored->backtest->round_count; i++) {
        const ees_round *round = &scored->history->rounds[scored->backtest->rounds[i]];
        ees_table_text(*table, scored->programs->programs[round->program].code);
        ees_table_text(*table, round->number);
        add_days(*table, &scored->backtest->joint[i], round);
        add_sizes(*table, &scored->backtest->joint[i], round);
        add_cutoffs(*table, scored->backtest, i, round->cutoff);
    }
    return rc;
}
