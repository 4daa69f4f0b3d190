/*
 * Reads a file of rules. A set may be like another one: then it gives only what differs. Tables are steps, [from,
 * points] or [from, points with a spouse, points without one], and every entry is filled here, so that scoring looks
 * up and never searches.
 */
#include "crs/crs.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "crs/reading.h"

/* Two numbers: with a spouse, without one. */
static int read_pair(const eesi_reading *in, const json_t *object, const char *key, int pair[EESI_COLUMNS]) {
    const json_t *list = json_object_get(object, key);
    for (int c = 0; c < EESI_COLUMNS; c++) {
        const json_t *value = json_array_get(list, (size_t)c);
        if (json_array_size(list) != EESI_COLUMNS || !eesi_is_points(value, EESI_POINTS_MAX))
            return eesi_wrong(in, key, "two whole numbers: with a spouse, without one");
        pair[c] = (int)json_integer_value(value);
    }
    return EES_OK;
}

static int read_columns(const eesi_reading *in, const json_t *object, const char *key, int *with, int *without,
                        int count) {
    return eesi_read_steps(in, object, key, 2, (int *const[]){with, without}, count, EESI_POINTS_MAX);
}

static int read_education_columns(const eesi_reading *in, const json_t *object, eesi_crs_rules *rules) {
    const json_t *levels = json_object_get(object, "education");
    int rc = eesi_check_keys(in, levels, eesi_educations, EESI_EDUCATIONS);
    for (int e = 0; rc == EES_OK && e < EESI_EDUCATIONS; e++) {
        int pair[EESI_COLUMNS];
        rc = read_pair(in, levels, eesi_educations[e], pair);
        for (int c = 0; rc == EES_OK && c < EESI_COLUMNS; c++)
            rules->education[c][e] = pair[c];
    }
    return rc;
}

/* Points by two tiers; the last row and column stand for higher tiers too. */
static int read_grid(const eesi_reading *in, const json_t *object, const char *key, int grid[EESI_TIERS][EESI_TIERS]) {
    const json_t *rows = json_object_get(object, key);
    const size_t height = json_array_size(rows), width = json_array_size(json_array_get(rows, 0));
    if (height < 1 || height > EESI_TIERS || width < 1 || width > EESI_TIERS)
        return eesi_wrong(in, key, "one to four rows of one to four points");
    for (size_t i = 0; i < EESI_TIERS; i++) {
        const json_t *row = json_array_get(rows, i < height ? i : height - 1);
        for (size_t k = 0; k < EESI_TIERS; k++) {
            const json_t *value = json_array_get(row, k < width ? k : width - 1);
            if (json_array_size(row) != width || !eesi_is_points(value, EESI_POINTS_MAX))
                return eesi_wrong(in, key, "rows of as many points each");
            grid[i][k] = (int)json_integer_value(value);
        }
    }
    return EES_OK;
}

static int read_list(const eesi_reading *in, const json_t *object, const char *key, int list[EESI_TIERS]) {
    const json_t *values = json_object_get(object, key);
    const size_t count = json_array_size(values);
    for (size_t i = 0; i < EESI_TIERS; i++) {
        const json_t *value = json_array_get(values, i < count ? i : count - 1);
        if (count < 1 || count > EESI_TIERS || !eesi_is_points(value, EESI_POINTS_MAX))
            return eesi_wrong(in, key, "one to four points, one for each tier");
        list[i] = (int)json_integer_value(value);
    }
    return EES_OK;
}

static int read_core(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    int rc;
    if ((rc = read_columns(in, o, "age", r->age[0], r->age[1], EESI_AGE_MAX + 1)) ||
        (rc = read_education_columns(in, o, r)) ||
        (rc = read_columns(in, o, "first_language", r->first[0], r->first[1], EESI_LEVEL_MAX + 1)) ||
        (rc = eesi_read_table(in, o, "second_language", r->second, EESI_LEVEL_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = read_pair(in, o, "second_language_cap", r->second_cap)) ||
        (rc = read_columns(in, o, "canadian_work", r->canadian_work[0], r->canadian_work[1], EESI_YEARS_MAX + 1)))
        return rc;
    return read_pair(in, o, "core_cap", r->core_cap);
}

static int read_spouse(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, o, "education", "language", "language_cap", "canadian_work", "cap")) ||
        (rc = eesi_read_educations(in, o, "education", r->spouse_education, EESI_POINTS_MAX)) ||
        (rc = eesi_read_table(in, o, "language", r->spouse_language, EESI_LEVEL_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = eesi_read_points(in, o, "language_cap", &r->spouse_language_cap)) ||
        (rc = eesi_read_table(in, o, "canadian_work", r->spouse_work, EESI_YEARS_MAX + 1, EESI_POINTS_MAX)))
        return rc;
    return eesi_read_points(in, o, "cap", &r->spouse_cap);
}

