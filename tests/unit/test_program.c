#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/program.h>

#include "feed/read.h"

/* The programs that tests and documents name; the file may hold more. */
static const char *const CODES[] = {
    "CEC",   "PNP",       "FSW",  "FST", "GENERAL",   "FRENCH",         "HEALTH",     "STEM",
    "TRADE", "TRANSPORT", "AGRI", "EDU", "PHYSICIAN", "SENIOR-MANAGER", "RESEARCHER", "MILITARY"};

static int load_shipped(void **state) {
    static ees_programs programs;
    *state = &programs;
    return test_load_programs(&programs);
}

static int unload(void **state) {
    eesi_programs_free(*state);
    eesi_programs_free(*state);
    return 0;
}

static void test_codes_and_labels(void **state) {
    const ees_programs *programs = *state;
    assert_int_equal(strlen(programs->sha256), 64);
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        assert_int_not_equal(ees_programs_find(programs, CODES[i]), EES_PROGRAM_NONE);
    for (int position = 0; position < (int)programs->count; position++) {
        const ees_program *p = &programs->programs[position];
        assert_int_equal(ees_programs_find(programs, p->code), position);
        assert_true(strlen(p->label_en) > 3 && strlen(p->label_fr) > 3);
        assert_true(p->eligible != 0 && p->feed_names[0] != NULL);
        assert_int_equal(eesi_programs_map(programs, p->label_fr) == EES_PROGRAM_NONE ||
                             eesi_programs_map(programs, p->label_fr) == position,
                         1);
    }
    assert_int_equal(ees_programs_find(programs, "senior-manager"), ees_programs_find(programs, "SENIOR-MANAGER"));
    assert_int_equal(ees_programs_find(programs, "CE"), EES_PROGRAM_NONE);
}

typedef struct name_case {
    const char *name;
    const char *code; /* NULL: unmapped */
} name_case;

static const name_case NAMES[] = {
    {"Canadian Experience Class", "CEC"},
    {"Provincial Nominee Program", "PNP"},
    {"Federal Skilled Trades", "FST"},
    {"Federal Skilled Worker", "FSW"},
    {"No Program Specified", "GENERAL"},
    {"General", "GENERAL"},
    {"French language proficiency (Version 1)", "FRENCH"},
    {"French-Language proficiency 2026-Version 2", "FRENCH"},
    {"French\xe2\x80\x91language proficiency, 2026\xe2\x80\x93Version 2", "FRENCH"},
    {"FRENCH\xc2\xa0LANGUAGE   PROFICIENCY", "FRENCH"},
    {"Healthcare occupations (Version 1)", "HEALTH"},
    {"Healthcare and social services occupations (Version 2)", "HEALTH"},
    {"Healthcare and Social Services Occupations, 2026-Version 3", "HEALTH"},
    {"Health care &amp; social services occupations", "HEALTH"},
    {"STEM occupations (Version 1)", "STEM"},
    {"Science, Technology, Engineering and Mathematics (STEM) occupations", "STEM"},
    {"Trade occupations (Version 2)", "TRADE"},
    {"Transport occupations (Version 1)", "TRANSPORT"},
    {"Transport occupations 2026 - Version 2", "TRANSPORT"},
    {"Agriculture and agri-food occupations (Version 1)", "AGRI"},
    {"Agriculture and agri\xe2\x80\x93"
     "food occupations",
     "AGRI"},
    {"Education occupations (Version 1)", "EDU"},
    {"Physicians with Canadian Work Experience", "PHYSICIAN"},
    {"Physicians with Canadian Work Experience 2026-Version 1", "PHYSICIAN"},
    {"Senior Managers with Canadian Work Experience (2026, v1)", "SENIOR-MANAGER"},
    {"Researchers with Canadian work experience", "RESEARCHER"},
    {"Skilled Military Recruits", "MILITARY"},
    {"Skilled military recruits, 2026-Version 1", "MILITARY"},
    {"Transport Occupations, 2026-Version 2", "TRANSPORT"},
    {"STEM Occupations (2026-2)", "STEM"},
    {"Trade occupations v. 3", "TRADE"},
    {"Education occupations - version 2026 - 2", "EDU"},
    {"Researchers with Canadian Work Experience (Version 1)", "RESEARCHER"},
    {"Canadian Experience Class 2026", "CEC"},
    {"Cat\xc3\xa9gorie de l\xe2\x80\x99"
     "exp\xc3\xa9rience canadienne",
     "CEC"},
    {"CATEGORIE DE L'EXPERIENCE CANADIENNE", "CEC"},
    {"M\xc3\xa9"
     "decins ayant une exp\xc3\xa9rience de travail au Canada",
     "PHYSICIAN"},
    /* never guessed */
    {"Canadian work experience", NULL},
    {"Researchers and senior managers with Canadian work experience", NULL},
    {"Canadian Experience Class and French", NULL},
    {"Physicians with Canadian Experience Class", NULL},
    {"Version 2", NULL},
    {"General 2", NULL},
    {"", NULL},
    {"\xff\xfe", NULL},
    {"Lighthouse keepers of the Moon", NULL},
};

