/* Tables and values as JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table/table.h"

char *eesi_number_text(double value, char *text) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

void ees_json_put_number(FILE *out, double value) {
    char text[32];
    fputs(isfinite(value) ? eesi_number_text(value, text) : "null", out);
}

/* Length of the UTF-8 sequence at p, 0 when there is none. */
static size_t sequence_length(const unsigned char *p) {
    size_t length = *p < 0x80                 ? 1
                    : *p >= 0xC2 && *p < 0xE0 ? 2
                    : *p >= 0xE0 && *p < 0xF0 ? 3
                    : *p >= 0xF0 && *p < 0xF5 ? 4
                                              : 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) || (*p == 0xF0 && p[1] < 0x90) ||
        (*p == 0xF4 && p[1] > 0x8F))
        return 0; /* overlong, a surrogate, or beyond U+10FFFF */
    return length;
}

void ees_json_put_string(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        size_t length = sequence_length(p);
        if (length == 0)
            fputs("\xEF\xBF\xBD", out);
        else if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p == '\n')
            fputs("\\n", out);
        else if (*p < 0x20)
            fprintf(out, "\\u%04x", *p);
        else
            fwrite(p, 1, length, out);
        p += length ? length : 1;
    }
    fputc('"', out);
}

void eesi_json_put_int(FILE *out, int64_t value) {
    if (value == INT64_MIN)
        fputs("null", out);
    else
        fprintf(out, "%lld", (long long)value);
}

void eesi_json_put_date(FILE *out, ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    if (date == EES_DATE_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_date_format(date, text));
}

void eesi_json_put_time(FILE *out, ees_time time) {
    char text[EES_TIME_TEXT_MAX];
    if (time == EES_TIME_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_time_format(time, text));
}

void eesi_json_put_key(FILE *out, const char *before, const char *key) {
    fputs(before, out);
    ees_json_put_string(out, key);
    fputc(':', out);
}

static void put_cell(FILE *out, ees_column_type type, const eesi_cell *cell) {
    char text[32];
    if (cell->missing) {
        fputs("null", out);
        return;
    }
    switch (type) {
    case EES_COLUMN_TEXT:
        ees_json_put_string(out, cell->value.text);
        break;
    case EES_COLUMN_INTEGER:
    case EES_COLUMN_COUNT:
        fprintf(out, "%lld", (long long)cell->value.integer);
        break;
    case EES_COLUMN_NUMBER:
        ees_json_put_number(out, cell->value.number);
        break;
    case EES_COLUMN_DATE:
        ees_json_put_string(out, ees_date_format((ees_date)cell->value.integer, text));
        break;
    case EES_COLUMN_TIME:
        ees_json_put_string(out, ees_time_format(cell->value.integer, text));
        break;
    }
}

int ees_table_write_json(const ees_table *table, FILE *out, ees_error *err) {
    int rc = eesi_table_check(table, err);
    if (rc)
        return rc;
    fputc('[', out);
    for (size_t r = 0; r < ees_table_rows(table); r++) {
        fputs(r ? ",\n {" : "\n {", out);
        for (size_t c = 0; c < table->column_count; c++) {
            fputs(c ? "," : "", out);
            ees_json_put_string(out, table->columns[c].name);
            fputc(':', out);
            put_cell(out, table->columns[c].type, eesi_table_cell(table, r, c));
        }
        fputc('}', out);
    }
    fputs(ees_table_rows(table) ? "\n]" : "]", out);
    return EES_OK;
}
