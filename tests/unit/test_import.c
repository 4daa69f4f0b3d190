#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <eesim/feed.h>

#include "base/file.h"
#include "feed/fault.h"
#include "feed/read.h"
#include "feed_text.h"

typedef struct place {
    char *dir;
    char feed[600];
    char data[600];
} place;

static int set_up(void **state) {
    place *p = calloc(1, sizeof *p);
    p->dir = test_make_dir();
    snprintf(p->feed, sizeof p->feed, "%s/feed.json", p->dir);
    snprintf(p->data, sizeof p->data, "%s/data", p->dir);
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    place *p = *state;
    test_remove_tree(p->dir);
    free(p->dir);
    free(p);
    return 0;
}

static size_t faults_of(const ees_faults *faults, ees_fault_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < faults->count; i++)
        count += faults->faults[i].kind == kind;
    return count;
}

static char *read_file(const place *p, const char *name) {
    char path[700];
    char *text = NULL;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", p->data, name);
    return eesi_file_read(path, 1u << 20, &text, &length, NULL) == 0 ? text : NULL;
}

static void write_feed(const place *p, char **rounds, size_t count) {
    char *text = feed_of(rounds, count);
    test_write_file(p->feed, text);
    free(text);
}

/* A feed of one round, number 396 of 2026-02-17, with one field changed. */
static void write_edited(const place *p, const char *key, const char *value) {
    feed_edit edits[] = {{key, value}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", key ? edits : NULL)};
    write_feed(p, rounds, 1);
}

static void import_ok(const place *p, unsigned flags, ees_import_report *report) {
    ees_error err = {0};
    int rc = ees_feed_import(p->feed, p->data, &test_programs, test_layouts, flags, report, &err);
    if (rc)
        fail_msg("import failed: %s %s", err.file, err.message);
}

static void load(const place *p, ees_history *history) {
    ees_error err = {0};
    if (ees_history_load(history, p->data, &test_programs, &err))
        fail_msg("%s:%ld: %s", err.file, err.line, err.message);
}

static void test_a_clean_round(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.feed_rounds, 1);
    assert_int_equal(report.added, 1);
    assert_int_equal(report.faults.count, 0);
    assert_true(report.written);
    assert_string_equal(report.last_round, "396");
    ees_import_report_free(&report);
    ees_import_report_free(&report);
    ees_history h;
    load(p, &h);
    const ees_round *r = &h.rounds[0];
    char text[EES_TIME_TEXT_MAX];
    assert_string_equal(r->number, "396");
    assert_int_equal(r->size, 6000);
    assert_int_equal(r->cutoff, 508);
    assert_string_equal(ees_time_format(r->tie_break, text), "2026-02-17T09:35:59Z");
    assert_string_equal(ees_time_format(r->held_at, text), "2026-02-17T11:33:44Z");
    assert_int_equal(h.snapshots[0].total, 235695);
    assert_int_equal(h.snapshots[0].leaf[14], 8283);
    ees_history_free(&h);
    for (int i = 0; i < 5; i++) {
        const char *const names[] = {"rounds.csv", "pools.csv", "faults.csv", "README.md", "datapackage.json"};
        char *content = read_file(p, names[i]);
        assert_non_null(content);
        free(content);
    }
}

typedef struct fault_case {
    const char *key, *value;
    ees_fault_kind kind;
    const char *field, *published, *used;
} fault_case;

