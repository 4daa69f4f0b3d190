/* The bands of the pool as data: the shipped file, files that are spoilt, and a feed whose layout changed. */
#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "feed/bands.h"
#include "feed/layout.h"
#include "feed_text.h"
#include "pool/pool.h"
#include "pool/segment.h"
#include "pool_verify.h"

static ees_date day(const char *text) {
    ees_date date;
    assert_true(ees_date_parse(text, strlen(text), &date));
    return date;
}

static void test_the_shipped_layout(void **state) {
    (void)state;
    assert_true(eesi_bands_equal(&eesi_layout_at(test_layouts, day("2026-02-17"))->bands, &test_bands));
    assert_true(eesi_bands_equal(&eesi_layout_at(test_layouts, EES_DATE_NONE)->bands, &test_bands));
    assert_string_equal(eesi_layout_total(test_layouts, day("2026-02-17")), "dd18");
    assert_true(eesi_layouts_name(test_layouts, "dd3"));
    assert_false(eesi_layouts_name(test_layouts, "dd19"));
    assert_false(eesi_layouts_name(test_layouts, "drawSize"));
}

/* A context in memory has no files to read. */
static void test_from_memory(void **state) {
    (void)state;
    char *models = test_source_path("models"), *buffer = NULL;
    size_t length;
    ees_context *context = NULL;
    assert_int_equal(ees_context_pack(EES_TEST_VINTAGE, models, &buffer, &length, NULL), 0);
    assert_int_equal(ees_context_create_from_memory(&context, buffer, length, NULL, NULL), 0);
    free(buffer);
    const ees_layouts *layouts = ees_context_layouts(context, NULL);
    assert_non_null(layouts);
    assert_true(eesi_bands_equal(&eesi_layout_at(layouts, EES_DATE_NONE)->bands, &test_bands));
    assert_ptr_equal(ees_context_layouts(context, NULL), layouts);
    ees_context_destroy(context);
    free(models);
}

static void test_bands_in_any_order(void **state) {
    (void)state;
    ees_bands bands = {.count = 0};
    int place;
    assert_int_equal(eesi_bands_gap(&bands), EES_SCORE_MAX);
    for (int i = 0; i < test_bands.count; i++) { /* 7 and 15 have no common part: every band comes up once */
        assert_true(eesi_bands_gap(&bands) >= 0);
        assert_true(eesi_bands_add(&bands, test_bands.band[i * 7 % test_bands.count], &place));
        assert_int_equal(bands.band[place].low, test_bands.band[i * 7 % test_bands.count].low);
    }
    assert_true(eesi_bands_equal(&bands, &test_bands));
    assert_int_equal(eesi_bands_gap(&bands), -1);
    assert_false(eesi_bands_add(&bands, (ees_band){470, 471}, &place));
    assert_int_equal(eesi_bands_of(&bands, 600), 1);
    assert_int_equal(eesi_bands_of(&bands, 1201), -1);
    assert_int_equal(eesi_bands_find(&bands, 301, 351), -1);
    bands = (ees_bands){.count = 0};
    for (int b = 0; b < EES_BANDS_MAX; b++)
        assert_true(eesi_bands_add(&bands, (ees_band){b, b}, &place));
    assert_false(eesi_bands_add(&bands, (ees_band){100, 100}, &place));
}

/* ---- spoilt files ---- */

typedef struct bad_file {
    const char *text, *says;
    long line;
} bad_file;

#define HEAD "{\"schema\":\"eesim.bands/1\",\"layouts\":["
#define FIELD(name, kind, low, high)                                                                                   \
    "{\"field\":\"" name "\",\"kind\":\"" kind "\",\"low\":" #low ",\"high\":" #high "}"
#define FIRST FIELD("a", "band", 601, 1200)
#define REST FIELD("b", "band", 301, 600) "," FIELD("c", "band", 0, 300)
#define TOTAL FIELD("t", "total", 0, 1200)
#define LAYOUT(fields) HEAD "{\"from\":null,\"fields\":[" fields "]}]}"
#define TWO(from)                                                                                                      \
    HEAD "{\"fields\":[" FIRST "," REST "," TOTAL "]},{" from "\"fields\":[" FIRST "," REST "," TOTAL "]}]}"

