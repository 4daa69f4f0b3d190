#include "run/run_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "run/run_blocks.h"

static const char where[] = "plan";
enum { LIFE_DAYS = 366 }; /* of a profile */

/* Seeds are texts: JSON numbers lose the bits of a large one in many readers. */
static int read_seed(ees_run_plan *plan, const char *file, ees_error *err) {
    const char *text = NULL;
    int rc = eesi_json_string(plan->root, "seed", file, where, &text, err);
    if (rc)
        return rc;
    char *end = NULL;
    errno = 0;
    plan->seed = strtoull(text, &end, 10);
    if (text[strspn(text, "0123456789")] || end == text || errno == ERANGE)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'seed' is \"%s\", expected a whole number", where,
                            text);
    return EES_OK;
}

static int read_paths(ees_run_plan *plan, const char *file, ees_error *err) {
    const json_t *paths = json_object_get(plan->root, "paths"), *compress = json_object_get(plan->root, "compress");
    if (paths && !json_is_boolean(paths))
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'paths' is neither true nor false", where);
    plan->paths = json_is_true(paths);
    const char *method = json_string_value(compress);
    if (compress && (!method || strcmp(method, "zstd") != 0))
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'compress' is \"%s\", expected \"zstd\"", where,
                            method ? method : "no text");
    if (compress && !plan->paths)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'compress' is about 'paths', which is not true", where);
    plan->compression = compress ? EESI_COMPRESS_ZSTD : EESI_COMPRESS_NONE;
    return EES_OK;
}

static int read_numbers(ees_run_plan *plan, const char *file, ees_error *err) {
    int64_t replicates = 0;
    int rc = read_seed(plan, file, err);
    if (rc == EES_OK)
        rc = eesi_json_int(plan->root, "replicates", file, where, 1, (int64_t)EES_RUN_REPLICATES_MAX, &replicates, err);
    if (rc == EES_OK && json_object_get(plan->root, "until_se"))
        rc = eesi_json_double(plan->root, "until_se", file, where, 1e-6, 0.5, &plan->until_se, err);
    plan->replicates = (uint64_t)replicates;
    return rc == EES_OK ? read_paths(plan, file, err) : rc;
}

/* Replicates in randomisations of equal numbers of points, a power of two. */
static int read_randomisations(ees_run_plan *plan, const char *file, ees_error *err) {
    int64_t count = 0;
    if (!json_object_get(plan->root, "randomisations"))
        return EES_OK;
    int rc = eesi_json_int(plan->root, "randomisations", file, where, 2, EESI_RANDOMISATIONS_MAX, &count, err);
    if (rc)
        return rc;
    const uint64_t points = plan->replicates / (uint64_t)count;
    while (UINT64_C(1) << plan->points < points)
        plan->points++;
    if (points < EESI_BLOCK || UINT64_C(1) << plan->points != points || points * (uint64_t)count != plan->replicates ||
        plan->points > 31 || plan->until_se > 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                            "%s: %llu replicates are no %d randomisations of a power of two", where,
                            (unsigned long long)plan->replicates, (int)count);
    plan->layout.randomisations = (int)count;
    plan->layout.randomisation_blocks = points / EESI_BLOCK;
    return EES_OK;
}

static int read_horizon(ees_run_plan *plan, const char *file, ees_error *err) {
    ees_date start, until;
    int rc = eesi_json_date(plan->root, "start", file, where, &start, err);
    if (rc == EES_OK)
        rc = eesi_json_date(plan->root, "until", file, where, &until, err);
    if (rc)
        return rc;
    if (start == EES_DATE_NONE || until == EES_DATE_NONE || until < start || until - start > EES_RUN_DAYS_MAX)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'start' and 'until' are not a horizon of 0 to %d days",
                            where, EES_RUN_DAYS_MAX);
    plan->layout.start = start;
    plan->layout.days = until - start;
    return EES_OK;
}

/* An array of 1..max entries. */
static int read_list(const ees_run_plan *plan, const char *key, size_t max, const char *file, json_t **list, int *count,
                     ees_error *err) {
    int rc = eesi_json_array(plan->root, key, file, where, list, err);
    if (rc)
        return rc;
    size_t size = json_array_size(*list);
    if (size < 1 || size > max)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: '%s' has %zu entries, expected 1 to %zu", where, key,
                            size, max);
    *count = (int)size;
    return EES_OK;
}

/* Rows of one and of another differ in these names alone. */
static int check_once(const char *const *names, int last, const char *key, const char *file, ees_error *err) {
    for (int i = 0; i < last; i++)
        if (strcmp(names[i], names[last]) == 0)
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: '%s' has '%.60s' twice", where, key, names[last]);
    return EES_OK;
}