static const fault_case FAULTS[] = {
    {"drawCutOff", "\"\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", NULL, EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "null", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawDateTime", NULL, EES_FAULT_TIME_MISSING, "drawDateTime", "", ""},
    {"drawDistributionAsOn", "\" \"", EES_FAULT_AS_OF_MISSING, "drawDistributionAsOn", "", ""},
    {"drawDistributionAsOn", "\"last week\"", EES_FAULT_AS_OF_UNREADABLE, "drawDistributionAsOn", "last week",
     "is not a date and time"},
    {"drawDistributionAsOn", "\"February 19, 2026\"", EES_FAULT_AS_OF_AFTER, "drawDistributionAsOn", "2026-02-19",
     "2026-02-17"},
    {"drawDistributionAsOn", "\"February 11, 2026\"", EES_FAULT_AS_OF_STALE, "drawDistributionAsOn", "2026-02-11",
     "2026-02-17"},
    {"drawCutOff", "\"October 7 at 16:38:21 UTC\"", EES_FAULT_TIME_UNREADABLE, "drawCutOff",
     "October 7 at 16:38:21 UTC", "has no year"},
    {"drawDateTime", "\"noon\"", EES_FAULT_TIME_UNREADABLE, "drawDateTime", "noon", "is not a date and time"},
    {"drawCutOff", "\"August 30. 2025 at 17:30:21 UTC\"", EES_FAULT_TIME_IRREGULAR, "drawCutOff",
     "August 30. 2025 at 17:30:21 UTC", "2025-08-30T17:30:21Z"},
    {"drawCutOff", "\" August 30, 2025 at 17:30:21 UTC\"", EES_FAULT_TIME_IRREGULAR, "drawCutOff",
     "August 30, 2025 at 17:30:21 UTC", "2025-08-30T17:30:21Z"},
    {"drawDateTime", "\"February 17, 2026 at15:48:39 AM UTC\"", EES_FAULT_TIME_IRREGULAR, "drawDateTime",
     "February 17, 2026 at15:48:39 AM UTC", "2026-02-17T15:48:39Z"},
    {"drawCutOff", "\"February 18, 2026 at 11:33:44 UTC\"", EES_FAULT_TIE_BREAK_ODD, "drawCutOff",
     "2026-02-18T11:33:44Z", "2026-02-17T11:33:44Z"},
    {"drawCutOff", "\"February 1, 2025 at 11:33:44 UTC\"", EES_FAULT_TIE_BREAK_ODD, "drawCutOff",
     "2025-02-01T11:33:44Z", "2026-02-17T11:33:44Z"},
    {"drawDateTime", "\"February 20, 2026 at 11:33:44 UTC\"", EES_FAULT_DATE_DIFFERS, "drawDateTime",
     "2026-02-20T11:33:44Z", "2026-02-17"},
    {"drawDateFull", "\"February 16, 2026\"", EES_FAULT_DATE_DIFFERS, "drawDateFull", "February 16, 2026",
     "2026-02-17"},
    {"dd3", "\"73,600\"", EES_FAULT_SUBTOTAL_WRONG, "dd3", "73,600", "73609"},
    {"dd9", "1", EES_FAULT_SUBTOTAL_WRONG, "dd9", "1", "64305"},
    {"dd18", "\"235,696\"", EES_FAULT_SUBTOTAL_WRONG, "dd18", "235,696", "235695"},
    {"dd3", NULL, EES_FAULT_SUBTOTAL_MISSING, "dd3", "", "73609"},
    {"dd18", "\"\"", EES_FAULT_SUBTOTAL_MISSING, "dd18", "", "235695"},
    {"drawName", "\"Space pilots\"", EES_FAULT_NAME_UNMAPPED, "drawName", "Space pilots", ""},
    {"drawName", "\"\"", EES_FAULT_NAME_UNMAPPED, "drawName", "", ""},
    {"drawName", "\" Physicians \\n with  Canadian work experience\"", EES_FAULT_KINDS, "", "", ""},
    {"drawText2", "\"Federal Skilled Worker and Space Pilots\"", EES_FAULT_ELIGIBLE_UNKNOWN, "drawText2",
     "Federal Skilled Worker and Space Pilots", ""},
    {"drawText2", NULL, EES_FAULT_ELIGIBLE_UNKNOWN, "drawText2", "", ""},
    {"drawText2",
     "\"Federal Skilled Worker, Canadian Experience Class, Federal Skilled Trades Program, and Provincial Nominee "
     "Program\"",
     EES_FAULT_KINDS, "", "", ""},
    {"drawText2", "5", EES_FAULT_ELIGIBLE_UNKNOWN, "drawText2", "5", ""},
    {"drawDate", NULL, EES_FAULT_KINDS, "", "", ""},
    {"drawDate", "null", EES_FAULT_KINDS, "", "", ""},
    {"drawDate", "\"2026-2-17\"", EES_FAULT_KINDS, "", "", ""},
    {"drawDate", "\"2026-02-17T00:00:00\"", EES_FAULT_KINDS, "", "", ""},
    {"drawDate", "\"17-02-2026\"", EES_FAULT_STAND_IN, "drawDate", "17-02-2026", "2026-02-17"},
    {"drawDate", "\"17/02/2026\"", EES_FAULT_STAND_IN, "drawDate", "17/02/2026", "2026-02-17"},
    {"drawDate", "\"2026-02-30\"", EES_FAULT_STAND_IN, "drawDate", "2026-02-30", "2026-02-17"},
    {"drawDate", "\"soon\"", EES_FAULT_STAND_IN, "drawDate", "soon", "2026-02-17"},
    {"drawDate", "[]", EES_FAULT_STAND_IN, "drawDate", "[]", "2026-02-17"},
    {"drawDate", "20260217", EES_FAULT_STAND_IN, "drawDate", "20260217", "2026-02-17"},
    {"drawDate", "\"2016-02-17\"", EES_FAULT_DATE_DIFFERS, "drawDate", "2016-02-17", "2026-02-17"},
    {"drawDateFull", "{}", EES_FAULT_STAND_IN, "drawDateFull", "{}", "2026-02-17"},
    {"drawDateFull", "\"February 17, 2016\"", EES_FAULT_DATE_DIFFERS, "drawDateFull", "February 17, 2016",
     "2026-02-17"},
    {"drawDateTime", "1.5", EES_FAULT_TIME_UNREADABLE, "drawDateTime", "1.5", "holds two values that differ"},
    {"drawCutOff", "false", EES_FAULT_TIME_UNREADABLE, "drawCutOff", "false", "is not a date and time"},
    {"drawCutOff", "\"N/A\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "\"Not applicable\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "\"-\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "\"\u2014\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "\"s.o.\"", EES_FAULT_TIE_BREAK_MISSING, "drawCutOff", "", ""},
    {"drawCutOff", "\"1er f\u00e9vrier 2026 \u00e0 11 h 33 min 44 s UTC\"", EES_FAULT_KINDS, "", "", ""},
    {"drawCutOff", "\"1 F\u00c9VRIER 2026, 11h33\"", EES_FAULT_TIME_IRREGULAR, "drawCutOff",
     "1 F\u00c9VRIER 2026, 11h33", "2026-02-01T11:33:00Z"},
    {"drawDistributionAsOn", "[]", EES_FAULT_AS_OF_UNREADABLE, "drawDistributionAsOn", "[]", "is not a date and time"},
    {"drawText2", "[]", EES_FAULT_ELIGIBLE_UNKNOWN, "drawText2", "[]", ""},
    {"drawText2", "\"Cat\u00e9gorie de l\u2019exp\u00e9rience canadienne et Programme des candidats des provinces\"",
     EES_FAULT_KINDS, "", "", ""},
    {"drawName", "{}", EES_FAULT_NAME_UNMAPPED, "drawName", "", ""},
    {"drawName", "7", EES_FAULT_NAME_UNMAPPED, "drawName", "", ""},
    {"drawName", "\"Cat&eacute;gorie de l&#8217;exp&#xE9;rience canadienne\"", EES_FAULT_KINDS, "", "", ""},
    {"drawName", "\"<b>Canadian&nbsp;Experience</b> Class\"", EES_FAULT_KINDS, "", "", ""},
    {"drawSize", "\"6&nbsp;000\"", EES_FAULT_KINDS, "", "", ""},
    {"drawSize", "6000.0", EES_FAULT_KINDS, "", "", ""},
    {"drawCRS", "508.0", EES_FAULT_KINDS, "", "", ""},
    {"drawCRS", "\"75\"", EES_FAULT_KINDS, "", "", ""},
    {"drawSize", "6000", EES_FAULT_KINDS, "", "", ""},
    {"drawSize", "\" 6 000 \"", EES_FAULT_KINDS, "", "", ""},
    {"drawSize", "\"\u00a06\u00a0000\u202f\"", EES_FAULT_KINDS, "", "", ""}, /* no-break spaces */
    {"dd18", "\"235\u2009695\"", EES_FAULT_KINDS, "", "", ""},
    {"drawNumber", "396", EES_FAULT_KINDS, "", "", ""},
    {"drawNumber", "\"396 \"", EES_FAULT_KINDS, "", "", ""},
    /* evening in Ottawa, the next day in UTC */
    {"drawDateTime", "\"February 18, 2026 at 03:10:00 UTC\"", EES_FAULT_KINDS, "", "", ""},
};

static void test_every_fault_is_reported_once(void **state) {
    const place *p = *state;
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
        const fault_case *c = &FAULTS[i];
        test_remove_tree(p->data);
        write_edited(p, c->key, c->value);
        ees_import_report report;
        import_ok(p, 0, &report);
        size_t expected = c->kind == EES_FAULT_KINDS ? 0 : 1;
        const ees_fault *f = report.faults.count ? &report.faults.faults[0] : NULL;
        if (report.faults.count != expected)
            fail_msg("case %zu (%s = %s): %zu faults, the first %s %s", i, c->key, c->value, report.faults.count,
                     f ? ees_fault_name(f->kind) : "", f ? f->field : "");
        if (f && (f->kind != c->kind || strcmp(f->round, "396") != 0 || strcmp(f->field, c->field) != 0 ||
                  strcmp(f->published, c->published) != 0 || strcmp(f->used, c->used) != 0))
            fail_msg("case %zu: %s %s '%s' '%s'", i, ees_fault_name(f->kind), f->field, f->published, f->used);
        assert_int_equal(report.rounds, 1);
        assert_int_equal(report.pools, 1);
        ees_import_report_free(&report);
        /* the check of what was stored finds the same */
        ees_history h;
        ees_data_quality quality;
        load(p, &h);
        assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &quality, NULL), 0);
        if (quality.faults.count != expected || (expected && quality.faults.faults[0].kind != c->kind))
            fail_msg("case %zu: the check finds %zu faults", i, quality.faults.count);
        ees_data_quality_free(&quality);
        ees_history_free(&h);
    }
}

typedef struct refused_case {
    const char *key, *value, *says;
} refused_case;

/* What leaves a feed of one round without any. */
static const refused_case REFUSED[] = {
    {"drawNumber", NULL, "entry 1 of 'rounds': 'drawNumber' is missing"},
    {"drawNumber", "null", "entry 1 of 'rounds': 'drawNumber' is missing"},
    {"drawNumber", "\"12345678\"", "'12345678'"},
    {"drawNumber", "\"0396\"", "396 or 91a"},
    {"drawNumber", "\"-1\"", "396 or 91a"},
    {"drawNumber", "\"91ab\"", "396 or 91a"},
    {"drawNumber", "{}", "'drawNumber' is '{}'"},
    {"drawNumber", "396.5", "'drawNumber' is '396.5'"},
    {"drawNumber", "true", "'drawNumber' is 'true'"},
    {"drawSize", NULL, "'drawSize' is missing or empty"},
    {"drawSize", "\"\"", "'drawSize' is missing or empty"},
    {"drawSize", "\"0\"", "from 1 to"},
    {"drawSize", "\"-6000\"", "'-6000', expected a whole number"},
    {"drawSize", "\"-\"", "'-', expected a whole number"},
    {"drawSize", "-6000", "expected a whole number"},
    {"drawSize", "\"6,0000\"", "'6,0000'"},
    {"drawSize", "\"60,00\"", "'60,00'"},
    {"drawSize", "\"6000,000\"", "'6000,000'"},
    {"drawSize", "\",600\"", "',600'"},
    {"drawSize", "\"6,000,\"", "'6,000,'"},
    {"drawSize", "\"6.000\"", "'6.000'"},
    {"drawSize", "\"6\u00a000\"", "expected a whole number"},
    {"drawSize", "\"N/A\"", "'N/A', expected a whole number"}, /* and no other round in the feed */
    {"drawSize", "\"many\"", "'many'"},
    {"drawSize", "\"6.5\"", "'6.5'"},
    {"drawSize", "6.5", "'6.5'"},
    {"drawSize", "\"6000 *\"", "'6000 *'"},
    {"drawSize", "\"99999999999999999999999999\"", "expected a whole number"},
    {"drawSize", "true", "'true'"},
    {"drawSize", "\"235,696\"", "round 396: 'drawSize' is '235696', which cannot be"}, /* one more than the pool */
    {"drawCRS", "\"1200\"", "from 50 to 1199"},
    {"drawCRS", "\"49\"", "from 50 to 1199"},
    {"drawCRS", "\"0\"", "from 50 to 1199"},
    {"drawCRS", "\"-1\"", "from 50 to 1199"},
    {"drawCRS", "[508]", "'[508]'"},
    {"drawCRS", "null", "'drawCRS' is missing"},
};

static void expect_refused(const place *p, const char *says) {
    ees_import_report report;
    ees_error err = {0};
    int rc = ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err);
    ees_import_report_free(&report);
    if (rc != EES_ERR_DATA || !strstr(err.message, says) || strcmp(err.file, p->feed) != 0)
        fail_msg("'%s' expected, got %d %s: %s", says, rc, err.file, err.message);
    assert_int_not_equal(access(p->data, F_OK), 0);
}

