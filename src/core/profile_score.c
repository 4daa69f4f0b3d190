/* From a profile to its score. */
#include "core/profile_score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "crs/profile_csv.h"

/* The profile's file while it is read: its text is where lines are looked up. */
typedef struct document {
    const char *file;
    char *text;   /* owned */
    json_t *root; /* owned */
} document;

static void close_document(document *doc) {
    json_decref(doc->root);
    free(doc->text);
}

static int open_document(ees_context *context, document *doc, const json_t *profile, ees_error *err) {
    size_t length = 0;
    *doc = (document){.file = json_string_value(profile)};
    if (!doc->file)
        return EES_OK;
    int rc = eesi_source_read(eesi_context_source(context), doc->file, &doc->text, &length, err);
    return rc ? rc : eesi_json_parse(doc->file, doc->text, length, &doc->root, err);
}

static int refuse(const document *doc, const eesi_profile_fault *fault, ees_error *err) {
    long line = 0, column = 0;
    if (!doc->text)
        return ees_error_set(err, EES_ERR_RANGE, "%s", fault->text);
    eesi_json_place(doc->text, fault->key, &line, &column);
    return ees_error_at(err, EES_ERR_DATA, doc->file, line, column, "%s", fault->text);
}

/* A whole test that is given anew forgets what the profile said of the old one. */
static void forget_test(eesi_profile *profile, const char *name) {
    char prefix[40];
    const size_t length = (size_t)snprintf(prefix, sizeof prefix, "%s.", name);
    for (int k = 0; eesi_profile_keys[k]; k++)
        if (strncmp(eesi_profile_keys[k], prefix, length) == 0)
            profile->given &= ~((uint64_t)1 << k);
    eesi_test *test = strcmp(name, "first_language") == 0    ? &profile->first
                      : strcmp(name, "second_language") == 0 ? &profile->second
                      : strcmp(name, "spouse.language") == 0 ? &profile->spouse_test
                                                             : NULL;
    if (test)
        *test = (eesi_test){.language = -1, .date = EES_DATE_NONE};
}

static int set_values(eesi_profile *profile, const json_t *values, ees_error *err) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)values, name, value) {
        eesi_profile_fault fault;
        const int k = eesi_profile_key(name, strlen(name));
        if (k < 0)
            return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no key of a profile", name);
        forget_test(profile, eesi_profile_keys[k]);
        if (!eesi_profile_set(profile, k, json_string_value(value), &fault))
            return ees_error_set(err, EES_ERR_RANGE, "%s", fault.text);
    }
    return EES_OK;
}

static void drop_spouse(eesi_profile *profile) {
    eesi_profile none;
    eesi_profile_init(&none);
    for (int k = 0; eesi_profile_keys[k]; k++)
        if (strncmp(eesi_profile_keys[k], "spouse", 6) == 0)
            profile->given &= ~((uint64_t)1 << k);
    profile->given |= (uint64_t)1 << eesi_profile_key("spouse", 6);
    profile->has_spouse = false;
    profile->spouse_test = none.spouse_test;
}

static int read_profile(const eesi_score_question *question, const document *doc, const eesi_crs_file *rules,
                        eesi_profile *profile, ees_error *err) {
    eesi_profile_fault fault;
    const json_t *object = doc->root ? doc->root : question->profile;
    eesi_profile_init(profile);
    int rc = object ? eesi_profile_take(profile, object, doc->file, doc->text, err) : EES_OK;
    if (rc == EES_OK && question->single)
        drop_spouse(profile);
    if (rc == EES_OK)
        rc = set_values(profile, question->values, err);
    if (rc)
        return rc;
    if (question->date != EES_DATE_NONE || profile->date == EES_DATE_NONE)
        profile->date = question->date != EES_DATE_NONE ? question->date : question->today;
    return eesi_profile_check(profile, rules, &fault) ? EES_OK : refuse(doc, &fault, err);
}

eesi_crs_file *eesi_score_rules(ees_context *context, const char *file, ees_error *err) {
    char *path = file ? strdup(file) : eesi_context_model_path(context, "crs.json", err);
    eesi_crs_file *rules = path ? malloc(sizeof *rules) : NULL;
    if (!rules)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rules && eesi_crs_read(rules, eesi_context_source(context), path, err)) {
        free(rules);
        rules = NULL;
    }
    free(path);
    return rules;
}

eesi_eligibility *eesi_score_eligibility(ees_context *context, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    char *path = programs ? eesi_context_model_path(context, "eligibility.json", err) : NULL;
    eesi_eligibility *rules = path ? malloc(sizeof *rules) : NULL;
    if (path && !rules)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rules && eesi_eligibility_read(rules, eesi_context_source(context), path, programs, err)) {
        free(rules);
        rules = NULL;
    }
    free(path);
    return rules;
}

