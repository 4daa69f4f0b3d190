/* ees_forecast(): the coming rounds, from what a context holds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/context.h>

#include "calendar/calendar.h"
#include "core/model_set.h"
#include "forecast/coming.h"
#include "models/blend.h"
#include "models/forecaster.h"
#include "policy/policy.h"
#include "policy/policy_spec.h"
#include "run/run_inputs.h"

typedef struct forecast_job {
    ees_context *context;
    const ees_forecast_request *asked;
    ees_date until;
    char *policy_file; /* owned */
    ees_policy *policy;
    eesi_models models;
    ees_run_inputs inputs;
    eesi_coming coming;
    ees_forecaster later[EESI_MODELS_MAX];
    eesi_forecast_request request;
} forecast_job;

void ees_forecast_request_init(ees_forecast_request *request) {
    *request = (ees_forecast_request){.rounds = 1, .date = EES_DATE_NONE, .until = EES_DATE_NONE, .seed = 1};
}

static int make_policy(forecast_job *job, ees_date from, ees_error *err) {
    const ees_forecast_request *asked = job->asked;
    char *text = NULL;
    int rc = eesi_policy_resolve(job->inputs.files, job->policy_file, job->inputs.programs, asked->sets,
                                 asked->set_count, &text, err);
    job->until = asked->until != EES_DATE_NONE ? asked->until : from + EES_CALENDAR_HORIZON_DAYS - 1;
    const ees_policy_world world = {.programs = job->inputs.programs,
                                    .history = job->inputs.history,
                                    .known = job->request.known,
                                    .calendar = job->inputs.calendar,
                                    .from = from,
                                    .until = job->until};
    if (rc == EES_OK)
        rc = eesi_policy_bind(&job->policy, job->policy_file, text, &world, err);
    free(text);
    job->request.policy = job->policy;
    return rc;
}

/* Programs with an ensemble are looked at in futures in which their rounds meet. */
static void choose_coming(forecast_job *job) {
    job->coming.inputs = &job->inputs;
    job->coming.policy_file = job->policy_file;
    job->coming.sets = job->asked->sets;
    job->coming.set_count = job->asked->set_count;
    job->coming.programs = eesi_models_may_run(&job->models) ? ~(ees_program_set)0 : 0;
    job->coming.threads = eesi_context_threads(job->context);
    if (job->asked->replicates)
        job->coming.replicates = job->asked->replicates;
}