static int read_scenarios(ees_run_plan *plan, const char *file, ees_error *err) {
    json_t *list = NULL;
    int rc = read_list(plan, "scenarios", EES_RUN_SCENARIOS_MAX, file, &list, &plan->layout.scenarios, err);
    for (int i = 0; rc == EES_OK && i < plan->layout.scenarios; i++) {
        rc = eesi_json_string(json_array_get(list, (size_t)i), "name", file, "scenario", &plan->scenario[i], err);
        if (rc == EES_OK)
            rc = check_once(plan->scenario, i, "scenarios", file, err);
    }
    return rc;
}

static int read_programs(ees_run_plan *plan, const char *file, ees_error *err) {
    json_t *list = NULL;
    int rc = read_list(plan, "programs", EES_RUN_PROGRAMS_MAX, file, &list, &plan->layout.programs, err);
    for (int i = 0; rc == EES_OK && i < plan->layout.programs; i++) {
        if (!(plan->program[i] = json_string_value(json_array_get(list, (size_t)i))))
            rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'programs' holds something that is no text", where);
        else
            rc = check_once(plan->program, i, "programs", file, err);
    }
    return rc;
}

static int read_bands(ees_run_plan *plan, const char *file, ees_error *err) {
    json_t *list = json_object_get(plan->root, "bands");
    if (list && !json_is_array(list))
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'bands' is no array", where);
    size_t count = json_array_size(list);
    if (count > EES_RUN_BANDS_MAX)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: more than %d bands", where, EES_RUN_BANDS_MAX);
    plan->layout.bands = (int)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *band = json_array_get(list, i), *low = json_array_get(band, 0), *high = json_array_get(band, 1);
        const json_int_t from = json_integer_value(low), to = json_integer_value(high);
        if (!json_is_integer(low) || !json_is_integer(high) || from < 0 || from > to || to > EES_SCORE_MAX)
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: band %zu is not [LOW, HIGH] of 0 to %d", where, i,
                                EES_SCORE_MAX);
        plan->band[i] = (ees_band){(int)from, (int)to};
        if (i > 0 && to >= plan->band[i - 1].low)
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: band %zu is not below the one before it", where, i);
    }
    return EES_OK;
}

static int program_bits(const ees_run_plan *plan, const json_t *codes, uint32_t *bits) {
    *bits = 0;
    if (json_array_size(codes) == 0)
        return EES_ERR_DATA;
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        int p = 0;
        while (code && p < plan->layout.programs && strcmp(code, plan->program[p]) != 0)
            p++;
        if (!code || p == plan->layout.programs || (*bits >> p & 1))
            return EES_ERR_DATA;
        *bits |= (uint32_t)1 << p;
    }
    return EES_OK;
}

ees_date eesi_profile_expiry(ees_date submitted) {
    int year, month, day;
    ees_date_to_civil(submitted, &year, &month, &day);
    return ees_date_from_civil(year + 1, month, month == 2 && day == 29 ? 28 : day);
}

static int read_phases(ees_run_plan *plan, const json_t *list, int i, const char *file, ees_error *err) {
    ees_phases *phases = &plan->layout.audience[i].phases;
    const json_t *entry;
    size_t k;
    json_array_foreach(list, k, entry) {
        ees_phase *phase = &phases->phase[k];
        json_t *codes = NULL;
        int64_t points = 0;
        int rc = k < EES_RUN_PHASES_MAX ? eesi_json_date(entry, "from", file, "phase", &phase->from, err)
                                        : ees_error_at(err, EES_ERR_DATA, file, 0, 0, "too many phases");
        if (rc == EES_OK)
            rc = eesi_json_int(entry, "points", file, "phase", -EES_SCORE_MAX, EES_SCORE_MAX, &points, err);
        if (rc == EES_OK)
            rc = eesi_json_array(entry, "programs", file, "phase", &codes, err);
        const bool in_pool = json_array_size(codes) > 0; /* in no program: nobody invites them for a while */
        if (rc == EES_OK && (phase->from == EES_DATE_NONE || (in_pool && program_bits(plan, codes, &phase->programs))))
            rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "phase %zu: expected a day and programs of the run", k);
        if (rc)
            return rc;
        phase->points = (int)points;
        phases->count = (int)k + 1;
    }
    return EES_OK;
}