const eesi_crs_rules *eesi_score_rules_on(const eesi_crs_file *file, ees_date date, ees_error *err) {
    char day[EES_DATE_TEXT_MAX];
    const eesi_crs_rules *rules = eesi_crs_on(file, date);
    if (!rules)
        ees_error_set(err, EES_ERR_RANGE, "no rules are known for %s", ees_date_format(date, day));
    return rules;
}

int eesi_score(ees_context *context, const eesi_score_question *question, eesi_scored *scored, ees_error *err) {
    document doc = {0};
    *scored = (eesi_scored){0};
    scored->file = eesi_score_rules(context, question->rules, err);
    scored->eligibility = scored->file ? eesi_score_eligibility(context, err) : NULL;
    int rc = scored->eligibility ? open_document(context, &doc, question->profile, err) : err->code;
    if (rc == EES_OK)
        rc = read_profile(question, &doc, scored->file, &scored->profile, err);
    close_document(&doc);
    scored->rules = rc ? NULL : eesi_score_rules_on(scored->file, scored->profile.date, err);
    if (!scored->rules)
        return rc ? rc : err->code;
    eesi_profile_person(&scored->profile, scored->file, scored->profile.date, &scored->person);
    eesi_crs_score(scored->rules, &scored->person, &scored->points);
    return EES_OK;
}

json_t *eesi_score_profile_of(const char *text, ees_error *err) {
    json_t *profile = NULL;
    if (text[0] == '{')
        return eesi_json_parse("profile", text, strlen(text), &profile, err) ? NULL : profile;
    profile = json_string(text);
    if (!profile)
        ees_error_set(err, EES_ERR_NOMEM, "the name of the profile is no UTF-8, or out of memory");
    return profile;
}

static int add_phase(ees_phases *phases, ees_date day, int points, ees_program_set programs, ees_error *err) {
    const ees_phase *last = phases->count ? &phases->phase[phases->count - 1] : NULL;
    if (last && last->points == points && last->programs == programs)
        return EES_OK;
    if (phases->count == EES_RUN_PHASES_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "score and programs change more than %d times by the last day",
                             EES_RUN_PHASES_MAX);
    phases->phase[phases->count++] = (ees_phase){day, points, programs};
    return EES_OK;
}

int eesi_score_phases(const eesi_scored *scored, ees_date first, ees_date last, int *score, ees_phases *phases,
                      ees_error *err) {
    eesi_standing standings[EES_PROGRAMS_MAX];
    *phases = (ees_phases){0};
    int rc = EES_OK;
    for (ees_date day = first; rc == EES_OK && day <= last; day++) {
        const eesi_crs_rules *rules = eesi_score_rules_on(scored->file, day, err);
        if (!rules)
            return err->code;
        eesi_crs_person person;
        eesi_crs_points points;
        eesi_profile_person(&scored->profile, scored->file, day, &person);
        for (int i = 0; i < scored->change_count; i++)
            eesi_crs_raise(&person, scored->changes[i], scored->to[i]);
        eesi_crs_score(rules, &person, &points);
        const int count =
            eesi_eligibility_judge(scored->eligibility, &scored->profile, &person, day, EESI_REASON_NONE, standings);
        *score = day == first ? points.score : *score;
        rc = add_phase(phases, day, points.score - *score, eesi_standing_set(standings, count), err);
    }
    return rc;
}

void eesi_scored_free(eesi_scored *scored) {
    free(scored->file);
    free(scored->eligibility);
    scored->file = NULL;
    scored->eligibility = NULL;
    scored->rules = NULL;
}

int ees_score_profiles(ees_context *context, const char *file, const char *rules, ees_date date, FILE *out,
                       ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    eesi_profiles_report report = {0};
    eesi_crs_file *read = eesi_score_rules(context, rules, err);
    eesi_eligibility *eligibility = read ? eesi_score_eligibility(context, err) : NULL;
    int rc = eligibility ? eesi_profiles_score(read, eligibility, file, date, out, &report, err) : err->code;
    if (rc == EES_OK && report.passed_on[0])
        eesi_context_remark(context, "columns that are no key of a profile, passed on as they are: %s",
                            report.passed_on);
    if (rc == EES_OK && report.assumed[0])
        eesi_context_remark(context, "no column, so that it counts as none: %s", report.assumed);
    free(eligibility);
    free(read);
    return rc;
}
