/**
 * @file
 * When a program's next round is to be expected, learned from the rounds of the past (docs/calendar.md).
 */
#ifndef EESIM_CALENDAR_H
#define EESIM_CALENDAR_H

#include <stddef.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/program.h>

enum {
    EES_CALENDAR_HOLIDAYS_MAX = 32,
    EES_CALENDAR_PARAMS = 32,       /* tunable numbers */
    EES_CALENDAR_HORIZON_DAYS = 183 /* how far a forecast looks where nothing else is said */
};

/** How a closed day is found in a year. */
typedef enum ees_holiday_kind {
    EES_HOLIDAY_FIXED,     /* month, day; on a weekend the next Monday is closed too */
    EES_HOLIDAY_NTH,       /* the n-th `weekday` of the month */
    EES_HOLIDAY_BEFORE,    /* the last `weekday` before month, day */
    EES_HOLIDAY_EASTER,    /* `day` days after Easter Sunday (may be negative) */
    EES_HOLIDAY_CLOSED_DAY /* month, day; no substitute day */
} ees_holiday_kind;

typedef struct ees_holiday {
    ees_holiday_kind kind;
    int month;
    int day;
    int weekday;
    int n;
} ees_holiday;

/** What models/calendar.json holds: the tunable numbers and the closed days. A plain value: no ownership. */
typedef struct ees_calendar_model {
    char name[64];
    char sha256[65]; /* of the file; "" when not loaded from one */
    double params[EES_CALENDAR_PARAMS];
    size_t holiday_count;
    ees_holiday holidays[EES_CALENDAR_HOLIDAYS_MAX];
} ees_calendar_model;

/** @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (names the key). */
EES_API int ees_calendar_model_load(ees_calendar_model *model, const char *path, ees_error *err) EES_MUST_CHECK;
/**
 * The day to assume for a program's coming round when none is named: the median of its exact distribution, from the
 * day after the newest known round on, among the days of EES_CALENDAR_HORIZON_DAYS. A program that the calendar gives
 * less than an even chance there (it has ended, or is rare): the first open day a week after the newest round, because
 * then the question is what such a round would do now.
 * @param date  EES_DATE_NONE after an error. @return 0, EES_ERR_RANGE (no round is known, no such program),
 * EES_ERR_NOMEM. About a millisecond.
 */
EES_API int ees_calendar_next_date(const ees_calendar_model *model, const ees_programs *programs,
                                   const ees_history *history, ees_known known, int program, ees_date *date,
                                   ees_error *err) EES_MUST_CHECK;

#endif