static const bad_file BAD[] = {
    {"{\n \"schema\": \"eesim.bands/1\",\n \"layouts\": [,]}", "not valid JSON", 3},
    {"[]", "file: 'schema' is missing, expected a text", 1},
    {"{\"schema\":\"eesim.programs/1\"}", "schema is 'eesim.programs/1', expected 'eesim.bands/1'", 1},
    {"{\"schema\":\"eesim.bands/1\"}", "'layouts' is missing, expected an array", 1},
    {HEAD "]}", "holds 0 layouts, expected 1 to 16", 1},
    {HEAD "{\"from\":null}]}", "layout 1: 'fields' is missing, expected an array", 1},
    {HEAD "{\"from\":\"2022-01-01\",\"fields\":[]}]}", "layout 1: 'from' is a day, expected null", 1},
    {HEAD "{\"from\":\"May\",\"fields\":[]}]}", "layout 1: 'from' has the wrong type or range, expected a date", 1},
    {LAYOUT(""), "layout 1: no band holds the score 1200", 1},
    {LAYOUT("7"), "layout 1, field 1: 'field' is missing, expected a text", 1},
    {LAYOUT(FIELD("", "band", 601, 1200)), "layout 1, field 1: 'field' is '', expected a name", 1},
    {LAYOUT(FIELD("a", "leaf", 601, 1200)), "layout 1, field a: kind is 'leaf', expected band, subtotal or total", 1},
    {LAYOUT("{\"field\":\"a\"}"), "layout 1, field a: 'kind' is missing, expected a text", 1},
    {LAYOUT("{\"field\":\"a\",\"kind\":\"band\",\"high\":9}"), "layout 1, field a: 'low' is missing", 1},
    {LAYOUT(FIELD("a", "band", 601, 1201)), "'high' has the wrong type or range, expected a whole number from 601 to",
     1},
    {LAYOUT(FIELD("a", "band", 601, 600)), "'high' has the wrong type or range, expected a whole number from 601 to",
     1},
    {LAYOUT(FIELD("a", "band", 700, 1200)), "layout 1, field a: the first band is 700-1200, expected 601-1200", 1},
    {LAYOUT(FIRST "," FIELD("a", "band", 501, 600)), "layout 1, field a: is there twice", 1},
    {LAYOUT(FIRST "," FIELD("b", "band", 491, 500)),
     "layout 1, field b: the band is 491-500, expected one that ends at 600", 1},
    {LAYOUT(FIRST "," FIELD("b", "band", 501, 601)), "layout 1, field b: the band is 501-601, expected one that ends",
     1},
    {LAYOUT(FIRST "," FIELD("b", "band", 301, 600) "," TOTAL), "layout 1: no band holds the score 300", 1},
    {LAYOUT(FIRST "," REST), "layout 1: has no total, expected one", 1},
    {LAYOUT(FIRST "," REST "," TOTAL "," FIELD("u", "total", 0, 1200)), "layout 1, field u: expected one total", 1},
    {LAYOUT(FIRST "," REST "," FIELD("t", "total", 301, 1200)), "layout 1, field t: expected one total, of 0-1200", 1},
    {LAYOUT(FIRST "," REST "," TOTAL "," FIELD("s", "subtotal", 0, 400)),
     "layout 1, field s: is the sum of 0-400, expected one that begins and ends where bands do", 1},
    {LAYOUT(FIRST "," REST "," TOTAL "," FIELD("s", "subtotal", 0, 600) "," FIELD("u", "subtotal", 0, 300)),
     "layout 1, field u: overlaps with the subtotal s", 1},
    {"{\"schema\":\"eesim.bands/1\",\"layouts\":[\n{\"from\":null,\"fields\":[\n" FIRST
     ",\n" FIELD("b", "band", 301, 599) "]}]}",
     "layout 1, field b: the band is 301-599, expected one that ends at 600", 4},
    {"{\"schema\":\"eesim.bands/1\",\"layouts\":[\n{\"from\":null,\"fields\":[\n" FIRST
     ",\n" FIELD("s", "subtotal", 1, 1200) ",\n" REST "," TOTAL "]}]}",
     "layout 1, field s: is the sum of 1-1200, expected", 4},
    {TWO(""), "layout 2: 'from' is not later than that of the layout before it", 1},
};

static void write_bands(const char *dir, const char *text, char path[700]) {
    snprintf(path, 700, "%s/bands.json", dir);
    test_write_file(path, text);
}

