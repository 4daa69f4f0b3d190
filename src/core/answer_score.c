/* `score` as JSON: a profile's points, part by part. The keys are a contract: add, never rename. */
#include <stdlib.h>
#include <string.h>

#include <eesim/version.h>

#include "core/answer.h"
#include "core/profile_score.h"
#include "table/table.h"

typedef struct score_question {
    const json_t *profile;
    const char *rules;
    ees_date date, today;
    int lang;
    bool single;
    const json_t *values[24];
} score_question;

/* What a profile says, as options say it: a test or work is one text. */
static const char *const value_names[] = {"age",
                                          "birth_date",
                                          "education",
                                          "first_language",
                                          "second_language",
                                          "canadian_work_years",
                                          "foreign_work_years",
                                          "certificate",
                                          "canadian_study_years",
                                          "sibling",
                                          "nomination",
                                          "job_offer",
                                          "occupation",
                                          "spouse_education",
                                          "spouse_language",
                                          "spouse_canadian_work_years"};
enum { VALUES = sizeof value_names / sizeof *value_names };

#define VALUE(i, key_name)                                                                                             \
    { .name = (key_name), .kind = EESI_KEY_JSON, .offset = offsetof(score_question, values[i]) }
static const eesi_key keys[] = {
    {.name = "profile", .kind = EESI_KEY_JSON, .offset = offsetof(score_question, profile)},
    {.name = "rules", .kind = EESI_KEY_TEXT, .offset = offsetof(score_question, rules)},
    {.name = "date", .kind = EESI_KEY_DATE, .offset = offsetof(score_question, date)},
    {.name = "today", .kind = EESI_KEY_DATE, .offset = offsetof(score_question, today)},
    {.name = "lang", .kind = EESI_KEY_CHOICE, .offset = offsetof(score_question, lang), .choices = "en|fr"},
    {.name = "single", .kind = EESI_KEY_FLAG, .offset = offsetof(score_question, single)},
    VALUE(0, "age"),
    VALUE(1, "birth_date"),
    VALUE(2, "education"),
    VALUE(3, "first_language"),
    VALUE(4, "second_language"),
    VALUE(5, "canadian_work_years"),
    VALUE(6, "foreign_work_years"),
    VALUE(7, "certificate"),
    VALUE(8, "canadian_study_years"),
    VALUE(9, "sibling"),
    VALUE(10, "nomination"),
    VALUE(11, "job_offer"),
    VALUE(12, "occupation"),
    VALUE(13, "spouse_education"),
    VALUE(14, "spouse_language"),
    VALUE(15, "spouse_canadian_work_years"),
    {.name = NULL}};

/* ---- the answer ---- */

static const char NEXT[] = ",\n "; /* before a key of the outermost object */

static void put_int(FILE *out, const char *before, const char *key, int value) {
    eesi_json_put_key(out, before, key);
    eesi_json_put_int(out, value);
}

static void put_text(FILE *out, const char *before, const char *key, const char *value) {
    eesi_json_put_key(out, before, key);
    ees_json_put_string(out, value);
}

/* The test a step is about, and which of its abilities; NULL: it is about no test. */
static const eesi_test *test_of(const eesi_profile *profile, eesi_crs_change change, int *ability) {
    static const struct {
        eesi_crs_change from;
        size_t offset;
    } tests[] = {{EESI_CHANGE_FIRST, offsetof(eesi_profile, first)},
                 {EESI_CHANGE_SECOND, offsetof(eesi_profile, second)},
                 {EESI_CHANGE_SPOUSE_LANGUAGE, offsetof(eesi_profile, spouse_test)}};
    for (int t = 0; t < 3; t++) {
        *ability = (int)change - (int)tests[t].from;
        if (*ability >= 0 && *ability < EESI_ABILITIES)
            return (const eesi_test *)((const char *)profile + tests[t].offset);
    }
    return NULL;
}

/* The least result of the candidate's own test at a level; -1 where its table does not say. */
static double least_result(const eesi_scored *scored, const eesi_test *test, int ability, int level) {
    const eesi_crs_test *scale = eesi_crs_scale(scored->file, test->name, scored->profile.date);
    for (int i = 0; scale && i < scale->count; i++)
        if (scale->level[i] == level)
            return scale->at[i][ability];
    return -1;
}

