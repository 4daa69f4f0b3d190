/* ees_predict(): the question put to the models of the context. */
#include <eesim/context.h>

#include "calendar/calendar.h"
#include <eesim/pool.h>

#include "core/context.h"
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

static int ask(const ees_predict_request *request, eesi_models *models, eesi_predict_request *inner,
               ees_prediction *out, ees_error *err) {
    const ees_programs *programs = inner->question.programs;
    if (request->program < 0 || (size_t)request->program >= programs->count)
        return ees_error_set(err, EES_ERR_RANGE, "a prediction needs a program");
    eesi_models_prefer(models, request->program);
    inner->models = models->forecasters;
    inner->model_count = models->count;
    inner->replicates = request->replicates;
    inner->seed = request->seed;
    inner->change = request->change;
    inner->cutoff = request->cutoff;
    int rc = eesi_predict(out, inner, err);
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
        rc = inner.segments ? ask(request, &models, &inner, out, err) : err->code;
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