static void test_spoilt_files(void **state) {
    (void)state;
    char *dir = test_make_dir(), path[700];
    ees_layouts *layouts;
    ees_error err;
    snprintf(path, sizeof path, "%s/bands.json", dir);
    assert_int_equal(eesi_layouts_read(&layouts, NULL, path, &err), EES_ERR_NOTFOUND);
    assert_null(layouts);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        write_bands(dir, BAD[i].text, path);
        assert_int_equal(eesi_layouts_read(&layouts, NULL, path, &err), EES_ERR_DATA);
        assert_null(layouts);
        if (!strstr(err.message, BAD[i].says) || err.line != BAD[i].line)
            fail_msg("case %zu: line %ld: %s", i, err.line, err.message);
        assert_string_equal(err.file, path);
    }
    write_bands(dir, TWO("\"from\":\"2026-01-02\","), path);
    assert_int_equal(eesi_layouts_read(&layouts, NULL, path, &err), 0);
    eesi_layouts_destroy(layouts);
    test_remove_tree(dir);
    free(dir);
}

static void test_too_much(void **state) {
    (void)state;
    char *dir = test_make_dir(), path[700], *text = NULL;
    size_t length;
    ees_layouts *layouts;
    ees_error err;
    for (int bands = 0; bands < 2; bands++) { /* too many fields, too many bands */
        FILE *out = open_memstream(&text, &length);
        assert_non_null(out);
        fputs(HEAD "{\"from\":null,\"fields\":[" FIRST, out);
        for (int i = 0; i < (bands ? EES_BANDS_MAX : EESI_POOL_FIELDS_MAX); i++)
            fprintf(out, ",{\"field\":\"f%d\",\"kind\":\"band\",\"low\":%d,\"high\":%d}", i, 600 - i, 600 - i);
        fputs("]}]}", out);
        assert_int_equal(fclose(out), 0);
        write_bands(dir, text, path);
        assert_int_equal(eesi_layouts_read(&layouts, NULL, path, &err), EES_ERR_DATA);
        assert_non_null(strstr(err.message, bands ? "expected at most 24" : "holds 41 fields, expected at most 40"));
        free(text);
    }
    test_remove_tree(dir);
    free(dir);
}

/* ---- a layout that changed ---- */

/* As shipped up to 2026-02-16. From then on 451-470 is one band, 501-600 two, in a field that is new, and two sums have
 * other names. */
#define UPPER FIELD("dd4", "band", 491, 500) "," FIELD("dd5", "band", 481, 490) "," FIELD("dd6", "band", 471, 480)
#define LOWER                                                                                                          \
    FIELD("dd10", "band", 441, 450)                                                                                    \
    "," FIELD("dd11", "band", 431, 440) "," FIELD("dd12", "band", 421, 430) "," FIELD(                                 \
        "dd13", "band", 411, 420) "," FIELD("dd14", "band", 401,                                                       \
                                            410) "," FIELD("dd15", "band", 351,                                        \
                                                           400) "," FIELD("dd16", "band", 301,                         \
                                                                          350) "," FIELD("dd17", "band", 0, 300)
static const char CHANGED[] = HEAD "{\"from\":null,\"fields\":[" FIELD("dd1", "band", 601, 1200) "," FIELD(
    "dd2", "band", 501,
    600) "," UPPER
         "," FIELD("dd7", "band", 461, 470) "," FIELD(
             "dd8", "band", 451,
             460) "," LOWER
                  "," FIELD("dd3", "subtotal", 451, 500) "," FIELD("dd9", "subtotal", 401, 450) "," FIELD("dd18", "total", 0, 1200) "]},{\"from\":\"2026-02-16\",\"fields\":[" FIELD(
                      "dd1", "band", 601,
                      1200) "," FIELD("dd19", "band", 551,
                                      600) "," FIELD("dd2", "band", 501,
                                                     550) "," UPPER
                                                          "," FIELD("dd7", "band", 451,
                                                                    470) "," LOWER
                                                                         "," FIELD("upper", "subtotal", 451,
                                                                                   500) "," FIELD("all", "total", 0,
                                                                                                  1200) "]}]}";

#define NEW_LAYOUT                                                                                                     \
    {"dd2", "\"15,559\""}, {"dd19", "\"1,000\""}, {"dd7", "\"30,326\""}, {"dd8", NULL}, {"dd3", NULL}, {"dd9", NULL},  \
        {"dd18", NULL}, {                                                                                              \
        "all", "\"235,695\""                                                                                           \
    }
static const feed_edit IN_NEW_LAYOUT[] = {NEW_LAYOUT, {"upper", "\"73,609\""}, {NULL, NULL}};
static const feed_edit WITH_A_SLIP[] = {NEW_LAYOUT, {"upper", "\"73,600\""}, {NULL, NULL}};