static void test_what_is_no_round_refuses_the_feed(void **state) {
    const place *p = *state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        write_edited(p, REFUSED[i].key, REFUSED[i].value);
        expect_refused(p, REFUSED[i].says);
    }
    feed_edit no_date[] = {{"drawDate", NULL}, {"drawDateFull", NULL}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", no_date)};
    write_feed(p, rounds, 1);
    expect_refused(p, "'drawDate' is missing");
    feed_edit bad_dates[] = {{"drawDate", "\"2026-02-30\""}, {"drawDateFull", "[]"}, {NULL, NULL}};
    char *undated[] = {feed_round("396", "2026-02-17", bad_dates)};
    write_feed(p, undated, 1);
    expect_refused(p, "round 396: 'drawDate' is '2026-02-30'");
}

/* Each of these costs round 397, and no other. */
static void test_a_bad_field_costs_one_round(void **state) {
    const place *p = *state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        feed_edit edits[] = {{REFUSED[i].key, REFUSED[i].value}, {NULL, NULL}};
        char *rounds[] = {feed_round("398", "2026-02-19", NULL), feed_round("397", "2026-02-18", edits),
                          feed_round("396", "2026-02-17", NULL)};
        test_remove_tree(p->data);
        write_feed(p, rounds, 3);
        ees_import_report report;
        import_ok(p, 0, &report);
        assert_int_equal(report.rounds, 2);
        size_t warnings = 0;
        for (size_t k = 0; k < report.faults.count; k++) {
            const ees_fault *f = &report.faults.faults[k];
            bool ours = strcmp(f->field, REFUSED[i].key) == 0 && f->kind != EES_FAULT_NUMBER_GAP;
            bool numbered = strcmp(f->round, strcmp(f->field, "drawNumber") == 0 ? "" : "397") == 0;
            warnings += ours && numbered && ees_fault_severity(f->kind) == EES_WARNING;
        }
        if (warnings != 1)
            fail_msg("%s = %s: %zu warnings", REFUSED[i].key, REFUSED[i].value, warnings);
        ees_import_report_free(&report);
        /* still known after the next import, and gone when mended */
        import_ok(p, 0, &report);
        assert_false(report.written);
        for (size_t k = 0; k < report.faults.count; k++)
            assert_true(report.faults.faults[k].known);
        ees_import_report_free(&report);
        char *mended[] = {feed_round("398", "2026-02-19", NULL), feed_round("397", "2026-02-18", NULL),
                          feed_round("396", "2026-02-17", NULL)};
        write_feed(p, mended, 3);
        import_ok(p, EES_IMPORT_REFUSE_CHANGES, &report);
        assert_int_equal(report.rounds, 3);
        for (size_t k = 0; k < report.faults.count; k++)
            assert_string_not_equal(report.faults.faults[k].field, REFUSED[i].key);
        ees_import_report_free(&report);
    }
}

/* Announced or called off: left out and reported once, with none of its other faults; digits that are wrong still
 * refuse.
 */
static void test_a_round_without_a_result_is_left_out(void **state) {
    const place *p = *state;
    feed_edit announced[] = {{"drawSize", "\"\""}, {"drawCRS", "\"TBD\""}, {"drawText2", "\"Space\""}, {NULL, NULL}};
    feed_edit undated[] = {{"drawDate", NULL}, {"drawDateFull", "\" \""}, {NULL, NULL}};
    char *rounds[] = {feed_round("398", "2026-02-19", announced), feed_round("396", "2026-02-17", NULL),
                      feed_round("397", "2026-02-18", undated)};
    write_feed(p, rounds, 3);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.feed_rounds, 1);
    assert_int_equal(report.added, 1);
    assert_int_equal(report.faults.count, 2);
    const ees_fault *f = report.faults.faults;
    assert_int_equal(f[0].kind, EES_FAULT_ROUND_UNPUBLISHED);
    assert_string_equal(f[0].round, "397");
    assert_string_equal(f[0].field, "drawDate");
    assert_int_equal(f[1].kind, EES_FAULT_ROUND_UNPUBLISHED);
    assert_string_equal(f[1].round, "398");
    assert_string_equal(f[1].field, "drawSize");
    ees_import_report_free(&report);
    char *faults = read_file(p, "faults.csv"); /* known the next time */
    assert_non_null(strstr(faults, "398"));
    free(faults);
}

typedef struct pool_case {
    feed_edit edits[20];
    const char *field; /* NULL when the pool is used */
    ees_fault_kind kind;
} pool_case;

static const pool_case POOLS[] = {
    {{{"dd18", "\"0\""}}, "dd18", EES_FAULT_POOL_CONTRADICTORY},
    {{{"dd18", "\"23,569\""}}, "dd18", EES_FAULT_POOL_CONTRADICTORY},
    {{{"dd5", "\"0\""}}, "dd18", EES_FAULT_POOL_CONTRADICTORY},
    {{{"dd18", NULL}, {"dd9", "\"0\""}}, "dd9", EES_FAULT_POOL_CONTRADICTORY},
    {{{"dd18", NULL}, {"dd3", "\"7\""}}, "dd3", EES_FAULT_POOL_CONTRADICTORY},
    {{{"dd18", "\"235,000\""}}, NULL, EES_FAULT_SUBTOTAL_WRONG},
    {{{"dd5", "\"-7\""}}, "dd5", EES_FAULT_BAND_MISSING},
    {{{"dd5", "\"-\""}}, "dd5", EES_FAULT_BAND_MISSING},
    {{{"dd5", "\"13,24\""}}, "dd5", EES_FAULT_BAND_MISSING},
    {{{"dd1", "{}"}}, "dd1", EES_FAULT_BAND_MISSING},
    {{{"dd1", "true"}}, "dd1", EES_FAULT_BAND_MISSING},
    {{{"dd17", "null"}}, "dd17", EES_FAULT_BAND_MISSING},
    {{{"dd17", "0.5"}}, "dd17", EES_FAULT_BAND_MISSING},
    {{{"dd18", "\"100000001\""}}, NULL, EES_FAULT_SUBTOTAL_MISSING},
    {{{"dd18", "[]"}}, NULL, EES_FAULT_SUBTOTAL_MISSING},
    {{{"dd1", "\"0\""},
      {"dd2", "\"0\""},
      {"dd4", "\"0\""},
      {"dd5", "\"0\""},
      {"dd6", "\"0\""},
      {"dd7", "\"0\""},
      {"dd8", "\"0\""},
      {"dd10", "\"0\""},
      {"dd11", "\"0\""},
      {"dd12", "\"0\""},
      {"dd13", "\"0\""},
      {"dd14", "\"0\""},
      {"dd15", "\"0\""},
      {"dd16", "\"0\""},
      {"dd17", "\"0\""}},
     "dd18",
     EES_FAULT_POOL_CONTRADICTORY},
};

/* A pool that contradicts itself is left out; the round is not, and the warning lasts as long as the feed says so. */
static void test_pools_that_cannot_be(void **state) {
    const place *p = *state;
    for (size_t i = 0; i < sizeof POOLS / sizeof *POOLS; i++) {
        ees_import_report report;
        test_remove_tree(p->data);
        for (int again = 0; again < 2; again++) {
            char *rounds[] = {feed_round("396", "2026-02-17", POOLS[i].edits)};
            write_feed(p, rounds, 1);
            import_ok(p, 0, &report);
            const ees_fault *f = report.faults.faults;
            if (report.faults.count != 1 || f->kind != POOLS[i].kind ||
                (POOLS[i].field && strcmp(f->field, POOLS[i].field) != 0))
                fail_msg("case %zu: %zu faults, the first %s %s", i, report.faults.count, ees_fault_name(f->kind),
                         f->field);
            assert_int_equal(report.pools, POOLS[i].field ? 0 : 1);
            assert_int_equal(f->known, again);
            ees_import_report_free(&report);
        }
        write_edited(p, NULL, NULL);
        import_ok(p, 0, &report);
        assert_int_equal(report.faults.count, 0);
        assert_int_equal(report.pools, 1);
        ees_import_report_free(&report);
    }
}

/* What was said of a pool or a time stays when the feed loses the value and the stored one is kept. */
static void test_a_warning_stays_with_a_kept_value(void **state) {
    const place *p = *state;
    feed_edit odd[] = {{"dd3", "\"73,600\""}, {"drawCutOff", "\"August 30. 2025 at 17:30:21 UTC\""}, {NULL, NULL}};
    feed_edit poor[] = {{"dd1", "\"\""},  {"dd2", "\"\""},  {"dd3", "\"\""},  {"dd4", "\"\""},        {"dd5", "\"\""},
                        {"dd6", "\"\""},  {"dd7", "\"\""},  {"dd8", "\"\""},  {"dd9", "\"\""},        {"dd10", "\"\""},
                        {"dd11", "\"\""}, {"dd12", "\"\""}, {"dd13", "\"\""}, {"dd14", "\"\""},       {"dd15", "\"\""},
                        {"dd16", "\"\""}, {"dd17", "\"\""}, {"dd18", "\"\""}, {"drawCutOff", "\"\""}, {NULL, NULL}};
    const feed_edit *const feeds[] = {odd, poor, poor};
    for (size_t i = 0; i < 3; i++) {
        ees_import_report report;
        char *rounds[] = {feed_round("396", "2026-02-17", feeds[i])};
        write_feed(p, rounds, 1);
        import_ok(p, 0, &report);
        assert_int_equal(faults_of(&report.faults, EES_FAULT_SUBTOTAL_WRONG), 1);
        assert_int_equal(faults_of(&report.faults, EES_FAULT_TIME_IRREGULAR), 1);
        assert_int_equal(report.pools, 1);
        ees_import_report_free(&report);
    }
}

