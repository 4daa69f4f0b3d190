#include "backtest.h"

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

static int make_rows(const backtest_result *result, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, row_columns, ROW_COLUMNS, err);
    for (size_t i = 0; rc == EES_OK && i < result->backtest.round_count; i++) {
        const ees_round *round = &result->history->rounds[result->backtest.rounds[i]];
        for (size_t m = 0; m < result->model_count; m++) {
            ees_table_text(*table, result->programs->programs[round->program].code);
            ees_table_text(*table, round->number);
            ees_table_date(*table, round->date);
            ees_table_int(*table, round->size);
            ees_table_text(*table, result->models[m].name);
            ees_table_int(*table, round->cutoff);
            add_score(*table, ees_backtest_at(&result->backtest, i, m));
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
static size_t list_groups(const backtest_result *result, group *groups) {
    ees_program_set present = 0;
    size_t count = 0;
    for (size_t i = 0; i < result->backtest.round_count; i++)
        present |= (ees_program_set)1 << result->backtest.programs[i];
    for (size_t p = 0; p < result->programs->count; p++)
        if (present >> p & 1u)
            groups[count++] = (group){(ees_program_set)1 << p, result->programs->programs[p].code};
    if (count > 1)
        groups[count++] = (group){0, "all"};
    return count;
}

static int make_summaries(const backtest_result *result, ees_table **table, ees_error *err) {
    group groups[EES_PROGRAMS_MAX + 1];
    size_t count = list_groups(result, groups);
    int rc = ees_table_create(table, summary_columns, SUMMARY_COLUMNS, err);
    for (size_t g = 0; g < count; g++) {
        for (size_t m = 0; rc == EES_OK && m < result->model_count; m++) {
            ees_score_summary summary;
            rc = ees_backtest_summarise(&result->backtest, m, groups[g].set, false, &summary, err);
            if (rc == EES_OK && summary.count > 0)
                add_summary(*table, groups[g].code, result->models[m].name, &summary);
        }
    }
    return rc;
}

static int make_differences(const backtest_result *result, ees_table **table, ees_error *err) {
    group groups[EES_PROGRAMS_MAX + 1];
    size_t count = list_groups(result, groups);
    int rc = ees_table_create(table, difference_columns, DIFFERENCE_COLUMNS, err);
    for (size_t g = 0; g < count; g++) {
        for (size_t m = 1; rc == EES_OK && m < result->model_count; m++) {
            ees_score_difference d;
            rc = ees_backtest_compare(&result->backtest, m, 0, groups[g].set, &d, err);
            if (rc || d.count == 0)
                continue;
            ees_table_text(*table, groups[g].code);
            ees_table_text(*table, result->models[m].name);
            ees_table_text(*table, result->models[0].name);
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

/* Shares in each tenth as a row of bars. */
static void put_pit(FILE *out, const ees_score_summary *summary) {
    static const char *const bars[] = {" ",
                                       "\xE2\x96\x81",
                                       "\xE2\x96\x82",
                                       "\xE2\x96\x83",
                                       "\xE2\x96\x84",
                                       "\xE2\x96\x85",
                                       "\xE2\x96\x86",
                                       "\xE2\x96\x87",
                                       "\xE2\x96\x88"};
    for (int i = 0; i < EES_PIT_BINS; i++) {
        int height = (int)lround(summary->pit[i] * 40.0); /* an even share fills half */
        fputs(bars[height < 0 ? 0 : height > 8 ? 8 : height], out);
    }
}

typedef struct tables {
    ees_table *rows, *summaries, *differences;
    ees_table *beside; /* what was foretold beside the cut-offs: tie-breaks, or days and sizes */
} tables;

static int put_text(cli *app, const backtest_result *result, const tables *t, ees_error *err) {
    FILE *out = cli_out(app);
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    const ees_backtest *b = &result->backtest;
    const ees_round *first = &result->history->rounds[b->rounds[0]];
    const ees_round *last = &result->history->rounds[b->rounds[b->round_count - 1]];
    char from[EES_DATE_TEXT_MAX], to[EES_DATE_TEXT_MAX];
    const char *origin = result->joint ? "the program's round before it" : "what was public before it";
    fprintf(out, "%zu rounds, #%s of %s to #%s of %s, each foretold from %s.\n\n", b->round_count, first->number,
            ees_date_format(first->date, from), last->number, ees_date_format(last->date, to), origin);
    int rc = ees_table_write_text(t->summaries, out, &style, err);
    if (rc == EES_OK && ees_table_rows(t->differences) > 0) {
        fputc('\n', out);
        rc = ees_table_write_text(t->differences, out, &style, err);
    }
    if (rc == EES_OK && ees_table_rows(t->beside) > 0) {
        fputc('\n', out);
        rc = ees_table_write_text(t->beside, out, &style, err);
    }
    ees_score_summary summary;
    if (rc == EES_OK)
        rc = ees_backtest_summarise(b, 0, 0, false, &summary, err);
    if (rc == EES_OK && summary.count > 0) {
        fprintf(out, "\nPIT of %s: [", result->models[0].name);
        put_pit(out, &summary);
        fputs("]\n", out);
    }
    return rc;
}

static int put_json(FILE *out, const backtest_result *result, const tables *t, ees_error *err) {
    const char *const keys[] = {"summary", "differences", result->joint ? "days_and_sizes" : "tie_breaks", "rounds"};
    const ees_table *const parts[] = {t->summaries, t->differences, t->beside, t->rows};
    int rc = EES_OK;
    fputs("{\"schema\":\"eesim.backtest/1\"", out);
    for (int i = 0; i < 4 && rc == EES_OK; i++) {
        fprintf(out, ",\n\"%s\":", keys[i]);
        rc = ees_table_write_json(parts[i], out, err);
    }
    fprintf(out, ",\n\"version\":\"%s\"}\n", ees_version());
    return rc;
}

int backtest_print(cli *app, const backtest_result *result, ees_error *err) {
    tables t = {NULL, NULL, NULL, NULL};
    FILE *out = cli_out(app);
    int format = cli_given(app)->format;
    int rc = result->joint ? backtest_joint_rounds(result, &t.rows, err) : make_rows(result, &t.rows, err);
    if (rc == EES_OK)
        rc = make_summaries(result, &t.summaries, err);
    if (rc == EES_OK)
        rc = make_differences(result, &t.differences, err);
    if (rc == EES_OK)
        rc = (result->joint ? backtest_joint_summary : backtest_tie_breaks)(result, &t.beside, err);
    if (rc == EES_OK && format == CLI_FORMAT_CSV)
        rc = ees_table_write_csv(t.rows, out, err);
    else if (rc == EES_OK && format == CLI_FORMAT_JSON)
        rc = put_json(out, result, &t, err);
    else if (rc == EES_OK)
        rc = put_text(app, result, &t, err);
    ees_table_destroy(t.rows);
    ees_table_destroy(t.summaries);
    ees_table_destroy(t.differences);
    ees_table_destroy(t.beside);
    return rc;
}