static void put_step(FILE *out, const eesi_scored *scored, const eesi_crs_step *step) {
    int ability = 0;
    put_text(out, "{", "change", eesi_crs_change_names[step->change]);
    if (step->change == EESI_CHANGE_EDUCATION || step->change == EESI_CHANGE_SPOUSE_EDUCATION) {
        put_text(out, ",", "from", eesi_educations[step->from]);
        put_text(out, ",", "to", eesi_educations[step->to]);
    } else {
        put_int(out, ",", "from", step->from);
        put_int(out, ",", "to", step->to);
    }
    const eesi_test *test = test_of(&scored->profile, step->change, &ability);
    const double least = test && test->name[0] ? least_result(scored, test, ability, step->to) : -1;
    if (least >= 0) {
        put_text(out, ",", "test", test->name);
        eesi_json_put_key(out, ",", "result");
        ees_json_put_number(out, least);
    }
    put_int(out, ",", "part_gain", step->part_gain);
    put_int(out, ",", "gain", step->gain);
    fputc('}', out);
}

static void put_parts(FILE *out, const eesi_scored *scored) {
    eesi_crs_step steps[EESI_STEPS_MAX];
    const int count = eesi_crs_steps(scored->rules, &scored->person, steps);
    int next = 0;
    eesi_json_put_key(out, NEXT, "parts");
    for (int p = 0; p < EESI_PARTS; p++) {
        const eesi_crs_part part = (eesi_crs_part)p;
        put_text(out, p ? ",\n  {" : "[\n  {", "part", eesi_crs_part_names[p]);
        put_text(out, ",", "section", eesi_crs_section_names[eesi_crs_section_of(part)]);
        put_int(out, ",", "points", scored->points.part[p]);
        put_int(out, ",", "most", eesi_crs_part_most(scored->rules, part, scored->person.has_spouse));
        eesi_json_put_key(out, ",", "next");
        fputc('[', out);
        for (const char *before = ""; next < count && steps[next].part == part; next++, before = ",") {
            fputs(before, out);
            put_step(out, scored, &steps[next]);
        }
        fputs("]}", out);
    }
    fputc(']', out);
}

static void put_caps(FILE *out, const eesi_crs_points *points) {
    const char *before = "";
    eesi_json_put_key(out, NEXT, "caps");
    fputc('[', out);
    for (int c = 0; c < EESI_CAPS; c++) {
        if (points->before[c] <= points->most[c])
            continue;
        fputs(before, out);
        put_text(out, "{", "cap", eesi_crs_cap_names[c]);
        put_int(out, ",", "before", points->before[c]);
        put_int(out, ",", "most", points->most[c]);
        fputc('}', out);
        before = ",";
    }
    fputc(']', out);
}

static void put_levels(FILE *out, const char *before, const char *key, const eesi_scored *scored, const eesi_test *test,
                       const int levels[EESI_ABILITIES]) {
    eesi_json_put_key(out, before, key);
    const eesi_crs_test *scale = test->name[0] ? eesi_crs_scale(scored->file, test->name, EES_DATE_NONE) : NULL;
    if (!scale) {
        fputs("null", out);
        return;
    }
    const bool french = test->language >= 0 ? test->language == EESI_FRENCH : scale->languages[EESI_FRENCH];
    put_text(out, "{", "test", test->name);
    put_text(out, ",", "language", french ? "fr" : "en");
    for (int a = 0; a < EESI_ABILITIES; a++)
        put_int(out, ",", eesi_abilities[a], levels[a]);
    fputc('}', out);
}

static void put_person(FILE *out, const eesi_scored *scored) {
    const eesi_crs_person *p = &scored->person;
    put_int(out, NEXT, "age", p->age);
    put_text(out, NEXT, "education", eesi_educations[p->education]);
    put_int(out, NEXT, "canadian_work_years", p->canadian_work);
    put_int(out, NEXT, "foreign_work_years", p->foreign_work);
    put_levels(out, NEXT, "levels", scored, &scored->profile.first, p->first);
    put_levels(out, NEXT, "second_levels", scored, &scored->profile.second, p->second);
    put_levels(out, NEXT, "spouse_levels", scored, &scored->profile.spouse_test, p->spouse_language);
}

/* What the profile leaves out counts as none; the answer says so. */
static void put_assumed(FILE *out, const eesi_profile *profile) {
    static const char *const all[] = {
        "second_language", "canadian_work_years", "foreign_work_years", "certificate", "canadian_study_years",
        "sibling",         "nomination",          "job_offer",          "spouse"};
    static const char *const spouse[] = {"spouse.language", "spouse.canadian_work_years"};
    const char *before = "";
    eesi_json_put_key(out, NEXT, "assumed_none");
    fputc('[', out);
    for (size_t i = 0; i < sizeof all / sizeof *all + (profile->has_spouse ? 2 : 0); i++) {
        const size_t own = sizeof all / sizeof *all;
        const char *name = i < own ? all[i] : spouse[i - own];
        if (eesi_profile_has(profile, name) || (i == own - 1 && profile->has_spouse))
            continue;
        fputs(before, out);
        ees_json_put_string(out, name);
        before = ",";
    }
    fputc(']', out);
}

