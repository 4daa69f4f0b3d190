/**
 * @file
 * A table that can be read by people and by programs: one description of its columns makes the aligned text, the CSV,
 * the JSON and the entry in datapackage.json agree.
 *
 * Cells are added from left to right, row by row. Adding never fails by itself: a lack of memory, a cell of the wrong
 * type or one too many is remembered and reported by the function that writes. No randomness. A table belongs to one
 * thread at a time.
 */
#ifndef EESIM_REPORT_H
#define EESIM_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/predictive.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ees_column_type {
    EES_COLUMN_TEXT,
    EES_COLUMN_INTEGER,
    EES_COLUMN_COUNT, /* an integer that is shown to people as 235,695 */
    EES_COLUMN_NUMBER,
    EES_COLUMN_DATE,
    EES_COLUMN_TIME
} ees_column_type;

/** A column. Strings belong to the caller and must outlive the table. */
typedef struct ees_column {
    const char *name;  /* in CSV and JSON: lower case, words joined by _ */
    const char *title; /* above the column people read; NULL: they do not see it */
    ees_column_type type;
    int decimals;        /* EES_COLUMN_NUMBER: shown to people; CSV and JSON always hold the full value */
    const char *unit;    /* "CRS points", "candidates"; NULL for none */
    const char *meaning; /* a sentence, for datapackage.json */
} ees_column;

typedef struct ees_table ees_table;

/** @param columns  column_count of them. @return 0, EES_ERR_RANGE (no columns), EES_ERR_NOMEM. */
EES_API int ees_table_create(ees_table **table, const ees_column *columns, size_t column_count,
                             ees_error *err) EES_MUST_CHECK;
/** @param table  may be NULL. */
EES_API void ees_table_destroy(ees_table *table);

EES_API void ees_table_text(ees_table *table, const char *text); /* copied; NULL is missing */
EES_API void ees_table_int(ees_table *table, int64_t value);     /* INTEGER and COUNT; INT64_MIN is missing */
EES_API void ees_table_number(ees_table *table, double value);   /* NaN is missing */
EES_API void ees_table_date(ees_table *table, ees_date date);    /* EES_DATE_NONE is missing */
EES_API void ees_table_time(ees_table *table, ees_time time);    /* EES_TIME_NONE is missing */
EES_API void ees_table_missing(ees_table *table);                /* any type */
EES_API size_t ees_table_rows(const ees_table *table);

/** How people see it. */
typedef struct ees_table_style {
    int width;   /* columns of the terminal; the widest text columns are cut to fit, and what does not fit even so goes
                    on below, beside the names again; 0: no limit */
    bool whole;  /* cut no text that fits beside the first column: rather go on below */
    int indent;  /* spaces before each line */
    bool colour; /* escape sequences may be used */
} ees_table_style;

/**
 * Write a table. @param out  written to, not closed; its own errors are the caller's to check.
 * @return 0, EES_ERR_NOMEM, or EES_ERR_RANGE when the cells did not fit the columns. O(cells).
 */
EES_API int ees_table_write_text(const ees_table *table, FILE *out, const ees_table_style *style,
                                 ees_error *err) EES_MUST_CHECK;
/** CSV: UTF-8, header, comma, LF, "." decimal, ISO 8601 dates, empty = missing. */
EES_API int ees_table_write_csv(const ees_table *table, FILE *out, ees_error *err) EES_MUST_CHECK;
/** A JSON array of objects, one a line; null = missing. No newline after it. */
EES_API int ees_table_write_json(const ees_table *table, FILE *out, ees_error *err) EES_MUST_CHECK;

/** A string as JSON, with its quotes. Bytes that are not UTF-8 become U+FFFD. */
EES_API void ees_json_put_string(FILE *out, const char *text);
/** A number as JSON: the shortest decimals that read back as the same double; null when it is not finite. */
EES_API void ees_json_put_number(FILE *out, double value);

/** A count as people read it, such as 235,695, in `text`, which is returned; 32 bytes hold any. Reentrant. */
EES_API const char *ees_count_text(int64_t value, char *text, size_t size);

/**
 * Replace a file by these bytes, or leave it as it was: they are written beside it, synced, then renamed. A device or a
 * pipe is written into.
 * @return 0, EES_ERR_IO, EES_ERR_NOMEM. Reentrant.
 */
EES_API int ees_file_write(const char *path, const char *data, size_t length, ees_error *err) EES_MUST_CHECK;

struct ees_prediction;
/** The distribution of a cut-off: a bar a score, the median and the 80 % interval marked. @param title  one line. */
EES_API void ees_picture_cutoff(FILE *out, const ees_predictive *cutoff, const char *title);

/**
 * Past cut-offs of a program and the forecast after them (median, 50, 80 and 95 % intervals).
 * @param known     only rounds[0..known.round_count) are drawn.
 * @param from      first day; EES_DATE_NONE: the last two years before the newest known round of the program.
 * @param cutoff    forecast for `date`; NULL: none.
 */
EES_API void ees_picture_history(FILE *out, const ees_history *history, ees_known known, int program, ees_date from,
                                 const ees_predictive *cutoff, ees_date date, const char *title);

/** How many eligible candidates stand at or above each score: median and 80 % interval, around the cut-off. */
EES_API void ees_picture_above(FILE *out, const struct ees_prediction *prediction, const char *title);

/**
 * Calibration: the PIT histogram beside the coverage of central intervals.
 * @param summary  of at least one forecast.
 */
EES_API void ees_picture_calibration(FILE *out, const ees_score_summary *summary, const char *title);

struct ees_backtest;
/** Reliability of chances, a panel a horizon: shares that came beside the probabilities, with two standard errors.
 * @param backtest  of chances. @return 0, EES_ERR_RANGE (another backtest), EES_ERR_NOMEM. */
EES_API int ees_picture_reliability(FILE *out, const struct ees_backtest *backtest, const char *title,
                                    ees_error *err) EES_MUST_CHECK;

/** Text of an SVG or HTML element or attribute: & < > and " are escaped. */
EES_API void ees_html_put_text(FILE *out, const char *text);
/** A text for a terminal: line feeds stay, a question mark stands for every other control character. */
EES_API void ees_text_put_plain(FILE *out, const char *text);

#ifdef __cplusplus
}
#endif

#endif
