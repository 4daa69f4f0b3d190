/* Reads models/eligibility.json. */
#include "crs/eligibility.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "crs/reading.h"

static int read_level(const eesi_reading *in, const json_t *object, const char *key, int *level) {
    const json_t *value = json_object_get(object, key);
    if (!eesi_is_points(value, EESI_LEVEL_MAX))
        return eesi_wrong(in, key, "a level of language up to 12");
    *level = (int)json_integer_value(value);
    return EES_OK;
}

static int read_occupations(const eesi_reading *in, const json_t *object, const char *key, eesi_occupation *list,
                            int *count) {
    const json_t *codes = json_object_get(object, key), *code;
    size_t i;
    if (!json_is_array(codes) || json_array_size(codes) > EESI_OCCUPATIONS_MAX)
        return eesi_wrong(in, key, "at most 128 codes of NOC 2021");
    json_array_foreach(codes, i, code) {
        const char *text = json_string_value(code);
        if (!text || strlen(text) < 2 || strlen(text) > 5 || strspn(text, "0123456789") != strlen(text))
            return eesi_wrong(in, key, "codes of NOC 2021, or the beginnings of them");
        memcpy(list[i], text, strlen(text) + 1);
    }
    *count = (int)json_array_size(codes);
    return EES_OK;
}

static int read_cec(const eesi_reading *in, const json_t *o, eesi_eligibility *r) {
    const json_t *levels = json_object_get(o, "language_by_teer");
    int rc = EESI_CHECK_KEYS(in, o, "canadian_work_months", "within_years", "language_by_teer");
    if (rc || (rc = eesi_read_points(in, o, "canadian_work_months", &r->cec_months)) ||
        (rc = eesi_read_points(in, o, "within_years", &r->cec_within)))
        return rc;
    for (size_t t = 0; t < EESI_TEER_SKILLED; t++) {
        const json_t *value = json_array_get(levels, t);
        if (json_array_size(levels) != EESI_TEER_SKILLED || !eesi_is_points(value, EESI_LEVEL_MAX))
            return eesi_wrong(in, "language_by_teer", "a level for each of TEER 0, 1, 2 and 3");
        r->cec_language[t] = (int)json_integer_value(value);
    }
    return EES_OK;
}

static int read_adaptability(const eesi_reading *in, const json_t *fsw, eesi_eligibility *r) {
    const struct {
        const char *key;
        int *field;
    } fields[] = {{"cap", &r->fsw_cap},
                  {"canadian_work", &r->fsw_canadian_work},
                  {"canadian_study", &r->fsw_study},
                  {"canadian_study_years", &r->fsw_study_years},
                  {"relative", &r->fsw_relative},
                  {"job_offer", &r->fsw_offer_adapts},
                  {"spouse_language", &r->fsw_spouse_language},
                  {"spouse_language_from", &r->fsw_spouse_from},
                  {"spouse_canadian_work", &r->fsw_spouse_work}};
    enum { FIELDS = sizeof fields / sizeof *fields };
    const char *known[FIELDS];
    json_t *object = NULL;
    int rc = eesi_json_object(fsw, "adaptability", in->file, in->where, &object, in->err);
    for (int i = 0; rc == EES_OK && i < FIELDS; i++) {
        known[i] = fields[i].key;
        rc = eesi_read_points(in, object, fields[i].key, fields[i].field);
    }
    return rc ? rc : eesi_check_keys(in, object, known, FIELDS);
}

