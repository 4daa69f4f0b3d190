/* Tables as CSV (RFC 4180 with LF). */
#include <string.h>

#include "base/csv.h"
#include "table/table.h"

static void put_text(FILE *out, const char *text) {
    const char *guard = eesi_csv_is_formula(text) ? "'" : "";
    if (!strpbrk(text, ",\"\r\n")) {
        fprintf(out, "%s%s", guard, text);
        return;
    }
    fprintf(out, "\"%s", guard);
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            fputc('"', out);
        fputc(*p, out);
    }
    fputc('"', out);
}

static void put_cell(FILE *out, ees_column_type type, const eesi_cell *cell) {
    char text[32];
    if (cell->missing)
        return;
    switch (type) {
    case EES_COLUMN_TEXT:
        put_text(out, cell->value.text);
        break;
    case EES_COLUMN_INTEGER:
    case EES_COLUMN_COUNT:
        fprintf(out, "%lld", (long long)cell->value.integer);
        break;
    case EES_COLUMN_NUMBER:
        fputs(eesi_number_text(cell->value.number, text), out);
        break;
    case EES_COLUMN_DATE:
        fputs(ees_date_format((ees_date)cell->value.integer, text), out);
        break;
    case EES_COLUMN_TIME:
        fputs(ees_time_format(cell->value.integer, text), out);
        break;
    }
}

int ees_table_write_csv(const ees_table *table, FILE *out, ees_error *err) {
    int rc = eesi_table_check(table, err);
    if (rc)
        return rc;
    for (size_t c = 0; c < table->column_count; c++) {
        fputs(c ? "," : "", out);
        put_text(out, table->columns[c].name);
    }
    fputc('\n', out);
    for (size_t r = 0; r < ees_table_rows(table); r++) {
        for (size_t c = 0; c < table->column_count; c++) {
            fputs(c ? "," : "", out);
            put_cell(out, table->columns[c].type, eesi_table_cell(table, r, c));
        }
        fputc('\n', out);
    }
    return EES_OK;
}