static void test_feed_names(void **state) {
    const ees_programs *programs = *state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        int got = eesi_programs_map(programs, NAMES[i].name);
        const char *code = got == EES_PROGRAM_NONE ? "(unmapped)" : programs->programs[got].code;
        if (strcmp(code, NAMES[i].code ? NAMES[i].code : "(unmapped)") != 0)
            fail_msg("'%s' maps to %s", NAMES[i].name, code);
    }
    char endless[5000];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(eesi_programs_map(programs, endless), EES_PROGRAM_NONE);
}

static void test_suggestions(void **state) {
    const ees_programs *programs = *state;
    assert_string_equal(ees_programs_suggest(programs, "CCE"), "CEC");
    assert_string_equal(ees_programs_suggest(programs, "fench"), "FRENCH");
    assert_string_equal(ees_programs_suggest(programs, "healthcare"), "HEALTH");
    assert_string_equal(ees_programs_suggest(programs, "phisicians"), "PHYSICIAN");
    assert_string_equal(ees_programs_suggest(programs, "SENIORMANAGER"), "SENIOR-MANAGER");
    assert_null(ees_programs_suggest(programs, "XQZW"));
    assert_null(ees_programs_suggest(programs, ""));
    assert_null(ees_programs_suggest(programs, "a text far too long to be a misspelt code of any program"));
}

static ees_program_set set_of(const ees_programs *programs, const char *code) {
    return (ees_program_set)1 << ees_programs_find(programs, code);
}

static void test_who_is_admitted(void **state) {
    const ees_programs *p = *state;
    int cec = ees_programs_find(p, "CEC"), general = ees_programs_find(p, "GENERAL");
    int french = ees_programs_find(p, "FRENCH"), pnp = ees_programs_find(p, "PNP");
    assert_true(eesi_program_admits(p, cec, set_of(p, "CEC") | set_of(p, "PNP")));
    assert_false(eesi_program_admits(p, cec, set_of(p, "FSW") | set_of(p, "FRENCH")));
    assert_true(eesi_program_admits(p, general, set_of(p, "PNP")));
    assert_false(eesi_program_admits(p, general, set_of(p, "FRENCH")));
    assert_true(eesi_program_admits(p, french, set_of(p, "FRENCH") | set_of(p, "FSW")));
    assert_false(eesi_program_admits(p, french, set_of(p, "FRENCH") | set_of(p, "PNP")));
    assert_false(eesi_program_admits(p, french, set_of(p, "FSW")));
    assert_true(eesi_program_admits(p, pnp, set_of(p, "PNP")));
    assert_false(eesi_program_admits(p, EES_PROGRAM_NONE, ~(ees_program_set)0));
    assert_false(eesi_program_admits(p, (int)p->count, ~(ees_program_set)0));
}

/* What the models must know a program by is in the data, not in its code. */
static void test_roles(void **state) {
    const ees_programs *shipped = *state;
    assert_int_equal(shipped->nominee, ees_programs_find(shipped, "PNP"));
    assert_int_equal(shipped->general, ees_programs_find(shipped, "GENERAL"));
    static const char other_codes[] =
        "{\"schema\":\"eesim.programs/1\",\"programs\":["
        "{\"code\":\"ALL\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"general\",\"eligible\":[\"NOM\"],"
        "\"feed_names\":[]},"
        "{\"code\":\"NOM\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"role\":\"nominee\","
        "\"eligible\":[\"NOM\"],\"feed_names\":[]}]}";
    static const char none[] =
        "{\"schema\":\"eesim.programs/1\",\"programs\":[{\"code\":\"PNP\",\"label_en\":\"a\",\"label_fr\":\"b\","
        "\"kind\":\"program\",\"eligible\":[\"PNP\"],\"feed_names\":[]}]}";
    char *dir = test_make_dir(), path[600];
    snprintf(path, sizeof path, "%s/programs.json", dir);
    ees_programs programs;
    test_write_file(path, other_codes);
    assert_int_equal(eesi_programs_read(&programs, NULL, path, NULL), 0);
    assert_int_equal(programs.general, 0);
    assert_int_equal(programs.nominee, 1);
    eesi_programs_free(&programs);
    test_write_file(path, none);
    assert_int_equal(eesi_programs_read(&programs, NULL, path, NULL), 0);
    assert_int_equal(programs.general, EES_PROGRAM_NONE);
    assert_int_equal(programs.nominee, EES_PROGRAM_NONE);
    eesi_programs_free(&programs);
    test_remove_tree(dir);
    free(dir);
}

