/* `run` as JSON: a summary of the scenarios, without files. */
#include <eesim/run.h>
#include <eesim/version.h>

#include <math.h>

#include "core/answer.h"
#include "run/run_plan.h"
#include "run/totals.h"
#include "table/table.h"

enum { CHANCE_STEP = 5 }; /* points from one score of the chances to the next */

typedef struct run_question {
    eesi_texts programs, sets;
    int64_t every;
    ees_date until, submitted;
    const char *draw_size, *policy, *scenarios;
    double until_se;
    bool only, qmc;
} run_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_LIST, .offset = offsetof(run_question, programs)},
    {.name = "draw_size", .kind = EESI_KEY_TEXT, .offset = offsetof(run_question, draw_size)},
    {.name = "every", .kind = EESI_KEY_INT, .offset = offsetof(run_question, every), .min = 1, .max = 366},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(run_question, until)},
    {.name = "policy", .kind = EESI_KEY_FILE, .offset = offsetof(run_question, policy)},
    {.name = "scenarios", .kind = EESI_KEY_TEXT, .offset = offsetof(run_question, scenarios)},
    {.name = "set", .kind = EESI_KEY_LIST, .offset = offsetof(run_question, sets)},
    {.name = "submitted", .kind = EESI_KEY_DATE, .offset = offsetof(run_question, submitted)},
    {.name = "until_se", .kind = EESI_KEY_NUMBER, .offset = offsetof(run_question, until_se), .min = 1e-6, .max = 0.5},
    {.name = "only", .kind = EESI_KEY_FLAG, .offset = offsetof(run_question, only)},
    {.name = "qmc", .kind = EESI_KEY_FLAG, .offset = offsetof(run_question, qmc)},
    {.name = NULL}};

/* ---- one round ---- */

/* "cutoff":{"mean":...,"quantiles":{"0.025":...}}; null where no replicate has the number. */
static void put_number(FILE *out, const char *name, const ees_estimate *of) {
    eesi_json_put_key(out, ",", name);
    if (of->count == 0) {
        fputs("null", out);
        return;
    }
    fputs("{\"mean\":", out);
    ees_json_put_number(out, of->mean);
    fputs(",\"quantiles\":{", out);
    for (int i = 0; i < 7; i++)
        fprintf(out, "%s\"%g\":%d", i ? "," : "", ees_estimate_levels[i], of->quantile[i]);
    fputs("}}", out);
}

static void put_dates(FILE *out, ees_date start, const ees_estimate *days) {
    eesi_json_put_key(out, ",", "date");
    for (int i = 0; i < 7; i++) {
        fprintf(out, "%s\"%g\":", i ? "," : "{\"quantiles\":{", ees_estimate_levels[i]);
        eesi_json_put_date(out, start + days->quantile[i]);
    }
    fputs("}}", out);
}

static void put_round(FILE *out, const ees_totals *totals, int scenario, int program, int round) {
    static const struct {
        const char *name;
        ees_measure what;
    } numbers[] = {{"cutoff", EES_MEASURE_CUTOFF}, {"size", EES_MEASURE_SIZE}, {"invited", EES_MEASURE_INVITED}};
    const ees_estimate days = ees_totals_round(totals, scenario, program, round, EES_MEASURE_DAY);
    fprintf(out, "%s\n    {\"round\":%d,\"replicates\":%llu", round ? "," : "", round + 1,
            (unsigned long long)days.count);
    put_dates(out, totals->layout.start, &days);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const ees_estimate of = ees_totals_round(totals, scenario, program, round, numbers[i].what);
        put_number(out, numbers[i].name, &of);
    }
    fputc('}', out);
}

/* ---- one scenario ---- */

static void put_programs(FILE *out, const ees_run_plan *plan, const ees_totals *totals, int scenario) {
    const ees_run_layout *layout = &totals->layout;
    eesi_json_put_key(out, ",", "programs");
    for (int p = 0; p < layout->programs; p++) {
        fputs(p ? ",\n   {\"program\":" : "[\n   {\"program\":", out);
        ees_json_put_string(out, ees_run_plan_program(plan, p));
        fputs(",\"rounds\":[", out);
        for (int k = 0; k < ees_totals_rounds(totals, scenario, p); k++)
            put_round(out, totals, scenario, p, k);
        fputs("]}", out);
    }
    fputc(']', out);
}

