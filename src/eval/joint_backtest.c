/*
 * Rolling origin of the joint forecast. A round's origin is the day after its program's round before it, so every gap
 * is forecast whole. What the models can answer in one pass (the day known; gap and size of the last round again) is
 * asked in one sweep over all rounds; the joint draws need a policy and a sweep of their own for every origin.
 */
#include "eval/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

#include "base/progress.h"
#include "eval/scoring.h"
#include "eval/selection.h"
#include "models/ask.h"
#include "models/forecaster.h"
#include "predict/size_unknown.h"

static const char *const names[EES_JOINT_MODELS] = {
    [EES_JOINT_BOTH_UNKNOWN] = "joint",
    [EES_JOINT_SIZE_UNKNOWN] = "size-mixture",
    [EES_JOINT_SAME_AGAIN] = "same-again",
    [EES_JOINT_LAST] = "last",
};

void eesi_joint_request_init(eesi_joint_request *request) {
    *request = (eesi_joint_request){.horizon_days = 364, .replicates = 4000, .seed = 1};
}

typedef struct joint_run {
    const eesi_joint_request *request;
    ees_backtest *cutoffs;
    ees_error *err;
} joint_run;

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for the backtest of joint forecasts");
}

/* --- which rounds --- */

static void keep_selected(joint_run *run, const ees_calendar_score *scores, size_t count) {
    const eesi_joint_request *request = run->request;
    ees_backtest *cutoffs = run->cutoffs;
    for (size_t i = 0; i < count; i++) {
        int position = scores[i].round;
        if (!eesi_backtest_selects(request->options, &request->history->rounds[position], position))
            continue;
        run->cutoffs->joint[cutoffs->round_count].calendar = scores[i];
        cutoffs->programs[cutoffs->round_count] = scores[i].program;
        cutoffs->rounds[cutoffs->round_count++] = position;
    }
}

static int choose_rounds(joint_run *run) {
    const eesi_joint_request *request = run->request;
    ees_backtest *cutoffs = run->cutoffs;
    size_t room = request->history->round_count + 1, count = 0;
    const int first = request->options->first_round, last = request->options->last_round;
    ees_calendar_score *scores = calloc(room, sizeof *scores);
    run->cutoffs->joint = calloc(room, sizeof *run->cutoffs->joint);
    cutoffs->rounds = calloc(room, sizeof *cutoffs->rounds);
    cutoffs->programs = calloc(room, sizeof *cutoffs->programs);
    cutoffs->rows = calloc(room * EES_JOINT_MODELS, sizeof *cutoffs->rows);
    int rc = EES_ERR_NOMEM;
    if (scores && run->cutoffs->joint && cutoffs->rounds && cutoffs->programs && cutoffs->rows)
        rc = eesi_calendar_backtest(request->calendar, request->programs, request->history, EES_PROGRAM_NONE,
                                    first < 0 ? 0 : (size_t)first, last < 0 ? room : (size_t)last, scores, &count,
                                    run->err);
    else
        (void)no_memory(run->err);
    if (!rc)
        keep_selected(run, scores, count);
    free(scores);
    if (!rc && cutoffs->round_count == 0)
        rc = ees_error_set(run->err, EES_ERR_NOTFOUND,
                           "no round of the selection follows three earlier ones of its program");
    return rc;
}

/* --- the last round, and the same again --- */

/* Position of the program's n-th round before `before`, n >= 1; choose_rounds() saw to it that three exist. */
static const ees_round *earlier(const ees_history *history, int program, int before, int n) {
    int i = before;
    while (n > 0 && i > 0)
        n -= history->rounds[--i].program == program;
    return &history->rounds[i];
}

static void set_rivals(joint_run *run) {
    const ees_history *history = run->request->history;
    for (size_t i = 0; i < run->cutoffs->round_count; i++) {
        ees_joint_row *row = &run->cutoffs->joint[i];
        const ees_round *last = earlier(history, row->calendar.program, row->calendar.round, 1);
        const ees_round *before = earlier(history, row->calendar.program, row->calendar.round, 2);
        row->day_same_gap = last->date + (last->date > before->date ? last->date - before->date : 1);
        row->size_last = last->size;
    }
}

static ees_question question_of(const joint_run *run, size_t i, int model) {
    const eesi_joint_request *request = run->request;
    const ees_joint_row *row = &run->cutoffs->joint[i];
    const ees_round *round = &request->history->rounds[row->calendar.round];
    eesi_backtest_options options = *request->options;
    options.hindsight = false;
    options.size_unknown = model == EES_JOINT_SIZE_UNKNOWN;
    ees_question question = eesi_backtest_question(request->history, request->programs, row->calendar.round, &options);
    if (model == EES_JOINT_SAME_AGAIN) {
        question.known = ees_history_before(request->history, row->calendar.from, false);
        question.date = row->day_same_gap;
        question.size = row->size_last;
    }
    if (model == EES_JOINT_LAST)
        question.size = round->size;
    return question;
}

static void record(joint_run *run, size_t i, int model, const ees_predictive *predictive, int status) {
    ees_backtest_row *row = &run->cutoffs->rows[i * EES_JOINT_MODELS + (size_t)model];
    row->round = run->cutoffs->rounds[i];
    row->model = model;
    row->status = status;
    if (status == 0)
        eesi_forecast_score_of(predictive, run->request->history->rounds[row->round].cutoff, &row->score);
}

