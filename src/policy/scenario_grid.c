/* A grid of scenarios from a CSV file: each row's fields become the settings "COLUMN=FIELD" of one scenario. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

#include "base/csv.h"
#include "base/file.h"

enum { SCENARIOS_MAX = 256 };

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for the scenarios");
}

static char *join_setting(const eesi_csv_field *path, const eesi_csv_field *value) {
    size_t size = path->length + value->length + 2;
    char *text = malloc(size);
    if (text)
        snprintf(text, size, "%s=%s", path->text, value->text);
    return text;
}

static int read_row(ees_scenario_grid *grid, const eesi_csv *csv, int name_column, ees_error *err) {
    size_t row = grid->count;
    char number[32];
    snprintf(number, sizeof number, "%zu", row + 1);
    bool named = name_column >= 0 && csv->fields[name_column].length > 0;
    grid->names[row] = strdup(named ? csv->fields[name_column].text : number);
    grid->sets[row] = calloc(csv->column_count, sizeof *grid->sets[row]);
    grid->count++;
    if (!grid->names[row] || !grid->sets[row])
        return no_memory(err);
    for (size_t c = 0; c < csv->column_count; c++) {
        if ((int)c == name_column || csv->fields[c].length == 0)
            continue;
        char *text = join_setting(&csv->header[c], &csv->fields[c]);
        if (!text)
            return no_memory(err);
        grid->sets[row][grid->set_counts[row]++] = text;
    }
    for (size_t i = 0; i < row; i++)
        if (strcmp(grid->names[i], grid->names[row]) == 0)
            return ees_error_at(err, EES_ERR_DATA, csv->file, csv->line, 0, "a second scenario is called '%s'",
                                grid->names[row]);
    return EES_OK;
}

static int read_grid(ees_scenario_grid *grid, const char *path, char *text, size_t length, ees_error *err) {
    eesi_csv csv;
    int rc = eesi_csv_open(&csv, path, text, length, err);
    if (rc)
        return rc;
    int name_column = -1;
    for (size_t c = 0; c < csv.column_count; c++)
        if (strcmp(csv.header[c].text, "scenario") == 0)
            name_column = (int)c;
    grid->names = calloc(SCENARIOS_MAX, sizeof *grid->names);
    grid->sets = calloc(SCENARIOS_MAX, sizeof *grid->sets);
    grid->set_counts = calloc(SCENARIOS_MAX, sizeof *grid->set_counts);
    if (!grid->names || !grid->sets || !grid->set_counts)
        return no_memory(err);
    for (rc = eesi_csv_next(&csv, err); rc == 1; rc = eesi_csv_next(&csv, err)) {
        if (grid->count == SCENARIOS_MAX)
            return ees_error_at(err, EES_ERR_DATA, path, csv.line, 0, "more than %d scenarios", SCENARIOS_MAX);
        rc = read_row(grid, &csv, name_column, err);
        if (rc)
            return rc;
    }
    if (!rc && grid->count == 0)
        rc = ees_error_at(err, EES_ERR_DATA, path, 2, 0, "no scenario: expected a row of settings below the header");
    return rc;
}

int eesi_scenario_grid_load(ees_scenario_grid *grid, const char *path, ees_error *err) {
    char *text = NULL;
    size_t length = 0;
    memset(grid, 0, sizeof *grid);
    int rc = eesi_file_read(path, EESI_FILE_MAX, &text, &length, err);
    if (!rc)
        rc = read_grid(grid, path, text, length, err);
    free(text);
    return rc;
}

void eesi_scenario_grid_free(ees_scenario_grid *grid) {
    for (size_t i = 0; i < grid->count; i++) {
        for (size_t s = 0; grid->sets[i] && s < grid->set_counts[i]; s++)
            free(grid->sets[i][s]);
        free(grid->sets[i]);
        free(grid->names[i]);
    }
    free(grid->names);
    free(grid->sets);
    free(grid->set_counts);
    memset(grid, 0, sizeof *grid);
}
