/* `draw`: one round as JSON. The keys are a contract: add, never rename. */
#include <math.h>
#include <string.h>

#include <eesim/context.h>
#include <eesim/predictive.h>
#include <eesim/version.h>

#include "core/answer.h"
#include "table/table.h"

typedef struct draw_question {
    int program;
    int64_t size, cutoff;
    ees_time tie_break;
    ees_date as_of;
    const char *candidates;
    bool hindsight, as_if_none;
} draw_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_PROGRAM, .offset = offsetof(draw_question, program), .needed = true},
    {.name = "draw_size", .kind = EESI_KEY_INT, .offset = offsetof(draw_question, size), .max = 100e6},
    {.name = "tie_break", .kind = EESI_KEY_TIME, .offset = offsetof(draw_question, tie_break)},
    {.name = "cutoff", .kind = EESI_KEY_INT, .offset = offsetof(draw_question, cutoff), .max = EES_SCORE_MAX},
    {.name = "as_of", .kind = EESI_KEY_DATE, .offset = offsetof(draw_question, as_of)},
    {.name = "candidates", .kind = EESI_KEY_TEXT, .offset = offsetof(draw_question, candidates)},
    {.name = "as_if_none", .kind = EESI_KEY_FLAG, .offset = offsetof(draw_question, as_if_none)},
    {.name = "hindsight", .kind = EESI_KEY_FLAG, .offset = offsetof(draw_question, hindsight)},
    {.name = NULL}};

static const char NEXT[] = ",\n "; /* before a key of the outermost object */

static void put_text(FILE *out, const char *key, const char *value) {
    eesi_json_put_key(out, NEXT, key);
    ees_json_put_string(out, value);
}

static void put_int(FILE *out, const char *key, int64_t value) {
    eesi_json_put_key(out, NEXT, key);
    eesi_json_put_int(out, value);
}

static void put_pool(FILE *out, const ees_prediction *p, const ees_history *history) {
    eesi_json_put_key(out, NEXT, "pool");
    if (p->snapshot == EES_SNAPSHOT_NONE) {
        fputs("null", out);
        return;
    }
    const ees_snapshot *snapshot = &history->snapshots[p->snapshot];
    eesi_json_put_key(out, "{", "as_of");
    eesi_json_put_date(out, snapshot->as_of);
    eesi_json_put_key(out, ",", "candidates");
    eesi_json_put_int(out, snapshot->total);
    if (p->eligible != EES_COUNT_NONE) {
        eesi_json_put_key(out, ",", "eligible");
        eesi_json_put_int(out, p->eligible);
    }
    fputc('}', out);
}

static void put_spread(FILE *out, const ees_predictive *cutoff) {
    fputs(",\n  \"quantiles\":{", out);
    for (int l = 0; l < EES_PREDICT_LEVELS; l++)
        fprintf(out, "%s\"%g\":%d", l ? "," : "", ees_predict_levels[l],
                ees_predictive_quantile(cutoff, ees_predict_levels[l]));
    fputs("},\n  \"intervals\":{", out);
    for (int l = 0; l < EES_LEVELS; l++) {
        const ees_interval interval = ees_predictive_interval(cutoff, ees_levels[l]);
        fprintf(out, "%s\"%g\":[%d,%d]", l ? "," : "", ees_levels[l], interval.low, interval.high);
    }
    fputc('}', out);
}

static void put_cutoff(FILE *out, const ees_prediction *p) {
    eesi_json_put_key(out, NEXT, "cutoff");
    if (!p->has_cutoff) {
        fputs("null", out);
        return;
    }
    fprintf(out, "{\"median\":%d,\"mean\":", ees_predictive_median(&p->cutoff));
    ees_json_put_number(out, ees_predictive_mean(&p->cutoff));
    eesi_json_put_key(out, ",", "sd");
    ees_json_put_number(out, ees_predictive_sd(&p->cutoff));
    put_spread(out, &p->cutoff);
    fputs(",\n  \"pmf\":[", out);
    const char *before = "";
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        if (p->counts[s] == 0)
            continue;
        fprintf(out, "%s{\"score\":%d,\"p\":", before, s);
        ees_json_put_number(out, (double)p->counts[s] / (double)p->replicates);
        fputc('}', out);
        before = ",";
    }
    fputs("]}", out);
}

static void put_tie_break(FILE *out, const ees_prediction *p) {
    eesi_json_put_key(out, NEXT, "tie_break");
    if (!p->has_cutoff || p->tie_break[EES_PREDICT_LEVELS / 2] == EES_TIME_NONE) {
        fputs("null", out);
        return;
    }
    eesi_json_put_key(out, "{", "median");
    eesi_json_put_time(out, p->tie_break[EES_PREDICT_LEVELS / 2]);
    fputs(",\"quantiles\":{", out);
    for (int l = 0; l < EES_PREDICT_LEVELS; l++) {
        fprintf(out, "%s\"%g\":", l ? "," : "", ees_predict_levels[l]);
        eesi_json_put_time(out, p->tie_break[l]);
    }
    fputs("}}", out);
}

