#include "run/run_csv.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <eesim/report.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/stats.h"
#include "feed/tables.h"
#include "run/run_paths.h"
#include "run/totals.h"
#include "table/table.h"

#define SCENARIO                                                                                                       \
    { "scenario", NULL, EES_COLUMN_TEXT, 0, NULL, "Name of the scenario." }
#define PROGRAM                                                                                                        \
    { "program", NULL, EES_COLUMN_TEXT, 0, NULL, "Code of the program the rounds are restricted to." }
#define ROUND                                                                                                          \
    { "round", NULL, EES_COLUMN_INTEGER, 0, NULL, "Number of the round among those of the program, from 1." }
#define ROUND_DATE                                                                                                     \
    { "date", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the round; where it is random, its median." }
#define REPLICATES                                                                                                     \
    {                                                                                                                  \
        "replicates", NULL, EES_COLUMN_INTEGER, 0, "replicates",                                                       \
            "Replicates in which the number exists; all else is over these."                                           \
    }
#define SPREAD                                                                                                         \
    {"mean", NULL, EES_COLUMN_NUMBER, 3, NULL, "Mean over the replicates."},                                           \
        {"mean_se", NULL, EES_COLUMN_NUMBER, 3, NULL, "Monte Carlo standard error of the mean."},                      \
        {"sd", NULL, EES_COLUMN_NUMBER, 3, NULL, "Standard deviation between replicates."},                            \
        {"q025", NULL, EES_COLUMN_INTEGER,                                                                             \
         0,      NULL, "Quantile 0.025; of counts above 2,000 quantiles are rounded towards 0, by less than 1 %."},    \
        {"q10", NULL, EES_COLUMN_INTEGER, 0, NULL, "Quantile 0.1."},                                                   \
        {"q25", NULL, EES_COLUMN_INTEGER, 0, NULL, "Quantile 0.25."},                                                  \
        {"q50", NULL, EES_COLUMN_INTEGER, 0, NULL, "Median."},                                                         \
        {"q75", NULL, EES_COLUMN_INTEGER, 0, NULL, "Quantile 0.75."},                                                  \
        {"q90", NULL, EES_COLUMN_INTEGER, 0, NULL, "Quantile 0.9."},                                                   \
        {"q975", NULL, EES_COLUMN_INTEGER, 0, NULL, "Quantile 0.975."}, {                                              \
        "q50_se", NULL, EES_COLUMN_NUMBER, 3, NULL, "Monte Carlo standard error of the median."                        \
    }

static const ees_column draws_columns[] = {
    SCENARIO,
    PROGRAM,
    ROUND,
    ROUND_DATE,
    {"measure", NULL, EES_COLUMN_TEXT, 0, NULL,
     "What the numbers are: cutoff, size, invited, taken_at_cutoff, tie_break_age or day."},
    {"unit", NULL, EES_COLUMN_TEXT, 0, NULL, "Unit of the measure."},
    REPLICATES,
    {"missing", NULL, EES_COLUMN_INTEGER, 0, "replicates", "Replicates that held the round but invited nobody."},
    SPREAD};
static const ees_column pool_columns[] = {
    SCENARIO,
    PROGRAM,
    ROUND,
    ROUND_DATE,
    {"band_low", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Lowest score of the band."},
    {"band_high", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Highest score of the band."},
    {"unit", NULL, EES_COLUMN_TEXT, 0, NULL,
     "Unit of the numbers: candidates of the program just before the round; of a program "
     "without members of its own those of the published pool, emptied by rounds and refilled."},
    REPLICATES,
    SPREAD};
static const ees_column compare_columns[] = {
    SCENARIO,
    {"baseline", NULL, EES_COLUMN_TEXT, 0, NULL, "Scenario it is compared with, replicate by replicate."},
    PROGRAM,
    {"round", NULL, EES_COLUMN_INTEGER, 0, NULL,
     "Number of the round among those of the program, from 1; empty for the whole horizon."},
    {"measure", NULL, EES_COLUMN_TEXT, 0, NULL,
     "What differs (scenario less baseline): cutoff, size, invited; over the horizon rounds, invited, lowest_cutoff."},
    {"unit", NULL, EES_COLUMN_TEXT, 0, NULL, "Unit of the measure."},
    REPLICATES,
    SPREAD};
static const ees_column chance_columns[] = {
    SCENARIO,
    {"candidates", NULL, EES_COLUMN_TEXT, 0, NULL, "Programs and categories the candidate belongs to."},
    {"submitted", NULL, EES_COLUMN_DATE, 0, NULL, "Day the candidate's profile was submitted."},
    {"score", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "The candidate's score."},
    {"date", NULL, EES_COLUMN_DATE, 0, NULL, "The day looked at."},
    {"probability", NULL, EES_COLUMN_NUMBER, 4, NULL, "Probability to have been invited on or before that day."},
    {"probability_se", NULL, EES_COLUMN_NUMBER, 4, NULL,
     "Standard error by the random numbers, those of the posterior's members among them."}};

enum {
    DRAWS_COLUMNS = sizeof draws_columns / sizeof *draws_columns,
    POOL_COLUMNS = sizeof pool_columns / sizeof *pool_columns,
    COMPARE_COLUMNS = sizeof compare_columns / sizeof *compare_columns,
    CHANCE_COLUMNS = sizeof chance_columns / sizeof *chance_columns
};

typedef struct measure_text {
    const char *name, *unit;
} measure_text;

static const measure_text measures[EES_MEASURES] = {
    [EES_MEASURE_CUTOFF] = {"cutoff", "CRS points"},   [EES_MEASURE_SIZE] = {"size", "candidates"},
    [EES_MEASURE_INVITED] = {"invited", "candidates"}, [EES_MEASURE_TAKEN] = {"taken_at_cutoff", "candidates"},
    [EES_MEASURE_TIE_AGE] = {"tie_break_age", "days"}, [EES_MEASURE_DAY] = {"day", "days since the start"}};
static const measure_text overalls[EES_OVERALLS] = {[EES_OVERALL_ROUNDS] = {"rounds", "rounds"},
                                                    [EES_OVERALL_INVITED] = {"invited", "candidates"},
                                                    [EES_OVERALL_LOWEST] = {"lowest_cutoff", "CRS points"}};

enum { DIGITS = 7 }; /* more than any Monte Carlo error allows, and fewer to read */

static void put_spread(ees_table *table, const ees_estimate *of) {
    ees_table_number(table, eesi_round_digits(of->mean, DIGITS));
    ees_table_number(table, eesi_round_digits(of->mean_se, DIGITS));
    ees_table_number(table, eesi_round_digits(of->sd, DIGITS));
    for (int i = 0; i < 7; i++)
        ees_table_int(table, of->count ? of->quantile[i] : INT64_MIN);
    ees_table_number(table, eesi_round_digits(of->median_se, DIGITS));
}

static ees_date median_date(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k) {
    return plan->layout.start + ees_totals_round(totals, s, p, k, EES_MEASURE_DAY).quantile[3];
}

static void put_round(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k, ees_table *table) {
    ees_table_text(table, plan->scenario[s]);
    ees_table_text(table, plan->program[p]);
    ees_table_int(table, k + 1);
    ees_table_date(table, median_date(plan, totals, s, p, k));
}

static void fill_draws(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k, ees_table *table) {
    for (int m = 0; m < EES_MEASURES; m++) {
        ees_estimate of = ees_totals_round(totals, s, p, k, (ees_measure)m);
        put_round(plan, totals, s, p, k, table);
        ees_table_text(table, measures[m].name);
        ees_table_text(table, measures[m].unit);
        ees_table_int(table, (int64_t)of.count);
        ees_table_int(table, (int64_t)of.missing);
        put_spread(table, &of);
    }
}

static void fill_pool(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k, ees_table *table) {
    for (int b = 0; b < plan->layout.bands; b++) {
        ees_estimate of = ees_totals_stock(totals, s, p, k, b);
        if (of.count == 0)
            continue;
        put_round(plan, totals, s, p, k, table);
        ees_table_int(table, plan->band[b].low);
        ees_table_int(table, plan->band[b].high);
        ees_table_text(table, "candidates");
        ees_table_int(table, (int64_t)of.count);
        put_spread(table, &of);
    }
}

static void put_difference(const ees_run_plan *plan, int s, int p, int k, const measure_text *what,
                           const ees_estimate *of, ees_table *table) {
    if (of->count == 0)
        return;
    ees_table_text(table, plan->scenario[s]);
    ees_table_text(table, plan->scenario[0]);
    ees_table_text(table, plan->program[p]);
    ees_table_int(table, k < 0 ? INT64_MIN : k + 1);
    ees_table_text(table, what->name);
    ees_table_text(table, what->unit);
    ees_table_int(table, (int64_t)of->count);
    put_spread(table, of);
}

static void fill_compare(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k, ees_table *table) {
    for (int m = 0; m <= EES_MEASURE_INVITED; m++) {
        ees_estimate of = ees_totals_difference(totals, s, p, k, (ees_measure)m);
        put_difference(plan, s, p, k, &measures[m], &of, table);
    }
}

static void fill_overall(const ees_run_plan *plan, const ees_totals *totals, int s, int p, ees_table *table) {
    for (int m = 0; m < EES_OVERALLS; m++) {
        ees_estimate of = ees_totals_overall_difference(totals, s, p, (ees_overall)m);
        put_difference(plan, s, p, -1, &overalls[m], &of, table);
    }
}

/* Where files of a run are written to, and whether anybody wants them no more. */
typedef struct destination {
    const char *dir;
    const ees_progress *progress;
    uint64_t replicates;
} destination;

static int check_wanted(const destination *to, ees_error *err) {
    const ees_progress *progress = to->progress;
    if (!progress || !progress->report || progress->report(progress->user, to->replicates, to->replicates))
        return EES_OK;
    return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
}

typedef void fill_round(const ees_run_plan *plan, const ees_totals *totals, int s, int p, int k, ees_table *table);

static int each_round(const ees_run_plan *plan, const ees_totals *totals, fill_round *fill, const destination *to,
                      ees_table *table, ees_error *err) {
    int rc = EES_OK;
    for (int s = 0; s < plan->layout.scenarios && rc == EES_OK; s++)
        for (int p = 0; p < plan->layout.programs && (rc = check_wanted(to, err)) == EES_OK; p++) {
            for (int k = 0; k < ees_totals_rounds(totals, s, p); k++)
                fill(plan, totals, s, p, k, table);
            if (fill == fill_compare)
                fill_overall(plan, totals, s, p, table);
        }
    return rc;
}

/* Days on which a chance is written: all days it changes on when they are few, else every seventh; and the last. */
static size_t choose_days(const ees_run_plan *plan, const ees_totals *totals, int s, int a, ees_date *days) {
    enum { FEW = 60, WEEK = 7 };
    const ees_date last = plan->layout.start + plan->layout.days;
    size_t count = ees_chance_days(totals, s, a, days, FEW);
    if (count > FEW) {
        count = 0;
        for (ees_date day = plan->layout.start + WEEK; day < last; day += WEEK)
            days[count++] = day;
    }
    if (count == 0 || days[count - 1] < last)
        days[count++] = last;
    return count;
}

/* Scores outside are certain on every day: 0 below the first, 1 from the last on at the end. */
static void informative_scores(const uint64_t *counts, uint64_t n, int *low, int *high) {
    *low = 0;
    *high = EES_SCORE_MAX;
    while (*low < EES_SCORE_MAX && counts[*low + 1] == 0)
        ++*low;
    while (*high > *low && counts[*high - 1] == counts[EES_SCORE_MAX] && counts[*high - 1] == n)
        --*high;
}

/* What follows the score: ",2026-08-11,0.25,0.004" and a line feed. */
static void set_tail(eesi_buf *tail, ees_date day, double p, double se) {
    eesi_buf_clear(tail);
    eesi_buf_putc(tail, ',');
    eesi_buf_put_date(tail, day);
    eesi_buf_putc(tail, ',');
    eesi_buf_put_double(tail, p, 7);
    eesi_buf_putc(tail, ',');
    eesi_buf_put_double(tail, se, 7);
    eesi_buf_putc(tail, '\n');
}

/* Scores low..high on one day. Most rows end like the one before: beyond the cut-offs of all replicates. */
static bool put_day(eesi_buf *out, const eesi_buf *prefix, ees_date day, int low, int high, const uint64_t *counts,
                    const double *se, uint64_t n) {
    eesi_buf tail;
    eesi_buf_init(&tail);
    for (int score = low; score <= high; score++) {
        if (score == low || counts[score] != counts[score - 1] || se[score] < se[score - 1] ||
            se[score] > se[score - 1])
            set_tail(&tail, day, (double)counts[score] / (double)n, se[score]);
        eesi_buf_put(out, prefix->data, prefix->length);
        eesi_buf_put_int(out, score);
        eesi_buf_put(out, tail.data, tail.length);
    }
    bool sound = !eesi_buf_failed(&tail);
    eesi_buf_free(&tail);
    return sound;
}

/* The columns that stay the same for an audience. */
static bool chance_prefix(const ees_run_plan *plan, int s, int a, eesi_buf *prefix) {
    eesi_buf_clear(prefix);
    eesi_buf_put_csv(prefix, plan->scenario[s]);
    eesi_buf_putc(prefix, ',');
    eesi_buf_put_csv(prefix, plan->audience[a]);
    eesi_buf_putc(prefix, ',');
    eesi_buf_put_date(prefix, plan->layout.audience[a].submitted);
    eesi_buf_putc(prefix, ',');
    return !eesi_buf_failed(prefix);
}

static bool fill_chance(const ees_run_plan *plan, const ees_totals *totals, int s, int a, const eesi_buf *prefix,
                        eesi_buf *out) {
    ees_date days[EES_RUN_DAYS_MAX];
    uint64_t counts[EES_SCORE_COUNT];
    double se[EES_SCORE_COUNT];
    eesi_design design;
    const uint64_t n = ees_totals_replicates(totals);
    int low, high;
    const size_t day_count = choose_days(plan, totals, s, a, days);
    eesi_totals_chance(totals, s, a, plan->layout.days, counts);
    informative_scores(counts, n, &low, &high);
    bool sound = true;
    eesi_totals_design(totals, s, a, &design);
    for (size_t i = 0; i < day_count && sound && low < EES_SCORE_MAX; i++) {
        eesi_totals_chance(totals, s, a, days[i] - plan->layout.start, counts);
        eesi_totals_chance_se(totals, s, a, days[i] - plan->layout.start, &design, se);
        sound = put_day(out, prefix, days[i], low, high, counts, se, n);
    }
    return sound;
}

static int save(ees_table *table, const char *dir, const char *name, ees_error *err) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    char *path = eesi_path_join(dir, name);
    int rc = out && path ? ees_table_write_csv(table, out, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (out && (fclose(out) != 0 || !text) && rc == EES_OK)
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK)
        rc = eesi_file_write(path, text, length, err);
    free(path);
    free(text);
    return rc;
}

static int write_rounds(const ees_run_plan *plan, const ees_totals *totals, const ees_column *columns, size_t count,
                        fill_round *fill, const destination *to, const char *name, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_table_create(&table, columns, count, err);
    if (rc == EES_OK)
        rc = each_round(plan, totals, fill, to, table, err);
    if (rc == EES_OK)
        rc = save(table, to->dir, name, err);
    ees_table_destroy(table);
    return rc;
}

static void put_header(const ees_column *columns, size_t count, eesi_buf *out) {
    for (size_t i = 0; i < count; i++) {
        eesi_buf_puts(out, i ? "," : "");
        eesi_buf_puts(out, columns[i].name);
    }
    eesi_buf_putc(out, '\n');
}

/* By far the longest of the summaries: written piece by piece, so that memory does not grow with it. */
static int write_chance(const ees_run_plan *plan, const ees_totals *totals, const destination *to, ees_error *err) {
    eesi_buf text, prefix;
    char *path = eesi_path_join(to->dir, "chance.csv");
    int out = path ? eesi_fd_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    bool sound = out >= 0;
    int rc = path ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    eesi_buf_init(&text);
    eesi_buf_init(&prefix);
    put_header(chance_columns, CHANCE_COLUMNS, &text);
    for (int s = 0; sound && rc == EES_OK && s < plan->layout.scenarios; s++)
        for (int a = 0; sound && a < plan->layout.audiences && (rc = check_wanted(to, err)) == EES_OK; a++) {
            if (!chance_prefix(plan, s, a, &prefix) || !fill_chance(plan, totals, s, a, &prefix, &text) ||
                eesi_buf_failed(&text))
                rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
            sound = rc == EES_OK && eesi_fd_write(out, text.data, text.length) == 0;
            eesi_buf_clear(&text);
        }
    sound = sound && rc == EES_OK && eesi_fd_sync(out) == 0;
    if (rc == EES_OK && !sound)
        rc = ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    if (out >= 0 && eesi_fd_close(out) != 0 && rc == EES_OK)
        rc = ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    eesi_buf_free(&text);
    eesi_buf_free(&prefix);
    free(path);
    return rc;
}

static int write_package(const ees_run_plan *plan, const char *dir, ees_error *err) {
    const eesi_resource resources[] = {
        {"draws.csv", "Every round of every scenario: quantiles over the replicates", draws_columns, DRAWS_COLUMNS,
         NULL, NULL},
        {"pool.csv", "Candidates by score band before every round", pool_columns, POOL_COLUMNS, NULL, NULL},
        {"chance.csv", "Probability that a candidate has been invited by a day", chance_columns, CHANCE_COLUMNS, NULL,
         NULL},
        {"compare.csv", "Paired differences to the first scenario", compare_columns, COMPARE_COLUMNS, NULL, NULL},
        {eesi_paths_name(plan), "Every round of every replicate", eesi_paths_columns, eesi_paths_column_count, NULL,
         NULL}};
    const eesi_package package = {.name = "eesim-run",
                                  .title = "Monte Carlo scenarios of Express Entry rounds of invitations",
                                  EESI_OFFICIAL,
                                  .resources = resources,
                                  .resource_count = plan->paths ? 5 : 4};
    char *text = NULL, *path = eesi_path_join(dir, "datapackage.json");
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out)
        eesi_package_write(&package, out);
    int rc = EES_OK;
    if (!out || fclose(out) != 0 || !text || !path)
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    else
        rc = eesi_file_write(path, text, length, err);
    free(path);
    free(text);
    return rc;
}

int eesi_run_write_files(const ees_run_plan *plan, const ees_totals *totals, const char *dir,
                         const ees_progress *progress, ees_error *err) {
    const destination to = {dir, progress, ees_totals_replicates(totals)};
    int rc = write_rounds(plan, totals, draws_columns, DRAWS_COLUMNS, fill_draws, &to, "draws.csv", err);
    if (rc == EES_OK)
        rc = write_rounds(plan, totals, pool_columns, POOL_COLUMNS, fill_pool, &to, "pool.csv", err);
    if (rc == EES_OK)
        rc = write_rounds(plan, totals, compare_columns, COMPARE_COLUMNS, fill_compare, &to, "compare.csv", err);
    if (rc == EES_OK)
        rc = write_chance(plan, totals, &to, err);
    return rc == EES_OK ? write_package(plan, dir, err) : rc;
}

/* The result stands last, after everything that determines it. */
static json_t *with_result(const ees_run_plan *plan, const ees_totals *totals) {
    json_t *root = json_copy(plan->root);
    if (!root || !totals)
        return root;
    json_t *result = json_pack("{s:I, s:f}", "replicates", (json_int_t)ees_totals_replicates(totals), "chance_se_max",
                               eesi_round_digits(eesi_totals_worst_se(totals), DIGITS));
    if (json_object_set_new(root, "result", result) == 0)
        return root;
    json_decref(root);
    return NULL;
}

int eesi_run_write_json(const ees_run_plan *plan, const ees_totals *totals, const char *dir, ees_error *err) {
    json_t *root = with_result(plan, totals);
    char *text = root ? json_dumps(root, EESI_PLAN_DUMP) : NULL;
    char *path = eesi_path_join(dir, "run.json");
    int rc = text && path ? eesi_file_write(path, text, strlen(text), err)
                          : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    json_decref(root);
    free(text);
    free(path);
    return rc;
}