/* All rounds of one column in one pass. */
static int forecast_column(joint_run *run, int model, const ees_forecaster *forecaster) {
    size_t count = run->cutoffs->round_count;
    ees_question *questions = calloc(count + 1, sizeof *questions);
    ees_predictive *answers = calloc(count + 1, sizeof *answers);
    int *statuses = calloc(count + 1, sizeof *statuses);
    int rc = questions && answers && statuses ? EES_OK : no_memory(run->err);
    for (size_t i = 0; i < count && !rc; i++)
        questions[i] = question_of(run, i, model);
    if (!rc)
        rc = eesi_ask_all(forecaster, questions, count, answers, statuses, run->err);
    for (size_t i = 0; i < count && !rc; i++)
        record(run, i, model, &answers[i], statuses[i]);
    free(questions);
    free(answers);
    free(statuses);
    return rc;
}

static const ees_forecaster *find_last(void) {
    size_t count;
    const ees_forecaster *rivals = eesi_rivals(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rivals[i].name, "last") == 0)
            return &rivals[i];
    return &rivals[0];
}

static int forecast_columns(joint_run *run) {
    const eesi_joint_request *request = run->request;
    const eesi_size_guess guess = {request->calendar, request->models, request->model_count};
    const ees_forecaster mixture = eesi_size_unknown_forecaster(&guess);
    int rc = forecast_column(run, EES_JOINT_SIZE_UNKNOWN, &mixture);
    if (!rc)
        rc = forecast_column(run, EES_JOINT_SAME_AGAIN, &mixture);
    return rc ? rc : forecast_column(run, EES_JOINT_LAST, find_last());
}

/* --- the joint draws --- */

static double log_share(size_t count, uint64_t total) {
    return log(((double)count + 0.5) / ((double)total + 1.0));
}

static int score_draws(joint_run *run, size_t i, const ees_forecast_round *drawn) {
    const ees_round *round = &run->request->history->rounds[run->cutoffs->rounds[i]];
    ees_joint_row *row = &run->cutoffs->joint[i];
    const double half = 0.5;
    size_t days = 0, sizes = 0;
    int cutoff;
    for (size_t d = 0; drawn && d < drawn->count; d++) {
        days += drawn->date[d] == round->date;
        sizes += drawn->size[d] == round->size;
    }
    row->within = drawn ? drawn->within : 0.0;
    row->day = log_share(days, run->request->replicates);
    row->size = log_share(sizes, drawn ? drawn->count : 0);
    if (!drawn || !drawn->model)
        record(run, i, EES_JOINT_BOTH_UNKNOWN, NULL, EES_ERR_NOTFOUND);
    else
        record(run, i, EES_JOINT_BOTH_UNKNOWN, &drawn->cutoff_pmf, EES_OK);
    return drawn ? ees_forecast_quantiles(drawn, &half, 1, &row->day_median, &row->size_median, &cutoff, run->err)
                 : EES_OK;
}

static int draw_round(joint_run *run, size_t i, const ees_policy *policy, ees_known known) {
    const eesi_joint_request *request = run->request;
    const ees_date from = run->cutoffs->joint[i].calendar.from;
    eesi_forecast_request asked;
    ees_forecast_answer forecast;
    eesi_forecast_request_init(&asked);
    asked.history = request->history;
    asked.programs = request->programs;
    asked.known = known;
    asked.program_set = (ees_program_set)1 << run->cutoffs->programs[i];
    asked.policy = policy;
    asked.models = request->models;
    asked.model_count = request->model_count;
    asked.replicates = request->replicates;
    asked.seed = request->seed;
    asked.skip = request->options->skip;
    asked.skip_count = request->options->skip_count;
    int rc = request->forecast ? request->forecast(request->forecast_self, &forecast, &asked, from,
                                                   from + request->horizon_days, run->err)
                               : eesi_forecast_run(&forecast, &asked, run->err);
    if (!rc)
        rc = score_draws(run, i, forecast.count > 0 ? &forecast.rounds[0] : NULL);
    ees_forecast_answer_free(&forecast);
    return rc;
}

static int forecast_round(joint_run *run, size_t i) {
    const eesi_joint_request *request = run->request;
    const ees_date from = run->cutoffs->joint[i].calendar.from;
    const ees_known known = ees_history_before(request->history, from, false);
    const ees_policy_world world = {request->programs,           request->history, known, request->calendar, from,
                                    from + request->horizon_days};
    ees_policy *policy = NULL;
    int rc = eesi_policy_bind(&policy, request->policy_file, request->policy_text, &world, run->err);
    if (!rc)
        rc = draw_round(run, i, policy, known);
    eesi_policy_destroy(policy);
    return rc;
}

static int report(joint_run *run, size_t done) {
    if (!eesi_go_on(run->request->options->progress, done, run->cutoffs->round_count))
        return ees_error_set(run->err, EES_ERR_INTERRUPTED, "the backtest was interrupted");
    return EES_OK;
}

static int run_all(joint_run *run) {
    int rc = choose_rounds(run);
    if (rc)
        return rc;
    set_rivals(run);
    rc = forecast_columns(run);
    for (size_t i = 0; i < run->cutoffs->round_count && !rc; i++) {
        rc = forecast_round(run, i);
        if (!rc)
            rc = report(run, i + 1);
    }
    return rc;
}

int eesi_backtest_joint(ees_backtest *cutoffs, const eesi_joint_request *request, ees_error *err) {
    memset(cutoffs, 0, sizeof *cutoffs);
    if (request->model_count < 1 || request->horizon_days < 1 || request->replicates < 1)
        return ees_error_set(err, EES_ERR_RANGE, "a joint backtest needs a model, a horizon and futures");
    cutoffs->model_count = EES_JOINT_MODELS;
    memcpy(cutoffs->models, names, sizeof names);
    joint_run run = {.request = request, .cutoffs = cutoffs, .err = err};
    return run_all(&run);
}
