/* Backtests: a request becomes models and rounds, and these a result. */
#include <eesim/backtest.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "calendar/calendar.h"
#include "calendar/calendar_model.h"
#include "core/context.h"
#include "eval/backtest.h"
#include "eval/chance_backtest.h"
#include "eval/chance_record.h"
#include "forecast/coming.h"
#include "models/blend.h"
#include "models/ensemble_model.h"
#include "models/forecaster.h"
#include "models/model.h"
#include "policy/policy_spec.h"
#include "predict/size_unknown.h"
#include "run/run_inputs.h"

void ees_backtest_request_init(ees_backtest_request *request) {
    *request = (ees_backtest_request){
        .since = EES_DATE_NONE, .until = EES_DATE_NONE, .every_days = 14, .replicates = 4000, .seed = 1};
}

typedef struct past {
    ees_context *context;
    const ees_backtest_request *request;
    const ees_history *history;
    const ees_programs *programs;
    eesi_backtest_options options;
    const char **skip; /* owned */
    eesi_models models;
    ees_forecaster list[EES_BACKTEST_MODELS_MAX]; /* those that are compared */
    size_t count;
    ees_error *err;
} past;

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for a backtest");
}

/* ---- which rounds ---- */

static int find_round(const past *p, const char *number, int *position) {
    *position = number ? ees_history_find(p->history, number) : -1;
    if (number && *position < 0)
        return ees_error_set(p->err, EES_ERR_RANGE, "no round has the number '%.20s'", number);
    return EES_OK;
}

/* The policy events of the model file, and what is asked for besides. */
static int choose_skipped(past *p) {
    const ees_backtest_request *request = p->request;
    const size_t events = p->models.excluded_count;
    p->skip = malloc((request->skip_count + events + 1) * sizeof *p->skip);
    if (!p->skip)
        return no_memory(p->err);
    for (size_t i = 0; i < events; i++)
        p->skip[i] = p->models.excluded[i];
    for (size_t i = 0; i < request->skip_count; i++)
        p->skip[events + i] = request->skip[i];
    p->options.skip = p->skip;
    p->options.skip_count = request->skip_count + events;
    return EES_OK;
}

/* What the parameters were fitted on is no test of them. EES_ERR_NOTFOUND where nobody knows what that was. */
static int leave_out_seen(past *p) {
    const char *until = eesi_model_fitted_until(p->models.model);
    const int last_seen = ees_history_find(p->history, until);
    if (last_seen < 0)
        return ees_error_set(p->err, EES_ERR_NOTFOUND, "no round is known to be unseen by these parameters");
    if (p->options.first_round <= last_seen)
        p->options.first_round = last_seen + 1;
    return EES_OK;
}

static int choose_rounds(past *p) {
    const ees_backtest_request *request = p->request;
    eesi_backtest_options *options = &p->options;
    p->history = ees_context_history(p->context, p->err);
    p->programs = p->history ? ees_context_programs(p->context, p->err) : NULL;
    if (!p->programs)
        return p->err->code;
    eesi_backtest_options_init(options);
    options->programs = request->programs;
    options->first_date = request->since;
    options->last_date = request->until;
    options->hindsight = request->hindsight;
    options->size_unknown = request->size_unknown;
    options->threads = eesi_context_threads(p->context);
    options->progress = eesi_context_progress(p->context);
    int rc = find_round(p, request->first, &options->first_round);
    if (rc == EES_OK)
        rc = find_round(p, request->last, &options->last_round);
    if (rc == EES_OK && request->first && request->last && options->first_round > options->last_round)
        rc = ees_error_set(p->err, EES_ERR_RANGE, "round #%s is after round #%s", request->first, request->last);
    if (rc == EES_OK && request->unseen)
        rc = leave_out_seen(p);
    return rc ? rc : choose_skipped(p);
}

/* ---- which models ---- */

static void add_model(past *p, const ees_forecaster *model) {
    if (p->count < EES_BACKTEST_MODELS_MAX)
        p->list[p->count++] = *model;
}