/* An older feed is said once; it fills gaps and changes nothing. */
static void test_an_older_feed(void **state) {
    const place *p = *state;
    feed_edit first[] = {{"drawCRS", "\"510\""}, {"dd1", "\"281\""}, {"dd18", "\"235,696\""}, {NULL, NULL}};
    feed_edit gap[] = {{"drawCutOff", "\"\""}, {NULL, NULL}};
    char *newer[] = {feed_round("397", "2026-02-18", NULL), feed_round("396", "2026-02-17", NULL),
                     feed_round("395", "2026-02-16", gap)};
    write_feed(p, newer, 3);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_false(report.older);
    ees_import_report_free(&report);
    char *older[] = {feed_round("396", "2026-02-17", first), feed_round("395", "2026-02-16", NULL),
                     feed_round("394", "2026-02-15", NULL)};
    write_feed(p, older, 3);
    import_ok(p, EES_IMPORT_DRY_RUN, &report);
    assert_true(report.older);
    assert_string_equal(report.feed_last, "396");
    assert_int_equal(report.stale, 2);
    assert_int_equal(report.added, 1);
    assert_int_equal(report.change_count, 1); /* the tie-break of 395 */
    assert_string_equal(report.changes[0].field, "tie_break");
    for (size_t i = 0; i < report.faults.count; i++)
        if (report.faults.faults[i].kind != EES_FAULT_POOL_REPEATED) /* all rounds of the test have equal pools */
            assert_true(report.faults.faults[i].known || strcmp(report.faults.faults[i].round, "394") == 0);
    ees_import_report_free(&report);
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    ees_history h;
    load(p, &h);
    assert_int_equal(h.round_count, 4);
    assert_int_equal(h.rounds[2].cutoff, 508);
    assert_int_equal(h.snapshots[h.rounds[2].snapshot].leaf[0], 280);
    assert_int_not_equal(h.rounds[1].tie_break, EES_TIME_NONE);
    ees_history_free(&h);
}

/* All dates of one round are ten years off those of the numbers around it. */
static void test_a_date_far_off_its_neighbours(void **state) {
    const place *p = *state;
    for (int year = 2016; year <= 2036; year += 20) {
        char date[16];
        snprintf(date, sizeof date, "%d-02-18", year);
        char *rounds[] = {feed_round("398", "2026-02-19", NULL), feed_round("397", date, NULL),
                          feed_round("396", "2026-02-17", NULL), feed_round("395", "2026-02-16", NULL)};
        ees_import_report report;
        test_remove_tree(p->data);
        write_feed(p, rounds, 4);
        import_ok(p, 0, &report);
        assert_int_equal(report.rounds, 3);
        assert_int_equal(faults_of(&report.faults, EES_FAULT_VALUE_IMPOSSIBLE), 1);
        const ees_fault *f = report.faults.faults;
        while (f->kind != EES_FAULT_VALUE_IMPOSSIBLE)
            f++;
        assert_string_equal(f->round, "397");
        assert_string_equal(f->field, "drawDate");
        assert_string_equal(f->published, date);
        ees_import_report_free(&report);
    }
}

/* What is stored stands when the feed spoils it. */
static void test_a_spoilt_round_leaves_the_stored_one(void **state) {
    const place *p = *state;
    static const feed_edit spoilt[][2] = {{{"drawCRS", "\"5\""}, {NULL, NULL}},
                                          {{"drawSize", "\"60,000,000\""}, {NULL, NULL}}};
    for (size_t i = 0; i < 2; i++) {
        ees_import_report report;
        test_remove_tree(p->data);
        char *good[] = {feed_round("396", "2026-02-17", NULL), feed_round("395", "2026-02-16", NULL)};
        write_feed(p, good, 2);
        import_ok(p, 0, &report);
        ees_import_report_free(&report);
        char *before = read_file(p, "rounds.csv");
        char *bad[] = {feed_round("396", "2026-02-17", spoilt[i]), feed_round("395", "2026-02-16", NULL)};
        write_feed(p, bad, 2);
        import_ok(p, EES_IMPORT_REFUSE_CHANGES, &report);
        assert_int_equal(faults_of(&report.faults, EES_FAULT_VALUE_IMPOSSIBLE), 1);
        assert_int_equal(faults_of(&report.faults, EES_FAULT_ROUND_KEPT), 0);
        ees_import_report_free(&report);
        char *after = read_file(p, "rounds.csv");
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
}

static void test_nominees_have_600_points(void **state) {
    const place *p = *state;
    feed_edit low[] = {{"drawName", "\"Provincial Nominee Program\""}, {"drawCRS", "\"600\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", low)};
    write_feed(p, rounds, 1);
    expect_refused(p, "'drawCRS' is '600', expected a whole number from 601");
}

static void write_french(const place *p, bool windows) {
    feed_edit edits[] = {{"drawName", "\"Cat\u00e9gorie de l\u2019exp\u00e9rience canadienne\""},
                         {"drawDateFull", "\"17 f\u00e9vrier 2026\""},
                         {"drawDateTime", "\"17 f\u00e9vrier 2026 \u00e0 11 h 33 min 44 s UTC\""},
                         {"drawCutOff", "\"17 ao\u00fbt 2025 \u00e0 9 h 35 min 9 s UTC\""},
                         {"drawDistributionAsOn", "\"15 f\u00e9vrier 2026\""},
                         {"drawText2", "\"Cat\u00e9gorie de l\u2019exp\u00e9rience canadienne\""},
                         {"drawSize", "\"6\u00a0000\""},
                         {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", edits)};
    char *text = feed_of(rounds, 1), *out = text;
    for (const char *in = text; windows && *in; in++) {
        if (strncmp(in, "\xe2\x80\x99", 3) == 0) { /* the apostrophe */
            *out++ = '\x92';
            in += 2;
        } else if (*in == '\xc2' || *in == '\xc3') { /* two bytes: U+0080 to U+00FF */
            *out++ = (char)((unsigned char)in[1] | (*in == '\xc3' ? 0x40 : 0));
            in++;
        } else {
            *out++ = *in;
        }
    }
    *(windows ? out : text + strlen(text)) = '\0';
    test_write_file(p->feed, text);
    free(text);
}

static void test_a_french_feed(void **state) {
    const place *p = *state;
    for (int windows = 0; windows < 2; windows++) {
        ees_import_report report;
        ees_history h;
        char time[EES_TIME_TEXT_MAX];
        test_remove_tree(p->data);
        write_french(p, windows);
        import_ok(p, 0, &report);
        assert_int_equal(report.faults.count, 0);
        ees_import_report_free(&report);
        load(p, &h);
        assert_int_equal(h.rounds[0].program, ees_programs_find(&test_programs, "CEC"));
        assert_int_equal(h.rounds[0].size, 6000);
        assert_string_equal(h.rounds[0].name, "Cat\u00e9gorie de l\u2019exp\u00e9rience canadienne");
        assert_string_equal(ees_time_format(h.rounds[0].tie_break, time), "2025-08-17T09:35:09Z");
        assert_string_equal(ees_time_format(h.rounds[0].held_at, time), "2026-02-17T11:33:44Z");
        ees_history_free(&h);
    }
}

/* The label of every program in either language is a name it is known by. */
static void test_labels_are_names(void **state) {
    (void)state;
    for (size_t i = 0; i < test_programs.count; i++) {
        const ees_program *program = &test_programs.programs[i];
        if (program->kind == EES_KIND_GENERAL)
            continue;
        if (eesi_programs_map(&test_programs, program->label_en) != (int)i ||
            eesi_programs_map(&test_programs, program->label_fr) != (int)i)
            fail_msg("%s: a label is not among its feed_names", program->code);
    }
}

static void test_rounds_as_members_of_an_object(void **state) {
    const place *p = *state;
    feed_edit undated[] = {{"drawDate", NULL}, {NULL, NULL}};
    char *one = feed_round("396", "2026-02-17", undated), *other = feed_round("395", "2026-02-16", NULL);
    FILE *file = fopen(p->feed, "w");
    assert_non_null(file);
    fprintf(file, "{\"rounds\":{\"r396\":%s,\"r395\":%s,\"note\":7}}", one, other);
    assert_int_equal(fclose(file), 0);
    free(one);
    free(other);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.rounds, 2);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_ROUND_UNREADABLE), 1);
    ees_import_report_free(&report);
}

