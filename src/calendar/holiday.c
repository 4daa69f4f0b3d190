#include "calendar/calendar.h"

/* Easter Sunday, Gregorian: the anonymous algorithm printed by Meeus, "Astronomical Algorithms", chapter 8. */
static ees_date easter(int year) {
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int month = (h + l - 7 * m + 114) / 31;
    int day = (h + l - 7 * m + 114) % 31 + 1;
    return ees_date_from_civil(year, month, day);
}

static ees_date on_weekday_from(ees_date start, int weekday) {
    return start + (weekday - (int)ees_date_weekday(start) + 7) % 7;
}

static ees_date holiday_day(const ees_holiday *holiday, int year) {
    switch (holiday->kind) {
    case EES_HOLIDAY_EASTER:
        return easter(year) + holiday->day;
    case EES_HOLIDAY_NTH:
        return on_weekday_from(ees_date_from_civil(year, holiday->month, 1), holiday->weekday) + 7 * (holiday->n - 1);
    case EES_HOLIDAY_BEFORE:
        return on_weekday_from(ees_date_from_civil(year, holiday->month, holiday->day) - 7, holiday->weekday);
    case EES_HOLIDAY_FIXED:
    case EES_HOLIDAY_CLOSED_DAY:
    default:
        return ees_date_from_civil(year, holiday->month, holiday->day);
    }
}

static bool falls_on(const ees_holiday *holiday, ees_date date, int year) {
    ees_date day = holiday_day(holiday, year);
    if (day == EES_DATE_NONE)
        return false;
    if (day == date)
        return true;
    /* A fixed holiday on Saturday or Sunday is taken on the Monday after. */
    int weekday = (int)ees_date_weekday(day);
    return holiday->kind == EES_HOLIDAY_FIXED && weekday >= EES_SATURDAY && date == day + 7 - weekday;
}

bool eesi_calendar_closed(const ees_calendar_model *model, ees_date date) {
    if (ees_date_weekday(date) >= EES_SATURDAY)
        return true;
    int year, month, day;
    ees_date_to_civil(date, &year, &month, &day);
    for (size_t i = 0; i < model->holiday_count; i++)
        if (falls_on(&model->holidays[i], date, year))
            return true;
    return false;
}
