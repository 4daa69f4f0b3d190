/* Reads a policy's JSON into rules. Every error names the file and the path of the value, and says what was expected.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"
#include "policy/policy_spec.h"

enum { WHERE_MAX = 160 };

/* Path of a member. */
static void below(char where[WHERE_MAX], const char *path, const char *key) {
    snprintf(where, WHERE_MAX, "%.100s.%.40s", path, key);
}

typedef struct reader {
    const char *file;
    const ees_programs *programs;
    ees_error *err;
} reader;

static int bad(const reader *in, const char *path, const json_t *value, const char *expected) {
    char *shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    int rc = ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: %.80s is not valid, expected %s", path,
                          shown ? shown : "this", expected);
    free(shown);
    return rc;
}

/* Refuse members that nothing reads: a misspelt key must not pass silently. `keys` is "a|b|c". */
static int check_keys(const reader *in, const char *path, json_t *object, const char *keys) {
    if (!json_is_object(object))
        return bad(in, path, object, "an object");
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        size_t length = strlen(key);
        bool known = false;
        for (const char *at = keys; at && !known; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
            known = strncmp(at, key, length) == 0 && (at[length] == '|' || at[length] == '\0');
        if (!known)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s%sunknown key '%s', expected one of %s", path,
                                *path ? ": " : "", key, keys);
    }
    return EES_OK;
}

static int read_number(const reader *in, const char *path, const json_t *value, double low, double high, double *out) {
    if (!json_is_number(value) || !(json_number_value(value) >= low) || !(json_number_value(value) <= high)) {
        char expected[64];
        snprintf(expected, sizeof expected, "a number from %g to %g", low, high);
        return bad(in, path, value, expected);
    }
    *out = json_number_value(value);
    return EES_OK;
}

static int read_date(const reader *in, const char *path, const json_t *value, ees_date *out) {
    *out = EES_DATE_NONE;
    if (!value || json_is_null(value))
        return EES_OK;
    const char *text = json_string_value(value);
    if (!text || !ees_date_parse(text, strlen(text), out))
        return bad(in, path, value, "a date \"YYYY-MM-DD\"");
    return EES_OK;
}

static int read_program(const reader *in, const char *path, const json_t *value, int *out) {
    *out = EES_PROGRAM_NONE;
    if (!value)
        return EES_OK;
    const char *code = json_string_value(value);
    *out = code ? ees_programs_find(in->programs, code) : EES_PROGRAM_NONE;
    if (*out != EES_PROGRAM_NONE)
        return EES_OK;
    const char *near = code ? ees_programs_suggest(in->programs, code) : NULL;
    char expected[80];
    snprintf(expected, sizeof expected, near ? "the code of a program (did you mean %s?)" : "the code of a program%s",
             near ? near : "");
    return bad(in, path, value, expected);
}

/* --- sizes --- */

typedef struct distribution_form {
    const char *name;
    eesi_size_distribution distribution;
    int arguments;
} distribution_form;

static const distribution_form distribution_forms[] = {
    {"learned", EESI_SIZE_LEARNED, 0},     {"last", EESI_SIZE_LAST, 0},       {"fixed", EESI_SIZE_FIXED, 1},
    {"empirical", EESI_SIZE_EMPIRICAL, 1}, {"uniform", EESI_SIZE_UNIFORM, 2}, {"lognormal", EESI_SIZE_LOGNORMAL, 2},
    {"normal", EESI_SIZE_NORMAL, 2},
};

static const char size_expected[] =
    "a number, or \"learned\", \"last\", \"empirical(K)\", \"lognormal(MEDIAN,SIGMA)\", "
    "\"normal(MEAN,SD)\" or \"uniform(LOW,HIGH)\"";

