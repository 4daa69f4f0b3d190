/*
 * Reads CSV text in memory (RFC 4180: comma, double quotes, LF or CRLF; a UTF-8 byte order mark is skipped). Fields are
 * unquoted in place, so the text is changed and owned by the caller. Lines count from 1, the header is line 1.
 */
#ifndef EESI_CSV_H
#define EESI_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>

#define EESI_CSV_COLUMNS_MAX 64

typedef struct eesi_csv_field {
    char *text; /* NUL-terminated */
    size_t length;
} eesi_csv_field;

typedef struct eesi_csv {
    const char *file; /* for messages; not owned */
    char *cursor;
    char *end;
    long line;      /* of the row in `fields` */
    long next_line; /* of the row after it */
    size_t field_count;
    eesi_csv_field fields[EESI_CSV_COLUMNS_MAX];
    size_t column_count; /* of the header */
    eesi_csv_field header[EESI_CSV_COLUMNS_MAX];
} eesi_csv;

/*
 * True for a text that a spreadsheet would take for a formula: it begins, behind apostrophes if any, with = + - @, a
 * tab or a carriage return. Our writers put an apostrophe before it, which eesi_csv_next() takes away again.
 */
bool eesi_csv_is_formula(const char *text);

/* Reads the header. No two columns have the same name. `text` must end with a NUL at text[length]. */
int eesi_csv_open(eesi_csv *csv, const char *file, char *text, size_t length, ees_error *err) EES_MUST_CHECK;

/* Position of a column, or EES_ERR_DATA with a message that lists what is there. */
int eesi_csv_column(const eesi_csv *csv, const char *name, ees_error *err) EES_MUST_CHECK;

/* Next row that is not empty. Returns 1 with a row, 0 at the end, or a negative code (wrong number of fields, open
 * quote). */
int eesi_csv_next(eesi_csv *csv, ees_error *err) EES_MUST_CHECK;

/* Typed fields of the current row; an empty field is missing: false without an error where `missing` is given. */
int eesi_csv_int(const eesi_csv *csv, int column, int64_t min, int64_t max, int64_t missing, int64_t *value,
                 ees_error *err) EES_MUST_CHECK;
int eesi_csv_date(const eesi_csv *csv, int column, ees_date *value, ees_error *err) EES_MUST_CHECK;
int eesi_csv_time(const eesi_csv *csv, int column, ees_time *value, ees_error *err) EES_MUST_CHECK;
/* An error about one field of the current row. */
int eesi_csv_bad(const eesi_csv *csv, int column, const char *expected, ees_error *err);

/* @return the instant, or EES_TIME_NONE for an impossible one. */
ees_time eesi_time_from_parts(ees_date date, int hour, int minute, int second);

#endif
