/*
 * Rolling origin: every round gets its own question with its own limit of knowledge. Work is split by (model, round),
 * or by model for those that answer in one pass; each task writes only its own rows, so threads cannot change a bit.
 */
#include "eval/backtest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/progress.h"
#include "eval/past_pool.h"
#include "eval/scoring.h"
#include "eval/selection.h"
#include "models/ask.h"
#include "models/forecaster.h"

void eesi_backtest_options_init(eesi_backtest_options *options) {
    memset(options, 0, sizeof *options);
    options->first_round = options->last_round = -1;
    options->first_date = options->last_date = EES_DATE_NONE;
}

static int select_rounds(ees_backtest *backtest, const ees_history *history, const eesi_backtest_options *options,
                         ees_error *err) {
    backtest->rounds = calloc(history->round_count + 1, sizeof *backtest->rounds);
    backtest->programs = calloc(history->round_count + 1, sizeof *backtest->programs);
    if (!backtest->rounds || !backtest->programs)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the rounds of a backtest");
    for (size_t i = 0; i < history->round_count; i++) {
        if (!eesi_backtest_selects(options, &history->rounds[i], (int)i))
            continue;
        backtest->programs[backtest->round_count] = history->rounds[i].program;
        backtest->rounds[backtest->round_count++] = (int)i;
    }
    if (backtest->round_count == 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no round matches the selection");
    return 0;
}

static ees_question *make_questions(const ees_backtest *backtest, const ees_history *history,
                                    const ees_programs *programs, const eesi_backtest_options *options) {
    ees_question *questions = calloc(backtest->round_count + 1, sizeof *questions);
    for (size_t i = 0; questions && i < backtest->round_count; i++)
        questions[i] = eesi_backtest_question(history, programs, backtest->rounds[i], options);
    return questions;
}

/* One unit of work: a model and one round, or all rounds when the model sweeps. */
typedef struct task {
    size_t model;
    size_t first;
    size_t count;
} task;

typedef struct job {
    ees_backtest *backtest;
    const ees_forecaster *models;
    const ees_question *questions;
    const eesi_backtest_options *options;
    const struct task *tasks;
    size_t sweeps;      /* tasks that begin the list */
    size_t done, total; /* rows */
    pthread_mutex_t lock;
    atomic_int stop; /* not 0 once something failed: read without the lock */
    int status;      /* first failure in the order of tasks */
    size_t failed_task;
    ees_error error;
} job;

static void record(job *work, const task *unit, const ees_predictive *predictives, const int *statuses) {
    ees_backtest *backtest = work->backtest;
    const ees_history *history = work->questions[0].history;
    for (size_t j = 0; j < unit->count; j++) {
        size_t i = unit->first + j;
        ees_backtest_row *row = &backtest->rows[i * backtest->model_count + unit->model];
        row->round = backtest->rounds[i];
        row->model = (int)unit->model;
        row->status = statuses[j];
        if (statuses[j] == 0)
            eesi_forecast_score_of(&predictives[j], history->rounds[row->round].cutoff, &row->score);
    }
}

static int run_task(job *work, const task *unit, ees_error *err) {
    ees_predictive *predictives = calloc(unit->count, sizeof *predictives);
    int *statuses = calloc(unit->count, sizeof *statuses);
    int status = EES_ERR_NOMEM;
    if (!predictives || !statuses)
        (void)ees_error_set(err, status, "no memory for forecasts");
    else
        status = eesi_ask_all(&work->models[unit->model], &work->questions[unit->first], unit->count, predictives,
                              statuses, err);
    if (status == 0)
        record(work, unit, predictives, statuses);
    free(statuses);
    free(predictives);
    return status;
}

/* Called by one thread at a time. The failure kept is that of the earliest task, whichever thread met one first. */
static void finish_task(job *work, size_t number, size_t rows, int status, const ees_error *err) {
    work->done += rows;
    if (status != 0 && (work->status == 0 || number < work->failed_task)) {
        work->status = status;
        work->failed_task = number;
        work->error = *err;
    }
    if (work->status == 0 && !eesi_go_on(work->options->progress, work->done, work->total)) {
        work->status = ees_error_set(&work->error, EES_ERR_INTERRUPTED, "the backtest was interrupted");
        work->failed_task = 0;
    }
    if (work->status != 0)
        work->stop = 1;
}

static void attempt(void *user, size_t t) {
    job *work = user;
    if (work->stop)
        return;
    ees_error err = {0};
    int status = run_task(work, &work->tasks[t], &err);
    pthread_mutex_lock(&work->lock);
    finish_task(work, t, work->tasks[t].count, status, &err);
    pthread_mutex_unlock(&work->lock);
}

static void attempt_single(void *user, size_t i) {
    attempt(user, ((job *)user)->sweeps + i);
}

/* Sweeps go one after another, because a long one has threads of its own; single questions share the threads here. */
static void run_tasks(job *work, size_t count) {
    while (work->sweeps < count && work->models[work->tasks[work->sweeps].model].sweep)
        attempt(work, work->sweeps++);
    eesi_parallel(work->options->threads, count - work->sweeps, attempt_single, work);
}

/* Sweeping models first: theirs are the long tasks. */
static size_t plan_tasks(const ees_forecaster *models, size_t model_count, size_t round_count, task *tasks) {
    size_t count = 0;
    for (size_t m = 0; m < model_count; m++)
        if (models[m].sweep)
            tasks[count++] = (task){m, 0, round_count};
    for (size_t m = 0; m < model_count; m++)
        for (size_t i = 0; !models[m].sweep && i < round_count; i++)
            tasks[count++] = (task){m, i, 1};
    return count;
}

static int run_models(ees_backtest *backtest, const ees_forecaster *models, const ees_question *questions,
                      const eesi_backtest_options *options, ees_error *err) {
    size_t rows = backtest->round_count * backtest->model_count;
    task *tasks = calloc(rows + 1, sizeof *tasks);
    backtest->rows = calloc(rows + 1, sizeof *backtest->rows);
    int status = 0;
    if (tasks && backtest->rows) {
        size_t count = plan_tasks(models, backtest->model_count, backtest->round_count, tasks);
        job work = {.backtest = backtest,
                    .models = models,
                    .questions = questions,
                    .options = options,
                    .tasks = tasks,
                    .total = rows};
        pthread_mutex_init(&work.lock, NULL);
        run_tasks(&work, count);
        pthread_mutex_destroy(&work.lock);
        status = work.status;
        if (status != 0 && err)
            *err = work.error;
    } else {
        status = ees_error_set(err, EES_ERR_NOMEM, "no memory for the rows of a backtest");
    }
    free(tasks);
    return status;
}

int eesi_backtest_models(ees_backtest *backtest, const ees_history *history, const ees_programs *programs,
                         const ees_forecaster *models, size_t model_count, const eesi_backtest_options *options,
                         ees_error *err) {
    memset(backtest, 0, sizeof *backtest);
    if (model_count == 0 || model_count > EES_BACKTEST_MODELS_MAX || options->threads < 0)
        return ees_error_set(err, EES_ERR_RANGE, "a backtest needs 1 to %d models and a number of threads of 0 or more",
                             EES_BACKTEST_MODELS_MAX);
    backtest->model_count = model_count;
    for (size_t m = 0; m < model_count; m++)
        backtest->models[m] = models[m].name;
    int status = select_rounds(backtest, history, options, err);
    if (status != 0)
        return status;
    ees_question *questions = make_questions(backtest, history, programs, options);
    if (!questions)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the questions of a backtest");
    status = run_models(backtest, models, questions, options, err);
    free(questions);
    return status;
}

void ees_backtest_free(ees_backtest *backtest) {
    free(backtest->rounds);
    free(backtest->programs);
    free(backtest->rows);
    free(backtest->tie_breaks);
    free(backtest->joint);
    free(backtest->calendar);
    free(backtest->chances);
    free(backtest->activity);
    free(backtest->pools);
    memset(backtest, 0, sizeof *backtest);
}

static bool in_programs(const ees_backtest *backtest, size_t i, ees_program_set programs) {
    return programs == 0 || (programs >> backtest->programs[i] & 1U);
}

static bool all_answered(const ees_backtest *backtest, size_t i) {
    for (size_t m = 0; m < backtest->model_count; m++)
        if (ees_backtest_at(backtest, i, m)->status != 0)
            return false;
    return true;
}

int ees_backtest_summarise(const ees_backtest *backtest, size_t model, ees_program_set programs, bool common,
                           ees_score_summary *summary, ees_error *err) {
    if (model >= backtest->model_count)
        return ees_error_set(err, EES_ERR_RANGE, "no model %zu in this backtest", model);
    ees_forecast_score *scores = malloc((backtest->round_count + 1) * sizeof *scores);
    if (!scores)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for scores");
    size_t count = 0;
    for (size_t i = 0; i < backtest->round_count; i++) {
        const ees_backtest_row *row = ees_backtest_at(backtest, i, model);
        if (row->status == 0 && in_programs(backtest, i, programs) && (!common || all_answered(backtest, i)))
            scores[count++] = row->score;
    }
    eesi_score_summarise(scores, count, summary);
    free(scores);
    return 0;
}

int ees_backtest_compare(const ees_backtest *backtest, size_t a, size_t b, ees_program_set programs,
                         ees_score_difference *difference, ees_error *err) {
    if (a >= backtest->model_count || b >= backtest->model_count)
        return ees_error_set(err, EES_ERR_RANGE, "no such model in this backtest");
    ees_forecast_score *scores = malloc((2 * backtest->round_count + 1) * sizeof *scores);
    if (!scores)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for scores");
    size_t count = 0;
    for (size_t i = 0; i < backtest->round_count; i++) {
        const ees_backtest_row *row_a = ees_backtest_at(backtest, i, a);
        const ees_backtest_row *row_b = ees_backtest_at(backtest, i, b);
        if (row_a->status != 0 || row_b->status != 0 || !in_programs(backtest, i, programs))
            continue;
        scores[count] = row_a->score;
        scores[backtest->round_count + count++] = row_b->score;
    }
    eesi_score_compare(scores, scores + backtest->round_count, count, difference);
    free(scores);
    return 0;
}
