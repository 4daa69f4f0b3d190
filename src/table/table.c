#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int out_of_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

int ees_table_create(ees_table **table, const ees_column *columns, size_t column_count, ees_error *err) {
    *table = NULL;
    if (column_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "a table needs columns");
    ees_table *made = calloc(1, sizeof *made);
    if (!made)
        return out_of_memory(err);
    made->columns = columns;
    made->column_count = column_count;
    *table = made;
    return EES_OK;
}

void ees_table_destroy(ees_table *table) {
    if (!table)
        return;
    for (size_t i = 0; i < table->cell_count; i++)
        if (table->columns[i % table->column_count].type == EES_COLUMN_TEXT)
            free(table->cells[i].value.text);
    free(table->cells);
    free(table);
}

/* The next cell, or NULL when it cannot be had or the column is of another type. */
static eesi_cell *next_cell(ees_table *table, unsigned types) {
    const ees_column *column = &table->columns[table->cell_count % table->column_count];
    if (!(types & 1u << column->type))
        table->wrong_type = true;
    if (table->failed || table->wrong_type)
        return NULL;
    if (table->cell_count == table->cell_capacity) {
        size_t capacity = table->cell_capacity ? 2 * table->cell_capacity : 64;
        eesi_cell *cells = realloc(table->cells, capacity * sizeof *cells);
        if (!cells) {
            table->failed = true;
            return NULL;
        }
        table->cells = cells;
        table->cell_capacity = capacity;
    }
    eesi_cell *cell = &table->cells[table->cell_count++];
    *cell = (eesi_cell){.missing = true, .value = {.text = NULL}};
    return cell;
}

void ees_table_text(ees_table *table, const char *text) {
    eesi_cell *cell = next_cell(table, 1u << EES_COLUMN_TEXT);
    if (!cell || !text)
        return;
    cell->value.text = strdup(text);
    cell->missing = false;
    if (!cell->value.text)
        table->failed = true;
}

void ees_table_int(ees_table *table, int64_t value) {
    eesi_cell *cell = next_cell(table, 1u << EES_COLUMN_INTEGER | 1u << EES_COLUMN_COUNT);
    if (!cell || value == INT64_MIN)
        return;
    *cell = (eesi_cell){.value = {.integer = value}};
}

void ees_table_number(ees_table *table, double value) {
    eesi_cell *cell = next_cell(table, 1u << EES_COLUMN_NUMBER);
    if (!cell || !isfinite(value))
        return;
    *cell = (eesi_cell){.value = {.number = value}};
}

void ees_table_date(ees_table *table, ees_date date) {
    eesi_cell *cell = next_cell(table, 1u << EES_COLUMN_DATE);
    if (!cell || date == EES_DATE_NONE)
        return;
    *cell = (eesi_cell){.value = {.integer = date}};
}

void ees_table_time(ees_table *table, ees_time time) {
    eesi_cell *cell = next_cell(table, 1u << EES_COLUMN_TIME);
    if (!cell || time == EES_TIME_NONE)
        return;
    *cell = (eesi_cell){.value = {.integer = time}};
}

void ees_table_missing(ees_table *table) {
    (void)next_cell(table, ~0u);
}

size_t ees_table_rows(const ees_table *table) {
    return table->cell_count / table->column_count;
}

int eesi_table_check(const ees_table *table, ees_error *err) {
    if (table->failed)
        return out_of_memory(err);
    if (table->wrong_type || table->cell_count % table->column_count != 0)
        return ees_error_set(err, EES_ERR_RANGE, "a table's cells do not fit its columns");
    return EES_OK;
}

const eesi_cell *eesi_table_cell(const ees_table *table, size_t row, size_t column) {
    return &table->cells[row * table->column_count + column];
}
