#include "eval/chance_backtest.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/progress.h"
#include "base/stats.h"
#include "eval/chance_futures.h"
#include "eval/chance_past.h"
#include "eval/past_pool.h"
#include "eval/scoring.h"
#include "models/series.h"
#include "run/run_prepare.h"

enum { POINTS = 25, STEP = 5, QUANTILES = 5, SCORES_MAX = 2 * POINTS / STEP + 1 + QUANTILES };
static const double quantiles[QUANTILES] = {0.1, 0.25, 0.5, 0.75, 0.9};

/* The rows of one origin. */
typedef struct origin_rows {
    ees_date date;
    size_t chance_count, activity_count, pool_count;
    ees_past_chance *chances;    /* owned */
    ees_past_activity *activity; /* owned */
    struct ees_past_pool *pools; /* owned */
} origin_rows;

typedef struct job {
    const eesi_chance_request *request;
    ees_date end; /* of what is known today */
    size_t count;
    origin_rows *origins;                          /* owned */
    eesi_chance_windows windows[EES_PROGRAMS_MAX]; /* of each program */
    pthread_mutex_t lock;
    size_t done;
    atomic_int stop;
    int status; /* first failure in the order of origins */
    size_t failed;
    ees_error error;
} job;

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for a backtest of chances");
}

static eesi_chance_view view_of(const job *work, int program) {
    const ees_run_inputs *inputs = work->request->inputs;
    return (eesi_chance_view){inputs->history, work->request->options, program, inputs->programs->general};
}

/* ---- which days ---- */

static ees_date round_day(const ees_history *history, int position, ees_date otherwise) {
    return position < 0 ? otherwise : history->rounds[position].date;
}

static int choose_origins(job *work, ees_error *err) {
    enum { FIRST_YEAR = 2016 };
    const ees_history *history = work->request->inputs->history;
    const eesi_backtest_options *options = work->request->options;
    work->end = history->round_count ? history->rounds[history->round_count - 1].date : EES_DATE_NONE;
    ees_date from = options->first_date != EES_DATE_NONE ? options->first_date : ees_date_from_civil(FIRST_YEAR, 1, 1);
    ees_date until = options->last_date != EES_DATE_NONE ? options->last_date : work->end;
    if (options->first_round >= 0 && options->first_date == EES_DATE_NONE)
        from = history->rounds[options->first_round].date;
    until =
        until < round_day(history, options->last_round, until) ? until : round_day(history, options->last_round, until);
    until = until < work->end - ees_chance_horizons[0] ? until : work->end - ees_chance_horizons[0];
    while (from <= until && ees_history_before(history, from, false).round_count == 0)
        from += work->request->every_days;
    if (history->round_count == 0 || from > until)
        return ees_error_set(err, EES_ERR_NOTFOUND,
                             "no day of that choice has a round before it and %d days of known rounds after it",
                             ees_chance_horizons[0]);
    work->count = (size_t)((until - from) / work->request->every_days) + 1;
    work->origins = calloc(work->count, sizeof *work->origins);
    if (!work->origins)
        return no_memory(err);
    for (size_t i = 0; i < work->count; i++)
        work->origins[i].date = from + (ees_date)i * work->request->every_days;
    return EES_OK;
}

/* ---- which scores ---- */

/* Past cut-offs of the program, sorted; returns how many. */
static size_t past_cutoffs(const eesi_chance_view *view, ees_date before, int64_t *cutoffs) {
    size_t count = 0;
    for (size_t i = 0; i < view->history->round_count && view->history->rounds[i].date < before; i++) {
        const ees_round *round = &view->history->rounds[i];
        if (round->program == view->program && !eesi_is_skipped(view->options->skip, view->options->skip_count, round))
            cutoffs[count++] = round->cutoff;
    }
    eesi_sort_int64(cutoffs, count);
    return count;
}

