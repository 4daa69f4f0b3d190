/* The content of a table, shared by the files that write it. */
#ifndef EESI_TABLE_H
#define EESI_TABLE_H

#include <eesim/report.h>

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

/* Write datapackage.json (Frictionless Data Package 1) that describes every column of every file. */
void eesi_package_write(const ees_package *package, FILE *out);

#endif
