/* ees_predict(): the question put to the models of the context. */
#include <eesim/context.h>

#include "calendar/calendar.h"
#include <eesim/pool.h>

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/model_set.h"
#include "forecast/between.h"
#include "forecast/one_round.h"
#include "models/blend.h"
#include "models/forecaster.h"
#include "models/model.h"
#include "predict/predict.h"

void ees_predict_request_init(ees_predict_request *request) {
    *request = (ees_predict_request){.program = EES_PROGRAM_NONE,
                                     .size = EES_COUNT_NONE,
                                     .date = EES_DATE_NONE,
                                     .as_of = EES_DATE_NONE,
                                     .cutoff = EES_SCORE_NONE,
                                     .tie_break = EES_TIME_NONE,
                                     .change = 1000,
                                     .replicates = EES_PREDICT_REPLICATES,
                                     .seed = 1};
}

/* The newest snapshot that was known and is dated on or before `as_of`. */
static int choose_snapshot(const ees_history *history, ees_known known, ees_date as_of, int *snapshot, ees_error *err) {
    *snapshot = EES_SNAPSHOT_NONE;
    if (as_of == EES_DATE_NONE)
        return EES_OK;
    for (size_t i = 0; i < known.snapshot_count; i++)
        if (history->snapshots[i].as_of <= as_of)
            *snapshot = (int)i;
    char day[EES_DATE_TEXT_MAX];
    if (*snapshot == EES_SNAPSHOT_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "no published pool is dated %s or earlier",
                             ees_date_format(as_of, day));
    return EES_OK;
}

/* The size of the latest known round of the program, else a usual one. */
static int64_t usual_size(const ees_history *history, ees_known known, int program) {
    for (size_t i = known.round_count; i-- > 0;)
        if (history->rounds[i].program == program)
            return history->rounds[i].size;
    return 1000;
}

static int next_date(ees_context *context, ees_question *q, ees_error *err) {
    const ees_calendar_model *calendar = eesi_context_calendar(context, err);
    return calendar ? eesi_calendar_next_date(calendar, q->programs, q->history, q->known, q->program, &q->date, err)
                    : err->code;
}