static void put_above(FILE *out, const ees_prediction *p) {
    static const char *const names[3] = {"0.1", "0.5", "0.9"};
    const char *before = "";
    eesi_json_put_key(out, NEXT, "above");
    fputc('[', out);
    for (int s = p->nearby.low; s <= p->nearby.high; s++) {
        if (isnan(p->above[1][s]))
            continue;
        fprintf(out, "%s{\"score\":%d,\"quantiles\":{", before, s);
        for (int l = 0; l < 3; l++) {
            eesi_json_put_key(out, l ? "," : "", names[l]);
            ees_json_put_number(out, rint(p->above[l][s]));
        }
        fputs("}}", out);
        before = ",";
    }
    fputc(']', out);
}

static void put_changes(FILE *out, const ees_prediction *p) {
    const char *before = "";
    eesi_json_put_key(out, NEXT, "changes");
    fputc('[', out);
    for (int c = 0; c < EES_PREDICT_CHANGES; c++) {
        if (p->changes[c].size == 0)
            continue;
        fprintf(out, "%s{\"draw_size\":%lld,\"median\":%d,\"mean\":", before, (long long)p->changes[c].size,
                p->changes[c].median);
        ees_json_put_number(out, p->changes[c].mean);
        fputc('}', out);
        before = ",";
    }
    fputc(']', out);
}

/* What the answer rests on. */
static void put_sources(FILE *out, const ees_prediction *p, const ees_history *history) {
    char seed[24];
    put_int(out, "replicates", (int64_t)p->replicates);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)p->seed);
    put_text(out, "seed", seed);
    eesi_json_put_key(out, NEXT, "model");
    eesi_json_put_key(out, "{", "name");
    ees_json_put_string(out, p->model);
    eesi_json_put_key(out, ",", "parameters");
    ees_json_put_string(out, p->parameters);
    fprintf(out, ",\"sha256\":\"%s\"}", p->parameters_sha256);
    put_int(out, "program_rounds", (int64_t)p->program_rounds);
    put_int(out, "simulated_rounds", (int64_t)rint(p->simulated));
    eesi_json_put_key(out, NEXT, "data");
    fprintf(out, "{\"sha256\":\"%s\",\"last_round\":", history->sha256);
    ees_json_put_string(out, history->rounds[p->known.round_count - 1].number);
    fputc('}', out);
    put_text(out, "version", ees_version());
}

static int put_prediction(FILE *out, ees_context *context, const ees_prediction *p, ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = history ? ees_context_programs(context, err) : NULL;
    if (!programs)
        return err->code;
    fputs("{\"schema\":\"eesim.draw/1\"", out);
    put_text(out, "program", programs->programs[p->program].code);
    eesi_json_put_key(out, NEXT, "date");
    eesi_json_put_date(out, p->date);
    put_int(out, "draw_size", p->size);
    put_int(out, "invited", p->invited);
    put_pool(out, p, history);
    put_cutoff(out, p);
    put_tie_break(out, p);
    put_above(out, p);
    put_changes(out, p);
    put_sources(out, p, history);
    fputs("}\n", out);
    return EES_OK;
}

static int put_held(FILE *out, ees_context *context, const ees_held_round *held, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_held_table(context, held, &table, err);
    if (rc == EES_OK)
        rc = eesi_answer_table(out, "eesim.replay/1", "rounds", table, context, NULL, err);
    ees_table_destroy(table);
    return rc;
}

static int check(const draw_question *asked, ees_error *err) {
    if (asked->size == EES_COUNT_NONE && asked->cutoff == EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "'draw_size' is missing (or 'cutoff', for a replay)");
    if (asked->size != EES_COUNT_NONE && asked->cutoff != EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "'draw_size' and 'cutoff' exclude each other");
    return EES_OK;
}

static int answer_round(ees_context *context, const ees_predict_request *request, FILE *out, ees_error *err) {
    ees_prediction prediction;
    int rc = ees_predict(context, request, &prediction, err);
    if (rc == EES_OK)
        rc = put_prediction(out, context, &prediction, err);
    ees_prediction_free(&prediction);
    return rc;
}

static int fill(ees_context *context, const eesi_common *common, const void *question, void *into, ees_error *err) {
    (void)context;
    const draw_question *asked = question;
    ees_predict_request *request = into;
    ees_predict_request_init(request);
    request->program = asked->program;
    request->size = asked->size;
    request->date = common->date;
    request->hindsight = asked->hindsight;
    request->as_if_none = asked->as_if_none;
    request->as_of = asked->as_of;
    request->tie_break = asked->tie_break;
    request->cutoff = asked->cutoff == EES_COUNT_NONE ? EES_SCORE_NONE : (int)asked->cutoff;
    request->seed = (uint64_t)common->seed;
    request->model = common->model;
    if (common->replicates != EES_COUNT_NONE)
        request->replicates = (uint64_t)common->replicates;
    return check(asked, err);
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    const draw_question *asked = question;
    ees_held_round held;
    ees_predict_request request;
    int rc = fill(context, common, question, &request, err);
    if (rc)
        return rc;
    if (!asked->candidates && request.cutoff == EES_SCORE_NONE)
        return answer_round(context, &request, out, err);
    rc = asked->candidates ? ees_rank(context, asked->candidates, &request, &held, err)
                           : ees_replay(context, &request, &held, err);
    return rc ? rc : put_held(out, context, &held, err);
}

const eesi_answerer eesi_answer_draw = {"draw", keys, sizeof(draw_question), EESI_TAKES_ALL, fill, answer};
