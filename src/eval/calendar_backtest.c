/* Rolling-origin scores of dates and sizes, and the search for the tunable numbers that maximise them. */
#include "eval/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "base/stats.h"
#include "calendar/calendar.h"
#include "calendar/calendar_model.h"

enum { FIRST_SCORED = 3, RIVAL_ROUNDS = 10 };

typedef struct calendar_backtest {
    const ees_calendar_model *model;
    const ees_programs *programs;
    const ees_history *history;
    eesi_weeks weeks;
    eesi_calendar *calendar; /* scratch */
} calendar_backtest;

static void learn(calendar_backtest *bt, ees_date from, ees_known known) {
    eesi_calendar_setup(bt->calendar, bt->model, bt->programs, from);
    eesi_calendar_estimate(bt->calendar, &bt->weeks, bt->history, known);
}

/* Position of the program's n-th round before `before`, n >= 1, or -1. */
static int earlier(const ees_history *history, int program, size_t before, int n) {
    for (size_t i = before; i-- > 0;)
        if (history->rounds[i].program == program && --n == 0)
            return (int)i;
    return -1;
}

static int date_log_prob(calendar_backtest *bt, int program, ees_date from, ees_date date, double *score,
                         ees_error *err) {
    enum { DAYS_MAX = 2000 };
    double pmf[DAYS_MAX];
    size_t days = (size_t)(date - from) + 1;
    *score = -INFINITY;
    if (days > DAYS_MAX)
        return EES_OK;
    learn(bt, from, ees_history_before(bt->history, from, false));
    int rc = eesi_calendar_date_pmf(bt->calendar, program, pmf, days, err);
    if (!rc)
        *score = log(pmf[days - 1]);
    return rc;
}

static double geometric_log_prob(const ees_history *history, int program, size_t round) {
    int last = earlier(history, program, round, 1), first = last;
    int count = 0;
    for (int n = 2; n <= RIVAL_ROUNDS + 1; n++) {
        int found = earlier(history, program, round, n);
        if (found < 0)
            break;
        first = found;
        count++;
    }
    double gap = (double)(history->rounds[round].date - history->rounds[last].date);
    double mean = (double)(history->rounds[last].date - history->rounds[first].date) / count;
    double p = 1 / fmax(mean, 1.5);
    return log(p) + (fmax(gap, 1) - 1) * log1p(-p);
}

static double lognormal_log_prob(const ees_history *history, int program, size_t round) {
    double sum = 0, squares = 0;
    int count = 0;
    for (int n = 1; n <= RIVAL_ROUNDS; n++) {
        int found = earlier(history, program, round, n);
        if (found < 0)
            break;
        double value = log((double)history->rounds[found].size);
        sum += value;
        squares += value * value;
        count++;
    }
    double mean = sum / count;
    double sd = sqrt(fmax(squares / count - mean * mean, 0) + 0.01);
    double size = (double)history->rounds[round].size;
    double p = eesi_normal_below((log(size + 0.5) - mean) / sd) - eesi_normal_below((log(size - 0.5) - mean) / sd);
    return log(fmax(p, 1e-300));
}

static double size_median(const eesi_calendar *calendar, int program, const eesi_size_context *context) {
    int64_t low = 0, high = 1;
    while (eesi_calendar_size_cdf(calendar, program, context, high) < 0.5 && high < INT64_C(100000000))
        high *= 2;
    while (high - low > 1) {
        int64_t middle = (low + high) / 2;
        if (eesi_calendar_size_cdf(calendar, program, context, middle) >= 0.5)
            high = middle;
        else
            low = middle;
    }
    return (double)high;
}

static void score_size(calendar_backtest *bt, const ees_round *round, bool hindsight, double *score, double *median) {
    ees_known known = ees_history_before(bt->history, round->date, hindsight);
    learn(bt, round->date, known);
    eesi_size_context context = eesi_calendar_size_context(bt->calendar, round->program, round->date);
    *score = log(eesi_calendar_size_prob(bt->calendar, round->program, &context, round->size));
    *median = size_median(bt->calendar, round->program, &context);
}

static int score_round(calendar_backtest *bt, size_t index, ees_calendar_score *out, ees_error *err) {
    const ees_history *history = bt->history;
    const ees_round *round = &history->rounds[index];
    int previous = earlier(history, round->program, index, 1);
    size_t latest = index;
    while (latest > 0 && history->rounds[latest - 1].date >= round->date)
        latest--;
    memset(out, 0, sizeof *out);
    out->round = (int)index;
    out->program = round->program;
    out->from = history->rounds[previous].date + 1;
    int rc = date_log_prob(bt, round->program, out->from, round->date, &out->date_own, err);
    if (!rc)
        rc = date_log_prob(bt, round->program, history->rounds[latest - 1].date + 1, round->date, &out->date_latest,
                           err);
    if (rc)
        return rc;
    out->date_geometric = geometric_log_prob(history, round->program, index);
    out->size_lognormal = lognormal_log_prob(history, round->program, index);
    score_size(bt, round, false, &out->size, &out->size_median);
    score_size(bt, round, true, &out->size_hindsight, &out->size_median_hindsight);
    return EES_OK;
}

static bool is_scored(const ees_history *history, int program, size_t index) {
    const ees_round *round = &history->rounds[index];
    if (round->program < 0 || (program != EES_PROGRAM_NONE && round->program != program))
        return false;
    int previous = earlier(history, round->program, index, 1);
    return previous >= 0 && history->rounds[previous].date < round->date &&
           earlier(history, round->program, index, FIRST_SCORED) >= 0;
}