static int fill_question(ees_context *context, const ees_predict_request *request, eesi_predict_request *to,
                         ees_error *err) {
    ees_question *q = &to->question;
    q->history = ees_context_history(context, err);
    q->programs = q->history ? ees_context_programs(context, err) : NULL;
    if (!q->programs)
        return err->code;
    q->program = request->program;
    q->known = ees_history_before(q->history, request->date, request->hindsight);
    q->hindsight = request->hindsight;
    if (q->known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known before that day: the data begin later");
    q->date = request->date;
    int rc = q->date == EES_DATE_NONE ? next_date(context, q, err) : EES_OK;
    q->size = request->size != EES_COUNT_NONE ? request->size : usual_size(q->history, q->known, q->program);
    return rc ? rc : choose_snapshot(q->history, q->known, request->as_of, &to->snapshot, err);
}

/* With a tie-break given fewer may be invited than the size: the round is held on the integer pool. */
static int hold_strictly(const ees_programs *programs, ees_prediction *p, ees_time tie_break, ees_error *err) {
    p->submitted = tie_break;
    if (tie_break == EES_TIME_NONE || !p->has_pool)
        return EES_OK;
    ees_draw_rule rule = {.segments = ees_pool_admitted(&p->pool, programs, p->program),
                          .size = p->size,
                          .cutoff = EES_SCORE_NONE,
                          .tie_break = tie_break};
    ees_draw_result result;
    int rc = ees_draw(&p->pool, &rule, &result, err);
    if (rc == EES_OK)
        p->invited = result.invited;
    return rc;
}

/* The models of a program, before them the futures where rounds may be missing in the data. */
typedef struct model_list {
    eesi_one_round futures;
    ees_run_inputs inputs;
    double simulated; /* rounds of the program that are not in the data */
    ees_forecaster models[EESI_MODELS_MAX + 1];
    size_t count;
} model_list;

static bool answers_by_members(const eesi_models *models) {
    return !models->chosen &&
           (strcmp(models->forecasters[0].name, "ensemble") == 0 || eesi_blend_of(&models->forecasters[0]));
}

/* Whether rounds may have been held that the data do not reach. */
static bool may_miss_rounds(const ees_predict_request *request, const ees_question *q) {
    return !request->as_if_none && !request->hindsight && request->as_of == EES_DATE_NONE &&
           q->date > eesi_between_newest(q);
}

/* Futures before all models: they hold the rounds in between with their cut-offs. */
static void add_futures(ees_context *context, const ees_predict_request *request, const eesi_models *models,
                        bool beyond, model_list *list) {
    enum { FUTURES = 8192, FUTURES_BEYOND = 4096 }; /* the further off, the wider: fewer say as much */
    list->futures = (eesi_one_round){.inputs = &list->inputs,
                                     .name = models->forecasters[0].name,
                                     .about = models->forecasters[0].about,
                                     .seed = request->seed,
                                     .replicates = beyond ? FUTURES_BEYOND : FUTURES,
                                     .threads = eesi_context_threads(context),
                                     .simulated = &list->simulated};
    list->models[list->count++] = eesi_one_round_forecaster(&list->futures);
}

static int list_models(ees_context *context, const ees_predict_request *request, eesi_models *models, ees_question *q,
                       model_list *list, ees_error *err) {
    int rc = eesi_context_run_inputs(context, models, &list->inputs, err); /* before the order of one program */
    if (rc)
        return rc;
    eesi_models_prefer(models, request->program);
    if (answers_by_members(models) && may_miss_rounds(request, q))
        add_futures(context, request, models, eesi_between_is_beyond(q), list);
    for (size_t i = 0; i < models->count; i++)
        list->models[list->count++] = models->forecasters[i];
    return EES_OK;
}

static void remark_simulated(const ees_context *context, const ees_question *q, double simulated) {
    if (simulated >= 0.5)
        eesi_context_remark(context,
                            "about %.0f %s rounds that are not in the data were simulated (--as-if-none: none is held)",
                            simulated, q->programs->programs[q->program].code);
}

static int predict(ees_context *context, const ees_predict_request *request, eesi_models *models,
                   eesi_predict_request *inner, model_list *list, ees_prediction *out, ees_error *err) {
    int rc = list_models(context, request, models, &inner->question, list, err);
    if (rc)
        return rc;
    inner->models = list->models;
    inner->model_count = list->count;
    inner->replicates = request->replicates;
    inner->seed = request->seed;
    inner->change = request->change;
    inner->cutoff = request->cutoff;
    rc = eesi_predict(out, inner, err);
    out->simulated = list->simulated;
    if (rc == EES_OK)
        remark_simulated(context, &inner->question, list->simulated);
    return rc;
}

static int ask(ees_context *context, const ees_predict_request *request, eesi_models *models,
               eesi_predict_request *inner, ees_prediction *out, ees_error *err) {
    const ees_programs *programs = inner->question.programs;
    if (request->program < 0 || (size_t)request->program >= programs->count)
        return ees_error_set(err, EES_ERR_RANGE, "a prediction needs a program");
    model_list *list = calloc(1, sizeof *list);
    if (!list)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = predict(context, request, models, inner, list, out, err);
    free(list);
    if (rc == EES_OK && models->chosen && !out->answered)
        rc = ees_error_set(err, EES_ERR_UNSUPPORTED, "the model '%s' has no answer for %s", models->forecasters[0].name,
                           programs->programs[request->program].code);
    return rc ? rc
              : hold_strictly(programs, out, request->cutoff == EES_SCORE_NONE ? request->tie_break : EES_TIME_NONE,
                              err);
}

int ees_predict(ees_context *context, const ees_predict_request *request, ees_prediction *out, ees_error *err) {
    ees_error own = {0};
    eesi_predict_request inner;
    eesi_models models;
    err = err ? err : &own;
    *out = (ees_prediction){0};
    eesi_predict_request_init(&inner);
    int rc = eesi_context_models(context, request->model, request->seed, &models, err);
    if (rc == EES_OK)
        rc = fill_question(context, request, &inner, err);
    inner.segments = rc ? NULL : eesi_context_segments(context, err);
    if (rc == EES_OK)
        rc = inner.segments ? ask(context, request, &models, &inner, out, err) : err->code;
    if (rc == EES_OK) {
        out->parameters = eesi_model_name(models.model);
        out->parameters_sha256 = eesi_model_sha256(models.model);
    }
    return rc;
}

/* ---- rounds held on a pool ---- */

/* A round of this program held on the day, for the comparison with what was published. */
static int64_t official_size(const ees_history *history, int program, ees_date date) {
    for (size_t i = 0; i < history->round_count; i++)
        if (history->rounds[i].program == program && history->rounds[i].date == date)
            return history->rounds[i].size;
    return EES_COUNT_NONE;
}

static int replay_on(ees_context *context, const ees_predict_request *request, const ees_prediction *p,
                     ees_held_round *held, ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = history ? ees_context_programs(context, err) : NULL;
    if (!programs)
        return err->code;
    if (!p->has_pool)
        return ees_error_set(err, EES_ERR_NOTFOUND, "a replay needs a published pool, and none was known by then");
    ees_draw_rule rule = {.segments = ees_pool_admitted(&p->pool, programs, p->program),
                          .size = EES_COUNT_NONE,
                          .cutoff = request->cutoff,
                          .tie_break = request->tie_break};
    ees_draw_result result;
    int rc = ees_draw(&p->pool, &rule, &result, err);
    if (rc)
        return rc;
    *held = (ees_held_round){.program = p->program,
                             .date = p->date,
                             .size = EES_COUNT_NONE,
                             .candidates = p->pool.total,
                             .as_of = history->snapshots[p->snapshot].as_of,
                             .published = official_size(history, p->program, p->date),
                             .eligible = result.eligible,
                             .invited = result.invited,
                             .at_cutoff = result.at_cutoff,
                             .at_cutoff_invited = result.at_cutoff_invited,
                             .cutoff = request->cutoff,
                             .tie_break = request->tie_break};
    return EES_OK;
}

int ees_replay(ees_context *context, const ees_predict_request *request, ees_held_round *held, ees_error *err) {
    ees_error own = {0};
    ees_prediction prediction;
    err = err ? err : &own;
    int rc = ees_predict(context, request, &prediction, err);
    if (rc == EES_OK)
        rc = replay_on(context, request, &prediction, held, err);
    ees_prediction_free(&prediction);
    return rc;
}
