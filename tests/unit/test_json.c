#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static json_t *root;

static int set_up(void **state) {
    (void)state;
    static const char text[] = "{\"o\":{\"a\":1},\"l\":[1,2],\"s\":\"text\",\"i\":7,\"r\":2.5,\"d\":\"2026-02-17\","
                               "\"bad\":\"2026-02-30\",\"n\":null,\"b\":true}";
    return eesi_json_parse("t.json", text, strlen(text), &root, NULL);
}

static int tear_down(void **state) {
    (void)state;
    json_decref(root);
    return 0;
}

static void expect(const ees_error *err, int rc, const char *says) {
    assert_int_equal(rc, EES_ERR_DATA);
    assert_int_equal(err->code, EES_ERR_DATA);
    assert_string_equal(err->file, "t.json");
    if (!strstr(err->message, says))
        fail_msg("'%s' does not say '%s'", err->message, says);
}

static void test_members(void **state) {
    (void)state;
    json_t *value;
    const char *text;
    int64_t whole;
    double real;
    ees_date date;
    assert_int_equal(eesi_json_object(root, "o", "t.json", "file", &value, NULL), 0);
    assert_int_equal(json_integer_value(json_object_get(value, "a")), 1);
    assert_int_equal(eesi_json_array(root, "l", "t.json", "file", &value, NULL), 0);
    assert_int_equal(json_array_size(value), 2);
    assert_int_equal(eesi_json_string(root, "s", "t.json", "file", &text, NULL), 0);
    assert_string_equal(text, "text");
    assert_int_equal(eesi_json_int(root, "i", "t.json", "file", 7, 7, &whole, NULL), 0);
    assert_int_equal(whole, 7);
    assert_int_equal(eesi_json_double(root, "r", "t.json", "file", 0, 3, &real, NULL), 0);
    assert_close(real, 2.5, 0);
    assert_int_equal(eesi_json_double(root, "i", "t.json", "file", 0, 8, &real, NULL), 0);
    assert_close(real, 7, 0);
    assert_int_equal(eesi_json_date(root, "d", "t.json", "file", &date, NULL), 0);
    assert_int_equal(date, 20501);
    assert_int_equal(eesi_json_date(root, "n", "t.json", "file", &date, NULL), 0);
    assert_int_equal(date, EES_DATE_NONE);
    assert_int_equal(eesi_json_date(root, "absent", "t.json", "file", &date, NULL), 0);
    assert_int_equal(date, EES_DATE_NONE);
}

static void test_missing_and_wrong_members(void **state) {
    (void)state;
    json_t *value;
    const char *text;
    int64_t whole;
    double real;
    ees_date date;
    ees_error err;
    expect(&err, eesi_json_object(root, "l", "t.json", "file", &value, &err),
           "'l' has the wrong type or range, expected an object");
    expect(&err, eesi_json_object(root, "x", "t.json", "file", &value, &err), "'x' is missing");
    expect(&err, eesi_json_array(root, "o", "t.json", "round 7", &value, &err), "round 7: 'o'");
    expect(&err, eesi_json_string(root, "i", "t.json", "file", &text, &err), "expected a text");
    expect(&err, eesi_json_int(root, "i", "t.json", "file", 8, 9, &whole, &err), "a whole number from 8 to 9");
    expect(&err, eesi_json_int(root, "r", "t.json", "file", 0, 9, &whole, &err), "'r'");
    expect(&err, eesi_json_double(root, "b", "t.json", "file", 0, 9, &real, &err), "a number from 0 to 9");
    expect(&err, eesi_json_double(root, "r", "t.json", "file", 3, 9, &real, &err), "'r'");
    expect(&err, eesi_json_date(root, "bad", "t.json", "file", &date, &err), "YYYY-MM-DD");
    expect(&err, eesi_json_date(root, "i", "t.json", "file", &date, &err), "YYYY-MM-DD");
    assert_int_equal(eesi_json_string(NULL, "i", "t.json", "file", &text, NULL), EES_ERR_DATA);
}

static void test_bad_text(void **state) {
    (void)state;
    static const char *const bad[] = {"",     "{",  "{\"a\":1,\"a\":2}", "[1,]", "\xff", "{\"a\":\"\\u0000\"}",
                                      "[] x", "nul"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *other;
        ees_error err;
        expect(&err, eesi_json_parse("t.json", bad[i], strlen(bad[i]), &other, &err), "not valid JSON");
        assert_null(other);
    }
    json_t *other;
    ees_error err;
    const char *text = "{\n \"a\": 1,\n \"b\" 2\n}";
    assert_int_equal(eesi_json_parse("t.json", text, strlen(text), &other, &err), EES_ERR_DATA);
    assert_int_equal(err.line, 3);
    assert_true(err.column > 0);
}

static void test_deep_nesting_is_refused(void **state) {
    (void)state;
    size_t depth = 1000000;
    char *text = malloc(depth);
    assert_non_null(text);
    memset(text, '[', depth);
    json_t *other;
    assert_int_equal(eesi_json_parse("t.json", text, depth, &other, NULL), EES_ERR_DATA);
    free(text);
}

static void test_files(void **state) {
    (void)state;
    char *dir = test_make_dir();
    char path[600], sha256[65];
    json_t *other;
    ees_error err;
    snprintf(path, sizeof path, "%s/a.json", dir);
    assert_int_equal(eesi_json_read(path, &other, NULL, &err), EES_ERR_NOTFOUND);
    assert_null(other);
    test_write_file(path, "[]\n");
    assert_int_equal(eesi_json_read(path, &other, sha256, &err), 0);
    /* printf '[]\n' | sha256sum */
    assert_string_equal(sha256, "37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570");
    json_decref(other);
    test_write_file(path, "[\n");
    assert_int_equal(eesi_json_read(path, &other, NULL, &err), EES_ERR_DATA);
    assert_string_equal(err.file, path);
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),  cmocka_unit_test(test_missing_and_wrong_members),
        cmocka_unit_test(test_bad_text), cmocka_unit_test(test_deep_nesting_is_refused),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