typedef struct place {
    char *dir, feed[700], data[700];
    ees_layouts *layouts;
} place;

static int set_up(void **state) {
    static place p;
    char path[700];
    p.dir = test_make_dir();
    snprintf(p.feed, sizeof p.feed, "%s/feed.json", p.dir);
    snprintf(p.data, sizeof p.data, "%s/data", p.dir);
    write_bands(p.dir, CHANGED, path);
    *state = &p;
    return eesi_layouts_read(&p.layouts, NULL, path, NULL);
}

static int tear_down(void **state) {
    place *p = *state;
    eesi_layouts_destroy(p->layouts);
    test_remove_tree(p->dir);
    free(p->dir);
    return 0;
}

/* Two rounds, the later one with these fields. */
static void import(const place *p, const feed_edit *edits, const ees_layouts *layouts, ees_import_report *report) {
    char *rounds[] = {feed_round("396", "2026-02-17", edits), feed_round("395", "2026-02-14", NULL)};
    char *text = feed_of(rounds, 2);
    ees_error err = {0};
    test_write_file(p->feed, text);
    free(text);
    if (ees_feed_import(p->feed, p->data, &test_programs, layouts, 0, report, &err))
        fail_msg("%s: %s", err.file, err.message);
}

static void load(const place *p, ees_history *history) {
    ees_error err = {0};
    if (ees_history_load(history, p->data, &test_programs, &err))
        fail_msg("%s:%ld: %s", err.file, err.line, err.message);
}

static void test_a_changed_layout_is_imported(void **state) {
    const place *p = *state;
    ees_import_report report;
    ees_history h;
    import(p, IN_NEW_LAYOUT, p->layouts, &report);
    assert_int_equal(report.faults.count, 0);
    ees_import_report_free(&report);
    load(p, &h);
    assert_int_equal(h.snapshot_count, 2); /* the same candidates, but not the same counts */
    const ees_snapshot *before = &h.snapshots[0], *after = &h.snapshots[1];
    assert_true(eesi_bands_equal(&before->bands, &test_bands));
    assert_true(eesi_bands_equal(&after->bands, &eesi_layout_at(p->layouts, h.rounds[1].date)->bands));
    assert_int_equal(after->bands.count, 15);
    assert_int_equal(before->total, after->total);
    assert_int_equal(after->leaf[eesi_bands_find(&after->bands, 551, 600)], 1000);
    assert_int_equal(after->leaf[eesi_bands_find(&after->bands, 451, 470)], 15426 + 14900);
    ees_data_quality q;
    assert_int_equal(ees_data_check(p->data, &h, &test_programs, p->layouts, &q, NULL), 0);
    assert_int_equal(q.faults.count, 0);
    ees_data_quality_free(&q);
    ees_history_free(&h);
    import(p, IN_NEW_LAYOUT, p->layouts, &report);
    assert_false(report.written);
    ees_import_report_free(&report);
}

static void test_faults_name_the_fields_of_the_layout(void **state) {
    const place *p = *state;
    ees_import_report report;
    import(p, WITH_A_SLIP, p->layouts, &report);
    assert_int_equal(report.faults.count, 1);
    assert_int_equal(report.faults.faults[0].kind, EES_FAULT_SUBTOTAL_WRONG);
    assert_string_equal(report.faults.faults[0].field, "upper");
    assert_string_equal(report.faults.faults[0].used, "73609");
    ees_import_report_free(&report);
    /* The official feed goes on in the old layout: then the bands are not there. */
    import(p, NULL, p->layouts, &report);
    assert_int_equal(report.faults.count, 3);
    assert_int_equal(report.faults.faults[0].kind, EES_FAULT_VALUE_KEPT);
    assert_string_equal(report.faults.faults[0].field, "all");
    assert_int_equal(report.faults.faults[1].kind, EES_FAULT_SUBTOTAL_WRONG); /* what was said of the pool that stays */
    assert_int_equal(report.faults.faults[2].kind, EES_FAULT_BAND_MISSING);
    assert_string_equal(report.faults.faults[2].field, "dd19");
    ees_import_report_free(&report);
}