static int read_fsw(const eesi_reading *in, const json_t *o, eesi_eligibility *r) {
    const json_t *second = json_object_get(o, "second_language");
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, o, "pass", "work_months", "language", "education", "first_language",
                              "second_language", "age", "work", "job_offer", "adaptability")) ||
        (rc = eesi_read_points(in, o, "pass", &r->fsw_pass)) ||
        (rc = eesi_read_points(in, o, "work_months", &r->fsw_months)) ||
        (rc = read_level(in, o, "language", &r->fsw_language)) ||
        (rc = eesi_read_educations(in, o, "education", r->fsw_education, EESI_POINTS_MAX)) ||
        (rc = eesi_read_table(in, o, "first_language", r->fsw_first, EESI_LEVEL_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = read_level(in, second, "from", &r->fsw_second_from)) ||
        (rc = eesi_read_points(in, second, "points", &r->fsw_second)) ||
        (rc = eesi_read_table(in, o, "age", r->fsw_age, EESI_AGE_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = eesi_read_table(in, o, "work", r->fsw_work, EESI_YEARS_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = eesi_read_points(in, o, "job_offer", &r->fsw_job_offer)))
        return rc;
    return read_adaptability(in, o, r);
}

static int read_fst(const eesi_reading *in, const json_t *o, eesi_eligibility *r) {
    const json_t *language = json_object_get(o, "language");
    int rc = EESI_CHECK_KEYS(in, o, "work_months", "within_years", "language", "occupations", "except");
    if (rc || (rc = eesi_read_points(in, o, "work_months", &r->fst_months)) ||
        (rc = eesi_read_points(in, o, "within_years", &r->fst_within)) ||
        (rc = read_occupations(in, o, "occupations", r->trades, &r->trade_count)) ||
        (rc = read_occupations(in, o, "except", r->except, &r->except_count)))
        return rc;
    for (int a = 0; rc == EES_OK && a < EESI_ABILITIES; a++)
        rc = read_level(in, language, eesi_abilities[a], &r->fst_language[a]);
    return rc;
}

static int read_french(const eesi_reading *in, const json_t *o, eesi_eligibility *r) {
    int rc = EESI_CHECK_KEYS(in, o, "level");
    return rc ? rc : read_level(in, o, "level", &r->french_level);
}

static int read_months(const eesi_reading *in, const json_t *object, eesi_category *category) {
    const json_t *rows = json_object_get(object, "months"), *row;
    size_t i;
    if (json_array_size(rows) == 0 || json_array_size(rows) > EESI_MONTHS_MAX)
        return eesi_wrong(in, "months", "rows [day, months]");
    json_array_foreach(rows, i, row) {
        const json_t *day = json_array_get(row, 0), *months = json_array_get(row, 1);
        if (!json_is_string(day) || !eesi_is_points(months, EESI_POINTS_MAX) ||
            !ees_date_parse(json_string_value(day), json_string_length(day), &category->months_from[i]))
            return eesi_wrong(in, "months", "rows [day, months]");
        category->months[i] = (int)json_integer_value(months);
    }
    category->month_count = (int)json_array_size(rows);
    return EES_OK;
}

static void read_condition(const json_t *object, eesi_category *category) {
    static const char *const keys[] = {"condition_en", "condition_fr"};
    for (int l = 0; l < 2; l++) {
        const char *text = json_string_value(json_object_get(object, keys[l]));
        snprintf(category->condition[l], sizeof category->condition[l], "%s", text ? text : "");
    }
}

static int read_category(const eesi_reading *outer, const json_t *object, eesi_eligibility *r) {
    eesi_category *category = &r->categories[r->category_count++];
    const char *code = NULL, *place = NULL;
    char where[64];
    int rc = eesi_json_string(object, "program", outer->file, outer->where, &code, outer->err);
    if (rc)
        return rc;
    snprintf(where, sizeof where, "category %.40s", code);
    const eesi_reading in = {outer->file, where, outer->err};
    category->program = ees_programs_find(r->programs, code);
    if (category->program == EES_PROGRAM_NONE)
        return eesi_wrong(&in, "program", "the code of a program of programs.json");
    if ((rc = EESI_CHECK_KEYS(&in, object, "program", "place", "months", "within_years", "complete", "occupations",
                              "condition_en", "condition_fr")) ||
        (rc = eesi_json_string(object, "place", in.file, where, &place, in.err)) ||
        (rc = eesi_read_points(&in, object, "within_years", &category->within_years)) ||
        (rc = read_months(&in, object, category)) ||
        (rc = read_occupations(&in, object, "occupations", category->occupations, &category->occupation_count)))
        return rc;
    category->in_canada = strcmp(place, "canada") == 0;
    category->complete = json_is_true(json_object_get(object, "complete"));
    read_condition(object, category);
    return category->in_canada || strcmp(place, "anywhere") == 0 ? EES_OK
                                                                 : eesi_wrong(&in, "place", "anywhere or canada");
}

static int read_section(const eesi_reading *outer, const json_t *root, const char *key, eesi_eligibility *rules,
                        int (*read)(const eesi_reading *, const json_t *, eesi_eligibility *)) {
    json_t *section = NULL;
    const eesi_reading in = {outer->file, key, outer->err};
    int rc = eesi_json_object(root, key, in.file, outer->where, &section, in.err);
    return rc ? rc : read(&in, section, rules);
}

static int read_file(const eesi_reading *in, const json_t *root, eesi_eligibility *rules) {
    const char *schema = NULL;
    json_t *categories = NULL;
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, root, "$schema", "schema", "source", "cec", "fsw", "fst", "french", "categories")) ||
        (rc = eesi_json_string(root, "schema", in->file, in->where, &schema, in->err)))
        return rc;
    if (strcmp(schema, "eesim.eligibility/1") != 0)
        return eesi_wrong(in, "schema", "'eesim.eligibility/1'");
    if ((rc = read_section(in, root, "cec", rules, read_cec)) ||
        (rc = read_section(in, root, "fsw", rules, read_fsw)) ||
        (rc = read_section(in, root, "fst", rules, read_fst)) ||
        (rc = read_section(in, root, "french", rules, read_french)) ||
        (rc = eesi_json_array(root, "categories", in->file, in->where, &categories, in->err)))
        return rc;
    if (json_array_size(categories) > EESI_CATEGORIES_MAX)
        return eesi_wrong(in, "categories", "at most 24 categories");
    for (size_t i = 0; rc == EES_OK && i < json_array_size(categories); i++)
        rc = read_category(in, json_array_get(categories, i), rules);
    return rc;
}

int eesi_eligibility_read(eesi_eligibility *rules, const struct eesi_source *from, const char *path,
                          const ees_programs *programs, ees_error *err) {
    ees_error own = {0};
    json_t *root = NULL;
    memset(rules, 0, sizeof *rules);
    rules->programs = programs;
    rules->nominee = programs->nominee;
    rules->cec = ees_programs_find(programs, "CEC");
    rules->fsw = ees_programs_find(programs, "FSW");
    rules->fst = ees_programs_find(programs, "FST");
    rules->french = ees_programs_find(programs, "FRENCH");
    int rc = eesi_json_read_from(from, path, &root, NULL, err ? err : &own);
    const eesi_reading in = {path, "file", err ? err : &own};
    if (rc == EES_OK)
        rc = read_file(&in, root, rules);
    json_decref(root);
    return rc;
}
