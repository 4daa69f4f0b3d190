/* Days and sizes alone, forecast for past rounds: by program and by round. */
#include "report/backtest_tables.h"

#include <math.h>
#include <stdlib.h>

static const ees_column SUMMARY[] = {
    {"program", "Program", EES_COLUMN_TEXT, 0, NULL, "Code of the program"},
    {"rounds", "Rounds", EES_COLUMN_COUNT, 0, NULL, "Rounds forecast"},
    {"date", "Day", EES_COLUMN_NUMBER, 2, "nats", "Mean log score of the day, forecast after the program's last round"},
    {"date_latest", "Day, latest", EES_COLUMN_NUMBER, 2, "nats",
     "Mean log score of the day, forecast after the latest round of any program"},
    {"date_geometric", "Geometric", EES_COLUMN_NUMBER, 2, "nats", "As date, for a geometric distribution of gaps"},
    {"size", "Size", EES_COLUMN_NUMBER, 2, "nats", "Mean log score of the size on the day"},
    {"size_lognormal", "Log-normal", EES_COLUMN_NUMBER, 2, "nats", "As size, for a log-normal of the last ten sizes"},
    {"size_error", "Size error", EES_COLUMN_NUMBER, 3, NULL, "Median relative error of the median size"},
    {"size_hindsight", "Size, pool known", EES_COLUMN_NUMBER, 2, "nats",
     "As size, with the pool published with the round known too"},
    {"size_error_hindsight", "Error", EES_COLUMN_NUMBER, 3, NULL, "As size_error, with that pool known"},
};

static const ees_column ROUNDS[] = {
    {"program", "Program", EES_COLUMN_TEXT, 0, NULL, "Code of the program"},
    {"round", "Round", EES_COLUMN_TEXT, 0, NULL, "Official number of the round"},
    {"date", "Date", EES_COLUMN_DATE, 0, NULL, "Day of the round"},
    {"size", "Size", EES_COLUMN_COUNT, 0, "candidates", "Invitations issued"},
    {"date_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "Log score of the day, forecast after the program's last round"},
    {"date_latest_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "The same, forecast after the latest round of all"},
    {"date_geometric_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As date_score, for a geometric distribution"},
    {"size_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "Log score of the size on the day"},
    {"size_lognormal_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As size_score, for a log-normal distribution"},
    {"size_hindsight_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As size_score, the round's own pool known"},
    {"size_median", NULL, EES_COLUMN_NUMBER, 0, "candidates", "Median of the size forecast"},
    {"size_median_hindsight", NULL, EES_COLUMN_NUMBER, 0, "candidates", "The same, the round's own pool known"},
};

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, ascending);
    return count ? (values[(count - 1) / 2] + values[count / 2]) / 2 : NAN;
}

static void add_summary(ees_table *table, const eesi_scored *scored, int program, double *errors,
                        double *errors_hindsight) {
    double sums[6] = {0};
    size_t n = 0;
    for (size_t i = 0; i < scored->backtest->round_count; i++) {
        const ees_calendar_score *s = &scored->backtest->calendar[i];
        if (s->program != program)
            continue;
        const double parts[6] = {s->date_own, s->date_latest,    s->date_geometric,
                                 s->size,     s->size_lognormal, s->size_hindsight};
        double size = (double)scored->history->rounds[s->round].size;
        for (int k = 0; k < 6; k++)
            sums[k] += parts[k];
        errors[n] = fabs(s->size_median / size - 1);
        errors_hindsight[n++] = fabs(s->size_median_hindsight / size - 1);
    }
    if (n == 0)
        return;
    ees_table_text(table, scored->programs->programs[program].code);
    ees_table_int(table, (int64_t)n);
    for (int k = 0; k < 5; k++)
        ees_table_number(table, sums[k] / (double)n);
    ees_table_number(table, median(errors, n));
    ees_table_number(table, sums[5] / (double)n);
    ees_table_number(table, median(errors_hindsight, n));
}

int eesi_backtest_calendar_summary(const eesi_scored *scored, ees_table **table, ees_error *err) {
    const size_t count = scored->backtest->round_count;
    double *errors = malloc((2 * count + 1) * sizeof *errors);
    int rc = errors ? ees_table_create(table, SUMMARY, sizeof SUMMARY / sizeof *SUMMARY, err)
                    : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (int p = 0; rc == EES_OK && p < (int)scored->programs->count; p++)
        add_summary(*table, scored, p, errors, errors + count);
    free(errors);
    return rc;
}

static void add_round(ees_table *table, const eesi_scored *scored, const ees_calendar_score *score) {
    const ees_round *round = &scored->history->rounds[score->round];
    ees_table_text(table, scored->programs->programs[score->program].code);
    ees_table_text(table, round->number);
    ees_table_date(table, round->date);
    ees_table_int(table, round->size);
    const double numbers[8] = {score->date_own,    score->date_latest,          score->date_geometric,
                               score->size,        score->size_lognormal,       score->size_hindsight,
                               score->size_median, score->size_median_hindsight};
    for (int k = 0; k < 8; k++)
        ees_table_number(table, numbers[k]);
}

int eesi_backtest_calendar_rows(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, ROUNDS, sizeof ROUNDS / sizeof *ROUNDS, err);
    for (size_t i = 0; rc == EES_OK && i < scored->backtest->round_count; i++)
        add_round(*table, scored, &scored->backtest->calendar[i]);
    return rc;
}