/* "name" or "name(a)" or "name(a,b)", spaces allowed around the numbers. */
static bool parse_distribution(const char *text, eesi_size_rule *rule) {
    size_t length = strcspn(text, "(");
    for (size_t i = 0; i < sizeof distribution_forms / sizeof *distribution_forms; i++) {
        const distribution_form *form = &distribution_forms[i];
        if (strlen(form->name) != length || strncmp(text, form->name, length) != 0)
            continue;
        rule->distribution = form->distribution;
        if (form->arguments == 0)
            return text[length] == '\0';
        int used = 0, count;
        const char *arguments = text + length;
        if (form->arguments == 1)
            count = sscanf(arguments, "( %lf )%n", &rule->a, &used);
        else
            count = sscanf(arguments, "( %lf , %lf )%n", &rule->a, &rule->b, &used);
        return count == form->arguments && used > 0 && arguments[used] == '\0' && isfinite(rule->a) &&
               isfinite(rule->b);
    }
    return false;
}

static bool distribution_in_range(const eesi_size_rule *rule) {
    const double most = 1e7;
    switch (rule->distribution) {
    case EESI_SIZE_FIXED:
        return rule->a >= 1 && rule->a <= most;
    case EESI_SIZE_EMPIRICAL:
        return rule->a >= 1 && rule->a <= 100 && rule->a == floor(rule->a);
    case EESI_SIZE_LOGNORMAL:
        return rule->a >= 1 && rule->a <= most && rule->b >= 0 && rule->b <= 5;
    case EESI_SIZE_NORMAL:
        return rule->a >= 1 && rule->a <= most && rule->b >= 0 && rule->b <= most;
    case EESI_SIZE_UNIFORM:
        return rule->a >= 1 && rule->b >= rule->a && rule->b <= most;
    case EESI_SIZE_LEARNED:
    case EESI_SIZE_LAST:
    default:
        return true;
    }
}

static int read_size(const reader *in, const char *path, const json_t *value, eesi_size_rule *rule) {
    *rule = (eesi_size_rule){EESI_SIZE_LEARNED, 0, 0};
    if (!value)
        return EES_OK;
    if (json_is_number(value))
        *rule = (eesi_size_rule){EESI_SIZE_FIXED, json_number_value(value), 0};
    else if (!json_is_string(value) || !parse_distribution(json_string_value(value), rule))
        return bad(in, path, value, size_expected);
    if (!distribution_in_range(rule))
        return bad(in, path, value, "sizes from 1 to 10 million, a sigma of 0 to 5, K from 1 to 100");
    return EES_OK;
}

/* --- cadence --- */

static const char *const weekday_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};

static int read_weekday(const reader *in, const char *path, const json_t *value, int *out) {
    *out = -1;
    const char *text = json_string_value(value);
    for (int d = 0; text && d < 7; d++)
        if (strcmp(text, weekday_names[d]) == 0)
            *out = d;
    return value && *out < 0 ? bad(in, path, value, "a weekday such as \"tuesday\"") : EES_OK;
}

static int read_every(const reader *in, const char *path, const json_t *object, eesi_cadence *cadence) {
    static const struct {
        const char *key;
        eesi_cadence_kind kind;
    } units[] = {
        {"every_days", EESI_CADENCE_DAYS}, {"every_weeks", EESI_CADENCE_WEEKS}, {"every_months", EESI_CADENCE_MONTHS}};
    int found = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const json_t *value = json_object_get(object, units[i].key);
        char where[WHERE_MAX];
        double every = 0;
        if (!value)
            continue;
        below(where, path, units[i].key);
        int rc = read_number(in, where, value, 1, 366, &every);
        if (rc)
            return rc;
        cadence->kind = units[i].kind;
        cadence->every = (int)every;
        found++;
    }
    return found == 1 ? EES_OK : bad(in, path, object, "one of every_days, every_weeks and every_months");
}

static int read_cadence(const reader *in, const char *path, json_t *value, eesi_cadence *cadence) {
    *cadence = (eesi_cadence){EESI_CADENCE_LEARNED, 0, -1, EES_DATE_NONE};
    const char *text = json_string_value(value);
    if (!value || (text && strcmp(text, "learned") == 0))
        return EES_OK;
    if (text && strcmp(text, "none") == 0) {
        cadence->kind = EESI_CADENCE_NONE;
        return EES_OK;
    }
    if (json_is_number(value)) {
        double every = 0;
        cadence->kind = EESI_CADENCE_DAYS;
        int rc = read_number(in, path, value, 1, 366, &every);
        cadence->every = (int)every;
        return rc;
    }
    if (!json_is_object(value))
        return bad(in, path, value, "\"learned\", \"none\", a number of days, or an object");
    int rc = check_keys(in, path, value, "every_days|every_weeks|every_months|weekday|first");
    if (!rc)
        rc = read_every(in, path, value, cadence);
    char where[WHERE_MAX];
    below(where, path, "weekday");
    if (!rc)
        rc = read_weekday(in, where, json_object_get(value, "weekday"), &cadence->weekday);
    below(where, path, "first");
    if (!rc)
        rc = read_date(in, where, json_object_get(value, "first"), &cadence->first);
    return rc;
}

