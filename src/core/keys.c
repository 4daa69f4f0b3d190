/* From a question in JSON to the fields of a struct. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"

static int wrong(const eesi_key *key, const char *expected, ees_error *err) {
    return ees_error_set(err, EES_ERR_RANGE, "'%s': expected %s", key->name, expected);
}

static const eesi_key common_keys[] = {
    {.name = "model", .kind = EESI_KEY_TEXT, .offset = offsetof(eesi_common, model)},
    {.name = "date", .kind = EESI_KEY_DATE, .offset = offsetof(eesi_common, date)},
    {.name = "replicates", .kind = EESI_KEY_INT, .offset = offsetof(eesi_common, replicates), .min = 1, .max = 1e9},
    {.name = "seed",
     .kind = EESI_KEY_INT,
     .offset = offsetof(eesi_common, seed),
     .max = 9007199254740992.0,
     .otherwise = 1},
};
static const unsigned common_groups[] = {EESI_TAKES_MODEL, EESI_TAKES_DATE, EESI_TAKES_RANDOM, EESI_TAKES_RANDOM};
enum { COMMON_KEYS = sizeof common_keys / sizeof *common_keys, KEYS_MAX = 64 };

static void store_missing(const eesi_key *key, void *field) {
    switch (key->kind) {
    case EESI_KEY_INT:
        *(int64_t *)field = key->otherwise ? key->otherwise : EES_COUNT_NONE;
        break;
    case EESI_KEY_NUMBER:
        *(double *)field = (double)NAN;
        break;
    case EESI_KEY_DATE:
        *(ees_date *)field = EES_DATE_NONE;
        break;
    case EESI_KEY_TIME:
        *(ees_time *)field = EES_TIME_NONE;
        break;
    case EESI_KEY_PROGRAM:
        *(int *)field = EES_PROGRAM_NONE;
        break;
    case EESI_KEY_CHOICE:
        *(int *)field = -1;
        break;
    case EESI_KEY_FLAG:
    case EESI_KEY_TEXT:
    case EESI_KEY_FILE:
    case EESI_KEY_LIST:
    case EESI_KEY_JSON: /* zero already */
        break;
    }
}

static int read_int(const eesi_key *key, const json_t *value, int64_t *field, ees_error *err) {
    char expected[80];
    const json_int_t number = json_integer_value(value);
    if (json_is_integer(value) && (double)number >= key->min && (double)number <= key->max) {
        *field = number;
        return EES_OK;
    }
    snprintf(expected, sizeof expected, "a whole number from %.0f to %.0f", key->min, key->max);
    return wrong(key, expected, err);
}

static int read_number(const eesi_key *key, const json_t *value, double *field, ees_error *err) {
    char expected[80];
    const double number = json_number_value(value);
    if (json_is_number(value) && number >= key->min && number <= key->max) {
        *field = number;
        return EES_OK;
    }
    snprintf(expected, sizeof expected, "a number from %g to %g", key->min, key->max);
    return wrong(key, expected, err);
}

static int read_choice(const eesi_key *key, const json_t *value, int *field, ees_error *err) {
    const char *text = json_string_value(value);
    char expected[200];
    int position = 0;
    for (const char *p = key->choices; text && *p; position++) {
        const size_t length = strcspn(p, "|");
        if (strlen(text) == length && strncmp(p, text, length) == 0) {
            *field = position;
            return EES_OK;
        }
        p += length + (p[length] == '|');
    }
    snprintf(expected, sizeof expected, "one of %.180s", key->choices);
    return wrong(key, expected, err);
}

static int read_list(const eesi_key *key, const json_t *value, eesi_texts *field, ees_error *err) {
    const size_t count = json_is_array(value) ? json_array_size(value) : 1;
    if (count > EESI_TEXTS_MAX)
        return wrong(key, "at most 256 texts", err);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (json_string_length(item) == 0)
            return wrong(key, "a text, or an array of texts", err);
        field->items[field->count++] = json_string_value(item);
    }
    return EES_OK;
}

static int read_program(ees_context *context, const eesi_key *key, const char *code, int *field, ees_error *err) {
    return code ? eesi_context_program(context, code, field, err) : wrong(key, "the code of a program", err);
}