/* The day asked for, or the day after the newest round. */
static int choose_day(forecast_job *job, ees_forecast_answer *answer, ees_error *err) {
    const ees_date asked = job->asked->date;
    const ees_history *history = job->inputs.history;
    job->request.known = ees_history_before(history, asked, false);
    if (job->request.known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round was held before this day: there is nothing to learn from");
    const ees_round *last = &history->rounds[job->request.known.round_count - 1];
    answer->from = asked != EES_DATE_NONE ? asked : last->date + 1;
    answer->last_round = last->number;
    return EES_OK;
}

static bool is_named(const ees_forecaster *model, const char *name) {
    return strcmp(model->name, name) == 0;
}

static void add_later(forecast_job *job, const ees_forecaster *model) {
    if (job->request.later_model_count < EESI_MODELS_MAX)
        job->later[job->request.later_model_count++] = *model;
}

/*
 * Later rounds are asked about once a future. The ensemble (and the blends with it) passes through the whole history
 * for each, which is too slow; the stock-flow model behind it is nearly as good (see eesim backtest) and takes a tenth
 * of a millisecond.
 */
static void choose_models(forecast_job *job) {
    const eesi_models *models = &job->models;
    job->request.models = models->forecasters;
    job->request.model_count = models->count;
    job->request.later_models = job->later;
    for (size_t i = 0; i < models->count; i++)
        if (is_named(&models->forecasters[i], "stock-flow"))
            add_later(job, &models->forecasters[i]);
    for (size_t i = 0; i < models->count; i++) {
        const ees_forecaster *model = &models->forecasters[i];
        const bool slow = is_named(model, "ensemble") || is_named(model, "preferred") || eesi_blend_of(model);
        if (models->chosen || !(slow || is_named(model, "stock-flow")))
            add_later(job, model);
    }
}

static void fill_request(forecast_job *job) {
    job->request.history = job->inputs.history;
    job->request.programs = job->inputs.programs;
    job->request.program_set = job->asked->programs;
    job->request.skip = job->models.excluded;
    job->request.skip_count = job->models.excluded_count;
    job->request.seed = job->asked->seed;
    job->request.rounds = job->asked->rounds;
    if (job->asked->replicates)
        job->request.replicates = job->asked->replicates;
}

static int load(forecast_job *job, ees_error *err) {
    int rc = eesi_context_models(job->context, job->asked->model, job->asked->seed, &job->models, err);
    if (rc == EES_OK)
        rc = eesi_context_run_inputs(job->context, &job->models, &job->inputs, err);
    if (rc)
        return rc;
    job->policy_file = eesi_context_policy_path(job->context, job->asked->policy_file, err);
    return job->policy_file ? EES_OK : err->code;
}

/* Why a program that was asked for has no row. */
static void remark_not_in_force(const forecast_job *job, ees_date from) {
    char day[EES_DATE_TEXT_MAX];
    for (size_t p = 0; p < job->inputs.programs->count; p++) {
        const ees_program *program = &job->inputs.programs->programs[p];
        if (!(job->asked->programs >> p & 1U))
            continue;
        if (program->first_date != EES_DATE_NONE && program->first_date > from)
            eesi_context_remark(job->context, "%s was announced on %s: nobody knew of it before", program->code,
                                ees_date_format(program->first_date, day));
        if (program->last_date != EES_DATE_NONE && program->last_date < from)
            eesi_context_remark(job->context, "%s has ended: its last day was %s", program->code,
                                ees_date_format(program->last_date, day));
    }
}

static int forecast(forecast_job *job, ees_forecast_answer *answer, ees_error *err) {
    int rc = load(job, err);
    if (rc)
        return rc;
    fill_request(job);
    choose_models(job);
    choose_coming(job);
    ees_forecast_answer drawn = {0};
    rc = choose_day(job, answer, err);
    if (rc == EES_OK)
        rc = make_policy(job, answer->from, err);
    if (rc == EES_OK)
        rc = eesi_coming_forecast(&job->coming, &drawn, &job->request, job->asked->date, job->until, err);
    answer->count = drawn.count;
    answer->rounds = drawn.rounds;
    if (rc == EES_OK)
        remark_not_in_force(job, answer->from);
    if (rc == EES_OK && answer->count == 0)
        eesi_context_remark(job->context, "no future holds such a round inside the horizon");
    return rc;
}

int ees_forecast(ees_context *context, const ees_forecast_request *request, ees_forecast_answer *answer,
                 ees_error *err) {
    forecast_job job = {.context = context, .asked = request};
    *answer = (ees_forecast_answer){.from = EES_DATE_NONE};
    eesi_forecast_request_init(&job.request);
    eesi_coming_init(&job.coming);
    int rc = forecast(&job, answer, err);
    eesi_policy_destroy(job.policy);
    free(job.policy_file);
    return rc;
}

/* ---- as a table ---- */

static const ees_column columns[] = {
    {"program", "program", EES_COLUMN_TEXT, 0, NULL, "Code of the program or category"},
    {"round", "round", EES_COLUMN_INTEGER, 0, NULL, "1: the next round of the program, 2: the one after it"},
    {"probability", "chance", EES_COLUMN_NUMBER, 2, NULL, "Share of futures that hold it inside the horizon"},
    {"date_q10", "date 10 %", EES_COLUMN_DATE, 0, NULL, "Day of the round, quantile 0.1"},
    {"date_median", "date", EES_COLUMN_DATE, 0, NULL, "Day of the round, median"},
    {"date_q90", "date 90 %", EES_COLUMN_DATE, 0, NULL, "Day of the round, quantile 0.9"},
    {"size_q10", "size 10 %", EES_COLUMN_COUNT, 0, "candidates", "Invitations, quantile 0.1"},
    {"size_median", "size", EES_COLUMN_COUNT, 0, "candidates", "Invitations, median"},
    {"size_q90", "size 90 %", EES_COLUMN_COUNT, 0, "candidates", "Invitations, quantile 0.9"},
    {"cutoff_q025", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.025"},
    {"cutoff_q10", "cut-off 10 %", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.1"},
    {"cutoff_median", "cut-off", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, median"},
    {"cutoff_q90", "cut-off 90 %", EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.9"},
    {"cutoff_q975", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Cut-off, quantile 0.975"},
    {"cutoff_mean", NULL, EES_COLUMN_NUMBER, 1, "CRS points", "Cut-off, mean"},
    {"model", NULL, EES_COLUMN_TEXT, 0, NULL, "Model of the cut-off; missing when none had an answer"},
};

static int64_t or_missing(int cutoff) {
    return cutoff == EES_SCORE_NONE ? INT64_MIN : cutoff;
}

static int add_row(ees_table *table, const ees_programs *programs, const ees_forecast_round *round, ees_error *err) {
    static const double levels[5] = {0.025, 0.1, 0.5, 0.9, 0.975};
    ees_date dates[5];
    int64_t sizes[5];
    int cutoffs[5];
    int rc = ees_forecast_quantiles(round, levels, 5, dates, sizes, cutoffs, err);
    if (rc)
        return rc;
    ees_table_text(table, programs->programs[round->program].code);
    ees_table_int(table, round->round);
    ees_table_number(table, round->within);
    for (int i = 1; i < 4; i++)
        ees_table_date(table, dates[i]);
    for (int i = 1; i < 4; i++)
        ees_table_int(table, sizes[i]);
    for (int i = 0; i < 5; i++)
        ees_table_int(table, or_missing(cutoffs[i]));
    ees_table_number(table, round->model ? ees_predictive_mean(&round->cutoff_pmf) : NAN);
    ees_table_text(table, round->model);
    return EES_OK;
}

int ees_forecast_table(ees_context *context, const ees_forecast_answer *answer, ees_table **table, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    *table = NULL;
    int rc = programs ? ees_table_create(table, columns, sizeof columns / sizeof *columns, err) : err->code;
    for (size_t i = 0; i < answer->count && rc == EES_OK; i++)
        rc = add_row(*table, programs, &answer->rounds[i], err);
    if (rc) {
        ees_table_destroy(*table);
        *table = NULL;
    }
    return rc;
}