/* --- annual targets --- */

static int read_annual(const reader *in, const char *path, json_t *value, eesi_annual *annual) {
    *annual = (eesi_annual){EESI_ANNUAL_NONE, {EESI_SIZE_FIXED, 0, 0}};
    if (!value)
        return EES_OK;
    const json_t *target = value;
    annual->mode = EESI_ANNUAL_CAP;
    char where[WHERE_MAX];
    snprintf(where, sizeof where, "%.100s", path);
    if (json_is_object(value)) {
        int rc = check_keys(in, path, value, "target|mode");
        if (rc)
            return rc;
        const json_t *mode = json_object_get(value, "mode");
        const char *text = mode ? json_string_value(mode) : "cap";
        if (text && strcmp(text, "limit") == 0)
            annual->mode = EESI_ANNUAL_LIMIT;
        else if (text && strcmp(text, "spread") == 0)
            annual->mode = EESI_ANNUAL_SPREAD;
        else if (!text || strcmp(text, "cap") != 0)
            return bad(in, path, mode, "mode \"cap\", \"limit\" or \"spread\"");
        target = json_object_get(value, "target");
        below(where, path, "target");
        if (!target)
            return bad(in, path, value, "a target: invitations a year");
    }
    int rc = read_size(in, where, target, &annual->target);
    eesi_size_distribution distribution = annual->target.distribution;
    if (!rc &&
        (distribution == EESI_SIZE_LEARNED || distribution == EESI_SIZE_LAST || distribution == EESI_SIZE_EMPIRICAL))
        return bad(in, where, target, "a number or a lognormal, normal or uniform distribution");
    return rc;
}

/* --- programs --- */

static int read_rule(const reader *in, const char *path, json_t *value, eesi_program_rule *rule) {
    int rc = check_keys(in, path, value, "calendar|size|size_factor|annual|outside_annual|note");
    char where[WHERE_MAX];
    below(where, path, "calendar");
    if (!rc && json_object_get(value, "calendar"))
        rc = read_cadence(in, where, json_object_get(value, "calendar"), &rule->cadence);
    below(where, path, "size");
    if (!rc && json_object_get(value, "size"))
        rc = read_size(in, where, json_object_get(value, "size"), &rule->size);
    below(where, path, "size_factor");
    if (!rc && json_object_get(value, "size_factor"))
        rc = read_number(in, where, json_object_get(value, "size_factor"), 0.01, 100, &rule->size_factor);
    below(where, path, "annual");
    if (!rc && json_object_get(value, "annual"))
        rc = read_annual(in, where, json_object_get(value, "annual"), &rule->annual);
    const json_t *outside = json_object_get(value, "outside_annual");
    below(where, path, "outside_annual");
    if (!rc && outside && !json_is_boolean(outside))
        return bad(in, where, outside, "true or false");
    rule->outside_annual = outside ? json_is_true(outside) : rule->outside_annual;
    return rc;
}

static int read_rules(const reader *in, json_t *root, eesi_policy_spec *spec) {
    eesi_program_rule rule = {
        .cadence = {EESI_CADENCE_LEARNED, 0, -1, EES_DATE_NONE}, .size = {EESI_SIZE_LEARNED, 0, 0}, .size_factor = 1};
    json_t *value = json_object_get(root, "default");
    int rc = value ? read_rule(in, "default", value, &rule) : EES_OK;
    for (size_t p = 0; p < EES_PROGRAMS_MAX; p++)
        spec->rules[p] = rule;
    json_t *list = json_object_get(root, "programs"), *item;
    if (rc || !list)
        return rc;
    if (!json_is_object(list))
        return bad(in, "programs", list, "an object of program codes");
    const char *code;
    json_object_foreach(list, code, item) {
        char path[64];
        snprintf(path, sizeof path, "programs.%.40s", code);
        json_t *name = json_string(code);
        int program = EES_PROGRAM_NONE;
        rc = read_program(in, path, name, &program);
        json_decref(name);
        if (!rc)
            rc = read_rule(in, path, item, &spec->rules[program]);
        if (rc)
            return rc;
    }
    return EES_OK;
}

