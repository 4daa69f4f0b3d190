/* Reading files of rules: keys that are known, steps, values for each level of education. */
#ifndef EESI_READING_H
#define EESI_READING_H

#include <jansson.h>

#include "crs/crs.h"

enum { EESI_POINTS_MAX = 1200 };

typedef struct eesi_reading {
    const char *file;
    const char *where; /* "rules '2025-03-25'" */
    ees_error *err;
} eesi_reading;

/* EES_ERR_DATA: the key is not what was expected. */
int eesi_wrong(const eesi_reading *in, const char *key, const char *expected);
/* A misspelt key of a rule would otherwise change nothing, in silence. */
int eesi_check_keys(const eesi_reading *in, const json_t *object, const char *const *known,
                    size_t count) EES_MUST_CHECK;
#define EESI_CHECK_KEYS(in, object, ...)                                                                               \
    eesi_check_keys(in, object, (const char *const[]){__VA_ARGS__},                                                    \
                    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A whole number from 0 to `most`. */
bool eesi_is_points(const json_t *value, int most);
int eesi_read_points(const eesi_reading *in, const json_t *object, const char *key, int *points) EES_MUST_CHECK;
/* Rows [from, value, ...] into one table for each column, of `count` entries: a row holds until the next begins. */
int eesi_read_steps(const eesi_reading *in, const json_t *object, const char *key, int columns, int *const *tables,
                    int count, int most) EES_MUST_CHECK;
int eesi_read_table(const eesi_reading *in, const json_t *object, const char *key, int *table, int count,
                    int most) EES_MUST_CHECK;
/* A value for each level of education. */
int eesi_read_educations(const eesi_reading *in, const json_t *object, const char *key, int *table,
                         int most) EES_MUST_CHECK;

#endif