/* Tests that no longer count on the day. */
static void put_expired(FILE *out, const eesi_profile *profile) {
    const eesi_test *tests[] = {&profile->first, &profile->second, &profile->spouse_test};
    static const char *const names[] = {"first_language", "second_language", "spouse.language"};
    const char *before = "";
    eesi_json_put_key(out, NEXT, "expired");
    fputc('[', out);
    for (int t = 0; t < 3; t++) {
        const ees_date expiry = eesi_test_expiry(tests[t]);
        if (expiry == EES_DATE_NONE || profile->date < expiry)
            continue;
        fputs(before, out);
        ees_json_put_string(out, names[t]);
        before = ",";
    }
    fputc(']', out);
}

static void put_programs(FILE *out, const eesi_scored *scored, int reasons) {
    eesi_standing standings[EES_PROGRAMS_MAX];
    static const char *const answers[] = {"false", "true", "null"};
    const int count = eesi_eligibility_judge(scored->eligibility, &scored->profile, &scored->person,
                                             scored->profile.date, reasons, standings);
    eesi_json_put_key(out, NEXT, "programs");
    for (int i = 0; i < count; i++) {
        const char *code = scored->eligibility->programs->programs[standings[i].program].code;
        put_text(out, i ? ",\n  {" : "[\n  {", "program", code);
        eesi_json_put_key(out, ",", "eligible");
        fputs(answers[standings[i].is], out);
        put_text(out, ",", "reason", standings[i].reason);
        fputc('}', out);
    }
    fputs(count ? "]" : "[]", out);
    put_int(out, NEXT, "fsw_points", eesi_fsw_points(scored->eligibility, &scored->person));
}

static void put_answer(FILE *out, const eesi_scored *scored, int reasons) {
    put_text(out, "{", "schema", "eesim.score/1");
    eesi_json_put_key(out, NEXT, "date");
    eesi_json_put_date(out, scored->profile.date);
    put_text(out, NEXT, "rules", scored->rules->name);
    eesi_json_put_key(out, NEXT, "with_spouse");
    fputs(scored->person.has_spouse ? "true" : "false", out);
    put_int(out, NEXT, "score", scored->points.score);
    for (int s = 0; s < EESI_SECTIONS; s++)
        put_int(out, NEXT, eesi_crs_section_names[s], scored->points.section[s]);
    put_person(out, scored);
    put_parts(out, scored);
    put_caps(out, &scored->points);
    put_assumed(out, &scored->profile);
    put_expired(out, &scored->profile);
    put_programs(out, scored, reasons);
    put_text(out, NEXT, "version", ees_version());
    fputs("}\n", out);
}

/* ---- the question ---- */

static int text_of(const char *name, const json_t *value, char *text, size_t size, ees_error *err) {
    if (json_is_string(value) && json_string_length(value) < size)
        snprintf(text, size, "%s", json_string_value(value));
    else if (json_is_boolean(value))
        snprintf(text, size, "%s", json_is_true(value) ? "true" : "false");
    else if (json_is_number(value))
        snprintf(text, size, "%.7g", json_number_value(value));
    else
        return ees_error_set(err, EES_ERR_RANGE, "'%s': expected a text, a number, true or false", name);
    return EES_OK;
}

/* The values as an object of texts. */
static int read_values(const score_question *asked, json_t *values, ees_error *err) {
    char text[80];
    for (int i = 0; i < VALUES; i++) {
        if (!asked->values[i])
            continue;
        int rc = text_of(value_names[i], asked->values[i], text, sizeof text, err);
        if (rc == EES_OK && json_object_set_new(values, value_names[i], json_string(text)) != 0)
            rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        if (rc)
            return rc;
    }
    return EES_OK;
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    const score_question *asked = question;
    json_t *values = json_object();
    const eesi_score_question q = {asked->profile, asked->rules, values, asked->single, asked->date, asked->today};
    eesi_scored scored = {0};
    (void)common;
    int rc = values ? read_values(asked, values, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK && asked->profile && !json_is_string(asked->profile) && !json_is_object(asked->profile))
        rc = ees_error_set(err, EES_ERR_RANGE, "'profile': expected the name of a file, or an object");
    if (rc == EES_OK)
        rc = eesi_score(context, &q, &scored, err);
    if (rc == EES_OK)
        put_answer(out, &scored, asked->lang == 1 ? EESI_REASON_FR : EESI_REASON_EN);
    eesi_scored_free(&scored);
    json_decref(values);
    return rc;
}

const eesi_answerer eesi_answer_score = {"score", keys, sizeof(score_question), 0, NULL, answer};
