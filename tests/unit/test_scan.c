#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/scan.h"

static bool scan_copy(const char *text, char **copy, eesi_scan *scan) {
    *copy = strdup(text);
    assert_non_null(*copy);
    bool plain = eesi_scan_feed(*copy, strlen(text), scan);
    if (!plain)
        assert_string_equal(*copy, text); /* the JSON parser reads it next */
    return plain;
}

static void test_a_plain_feed(void **state) {
    (void)state;
    char *text;
    eesi_scan scan;
    assert_true(
        scan_copy(" {\"classes\" : \"wb\",\"rounds\":[ {\"a\":\"1\",\"b\":\"\"},\n{\"a\":\"x y\"} ] ,\"z\":\"\"}\r\n\t",
                  &text, &scan));
    assert_int_equal(scan.object_count, 2);
    assert_int_equal(scan.ends[0], 2);
    assert_int_equal(scan.ends[1], 3);
    assert_string_equal(scan.members[0].key, "a");
    assert_string_equal(scan.members[0].value, "1");
    assert_string_equal(scan.members[1].key, "b");
    assert_string_equal(scan.members[1].value, "");
    assert_string_equal(scan.members[2].value, "x y");
    eesi_scan_free(&scan);
    eesi_scan_free(&scan);
    free(text);
}

/* Right or wrong JSON that is not in plain form: the parser's business. */
static const char *const OTHERS[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"rounds\":[]}",
    "{\"rounds\":[{}]}",
    "{\"rounds\":{\"a\":\"1\"}}",
    "{\"rounds\":\"none\"}",
    "{\"classes\":\"x\"}",
    "{\"classes\":7,\"rounds\":[{\"a\":\"1\"}]}",
    "{\"rounds\":[{\"a\":1}]}",
    "{\"rounds\":[{\"a\":null}]}",
    "{\"rounds\":[{\"a\":[\"1\"]}]}",
    "{\"rounds\":[7]}",
    "{\"rounds\":[{\"a\":\"\\n\"}]}",
    "{\"rounds\":[{\"a\":\"\n\"}]}",
    "{\"rounds\":[{\"a\":\"\xc3\xa9\"}]}",
    "{\"rounds\":[{\"a\":\"1\",\"a\":\"2\"}]}",
    "{\"rounds\":[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}]}",
    "{\"rounds\":[{\"a\":\"1\"},{\"b\":\"1\",\"b\":\"2\"}]}",
    "{\"rounds\":[{\"a\":\"1\"}],\"rounds\":[{\"a\":\"1\"}]}",
    "{\"c\":\"1\",\"c\":\"2\",\"rounds\":[{\"a\":\"1\"}]}",
    "{\"rounds\":[{\"a\":\"1\"}]",
    "{\"rounds\":[{\"a\":\"1\"}]}x",
    "{\"rounds\":[{\"a\":\"1\"},]}",
    "{\"rounds\":[{\"a\":\"1\",}]}",
    "{\"rounds\":[{\"a\" \"1\"}]}",
    "{\"rounds\":[{\"a\":\"1}]}",
    "{\"rounds\":[{\"a\":\"1\"}],}",
    ("{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":\"\",\"h\":\"\","
     "\"rounds\":[{\"a\":\"1\"}]}"),
};

static void test_everything_else_is_left_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        char *text;
        eesi_scan scan;
        if (scan_copy(OTHERS[i], &text, &scan))
            fail_msg("taken as plain: %s", OTHERS[i]);
        eesi_scan_free(&scan);
        free(text);
    }
}

static void test_many_members(void **state) {
    (void)state;
    for (int count = 64; count <= 65; count++) {
        char *text = NULL, *copy;
        size_t length = 0;
        eesi_scan scan;
        FILE *out = open_memstream(&text, &length);
        assert_non_null(out);
        fputs("{\"rounds\":[", out);
        for (int object = 0; object < 100; object++) {
            fputs(object ? ",{" : "{", out);
            for (int i = 0; i < count; i++)
                fprintf(out, "%s\"k%d\":\"%d\"", i ? "," : "", i, object);
            fputc('}', out);
        }
        fputs("]}", out);
        assert_int_equal(fclose(out), 0);
        assert_int_equal(scan_copy(text, &copy, &scan), count <= 64);
        if (count <= 64)
            assert_int_equal(scan.member_count, 100 * 64);
        eesi_scan_free(&scan);
        free(copy);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plain_feed),
        cmocka_unit_test(test_everything_else_is_left_alone),
        cmocka_unit_test(test_many_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