static int read_audience(ees_run_plan *plan, const json_t *entry, int i, const char *file, ees_error *err) {
    json_t *codes = NULL;
    ees_audience *audience = &plan->layout.audience[i];
    int rc = eesi_json_string(entry, "name", file, "audience", &plan->audience[i], err);
    if (rc == EES_OK)
        rc = eesi_json_array(entry, "programs", file, "audience", &codes, err);
    if (rc == EES_OK)
        rc = eesi_json_date(entry, "submitted", file, "audience", &audience->submitted, err);
    int64_t renew = 0;
    if (rc == EES_OK && json_object_get(entry, "renew_days"))
        rc = eesi_json_int(entry, "renew_days", file, "audience", 0, LIFE_DAYS, &renew, err);
    audience->renew_days = (int)renew;
    const ees_date start = plan->layout.start, submitted = audience->submitted;
    if (rc == EES_OK && (submitted == EES_DATE_NONE || submitted > start + plan->layout.days ||
                         submitted + LIFE_DAYS < start || program_bits(plan, codes, &audience->programs)))
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                          "audience '%s': expected a day of submission, from a year before the run to its end, and "
                          "programs of the run, each once",
                          plan->audience[i]);
    if (rc == EES_OK)
        rc = read_phases(plan, json_object_get(entry, "phases"), i, file, err);
    return rc == EES_OK ? check_once(plan->audience, i, "audiences", file, err) : rc;
}

static int read_audiences(ees_run_plan *plan, const char *file, ees_error *err) {
    json_t *list = NULL;
    int rc = read_list(plan, "audiences", EES_RUN_AUDIENCES_MAX, file, &list, &plan->layout.audiences, err);
    for (int i = 0; rc == EES_OK && i < plan->layout.audiences; i++)
        rc = read_audience(plan, json_array_get(list, (size_t)i), i, file, err);
    return rc;
}

static int read_plan(ees_run_plan *plan, const char *file, ees_error *err) {
    const char *schema = NULL;
    int rc = eesi_json_string(plan->root, "schema", file, where, &schema, err);
    if (rc == EES_OK && strcmp(schema, "eesim.run/1") != 0)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "has the schema '%s', expected 'eesim.run/1'", schema);
    if (rc == EES_OK)
        rc = read_numbers(plan, file, err);
    if (rc == EES_OK)
        rc = read_randomisations(plan, file, err);
    if (rc == EES_OK)
        rc = read_horizon(plan, file, err);
    if (rc == EES_OK)
        rc = read_scenarios(plan, file, err);
    if (rc == EES_OK)
        rc = read_programs(plan, file, err);
    if (rc == EES_OK)
        rc = read_bands(plan, file, err);
    return rc == EES_OK ? read_audiences(plan, file, err) : rc;
}

/* The result is in run.json too, but it is no part of the plan. */
static int set_identity(ees_run_plan *plan, ees_error *err) {
    json_object_del(plan->root, "result");
    char *text = json_dumps(plan->root, EESI_PLAN_DUMP);
    if (text)
        plan->identity = strdup(text);
    free(text);
    return plan->identity ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

int eesi_run_plan_parse(ees_run_plan **out, const char *file, const char *text, ees_error *err) {
    *out = NULL;
    ees_run_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = eesi_json_parse(file, text, strlen(text), &plan->root, err);
    if (rc == EES_OK)
        rc = read_plan(plan, file, err);
    if (rc == EES_OK)
        rc = set_identity(plan, err);
    if (rc == EES_OK)
        *out = plan;
    else
        ees_run_plan_destroy(plan);
    return rc;
}

void ees_run_plan_destroy(ees_run_plan *plan) {
    if (!plan)
        return;
    if (plan->model_destroy)
        plan->model_destroy(plan->model);
    if (plan->release)
        plan->release(plan->held);
    json_decref(plan->root);
    free(plan->identity);
    free(plan);
}

const char *eesi_run_plan_identity(const ees_run_plan *plan) {
    return plan->identity;
}

const ees_run_layout *ees_run_plan_layout(const ees_run_plan *plan) {
    return &plan->layout;
}

uint64_t ees_run_plan_replicates(const ees_run_plan *plan) {
    return plan->replicates;
}

const char *ees_run_plan_scenario(const ees_run_plan *plan, int scenario) {
    return plan->scenario[scenario];
}

const char *ees_run_plan_program(const ees_run_plan *plan, int program) {
    return plan->program[program];
}

const char *eesi_run_plan_audience(const ees_run_plan *plan, int audience) {
    return plan->audience[audience];
}

ees_band eesi_run_plan_band(const ees_run_plan *plan, int band) {
    return plan->band[band];
}

int ees_run_collect(const ees_run_plan *plan, const ees_run_job *job, ees_totals **totals, ees_error *err) {
    *totals = NULL;
    if (!plan->has_engine)
        return ees_error_set(err, EES_ERR_UNSUPPORTED, "a plan read from a file has no engine");
    const eesi_run_control control = {.threads = job->threads, .until_se = plan->until_se, .progress = job->progress};
    uint64_t next = 0;
    int rc = eesi_totals_create(totals, &plan->layout, false, err);
    if (rc == EES_OK)
        rc = eesi_run(&plan->engine, plan->replicates, &control, *totals, &next, err);
    if (rc) {
        ees_totals_destroy(*totals);
        *totals = NULL;
    }
    return rc;
}