/* Those named in "a,b", in that order. */
static int choose_named(past *p) {
    for (const char *at = p->request->models; *at;) {
        const size_t length = strcspn(at, ",");
        size_t i = 0;
        while (i < p->models.count && (strlen(p->models.forecasters[i].name) != length ||
                                       strncmp(p->models.forecasters[i].name, at, length) != 0))
            i++;
        if (i == p->models.count || p->count == EES_BACKTEST_MODELS_MAX)
            return ees_error_set(p->err, EES_ERR_RANGE, "'%.*s' is no model that can be compared; see 'eesim backtest'",
                                 (int)(length < 40 ? length : 40), at);
        add_model(p, &p->models.forecasters[i]);
        at += length + (at[length] == ',');
    }
    return EES_OK;
}

/* All there are; a model that was named is compared with the naive rivals. */
static void choose_all(past *p) {
    const eesi_models *models = &p->models;
    size_t rivals = 0;
    const ees_forecaster *rival = eesi_rivals(&rivals);
    for (size_t i = 0; i < models->count; i++)
        if (models->chosen || !eesi_blend_of(&models->forecasters[i])) /* twice the work for its parts */
            add_model(p, &models->forecasters[i]);
    for (size_t i = 0; models->chosen && i < rivals; i++)
        if (strcmp(rival[i].name, models->forecasters[0].name) != 0)
            add_model(p, &rival[i]);
}

static int choose_models(past *p) {
    const ees_backtest_request *request = p->request;
    int rc = eesi_context_models(p->context, request->model, request->seed, &p->models, p->err);
    if (rc == EES_OK && request->models)
        rc = choose_named(p);
    else if (rc == EES_OK)
        choose_all(p);
    return rc;
}

/* Without sizes, the models that need one are asked through the calendar, which guesses them; it leads the list, in the
 * place of "preferred", which without the models that need a size would only repeat one of the rivals. */
static int add_size_guess(past *p, eesi_size_guess *guess) {
    const ees_calendar_model *calendar = eesi_context_calendar(p->context, p->err);
    if (!calendar)
        return p->err->code;
    *guess = (eesi_size_guess){calendar, p->models.forecasters, p->models.count};
    size_t kept = 0;
    for (size_t m = 0; m < p->count && kept + 1 < EES_BACKTEST_MODELS_MAX; m++)
        if (strcmp(p->list[m].name, "preferred") != 0)
            p->list[kept++] = p->list[m];
    memmove(p->list + 1, p->list, kept * sizeof *p->list);
    p->list[0] = eesi_size_unknown_forecaster(guess);
    p->count = kept + 1;
    return EES_OK;
}

/* ---- the three kinds ---- */

static int score_cutoffs(past *p, ees_backtest *backtest) {
    eesi_size_guess guess;
    int rc = p->request->size_unknown ? add_size_guess(p, &guess) : EES_OK;
    if (rc == EES_OK)
        rc = eesi_backtest_models(backtest, p->history, p->programs, p->list, p->count, &p->options, p->err);
    if (rc)
        return rc;
    rc = eesi_backtest_tie_breaks(&backtest->tie_breaks, &backtest->tie_break_count, p->history, p->programs,
                                  &p->options, p->err);
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc; /* none of the rounds published a tie-break */
}

/* Days, sizes and cut-offs as a forecast of coming rounds would have drawn them together. */
static int draw_joint(past *p, const char *file, const char *policy, ees_backtest *backtest) {
    const ees_backtest_request *request = p->request;
    ees_run_inputs inputs;
    eesi_joint_request asked;
    eesi_coming coming;
    int rc = eesi_context_run_inputs(p->context, &p->models, &inputs, p->err);
    if (rc)
        return rc;
    inputs.forecasters = p->list;
    inputs.forecaster_count = p->count;
    eesi_coming_init(&coming);
    coming.inputs = &inputs;
    coming.policy_file = file;
    coming.sets = request->settings;
    coming.set_count = request->setting_count;
    coming.programs = eesi_models_may_run(&p->models) ? ~(ees_program_set)0 : 0;
    coming.replicates = request->replicates;
    coming.threads = p->options.threads;
    eesi_joint_request_init(&asked);
    asked.history = p->history;
    asked.programs = p->programs;
    asked.calendar = inputs.calendar;
    asked.policy_file = file;
    asked.policy_text = policy;
    asked.models = p->list;
    asked.model_count = p->count;
    asked.options = &p->options;
    asked.replicates = request->replicates;
    asked.seed = request->seed;
    asked.forecast = eesi_coming_forecast;
    asked.forecast_self = &coming;
    return eesi_backtest_joint(backtest, &asked, p->err);
}