/* An import lists what is new; what the folder has shown before is marked. */
static void test_known_faults_are_marked(void **state) {
    const place *p = *state;
    feed_edit odd[] = {{"dd3", "\"73,600\""}, {"drawCutOff", "\"\""}, {NULL, NULL}};
    feed_edit odder[] = {{"dd3", "\"73,601\""}, {"drawCutOff", "\"\""}, {NULL, NULL}};
    char *first[] = {feed_round("396", "2026-02-17", odd)};
    write_feed(p, first, 1);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.faults.count, 2);
    assert_false(report.faults.faults[0].known || report.faults.faults[1].known);
    ees_import_report_free(&report);
    char *second[] = {feed_round("397", "2026-02-18", odd), feed_round("396", "2026-02-17", odder)};
    write_feed(p, second, 2);
    import_ok(p, 0, &report);
    const ees_fault *f = report.faults.faults;
    assert_int_equal(f[0].kind, EES_FAULT_TIE_BREAK_MISSING);
    assert_true(f[0].known);
    assert_int_equal(f[1].kind, EES_FAULT_SUBTOTAL_WRONG);
    assert_false(f[1].known); /* another value was published */
    for (size_t i = 2; i < report.faults.count; i++) {
        assert_string_equal(f[i].round, "397");
        assert_false(f[i].known);
    }
    ees_import_report_free(&report);
}

static void test_bad_files(void **state) {
    const place *p = *state;
    ees_import_report report;
    ees_error err;
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err),
                     EES_ERR_NOTFOUND);
    ees_import_report_free(&report);
    assert_int_equal(mkdir(p->feed, 0777), 0);
    expect_refused(p, "is a folder");
    assert_int_equal(rmdir(p->feed), 0);
    test_write_file(p->feed, "");
    expect_refused(p, "is empty");
    test_write_file(p->feed, "\x7f"
                             "ELF\x02\x01\x01");
    expect_refused(p, "not valid JSON");
    test_write_file(p->feed, "{\"rounds\":[{\"drawNumber\":\"396\",");
    expect_refused(p, "not valid JSON");
    test_write_file(p->feed, "[]");
    expect_refused(p, "'rounds' is empty");
    test_write_file(p->feed, "{\"error\":\"not found\"}");
    expect_refused(p, "this is not the feed: it has no list of 'rounds'");
    test_write_file(p->feed, "\x1f\x8b\x08");
    expect_refused(p, "a compressed or other binary file");
    test_write_file(p->feed, "{\"rounds\":{}}");
    expect_refused(p, "'rounds' is empty");
    test_write_file(p->feed, "{\"rounds\":\"none\"}");
    expect_refused(p, "this is not the feed: its 'rounds' is no list");
    test_write_file(p->feed, "{\"rounds\":7}");
    expect_refused(p, "this is not the feed: its 'rounds' is no list");
    test_write_file(p->feed, " \n<!DOCTYPE html><html></html>");
    expect_refused(p, "this is a web page, not the feed");
    test_write_file(p->feed, "{\"rounds\":[]}");
    expect_refused(p, "'rounds' is empty");
    test_write_file(p->feed, "{\"rounds\":[7]}");
    expect_refused(p, "entry 1 of 'rounds': 'drawNumber' is missing");
    test_write_file(p->feed, "{\"rounds\":[],\"rounds\":[]}");
    expect_refused(p, "a key is there twice");
    test_write_file(p->feed, " ");
    assert_int_equal(truncate(p->feed, (off_t)1 << 30), 0);
    expect_refused(p, "is too large");
}

static void write_three(const place *p) {
    char *rounds[] = {
        feed_round("396", "2026-02-17", NULL), feed_round("395", "2026-02-16", NULL),
        feed_round("91a", "2018-05-30", (feed_edit[]){{"drawName", "\"Federal Skilled Trades\""}, {NULL, NULL}})};
    write_feed(p, rounds, 3);
}

/* A feed of the rounds 396 and 395 with `from` replaced by `to` once, in 396. */
static void write_damaged(const place *p, const char *from, const char *to) {
    feed_edit one_pool[] = {{"drawDistributionAsOn", "\"February 16, 2026\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", one_pool), feed_round("395", "2026-02-16", one_pool)};
    char *text = feed_of(rounds, 2), *at = strstr(text, from), *damaged = NULL;
    assert_non_null(at);
    assert_true(asprintf(&damaged, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) > 0);
    test_write_file(p->feed, damaged);
    free(damaged);
    free(text);
}

/* What makes a feed no valid JSON costs at most its round. */
static void test_damage_costs_at_most_its_round(void **state) {
    static const struct {
        const char *from, *to;
        size_t rounds;
        ees_fault_kind kind; /* EES_FAULT_KINDS: none */
        const char *published;
    } cases[] = {
        {"\"508\"", "\"5\\u000008\"", 1, EES_FAULT_ROUND_UNREADABLE, "5 08"},
        {"Canadian Exp", "Canadian\\u0000Exp", 2, EES_FAULT_KINDS, ""},
        {"Canadian Exp", "Canadian\nExp", 2, EES_FAULT_KINDS, ""},
        {"Canadian Exp", "\\ud800Canadian \\udc00Exp", 2, EES_FAULT_KINDS, ""},
        {"Canadian Exp", "Canadian \\Exp", 2, EES_FAULT_KINDS, ""},
        {"Canadian Exp",
         "Canadian \xed\xa0\x80"
         "Exp",
         2, EES_FAULT_NAME_UNMAPPED, "Canadian \u00ed\u00a0\u20acExperience Class"},
        {"\"508\"", "NaN", 1, EES_FAULT_ROUND_UNPUBLISHED, "NaN"},
        {"\"508\"", "", 1, EES_FAULT_ROUND_UNPUBLISHED, ""},
        {"\"508\"", "5O8", 1, EES_FAULT_ROUND_UNREADABLE, "5O8"},
        {"\"508\"", "99999999999999999999999", 1, EES_FAULT_VALUE_IMPOSSIBLE, "99999999999999999999999"},
        {"\"508\"", "\"508\",\"drawCRS\":\"508\"", 2, EES_FAULT_KINDS, ""},
        {"\"508\"", "\"508\",\"drawCRS\":\"509\"", 2, EES_FAULT_ROUND_DIFFERS, "509"},
        {"\"508\",", "\"508\"", 1, EES_FAULT_ROUND_UNREADABLE, NULL},
        {"\"508\",", "\"508,", 1, EES_FAULT_ROUND_UNREADABLE, NULL},
    };
    const place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_import_report report;
        test_remove_tree(p->data);
        write_damaged(p, cases[i].from, cases[i].to);
        import_ok(p, 0, &report);
        if (report.feed_rounds != cases[i].rounds)
            fail_msg("%s: %zu rounds", cases[i].to, report.feed_rounds);
        const ees_fault *f = NULL;
        for (size_t k = 0; k < report.faults.count && !f; k++)
            f = report.faults.faults[k].kind == cases[i].kind ? &report.faults.faults[k] : NULL;
        if (cases[i].kind == EES_FAULT_KINDS ? report.faults.count > 0 : !f || strcmp(f->round, "396") != 0)
            fail_msg("%s: %zu faults, not the one that is meant", cases[i].to, report.faults.count);
        if (f && cases[i].published)
            assert_string_equal(f->published, cases[i].published);
        ees_import_report_free(&report);
    }
    /* a feed that breaks off is refused: nobody knows what is missing */
    test_remove_tree(p->data);
    write_damaged(p, "]}", "");
    expect_refused(p, "the text ends too early");
}

/* As Windows editors save a text as "Unicode". */
static void test_utf_16(void **state) {
    const place *p = *state;
    char *rounds[] = {feed_round("396", "2026-02-17", (feed_edit[]){{"drawName", "\"\u00e9t\u00e9\""}, {NULL, NULL}})};
    char *text = feed_of(rounds, 1);
    for (int high_first = 0; high_first < 2; high_first++) {
        FILE *file = fopen(p->feed, "w");
        assert_non_null(file);
        fputs(high_first ? "\xfe\xff" : "\xff\xfe", file);
        for (const char *in = text; *in; in++) {
            const int code = *in == '\xc3' ? (unsigned char)*++in | 0x40 : *in;
            fputc(high_first ? 0 : code, file);
            fputc(high_first ? code : 0, file);
        }
        assert_int_equal(fclose(file), 0);
        ees_import_report report;
        test_remove_tree(p->data);
        import_ok(p, 0, &report);
        ees_import_report_free(&report);
        ees_history h;
        load(p, &h);
        assert_string_equal(h.rounds[0].name, "\u00e9t\u00e9");
        ees_history_free(&h);
    }
    free(text);
}

