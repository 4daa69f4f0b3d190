#include "test_support.h"

#include <string.h>

#include <eesim/error.h>

static void test_every_code_has_a_text_of_its_own(void **state) {
    (void)state;
#define COLLECT(name, value, text) value,
    static const int codes[] = {EES_ERRORS(COLLECT)};
#undef COLLECT
    size_t count = sizeof codes / sizeof codes[0];
    for (size_t i = 0; i < count; i++) {
        assert_string_not_equal(ees_strerror(codes[i]), "unknown error");
        assert_true(codes[i] <= 0);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ees_strerror(codes[i]), ees_strerror(codes[j]));
    }
    assert_string_equal(ees_strerror(-999), "unknown error");
    assert_string_equal(ees_strerror(1), "unknown error");
}

static void test_place_is_kept_and_cleared(void **state) {
    (void)state;
    ees_error err;
    assert_int_equal(ees_error_at(&err, EES_ERR_DATA, "pools.csv", 12, 3, "is '%s'", "x"), EES_ERR_DATA);
    assert_string_equal(err.file, "pools.csv");
    assert_string_equal(err.message, "is 'x'");
    assert_int_equal(err.line, 12);
    assert_int_equal(err.column, 3);
    assert_int_equal(ees_error_set(&err, EES_ERR_RANGE, "%d", 7), EES_ERR_RANGE);
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 0);
}

static void test_long_texts_are_cut_and_null_is_allowed(void **state) {
    (void)state;
    char longer[2 * EES_ERROR_MESSAGE_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ees_error err;
    ees_error_at(&err, EES_ERR_IO, longer, 0, 0, "%s", longer);
    assert_int_equal(strlen(err.message), EES_ERROR_MESSAGE_MAX - 1);
    assert_int_equal(strlen(err.file), EES_ERROR_FILE_MAX - 1);
    assert_int_equal(ees_error_set(NULL, EES_ERR_IO, "nobody listens"), EES_ERR_IO);
    assert_int_equal(ees_error_at(NULL, EES_ERR_IO, NULL, 0, 0, "nobody listens"), EES_ERR_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_has_a_text_of_its_own),
        cmocka_unit_test(test_place_is_kept_and_cleared),
        cmocka_unit_test(test_long_texts_are_cut_and_null_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