/* Ascending, each once. */
static size_t choose_scores(const eesi_chance_view *view, ees_date origin, int last, int64_t *cutoffs, int *scores) {
    int64_t all[SCORES_MAX];
    size_t room = 0, count = 0;
    const size_t past = past_cutoffs(view, origin, cutoffs);
    for (int points = -POINTS; points <= POINTS; points += STEP)
        all[room++] = last + points;
    for (int q = 0; q < QUANTILES; q++)
        all[room++] = eesi_quantile_int64(cutoffs, past, quantiles[q]);
    eesi_sort_int64(all, room);
    for (size_t i = 0; i < room; i++)
        if (all[i] >= 0 && all[i] <= EES_SCORE_MAX && (count == 0 || all[i] > scores[count - 1]))
            scores[count++] = (int)all[i];
    return count;
}

/* ---- one program, one horizon ---- */

typedef struct asked {
    const job *work;
    const eesi_chance_futures *futures;
    eesi_chance_view view;
    ees_past_case at;
    int slot;    /* of the program in the run */
    int last;    /* cut-off */
    size_t over; /* windows that had passed */
} asked;

static const eesi_chance_windows *windows_of(const asked *of) {
    return &of->work->windows[of->at.program];
}

static void add_chance(const asked *of, origin_rows *rows, int score, int a) {
    ees_past_chance *row = &rows->chances[rows->chance_count++];
    const int points = score - of->last;
    const ees_date to = of->at.origin + ees_chance_horizons[of->at.horizon];
    row->at = of->at;
    row->score = score;
    row->age_days = eesi_chance_ages[a];
    row->chance = of->futures->invites[of->slot][of->at.horizon][a][score] / (double)of->futures->replicates;
    row->came = eesi_chance_came(&of->view, of->at.origin, to, score, of->at.origin - eesi_chance_ages[a]);
    row->last = points > 0 ? 1.0 : points == 0 ? 0.5 : 0.0;
    row->empirical = eesi_chance_empirical(windows_of(of), of->over, of->at.horizon, points);
}

/* As many as in the windows before; without any, as many as in the days before. */
static int score_windows(const asked *of, ees_past_activity *row, int64_t before, ees_error *err) {
    const eesi_chance_windows *windows = windows_of(of);
    int64_t *past = malloc((of->over + 1) * sizeof *past);
    double held = 0.5;
    if (!past)
        return no_memory(err);
    for (size_t i = 0; i < of->over; i++) {
        past[i] = windows->windows[i].span[of->at.horizon].invited;
        held += windows->windows[i].span[of->at.horizon].rounds > 0;
    }
    past[of->over] = before;
    const size_t count = of->over > 0 ? of->over : 1;
    eesi_sort_int64(past, count);
    row->crps_empirical = eesi_crps_of_sorted(past, count, row->invited);
    row->empirical = held / ((double)of->over + 1.0);
    free(past);
    return EES_OK;
}

static void score_invited(ees_past_activity *row, int64_t *drawn, size_t count) {
    const eesi_draws all = eesi_draws_of(drawn, count, row->invited);
    row->mean = all.mean;
    row->median = all.median;
    row->low_80 = all.low_80;
    row->high_80 = all.high_80;
    row->crps = all.crps;
    row->pit_low = all.pit_low;
    row->pit_high = all.pit_high;
}

static int add_activity(const asked *of, origin_rows *rows, ees_error *err) {
    ees_past_activity *row = &rows->activity[rows->activity_count++];
    const eesi_chance_futures *futures = of->futures;
    const ees_date from = of->at.origin;
    const int days = ees_chance_horizons[of->at.horizon];
    const eesi_chance_span now = eesi_chance_look(&of->view, from, from + days);
    const eesi_chance_span before = eesi_chance_look(&of->view, from - days - 1, from - 1);
    row->at = of->at;
    row->chance = futures->holds[of->slot][of->at.horizon] / (double)futures->replicates;
    row->came = now.rounds > 0;
    row->last = before.rounds > 0;
    row->invited = now.invited;
    row->crps_last = (double)llabs((long long)(before.invited - now.invited));
    score_invited(row, eesi_chance_futures_invited(futures, of->slot, of->at.horizon), futures->replicates);
    return score_windows(of, row, before.invited, err);
}