/* A number far from all others is a slip, and the feed that follows is not older for it. */
static void test_a_number_that_cannot_be(void **state) {
    const place *p = *state;
    char *rounds[] = {feed_round("39600", "2026-02-17", NULL), feed_round("395", "2026-02-16", NULL),
                      feed_round("394", "2026-02-03", NULL)};
    write_feed(p, rounds, 3);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.rounds, 2);
    const ees_fault *f = eesi_faults_find(&report.faults, EES_FAULT_VALUE_IMPOSSIBLE, "39600", "drawNumber");
    assert_non_null(f);
    assert_string_equal(f->used, "395");
    ees_import_report_free(&report);
    write_three(p);
    import_ok(p, 0, &report);
    assert_false(report.older);
    assert_int_equal(report.added, 2);
    ees_import_report_free(&report);
}

/* The names of the rounds stand in for numbers that are missing. */
static void test_rounds_with_names(void **state) {
    const place *p = *state;
    char *round = feed_round("396", "2026-02-17", (feed_edit[]){{"drawNumber", NULL}, {NULL, NULL}}), *text = NULL;
    assert_true(asprintf(&text, "{\"rounds\":{\"r396\":%s}}", round) > 0);
    test_write_file(p->feed, text);
    free(text);
    free(round);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_string_equal(report.last_round, "396");
    ees_import_report_free(&report);
}

static void test_a_byte_order_mark_is_skipped(void **state) {
    const place *p = *state;
    char *rounds[] = {feed_round("396", "2026-02-17", NULL)};
    char *text = feed_of(rounds, 1);
    FILE *file = fopen(p->feed, "w");
    assert_non_null(file);
    fprintf(file, "\xef\xbb\xbf%s", text);
    assert_int_equal(fclose(file), 0);
    free(text);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
}

static void test_importing_again_changes_no_byte(void **state) {
    const place *p = *state;
    write_three(p);
    ees_import_report report;
    import_ok(p, 0, &report);
    size_t faults = report.faults.count;
    ees_import_report_free(&report);
    char *before = read_file(p, "rounds.csv"), *package = read_file(p, "datapackage.json");
    struct stat old, now;
    char path[700];
    snprintf(path, sizeof path, "%s/rounds.csv", p->data);
    assert_int_equal(stat(path, &old), 0);
    import_ok(p, EES_IMPORT_REFUSE_CHANGES, &report);
    assert_false(report.written);
    assert_int_equal(report.added + report.changed + report.kept, 0);
    assert_int_equal(report.change_count, 0);
    assert_int_equal(report.faults.count, faults);
    ees_import_report_free(&report);
    assert_int_equal(stat(path, &now), 0);
    assert_int_equal(old.st_ino, now.st_ino);
    /* also when a file was lost: the same bytes come back */
    assert_int_equal(remove(path), 0);
    import_ok(p, 0, &report);
    assert_true(report.written);
    ees_import_report_free(&report);
    char *after = read_file(p, "rounds.csv"), *package_after = read_file(p, "datapackage.json");
    assert_string_equal(before, after);
    assert_string_equal(package, package_after);
    free(before);
    free(after);
    free(package);
    free(package_after);
}

static void test_new_rounds_are_appended(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    write_three(p);
    import_ok(p, EES_IMPORT_REFUSE_CHANGES, &report);
    assert_int_equal(report.added, 2);
    assert_int_equal(report.changed, 0);
    assert_int_equal(report.rounds, 3);
    /* 395 of the day before has the same counts under another date, and 92 to 394 are not there */
    assert_int_equal(report.pools, 1);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_NUMBER_GAP), 1);
    ees_import_report_free(&report);
    ees_history h;
    load(p, &h);
    assert_string_equal(h.rounds[0].number, "91a");
    assert_string_equal(h.rounds[2].number, "396");
    assert_int_equal(h.snapshot_count, 1);
    assert_int_equal(h.snapshots[0].first_round, 0);
    ees_history_free(&h);
}

static const ees_change *change_of(const ees_import_report *report, const char *field) {
    for (size_t i = 0; i < report->change_count; i++)
        if (strcmp(report->changes[i].field, field) == 0)
            return &report->changes[i];
    return NULL;
}

static void write_contradiction(const place *p) {
    feed_edit edits[] = {{"drawSize", "\"6,001\""},
                         {"drawName", "\"Education occupations (Version 1)\""},
                         {"drawCutOff", "\"March 17, 2025 at 09:35:59 UTC\""},
                         {"dd1", "\"281\""},
                         {"dd18", "\"235,696\""},
                         {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", edits)};
    write_feed(p, rounds, 1);
}

static void test_a_contradiction_is_reported_and_updated(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    write_contradiction(p);
    import_ok(p, 0, &report);
    assert_int_equal(report.changed, 1);
    assert_int_equal(report.change_count, 4);
    const ees_change *size = change_of(&report, "size"), *band = change_of(&report, "pool 601-1200");
    assert_non_null(size);
    assert_non_null(band);
    assert_string_equal(size->round, "396");
    assert_string_equal(size->before, "6000");
    assert_string_equal(size->after, "6001");
    assert_string_equal(band->before, "280");
    assert_string_equal(band->after, "281");
    assert_string_equal(change_of(&report, "tie_break")->after, "2025-03-17T09:35:59Z");
    assert_string_equal(change_of(&report, "name")->before, "Canadian Experience Class");
    ees_import_report_free(&report);
    ees_history h;
    load(p, &h);
    assert_int_equal(h.rounds[0].size, 6001);
    assert_int_equal(h.rounds[0].program, ees_programs_find(&test_programs, "EDU"));
    assert_int_equal(h.snapshots[0].total, 235696);
    ees_history_free(&h);
}

static void test_a_contradiction_can_be_refused(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    char *before = read_file(p, "rounds.csv");
    write_contradiction(p);
    ees_error err;
    assert_int_equal(
        ees_feed_import(p->feed, p->data, &test_programs, test_layouts, EES_IMPORT_REFUSE_CHANGES, &report, &err),
        EES_ERR_DATA);
    assert_non_null(strstr(err.message, "contradicts 4 stored values, first round 396: name"));
    assert_int_equal(report.change_count, 4);
    ees_import_report_free(&report);
    import_ok(p, EES_IMPORT_DRY_RUN, &report);
    assert_int_equal(report.change_count, 4);
    assert_false(report.written);
    ees_import_report_free(&report);
    char *after = read_file(p, "rounds.csv");
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void test_what_the_feed_lost_is_kept(void **state) {
    const place *p = *state;
    feed_edit irregular[] = {{"drawCutOff", "\"August 30. 2025 at 17:30:21 UTC\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", NULL), feed_round("395", "2026-02-16", irregular)};
    write_feed(p, rounds, 2);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    char *before = read_file(p, "rounds.csv"), *pools = read_file(p, "pools.csv"), *faults = read_file(p, "faults.csv");
    feed_edit poor[] = {{"drawName", "\"\""},
                        {"drawText2", "\"\""},
                        {"drawCutOff", "\"\""},
                        {"drawDateTime", NULL},
                        {"drawDistributionAsOn", NULL},
                        {"dd4", NULL},
                        {NULL, NULL}};
    char *fewer[] = {feed_round("396", "2026-02-17", poor)};
    write_feed(p, fewer, 1);
    import_ok(p, EES_IMPORT_REFUSE_CHANGES, &report);
    assert_int_equal(report.kept, 1);
    assert_int_equal(report.change_count, 0);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_VALUE_KEPT), 6);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_ROUND_KEPT), 1);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_TIME_IRREGULAR), 1);
    ees_import_report_free(&report);
    char *after = read_file(p, "rounds.csv"), *pools_after = read_file(p, "pools.csv");
    assert_string_equal(before, after);
    assert_string_equal(pools, pools_after);
    free(before);
    free(after);
    free(pools);
    free(pools_after);
    free(faults);
}

static void test_a_missing_value_is_filled(void **state) {
    const place *p = *state;
    feed_edit none[] = {{"drawCutOff", "\"\""}, {"dd4", NULL}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", none)};
    write_feed(p, rounds, 1);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.pools, 0);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_BAND_MISSING), 1);
    ees_import_report_free(&report);
    write_edited(p, NULL, NULL);
    import_ok(p, 0, &report);
    assert_int_equal(report.changed, 1);
    assert_int_equal(report.change_count, 1 + test_bands.count);
    assert_string_equal(change_of(&report, "tie_break")->before, "");
    assert_int_equal(report.faults.count, 0);
    assert_int_equal(report.pools, 1);
    ees_import_report_free(&report);
}

