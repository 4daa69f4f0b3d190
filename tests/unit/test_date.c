#include "test_support.h"

#include <string.h>

#include <eesim/date.h>

static void test_every_day_survives_a_round_trip(void **state) {
    (void)state;
    ees_date first = ees_date_from_civil(1, 1, 1);
    ees_date last = ees_date_from_civil(9999, 12, 31);
    assert_int_equal(last - first, 3652058);
    for (ees_date date = first; date <= last; date++) {
        int year, month, day;
        ees_date_to_civil(date, &year, &month, &day);
        assert_int_equal(ees_date_from_civil(year, month, day), date);
    }
}

static void test_known_days(void **state) {
    (void)state;
    assert_int_equal(ees_date_from_civil(1970, 1, 1), 0);
    assert_int_equal(ees_date_from_civil(2026, 2, 17), 20501);
    assert_int_equal(ees_date_weekday(ees_date_from_civil(2026, 2, 17)), EES_TUESDAY);
    assert_int_equal(ees_date_weekday(ees_date_from_civil(1969, 12, 29)), EES_MONDAY);
}

static void test_impossible_days_are_refused(void **state) {
    (void)state;
    assert_int_equal(ees_date_from_civil(2025, 2, 29), EES_DATE_NONE);
    assert_int_equal(ees_date_from_civil(1900, 2, 29), EES_DATE_NONE);
    assert_int_not_equal(ees_date_from_civil(2000, 2, 29), EES_DATE_NONE);
    assert_int_equal(ees_date_from_civil(2025, 13, 1), EES_DATE_NONE);
    assert_int_equal(ees_date_from_civil(2025, 4, 31), EES_DATE_NONE);
    ees_date date;
    assert_false(ees_date_parse("2025-2-09", 9, &date));
    assert_false(ees_date_parse("2025-02-30", 10, &date));
    assert_false(ees_date_parse("2025-02-2x", 10, &date));
}

static void test_times(void **state) {
    (void)state;
    ees_time time;
    char text[EES_TIME_TEXT_MAX];
    assert_true(ees_time_parse("2025-03-16T09:35:59Z", 20, &time));
    assert_string_equal(ees_time_format(time, text), "2025-03-16T09:35:59Z");
    assert_true(ees_time_parse("1969-12-31 23:59:59", 19, &time));
    assert_int_equal(time, -1);
    assert_int_equal(ees_time_date(time), -1);
    assert_string_equal(ees_time_format(time, text), "1969-12-31T23:59:59Z");
    assert_true(ees_time_parse("2025-03-16", 10, &time));
    assert_false(ees_time_parse("2025-03-16T24:00:00Z", 20, &time));
    assert_false(ees_time_parse("2025-03-16T09:35", 16, &time));
    assert_string_equal(ees_time_format(EES_TIME_NONE, text), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_survives_a_round_trip),
        cmocka_unit_test(test_known_days),
        cmocka_unit_test(test_impossible_days_are_refused),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