typedef struct bad_file {
    const char *text;
    const char *expected; /* in the message */
} bad_file;

#define HEAD "{\"schema\":\"eesim.programs/1\",\"programs\":["
#define CEC                                                                                                            \
    "{\"code\":\"CEC\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"eligible\":[\"CEC\"],\"feed_"      \
    "names\":[\"x\"]}"
#define ROLE(code, kind, role)                                                                                         \
    "{\"code\":\"" code "\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"" kind "\",\"role\":" role                \
    ",\"eligible\":[\"AB\"],\"feed_names\":[]}"
#define KIND(code, kind)                                                                                               \
    "{\"code\":\"" code "\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"" kind                                    \
    "\",\"eligible\":[\"AB\"],\"feed_names\":[]}"

static const bad_file BAD[] = {
    {"{", "not valid JSON"},
    {"[]", "'schema' is missing"},
    {"{\"schema\":\"other/1\",\"programs\":[]}", "eesim.programs/1"},
    {"{\"schema\":\"eesim.programs/1\"}", "'programs' is missing"},
    {HEAD "]}", "0 programs"},
    {HEAD "7]}", "'code' is missing"},
    {HEAD "{\"code\":\"c\"}]}", "2 to 16"},
    {HEAD CEC "," CEC "]}", "twice"},
    {HEAD "{\"code\":\"CEC\",\"label_en\":1}]}", "label_en"},
    {HEAD "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"x\"}]}", "program, general or category"},
    {HEAD ROLE("AB", "program", "\"nurse\"") "]}", "role is 'nurse', expected nominee"},
    {HEAD ROLE("AB", "program", "7") "]}", "role is '(not a text)'"},
    {HEAD ROLE("AB", "category", "\"nominee\"") "]}", "only a base program"},
    {HEAD ROLE("AB", "program", "\"nominee\"") "," ROLE("AC", "program", "\"nominee\"") "]}",
     "program AC: program AB is nominee already"},
    {HEAD ROLE("AB", "general", "null") "," ROLE("AC", "general", "null") "]}", "role is '(not a text)'"},
    {HEAD KIND("AB", "general") "," KIND("AC", "general") "]}", "program AC: program AB is general already"},
    {HEAD
     "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"first_date\":\"2026-02-30\"}]}",
     "YYYY-MM-DD"},
    {HEAD "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"feed_names\":[1]}]}",
     "feed name 1"},
    {HEAD CEC ",{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"feed_names\":[\"X "
              "(Version 2)\"]}]}",
     "already means CEC"},
    {HEAD "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"feed_names\":[]}]}",
     "eligible"},
    {HEAD "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"eligible\":[\"NO\"],\"feed_"
          "names\":[]}]}",
     "'NO'"},
    {HEAD
     "{\"code\":\"AB\",\"label_en\":\"a\",\"label_fr\":\"b\",\"kind\":\"program\",\"eligible\":[],\"feed_names\":[]}]}",
     "empty"},
};

static void test_bad_files(void **state) {
    (void)state;
    char *dir = test_make_dir();
    char path[600];
    snprintf(path, sizeof path, "%s/programs.json", dir);
    ees_programs programs;
    ees_error err;
    assert_int_equal(eesi_programs_read(&programs, NULL, path, &err), EES_ERR_NOTFOUND);
    eesi_programs_free(&programs);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        test_write_file(path, BAD[i].text);
        assert_int_equal(eesi_programs_read(&programs, NULL, path, &err), EES_ERR_DATA);
        if (!strstr(err.message, BAD[i].expected))
            fail_msg("case %zu: '%s' does not say '%s'", i, err.message, BAD[i].expected);
        assert_string_equal(err.file, path);
        eesi_programs_free(&programs);
    }
    assert_int_equal(eesi_programs_read(&programs, NULL, dir, NULL), EES_ERR_DATA);
    eesi_programs_free(&programs);
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_and_labels),
        cmocka_unit_test(test_feed_names),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_suggestions),
        cmocka_unit_test(test_who_is_admitted),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, load_shipped, unload);
}