static int read_tiers(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    const int most = EESI_TIERS - 1;
    int rc;
    if ((rc = eesi_read_educations(in, o, "education_tier", r->education_tier, most)) ||
        (rc = eesi_read_table(in, o, "foreign_work_tier", r->foreign_tier, EESI_YEARS_MAX + 1, most)) ||
        (rc = eesi_read_table(in, o, "canadian_work_tier", r->canadian_tier, EESI_YEARS_MAX + 1, most)) ||
        (rc = eesi_read_table(in, o, "language_tier", r->language_tier, EESI_LEVEL_MAX + 1, most)))
        return rc;
    return eesi_read_table(in, o, "certificate_language_tier", r->certificate_tier, EESI_LEVEL_MAX + 1, most);
}

static int read_transfer(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, o, "education_tier", "foreign_work_tier", "canadian_work_tier", "language_tier",
                              "certificate_language_tier", "education_language", "education_canadian_work",
                              "education_cap", "foreign_work_language", "foreign_work_canadian_work",
                              "foreign_work_cap", "certificate_language", "certificate_cap", "cap")) ||
        (rc = read_tiers(in, o, r)) || (rc = read_grid(in, o, "education_language", r->education_language)) ||
        (rc = read_grid(in, o, "education_canadian_work", r->education_work)) ||
        (rc = eesi_read_points(in, o, "education_cap", &r->education_cap)) ||
        (rc = read_grid(in, o, "foreign_work_language", r->foreign_language)) ||
        (rc = read_grid(in, o, "foreign_work_canadian_work", r->foreign_work)) ||
        (rc = eesi_read_points(in, o, "foreign_work_cap", &r->foreign_cap)) ||
        (rc = read_list(in, o, "certificate_language", r->certificate)) ||
        (rc = eesi_read_points(in, o, "certificate_cap", &r->certificate_cap)))
        return rc;
    return eesi_read_points(in, o, "cap", &r->transfer_cap);
}

static int read_job_offer(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    json_t *job = NULL;
    int rc = eesi_json_object(o, "job_offer", in->file, in->where, &job, in->err);
    if (rc || (rc = EESI_CHECK_KEYS(in, job, "50", "200")) ||
        (rc = eesi_read_points(in, job, "50", &r->job_offer[EESI_JOB_OFFER_50])))
        return rc;
    return eesi_read_points(in, job, "200", &r->job_offer[EESI_JOB_OFFER_200]);
}

static int read_level(const eesi_reading *in, const json_t *object, const char *key, int *level) {
    int64_t value = 0;
    int rc = eesi_json_int(object, key, in->file, in->where, 1, EESI_LEVEL_MAX, &value, in->err);
    *level = (int)value;
    return rc;
}

static int read_french(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    json_t *french = NULL;
    int rc = eesi_json_object(o, "french", in->file, in->where, &french, in->err);
    if (rc || (rc = EESI_CHECK_KEYS(in, french, "french_from", "english_from", "with_english", "without_english")) ||
        (rc = read_level(in, french, "french_from", &r->french_from)) ||
        (rc = read_level(in, french, "english_from", &r->english_from)) ||
        (rc = eesi_read_points(in, french, "with_english", &r->french_with_english)))
        return rc;
    return eesi_read_points(in, french, "without_english", &r->french_without_english);
}

static int read_additional(const eesi_reading *in, const json_t *o, eesi_crs_rules *r) {
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, o, "nomination", "job_offer", "french", "canadian_study", "sibling", "cap")) ||
        (rc = eesi_read_points(in, o, "nomination", &r->nomination)) || (rc = read_job_offer(in, o, r)) ||
        (rc = read_french(in, o, r)) ||
        (rc = eesi_read_table(in, o, "canadian_study", r->study, EESI_YEARS_MAX + 1, EESI_POINTS_MAX)) ||
        (rc = eesi_read_points(in, o, "sibling", &r->sibling)))
        return rc;
    return eesi_read_points(in, o, "cap", &r->additional_cap);
}

static int read_section(const eesi_reading *in, const json_t *set, const char *key, eesi_crs_rules *rules,
                        int (*read)(const eesi_reading *, const json_t *, eesi_crs_rules *)) {
    json_t *section = NULL;
    int rc = eesi_json_object(set, key, in->file, in->where, &section, in->err);
    return rc ? rc : read(in, section, rules);
}

