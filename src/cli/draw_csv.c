/* `draw` as CSV: a row a number, in long form. */
#include <math.h>
#include <stdlib.h>

#include "draw.h"

#include <eesim/predictive.h>

static const ees_column columns[] = {
    {.name = "program", .type = EES_COLUMN_TEXT, .meaning = "Program code of the round"},
    {.name = "date", .type = EES_COLUMN_DATE, .meaning = "Day of the round"},
    {.name = "draw_size", .type = EES_COLUMN_COUNT, .unit = "invitations", .meaning = "Invitations issued"},
    {.name = "target", .type = EES_COLUMN_TEXT, .meaning = "What the row is about: cutoff, tie_break, above, invited"},
    {.name = "statistic",
     .type = EES_COLUMN_TEXT,
     .meaning = "mean, sd, quantile, interval_low, interval_high or probability"},
    {.name = "at", .type = EES_COLUMN_NUMBER, .meaning = "Level of a quantile, or the score a probability belongs to"},
    {.name = "score", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Score the row is about"},
    {.name = "value", .type = EES_COLUMN_NUMBER, .meaning = "Points, candidates or a probability"},
    {.name = "time", .type = EES_COLUMN_TIME, .meaning = "UTC time, of tie_break"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

typedef struct row {
    int64_t size;
    const char *target, *statistic;
    double at;
    int score;
    double value;
    ees_time time;
} row;

static void add(ees_table *table, const draw_answer *answer, const row *r) {
    const ees_prediction *p = &answer->prediction;
    ees_table_text(table, answer->programs->programs[p->program].code);
    ees_table_date(table, p->date);
    ees_table_int(table, r->size);
    ees_table_text(table, r->target);
    ees_table_text(table, r->statistic);
    ees_table_number(table, r->at);
    if (r->score == EES_SCORE_NONE)
        ees_table_missing(table);
    else
        ees_table_int(table, r->score);
    ees_table_number(table, r->value);
    ees_table_time(table, r->time);
}

static void add_cutoff(ees_table *table, const draw_answer *answer, row r) {
    const ees_prediction *p = &answer->prediction;
    r.target = "cutoff";
    r.statistic = "mean";
    r.value = ees_predictive_mean(&p->cutoff);
    add(table, answer, &r);
    r.statistic = "sd";
    r.value = ees_predictive_sd(&p->cutoff);
    add(table, answer, &r);
    r.statistic = "quantile";
    for (int l = 0; l < EES_PREDICT_LEVELS; l++) {
        r.at = ees_predict_levels[l];
        r.value = ees_predictive_quantile(&p->cutoff, r.at);
        add(table, answer, &r);
    }
    for (int l = 0; l < EES_LEVELS; l++) {
        const ees_interval interval = ees_predictive_interval(&p->cutoff, ees_levels[l]);
        r.at = ees_levels[l];
        r.statistic = "interval_low";
        r.value = interval.low;
        add(table, answer, &r);
        r.statistic = "interval_high";
        r.value = interval.high;
        add(table, answer, &r);
    }
    r.statistic = "probability";
    r.at = (double)NAN;
    for (r.score = 0; r.score < EES_SCORE_COUNT; r.score++) {
        r.value = (double)p->counts[r.score] / (double)p->replicates;
        if (p->counts[r.score] > 0)
            add(table, answer, &r);
    }
}

static void add_tie_break(ees_table *table, const draw_answer *answer, row r) {
    const ees_prediction *p = &answer->prediction;
    r.target = "tie_break";
    r.statistic = "quantile";
    for (int l = 0; l < EES_PREDICT_LEVELS; l++) {
        r.at = ees_predict_levels[l];
        r.time = p->tie_break[l];
        if (r.time != EES_TIME_NONE)
            add(table, answer, &r);
    }
}

static void add_above(ees_table *table, const draw_answer *answer, row r) {
    static const double levels[3] = {0.1, 0.5, 0.9};
    const ees_prediction *p = &answer->prediction;
    r.target = "above";
    r.statistic = "quantile";
    for (r.score = p->nearby.low; r.score <= p->nearby.high; r.score++) {
        for (int l = 0; l < 3; l++) {
            r.at = levels[l];
            r.value = rint(p->above[l][r.score]);
            if (!isnan(r.value))
                add(table, answer, &r);
        }
    }
}

static void add_changes(ees_table *table, const draw_answer *answer, row r) {
    r.target = "cutoff";
    for (int c = 0; c < EES_PREDICT_CHANGES; c++) {
        const ees_predict_change *change = &answer->prediction.changes[c];
        if (change->size == 0)
            continue;
        r.size = change->size;
        r.statistic = "mean";
        r.at = (double)NAN;
        r.value = change->mean;
        add(table, answer, &r);
        r.statistic = "quantile";
        r.at = 0.5;
        r.value = change->median;
        add(table, answer, &r);
    }
}

int draw_put_csv(FILE *out, const draw_answer *answer, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_table_create(&table, columns, COLUMNS, err);
    if (rc)
        return rc;
    row r = {.size = answer->prediction.size,
             .target = "invited",
             .statistic = "value",
             .at = (double)NAN,
             .score = EES_SCORE_NONE,
             .value = (double)answer->prediction.invited,
             .time = EES_TIME_NONE};
    add(table, answer, &r);
    r.value = (double)NAN;
    if (answer->prediction.has_cutoff) {
        add_cutoff(table, answer, r);
        add_tie_break(table, answer, r);
        add_above(table, answer, r);
        add_changes(table, answer, r);
    }
    rc = ees_table_write_csv(table, out, err);
    ees_table_destroy(table);
    return rc;
}