/* A layout noticed late: the pool stood there in the wrong bands. */
static void test_a_stored_pool_takes_the_new_bands(void **state) {
    const place *p = *state;
    ees_import_report report;
    ees_history h;
    import(p, NULL, test_layouts, &report);
    ees_import_report_free(&report);
    import(p, IN_NEW_LAYOUT, p->layouts, &report);
    assert_int_equal(report.changed, 1);
    static const char *const changes[][3] = {{"pool 551-600", "", "1000"},  {"pool 501-550", "", "15559"},
                                             {"pool 451-470", "", "30326"}, {"pool 501-600", "16559", ""},
                                             {"pool 461-470", "15426", ""}, {"pool 451-460", "14900", ""}};
    assert_int_equal(report.change_count, 6);
    for (int i = 0; i < 6; i++) {
        assert_string_equal(report.changes[i].field, changes[i][0]);
        assert_string_equal(report.changes[i].before, changes[i][1]);
        assert_string_equal(report.changes[i].after, changes[i][2]);
    }
    ees_import_report_free(&report);
    load(p, &h);
    assert_int_equal(eesi_bands_find(&h.snapshots[1].bands, 451, 470), 6);
    ees_history_free(&h);
}

static void build(ees_pool *pool, const ees_history *h, int snapshot, const ees_segments *segments) {
    ees_pool_source source = {.programs = &test_programs,
                              .segments = segments,
                              .snapshot = &h->snapshots[snapshot],
                              .history = h,
                              .round_count = 1};
    ees_error err;
    if (eesi_pool_build(pool, &source, &err) || test_pool_verify(pool, source.snapshot, &err))
        fail_msg("%s", err.message);
}

/* A pool is built in its own bands. Joining two narrow ones and parting a wide one moves a cut-off by a few points. */
static void test_a_changed_layout_is_drawn(void **state) {
    const place *p = *state;
    char *path = test_source_path("models/segments.json");
    ees_segments segments;
    ees_import_report report;
    ees_history h;
    ees_pool pools[2];
    ees_draw_result drawn[2];
    assert_int_equal(eesi_segments_read(&segments, NULL, path, &test_programs, NULL), 0);
    import(p, IN_NEW_LAYOUT, p->layouts, &report);
    ees_import_report_free(&report);
    load(p, &h);
    for (int i = 0; i < 2; i++) {
        build(&pools[i], &h, i, &segments);
        const ees_draw_rule rule = {ees_pool_admitted(&pools[i], &test_programs, test_programs.general), 40000,
                                    EES_SCORE_NONE, EES_TIME_NONE};
        assert_int_equal(ees_draw(&pools[i], &rule, &drawn[i], NULL), 0);
        assert_int_equal(drawn[i].invited, 40000);
    }
    print_message("cut-off of 40,000: %d in the old bands, %d in the new\n", drawn[0].cutoff, drawn[1].cutoff);
    assert_in_range(drawn[1].cutoff, drawn[0].cutoff - 1, drawn[0].cutoff + 1);
    for (int i = 0; i < 2; i++)
        ees_pool_free(&pools[i]);
    ees_history_free(&h);
    eesi_segments_free(&segments);
    free(path);
}

/* The models look at 501-600 as one band. */
static void test_the_top_is_one_band(void **state) {
    (void)state;
    ees_snapshot s = {.bands = {5, {{601, 1200}, {551, 600}, {501, 550}, {491, 500}, {0, 490}}},
                      .leaf = {1, 2, 3, 4, 5}};
    int64_t count;
    int next;
    ees_band top = eesi_snapshot_top(&s, 501, &count, &next);
    assert_int_equal(top.low, 501);
    assert_int_equal(top.high, 600);
    assert_int_equal(count, 5);
    assert_int_equal(next, 3);
    s.bands = test_bands;
    top = eesi_snapshot_top(&s, 501, &count, &next);
    assert_int_equal(top.low, 501);
    assert_int_equal(count, 2);
    assert_int_equal(next, 2);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_shipped_layout),
        cmocka_unit_test(test_from_memory),
        cmocka_unit_test(test_bands_in_any_order),
        cmocka_unit_test(test_spoilt_files),
        cmocka_unit_test(test_too_much),
        IN_PLACE(test_a_changed_layout_is_imported),
        IN_PLACE(test_faults_name_the_fields_of_the_layout),
        IN_PLACE(test_a_stored_pool_takes_the_new_bands),
        IN_PLACE(test_a_changed_layout_is_drawn),
        cmocka_unit_test(test_the_top_is_one_band),
    };
    return cmocka_run_group_tests(tests, test_programs_open, test_programs_close);
}
