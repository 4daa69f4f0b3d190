#include "base/csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Unquotes a field that starts at `*cursor` with a quote; leaves the cursor behind the closing quote. */
static int read_quoted(eesi_csv *csv, eesi_csv_field *field, ees_error *err) {
    long opened = csv->next_line;
    char *out = csv->cursor;
    char *in = csv->cursor + 1;
    field->text = out;
    for (;; in++) {
        if (in >= csv->end)
            return ees_error_at(err, EES_ERR_DATA, csv->file, opened, 0, "a quoted field is not closed");
        if (*in == '"') {
            if (in[1] != '"')
                break;
            in++;
        }
        if (*in == '\n')
            csv->next_line++;
        *out++ = *in;
    }
    field->length = (size_t)(out - field->text);
    csv->cursor = in + 1;
    *out = '\0'; /* out <= in: at most the closing quote is overwritten */
    return EES_OK;
}

static void read_plain(eesi_csv *csv, eesi_csv_field *field) {
    field->text = csv->cursor;
    while (csv->cursor < csv->end && *csv->cursor != ',' && *csv->cursor != '\n')
        csv->cursor++;
    field->length = (size_t)(csv->cursor - field->text);
    if (field->length > 0 && field->text[field->length - 1] == '\r')
        field->text[--field->length] = '\0';
}

bool eesi_csv_is_formula(const char *text) {
    text += strspn(text, "'");
    return *text && strchr("=+-@\t\r", *text) != NULL;
}

/* The apostrophe that eesi_buf_put_csv() puts before what a spreadsheet would compute. */
static void drop_guard(eesi_csv_field *field) {
    if (field->text[0] != '\'' || !eesi_csv_is_formula(field->text + 1))
        return;
    field->text++;
    field->length--;
}

/* Splits one line. Terminators are overwritten by NULs after they have been looked at. */
static int read_row(eesi_csv *csv, ees_error *err) {
    csv->field_count = 0;
    csv->line = csv->next_line;
    for (;;) {
        if (csv->field_count == EESI_CSV_COLUMNS_MAX)
            return ees_error_at(err, EES_ERR_DATA, csv->file, csv->line, 0, "more than %d columns",
                                EESI_CSV_COLUMNS_MAX);
        eesi_csv_field *field = &csv->fields[csv->field_count++];
        if (csv->cursor < csv->end && *csv->cursor == '"') {
            int rc = read_quoted(csv, field, err);
            if (rc)
                return rc;
            if (csv->cursor < csv->end && *csv->cursor == '\r')
                csv->cursor++;
            if (csv->cursor < csv->end && *csv->cursor != ',' && *csv->cursor != '\n')
                return ees_error_at(err, EES_ERR_DATA, csv->file, csv->next_line, (long)csv->field_count,
                                    "text follows a closing quote");
        } else {
            read_plain(csv, field);
        }
        if (csv->cursor >= csv->end)
            return EES_OK;
        char terminator = *csv->cursor;
        *csv->cursor++ = '\0';
        if (terminator == '\n') {
            csv->next_line++;
            return EES_OK;
        }
    }
}

int eesi_csv_open(eesi_csv *csv, const char *file, char *text, size_t length, ees_error *err) {
    memset(csv, 0, sizeof *csv);
    csv->file = file;
    csv->cursor = text;
    csv->end = text + length;
    csv->next_line = 1;
    if (memchr(text, '\0', length))
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "is not a text file, expected CSV");
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        csv->cursor += 3;
    if (csv->cursor == csv->end)
        return ees_error_at(err, EES_ERR_DATA, file, 1, 0, "has no header line");
    int rc = read_row(csv, err);
    if (rc)
        return rc;
    csv->column_count = csv->field_count;
    memcpy(csv->header, csv->fields, sizeof csv->header);
    for (size_t c = 0; c < csv->column_count; c++)
        for (size_t i = 0; i < c; i++)
            if (csv->header[c].length > 0 && strcasecmp(csv->header[i].text, csv->header[c].text) == 0)
                return ees_error_at(err, EES_ERR_DATA, file, 1, (long)c + 1, "a second column is called '%.60s'",
                                    csv->header[c].text);
    return EES_OK;
}

int eesi_csv_column(const eesi_csv *csv, const char *name, ees_error *err) {
    char have[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < csv->column_count; i++) {
        if (strcmp(csv->header[i].text, name) == 0)
            return (int)i;
        if (used < sizeof have - 1)
            used += (size_t)snprintf(have + used, sizeof have - used, "%s%.40s", i ? ", " : "", csv->header[i].text);
    }
    return ees_error_at(err, EES_ERR_DATA, csv->file, 1, 0, "has no column '%s'; it has: %s", name, have);
}

int eesi_csv_next(eesi_csv *csv, ees_error *err) {
    while (csv->cursor < csv->end) {
        int rc = read_row(csv, err);
        if (rc)
            return rc;
        if (csv->field_count == 1 && csv->fields[0].length == 0)
            continue;
        if (csv->field_count != csv->column_count)
            return ees_error_at(err, EES_ERR_DATA, csv->file, csv->line, 0, "%zu fields, expected %zu as in the header",
                                csv->field_count, csv->column_count);
        for (size_t i = 0; i < csv->field_count; i++)
            drop_guard(&csv->fields[i]);
        return 1;
    }
    return 0;
}

int eesi_csv_bad(const eesi_csv *csv, int column, const char *expected, ees_error *err) {
    return ees_error_at(err, EES_ERR_DATA, csv->file, csv->line, column + 1, "column '%.40s' is '%.60s', expected %s",
                        csv->header[column].text, csv->fields[column].text, expected);
}

int eesi_csv_int(const eesi_csv *csv, int column, int64_t min, int64_t max, int64_t missing, int64_t *value,
                 ees_error *err) {
    const eesi_csv_field *field = &csv->fields[column];
    *value = missing;
    if (field->length == 0)
        return EES_OK;
    char *end;
    errno = 0;
    long long number = strtoll(field->text, &end, 10);
    if (errno == 0 && *end == '\0' && end != field->text && number >= min && number <= max) {
        *value = number;
        return EES_OK;
    }
    char expected[96];
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)min, (long long)max);
    return eesi_csv_bad(csv, column, expected, err);
}

int eesi_csv_date(const eesi_csv *csv, int column, ees_date *value, ees_error *err) {
    const eesi_csv_field *field = &csv->fields[column];
    *value = EES_DATE_NONE;
    if (field->length == 0 || ees_date_parse(field->text, field->length, value))
        return EES_OK;
    return eesi_csv_bad(csv, column, "a date YYYY-MM-DD", err);
}

int eesi_csv_time(const eesi_csv *csv, int column, ees_time *value, ees_error *err) {
    const eesi_csv_field *field = &csv->fields[column];
    *value = EES_TIME_NONE;
    if (field->length == 0 || ees_time_parse(field->text, field->length, value))
        return EES_OK;
    return eesi_csv_bad(csv, column, "a time YYYY-MM-DDThh:mm:ssZ", err);
}