static int run_backtest(calendar_backtest *bt, int program, size_t first, size_t last, ees_calendar_score *out,
                        size_t *count, ees_error *err) {
    *count = 0;
    int rc = EES_OK;
    for (size_t i = first; i <= last && i < bt->history->round_count && !rc; i++)
        if (is_scored(bt->history, program, i)) {
            rc = score_round(bt, i, &out[*count], err);
            *count += !rc;
        }
    return rc;
}

static int backtest_open(calendar_backtest *bt, const ees_calendar_model *model, const ees_programs *programs,
                         const ees_history *history, ees_error *err) {
    *bt = (calendar_backtest){model, programs, history, {0, 0, NULL, NULL}, NULL};
    int rc = eesi_weeks_build(&bt->weeks, model, programs, history, err);
    if (rc)
        return rc;
    bt->calendar = malloc(sizeof *bt->calendar);
    return bt->calendar ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "no memory for the backtest of dates and sizes");
}

static void backtest_close(calendar_backtest *bt) {
    eesi_weeks_free(&bt->weeks);
    free(bt->calendar);
}

int eesi_calendar_backtest(const ees_calendar_model *model, const ees_programs *programs, const ees_history *history,
                           int program, size_t first, size_t last, ees_calendar_score *out, size_t *count,
                           ees_error *err) {
    calendar_backtest bt;
    *count = 0;
    int rc = backtest_open(&bt, model, programs, history, err);
    if (!rc)
        rc = run_backtest(&bt, program, first, last, out, count, err);
    backtest_close(&bt);
    return rc;
}

/* --- fit --- */

/* One astonishing round (27,332 invited once) must not steer the fit: scores count down to this. */
static const double score_floor = -12;
static const double prior_log_sd = 0.5;

static double mean_score(const ees_calendar_score *scores, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fmax(scores[i].date_own, score_floor) + fmax(scores[i].date_latest, score_floor) +
               0.5 * fmax(scores[i].size, score_floor) + 0.5 * fmax(scores[i].size_hindsight, score_floor);
    return count ? sum / (double)count : -INFINITY;
}

typedef struct calendar_fit {
    calendar_backtest bt;
    ees_calendar_model trial;
    ees_calendar_score *scores;
    size_t first;
    size_t last;
    double best;
} calendar_fit;

/* A few hundred rounds cannot distinguish twenty numbers: each pays for leaving its start, as under a log-normal prior.
 */
static double penalised_score(const calendar_fit *fit, size_t count) {
    double penalty = 0;
    for (size_t p = 0; p < EESI_CALENDAR_PARAM_COUNT; p++) {
        double distance = log(fit->trial.params[p] / eesi_calendar_param_start(p)) / prior_log_sd;
        penalty += 0.5 * distance * distance;
    }
    return count ? mean_score(fit->scores, count) - penalty / (double)count : -INFINITY;
}

static int try_value(calendar_fit *fit, size_t param, double value, bool *better, ees_error *err) {
    double low, high, old = fit->trial.params[param];
    size_t count = 0;
    eesi_calendar_param_range(param, &low, &high);
    fit->trial.params[param] = fmin(fmax(value, low), high);
    int rc = run_backtest(&fit->bt, EES_PROGRAM_NONE, fit->first, fit->last, fit->scores, &count, err);
    double score = rc ? -INFINITY : penalised_score(fit, count);
    *better = score > fit->best + 1e-6;
    if (*better)
        fit->best = score;
    else
        fit->trial.params[param] = old;
    return rc;
}

static int search(calendar_fit *fit, const ees_progress *progress, ees_error *err) {
    enum { PASSES = 6 };
    double factor = 2.2;
    bool better = false;
    size_t count = 0;
    int rc = run_backtest(&fit->bt, EES_PROGRAM_NONE, fit->first, fit->last, fit->scores, &count, err);
    fit->best = penalised_score(fit, count);
    for (int pass = 0; pass < PASSES && !rc; pass++, factor = sqrt(factor) * 1.02)
        for (size_t p = 0; p < EESI_CALENDAR_PARAM_COUNT && !rc; p++) {
            rc = try_value(fit, p, fit->trial.params[p] * factor, &better, err);
            if (!rc && !better)
                rc = try_value(fit, p, fit->trial.params[p] / factor, &better, err);
            uint64_t done = (uint64_t)pass * EESI_CALENDAR_PARAM_COUNT + p + 1;
            if (!rc && !eesi_go_on(progress, done, (uint64_t)PASSES * EESI_CALENDAR_PARAM_COUNT))
                rc = ees_error_set(err, EES_ERR_INTERRUPTED, "the fit of dates and sizes was interrupted");
        }
    return rc;
}

int eesi_calendar_fit(ees_calendar_model *model, const ees_programs *programs, const ees_history *history, size_t first,
                      size_t last, const ees_progress *progress, double *score, ees_error *err) {
    if (first > last || last >= history->round_count)
        return ees_error_set(err, EES_ERR_RANGE, "rounds %zu to %zu are not in the history", first, last);
    calendar_fit fit;
    memset(&fit, 0, sizeof fit);
    fit.trial = *model;
    fit.first = first;
    fit.last = last;
    fit.scores = malloc((last - first + 1) * sizeof *fit.scores);
    int rc = backtest_open(&fit.bt, &fit.trial, programs, history, err);
    if (!rc && !fit.scores)
        rc = ees_error_set(err, EES_ERR_NOMEM, "no memory for the fit of dates and sizes");
    if (!rc)
        rc = search(&fit, progress, err);
    if (!rc || rc == EES_ERR_INTERRUPTED) {
        *model = fit.trial;
        model->sha256[0] = '\0';
        if (score)
            *score = fit.best;
    }
    backtest_close(&fit.bt);
    free(fit.scores);
    return rc;
}