static int score_joint(past *p, ees_backtest *backtest) {
    const ees_backtest_request *request = p->request;
    char *policy = NULL, *file = eesi_context_policy_path(p->context, request->policy_file, p->err);
    if (!file)
        return p->err->code;
    int rc = eesi_policy_resolve(eesi_context_source(p->context), file, p->programs, request->settings,
                                 request->setting_count, &policy, p->err);
    if (rc == EES_OK)
        rc = draw_joint(p, file, policy, backtest);
    free(policy);
    free(file);
    return rc;
}

static int read_calendar(past *p, ees_calendar_model *own, const ees_calendar_model **calendar) {
    *calendar = p->request->model ? own : eesi_context_calendar(p->context, p->err);
    if (p->request->model)
        return eesi_calendar_model_read(own, eesi_context_source(p->context), p->request->model, p->err);
    return *calendar ? EES_OK : p->err->code;
}

static bool is_selected(const past *p, int program) {
    return p->options.programs == 0 || (p->options.programs >> program & 1U);
}

/* Days and sizes alone. */
static int score_calendar(past *p, ees_backtest *backtest) {
    ees_calendar_model own;
    const ees_calendar_model *calendar;
    int rc = read_calendar(p, &own, &calendar);
    if (rc)
        return rc;
    if (p->history->round_count == 0)
        return ees_error_set(p->err, EES_ERR_DATA, "the data hold no round");
    const size_t first = p->options.first_round < 0 ? 0 : (size_t)p->options.first_round,
                 last = p->options.last_round < 0 ? p->history->round_count - 1 : (size_t)p->options.last_round,
                 room = last - first + 1;
    size_t count = 0;
    ees_calendar_score *scores = backtest->calendar = calloc(room, sizeof *scores);
    backtest->rounds = calloc(room, sizeof *backtest->rounds);
    backtest->programs = calloc(room, sizeof *backtest->programs);
    if (!scores || !backtest->rounds || !backtest->programs)
        return no_memory(p->err);
    rc = eesi_calendar_backtest(calendar, p->programs, p->history, EES_PROGRAM_NONE, first, last, scores, &count,
                                p->err);
    for (size_t i = 0; rc == EES_OK && i < count; i++) {
        if (!is_selected(p, scores[i].program))
            continue;
        backtest->rounds[backtest->round_count] = scores[i].round;
        backtest->programs[backtest->round_count] = scores[i].program;
        scores[backtest->round_count++] = scores[i];
    }
    return rc;
}

/* An ensemble that keeps its members in memory alone: those of past days would drive others out of the folder. */
static int make_ensemble(const past *p, eesi_ensemble_model **ensemble) {
    eesi_ensemble_options options;
    eesi_ensemble_options_init(&options);
    options.seed = p->request->seed;
    options.threads = p->options.threads;
    return eesi_ensemble_model_create(ensemble, p->models.model, &options, p->err);
}

static int write_record(const past *p, const ees_run_inputs *inputs, const ees_backtest *backtest) {
    const eesi_record_origin origin = {inputs->history->sha256, eesi_model_sha256(inputs->model),
                                       inputs->calendar->sha256, p->request->seed};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return no_memory(p->err);
    int rc = eesi_chance_record_write(backtest, &origin, out, p->err);
    if ((fclose(out) != 0 || !text) && rc == EES_OK)
        rc = no_memory(p->err);
    if (rc == EES_OK)
        rc = eesi_file_write(p->request->record, text, length, p->err);
    free(text);
    return rc;
}

