/* Days from civil dates by counting 400-year eras that begin on 1 March, so that the leap day is the last of its year.
 */
#include <eesim/date.h>

#include <string.h>

#include "base/csv.h"

enum { DAYS_PER_ERA = 146097, EPOCH_SHIFT = 719468 };

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

ees_date ees_date_from_civil(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return EES_DATE_NONE;
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

void ees_date_to_civil(ees_date date, int *year, int *month, int *day) {
    int z = date + EPOCH_SHIFT;
    int era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int day_of_era = z - era * DAYS_PER_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

ees_weekday ees_date_weekday(ees_date date) {
    int shifted = (date + 3) % 7; /* 1970-01-01 was a Thursday */
    return (ees_weekday)(shifted < 0 ? shifted + 7 : shifted);
}

/* Reads exactly `count` decimal digits. */
static bool read_digits(const char *text, int count, int *value) {
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

bool ees_date_parse(const char *text, size_t length, ees_date *date) {
    int year, month, day;
    if (length != 10 || text[4] != '-' || text[7] != '-' || !read_digits(text, 4, &year) ||
        !read_digits(text + 5, 2, &month) || !read_digits(text + 8, 2, &day))
        return false;
    *date = ees_date_from_civil(year, month, day);
    return *date != EES_DATE_NONE;
}

/* Writes exactly `count` decimal digits; much faster than printf, and dates are written by the million. */
static void put_digits(char *text, int count, unsigned value) {
    for (int i = count; i-- > 0; value /= 10)
        text[i] = (char)('0' + value % 10);
}

char *ees_date_format(ees_date date, char *text) {
    int year, month, day;
    text[0] = '\0';
    if (date == EES_DATE_NONE)
        return text;
    ees_date_to_civil(date, &year, &month, &day);
    put_digits(text, 4, (unsigned)year);
    text[4] = '-';
    put_digits(text + 5, 2, (unsigned)month);
    text[7] = '-';
    put_digits(text + 8, 2, (unsigned)day);
    text[10] = '\0';
    return text;
}

ees_time eesi_time_from_parts(ees_date date, int hour, int minute, int second) {
    if (date == EES_DATE_NONE || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return EES_TIME_NONE;
    return (ees_time)date * EES_SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

bool ees_time_parse(const char *text, size_t length, ees_time *time) {
    ees_date date;
    int hour = 0, minute = 0, second = 0;
    if (length < 10 || !ees_date_parse(text, 10, &date))
        return false;
    if (length == 20 && text[19] == 'Z')
        length = 19;
    if (length == 19) {
        if ((text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':' ||
            !read_digits(text + 11, 2, &hour) || !read_digits(text + 14, 2, &minute) ||
            !read_digits(text + 17, 2, &second))
            return false;
    } else if (length != 10) {
        return false;
    }
    *time = eesi_time_from_parts(date, hour, minute, second);
    return *time != EES_TIME_NONE;
}

ees_date ees_time_date(ees_time time) {
    if (time == EES_TIME_NONE)
        return EES_DATE_NONE;
    ees_time days = time / EES_SECONDS_PER_DAY;
    return (ees_date)(time % EES_SECONDS_PER_DAY < 0 ? days - 1 : days);
}

char *ees_time_format(ees_time time, char *text) {
    text[0] = '\0';
    if (time == EES_TIME_NONE)
        return text;
    ees_date date = ees_time_date(time);
    unsigned second = (unsigned)(time - (ees_time)date * EES_SECONDS_PER_DAY);
    memcpy(ees_date_format(date, text) + 10, "T00:00:00Z", 11);
    put_digits(text + 11, 2, second / 3600);
    put_digits(text + 14, 2, second / 60 % 60);
    put_digits(text + 17, 2, second % 60);
    return text;
}
