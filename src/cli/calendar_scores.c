/* Days and sizes on the command line: their fit, and their scores on past rounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

/* Rounds before it came under other habits (2015 to 2021: a round of everybody every second Wednesday). */
static const char first_fitted[] = "200";

typedef struct calendar_rounds {
    const ees_history *history;
    const ees_programs *programs;
    size_t first, last;
} calendar_rounds;

static int find_round(const ees_history *history, const char *number, size_t otherwise, size_t *position,
                      ees_error *err) {
    int found = number ? ees_history_find(history, number) : (int)otherwise;
    if (found < 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round has the number '%.20s'", number);
    *position = (size_t)found;
    return EES_OK;
}

static int load_rounds(cli *app, const char *first, const char *last, calendar_rounds *rounds, ees_error *err) {
    rounds->history = cli_history(app, err);
    rounds->programs = rounds->history ? cli_programs(app, err) : NULL;
    if (!rounds->programs || !rounds->history)
        return err->code ? err->code : EES_ERR_DATA;
    if (rounds->history->round_count == 0)
        return ees_error_set(err, EES_ERR_DATA, "the data hold no round");
    int rc = find_round(rounds->history, first, 0, &rounds->first, err);
    if (rc == EES_OK)
        rc = find_round(rounds->history, last, rounds->history->round_count - 1, &rounds->last, err);
    if (rc == EES_OK && rounds->first > rounds->last)
        rc = ees_error_set(err, EES_ERR_RANGE, "round #%s is after round #%s", first, last);
    return rc;
}

/* --- fit --- */

static int fit(cli *app, const char *until, ees_error *err) {
    calendar_rounds rounds = {0};
    ees_calendar_model model;
    char provenance[80], *text = NULL;
    int rc = load_rounds(app, first_fitted, until, &rounds, err);
    if (rc)
        return rc;
    ees_calendar_model_init(&model);
    snprintf(model.name, sizeof model.name, "learned");
    const char *last = rounds.history->rounds[rounds.last].number;
    snprintf(provenance, sizeof provenance, "eesim fit --calendar, rounds #%s to #%s", first_fitted, last);
    double score = 0;
    ees_progress progress = cli_progress(app, "trials");
    rc = ees_calendar_fit(&model, rounds.programs, rounds.history, rounds.first, rounds.last, &progress, &score, err);
    cli_progress_end(app);
    if (rc == EES_OK)
        rc = ees_calendar_model_text(&model, provenance, rounds.history->sha256, &text, err);
    if (rc == EES_OK) {
        cli_note(app, "log score a round, days and size: %.3f nats", score);
        fputs(text, cli_out(app));
    }
    free(text);
    return rc;
}

int cli_fit_calendar(cli *app, const char *until) {
    ees_error err = {0};
    int rc = fit(app, until, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

/* --- backtest --- */

static const ees_column SUMMARY[] = {
    {"program", "Program", EES_COLUMN_TEXT, 0, NULL, "Code of the program"},
    {"rounds", "Rounds", EES_COLUMN_COUNT, 0, NULL, "Rounds foretold"},
    {"date", "Day", EES_COLUMN_NUMBER, 2, "nats", "Mean log score of the day, foretold after the program's last round"},
    {"date_latest", "Day, latest", EES_COLUMN_NUMBER, 2, "nats",
     "Mean log score of the day, foretold after the latest round of any program"},
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
    {"date_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "Log score of the day, foretold after the program's last round"},
    {"date_latest_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "The same, foretold after the latest round of all"},
    {"date_geometric_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As date_score, for a geometric distribution"},
    {"size_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "Log score of the size on the day"},
    {"size_lognormal_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As size_score, for a log-normal distribution"},
    {"size_hindsight_score", NULL, EES_COLUMN_NUMBER, 2, "nats", "As size_score, the round's own pool known"},
    {"size_median", NULL, EES_COLUMN_NUMBER, 0, "candidates", "Median of the size foretold"},
    {"size_median_hindsight", NULL, EES_COLUMN_NUMBER, 0, "candidates", "The same, the round's own pool known"},
};

enum { SCORES_MAX = 4096 };

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, ascending);
    return count ? (values[(count - 1) / 2] + values[count / 2]) / 2 : NAN;
}

static void add_summary(ees_table *table, const calendar_rounds *rounds, const ees_calendar_score *scores, size_t count,
                        int program, double *errors) {
    double sums[6] = {0};
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const ees_calendar_score *s = &scores[i];
        if (s->program != program)
            continue;
        const double parts[6] = {s->date_own, s->date_latest,    s->date_geometric,
                                 s->size,     s->size_lognormal, s->size_hindsight};
        double size = (double)rounds->history->rounds[s->round].size;
        for (int k = 0; k < 6; k++)
            sums[k] += parts[k];
        errors[n] = fabs(s->size_median / size - 1);
        errors[SCORES_MAX + n++] = fabs(s->size_median_hindsight / size - 1);
    }
    if (n == 0)
        return;
    ees_table_text(table, rounds->programs->programs[program].code);
    ees_table_int(table, (int64_t)n);
    for (int k = 0; k < 5; k++)
        ees_table_number(table, sums[k] / (double)n);
    ees_table_number(table, median(errors, n));
    ees_table_number(table, sums[5] / (double)n);
    ees_table_number(table, median(errors + SCORES_MAX, n));
}

static void add_round(ees_table *table, const calendar_rounds *rounds, const ees_calendar_score *score) {
    const ees_round *round = &rounds->history->rounds[score->round];
    ees_table_text(table, rounds->programs->programs[score->program].code);
    ees_table_text(table, round->number);
    ees_table_date(table, round->date);
    ees_table_int(table, round->size);
    const double numbers[8] = {score->date_own,    score->date_latest,          score->date_geometric,
                               score->size,        score->size_lognormal,       score->size_hindsight,
                               score->size_median, score->size_median_hindsight};
    for (int k = 0; k < 8; k++)
        ees_table_number(table, numbers[k]);
}

static int print_scores(cli *app, const calendar_rounds *rounds, const ees_calendar_score *scores, size_t count,
                        ees_error *err) {
    bool summary = cli_given(app)->format == CLI_FORMAT_TABLE;
    ees_table *table = NULL;
    double *errors = malloc(2 * SCORES_MAX * sizeof *errors);
    if (!errors)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = summary ? ees_table_create(&table, SUMMARY, sizeof SUMMARY / sizeof *SUMMARY, err)
                     : ees_table_create(&table, ROUNDS, sizeof ROUNDS / sizeof *ROUNDS, err);
    for (int p = 0; rc == EES_OK && summary && p < (int)rounds->programs->count; p++)
        add_summary(table, rounds, scores, count, p, errors);
    for (size_t i = 0; rc == EES_OK && !summary && i < count; i++)
        add_round(table, rounds, &scores[i]);
    if (rc == EES_OK)
        rc = cli_print_table(app, "eesim.backtest-calendar/1", "rounds", table, err);
    ees_table_destroy(table);
    free(errors);
    return rc;
}

static int backtest(cli *app, const char *first, const char *last, ees_program_set programs, ees_error *err) {
    calendar_rounds rounds = {0};
    ees_calendar_model model;
    const char *given = cli_given(app)->model;
    char *path = given ? strdup(given) : cli_model_path(app, "calendar.json", err);
    if (!path)
        return err->code ? err->code : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = ees_calendar_model_load(&model, path, err);
    free(path);
    if (rc == EES_OK)
        rc = load_rounds(app, first, last, &rounds, err);
    if (rc)
        return rc;
    if (rounds.last - rounds.first >= SCORES_MAX)
        rounds.first = rounds.last - SCORES_MAX + 1;
    ees_calendar_score *scores = malloc(SCORES_MAX * sizeof *scores);
    if (!scores)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    size_t count = 0, kept = 0;
    rc = ees_calendar_backtest(&model, rounds.programs, rounds.history, EES_PROGRAM_NONE, rounds.first, rounds.last,
                               scores, &count, err);
    for (size_t i = 0; rc == EES_OK && i < count; i++)
        if (programs == 0 || (programs >> scores[i].program & 1U))
            scores[kept++] = scores[i];
    if (rc == EES_OK)
        rc = print_scores(app, &rounds, scores, kept, err);
    free(scores);
    return rc;
}

int cli_backtest_calendar(cli *app, const char *first, const char *last, ees_program_set programs) {
    ees_error err = {0};
    int rc = backtest(app, first, last, programs, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}