/* What chances candidates were given on past days. */
static int score_chances(past *p, ees_backtest *backtest) {
    const ees_backtest_request *request = p->request;
    eesi_ensemble_model *ensemble = NULL;
    ees_run_inputs inputs;
    ees_run_request run;
    int rc = eesi_context_run_inputs(p->context, &p->models, &inputs, p->err);
    if (rc == EES_OK)
        rc = make_ensemble(p, &ensemble);
    if (rc)
        return rc;
    inputs.ensemble = ensemble;
    ees_run_request_init(&run);
    run.policy_file = request->policy_file;
    run.sets = request->settings;
    run.set_count = request->setting_count;
    run.replicates = request->replicates;
    run.seed = request->seed;
    const eesi_chance_request asked = {&inputs, &run, &p->options, request->every_days};
    rc = eesi_backtest_chances(backtest, &asked, p->err);
    if (rc == EES_OK && request->record)
        rc = write_record(p, &inputs, backtest);
    eesi_ensemble_model_destroy(ensemble);
    return rc;
}

/* ---- the verb ---- */

static int check_chance(const ees_backtest_request *request, ees_error *err) {
    if (request->calendar || request->size_unknown || request->date_unknown || request->hindsight || request->models)
        return ees_error_set(err, EES_ERR_RANGE,
                             "a backtest of chances looks at programs, days, rounds to skip, and the policy only");
    if (request->record && (request->policy_file || request->setting_count > 0 || request->programs != 0))
        return ees_error_set(err, EES_ERR_RANGE,
                             "the record is that of all programs in the learned world: it takes no "
                             "program, policy or setting");
    if (request->every_days < 1 || request->every_days > 366)
        return ees_error_set(err, EES_ERR_RANGE, "from one day of a backtest to the next are 1 to 366 days");
    return EES_OK;
}

/* What would be ignored is not what was meant. */
static int check(const ees_backtest_request *request, ees_error *err) {
    const bool days = request->since != EES_DATE_NONE || request->until != EES_DATE_NONE;
    if (request->calendar && request->unseen)
        return ees_error_set(err, EES_ERR_RANGE, "what days and sizes were fitted on is not known");
    if (request->calendar && (request->size_unknown || request->date_unknown || request->hindsight || request->models ||
                              request->skip_count > 0 || days))
        return ees_error_set(err, EES_ERR_RANGE,
                             "a backtest of days and sizes looks at programs and at the first and last round only");
    if (request->size_unknown && request->date_unknown)
        return ees_error_set(err, EES_ERR_RANGE, "without the day the size is unknown too: ask for one of the two");
    if (request->chance && check_chance(request, err))
        return err->code;
    if (!request->date_unknown && !request->chance && (request->policy_file || request->setting_count > 0))
        return ees_error_set(err, EES_ERR_RANGE, "a policy is looked at only where the day is unknown");
    if ((request->date_unknown || request->chance) && request->replicates == 0)
        return ees_error_set(err, EES_ERR_RANGE, "a backtest of unknown days needs futures");
    return EES_OK;
}

int ees_backtest_run(ees_context *context, const ees_backtest_request *request, ees_backtest *backtest,
                     ees_error *err) {
    ees_error own = {0};
    past p = {.context = context, .request = request, .err = err ? err : &own};
    memset(backtest, 0, sizeof *backtest);
    int rc = check(request, p.err);
    if (rc == EES_OK && !request->calendar)
        rc = choose_models(&p);
    if (rc == EES_OK)
        rc = choose_rounds(&p);
    if (rc == EES_OK && request->calendar)
        rc = score_calendar(&p, backtest);
    else if (rc == EES_OK && request->chance)
        rc = score_chances(&p, backtest);
    else if (rc == EES_OK)
        rc = (request->date_unknown ? score_joint : score_cutoffs)(&p, backtest);
    backtest->seed = request->seed;
    if (p.models.model)
        snprintf(backtest->fitted_until, sizeof backtest->fitted_until, "%s", eesi_model_fitted_until(p.models.model));
    free(p.skip);
    return rc;
}