/* --- dated items --- */

typedef int item_function(const reader *in, const char *path, json_t *item, eesi_policy_spec *spec, size_t index);

static int read_list(const reader *in, json_t *root, const char *key, eesi_policy_spec *spec, size_t *count,
                     item_function *read_item) {
    json_t *list = json_object_get(root, key);
    *count = 0;
    if (!list)
        return EES_OK;
    if (!json_is_array(list) || json_array_size(list) > EESI_POLICY_ITEMS_MAX)
        return bad(in, key, list, "a list of at most 64 items");
    for (size_t i = 0; i < json_array_size(list); i++) {
        char path[64];
        snprintf(path, sizeof path, "%.30s.%zu", key, i);
        int rc = read_item(in, path, json_array_get(list, i), spec, i);
        if (rc)
            return rc;
        *count = i + 1;
    }
    return EES_OK;
}

static int read_period(const reader *in, const char *path, json_t *item, eesi_period *period) {
    char where[WHERE_MAX];
    below(where, path, "program");
    int rc = read_program(in, where, json_object_get(item, "program"), &period->program);
    below(where, path, "from");
    if (!rc)
        rc = read_date(in, where, json_object_get(item, "from"), &period->from);
    below(where, path, "until");
    if (!rc)
        rc = read_date(in, where, json_object_get(item, "until"), &period->until);
    if (!rc && period->from != EES_DATE_NONE && period->until != EES_DATE_NONE && period->until < period->from)
        rc = bad(in, where, json_object_get(item, "until"), "a day not before 'from'");
    return rc;
}

static int read_pause(const reader *in, const char *path, json_t *item, eesi_policy_spec *spec, size_t index) {
    int rc = check_keys(in, path, item, "program|from|until|note");
    spec->pauses[index].factor = 0;
    return rc ? rc : read_period(in, path, item, &spec->pauses[index]);
}

static int read_arrival(const reader *in, const char *path, json_t *item, eesi_policy_spec *spec, size_t index) {
    int rc = check_keys(in, path, item, "program|from|until|factor|note");
    char where[WHERE_MAX];
    below(where, path, "factor");
    if (!rc)
        rc = read_number(in, where, json_object_get(item, "factor"), 0, 100, &spec->arrivals[index].factor);
    return rc ? rc : read_period(in, path, item, &spec->arrivals[index]);
}

/* The "date" of an item, which cannot do without. */
static int read_own_date(const reader *in, const char *path, json_t *item, ees_date *date) {
    char where[WHERE_MAX];
    below(where, path, "date");
    int rc = read_date(in, where, json_object_get(item, "date"), date);
    if (!rc && *date == EES_DATE_NONE)
        rc = bad(in, path, item, "a date");
    return rc;
}

static int read_one_off(const reader *in, const char *path, json_t *item, eesi_policy_spec *spec, size_t index) {
    ees_future_round *round = &spec->one_offs[index];
    int rc = check_keys(in, path, item, "date|program|size|note");
    char where[WHERE_MAX];
    double size = 0;
    if (!rc)
        rc = read_own_date(in, path, item, &round->date);
    below(where, path, "program");
    if (!rc)
        rc = read_program(in, where, json_object_get(item, "program"), &round->program);
    if (!rc && round->program == EES_PROGRAM_NONE)
        rc = bad(in, path, item, "a program");
    below(where, path, "size");
    if (!rc)
        rc = read_number(in, where, json_object_get(item, "size"), 1, 1e7, &size);
    round->size = (int32_t)size;
    return rc;
}

