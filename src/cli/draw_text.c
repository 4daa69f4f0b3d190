/* `draw` for people: the answer in the first lines, then what it rests on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

static const char *bold(const cli *app) {
    return cli_colored(app) ? "\033[1m" : "";
}

static const char *plain(const cli *app) {
    return cli_colored(app) ? "\033[0m" : "";
}

static void put_question(cli *app, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    const ees_program *program = &answer->programs->programs[p->program];
    char size[32], day[EES_DATE_TEXT_MAX];
    FILE *out = cli_out(app);
    fprintf(out, "%s%s (%s): %s invitation%s on %s%s\n", bold(app), program->label_en, program->code,
            ees_count_text(p->size, size, sizeof size), p->size == 1 ? "" : "s", ees_date_format(p->date, day),
            plain(app));
    const ees_round *last = &answer->history->rounds[p->known.round_count - 1];
    fprintf(out, "Known: rounds up to #%s of %s", last->number, ees_date_format(last->date, day));
    if (p->snapshot != EES_SNAPSHOT_NONE) {
        const ees_snapshot *snapshot = &answer->history->snapshots[p->snapshot];
        fprintf(out, "; the pool of %s, %s candidates", ees_date_format(snapshot->as_of, day),
                ees_count_text(snapshot->total, size, sizeof size));
    }
    fputs(".\n", out);
}

static void put_cutoff(cli *app, const ees_prediction *p) {
    static const double levels[3] = {0.5, 0.8, 0.95};
    FILE *out = cli_out(app);
    fprintf(out, "\n%sCut-off    %d%s\n", bold(app), ees_predictive_median(&p->cutoff), plain(app));
    for (int i = 0; i < 3; i++) {
        ees_interval interval = ees_predictive_interval(&p->cutoff, levels[i]);
        fprintf(out, "  %.0f %%     %d", 100.0 * levels[i], interval.low);
        if (interval.high > interval.low)
            fprintf(out, " to %d", interval.high);
        fputc('\n', out);
    }
}

static void put_tie_break(cli *app, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    FILE *out = cli_out(app);
    char text[EES_TIME_TEXT_MAX], low[EES_DATE_TEXT_MAX], high[EES_DATE_TEXT_MAX], count[32];
    if (p->submitted != EES_TIME_NONE) {
        fprintf(out, "%sTie-break  %s%s (given); %s are invited\n", bold(app), ees_time_format(p->submitted, text),
                plain(app), ees_count_text(p->invited, count, sizeof count));
        return;
    }
    if (p->tie_break[3] == EES_TIME_NONE)
        return;
    fprintf(out, "%sTie-break  %s%s\n  80 %%     %s to %s\n", bold(app),
            ees_date_format(ees_time_date(p->tie_break[3]), text), plain(app),
            ees_date_format(ees_time_date(p->tie_break[1]), low),
            ees_date_format(ees_time_date(p->tie_break[5]), high));
}

static void put_changes(cli *app, const ees_prediction *p) {
    FILE *out = cli_out(app);
    double mean = ees_predictive_mean(&p->cutoff);
    char size[32];
    bool any = p->changes[0].size || p->changes[1].size;
    if (any)
        fputc('\n', out);
    for (int c = 0; c < EES_PREDICT_CHANGES; c++)
        if (p->changes[c].size)
            fprintf(out, "With %s invitations the cut-off is %d (%+.1f on average).\n",
                    ees_count_text(p->changes[c].size, size, sizeof size), p->changes[c].median,
                    p->changes[c].mean - mean);
}

static const ees_column columns[] = {
    {.name = "score", .title = "Score", .type = EES_COLUMN_INTEGER},
    {.name = "chance", .title = "Cut-off at or below", .type = EES_COLUMN_TEXT},
    {.name = "above", .title = "Stand at or above", .type = EES_COLUMN_COUNT},
    {.name = "low", .title = "80 % from", .type = EES_COLUMN_COUNT},
    {.name = "high", .title = "to", .type = EES_COLUMN_COUNT},
};
enum { COLUMNS = sizeof columns / sizeof *columns, COLUMNS_WITHOUT_STOCK = 2, ROWS_MAX = 11 };

static int64_t whole(double value) {
    return isnan(value) ? EES_COUNT_NONE : (int64_t)llround(value);
}

/* A probability without a false promise: nothing that can happen is shown as 0 or 100 %. */
static void put_percent(ees_table *table, double p) {
    char text[16];
    if (p > 0.0 && p < 0.005)
        snprintf(text, sizeof text, "  < 1 %%");
    else if (p < 1.0 && p > 0.995)
        snprintf(text, sizeof text, " > 99 %%");
    else
        snprintf(text, sizeof text, "%5.0f %%", 100.0 * p);
    ees_table_text(table, text);
}