static int read_rules(const eesi_reading *in, const json_t *set, eesi_crs_rules *r) {
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, set, "name", "from", "until", "like", "source", "age", "education", "first_language",
                              "second_language", "second_language_cap", "canadian_work", "core_cap", "spouse",
                              "transferability", "additional")) ||
        (rc = eesi_json_date(set, "from", in->file, in->where, &r->from, in->err)) ||
        (rc = eesi_json_date(set, "until", in->file, in->where, &r->until, in->err)) || (rc = read_core(in, set, r)) ||
        (rc = read_section(in, set, "spouse", r, read_spouse)) ||
        (rc = read_section(in, set, "transferability", r, read_transfer)))
        return rc;
    return read_section(in, set, "additional", r, read_additional);
}

/* The set with what it takes over from the one it is like. Owned by the caller; NULL and *err. */
static json_t *whole_set(const eesi_reading *in, const json_t *set, const json_t *wholes) {
    const char *like = json_string_value(json_object_get(set, "like"));
    const json_t *base = json_object_get(wholes, like ? like : "");
    if (json_object_get(set, "like") && !base) {
        (void)eesi_wrong(in, "like", "the name of a set of rules that stands before this one");
        return NULL;
    }
    json_t *whole = base ? json_deep_copy(base) : json_object();
    if (whole)
        json_object_del(whole, "until");
    if (!whole || json_object_update_recursive(whole, (json_t *)set) != 0) {
        ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
        json_decref(whole);
        return NULL;
    }
    return whole;
}

static int read_set(const eesi_reading *outer, const json_t *set, json_t *wholes, eesi_crs_file *rules) {
    char where[64];
    const char *name = NULL;
    int rc = eesi_json_string(set, "name", outer->file, outer->where, &name, outer->err);
    if (rc)
        return rc;
    if (!*name || strlen(name) >= sizeof rules->rules->name || json_object_get(wholes, name))
        return eesi_wrong(outer, "name", "a text of at most 31 bytes, another one for each set");
    snprintf(where, sizeof where, "rules '%s'", name);
    const eesi_reading in = {outer->file, where, outer->err};
    json_t *whole = whole_set(&in, set, wholes);
    if (!whole)
        return outer->err ? outer->err->code : EES_ERR_DATA;
    eesi_crs_rules *r = &rules->rules[rules->count++];
    snprintf(r->name, sizeof r->name, "%s", name);
    if (json_object_set_new(wholes, name, whole) != 0)
        return ees_error_at(in.err, EES_ERR_NOMEM, in.file, 0, 0, "out of memory");
    return read_rules(&in, whole, r);
}

/* ---- tests ---- */

static int read_range(const eesi_reading *in, const json_t *object, eesi_crs_test *test) {
    json_t *range = NULL;
    int rc = eesi_json_object(object, "range", in->file, in->where, &range, in->err);
    for (int a = 0; rc == EES_OK && a < EESI_ABILITIES; a++) {
        const json_t *ends = json_object_get(range, eesi_abilities[a]);
        const json_t *low = json_array_get(ends, 0), *high = json_array_get(ends, 1);
        if (!json_is_number(low) || !json_is_number(high))
            return eesi_wrong(in, "range", "a lowest and a highest result for each ability");
        test->low[a] = json_number_value(low);
        test->high[a] = json_number_value(high);
    }
    return rc;
}

static int read_levels(const eesi_reading *in, const json_t *object, eesi_crs_test *test) {
    const json_t *rows = json_object_get(object, "levels");
    if (json_is_null(rows))
        return EES_OK;
    if (json_array_size(rows) == 0 || json_array_size(rows) > EESI_LEVEL_MAX)
        return eesi_wrong(in, "levels", "null, or rows [level, speaking, listening, reading, writing]");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *level = json_array_get(row, 0);
        if (json_array_size(row) != EESI_ABILITIES + 1 || !eesi_is_points(level, EESI_LEVEL_MAX) ||
            json_integer_value(level) <= (i ? test->level[i - 1] : 0))
            return eesi_wrong(in, "levels", "rows [level, speaking, listening, reading, writing], the levels going up");
        test->level[i] = (int)json_integer_value(level);
        for (int a = 0; a < EESI_ABILITIES; a++) {
            const json_t *at = json_array_get(row, (size_t)a + 1);
            test->at[i][a] = json_number_value(at);
            if (!json_is_number(at) || (i && test->at[i][a] < test->at[i - 1][a]))
                return eesi_wrong(in, "levels", "results that go up with the level");
        }
        test->count = (int)i + 1;
    }
    return EES_OK;
}

static int read_languages(const eesi_reading *in, const json_t *object, eesi_crs_test *test) {
    const json_t *list = json_object_get(object, "languages");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        test->languages[EESI_ENGLISH] |= code && strcmp(code, "en") == 0;
        test->languages[EESI_FRENCH] |= code && strcmp(code, "fr") == 0;
    }
    return test->languages[EESI_ENGLISH] || test->languages[EESI_FRENCH]
               ? EES_OK
               : eesi_wrong(in, "languages", "en, fr or both");
}

