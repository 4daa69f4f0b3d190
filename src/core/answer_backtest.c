/* `backtest` as JSON. */
#include <eesim/backtest.h>

#include "core/answer.h"

typedef struct backtest_question {
    eesi_texts programs, skip, settings;
    const char *first, *last, *models, *policy, *record;
    ees_date since, until;
    bool hindsight, size_unknown, date_unknown, calendar, chance;
    int64_t every_days;
} backtest_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_LIST, .offset = offsetof(backtest_question, programs)},
    {.name = "first", .kind = EESI_KEY_TEXT, .offset = offsetof(backtest_question, first)},
    {.name = "last", .kind = EESI_KEY_TEXT, .offset = offsetof(backtest_question, last)},
    {.name = "since", .kind = EESI_KEY_DATE, .offset = offsetof(backtest_question, since)},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(backtest_question, until)},
    {.name = "models", .kind = EESI_KEY_TEXT, .offset = offsetof(backtest_question, models)},
    {.name = "skip", .kind = EESI_KEY_LIST, .offset = offsetof(backtest_question, skip)},
    {.name = "hindsight", .kind = EESI_KEY_FLAG, .offset = offsetof(backtest_question, hindsight)},
    {.name = "calendar", .kind = EESI_KEY_FLAG, .offset = offsetof(backtest_question, calendar)},
    {.name = "size_unknown", .kind = EESI_KEY_FLAG, .offset = offsetof(backtest_question, size_unknown)},
    {.name = "date_unknown", .kind = EESI_KEY_FLAG, .offset = offsetof(backtest_question, date_unknown)},
    {.name = "chance", .kind = EESI_KEY_FLAG, .offset = offsetof(backtest_question, chance)},
    {.name = "every_days",
     .kind = EESI_KEY_INT,
     .offset = offsetof(backtest_question, every_days),
     .min = 1,
     .max = 366,
     .otherwise = 14},
    {.name = "record", .kind = EESI_KEY_TEXT, .offset = offsetof(backtest_question, record)},
    {.name = "policy", .kind = EESI_KEY_FILE, .offset = offsetof(backtest_question, policy)},
    {.name = "set", .kind = EESI_KEY_LIST, .offset = offsetof(backtest_question, settings)},
    {.name = NULL}};

static int fill(ees_context *context, const eesi_common *common, const void *question, void *into, ees_error *err) {
    const backtest_question *asked = question;
    ees_backtest_request *request = into;
    ees_backtest_request_init(request);
    request->first = asked->first;
    request->last = asked->last;
    request->since = asked->since;
    request->until = asked->until;
    request->skip = asked->skip.items;
    request->skip_count = asked->skip.count;
    request->model = common->model;
    request->models = asked->models;
    request->hindsight = asked->hindsight;
    request->size_unknown = asked->size_unknown;
    request->date_unknown = asked->date_unknown;
    request->calendar = asked->calendar;
    request->chance = asked->chance;
    request->record = asked->record;
    request->every_days = (int)asked->every_days;
    request->policy_file = asked->policy;
    request->settings = asked->settings.items;
    request->setting_count = asked->settings.count;
    request->seed = (uint64_t)common->seed;
    if (common->replicates != EES_COUNT_NONE)
        request->replicates = (uint64_t)common->replicates;
    return asked->programs.count ? eesi_program_set(context, &asked->programs, &request->programs, err) : EES_OK;
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    ees_backtest_request request;
    ees_backtest backtest;
    int rc = fill(context, common, question, &request, err);
    if (rc == EES_OK && request.record)
        rc = ees_error_set(err, EES_ERR_RANGE, "'record': an answer writes no file");
    if (rc)
        return rc;
    rc = ees_backtest_run(context, &request, &backtest, err);
    if (rc == EES_OK)
        rc = ees_backtest_write_json(context, &backtest, out, err);
    ees_backtest_free(&backtest);
    return rc;
}

const eesi_answerer eesi_answer_backtest = {
    "backtest", keys, sizeof(backtest_question), EESI_TAKES_MODEL | EESI_TAKES_RANDOM, fill, answer};
