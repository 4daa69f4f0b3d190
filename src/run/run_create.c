/* From a request to the plan's JSON: every default is written out, so that the plan alone says what was run. */
#include <stdlib.h>
#include <string.h>

#include <eesim/context.h>
#include <eesim/version.h>

#include "base/file.h"
#include "base/json.h"
#include "feed/read.h"
#include "models/model.h"
#include "policy/policy.h"
#include "policy/policy_spec.h"
#include "run/run_inputs.h"
#include "run/run_prepare.h"

enum { DEFAULT_HORIZON = 365, DEFAULT_REPLICATES = 10000, UNTIL_SE_REPLICATES = 100000000 };

/* What is being built. */
typedef struct draft {
    const ees_run_request *request;
    const ees_run_inputs *inputs;
    ees_known known;
    ees_date start, until;
    json_t *root;
    json_t *none; /* the calendar of a program without rounds */
} draft;

void ees_run_request_init(ees_run_request *request) {
    memset(request, 0, sizeof *request);
    request->date = request->until = request->submitted = EES_DATE_NONE;
    request->seed = 1;
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* Consumes the value; false when it could not be made or kept. A plan without one of its keys would be another run. */
static bool put(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

static json_t *json_date(ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    return date == EES_DATE_NONE ? json_null() : json_string(ees_date_format(date, text));
}

/* Adds codes of "CEC,french" to an array in upper case, each once. */
static int add_codes(const draft *of, json_t *codes, const char *text, ees_error *err) {
    const ees_programs *programs = of->inputs->programs;
    char word[EESI_NAME_MAX];
    for (const char *at = text; eesi_programs_more(&at);) {
        const int program = eesi_programs_next(programs, &at, word);
        if (program == EES_PROGRAM_NONE)
            return eesi_programs_unknown(programs, word, err);
        bool there = false;
        for (size_t i = 0; i < json_array_size(codes); i++)
            there = there || strcmp(json_string_value(json_array_get(codes, i)), programs->programs[program].code) == 0;
        if (!there && json_array_append_new(codes, json_string(programs->programs[program].code)) != 0)
            return no_memory(err);
    }
    return EES_OK;
}

/* A day nobody means: the answer would be a chance of nothing, or that of a profile long expired. */
static int check_submission(const draft *of, ees_error *err) {
    enum { LIFE_DAYS = 366 };
    const ees_date submitted = of->request->submitted;
    char day[EES_DATE_TEXT_MAX], other[EES_DATE_TEXT_MAX];
    if (submitted == EES_DATE_NONE)
        return EES_OK;
    if (submitted > of->until)
        return ees_error_set(err, EES_ERR_RANGE,
                             "the profile is submitted on %s, expected a day up to %s, the last looked at",
                             ees_date_format(submitted, day), ees_date_format(of->until, other));
    if (submitted + LIFE_DAYS < of->start)
        return ees_error_set(err, EES_ERR_RANGE,
                             "a profile submitted on %s has expired before %s (12 months), expected a younger one",
                             ees_date_format(submitted, day), ees_date_format(of->start, other));
    return EES_OK;
}

static int set_horizon(draft *of, ees_error *err) {
    const ees_run_request *request = of->request;
    const ees_history *history = of->inputs->history;
    of->known = ees_history_before(history, request->date, false);
    if (of->known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known before that day: the data begin later");
    of->start = request->date != EES_DATE_NONE ? request->date : history->rounds[of->known.round_count - 1].date + 1;
    of->until = request->until != EES_DATE_NONE ? request->until : of->start + DEFAULT_HORIZON;
    char start[EES_DATE_TEXT_MAX], until[EES_DATE_TEXT_MAX];
    if (of->until < of->start || of->until - of->start > EES_RUN_DAYS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "the horizon ends on %s, expected a day from %s on, at most %d later",
                             ees_date_format(of->until, until), ees_date_format(of->start, start), EES_RUN_DAYS_MAX);
    return check_submission(of, err);
}

static bool is_held(const draft *of, int program) {
    for (size_t i = 0; i < of->known.round_count; i++)
        if (of->inputs->history->rounds[i].program == program)
            return true;
    return false;
}

/* The programs named live on as learned, and no other one holds a round. */
static int lonely_policy(const json_t *codes, json_t **policy, ees_error *err) {
    json_t *programs = json_object();
    bool sound = programs != NULL;
    for (size_t i = 0; sound && i < json_array_size(codes); i++)
        sound = put(programs, json_string_value(json_array_get(codes, i)), json_pack("{s:s}", "calendar", "learned"));
    if (!sound) {
        json_decref(programs);
        return no_memory(err);
    }
    *policy = json_pack("{s:s, s:s, s:{s:s, s:s}, s:o}", "schema", "eesim.policy/1", "name", "base", "default",
                        "calendar", "none", "size", "learned", "programs", programs);
    return *policy ? EES_OK : no_memory(err);
}

/* All programs live on as learned: policies/learned.json of the models. */
static int learned_policy(const draft *of, json_t **policy, ees_error *err) {
    const char *models = of->inputs->files ? of->inputs->files->models_dir : NULL;
    char *path = models ? eesi_path_join(models, "policies/learned.json") : NULL;
    int rc = path || !models ? EES_OK : no_memory(err);
    if (path)
        rc = eesi_json_read_from(of->inputs->files, path, policy, NULL, err);
    else if (rc == EES_OK)
        *policy = json_pack("{s:s}", "schema", "eesim.policy/1");
    free(path);
    if (rc == EES_OK && (!*policy || json_object_set_new(*policy, "name", json_string("base")) != 0))
        rc = no_memory(err);
    if (rc == EES_OK)
        json_object_del(*policy, "note");
    return rc;
}

static int check_base(const draft *of, const json_t *codes, ees_error *err) {
    const ees_run_request *request = of->request;
    if (json_array_size(codes) == 0 && (request->draw_size || request->every_days || request->only))
        return ees_error_set(err, EES_ERR_RANGE, "whose rounds are these? expected --program, such as --program CEC");
    if (request->only && request->policy_file)
        return ees_error_set(err, EES_ERR_RANGE,
                             "--only and --policy exclude each other: a policy says itself who holds rounds");
    return EES_OK;
}

/* What the options say of a program's rounds, as settings. Sizes that are stated are no matter of the year's target. */
static int set_options_of(const draft *of, json_t *policy, const char *code, ees_error *err) {
    enum { SETTINGS = 3, LENGTH = 400 };
    const ees_run_request *request = of->request;
    char text[SETTINGS][LENGTH];
    const char *sets[SETTINGS];
    size_t count = 0;
    if (request->every_days)
        snprintf(text[count++], LENGTH, "programs.%s.calendar=%d", code, request->every_days);
    if (request->draw_size) {
        snprintf(text[count++], LENGTH, "programs.%s.size=%.300s", code, request->draw_size);
        snprintf(text[count++], LENGTH, "programs.%s.outside_annual=true", code);
    }
    for (size_t i = 0; i < count; i++)
        sets[i] = text[i];
    return eesi_policy_apply(policy, request->policy_file, of->inputs->programs, sets, count, err);
}

/* The policy named, or the learned one, with the rounds of the programs named as the options say. */
static int base_policy(const draft *of, const json_t *codes, json_t **policy, ees_error *err) {
    const ees_run_request *request = of->request;
    int rc = check_base(of, codes, err);
    if (rc == EES_OK && request->policy_file)
        rc = eesi_json_read_from(of->inputs->files, request->policy_file, policy, NULL, err);
    else if (rc == EES_OK)
        rc = request->only ? lonely_policy(codes, policy, err) : learned_policy(of, policy, err);
    const bool stated = request->draw_size || request->every_days;
    for (size_t i = 0; rc == EES_OK && stated && i < json_array_size(codes); i++)
        rc = set_options_of(of, *policy, json_string_value(json_array_get(codes, i)), err);
    return rc;
}

/* As jansson judges it: twice the same answer, where memory lets it make one at all. */
static bool is_utf8(const char *text) {
    json_t *made = json_string(text), *plain = json_string("x");
    const bool sound = made || !plain;
    json_decref(made);
    json_decref(plain);
    return sound;
}

static int add_scenario(const draft *of, json_t *scenarios, const char *name, const json_t *base,
                        const char *const *sets, size_t count, ees_error *err) {
    json_t *policy = json_deep_copy(base);
    int rc = policy ? EES_OK : no_memory(err);
    if (rc == EES_OK && count > 0)
        rc = eesi_policy_apply(policy, NULL, of->inputs->programs, sets, count, err);
    json_t *scenario = rc == EES_OK ? json_pack("{s:s, s:O}", "name", name, "policy", policy) : NULL;
    json_decref(policy);
    if (rc == EES_OK && (!scenario || json_array_append_new(scenarios, scenario) != 0))
        rc = is_utf8(name) ? no_memory(err)
                           : ees_error_set(err, EES_ERR_DATA, "'%.60s' is no name of a scenario: expected UTF-8", name);
    return rc;
}

static int add_grid(const draft *of, json_t *scenarios, const json_t *base, ees_error *err) {
    ees_scenario_grid grid;
    const char *file = of->request->scenarios_file;
    int rc = eesi_scenario_grid_load(&grid, file, err);
    for (size_t i = 0; rc == EES_OK && i < grid.count; i++) {
        ees_error cause = {0};
        rc = add_scenario(of, scenarios, grid.names[i], base, (const char *const *)grid.sets[i], grid.set_counts[i],
                          &cause);
        if (rc) /* a wrong setting in a file is wrong data */
            rc = ees_error_at(err, rc == EES_ERR_RANGE ? EES_ERR_DATA : rc, file, (long)i + 2, 0,
                              "scenario '%.60s': %.300s", grid.names[i], cause.message);
    }
    eesi_scenario_grid_free(&grid);
    return rc;
}

static int build_scenarios(const draft *of, const json_t *codes, json_t *scenarios, ees_error *err) {
    json_t *base = NULL;
    int rc = base_policy(of, codes, &base, err);
    if (rc == EES_OK)
        rc = eesi_policy_apply(base, of->request->policy_file, of->inputs->programs, of->request->sets,
                               of->request->set_count, err);
    const char *name = json_string_value(json_object_get(base, "name"));
    if (rc == EES_OK && of->request->scenarios_file)
        rc = add_grid(of, scenarios, base, err);
    else if (rc == EES_OK)
        rc = add_scenario(of, scenarios, name ? name : "base", base, NULL, 0, err);
    json_decref(base);
    return rc;
}

/* Programs a policy names, be it by rule or by a single round. */
static int add_named(const draft *of, json_t *codes, const json_t *policy, ees_error *err) {
    const char *code;
    json_t *entry;
    size_t i;
    int rc = EES_OK;
    json_object_foreach(json_object_get(policy, "programs"), code, entry) {
        if (rc == EES_OK && !json_equal(json_object_get(entry, "calendar"), of->none))
            rc = add_codes(of, codes, code, err);
    }
    json_array_foreach(json_object_get(policy, "one_off"), i, entry) {
        const char *program = json_string_value(json_object_get(entry, "program"));
        if (rc == EES_OK && program)
            rc = add_codes(of, codes, program, err);
    }
    return rc;
}

static bool has_role(const draft *of, const char *code, int position) {
    return code && position != EES_PROGRAM_NONE && ees_programs_find(of->inputs->programs, code) == position;
}

static bool is_general(const draft *of, const char *code) {
    return has_role(of, code, of->inputs->programs->general);
}

/* Whether rounds for everybody can be held under a policy: by its rule for them, by default, or as a single round. */
static bool holds_general(const draft *of, const json_t *policy) {
    const json_t *calendar = json_object_get(json_object_get(policy, "default"), "calendar");
    const char *code;
    json_t *entry;
    size_t i;
    json_object_foreach(json_object_get(policy, "programs"), code, entry) {
        if (is_general(of, code) && json_object_get(entry, "calendar"))
            calendar = json_object_get(entry, "calendar");
    }
    bool holds = !json_equal(calendar, of->none);
    json_array_foreach(json_object_get(policy, "one_off"), i, entry) {
        holds = holds || is_general(of, json_string_value(json_object_get(entry, "program")));
    }
    return holds;
}

/* General rounds take the candidates of the programs asked for too, so they are looked at where a policy holds any. */
static int add_general(const draft *of, json_t *codes, const json_t *scenarios, ees_error *err) {
    const ees_programs *programs = of->inputs->programs;
    bool holds = false;
    int rc = EES_OK;
    for (size_t i = 0; i < json_array_size(scenarios); i++)
        holds = holds || holds_general(of, json_object_get(json_array_get(scenarios, i), "policy"));
    if (rc == EES_OK && holds && programs->general != EES_PROGRAM_NONE && is_held(of, programs->general))
        rc = add_codes(of, codes, programs->programs[programs->general].code, err);
    return rc;
}

/* Programs of the run where none is asked for: all that were held before, and all that a policy names. */
static int collect_programs(const draft *of, json_t *codes, const json_t *scenarios, ees_error *err) {
    const ees_programs *programs = of->inputs->programs;
    int rc = EES_OK;
    for (size_t i = 0; rc == EES_OK && i < json_array_size(scenarios); i++)
        rc = add_named(of, codes, json_object_get(json_array_get(scenarios, i), "policy"), err);
    for (size_t p = 0; rc == EES_OK && p < programs->count; p++)
        if (is_held(of, (int)p))
            rc = add_codes(of, codes, programs->programs[p].code, err);
    if (rc == EES_OK && json_array_size(codes) > EES_RUN_PROGRAMS_MAX)
        rc = ees_error_set(err, EES_ERR_RANGE, "at most %d programs can be looked at together", EES_RUN_PROGRAMS_MAX);
    return rc;
}

/* Everybody takes part in a general round. */
static json_t *admitted(const draft *of, const json_t *codes, const json_t *own) {
    json_t *list = json_array();
    bool sound = list != NULL;
    for (size_t i = 0; sound && i < json_array_size(codes); i++) {
        json_t *code = json_array_get(codes, i);
        bool in = is_general(of, json_string_value(code));
        for (size_t j = 0; j < json_array_size(own); j++)
            in = in || json_equal(code, json_array_get(own, j));
        if (in)
            sound = json_array_append(list, code) == 0;
    }
    if (!sound) {
        json_decref(list);
        return NULL;
    }
    return list;
}

/* The codes of a set of programs that rounds of the run are for. NULL: out of memory. */
static json_t *codes_of(const draft *of, const json_t *codes, ees_program_set set) {
    const ees_programs *programs = of->inputs->programs;
    json_t *own = json_array();
    bool sound = own != NULL;
    for (size_t p = 0; sound && p < programs->count; p++)
        if (set >> p & 1u)
            sound = json_array_append_new(own, json_string(programs->programs[p].code)) == 0;
    json_t *in = !sound ? NULL : set ? admitted(of, codes, own) : json_array();
    json_decref(own);
    return in;
}

/* NULL: out of memory. */
static json_t *phases_of(const draft *of, const json_t *codes, const ees_phases *phases) {
    json_t *list = json_array();
    bool sound = list != NULL;
    for (int i = 0; sound && i < phases->count; i++) {
        const ees_phase *phase = &phases->phase[i];
        json_t *entry = json_pack("{s:o, s:i, s:o}", "from", json_date(phase->from), "points", phase->points,
                                  "programs", codes_of(of, codes, phase->programs));
        sound = json_array_append_new(list, entry) == 0;
    }
    if (sound)
        return list;
    json_decref(list);
    return NULL;
}

static int add_audience(const draft *of, const json_t *codes, const json_t *own, json_t *audiences, ees_error *err) {
    const ees_run_request *request = of->request;
    char name[256] = "";
    for (size_t i = 0; i < json_array_size(own); i++)
        snprintf(name + strlen(name), sizeof name - strlen(name), "%s%s", i ? "+" : "",
                 json_string_value(json_array_get(own, i)));
    if (request->phases && json_array_size(audiences) > 0) /* several may have the same programs */
        snprintf(name + strlen(name), sizeof name - strlen(name), " #%zu", json_array_size(audiences) + 1);
    json_t *list = admitted(of, codes, own);
    if (!list)
        return no_memory(err);
    if (json_array_size(list) == 0) {
        json_decref(list);
        return ees_error_set(err, EES_ERR_RANGE, "no round of the run can invite %s", name);
    }
    if (json_array_size(audiences) == EES_RUN_AUDIENCES_MAX) {
        json_decref(list);
        return EES_OK;
    }
    const ees_date submitted = request->submitted != EES_DATE_NONE ? request->submitted : of->start;
    json_t *audience = json_pack("{s:s, s:o, s:o}", "name", name, "programs", list, "submitted", json_date(submitted));
    bool sound = audience != NULL;
    if (sound && request->renew)
        sound = put(audience, "renew_days", json_integer(eesi_profile_expiry(submitted) - submitted));
    if (sound && request->phases)
        sound = put(audience, "phases", phases_of(of, codes, &request->phases[json_array_size(audiences)]));
    if (!sound) {
        json_decref(audience);
        return no_memory(err);
    }
    return json_array_append_new(audiences, audience) == 0 ? EES_OK : no_memory(err);
}

static int build_audiences(const draft *of, const json_t *codes, json_t *audiences, ees_error *err) {
    const ees_run_request *request = of->request;
    int rc = EES_OK;
    for (size_t i = 0; rc == EES_OK && i < request->audience_count; i++) {
        json_t *own = json_array();
        rc = own ? add_codes(of, own, request->audiences[i], err) : no_memory(err);
        if (rc == EES_OK)
            rc = add_audience(of, codes, own, audiences, err);
        json_decref(own);
    }
    for (size_t i = 0; rc == EES_OK && request->audience_count == 0 && i < json_array_size(codes); i++) {
        json_t *own = json_pack("[O]", json_array_get(codes, i));
        rc = own ? add_audience(of, codes, own, audiences, err) : no_memory(err);
        json_decref(own);
    }
    if (rc == EES_OK && request->audience_count == 0 && request->program_count > 0 && json_array_size(codes) > 1)
        rc = add_audience(of, codes, codes, audiences, err);
    return rc;
}

/* The bands that at least one program's members cover whole, or that the published pool knows of one without members.
 * Nominees stand above all of them. */
static json_t *bands(const draft *of, const json_t *codes) {
    const bool has_pool = of->inputs->segments && of->known.snapshot_count > 0;
    json_t *list = json_array();
    int low = EES_SCORE_COUNT;
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        const eesi_stream *stream = eesi_model_stream(of->inputs->model, code, of->start);
        const bool has_members = stream && stream->set_count > 0;
        const bool nominees = has_role(of, code, of->inputs->programs->nominee);
        const int lowest = has_members ? stream->grid.lo : has_pool && !nominees ? EESI_POOL_LOW : EES_SCORE_COUNT;
        low = lowest < low ? lowest : low;
    }
    const ees_bands *published = eesi_run_bands(of->inputs->history, of->known);
    const int count = published ? published->count : 0;
    bool sound = list != NULL;
    for (int b = 1; sound && b < count && b <= EESI_PROCESS_BANDS && published->band[b].low >= low; b++)
        sound = json_array_append_new(list, json_pack("[i, i]", published->band[b].low, published->band[b].high)) == 0;
    if (!sound) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *inputs_of(const draft *of, ees_error *err) {
    const ees_run_inputs *in = of->inputs;
    const ees_round *last = &in->history->rounds[of->known.round_count - 1];
    const char *segments = in->segments ? in->segments->sha256 : NULL;
    json_t *made =
        json_pack("{s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s, s:s}, s:s, s:s?}", "data", "sha256", in->history->sha256,
                  "last_round", last->number, "model", "name", eesi_model_name(in->model), "sha256",
                  eesi_model_sha256(in->model), "calendar", "name", in->calendar->name, "sha256", in->calendar->sha256,
                  "programs_sha256", in->programs->sha256, "segments_sha256", segments);
    if (!made)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    return made;
}

enum { QMC_REPLICATES = EES_RUN_RANDOMISATIONS * EESI_BLOCK };

/* Points are as even as can be only when all of a power of two are taken, and a block is of one randomisation. */
static int check_qmc(const ees_run_request *request, ees_error *err) {
    if (!request->qmc)
        return EES_OK;
    if (request->until_se > 0)
        return ees_error_set(err, EES_ERR_RANGE,
                             "--qmc and --until-se exclude each other: an early end would cut a randomisation short");
    const uint64_t n = request->replicates;
    const uint64_t points = n / QMC_REPLICATES;
    if (n != 0 && (n % QMC_REPLICATES != 0 || (points & (points - 1)) != 0))
        return ees_error_set(err, EES_ERR_RANGE,
                             "--qmc takes %d replicates or two, four, eight, ... times as many, not %llu",
                             QMC_REPLICATES, (unsigned long long)n);
    return EES_OK;
}

static uint64_t replicates_of(const ees_run_request *request) {
    if (request->replicates)
        return request->replicates;
    if (request->qmc)
        return QMC_REPLICATES;
    return request->until_se > 0 ? UNTIL_SE_REPLICATES : DEFAULT_REPLICATES;
}

static json_t *arguments_of(const ees_run_request *request) {
    json_t *list = json_array();
    for (size_t i = 0; list && i < request->argument_count; i++) {
        json_t *word = json_string(request->arguments[i]);
        if (!word && !is_utf8(request->arguments[i]))
            continue; /* a file name in another encoding */
        if (json_array_append_new(list, word) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static bool set_options(draft *of) {
    const ees_run_request *request = of->request;
    json_t *root = of->root;
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)request->seed);
    return put(root, "schema", json_string("eesim.run/1")) && put(root, "version", json_string(ees_version())) &&
           put(root, "arguments", arguments_of(request)) && put(root, "seed", json_string(seed)) &&
           put(root, "replicates", json_integer((json_int_t)replicates_of(request))) &&
           (request->until_se <= 0 || put(root, "until_se", json_real(request->until_se))) &&
           (!request->qmc || put(root, "randomisations", json_integer(EES_RUN_RANDOMISATIONS))) &&
           put(root, "paths", json_boolean(request->paths)) &&
           (!request->zstd || put(root, "compress", json_string("zstd"))) &&
           put(root, "known_before", json_date(request->date)) && put(root, "start", json_date(of->start)) &&
           put(root, "until", json_date(of->until));
}

static int fill(draft *of, ees_error *err) {
    json_t *codes = json_array(), *audiences = json_array(), *scenarios = json_array(), *inputs = inputs_of(of, err);
    int rc = codes && audiences && scenarios && inputs ? EES_OK : no_memory(err);
    for (size_t i = 0; rc == EES_OK && i < of->request->program_count; i++)
        rc = add_codes(of, codes, of->request->programs[i], err);
    if (rc == EES_OK)
        rc = build_scenarios(of, codes, scenarios, err);
    if (rc == EES_OK && json_array_size(codes) == 0)
        rc = collect_programs(of, codes, scenarios, err);
    else if (rc == EES_OK)
        rc = add_general(of, codes, scenarios, err);
    if (rc == EES_OK)
        rc = build_audiences(of, codes, audiences, err);
    const bool sound = rc != EES_OK ||
                       (set_options(of) && json_object_update(of->root, inputs) == 0 &&
                        json_object_set(of->root, "programs", codes) == 0 && put(of->root, "bands", bands(of, codes)) &&
                        json_object_set(of->root, "audiences", audiences) == 0 &&
                        json_object_set(of->root, "scenarios", scenarios) == 0);
    if (!sound)
        rc = no_memory(err);
    json_decref(codes);
    json_decref(audiences);
    json_decref(scenarios);
    json_decref(inputs);
    return rc;
}

/* The plan is printed and read again on purpose: what is run is what run.json will say, with its numbers rounded to the
 * digits printed there, so that a run and its repetition are the same by construction. */
int eesi_run_plan_make(ees_run_plan **plan, const ees_run_request *request, const ees_run_inputs *inputs,
                       ees_error *err) {
    draft of = {.request = request, .inputs = inputs, .root = json_object(), .none = json_string("none")};
    *plan = NULL;
    int rc = of.root && of.none ? check_qmc(request, err) : no_memory(err);
    if (rc == EES_OK)
        rc = set_horizon(&of, err);
    if (rc == EES_OK)
        rc = fill(&of, err);
    char *text = rc == EES_OK ? json_dumps(of.root, EESI_PLAN_DUMP) : NULL;
    json_decref(of.root);
    json_decref(of.none);
    if (rc == EES_OK && !text)
        rc = no_memory(err);
    const char *file = request->scenarios_file ? request->scenarios_file : request->policy_file;
    if (rc == EES_OK)
        rc = eesi_run_plan_again(plan, file ? file : "scenario", text, inputs, err);
    free(text);
    return rc;
}

static int check_same(const json_t *root, const char *file, const char *object, const char *key, const char *ours,
                      const char *what, ees_error *err) {
    const json_t *holder = object ? json_object_get(root, object) : root;
    const char *theirs = json_string_value(json_object_get(holder, key));
    if (theirs && strcmp(theirs, ours) == 0)
        return EES_OK;
    return ees_error_at(err, EES_ERR_MISMATCH, file, 0, 0, "was made with %s (%.64s), here it is %.64s", what,
                        theirs ? theirs : "unknown", ours);
}

int eesi_run_plan_again(ees_run_plan **plan, const char *file, const char *text, const ees_run_inputs *inputs,
                        ees_error *err) {
    int rc = eesi_run_plan_parse(plan, file, text, err);
    if (rc)
        return rc;
    const json_t *root = (*plan)->root;
    rc = check_same(root, file, NULL, "version", ees_version(), "another version of eesim", err);
    if (rc == EES_OK)
        rc = check_same(root, file, "data", "sha256", inputs->history->sha256, "other data", err);
    if (rc == EES_OK)
        rc = check_same(root, file, "model", "sha256", eesi_model_sha256(inputs->model), "another model", err);
    if (rc == EES_OK)
        rc = check_same(root, file, "calendar", "sha256", inputs->calendar->sha256, "another calendar", err);
    if (rc == EES_OK)
        rc = check_same(root, file, NULL, "programs_sha256", inputs->programs->sha256, "other programs", err);
    if (rc == EES_OK && inputs->segments)
        rc = check_same(root, file, NULL, "segments_sha256", inputs->segments->sha256, "other segments", err);
    if (rc == EES_OK)
        rc = eesi_run_plan_check(*plan, file, inputs->history, err);
    if (rc == EES_OK)
        rc = eesi_run_attach(*plan, file, inputs, err);
    if (rc) {
        ees_run_plan_destroy(*plan);
        *plan = NULL;
    }
    return rc;
}
