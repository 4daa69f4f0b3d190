#include "test_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sha256.h"

static void expect(eesi_buf *buf, const char *text) {
    assert_false(eesi_buf_failed(buf));
    assert_string_equal(buf->data, text);
    assert_int_equal(buf->length, strlen(text));
    eesi_buf_clear(buf);
}

static void test_pieces(void **state) {
    (void)state;
    eesi_buf buf;
    eesi_buf_init(&buf);
    eesi_buf_clear(&buf);
    eesi_buf_puts(&buf, "ab");
    eesi_buf_putc(&buf, 'c');
    eesi_buf_put(&buf, "defg", 2);
    eesi_buf_printf(&buf, "%d-%s", 7, "x");
    expect(&buf, "abcde7-x");
    eesi_buf_puts(&buf, "");
    expect(&buf, "");
    eesi_buf_free(&buf);
    eesi_buf_free(&buf);
}

static void test_whole_numbers(void **state) {
    (void)state;
    static const int64_t values[] = {0, 1, -1, 9, 10, -10, 1234567890, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    eesi_buf buf;
    eesi_buf_init(&buf);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char want[32];
        snprintf(want, sizeof want, "%lld", (long long)values[i]);
        eesi_buf_put_int(&buf, values[i]);
        expect(&buf, want);
    }
    eesi_buf_free(&buf);
}

static void test_fields(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {{"plain", "plain"},
                 {"", ""},
                 {"a,b", "\"a,b\""},
                 {"say \"x\"", "\"say \"\"x\"\"\""},
                 {"two\nlines", "\"two\nlines\""},
                 {"cr\r", "\"cr\r\""}};
    eesi_buf buf;
    eesi_buf_init(&buf);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eesi_buf_put_csv(&buf, cases[i].text);
        expect(&buf, cases[i].want);
    }
    eesi_buf_put_date(&buf, 20501);
    expect(&buf, "2026-02-17");
    eesi_buf_put_date(&buf, EES_DATE_NONE);
    expect(&buf, "");
    eesi_buf_put_time(&buf, (ees_time)20501 * 86400 + 1);
    expect(&buf, "2026-02-17T00:00:01Z");
    eesi_buf_put_time(&buf, EES_TIME_NONE);
    eesi_buf_put_double(&buf, (double)NAN, 6);
    expect(&buf, "");
    eesi_buf_put_double(&buf, 1.5, 6);
    expect(&buf, "1.5");
    eesi_buf_put_double(&buf, 1.0 / 3, 3);
    expect(&buf, "0.333");
    eesi_buf_free(&buf);
}

static void test_it_grows(void **state) {
    (void)state;
    eesi_buf buf;
    eesi_buf_init(&buf);
    for (int i = 0; i < 100000; i++)
        eesi_buf_putc(&buf, (char)('a' + i % 26));
    assert_int_equal(buf.length, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    eesi_buf_free(&buf);
}

/* A size that cannot be had: everything after it does nothing, and the failure shows at the end. */
static void test_failure_sticks(void **state) {
    (void)state;
    eesi_buf buf;
    eesi_buf_init(&buf);
    eesi_buf_puts(&buf, "kept");
    assert_null(eesi_buf_reserve(&buf, SIZE_MAX - 2));
    assert_true(eesi_buf_failed(&buf));
    eesi_buf_puts(&buf, "lost");
    eesi_buf_printf(&buf, "%d", 1);
    eesi_buf_put_int(&buf, 1);
    assert_string_equal(buf.data, "kept");
    eesi_buf_free(&buf);
    assert_false(eesi_buf_failed(&buf));
}

static void test_arena(void **state) {
    (void)state;
    eesi_arena *arena = eesi_arena_create();
    assert_non_null(arena);
    unsigned char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * i;
        blocks[i] = eesi_arena_alloc(arena, size);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(blocks[i][k], 0);
        memset(blocks[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i * i; k++)
            assert_int_equal(blocks[i][k], i);
    assert_string_equal(eesi_arena_copy(arena, "texture", 4), "text");
    assert_string_equal(eesi_arena_copy(arena, "", 0), "");
    assert_null(eesi_arena_alloc(arena, SIZE_MAX));
    eesi_arena_destroy(arena);
    eesi_arena_destroy(NULL);
}

/* The vectors of FIPS 180-2, appendix B. */
static void test_sha256(void **state) {
    (void)state;
    char text[EESI_SHA256_TEXT], digests[2][EESI_SHA256_TEXT], joined[EESI_SHA256_TEXT], swapped[EESI_SHA256_TEXT];
    eesi_sha256("abc", 3, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *longer = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    eesi_sha256(longer, strlen(longer), text);
    assert_string_equal(text, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    eesi_sha256("", 0, digests[0]);
    assert_string_equal(digests[0], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    eesi_sha256("abc", 3, digests[1]);
    eesi_sha256_join((const char(*)[EESI_SHA256_TEXT])digests, 2, joined);
    eesi_sha256("abc", 3, digests[0]);
    eesi_sha256("", 0, digests[1]);
    eesi_sha256_join((const char(*)[EESI_SHA256_TEXT])digests, 2, swapped);
    assert_string_not_equal(joined, swapped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),   cmocka_unit_test(test_whole_numbers),  cmocka_unit_test(test_fields),
        cmocka_unit_test(test_it_grows), cmocka_unit_test(test_failure_sticks), cmocka_unit_test(test_arena),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