/* A file that stands in the question gets a path of its own, which messages name. */
static int read_file(ees_context *context, const eesi_key *key, const json_t *value, const char **field,
                     ees_error *err) {
    char path[64];
    *field = json_string_value(value);
    if (!json_is_object(value))
        return json_string_length(value) > 0 ? EES_OK : wrong(key, "the path of a file, or an object", err);
    snprintf(path, sizeof path, "question/%s", key->name);
    char *text = json_dumps(value, JSON_COMPACT);
    json_t *texts = text ? json_pack("{s:s}", path, text) : NULL;
    free(text);
    eesi_context_give(context, texts);
    *field = json_object_iter_key(json_object_iter(texts));
    return *field ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static int read_value(ees_context *context, const eesi_key *key, const json_t *value, void *field, ees_error *err) {
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    switch (key->kind) {
    case EESI_KEY_FLAG:
        *(bool *)field = json_is_true(value);
        return json_is_boolean(value) ? EES_OK : wrong(key, "true or false", err);
    case EESI_KEY_INT:
        return read_int(key, value, field, err);
    case EESI_KEY_NUMBER:
        return read_number(key, value, field, err);
    case EESI_KEY_DATE:
        return text && ees_date_parse(text, length, field) ? EES_OK : wrong(key, "a day as YYYY-MM-DD", err);
    case EESI_KEY_TIME:
        return text && ees_time_parse(text, length, field)
                   ? EES_OK
                   : wrong(key, "a UTC time as YYYY-MM-DDThh:mm:ssZ or YYYY-MM-DD", err);
    case EESI_KEY_PROGRAM:
        return read_program(context, key, text, field, err);
    case EESI_KEY_CHOICE:
        return read_choice(key, value, field, err);
    case EESI_KEY_TEXT:
        *(const char **)field = text;
        return text && length > 0 ? EES_OK : wrong(key, "a text", err);
    case EESI_KEY_FILE:
        return read_file(context, key, value, field, err);
    case EESI_KEY_LIST:
        return read_list(key, value, field, err);
    case EESI_KEY_JSON:
        *(const json_t **)field = value;
        return EES_OK;
    }
    return EES_ERR_RANGE;
}

/* All keys a command knows, its own first. */
static size_t list_keys(const eesi_answerer *who, const eesi_key **keys) {
    size_t count = 0;
    for (const eesi_key *key = who->keys; key->name && count < KEYS_MAX - COMMON_KEYS; key++)
        keys[count++] = key;
    for (size_t i = 0; i < COMMON_KEYS; i++)
        if (who->common & common_groups[i])
            keys[count++] = &common_keys[i];
    return count;
}

static bool is_common(const eesi_key *key) {
    return key >= common_keys && key < common_keys + COMMON_KEYS;
}

static int unknown_key(const eesi_answerer *who, const char *name, const eesi_key *const *keys, size_t count,
                       ees_error *err) {
    const char *names[KEYS_MAX];
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i]->name;
    const char *near = ees_nearest(name, names, count);
    return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no key of '%s'%s%s%s", name, who->command,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int eesi_question_read(ees_context *context, const eesi_answerer *who, const json_t *question, eesi_common *common,
                       void *into, ees_error *err) {
    const eesi_key *keys[KEYS_MAX];
    const size_t count = list_keys(who, keys);
    *common = (eesi_common){0};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)question, name, value) {
        size_t i = 0;
        while (i < count && strcmp(keys[i]->name, name) != 0)
            i++;
        if (i == count && strcmp(name, "command") != 0)
            return unknown_key(who, name, keys, count, err);
    }
    for (size_t i = 0; i < COMMON_KEYS; i++)
        store_missing(&common_keys[i], (char *)common + common_keys[i].offset);
    for (size_t i = 0; i < count; i++) {
        char *field = (is_common(keys[i]) ? (char *)common : (char *)into) + keys[i]->offset;
        value = json_object_get(question, keys[i]->name);
        store_missing(keys[i], field);
        if (!value && keys[i]->needed)
            return ees_error_set(err, EES_ERR_RANGE, "'%s' is missing", keys[i]->name);
        int rc = value && !json_is_null(value) ? read_value(context, keys[i], value, field, err) : EES_OK;
        if (rc)
            return rc;
    }
    return EES_OK;
}

int eesi_program_set(ees_context *context, const eesi_texts *codes, ees_program_set *set, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    int rc = programs ? EES_OK : err->code;
    *set = codes->count == 0 ? ~(ees_program_set)0 : 0;
    for (size_t i = 0; rc == EES_OK && i < codes->count; i++)
        rc = ees_programs_parse(programs, codes->items[i], set, err);
    return rc;
}
