#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/source.h"

/* What is wrong with a text, in plain words. */
static const char *explain(enum json_error_code code) {
    switch (code) {
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "the text goes on behind its end";
    case json_error_duplicate_key:
        return "a key is there twice";
    case json_error_invalid_utf8:
        return "the text is not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a text holds the sign U+0000";
    case json_error_numeric_overflow:
        return "a number is too large";
    case json_error_stack_overflow:
        return "too many brackets in each other";
    default:
        return "what stands here is not expected";
    }
}

static bool is_same(const json_error_t *a, const json_error_t *b) {
    return a->position == b->position && strcmp(a->text, b->text) == 0;
}

/*
 * jansson calls a text invalid, too, where memory was short. What is wrong with a text is wrong again at the same place
 * when it is read a second time, and is no question of memory when there is enough for a text of that length.
 */
static bool was_short_of_memory(const char *text, size_t length, const json_error_t *first, json_t **root) {
    json_error_t again;
    *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &again);
    if (*root)
        return false;
    void *room = malloc(8 * length + 4096);
    free(room);
    return !room || !is_same(first, &again);
}

int eesi_json_parse(const char *file, const char *text, size_t length, json_t **root, ees_error *err) {
    json_error_t problem;
    *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    if (*root)
        return EES_OK;
    if (json_error_code(&problem) == json_error_out_of_memory || problem.text[0] == '\0' ||
        was_short_of_memory(text, length, &problem, root))
        return ees_error_at(err, EES_ERR_NOMEM, file, 0, 0, "out of memory");
    if (*root)
        return EES_OK;
    return ees_error_at(err, EES_ERR_DATA, file, problem.line, problem.column, "is not valid JSON: %s",
                        explain(json_error_code(&problem)));
}

int eesi_json_read_from(const eesi_source *from, const char *file, json_t **root, char *sha256, ees_error *err) {
    char *text = NULL;
    size_t length = 0;
    *root = NULL;
    int rc = eesi_source_read(from, file, &text, &length, err);
    if (rc)
        return rc;
    if (sha256)
        eesi_sha256(text, length, sha256);
    rc = eesi_json_parse(file, text, length, root, err);
    free(text);
    return rc;
}

int eesi_json_read(const char *file, json_t **root, char *sha256, ees_error *err) {
    return eesi_json_read_from(NULL, file, root, sha256, err);
}

static int missing_or_wrong(const json_t *value, const char *key, const char *file, const char *where,
                            const char *expected, ees_error *err) {
    return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: '%s' %s, expected %s", where, key,
                        value ? "has the wrong type or range" : "is missing", expected);
}

int eesi_json_object(const json_t *object, const char *key, const char *file, const char *where, json_t **value,
                     ees_error *err) {
    *value = json_object_get(object, key);
    return json_is_object(*value) ? EES_OK : missing_or_wrong(*value, key, file, where, "an object", err);
}

int eesi_json_array(const json_t *object, const char *key, const char *file, const char *where, json_t **value,
                    ees_error *err) {
    *value = json_object_get(object, key);
    return json_is_array(*value) ? EES_OK : missing_or_wrong(*value, key, file, where, "an array", err);
}

int eesi_json_string(const json_t *object, const char *key, const char *file, const char *where, const char **value,
                     ees_error *err) {
    const json_t *found = json_object_get(object, key);
    *value = json_string_value(found);
    return *value ? EES_OK : missing_or_wrong(found, key, file, where, "a text", err);
}

int eesi_json_int(const json_t *object, const char *key, const char *file, const char *where, int64_t min, int64_t max,
                  int64_t *value, ees_error *err) {
    const json_t *found = json_object_get(object, key);
    *value = json_integer_value(found);
    if (json_is_integer(found) && *value >= min && *value <= max)
        return EES_OK;
    char expected[80];
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)min, (long long)max);
    return missing_or_wrong(found, key, file, where, expected, err);
}

int eesi_json_double(const json_t *object, const char *key, const char *file, const char *where, double min, double max,
                     double *value, ees_error *err) {
    const json_t *found = json_object_get(object, key);
    *value = json_number_value(found);
    if (json_is_number(found) && *value >= min && *value <= max)
        return EES_OK;
    char expected[80];
    snprintf(expected, sizeof expected, "a number from %g to %g", min, max);
    return missing_or_wrong(found, key, file, where, expected, err);
}

int eesi_json_date(const json_t *object, const char *key, const char *file, const char *where, ees_date *value,
                   ees_error *err) {
    const json_t *found = json_object_get(object, key);
    *value = EES_DATE_NONE;
    if (!found || json_is_null(found))
        return EES_OK;
    const char *text = json_string_value(found);
    if (text && ees_date_parse(text, strlen(text), value))
        return EES_OK;
    return missing_or_wrong(found, key, file, where, "a date YYYY-MM-DD or null", err);
}
