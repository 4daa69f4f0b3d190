/* A question put to the models: what `draw`, `plot` and `report` have in common. */
#include <stdlib.h>
#include <string.h>

#include "draw.h"

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

static int next_date(cli *app, const ees_question *q, ees_date *date, ees_error *err) {
    ees_calendar_model calendar;
    char *path = cli_model_path(app, "calendar.json", err);
    int rc = path ? ees_calendar_model_load(&calendar, path, err) : err->code;
    free(path);
    return rc ? rc : ees_calendar_next_date(&calendar, q->programs, q->history, q->known, q->program, date, err);
}

static int ask(cli *app, const draw_query *query, draw_answer *answer, ees_error *err) {
    const cli_common *common = cli_given(app);
    ees_predict_request *request = &answer->request;
    ees_question *q = &request->question;
    q->history = answer->history;
    q->programs = answer->programs;
    q->program = query->program;
    q->known = ees_history_before(answer->history, common->date, query->hindsight);
    q->hindsight = query->hindsight;
    if (q->known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known before that day: the data begin later");
    q->date = common->date;
    int rc = q->date == EES_DATE_NONE ? next_date(app, q, &q->date, err) : EES_OK;
    if (rc)
        return rc;
    q->size = query->size != EES_COUNT_NONE ? query->size : usual_size(answer->history, q->known, q->program);
    if (common->replicates != CLI_INT_NONE)
        request->replicates = (uint64_t)common->replicates;
    request->seed = (uint64_t)common->seed;
    request->change = 1000;
    request->cutoff = query->cutoff;
    rc = choose_snapshot(answer->history, q->known, query->as_of, &request->snapshot, err);
    return rc ? rc : ees_predict(&answer->prediction, request, err);
}

int draw_predict(cli *app, const draw_query *query, cli_models *models, draw_answer *answer, ees_error *err) {
    *answer = (draw_answer){.tie_break = EES_TIME_NONE};
    answer->history = cli_history(app, err);
    answer->programs = cli_programs(app, err);
    if (!answer->history || !answer->programs)
        return err->code;
    cli_models_prefer(models, query->program);
    ees_predict_request_init(&answer->request);
    answer->request.models = models->forecasters;
    answer->request.model_count = models->count;
    answer->request.segments = models->segments;
    answer->model_file = models->file;
    answer->model_sha256 = models->sha256;
    int rc = ask(app, query, answer, err);
    if (rc == EES_OK && models->chosen && !answer->prediction.answered)
        rc = ees_error_set(err, EES_ERR_UNSUPPORTED, "the model '%s' has no answer for %s", models->forecasters[0].name,
                           answer->programs->programs[query->program].code);
    return rc;
}
