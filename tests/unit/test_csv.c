#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

/* Opens a copy of the text on the heap, of exactly its length, so that the sanitizer sees every byte too far. */
typedef struct source {
    char *text;
    eesi_csv csv;
    ees_error err;
    int rc;
} source;

static source open_bytes(const char *text, size_t length) {
    source s = {.text = malloc(length + 1)};
    assert_non_null(s.text);
    memcpy(s.text, text, length);
    s.text[length] = '\0';
    s.rc = eesi_csv_open(&s.csv, "t.csv", s.text, length, &s.err);
    return s;
}

static source open_text(const char *text) {
    return open_bytes(text, strlen(text));
}

static void expect_row(source *s, const char *joined) {
    char got[512] = "";
    int rc = eesi_csv_next(&s->csv, &s->err);
    if (rc != 1)
        fail_msg("no row (%d: %s), expected %s", rc, rc < 0 ? s->err.message : "end", joined);
    for (size_t i = 0; i < s->csv.field_count; i++) {
        assert_int_equal(strlen(s->csv.fields[i].text), s->csv.fields[i].length);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s[%s]", i ? " " : "", s->csv.fields[i].text);
    }
    assert_string_equal(got, joined);
}

static void expect_end(source *s) {
    assert_int_equal(eesi_csv_next(&s->csv, &s->err), 0);
    assert_int_equal(eesi_csv_next(&s->csv, &s->err), 0);
    free(s->text);
}

static void expect_error(source *s, long line, const char *says) {
    int rc = s->rc ? s->rc : eesi_csv_next(&s->csv, &s->err);
    assert_int_equal(rc, EES_ERR_DATA);
    if (s->err.line != line || !strstr(s->err.message, says) || strcmp(s->err.file, "t.csv") != 0)
        fail_msg("line %ld '%s', expected line %ld '%s'", s->err.line, s->err.message, line, says);
    free(s->text);
}

static void test_plain_rows(void **state) {
    (void)state;
    source s = open_text("a,b,c\n1,2,3\n4,,6\n,,\n7,8,9");
    assert_int_equal(s.rc, 0);
    assert_int_equal(s.csv.column_count, 3);
    assert_int_equal(eesi_csv_column(&s.csv, "c", &s.err), 2);
    expect_row(&s, "[1] [2] [3]");
    assert_int_equal(s.csv.line, 2);
    expect_row(&s, "[4] [] [6]");
    expect_row(&s, "[] [] []");
    expect_row(&s, "[7] [8] [9]");
    assert_int_equal(s.csv.line, 5);
    expect_end(&s);
}

static void test_quotes(void **state) {
    (void)state;
    source s = open_text("\"a\",\"b \"\"x\"\"\"\n\"1,2\",\"line\nbreak\"\n\"\",\"\"\"\"\nx\"y,z\"\n\"end\",\"\"");
    assert_string_equal(s.csv.header[1].text, "b \"x\"");
    expect_row(&s, "[1,2] [line\nbreak]");
    expect_row(&s, "[] [\"]");
    assert_int_equal(s.csv.line, 4);
    expect_row(&s, "[x\"y] [z\"]");
    expect_row(&s, "[end] []");
    expect_end(&s);
}

static void test_line_ends_and_mark(void **state) {
    (void)state;
    source s = open_text("\xef\xbb\xbf"
                         "a,b\r\n1,2\r\n\r\n\n\"3\",\"4\"\r\n5,6\r");
    assert_string_equal(s.csv.header[0].text, "a");
    expect_row(&s, "[1] [2]");
    expect_row(&s, "[3] [4]");
    assert_int_equal(s.csv.line, 5);
    expect_row(&s, "[5] [6]");
    expect_end(&s);
}

static void test_one_column(void **state) {
    (void)state;
    source s = open_text("a\nx\n\ny\n");
    expect_row(&s, "[x]");
    expect_row(&s, "[y]");
    expect_end(&s);
    s = open_text("a");
    assert_int_equal(s.csv.column_count, 1);
    expect_end(&s);
}

