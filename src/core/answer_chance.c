/* `chance` as JSON. */
#include <eesim/run.h>
#include <eesim/version.h>

#include <math.h>

#include "core/answer.h"
#include "table/table.h"

typedef struct chance_question {
    int64_t score, gain, every;
    eesi_texts programs, sets;
    ees_time submitted;
    ees_date until;
    const char *draw_size, *policy, *rules, *profile;
    bool only, renew;
    double until_se;
} chance_question;

static const eesi_key keys[] = {
    {.name = "score", .kind = EESI_KEY_INT, .offset = offsetof(chance_question, score), .max = EES_SCORE_MAX},
    {.name = "program", .kind = EESI_KEY_LIST, .offset = offsetof(chance_question, programs)},
    {.name = "profile", .kind = EESI_KEY_FILE, .offset = offsetof(chance_question, profile)},
    {.name = "rules", .kind = EESI_KEY_TEXT, .offset = offsetof(chance_question, rules)},
    {.name = "submitted", .kind = EESI_KEY_TIME, .offset = offsetof(chance_question, submitted)},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(chance_question, until)},
    {.name = "gain", .kind = EESI_KEY_INT, .offset = offsetof(chance_question, gain), .max = EES_SCORE_MAX},
    {.name = "draw_size", .kind = EESI_KEY_TEXT, .offset = offsetof(chance_question, draw_size)},
    {.name = "every", .kind = EESI_KEY_INT, .offset = offsetof(chance_question, every), .min = 1, .max = 366},
    {.name = "only", .kind = EESI_KEY_FLAG, .offset = offsetof(chance_question, only)},
    {.name = "renew", .kind = EESI_KEY_FLAG, .offset = offsetof(chance_question, renew)},
    {.name = "policy", .kind = EESI_KEY_FILE, .offset = offsetof(chance_question, policy)},
    {.name = "set", .kind = EESI_KEY_LIST, .offset = offsetof(chance_question, sets)},
    {.name = "until_se",
     .kind = EESI_KEY_NUMBER,
     .offset = offsetof(chance_question, until_se),
     .min = 1e-6,
     .max = 0.5},
    {.name = NULL}};

static void put_score(FILE *out, const ees_chance_answer *answer, int i) {
    fprintf(out, "  {\"score\":%d,\"wait\":{", answer->scores[i]);
    for (int l = 0; l < EES_CHANCE_LEVELS; l++) {
        fprintf(out, "%s\"%g\":", l ? "," : "", ees_chance_levels[l]);
        eesi_json_put_date(out, answer->wait[i][l]);
    }
    fputs("},\"by\":[", out);
    for (size_t d = 0; d < answer->day_count; d++) {
        eesi_json_put_key(out, d ? ",{" : "{", "date");
        eesi_json_put_date(out, answer->days[d]);
        eesi_json_put_key(out, ",", "p");
        ees_json_put_number(out, answer->by[i][d].probability);
        eesi_json_put_key(out, ",", "se");
        ees_json_put_number(out, answer->by[i][d].se);
        eesi_json_put_key(out, ",", "probability");
        ees_json_put_number(out, answer->by[i][d].probability);
        eesi_json_put_key(out, ",", "probability_se");
        ees_json_put_number(out, answer->by[i][d].se);
        eesi_json_put_key(out, ",", "model_error");
        ees_json_put_number(out, answer->model_error[i][d]);
        fputc('}', out);
    }
    fputs("]}", out);
}

/* How the score of a profile moves. */
static void put_phases(FILE *out, const ees_chance_answer *answer, const ees_programs *programs) {
    if (answer->phase_count == 0)
        return;
    eesi_json_put_key(out, ",\n", "phases");
    for (size_t i = 0; i < answer->phase_count; i++) {
        eesi_json_put_key(out, i ? ",\n  {" : "[\n  {", "from");
        eesi_json_put_date(out, answer->phases[i].from);
        fprintf(out, ",\"score\":%d,\"programs\":[", answer->phases[i].score);
        const char *before = "";
        for (size_t p = 0; p < programs->count; p++) {
            if (!(answer->phases[i].programs >> p & 1u))
                continue;
            fputs(before, out);
            ees_json_put_string(out, programs->programs[p].code);
            before = ",";
        }
        fputs("]}", out);
    }
    fputc(']', out);
}