/* ---- the pool ---- */

/* Bands that a program's stream holds whole, or but for others whose number it knows. */
static bool is_whole(const job *work, const ees_past_case *at, ees_band band) {
    const ees_run_inputs *inputs = work->request->inputs;
    const eesi_stream *stream =
        eesi_model_stream(inputs->model, inputs->programs->programs[at->program].code, at->origin);
    return stream && stream->set_count > 0 && band.low >= stream->bands_low && band.high < EES_SCORE_NOMINEE;
}

/* Candidates of a published pool in a band; -1: it has no such band. */
static int64_t count_in(const ees_snapshot *pool, ees_band band) {
    for (int b = 0; b < pool->bands.count; b++)
        if (pool->bands.band[b].low == band.low && pool->bands.band[b].high == band.high)
            return pool->leaf[b];
    return -1;
}

/* The pool published with the program's last round in the days that end with the horizon, if it is of those days. */
static const ees_snapshot *published(const asked *of) {
    enum { OLD_DAYS = 5 };
    const ees_history *history = of->view.history;
    const ees_date until = of->at.origin + ees_chance_horizons[of->at.horizon];
    for (size_t i = history->round_count; i-- > 0;) {
        const ees_round *round = &history->rounds[i];
        if (round->date > until || round->program != of->at.program)
            continue;
        if (round->date <= until - EESI_POOL_DAYS || round->snapshot < 0)
            return NULL;
        const ees_snapshot *pool = &history->snapshots[round->snapshot];
        return pool->as_of <= round->date && pool->as_of >= round->date - OLD_DAYS ? pool : NULL;
    }
    return NULL;
}

static void add_band(const asked *of, origin_rows *rows, ees_band band, int64_t seen, int64_t before, int64_t *drawn,
                     size_t count) {
    struct ees_past_pool *row = &rows->pools[rows->pool_count++];
    const eesi_draws all = eesi_draws_of(drawn, count, seen);
    *row = (struct ees_past_pool){.at = of->at,
                                  .band = band,
                                  .published = seen,
                                  .last = before,
                                  .median = all.median,
                                  .low_80 = all.low_80,
                                  .high_80 = all.high_80,
                                  .mean = all.mean,
                                  .crps = all.crps,
                                  .crps_last = (double)llabs((long long)(before - seen)),
                                  .pit_low = all.pit_low,
                                  .pit_high = all.pit_high};
}

static void add_pool(const asked *of, origin_rows *rows, const ees_run_plan *plan) {
    enum { FUTURES_MIN = 30 };
    const ees_history *history = of->view.history;
    const ees_known known = ees_history_before(history, of->at.origin, false);
    const ees_snapshot *seen = published(of);
    if (!seen || known.snapshot_count == 0 || !(of->futures->pools >> of->slot & 1))
        return;
    const ees_snapshot *newest = &history->snapshots[known.snapshot_count - 1];
    for (int b = 0; b < of->futures->bands; b++) {
        const ees_band band = eesi_run_plan_band(plan, b);
        const int64_t now = count_in(seen, band), before = count_in(newest, band);
        size_t count;
        int64_t *drawn = eesi_chance_futures_stock(of->futures, of->slot, of->at.horizon, b, &count);
        if (count < FUTURES_MIN || now < 0 || before < 0 || !is_whole(of->work, &of->at, band))
            continue;
        if (band.high == EES_SCORE_NOMINEE - 1) /* as many others as there were */
            for (size_t i = 0; i < count; i++)
                drawn[i] += llround(eesi_run_others(plan, of->slot));
        add_band(of, rows, band, now, before, drawn, count);
    }
}