static void test_bad_text(void **state) {
    (void)state;
    source s = open_text("");
    expect_error(&s, 1, "no header");
    s = open_text("\xef\xbb\xbf");
    expect_error(&s, 1, "no header");
    s = open_bytes("a\0b\n", 4);
    expect_error(&s, 0, "not a text file");
    s = open_text("a,b\n1\n");
    expect_error(&s, 2, "1 fields, expected 2");
    s = open_text("a,b\n1,2,3\n");
    expect_error(&s, 2, "3 fields, expected 2");
    s = open_text("a,b\n1,\"2\n3\n");
    expect_error(&s, 2, "not closed");
    s = open_text("a,b\n1,\"2\"3\n");
    expect_error(&s, 2, "follows a closing quote");
    s = open_text("a,\"b\" \n1,2\n");
    expect_error(&s, 1, "follows a closing quote");
    s = open_text("\"");
    expect_error(&s, 1, "not closed");
    char wide[3 * EESI_CSV_COLUMNS_MAX + 2];
    memset(wide, ',', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    s = open_text(wide);
    expect_error(&s, 1, "more than 64 columns");
    wide[EESI_CSV_COLUMNS_MAX - 1] = '\0';
    s = open_text(wide);
    assert_int_equal(s.rc, 0);
    assert_int_equal(s.csv.column_count, EESI_CSV_COLUMNS_MAX);
    free(s.text);
}

static void test_unknown_column(void **state) {
    (void)state;
    source s = open_text("number,date\n");
    assert_int_equal(eesi_csv_column(&s.csv, "size", &s.err), EES_ERR_DATA);
    assert_non_null(strstr(s.err.message, "no column 'size'; it has: number, date"));
    assert_int_equal(eesi_csv_column(&s.csv, "Date", NULL), EES_ERR_DATA);
    free(s.text);
    char wide[2000] = "";
    for (int i = 0; i < 60; i++)
        strcat(wide, i ? ",a-rather-long-column" : "a");
    s = open_text(wide);
    assert_int_equal(eesi_csv_column(&s.csv, "b", &s.err), EES_ERR_DATA);
    free(s.text);
}

typedef struct number_case {
    const char *text;
    bool good;
    int64_t value;
} number_case;

static void test_numbers(void **state) {
    (void)state;
    static const number_case cases[] = {
        {"5", true, 5},   {"-3", true, -3}, {"", true, -1},   {"10", true, 10},  {"11", false, 0},
        {"-4", false, 0}, {"x", false, 0},  {"1x", false, 0}, {"1.0", false, 0}, {"99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        int64_t value = 77;
        snprintf(text, sizeof text, "n,x\n%s,z\n", cases[i].text);
        source s = open_text(text);
        assert_int_equal(eesi_csv_next(&s.csv, &s.err), 1);
        int rc = eesi_csv_int(&s.csv, 0, -3, 10, -1, &value, &s.err);
        assert_int_equal(rc, cases[i].good ? 0 : EES_ERR_DATA);
        if (cases[i].good)
            assert_int_equal(value, cases[i].value);
        else
            assert_non_null(strstr(s.err.message, "expected a whole number from -3 to 10"));
        free(s.text);
    }
}

static void test_dates_and_times(void **state) {
    (void)state;
    source s = open_text("d,t\n2026-02-17,2026-02-17T01:02:03Z\n,\n2026-02-30,2026-02-17T25:00:00Z\n");
    ees_date date;
    ees_time time;
    assert_int_equal(eesi_csv_next(&s.csv, &s.err), 1);
    assert_int_equal(eesi_csv_date(&s.csv, 0, &date, &s.err), 0);
    assert_int_equal(date, 20501);
    assert_int_equal(eesi_csv_time(&s.csv, 1, &time, &s.err), 0);
    assert_int_equal(time, (ees_time)20501 * 86400 + 3723);
    assert_int_equal(eesi_csv_next(&s.csv, &s.err), 1);
    assert_int_equal(eesi_csv_date(&s.csv, 0, &date, &s.err), 0);
    assert_int_equal(date, EES_DATE_NONE);
    assert_int_equal(eesi_csv_time(&s.csv, 1, &time, &s.err), 0);
    assert_int_equal(time, EES_TIME_NONE);
    assert_int_equal(eesi_csv_next(&s.csv, &s.err), 1);
    assert_int_equal(eesi_csv_date(&s.csv, 0, &date, &s.err), EES_ERR_DATA);
    assert_int_equal(s.err.line, 4);
    assert_int_equal(s.err.column, 1);
    assert_int_equal(eesi_csv_time(&s.csv, 1, &time, &s.err), EES_ERR_DATA);
    assert_int_equal(s.err.column, 2);
    assert_non_null(strstr(s.err.message, "column 't' is '2026-02-17T25:00:00Z'"));
    free(s.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_rows),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_line_ends_and_mark),
        cmocka_unit_test(test_one_column),
        cmocka_unit_test(test_bad_text),
        cmocka_unit_test(test_unknown_column),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
