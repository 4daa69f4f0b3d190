/* Any bytes as a CSV file: every row has as many fields as the header, and every field ends inside the text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/buf.h"
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A row written and read again is the same row; a column before it keeps a byte order mark in it from being skipped. */
static void write_and_read_again(const eesi_csv *csv) {
    eesi_buf buf;
    eesi_csv again;
    if (csv->field_count == EESI_CSV_COLUMNS_MAX)
        return;
    eesi_buf_init(&buf);
    eesi_buf_puts(&buf, "first");
    for (size_t i = 0; i < csv->field_count; i++) {
        eesi_buf_putc(&buf, ',');
        eesi_buf_put_csv(&buf, csv->fields[i].text);
    }
    eesi_buf_putc(&buf, '\n');
    EES_BUG_ASSERT(eesi_csv_open(&again, "again", buf.data, buf.length, NULL) == EES_OK);
    EES_BUG_ASSERT(again.column_count == csv->field_count + 1);
    for (size_t i = 0; i < csv->field_count; i++)
        EES_BUG_ASSERT(strcmp(again.header[i + 1].text, csv->fields[i].text) == 0);
    eesi_buf_free(&buf);
}

static void read_typed(const eesi_csv *csv) {
    int64_t number;
    ees_date date;
    ees_time time;
    if (eesi_csv_int(csv, 0, -5, 5000, -1, &number, NULL) == EES_OK)
        EES_BUG_ASSERT(number >= -5 && number <= 5000);
    if (eesi_csv_date(csv, 0, &date, NULL) == EES_OK)
        EES_BUG_ASSERT((date == EES_DATE_NONE) == (csv->fields[0].length == 0));
    if (eesi_csv_time(csv, 0, &time, NULL) == EES_OK)
        EES_BUG_ASSERT((time == EES_TIME_NONE) == (csv->fields[0].length == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    eesi_csv csv;
    ees_error err;
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (eesi_csv_open(&csv, "fuzz", text, size, &err) == EES_OK) {
        while (eesi_csv_next(&csv, &err) == 1) {
            EES_BUG_ASSERT(csv.field_count == csv.column_count);
            for (size_t i = 0; i < csv.field_count; i++) {
                const eesi_csv_field *f = &csv.fields[i];
                EES_BUG_ASSERT(f->text >= text && f->text + f->length <= text + size && f->text[f->length] == '\0');
            }
            read_typed(&csv);
            write_and_read_again(&csv);
        }
        EES_BUG_ASSERT(eesi_csv_column(&csv, "a", &err) < (int)csv.column_count);
    }
    free(text);
    return 0;
}
