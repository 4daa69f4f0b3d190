/**
 * @file
 * Calendar days and UTC instants. Proleptic Gregorian calendar, no leap seconds, no time zones.
 * Nothing here allocates, uses the locale or the process's time zone; everything is reentrant and O(1).
 */
#ifndef EESIM_DATE_H
#define EESIM_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Days since 1970-01-01. */
typedef int32_t ees_date;
/** Seconds since 1970-01-01T00:00:00Z. */
typedef int64_t ees_time;

#define EES_DATE_NONE INT32_MIN /* missing is never 0 */
#define EES_TIME_NONE INT64_MIN
#define EES_SECONDS_PER_DAY 86400
#define EES_DATE_TEXT_MAX 16 /* "YYYY-MM-DD" and a NUL fit */
#define EES_TIME_TEXT_MAX 32 /* "YYYY-MM-DDThh:mm:ssZ" and a NUL fit */

typedef enum ees_weekday {
    EES_MONDAY,
    EES_TUESDAY,
    EES_WEDNESDAY,
    EES_THURSDAY,
    EES_FRIDAY,
    EES_SATURDAY,
    EES_SUNDAY
} ees_weekday;

/** @return the day, or EES_DATE_NONE when there is no such day. @param year 1..9999. */
EES_API ees_date ees_date_from_civil(int year, int month, int day);
/** Split a day. `date` must not be EES_DATE_NONE. */
EES_API void ees_date_to_civil(ees_date date, int *year, int *month, int *day);
EES_API ees_weekday ees_date_weekday(ees_date date);
/** Parse exactly "YYYY-MM-DD" (all of `length` bytes). @return false when it is not that or no such day. */
EES_API bool ees_date_parse(const char *text, size_t length, ees_date *date);
/** Write "YYYY-MM-DD", or "" for EES_DATE_NONE. @param text at least EES_DATE_TEXT_MAX bytes. @return text. */
EES_API char *ees_date_format(ees_date date, char *text);

/** Parse "YYYY-MM-DD" (midnight) or "YYYY-MM-DDThh:mm:ssZ"; a space may stand for T, the Z may be missing. */
EES_API bool ees_time_parse(const char *text, size_t length, ees_time *time);
/** Write "YYYY-MM-DDThh:mm:ssZ", or "" for EES_TIME_NONE. @param text at least EES_TIME_TEXT_MAX bytes. @return text.
 */
EES_API char *ees_time_format(ees_time time, char *text);
/** @return the UTC day of an instant; EES_DATE_NONE for EES_TIME_NONE. */
EES_API ees_date ees_time_date(ees_time time);

#ifdef __cplusplus
}
#endif

#endif