static int read_test(const eesi_reading *outer, const json_t *object, eesi_crs_test *test) {
    char where[64];
    const char *name = NULL;
    int rc = eesi_json_string(object, "test", outer->file, outer->where, &name, outer->err);
    if (rc)
        return rc;
    if (!*name || strlen(name) >= sizeof test->name)
        return eesi_wrong(outer, "test", "a name of at most 11 bytes");
    snprintf(where, sizeof where, "test '%s'", name);
    const eesi_reading in = {outer->file, where, outer->err};
    snprintf(test->name, sizeof test->name, "%s", name);
    if ((rc =
             EESI_CHECK_KEYS(&in, object, "test", "languages", "from", "until", "source", "step", "range", "levels")) ||
        (rc = read_languages(&in, object, test)) ||
        (rc = eesi_json_date(object, "from", in.file, where, &test->from, in.err)) ||
        (rc = eesi_json_date(object, "until", in.file, where, &test->until, in.err)) ||
        (rc = eesi_json_double(object, "step", in.file, where, 0.001, 100, &test->step, in.err)) ||
        (rc = read_range(&in, object, test)))
        return rc;
    return read_levels(&in, object, test);
}

static int read_file(const eesi_reading *in, const json_t *root, eesi_crs_file *rules) {
    const char *schema = NULL;
    json_t *sets = NULL, *tests = NULL;
    int rc;
    if ((rc = EESI_CHECK_KEYS(in, root, "$schema", "schema", "source", "tests", "rules")) ||
        (rc = eesi_json_string(root, "schema", in->file, in->where, &schema, in->err)))
        return rc;
    if (strcmp(schema, "eesim.crs/1") != 0)
        return eesi_wrong(in, "schema", "'eesim.crs/1'");
    if ((rc = eesi_json_array(root, "tests", in->file, in->where, &tests, in->err)) ||
        (rc = eesi_json_array(root, "rules", in->file, in->where, &sets, in->err)))
        return rc;
    if (json_array_size(sets) < 1 || json_array_size(sets) > EESI_RULES_MAX || json_array_size(tests) > EESI_TESTS_MAX)
        return eesi_wrong(in, "rules", "1 to 32 sets of rules, and at most 32 scales of tests");
    for (; rc == EES_OK && (size_t)rules->test_count < json_array_size(tests); rules->test_count++)
        rc = read_test(in, json_array_get(tests, (size_t)rules->test_count), &rules->tests[rules->test_count]);
    json_t *wholes = json_object();
    for (size_t i = 0; rc == EES_OK && i < json_array_size(sets); i++)
        rc = read_set(in, json_array_get(sets, i), wholes, rules);
    json_decref(wholes);
    return rc;
}

int eesi_crs_read(eesi_crs_file *rules, const struct eesi_source *from, const char *path, ees_error *err) {
    ees_error own = {0};
    json_t *root = NULL;
    memset(rules, 0, sizeof *rules);
    int rc = eesi_json_read_from(from, path, &root, NULL, err ? err : &own);
    const eesi_reading in = {path, "file", err ? err : &own};
    if (rc == EES_OK)
        rc = read_file(&in, root, rules);
    json_decref(root);
    return rc;
}

static bool holds(ees_date from, ees_date until, ees_date date) {
    return date == EES_DATE_NONE ? until == EES_DATE_NONE
                                 : (from == EES_DATE_NONE || from <= date) && (until == EES_DATE_NONE || date <= until);
}

const eesi_crs_rules *eesi_crs_on(const eesi_crs_file *file, ees_date date) {
    for (int i = 0; i < file->count; i++)
        if (holds(file->rules[i].from, file->rules[i].until, date))
            return &file->rules[i];
    return date == EES_DATE_NONE && file->count > 0 ? &file->rules[0] : NULL;
}

const eesi_crs_test *eesi_crs_scale(const eesi_crs_file *file, const char *name, ees_date date) {
    for (int i = 0; i < file->test_count; i++)
        if (strcmp(file->tests[i].name, name) == 0 && holds(file->tests[i].from, file->tests[i].until, date))
            return &file->tests[i];
    return NULL;
}

int eesi_crs_level(const eesi_crs_test *test, int ability, double result) {
    if (test->count == 0)
        return result > EESI_LEVEL_MAX ? EESI_LEVEL_MAX : (int)result;
    for (int i = test->count; i > 0; i--)
        if (result >= test->at[i - 1][ability])
            return test->level[i - 1];
    return 0;
}
