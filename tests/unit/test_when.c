#include "test_support.h"

#include <string.h>

#include "feed/when.h"

typedef struct time_case {
    const char *text;
    const char *want; /* ISO 8601, or NULL */
    eesi_when_status status;
    bool regular;
} time_case;

#define READ(text, want)                                                                                               \
    { text, want, EESI_WHEN_READ, false }
#define REGULAR(text, want)                                                                                            \
    { text, want, EESI_WHEN_READ, true }
#define REFUSED(text, status)                                                                                          \
    { text, NULL, status, false }

/* One of every shape in the feed, with its round; values worked out by hand. */
static const time_case FEED[] = {
    REGULAR("March 16, 2025 at 09:35:59 UTC", "2025-03-16T09:35:59Z"),           /* 396 */
    REGULAR("February 3, 2026 at 13:21:40 UTC", "2026-02-03T13:21:40Z"),         /* 393 */
    READ("September 05, 2025 at 0:59:13 UTC", "2025-09-05T00:59:13Z"),           /* 395 */
    READ("October 18, 2025 at  7:18:52 UTC", "2025-10-18T07:18:52Z"),            /* 386 */
    READ("March 05, 2025 at 05:10:48", "2025-03-05T05:10:48Z"),                  /* 383 */
    READ("May 26 2025 at 12:28:38 UTC", "2025-05-26T12:28:38Z"),                 /* 382 */
    READ("October 15, 2025 15:55:18 UTC", "2025-10-15T15:55:18Z"),               /* 373 */
    READ("January 23, 2025 at 2025-01-23 15:30:04 UTC", "2025-01-23T15:30:04Z"), /* 333 */
    READ("March 02. 2024 at 01:58:34 UTC", "2024-03-02T01:58:34Z"),              /* 322 */
    READ("May 31, 2024 at12:48:30 UTC", "2024-05-31T12:48:30Z"),                 /* 297 */
    READ("August 30. 2023 at 17:30:21 UTC", "2023-08-30T17:30:21Z"),             /* 277 */
    READ("September 30, 2023 at 04:22:17 AM UTC", "2023-09-30T04:22:17Z"),       /* 270 */
    READ("October 25, 2023 at 15:48:39 AM UTC", "2023-10-25T15:48:39Z"),         /* 270 */
    READ("July 04, 2023 at 19:36:18 UTC ", "2023-07-04T19:36:18Z"),              /* 262 */
    READ("April 26,2023 18:10:04 UTC", "2023-04-26T18:10:04Z"),                  /* 247 */
    READ("May 19,2022 06:48:41 UTC", "2022-05-19T06:48:41Z"),                    /* 244 */
    READ("December 12, 2022, at 10:48:12 UTC", "2022-12-12T10:48:12Z"),          /* 242 */
    READ("June 22, 2021 at 20:19:59 PM UTC", "2021-06-22T20:19:59Z"),            /* 210 */
    REFUSED("October 7 at 16:38:21 UTC", EESI_WHEN_NO_YEAR),                     /* 208 */
    READ("January 9, 2019 at 7:35:09 UTC", "2019-01-09T07:35:09Z"),              /* 114 */
    READ(" January 17, 2018 at 12:33:00 UTC", "2018-01-17T12:33:00Z"),           /* 82 */
    READ("November 1, 2017, at 12:55:44 UTC", "2017-11-01T12:55:44Z"),           /* 76 */
    READ("February 02 2022 at 14:16:27 UTC", "2022-02-02T14:16:27Z"),            /* 215 */
    READ("March 27, 2015 at 23:59:47", "2015-03-27T23:59:47Z"),                  /* 6 */
    REFUSED("", EESI_WHEN_EMPTY),                                                /* 1 to 76 */
};