static void put_answer(FILE *out, const ees_chance_answer *answer, const ees_programs *programs) {
    eesi_json_put_key(out, "{", "schema");
    ees_json_put_string(out, "eesim.chance/1");
    eesi_json_put_key(out, ",", "candidates");
    ees_json_put_string(out, answer->candidates);
    eesi_json_put_key(out, ",", "submitted");
    eesi_json_put_date(out, answer->submitted);
    eesi_json_put_key(out, ",", "expires");
    eesi_json_put_date(out, answer->expires);
    fprintf(out, ",\"renewed\":%s", answer->renewed ? "true" : "false");
    fprintf(out, ",\"score\":%d,\"gain\":%d,\"replicates\":%llu,\"scores\":[\n", answer->score, answer->gain,
            (unsigned long long)answer->replicates);
    for (int i = 0; i < answer->score_count; i++) {
        put_score(out, answer, i);
        fputs(i + 1 < answer->score_count ? ",\n" : "\n", out);
    }
    fputc(']', out);
    put_phases(out, answer, programs);
    eesi_json_put_key(out, ",", "plan");
    fputs(answer->plan, out);
}

/* Either a score and programs, or a profile, of which the programs alone may be said otherwise. */
static int check(const chance_question *asked, ees_error *err) {
    if (asked->profile && asked->score != EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "'score' and 'profile' exclude each other");
    if (!asked->profile && asked->score == EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "'score' is missing");
    if (!asked->profile && asked->programs.count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "'program' is missing");
    return EES_OK;
}

static int fill(ees_context *context, const eesi_common *common, const void *question, void *into, ees_error *err) {
    const chance_question *asked = question;
    int rc = check(asked, err);
    (void)context;
    if (rc)
        return rc;
    ees_chance_request *request = into;
    ees_chance_request_init(request);
    request->score = asked->score == EES_COUNT_NONE ? 0 : (int)asked->score;
    request->profile = asked->profile;
    request->rules = asked->rules;
    request->programs = asked->programs.items;
    request->program_count = asked->programs.count;
    request->submitted = ees_time_date(asked->submitted);
    request->date = common->date;
    request->until = asked->until;
    if (asked->gain != EES_COUNT_NONE)
        request->gain = (int)asked->gain;
    request->draw_size = asked->draw_size;
    request->every_days = asked->every == EES_COUNT_NONE ? 0 : (int)asked->every;
    request->only = asked->only;
    request->renew = asked->renew;
    request->policy_file = asked->policy;
    request->sets = asked->sets.items;
    request->set_count = asked->sets.count;
    request->replicates = common->replicates == EES_COUNT_NONE ? 0 : (uint64_t)common->replicates;
    request->seed = (uint64_t)common->seed;
    request->until_se = isnan(asked->until_se) ? 0 : asked->until_se;
    request->model = common->model;
    return EES_OK;
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    ees_chance_request request;
    ees_chance_answer found;
    int rc = fill(context, common, question, &request, err);
    const ees_programs *programs = rc == EES_OK ? ees_context_programs(context, err) : NULL;
    if (!programs)
        return rc ? rc : err->code;
    rc = ees_chance(context, &request, &found, err);
    if (rc == EES_OK)
        put_answer(out, &found, programs);
    if (rc == EES_OK)
        rc = eesi_answer_foot(out, ",", context, &request.seed, err);
    ees_chance_answer_free(&found);
    return rc;
}

const eesi_answerer eesi_answer_chance = {"chance", keys, sizeof(chance_question), EESI_TAKES_ALL, fill, answer};
