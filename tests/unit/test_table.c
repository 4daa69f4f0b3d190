/* Tables: what people, CSV and JSON readers see of the same cells. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

static const ees_column columns[] = {
    {.name = "name", .title = "Name", .type = EES_COLUMN_TEXT, .meaning = "Who"},
    {.name = "size", .title = "Size", .type = EES_COLUMN_COUNT, .unit = "candidates", .meaning = "How many"},
    {.name = "year", .title = "Year", .type = EES_COLUMN_INTEGER, .meaning = "When"},
    {.name = "mean", .title = "Mean", .type = EES_COLUMN_NUMBER, .decimals = 1, .meaning = "Average"},
    {.name = "day", .title = "Day", .type = EES_COLUMN_DATE, .meaning = "Day"},
    {.name = "instant", .title = NULL, .type = EES_COLUMN_TIME, .meaning = "Instant"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

typedef int writer(const ees_table *table, FILE *out, ees_error *err);

static int write_text(const ees_table *table, FILE *out, ees_error *err) {
    return ees_table_write_text(table, out, &(ees_table_style){.width = 40, .indent = 1}, err);
}

static ees_table *example(void) {
    ees_table *table;
    assert_int_equal(ees_table_create(&table, columns, COLUMNS, NULL), 0);
    ees_table_text(table, "caf\xC3\xA9, \"here\"");
    ees_table_int(table, -1234567);
    ees_table_int(table, 2026);
    ees_table_number(table, 0.1);
    ees_table_date(table, ees_date_from_civil(2026, 2, 17));
    ees_table_time(table, 0);
    for (int c = 0; c < COLUMNS; c++)
        ees_table_missing(table);
    assert_int_equal(ees_table_rows(table), 2);
    return table;
}

static void assert_written(writer *write, const char *want) {
    ees_table *table = example();
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(write(table, out, NULL), 0);
    fclose(out);
    assert_string_equal(text, want);
    free(text);
    ees_table_destroy(table);
}

static void test_csv(void **state) {
    (void)state;
    assert_written(ees_table_write_csv,
                   "name,size,year,mean,day,instant\n"
                   "\"caf\xC3\xA9, \"\"here\"\"\",-1234567,2026,0.1,2026-02-17,1970-01-01T00:00:00Z\n"
                   ",,,,,\n");
}

static void test_json(void **state) {
    (void)state;
    assert_written(ees_table_write_json,
                   "[\n {\"name\":\"caf\xC3\xA9, \\\"here\\\"\",\"size\":-1234567,\"year\":2026,\"mean\":0.1,"
                   "\"day\":\"2026-02-17\",\"instant\":\"1970-01-01T00:00:00Z\"},\n"
                   " {\"name\":null,\"size\":null,\"year\":null,\"mean\":null,\"day\":null,\"instant\":null}\n]");
}

/* 40 columns are too few: the text gives way, the numbers do not, and the last column goes on below, beside the name;
 * the column without a title is not shown. */
static void test_text(void **state) {
    (void)state;
    assert_written(write_text, " Name               Size  Year  Mean\n"
                               " caf\xC3\xA9, \"her\xE2\x80\xA6  -1,234,567  2026   0.1\n"
                               "                                    \n"
                               "\n"
                               " Name         Day\n"
                               " caf\xC3\xA9, \"her\xE2\x80\xA6  2026-02-17\n"
                               "              \n");
}

static void test_wrong_cells(void **state) {
    (void)state;
    ees_table *table;
    ees_error err;
    FILE *out = tmpfile();
    assert_int_equal(ees_table_create(&table, columns, 0, &err), EES_ERR_RANGE);
    assert_null(table);
    assert_int_equal(ees_table_create(&table, columns, COLUMNS, &err), 0);
    ees_table_text(table, "half a row");
    assert_int_equal(ees_table_write_csv(table, out, &err), EES_ERR_RANGE);
    ees_table_destroy(table);
    assert_int_equal(ees_table_create(&table, columns, COLUMNS, &err), 0);
    ees_table_int(table, 1);
    assert_int_equal(ees_table_write_json(table, out, &err), EES_ERR_RANGE);
    assert_int_equal(ftell(out), 0);
    ees_table_destroy(table);
    fclose(out);
}

static void assert_json(double number, const char *string, const char *want) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ees_json_put_number(out, number);
    ees_json_put_string(out, string);
    fclose(out);
    assert_string_equal(text, want);
    free(text);
}

static void test_json_values(void **state) {
    (void)state;
    assert_json(1.0 / 3, "a\\\n\x01", "0.3333333333333333\"a\\\\\\n\\u0001\"");
    assert_json(0.0 / 0.0, "\xFF\xC3", "null\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_json(1e300 * 1e10, "\xED\xA0\x80", "null\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_json(508, "\xF0\x9F\x8D\x81", "508\"\xF0\x9F\x8D\x81\"");
}

static void counts_are_grouped(void **state) {
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-7, "-7"},
                 {999, "999"},
                 {-999, "-999"},
                 {1000, "1,000"},
                 {-235695, "-235,695"},
                 {1000000, "1,000,000"},
                 {INT64_MIN, "-9,223,372,036,854,775,808"}};
    char text[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(ees_count_text(cases[i].value, text, sizeof text), cases[i].text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_grouped), cmocka_unit_test(test_csv),         cmocka_unit_test(test_json),
        cmocka_unit_test(test_text),          cmocka_unit_test(test_wrong_cells), cmocka_unit_test(test_json_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
