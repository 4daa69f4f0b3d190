/* Cut-offs: a row a round and model, summaries by program and model, differences between models. */
#include "report/backtest_tables.h"

#include <math.h>
#include <stdlib.h>

static const ees_column row_columns[] = {
    {.name = "program", .type = EES_COLUMN_TEXT, .meaning = "Program code of the round"},
    {.name = "round", .type = EES_COLUMN_TEXT, .meaning = "Official number of the round"},
    {.name = "date", .type = EES_COLUMN_DATE, .meaning = "Day of the round"},
    {.name = "size", .type = EES_COLUMN_COUNT, .unit = "invitations", .meaning = "Invitations issued"},
    {.name = "model", .type = EES_COLUMN_TEXT, .meaning = "Name of the model"},
    {.name = "observed", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Published cut-off"},
    {.name = "median", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Median of the forecast"},
    {.name = "mean", .type = EES_COLUMN_NUMBER, .unit = "CRS points", .meaning = "Mean of the forecast"},
    {.name = "sd", .type = EES_COLUMN_NUMBER, .unit = "CRS points", .meaning = "Standard deviation of the forecast"},
    {.name = "low_50", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Lower end, 50 % interval"},
    {.name = "high_50", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Upper end, 50 % interval"},
    {.name = "low_80", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Lower end, 80 % interval"},
    {.name = "high_80", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Upper end, 80 % interval"},
    {.name = "low_95", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Lower end, 95 % interval"},
    {.name = "high_95", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Upper end, 95 % interval"},
    {.name = "crps",
     .type = EES_COLUMN_NUMBER,
     .unit = "CRS points",
     .meaning = "Continuous ranked probability score; smaller is better"},
    {.name = "log_score",
     .type = EES_COLUMN_NUMBER,
     .unit = "nats",
     .meaning = "Logarithm of the probability given to the published cut-off; larger is better"},
    {.name = "pit_low", .type = EES_COLUMN_NUMBER, .meaning = "Probability given to cut-offs below the published one"},
    {.name = "pit_high",
     .type = EES_COLUMN_NUMBER,
     .meaning = "Probability given to cut-offs at or below the published one"},
};
enum { ROW_COLUMNS = sizeof row_columns / sizeof *row_columns };

static void add_score(ees_table *table, const ees_backtest_row *row) {
    const ees_forecast_score *score = &row->score;
    if (row->status) {
        for (int c = 0; c < ROW_COLUMNS - 6; c++)
            ees_table_missing(table);
        return;
    }
    ees_table_int(table, score->median);
    ees_table_number(table, score->mean);
    ees_table_number(table, score->sd);
    for (int l = 0; l < EES_LEVELS; l++) {
        ees_table_int(table, score->interval[l].low);
        ees_table_int(table, score->interval[l].high);
    }
    ees_table_number(table, score->crps);
    ees_table_number(table, score->log_score);
    ees_table_number(table, score->pit_low);
    ees_table_number(table, score->pit_high);
}

int eesi_backtest_rows(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, row_columns, ROW_COLUMNS, err);
    for (size_t i = 0; rc == EES_OK && i < scored->backtest->round_count; i++) {
        const ees_round *round = &scored->history->rounds[scored->backtest->rounds[i]];
        for (size_t m = 0; m < scored->backtest->model_count; m++) {
            ees_table_text(*table, scored->programs->programs[round->program].code);
            ees_table_text(*table, round->number);
            ees_table_date(*table, round->date);
            ees_table_int(*table, round->size);
            ees_table_text(*table, scored->backtest->models[m]);
            ees_table_int(*table, round->cutoff);
            add_score(*table, ees_backtest_at(scored->backtest, i, m));
        }
    }
    return rc;
}

static const ees_column summary_columns[] = {
    {.name = "program", .title = "Program", .type = EES_COLUMN_TEXT},
    {.name = "model", .title = "Model", .type = EES_COLUMN_TEXT},
    {.name = "rounds", .title = "Rounds", .type = EES_COLUMN_INTEGER},
    {.name = "mae", .title = "MAE", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "rmse", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "bias", .title = "Bias", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "crps", .title = "CRPS", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "log_score", .title = "Log score", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "worst", .title = "Worst", .type = EES_COLUMN_NUMBER},
    {.name = "hits_0", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "hits_1", .title = "<=1", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "hits_2", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "hits_5", .title = "<=5", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "coverage_50", .title = "50 %", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "coverage_80", .title = "80 %", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "coverage_95", .title = "95 %", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "exact_50", .type = EES_COLUMN_NUMBER, .decimals = 2, .meaning = "Without the rounding to whole scores"},
    {.name = "exact_80", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "exact_95", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "width_50", .type = EES_COLUMN_NUMBER},
    {.name = "width_80", .title = "Width 80", .type = EES_COLUMN_NUMBER, .decimals = 1},
    {.name = "width_95", .type = EES_COLUMN_NUMBER},
    {.name = "pit_1", .type = EES_COLUMN_NUMBER},
    {.name = "pit_2", .type = EES_COLUMN_NUMBER},
    {.name = "pit_3", .type = EES_COLUMN_NUMBER},
    {.name = "pit_4", .type = EES_COLUMN_NUMBER},
    {.name = "pit_5", .type = EES_COLUMN_NUMBER},
    {.name = "pit_6", .type = EES_COLUMN_NUMBER},
    {.name = "pit_7", .type = EES_COLUMN_NUMBER},
    {.name = "pit_8", .type = EES_COLUMN_NUMBER},
    {.name = "pit_9", .type = EES_COLUMN_NUMBER},
    {.name = "pit_10", .type = EES_COLUMN_NUMBER},
};
enum { SUMMARY_COLUMNS = sizeof summary_columns / sizeof *summary_columns };

static void add_summary(ees_table *table, const char *program, const char *model, const ees_score_summary *s) {
    ees_table_text(table, program);
    ees_table_text(table, model);
    ees_table_int(table, (int64_t)s->count);
    ees_table_number(table, s->mae);
    ees_table_number(table, s->rmse);
    ees_table_number(table, s->bias);
    ees_table_number(table, s->crps);
    ees_table_number(table, s->log_score);
    ees_table_number(table, s->worst);
    for (int i = 0; i < EES_HIT_LIMITS; i++)
        ees_table_number(table, s->hits[i]);
    for (int i = 0; i < EES_LEVELS; i++)
        ees_table_number(table, s->coverage[i]);
    for (int i = 0; i < EES_LEVELS; i++)
        ees_table_number(table, s->pit_coverage[i]);
    for (int i = 0; i < EES_LEVELS; i++)
        ees_table_number(table, s->width[i]);
    for (int i = 0; i < EES_PIT_BINS; i++)
        ees_table_number(table, s->pit[i]);
}

static const ees_column difference_columns[] = {
    {.name = "program", .title = "Program", .type = EES_COLUMN_TEXT},
    {.name = "model", .title = "Model", .type = EES_COLUMN_TEXT},
    {.name = "reference", .title = "minus", .type = EES_COLUMN_TEXT},
    {.name = "rounds", .title = "Rounds", .type = EES_COLUMN_INTEGER},
    {.name = "crps", .title = "CRPS", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "crps_se", .title = "+-", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "abs_error", .title = "Error", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "abs_error_se", .title = "+-", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "log_score", .title = "Log score", .type = EES_COLUMN_NUMBER, .decimals = 2},
    {.name = "log_score_se", .title = "+-", .type = EES_COLUMN_NUMBER, .decimals = 2},
};
enum { DIFFERENCE_COLUMNS = sizeof difference_columns / sizeof *difference_columns };

/* One program, or all of them together (set 0, code "all"). */
typedef struct group {
    ees_program_set set;
    const char *code;
} group;

/* The programs that have rounds; all of them together too when there are several. */
static size_t list_groups(const eesi_scored *scored, group *groups) {
    ees_program_set present = 0;
    size_t count = 0;
    for (size_t i = 0; i < scored->backtest->round_count; i++)
        present |= (ees_program_set)1 << scored->backtest->programs[i];
    for (size_t p = 0; p < scored->programs->count; p++)
        if (present >> p & 1u)
            groups[count++] = (group){(ees_program_set)1 << p, scored->programs->programs[p].code};
    if (count > 1)
        groups[count++] = (group){0, "all"};
    return count;
}

int eesi_backtest_summaries(const eesi_scored *scored, ees_table **table, ees_error *err) {
    group groups[EES_PROGRAMS_MAX + 1];
    size_t count = list_groups(scored, groups);
    int rc = ees_table_create(table, summary_columns, SUMMARY_COLUMNS, err);
    for (size_t g = 0; g < count; g++) {
        for (size_t m = 0; rc == EES_OK && m < scored->backtest->model_count; m++) {
            ees_score_summary summary;
            rc = ees_backtest_summarise(scored->backtest, m, groups[g].set, false, &summary, err);
            if (rc == EES_OK && summary.count > 0)
                add_summary(*table, groups[g].code, scored->backtest->models[m], &summary);
        }
    }
    return rc;
}

int eesi_backtest_differences(const eesi_scored *scored, ees_table **table, ees_error *err) {
    group groups[EES_PROGRAMS_MAX + 1];
    size_t count = list_groups(scored, groups);
    int rc = ees_table_create(table, difference_columns, DIFFERENCE_COLUMNS, err);
    for (size_t g = 0; g < count; g++) {
        for (size_t m = 1; rc == EES_OK && m < scored->backtest->model_count; m++) {
            ees_score_difference d;
            rc = ees_backtest_compare(scored->backtest, m, 0, groups[g].set, &d, err);
            if (rc || d.count == 0)
                continue;
            ees_table_text(*table, groups[g].code);
            ees_table_text(*table, scored->backtest->models[m]);
            ees_table_text(*table, scored->backtest->models[0]);
            ees_table_int(*table, (int64_t)d.count);
            ees_table_number(*table, d.crps);
            ees_table_number(*table, d.crps_se);
            ees_table_number(*table, d.abs_error);
            ees_table_number(*table, d.abs_error_se);
            ees_table_number(*table, d.log_score);
            ees_table_number(*table, d.log_score_se);
        }
    }
    return rc;
}