static int add_program(asked *of, const ees_run_plan *plan, origin_rows *rows, int64_t *scratch, ees_error *err) {
    int scores[SCORES_MAX];
    const size_t count = choose_scores(&of->view, of->at.origin, of->last, scratch, scores);
    int rc = EES_OK;
    for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++) {
        if (of->at.origin + ees_chance_horizons[h] > of->work->end)
            break;
        of->at.horizon = h;
        of->over = eesi_chance_windows_over(windows_of(of), h, of->at.origin);
        for (size_t s = 0; s < count; s++)
            for (int a = 0; a < EESI_CHANCE_AGES; a++)
                add_chance(of, rows, scores[s], a);
        rc = add_activity(of, rows, err);
        if (rc == EES_OK)
            add_pool(of, rows, plan);
    }
    return rc;
}

/* ---- one origin ---- */

static bool is_asked(const job *work, int program) {
    const ees_program_set programs = work->request->options->programs;
    return program != EES_PROGRAM_NONE && (programs == 0 || (programs >> program & 1U));
}

static int reserve(origin_rows *rows, int programs, ees_error *err) {
    const size_t cases = (size_t)programs * EES_CHANCE_HORIZONS;
    rows->chances = calloc(cases * SCORES_MAX * EESI_CHANCE_AGES + 1, sizeof *rows->chances);
    rows->activity = calloc(cases + 1, sizeof *rows->activity);
    rows->pools = calloc(cases * EES_RUN_BANDS_MAX + 1, sizeof *rows->pools);
    return rows->chances && rows->activity && rows->pools ? EES_OK : no_memory(err);
}

static int read_futures(const job *work, origin_rows *rows, const ees_run_plan *plan,
                        const eesi_chance_futures *futures, ees_error *err) {
    const ees_run_inputs *inputs = work->request->inputs;
    int64_t *scratch = malloc((inputs->history->round_count + 1) * sizeof *scratch);
    int rc = scratch ? reserve(rows, futures->programs, err) : no_memory(err);
    for (int p = 0; rc == EES_OK && p < futures->programs; p++) {
        const int program = ees_programs_find(inputs->programs, ees_run_plan_program(plan, p));
        asked of = {.work = work, .futures = futures, .view = view_of(work, program), .slot = p};
        const ees_round *last = is_asked(work, program) ? eesi_chance_last(&of.view, rows->date) : NULL;
        if (!last)
            continue;
        of.last = last->cutoff;
        of.at = (ees_past_case){.origin = rows->date, .program = program};
        of.at.quiet_days = eesi_chance_quiet_days(&of.view, rows->date, &of.at.in_rhythm);
        rc = add_program(&of, plan, rows, scratch, err);
    }
    free(scratch);
    return rc;
}

static int general_of(const ees_run_plan *plan, const ees_programs *programs) {
    for (int p = 0; p < ees_run_plan_layout(plan)->programs; p++)
        if (programs->general != EES_PROGRAM_NONE &&
            ees_programs_find(programs, ees_run_plan_program(plan, p)) == programs->general)
            return p;
    return -1;
}

/* Programs of the run with a stream that holds published bands whole. */
static uint32_t pools_of(const job *work, const ees_run_plan *plan, ees_date origin) {
    const ees_band upper = {EES_SCORE_NOMINEE - 1, EES_SCORE_NOMINEE - 1};
    uint32_t pools = 0;
    for (int p = 0; p < ees_run_plan_layout(plan)->programs; p++) {
        const int program = ees_programs_find(work->request->inputs->programs, ees_run_plan_program(plan, p));
        const ees_past_case at = {.origin = origin, .program = program};
        if (program != EES_PROGRAM_NONE && eesi_run_has_members(plan, p) && is_whole(work, &at, upper))
            pools |= (uint32_t)1 << p;
    }
    return pools;
}

static int run_origin(const job *work, origin_rows *rows, ees_error *err) {
    ees_run_request run = *work->request->run;
    eesi_chance_futures futures = {0};
    ees_run_plan *plan = NULL;
    run.date = rows->date;
    run.until = rows->date + ees_chance_horizons[EES_CHANCE_HORIZONS - 1];
    run.submitted = EES_DATE_NONE;
    int rc = eesi_run_plan_make(&plan, &run, work->request->inputs, err);
    if (rc == EES_OK)
        rc = eesi_chance_futures_run(&futures, plan, general_of(plan, work->request->inputs->programs),
                                     pools_of(work, plan, rows->date), err);
    if (rc == EES_OK)
        rc = read_futures(work, rows, plan, &futures, err);
    eesi_chance_futures_free(&futures);
    ees_run_plan_destroy(plan);
    return rc;
}