/* Shapes that have not been seen in rounds up to 396 but could be. */
static const time_case OTHERS[] = {
    READ("July 3rd 2026 at 10:11:12 UTC", "2026-07-03T10:11:12Z"),
    READ("July 1st, 2026 at 1:02:03 PM", "2026-07-01T13:02:03Z"),
    READ("July 1, 2026 at 12:02:03 a.m. UTC", "2026-07-01T00:02:03Z"),
    READ("July 1, 2026 at 12:02:03 p.m.", "2026-07-01T12:02:03Z"),
    READ("July 1, 2026 at 7:02:03PM UTC", "2026-07-01T19:02:03Z"),
    READ("1 July 2026, 07:02 UTC", "2026-07-01T07:02:00Z"),
    READ("Wednesday, 1 July 2026 at 07:02:03 GMT", "2026-07-01T07:02:03Z"),
    READ("SEPT. 9, 2025 AT 18:58:59 utc", "2025-09-09T18:58:59Z"),
    READ("2025-09-09T18:58:59Z", "2025-09-09T18:58:59Z"),
    READ("2025/9/9 18:58:59", "2025-09-09T18:58:59Z"),
    READ("March\xc2\xa0"
         "16,\xe2\x80\xaf"
         "2025\xe2\x80\x89"
         "at 09:35:59 UTC",
         "2025-03-16T09:35:59Z"),
    READ("February 29, 2024 at 00:00:00 UTC.", "2024-02-29T00:00:00Z"),
    READ("March 16, 2025 at 09:35:59 09:35:59 UTC", "2025-03-16T09:35:59Z"),
    REFUSED(" \t\xc2\xa0\r\n", EESI_WHEN_EMPTY),
    REFUSED("August 30. 2023 at", EESI_WHEN_NO_TIME),
    REFUSED("07:18:52 UTC", EESI_WHEN_NO_DATE),
    REFUSED("March 2025 at 07:18:52 UTC", EESI_WHEN_NO_DATE),
    REFUSED("16, 2025 at 07:18:52 UTC", EESI_WHEN_NO_DATE),
    REFUSED("February 29, 2025 at 00:00:00 UTC", EESI_WHEN_IMPOSSIBLE),
    REFUSED("2025-02-30 00:00:00", EESI_WHEN_IMPOSSIBLE),
    REFUSED("March 16, 2025 at 24:00:00 UTC", EESI_WHEN_IMPOSSIBLE),
    REFUSED("March 16, 2025 at 23:60:00 UTC", EESI_WHEN_IMPOSSIBLE),
    REFUSED("January 23, 2025 at 2025-01-24 15:30:04 UTC", EESI_WHEN_TWO_VALUES),
    REFUSED("2025-01-23 2025-01-24 15:30:04 UTC", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16, 2025 at 09:35:59 10:35:59", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16 April, 2025 at 09:35:59", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16 17, 2025 at 09:35:59", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16, 2025 2026 at 09:35:59", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16, 2025 at 09:35:59 EST", EESI_WHEN_STRANGE),
    REFUSED("March 16, 2025 at 09:35:59.5.123 UTC", EESI_WHEN_TWO_VALUES),
    REFUSED("March 16, 20251 at 09:35:59", EESI_WHEN_STRANGE),
    REFUSED("March 16, 99999999999999999999 at 09:35:59", EESI_WHEN_STRANGE),
    REFUSED("March 16, 2025 at 9:5:59", EESI_WHEN_STRANGE),
    REFUSED("March 16, 2025 at 009:35:59", EESI_WHEN_STRANGE),
    REFUSED("March 16, 2025 at 09:35:5 UTC", EESI_WHEN_STRANGE),
    REFUSED("March 16, 2025 at 09:35: UTC", EESI_WHEN_STRANGE),
    REFUSED("2025-1 09:35:59", EESI_WHEN_STRANGE),
    REFUSED("2025-- 09:35:59", EESI_WHEN_STRANGE),
    REFUSED("-March 16, 2025 at 09:35:59", EESI_WHEN_STRANGE),
    REFUSED("not published", EESI_WHEN_STRANGE),
};

static void check(const time_case *c) {
    ees_time time = 1;
    bool regular = true;
    char text[EES_TIME_TEXT_MAX];
    eesi_when_status status = eesi_when_time(c->text, &time, &regular);
    if (status != c->status || strcmp(ees_time_format(time, text), c->want ? c->want : "") != 0 ||
        regular != c->regular)
        fail_msg("'%s' gives '%s', status %d (%s), regular %d", c->text, text, status, eesi_when_explain(status),
                 regular);
}

static void test_every_shape_of_the_feed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof FEED / sizeof *FEED; i++)
        check(&FEED[i]);
}

static void test_other_shapes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        check(&OTHERS[i]);
}

static void test_dates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int year, month, day;
        eesi_when_status status;
    } cases[] = {
        {"February 15, 2026", 2026, 2, 15, EESI_WHEN_READ},
        {"February 2, 2026", 2026, 2, 2, EESI_WHEN_READ},
        {"2026-02-15", 2026, 2, 15, EESI_WHEN_READ},
        {" Feb. 15 2026 ", 2026, 2, 15, EESI_WHEN_READ},
        {"July 3rd 2026", 2026, 7, 3, EESI_WHEN_READ},
        {"", 0, 0, 0, EESI_WHEN_EMPTY},
        {"February 2026", 0, 0, 0, EESI_WHEN_NO_DATE},
        {"February 30, 2026", 0, 0, 0, EESI_WHEN_IMPOSSIBLE},
        {"February 15", 0, 0, 0, EESI_WHEN_NO_YEAR},
        {"February 15, 2026 10:00:00", 0, 0, 0, EESI_WHEN_STRANGE},
        {"February 15, 2026 AM", 0, 0, 0, EESI_WHEN_STRANGE},
        {"???", 0, 0, 0, EESI_WHEN_STRANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_date date = 1;
        assert_int_equal(eesi_when_date(cases[i].text, &date), cases[i].status);
        assert_int_equal(date, ees_date_from_civil(cases[i].year, cases[i].month, cases[i].day));
    }
}

static void test_every_status_is_explained(void **state) {
    (void)state;
    for (int status = EESI_WHEN_READ; status <= EESI_WHEN_STRANGE; status++)
        assert_true(strlen(eesi_when_explain((eesi_when_status)status)) > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_shape_of_the_feed),
        cmocka_unit_test(test_other_shapes),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_every_status_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