static void test_a_program_set_by_hand_stays(void **state) {
    const place *p = *state;
    write_edited(p, "drawName", "\"Space pilots\"");
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    char path[700];
    char *text = read_file(p, "rounds.csv");
    char *at = strstr(text, "2026-02-17,,Space");
    assert_non_null(at);
    snprintf(path, sizeof path, "%s/rounds.csv", p->data);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%.*sTRANSPORT%s", (int)(at - text) + 11, text, at + 11);
    assert_int_equal(fclose(file), 0);
    free(text);
    import_ok(p, 0, &report);
    assert_int_equal(report.faults.count, 0);
    ees_import_report_free(&report);
    ees_history h;
    load(p, &h);
    assert_int_equal(h.rounds[0].program, ees_programs_find(&test_programs, "TRANSPORT"));
    ees_history_free(&h);
}

static void test_a_round_twice(void **state) {
    const place *p = *state;
    feed_edit irregular[] = {{"drawCutOff", "\"August 30. 2025 at 17:30:21 UTC\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", irregular), feed_round("396", "2026-02-17", irregular)};
    write_feed(p, rounds, 2);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.rounds, 1);
    assert_int_equal(report.faults.count, 2);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_ROUND_REPEATED), 1);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_TIME_IRREGULAR), 1);
    ees_import_report_free(&report);
    test_remove_tree(p->data);
    feed_edit other[] = {{"drawSize", "\"7\""}, {NULL, NULL}};
    char *differing[] = {feed_round("396", "2026-02-17", NULL), feed_round("396", "2026-02-17", other)};
    write_feed(p, differing, 2);
    import_ok(p, 0, &report);
    assert_int_equal(report.rounds, 1);
    assert_int_equal(report.faults.count, 1);
    const ees_fault *f = report.faults.faults;
    assert_int_equal(f->kind, EES_FAULT_ROUND_DIFFERS);
    assert_string_equal(f->field, "drawSize");
    assert_string_equal(f->published, "7");
    assert_string_equal(f->used, "6000"); /* the first one in the feed */
    ees_import_report_free(&report);
}

static void test_pools_are_shared_and_repeats_reported(void **state) {
    const place *p = *state;
    feed_edit same[] = {{"drawDistributionAsOn", "\"February 15, 2026\""}, {NULL, NULL}};
    feed_edit none[] = {{"dd1", "\"0\""},  {"dd2", "\"0\""},  {"dd3", "\"0\""},  {"dd4", "\"0\""},  {"dd5", "\"0\""},
                        {"dd6", "\"0\""},  {"dd7", "\"0\""},  {"dd8", "\"0\""},  {"dd9", "\"0\""},  {"dd10", "\"0\""},
                        {"dd11", "\"0\""}, {"dd12", "\"0\""}, {"dd13", "\"0\""}, {"dd14", "\"0\""}, {"dd15", "\"0\""},
                        {"dd16", "\"0\""}, {"dd17", "\"0\""}, {"dd18", "\"0\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("395", "2026-02-16", same), feed_round("397", "2026-02-18", none),
                      feed_round("396", "2026-02-17", same), feed_round("398", "2026-02-19", NULL)};
    write_feed(p, rounds, 4);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.pools, 1);
    assert_int_equal(report.faults.count, 2);
    assert_int_equal(report.faults.faults[0].kind, EES_FAULT_POOL_MISSING);
    assert_string_equal(report.faults.faults[0].round, "397");
    assert_int_equal(report.faults.faults[1].kind, EES_FAULT_POOL_REPEATED);
    assert_string_equal(report.faults.faults[1].round, "398");
    ees_import_report_free(&report);
}

static void test_numbers_and_dates_out_of_step(void **state) {
    const place *p = *state;
    char *rounds[] = {
        feed_round("396", "2026-02-16", NULL), feed_round("395", "2026-02-17", NULL),
        feed_round("399", "2026-02-18", (feed_edit[]){{"drawName", "\"Senior managers\""}, {NULL, NULL}}),
        feed_round("251", "2023-01-10", (feed_edit[]){{"drawName", "\"STEM occupations\""}, {NULL, NULL}})};
    write_feed(p, rounds, 4);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_NUMBER_ORDER), 1);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_NUMBER_GAP), 2);
    assert_int_equal(faults_of(&report.faults, EES_FAULT_BEFORE_PROGRAM), 1);
    assert_string_equal(report.faults.faults[0].round, "251");
    ees_import_report_free(&report);
}

static void test_all_files_or_none(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    char *rounds = read_file(p, "rounds.csv");
    char path[700];
    snprintf(path, sizeof path, "%s/README.md", p->data);
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    write_three(p);
    ees_error err;
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err), EES_ERR_IO);
    assert_string_equal(err.file, path);
    assert_false(report.written);
    ees_import_report_free(&report);
    char *after = read_file(p, "rounds.csv");
    assert_string_equal(rounds, after);
    free(rounds);
    free(after);
    char command[800];
    snprintf(command, sizeof command, "test $(ls -A %s | wc -l) -eq 5", p->data);
    assert_int_equal(system(command), 0);
}

static void test_a_broken_folder_is_left_alone(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    char path[700];
    ees_error err;
    snprintf(path, sizeof path, "%s/faults.csv", p->data);
    test_write_file(path, "round,fault,field,published,used\n396,no-such-fault,,,\n");
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err), EES_ERR_DATA);
    assert_string_equal(err.file, path);
    assert_int_equal(err.line, 2);
    ees_import_report_free(&report);
    test_write_file(path, "round,fault,field,published,used\n12345678901234567890,time-irregular,,,\n");
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err), EES_ERR_DATA);
    ees_import_report_free(&report);
    test_write_file(path, "round,fault\n");
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err), EES_ERR_DATA);
    ees_import_report_free(&report);
    snprintf(path, sizeof path, "%s/rounds.csv", p->data);
    test_write_file(path, "not,a,table\n");
    assert_int_equal(ees_feed_import(p->feed, p->data, &test_programs, test_layouts, 0, &report, &err), EES_ERR_DATA);
    assert_string_equal(err.file, path);
    ees_import_report_free(&report);
    /* a file where the folder should be */
    test_write_file(p->feed, "x");
    write_edited(p, NULL, NULL);
    assert_int_equal(ees_feed_import(p->feed, p->feed, &test_programs, test_layouts, 0, &report, &err), EES_ERR_IO);
    ees_import_report_free(&report);
}

/* The rounds and pools the project ships survive the way through a feed: all 397, 91a and 91b, every pool. */
static void test_the_shipped_rounds_through_a_feed(void **state) {
    const place *p = *state;
    char *dir = test_source_path("data");
    ees_history shipped, again;
    assert_int_equal(ees_history_load(&shipped, dir, &test_programs, NULL), 0);
    char *text = feed_from_history(&shipped);
    test_write_file(p->feed, text);
    free(text);
    ees_import_report report;
    import_ok(p, 0, &report);
    assert_int_equal(report.rounds, shipped.round_count);
    assert_int_equal(report.pools, shipped.snapshot_count);
    ees_import_report_free(&report);
    load(p, &again);
    assert_int_equal(again.round_count, shipped.round_count);
    for (size_t i = 0; i < again.round_count; i++) {
        const ees_round *a = &again.rounds[i], *b = &shipped.rounds[i];
        assert_string_equal(a->number, b->number);
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->program, b->program);
        assert_int_equal(a->date, b->date);
        assert_int_equal(a->size, b->size);
        assert_int_equal(a->cutoff, b->cutoff);
        assert_int_equal(a->tie_break, b->tie_break);
        assert_int_equal(a->held_at, b->held_at);
        assert_int_equal(a->snapshot, b->snapshot);
        assert_int_equal(a->pool_as_of, b->pool_as_of);
    }
    char pools[700];
    snprintf(pools, sizeof pools, "%s/pools.csv", dir);
    char *want = NULL, *got = read_file(p, "pools.csv");
    size_t length;
    assert_int_equal(eesi_file_read(pools, 1u << 20, &want, &length, NULL), 0);
    assert_string_equal(got, want);
    free(want);
    free(got);
    free(dir);
    ees_history_free(&shipped);
    ees_history_free(&again);
}

/* What is wrong with the official figures through round 396, each once, as the design lists it. */
/* The times of four rounds say the day after their dates. The date counts: those were the days of such rounds (a
 * Wednesday in 2018 and 2019, for CEC a Thursday in 2020), and the date in full and that of the pool say it too. */
