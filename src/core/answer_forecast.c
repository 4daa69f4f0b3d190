/* `forecast` as JSON. */
#include <eesim/context.h>

#include "core/answer.h"

typedef struct forecast_question {
    eesi_texts programs, sets;
    int64_t rounds;
    ees_date until;
    const char *policy;
} forecast_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_LIST, .offset = offsetof(forecast_question, programs)},
    {.name = "rounds",
     .kind = EESI_KEY_INT,
     .offset = offsetof(forecast_question, rounds),
     .min = 1,
     .max = EES_FORECAST_ROUNDS_MAX},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(forecast_question, until)},
    {.name = "policy", .kind = EESI_KEY_FILE, .offset = offsetof(forecast_question, policy)},
    {.name = "set", .kind = EESI_KEY_LIST, .offset = offsetof(forecast_question, sets)},
    {.name = NULL}};

static int fill(ees_context *context, const eesi_common *common, const void *question, void *into, ees_error *err) {
    const forecast_question *asked = question;
    ees_forecast_request *request = into;
    ees_forecast_request_init(request);
    request->rounds = asked->rounds == EES_COUNT_NONE ? 1 : (int)asked->rounds;
    request->date = common->date;
    request->until = asked->until;
    request->policy_file = asked->policy;
    request->sets = asked->sets.items;
    request->set_count = asked->sets.count;
    request->replicates = common->replicates == EES_COUNT_NONE ? 0 : (uint64_t)common->replicates;
    request->seed = (uint64_t)common->seed;
    request->model = common->model;
    return asked->programs.count ? eesi_program_set(context, &asked->programs, &request->programs, err) : EES_OK;
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    ees_forecast_request request;
    ees_forecast_answer found;
    ees_table *table = NULL;
    int rc = fill(context, common, question, &request, err);
    if (rc)
        return rc;
    rc = ees_forecast(context, &request, &found, err);
    if (rc == EES_OK)
        rc = ees_forecast_table(context, &found, &table, err);
    if (rc == EES_OK)
        rc = eesi_answer_table(out, "eesim.forecast/1", "rounds", table, context, &request.seed, err);
    ees_table_destroy(table);
    ees_forecast_answer_free(&found);
    return rc;
}

const eesi_answerer eesi_answer_forecast = {"forecast", keys, sizeof(forecast_question), EESI_TAKES_ALL, fill, answer};
