/* Dates and times as the official feed writes them: free text, some twenty shapes, in English and in French. */
#ifndef EESI_WHEN_H
#define EESI_WHEN_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/date.h>

typedef enum eesi_when_status {
    EESI_WHEN_READ,    /* unambiguous to a person */
    EESI_WHEN_EMPTY,   /* nothing but spaces */
    EESI_WHEN_NO_YEAR, /* from here on: cannot be read */
    EESI_WHEN_NO_TIME,
    EESI_WHEN_NO_DATE,
    EESI_WHEN_IMPOSSIBLE, /* no such day or time */
    EESI_WHEN_TWO_VALUES, /* two dates or two times that differ */
    EESI_WHEN_STRANGE     /* a word or a number that has no place in a date */
} eesi_when_status;

/*
 * Read a time such as "May 19,2022 06:48:41 UTC". UTC is assumed when no zone is given; AM and PM count only up to
 * hour 12 ("20:19:59 PM" is 20:19:59). `*regular` says whether it is written "May 9, 2022 at 06:48:41 UTC",
 * "9 mai 2022 à 06:48:41 UTC" or "9 mai 2022 à 6 h 48 min 41 s UTC".
 * A status other than EESI_WHEN_READ leaves EES_TIME_NONE.
 */
eesi_when_status eesi_when_time(const char *text, ees_time *time, bool *regular);
/* Read a date such as "February 15, 2026"; a time beside it is an error, but for midnight. */
eesi_when_status eesi_when_date(const char *text, ees_date *date);
/* Bytes of the wide, narrow or no-break space at p, 0 when there is none. */
size_t eesi_when_wide_space(const char *p);
/* "has no year" and the like, to follow the name of the field. */
const char *eesi_when_explain(eesi_when_status status);

#endif