static void test_days_of_rounds_sent_the_day_after(void **state) {
    (void)state;
    static const struct {
        const char *round, *date, *held_at;
        int weekday;
    } known[] = {{"104", "2018-11-14", "2018-11-15T14:06:07Z", 3},
                 {"108", "2019-01-09", "2019-01-10T12:20:46Z", 3},
                 {"146", "2020-04-30", "2020-05-01T11:33:47Z", 4},
                 {"148", "2020-05-14", "2020-05-15T12:46:53Z", 4}};
    char *dir = test_source_path("data");
    ees_history h;
    assert_int_equal(ees_history_load(&h, dir, &test_programs, NULL), 0);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const ees_round *r = &h.rounds[ees_history_find(&h, known[i].round)];
        char text[EES_TIME_TEXT_MAX];
        assert_string_equal(ees_date_format(r->date, text), known[i].date);
        assert_int_equal((r->date + 4) % 7, known[i].weekday); /* day 0 was a Thursday */
        assert_string_equal(ees_time_format(r->held_at, text), known[i].held_at);
    }
    ees_history_free(&h);
    free(dir);
}

static void test_the_faults_of_the_shipped_data(void **state) {
    (void)state;
    static const struct {
        ees_fault_kind kind;
        const char *round, *field;
    } known[] = {
        {EES_FAULT_SUBTOTAL_WRONG, "247", "dd3"},
        {EES_FAULT_AS_OF_AFTER, "226", "drawDistributionAsOn"},
        {EES_FAULT_AS_OF_STALE, "220", "drawDistributionAsOn"},
        {EES_FAULT_AS_OF_STALE, "298", "drawDistributionAsOn"},
        {EES_FAULT_POOL_REPEATED, "220", "drawDistributionAsOn"},
        {EES_FAULT_POOL_REPEATED, "252", "drawDistributionAsOn"},
        {EES_FAULT_POOL_REPEATED, "387", "drawDistributionAsOn"},
        {EES_FAULT_TIME_UNREADABLE, "208", "drawCutOff"},
        {EES_FAULT_TIME_IRREGULAR, "244", "drawCutOff"},
        {EES_FAULT_TIME_IRREGULAR, "277", "drawCutOff"},
        {EES_FAULT_TIME_IRREGULAR, "386", "drawCutOff"},
        {EES_FAULT_TIME_IRREGULAR, "297", "drawDateTime"},
        {EES_FAULT_TIME_IRREGULAR, "333", "drawDateTime"},
        {EES_FAULT_DATE_DIFFERS, "357", "drawDateTime"},
        {EES_FAULT_DATE_DIFFERS, "104", "drawDateTime"},
        {EES_FAULT_DATE_DIFFERS, "108", "drawDateTime"},
        {EES_FAULT_DATE_DIFFERS, "146", "drawDateTime"},
        {EES_FAULT_DATE_DIFFERS, "148", "drawDateTime"},
    };
    char *dir = test_source_path("data");
    ees_history h;
    ees_data_quality q;
    assert_int_equal(ees_history_load(&h, dir, &test_programs, NULL), 0);
    assert_int_equal(ees_data_check(dir, &h, &test_programs, test_layouts, &q, NULL), 0);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t found = 0;
        for (size_t i = 0; i < q.faults.count; i++)
            found += q.faults.faults[i].kind == known[k].kind &&
                     strcmp(q.faults.faults[i].round, known[k].round) == 0 &&
                     strcmp(q.faults.faults[i].field, known[k].field) == 0;
        if (found != 1)
            fail_msg("round %s, %s: reported %zu times", known[k].round, known[k].field, found);
    }
    assert_true(q.rounds >= 397 && q.tie_breaks >= 320 && q.with_pool >= 179 && q.pools >= 108);
    assert_int_equal(faults_of(&q.faults, EES_FAULT_TIE_BREAK_MISSING), 76);
    assert_int_equal(faults_of(&q.faults, EES_FAULT_POOL_MISSING), 218);
    assert_int_equal(faults_of(&q.faults, EES_FAULT_NAME_UNMAPPED), 0);
    assert_int_equal(faults_of(&q.faults, EES_FAULT_FILE_CHANGED), 0);
    assert_string_equal(q.first_round, "1");
    ees_data_quality_free(&q);
    ees_history_free(&h);
    free(dir);
}

static void test_the_check_sees_changed_files(void **state) {
    const place *p = *state;
    write_edited(p, NULL, NULL);
    ees_import_report report;
    import_ok(p, 0, &report);
    ees_import_report_free(&report);
    ees_history h;
    ees_data_quality q;
    ees_error err;
    char path[700];
    load(p, &h);
    snprintf(path, sizeof path, "%s/faults.csv", p->data);
    test_write_file(path, "round,fault,field,published,used\n");
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, NULL), 0);
    assert_int_equal(q.faults.count, 1);
    assert_int_equal(q.faults.faults[0].kind, EES_FAULT_FILE_CHANGED);
    assert_string_equal(q.faults.faults[0].field, "faults.csv");
    ees_data_quality_free(&q);
    assert_int_equal(remove(path), 0);
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, NULL), 0);
    assert_int_equal(q.faults.count, 1);
    ees_data_quality_free(&q);
    snprintf(path, sizeof path, "%s/datapackage.json", p->data);
    test_write_file(path, "{\"resources\":[{},{\"path\":\"rounds.csv\",\"hash\":\"md5:00\"}]}");
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, NULL), 0);
    assert_int_equal(q.faults.count, 3);
    ees_data_quality_free(&q);
    test_write_file(path, "{");
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, &err), EES_ERR_DATA);
    ees_data_quality_free(&q);
    assert_int_equal(remove(path), 0);
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, NULL), 0);
    assert_int_equal(faults_of(&q.faults, EES_FAULT_FILE_CHANGED), 1);
    ees_data_quality_free(&q);
    ees_history_free(&h);
    memset(&h, 0, sizeof h);
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, test_layouts, &q, &err), EES_ERR_DATA);
    ees_data_quality_free(&q);
}

static void test_every_fault_has_words(void **state) {
    (void)state;
    for (int kind = 0; kind < EES_FAULT_KINDS; kind++) {
        assert_true(strlen(ees_fault_name((ees_fault_kind)kind)) > 4);
        assert_true(strlen(ees_fault_meaning((ees_fault_kind)kind)) > 10);
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(ees_fault_name((ees_fault_kind)kind), ees_fault_name((ees_fault_kind)other));
    }
    assert_string_equal(ees_fault_name(EES_FAULT_KINDS), "unknown");
    assert_string_equal(ees_fault_meaning(EES_FAULT_KINDS), "unknown");
    assert_int_equal(ees_fault_severity(EES_FAULT_KINDS), EES_WARNING);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_a_clean_round),
        IN_PLACE(test_every_fault_is_reported_once),
        IN_PLACE(test_what_is_no_round_refuses_the_feed),
        IN_PLACE(test_a_round_without_a_result_is_left_out),
        IN_PLACE(test_known_faults_are_marked),
        IN_PLACE(test_a_bad_field_costs_one_round),
        IN_PLACE(test_pools_that_cannot_be),
        IN_PLACE(test_a_warning_stays_with_a_kept_value),
        IN_PLACE(test_an_older_feed),
        IN_PLACE(test_a_date_far_off_its_neighbours),
        IN_PLACE(test_a_spoilt_round_leaves_the_stored_one),
        IN_PLACE(test_nominees_have_600_points),
        IN_PLACE(test_a_french_feed),
        cmocka_unit_test(test_labels_are_names),
        IN_PLACE(test_rounds_as_members_of_an_object),
        IN_PLACE(test_bad_files),
        IN_PLACE(test_damage_costs_at_most_its_round),
        IN_PLACE(test_utf_16),
        IN_PLACE(test_a_number_that_cannot_be),
        IN_PLACE(test_rounds_with_names),
        IN_PLACE(test_a_byte_order_mark_is_skipped),
        IN_PLACE(test_importing_again_changes_no_byte),
        IN_PLACE(test_new_rounds_are_appended),
        IN_PLACE(test_a_contradiction_is_reported_and_updated),
        IN_PLACE(test_a_contradiction_can_be_refused),
        IN_PLACE(test_what_the_feed_lost_is_kept),
        IN_PLACE(test_a_missing_value_is_filled),
        IN_PLACE(test_a_program_set_by_hand_stays),
        IN_PLACE(test_a_round_twice),
        IN_PLACE(test_pools_are_shared_and_repeats_reported),
        IN_PLACE(test_numbers_and_dates_out_of_step),
        IN_PLACE(test_all_files_or_none),
        IN_PLACE(test_a_broken_folder_is_left_alone),
        IN_PLACE(test_the_shipped_rounds_through_a_feed),
        cmocka_unit_test(test_days_of_rounds_sent_the_day_after),
        cmocka_unit_test(test_the_faults_of_the_shipped_data),
        IN_PLACE(test_the_check_sees_changed_files),
        cmocka_unit_test(test_every_fault_has_words),
    };
    return cmocka_run_group_tests(tests, test_programs_open, test_programs_close);
}