/* ---- all of them ---- */

static void finish_origin(job *work, size_t i, int status, const ees_error *err) {
    work->done++;
    if (status && (work->status == 0 || i < work->failed)) {
        work->status = status;
        work->failed = i;
        work->error = *err;
    }
    if (work->status == 0 && !eesi_go_on(work->request->options->progress, work->done, work->count))
        work->status = ees_error_set(&work->error, EES_ERR_INTERRUPTED, "the backtest was interrupted");
    if (work->status)
        work->stop = 1;
}

static void take_origin(void *user, size_t i) {
    job *work = user;
    ees_error err = {0};
    if (work->stop)
        return;
    const int status = run_origin(work, &work->origins[i], &err);
    pthread_mutex_lock(&work->lock);
    finish_origin(work, i, status, &err);
    pthread_mutex_unlock(&work->lock);
}

static int make_windows(job *work, ees_error *err) {
    int rc = EES_OK;
    for (size_t p = 0; rc == EES_OK && p < work->request->inputs->programs->count; p++) {
        const eesi_chance_view view = view_of(work, (int)p);
        rc = eesi_chance_windows_make(&work->windows[p], &view, err);
    }
    return rc;
}

static int join(const job *work, ees_backtest *backtest, ees_error *err) {
    size_t chances = 0, activity = 0, pools = 0;
    for (size_t i = 0; i < work->count; i++) {
        chances += work->origins[i].chance_count;
        activity += work->origins[i].activity_count;
        pools += work->origins[i].pool_count;
    }
    backtest->chances = calloc(chances + 1, sizeof *backtest->chances);
    backtest->activity = calloc(activity + 1, sizeof *backtest->activity);
    backtest->pools = calloc(pools + 1, sizeof *backtest->pools);
    if (!backtest->chances || !backtest->activity || !backtest->pools)
        return no_memory(err);
    for (size_t i = 0; i < work->count; i++) {
        const origin_rows *rows = &work->origins[i];
        memcpy(backtest->chances + backtest->chance_count, rows->chances, rows->chance_count * sizeof *rows->chances);
        memcpy(backtest->activity + backtest->activity_count, rows->activity,
               rows->activity_count * sizeof *rows->activity);
        memcpy(backtest->pools + backtest->pool_count, rows->pools, rows->pool_count * sizeof *rows->pools);
        backtest->pool_count += rows->pool_count;
        backtest->chance_count += rows->chance_count;
        backtest->activity_count += rows->activity_count;
    }
    return EES_OK;
}

static void clear(job *work) {
    for (size_t i = 0; work->origins && i < work->count; i++) {
        free(work->origins[i].chances);
        free(work->origins[i].activity);
        free(work->origins[i].pools);
    }
    free(work->origins);
    for (size_t p = 0; p < EES_PROGRAMS_MAX; p++)
        free(work->windows[p].windows);
}

static int run_all(job *work, ees_error *err) {
    pthread_mutex_init(&work->lock, NULL);
    eesi_parallel(work->request->options->threads, work->count, take_origin, work);
    pthread_mutex_destroy(&work->lock);
    if (work->status && err)
        *err = work->error;
    return work->status;
}

int eesi_backtest_chances(ees_backtest *backtest, const eesi_chance_request *request, ees_error *err) {
    job work = {.request = request};
    int rc = choose_origins(&work, err);
    if (rc == EES_OK)
        rc = make_windows(&work, err);
    if (rc == EES_OK)
        rc = run_all(&work, err);
    if (rc == EES_OK)
        rc = join(&work, backtest, err);
    backtest->every_days = request->every_days;
    backtest->replicates = request->run->replicates;
    clear(&work);
    return rc;
}
