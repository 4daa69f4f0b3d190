#include "crs/reading.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

int eesi_wrong(const eesi_reading *in, const char *key, const char *expected) {
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s': expected %s", in->where, key, expected);
}

/* A misspelt key of a rule would otherwise change nothing, in silence. */
int eesi_check_keys(const eesi_reading *in, const json_t *object, const char *const *known, size_t count) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        size_t i = 0;
        while (i < count && strcmp(known[i], key) != 0)
            i++;
        if (i == count) {
            const char *near = ees_nearest(key, known, count);
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%.60s' is no key%s%s%s", in->where, key,
                                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        }
    }
    return EES_OK;
}
bool eesi_is_points(const json_t *value, int most) {
    return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= most;
}

int eesi_read_points(const eesi_reading *in, const json_t *object, const char *key, int *points) {
    int64_t value = 0;
    int rc = eesi_json_int(object, key, in->file, in->where, 0, EESI_POINTS_MAX, &value, in->err);
    *points = (int)value;
    return rc;
}

/* Steps into tables of count entries each. */
int eesi_read_steps(const eesi_reading *in, const json_t *object, const char *key, int columns, int *const *tables,
                    int count, int most) {
    const json_t *rows = json_object_get(object, key);
    int from = 0;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *start = json_array_get(row, 0);
        if (json_array_size(row) != (size_t)columns + 1 || !eesi_is_points(start, count - 1))
            return eesi_wrong(in, key,
                              columns == 1 ? "rows [from, points]" : "rows [from, with a spouse, without one]");
        if (i == 0 ? json_integer_value(start) != 0 : json_integer_value(start) <= from)
            return eesi_wrong(in, key, "rows that begin at 0 and go up");
        from = (int)json_integer_value(start);
        for (int c = 0; c < columns; c++) {
            const json_t *value = json_array_get(row, (size_t)c + 1);
            if (!eesi_is_points(value, most))
                return eesi_wrong(in, key, "points from 0 to 1200, tiers from 0 to 3");
            for (int k = from; k < count; k++)
                tables[c][k] = (int)json_integer_value(value);
        }
    }
    return json_array_size(rows) > 0 ? EES_OK : eesi_wrong(in, key, "an array of steps");
}

int eesi_read_table(const eesi_reading *in, const json_t *object, const char *key, int *table, int count, int most) {
    return eesi_read_steps(in, object, key, 1, (int *const[]){table}, count, most);
}

/* A value for each level of education. */
int eesi_read_educations(const eesi_reading *in, const json_t *object, const char *key, int *table, int most) {
    const json_t *levels = json_object_get(object, key);
    int rc = eesi_check_keys(in, levels, eesi_educations, EESI_EDUCATIONS);
    for (int e = 0; rc == EES_OK && e < EESI_EDUCATIONS; e++) {
        const json_t *value = json_object_get(levels, eesi_educations[e]);
        if (!eesi_is_points(value, most))
            return eesi_wrong(in, key, "points, or a tier from 0 to 3, for each of the eight levels of education");
        table[e] = (int)json_integer_value(value);
    }
    return rc;
}