static void put_chance(FILE *out, const ees_totals *totals, int scenario, int audience, int score, const char *before) {
    const ees_run_layout *layout = &totals->layout;
    const ees_probability by = ees_chance_by(totals, scenario, audience, score, layout->start + layout->days);
    fprintf(out, "%s\n    {\"score\":%d,\"p\":", before, score);
    ees_json_put_number(out, by.probability);
    fputs(",\"se\":", out);
    ees_json_put_number(out, by.se);
    fputs(",\"median_wait\":", out);
    eesi_json_put_date(out, ees_chance_reached(totals, scenario, audience, score, 0.5));
    fputc('}', out);
}

/* From the last score without a chance to the first that has as good a one as any. */
static void put_scores(FILE *out, const ees_totals *totals, int scenario, int audience) {
    const ees_run_layout *layout = &totals->layout;
    const ees_date end = layout->start + layout->days;
    const double most = ees_chance_by(totals, scenario, audience, EES_SCORE_MAX, end).probability;
    const char *before = "";
    for (int score = 0; score <= EES_SCORE_MAX; score += CHANCE_STEP) {
        const bool last = ees_chance_by(totals, scenario, audience, score, end).probability >= most;
        if (!last && ees_chance_by(totals, scenario, audience, score + CHANCE_STEP, end).probability <= 0)
            continue;
        put_chance(out, totals, scenario, audience, score, before);
        before = ",";
        if (last)
            break;
    }
}

static void put_chances(FILE *out, const ees_run_plan *plan, const ees_totals *totals, int scenario) {
    const ees_run_layout *layout = &totals->layout;
    eesi_json_put_key(out, ",", "chances");
    for (int a = 0; a < layout->audiences; a++) {
        fputs(a ? ",\n   {\"candidates\":" : "[\n   {\"candidates\":", out);
        ees_json_put_string(out, eesi_run_plan_audience(plan, a));
        fputs(",\"scores\":[", out);
        put_scores(out, totals, scenario, a);
        fputs("]}", out);
    }
    fputc(']', out);
}

static void put_answer(FILE *out, const ees_run_plan *plan, const ees_totals *totals) {
    const ees_run_layout *layout = &totals->layout;
    fprintf(out, "{\"schema\":\"eesim.run-summary/1\",\"replicates\":%llu,\"start\":",
            (unsigned long long)ees_totals_replicates(totals));
    eesi_json_put_date(out, layout->start);
    fputs(",\"until\":", out);
    eesi_json_put_date(out, layout->start + layout->days);
    fputs(",\"scenarios\":[", out);
    for (int s = 0; s < layout->scenarios; s++) {
        fputs(s ? ",\n  {\"scenario\":" : "\n  {\"scenario\":", out);
        ees_json_put_string(out, ees_run_plan_scenario(plan, s));
        put_programs(out, plan, totals, s);
        put_chances(out, plan, totals, s);
        fputc('}', out);
    }
    fprintf(out, "],\"plan\":%s", eesi_run_plan_identity(plan));
}

/* ---- the question ---- */

static int fill(ees_context *context, const eesi_common *common, const void *question, void *into, ees_error *err) {
    (void)context;
    (void)err;
    const run_question *asked = question;
    ees_run_request *request = into;
    ees_run_request_init(request);
    request->programs = asked->programs.items;
    request->program_count = asked->programs.count;
    request->draw_size = asked->draw_size;
    request->every_days = asked->every == EES_COUNT_NONE ? 0 : (int)asked->every;
    request->date = common->date;
    request->until = asked->until;
    request->policy_file = asked->policy;
    request->scenarios_file = asked->scenarios;
    request->sets = asked->sets.items;
    request->set_count = asked->sets.count;
    request->submitted = asked->submitted;
    request->replicates = common->replicates == EES_COUNT_NONE ? 0 : (uint64_t)common->replicates;
    request->seed = (uint64_t)common->seed;
    request->until_se = isnan(asked->until_se) ? 0 : asked->until_se;
    request->only = asked->only;
    request->qmc = asked->qmc;
    request->model = common->model;
    return EES_OK;
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    const ees_run_job job = {.threads = eesi_context_threads(context), .progress = *eesi_context_progress(context)};
    ees_run_request request;
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    int rc = fill(context, common, question, &request, err);
    if (rc == EES_OK)
        rc = ees_run_plan_create(&plan, context, &request, err);
    if (rc == EES_OK)
        rc = ees_run_collect(plan, &job, &totals, err);
    if (rc == EES_OK)
        put_answer(out, plan, totals);
    if (rc == EES_OK)
        rc = eesi_answer_foot(out, ",", context, &request.seed, err);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    return rc;
}

const eesi_answerer eesi_answer_run = {"run", keys, sizeof(run_question), EESI_TAKES_ALL, fill, answer};