/* Eleven scores at most, in equal steps around the median. */
static int put_scores(cli *app, const draw_answer *answer, ees_error *err) {
    static const int steps[] = {1, 2, 5, 10, 20, 50, 100};
    const ees_prediction *p = &answer->prediction;
    ees_interval wide = ees_predictive_interval(&p->cutoff, 0.9); /* a far tail must not make the steps coarse */
    int middle = ees_predictive_median(&p->cutoff), step = 0;
    size_t s = 0;
    do {
        step = steps[s++];
    } while (s < sizeof steps / sizeof *steps &&
             (wide.high - middle > step * (ROWS_MAX / 2) || middle - wide.low > step * (ROWS_MAX / 2)));
    bool stock = !isnan(p->above[1][middle]);
    ees_table *table = NULL;
    int rc = ees_table_create(&table, columns, stock ? COLUMNS : COLUMNS_WITHOUT_STOCK, err);
    if (rc)
        return rc;
    for (int i = ROWS_MAX / 2; i >= -(ROWS_MAX / 2); i--) {
        int score = middle + i * step;
        if (score < 0 || score > EES_SCORE_MAX)
            continue;
        ees_table_int(table, score);
        put_percent(table, fmin(1.0, ees_predictive_cdf(&p->cutoff, score)));
        static const int order[3] = {1, 0, 2};
        for (int l = 0; stock && l < 3; l++)
            ees_table_int(table, whole(p->above[order[l]][score]));
    }
    fputc('\n', cli_out(app));
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    rc = ees_table_write_text(table, cli_out(app), &style, err);
    ees_table_destroy(table);
    return rc;
}

static void put_caveats(cli *app, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    const char *code = answer->programs->programs[p->program].code;
    FILE *out = cli_out(app);
    char text[32];
    fprintf(out, "\nModel: %s (%s).\n", p->model, p->about);
    if (!p->answered)
        fprintf(out, "No model knows %s yet: this is how other rounds of its kind fell, and no more.\n", code);
    else if (p->program_rounds == 0)
        fprintf(out, "No earlier round of %s: this is learnt from rounds of its kind, so mind the intervals.\n", code);
    else if (p->program_rounds < 5)
        fprintf(out, "Only %zu earlier round%s of %s: there is little to learn from, so mind the intervals.\n",
                p->program_rounds, p->program_rounds == 1 ? "" : "s", code);
    if (p->has_pool && p->size > p->eligible)
        fprintf(out,
                p->exhausted ? "Only %s candidate%s of the pool can be invited: all are.\n"
                             : "About %s candidate%s of the pool can be invited as yet; fewer than the size may "
                               "be there on the day.\n",
                ees_count_text(p->eligible, text, sizeof text), p->eligible == 1 ? "" : "s");
}

int draw_put_text(cli *app, const draw_answer *answer, ees_error *err) {
    const ees_prediction *p = &answer->prediction;
    put_question(app, answer);
    if (!p->has_cutoff) {
        fputs("\nNobody is invited: there is no cut-off.\n", cli_out(app));
        return EES_OK;
    }
    put_cutoff(app, p);
    put_tie_break(app, answer);
    int rc = EES_OK;
    if (!p->exhausted) {
        put_changes(app, p);
        rc = put_scores(app, answer, err);
    }
    put_caveats(app, answer);
    return rc;
}
