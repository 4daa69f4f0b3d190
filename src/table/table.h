/* The content of a table, shared by the files that write it. */
#ifndef EESI_TABLE_H
#define EESI_TABLE_H

#include <eesim/report.h>

#include "base/fileset.h"

typedef struct eesi_cell {
    bool missing;
    union {
        char *text; /* owned */
        int64_t integer;
        double number;
    } value;
} eesi_cell;

struct ees_table {
    const ees_column *columns;
    size_t column_count;
    size_t cell_count, cell_capacity;
    eesi_cell *cells; /* row by row; owned */
    bool failed;      /* out of memory */
    bool wrong_type;
};

/* 0 when the table is whole, else its error. */
int eesi_table_check(const ees_table *table, ees_error *err);
const eesi_cell *eesi_table_cell(const ees_table *table, size_t row, size_t column);

/* The shortest decimals that read back as `value`, which is finite. Returns text, of at least 32 bytes. */
char *eesi_number_text(double value, char *text);

/* Values of an object as JSON. The missing ones (EES_COUNT_NONE, EES_DATE_NONE, EES_TIME_NONE) are null. */
void eesi_json_put_int(FILE *out, int64_t value);
void eesi_json_put_date(FILE *out, ees_date date);
void eesi_json_put_time(FILE *out, ees_time time);
/* `before` (",", "{" or with a line break), the key and its colon. */
void eesi_json_put_key(FILE *out, const char *before, const char *key);

/* One CSV file of a data package. */
typedef struct eesi_resource {
    const char *path;  /* relative to datapackage.json */
    const char *title; /* what the rows are */
    const ees_column *columns;
    size_t column_count;
    const eesi_file_part *content; /* for its length and hash; NULL: neither is written */
    const char *keys;              /* members of the schema beside the fields, as JSON; NULL: none */
} eesi_resource;

/* What a data package says of itself. */
typedef struct eesi_package {
    const char *name;        /* lower case, words joined by - */
    const char *title;       /* one line */
    const char *description; /* NULL: none */
    const char *source_title, *source_path;
    const char *licence, *licence_title, *licence_path; /* SPDX or Open Definition name */
    const eesi_resource *resources;
    size_t resource_count;
} eesi_package;

/* Write datapackage.json (Frictionless Data Package 1) that describes every column of every file. */
void eesi_package_write(const eesi_package *package, FILE *out);

#endif