static int read_shock(const reader *in, const char *path, json_t *item, eesi_policy_spec *spec, size_t index) {
    ees_policy_shock *shock = &spec->shocks[index];
    int rc = check_keys(in, path, item, "date|points|share|program|note");
    char where[WHERE_MAX];
    double points = 0;
    int program = EES_PROGRAM_NONE;
    shock->share = 1;
    if (!rc)
        rc = read_own_date(in, path, item, &shock->date);
    below(where, path, "points");
    if (!rc)
        rc = read_number(in, where, json_object_get(item, "points"), -1200, 1200, &points);
    below(where, path, "share");
    if (!rc && json_object_get(item, "share"))
        rc = read_number(in, where, json_object_get(item, "share"), 0, 1, &shock->share);
    below(where, path, "program");
    if (!rc)
        rc = read_program(in, where, json_object_get(item, "program"), &program);
    shock->points = (int)points;
    shock->programs = program == EES_PROGRAM_NONE ? 0 : (ees_program_set)1 << program;
    return rc;
}

/* "arrivals" may be one factor for everybody and always, or a list of periods. */
static int read_arrivals(const reader *in, json_t *root, eesi_policy_spec *spec) {
    json_t *value = json_object_get(root, "arrivals");
    if (!json_is_number(value))
        return read_list(in, root, "arrivals", spec, &spec->arrival_count, read_arrival);
    spec->arrival_count = 1;
    spec->arrivals[0] = (eesi_period){EES_DATE_NONE, EES_DATE_NONE, EES_PROGRAM_NONE, 1};
    return read_number(in, "arrivals", value, 0, 100, &spec->arrivals[0].factor);
}

/* "declined" may be the share alone. */
static int read_declined(const reader *in, json_t *root, eesi_declined *declined) {
    json_t *value = json_object_get(root, "declined");
    *declined = (eesi_declined){0, 60};
    if (!value)
        return EES_OK;
    if (!json_is_object(value))
        return read_number(in, "declined", value, 0, 0.9, &declined->share);
    int rc = check_keys(in, "declined", value, "share|days|note");
    if (!rc && json_object_get(value, "share"))
        rc = read_number(in, "declined.share", json_object_get(value, "share"), 0, 0.9, &declined->share);
    if (!rc && json_object_get(value, "days"))
        rc = read_number(in, "declined.days", json_object_get(value, "days"), 1, 365, &declined->days);
    return rc;
}

static int by_shock_date(const void *a, const void *b) {
    ees_date left = ((const ees_policy_shock *)a)->date, right = ((const ees_policy_shock *)b)->date;
    return (left > right) - (left < right);
}

int eesi_policy_read(eesi_policy_spec *spec, const char *file, json_t *root, const ees_programs *programs,
                     ees_error *err) {
    reader in = {file, programs, err};
    memset(spec, 0, sizeof *spec);
    int rc = check_keys(&in, "", root,
                        "$schema|schema|name|note|default|programs|annual|pauses|one_off|arrivals|shocks|declined");
    if (rc)
        return rc;
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (!schema || strcmp(schema, "eesim.policy/1") != 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "schema is '%s', expected 'eesim.policy/1'",
                            schema ? schema : "missing");
    const char *name = json_string_value(json_object_get(root, "name"));
    snprintf(spec->name, sizeof spec->name, "%s", name ? name : "policy");
    rc = read_rules(&in, root, spec);
    if (!rc)
        rc = read_annual(&in, "annual", json_object_get(root, "annual"), &spec->annual);
    if (!rc)
        rc = read_list(&in, root, "pauses", spec, &spec->pause_count, read_pause);
    if (!rc)
        rc = read_arrivals(&in, root, spec);
    if (!rc)
        rc = read_declined(&in, root, &spec->declined);
    if (!rc)
        rc = read_list(&in, root, "one_off", spec, &spec->one_off_count, read_one_off);
    if (!rc)
        rc = read_list(&in, root, "shocks", spec, &spec->shock_count, read_shock);
    if (!rc)
        qsort(spec->shocks, spec->shock_count, sizeof *spec->shocks, by_shock_date);
    return rc;
}

bool eesi_period_holds(const eesi_period *period, int program, ees_date date) {
    return (period->program == EES_PROGRAM_NONE || period->program == program) &&
           (period->from == EES_DATE_NONE || date >= period->from) &&
           (period->until == EES_DATE_NONE || date <= period->until);
}
