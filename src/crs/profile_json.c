/* A profile from JSON. Keys are found by their path, "spouse.language.reading"; every message has file and line. */
#include "crs/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

typedef struct reading {
    eesi_profile *profile;
    const char *file, *text;
    ees_error *err;
} reading;

static int refuse(const reading *in, const char *path, const char *message) {
    long line = 0, column = 0;
    if (!in->file)
        return ees_error_set(in->err, EES_ERR_RANGE, "%s", message);
    if (in->text)
        eesi_json_place(in->text, path, &line, &column);
    return ees_error_at(in->err, EES_ERR_DATA, in->file, line, column, "%s", message);
}

static int unknown_key(const reading *in, const char *path) {
    char message[200];
    size_t count = 0;
    while (eesi_profile_keys[count])
        count++;
    const char *near = ees_nearest(path, eesi_profile_keys, count);
    snprintf(message, sizeof message, "'%.60s' is no key of a profile%s%s%s", path, near ? "; did you mean '" : "",
             near ? near : "", near ? "'?" : "");
    return refuse(in, path, message);
}

static int bad_period(const reading *in, const char *path) {
    char message[200];
    snprintf(message, sizeof message,
             "'%.60s': expected years as a number, or at most %d periods {\"from\": \"YYYY-MM-DD\", \"until\": "
             "\"YYYY-MM-DD\"}, until null while it goes on",
             path, EESI_PERIODS_MAX);
    return refuse(in, path, message);
}

static bool read_day(const json_t *object, const char *key, ees_date *day) {
    const json_t *value = json_object_get(object, key);
    *day = EES_DATE_NONE;
    if (!value || json_is_null(value))
        return true;
    return json_is_string(value) && ees_date_parse(json_string_value(value), json_string_length(value), day);
}

static int read_periods(const reading *in, const char *path, int k, const json_t *list) {
    static const char *const works[] = {"canadian_work_years", "foreign_work_years", "spouse.canadian_work_years"};
    eesi_work *fields[] = {&in->profile->canadian, &in->profile->foreign, &in->profile->spouse_work};
    eesi_work *work = NULL;
    for (int i = 0; i < 3; i++)
        if (strcmp(works[i], path) == 0)
            work = fields[i];
    if (!work || json_array_size(list) > EESI_PERIODS_MAX)
        return bad_period(in, path);
    *work = (eesi_work){0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        eesi_period *period = &work->periods[work->count++];
        const size_t known =
            (size_t)(json_object_get(object, "from") != NULL) + (size_t)(json_object_get(object, "until") != NULL);
        if (!read_day(object, "from", &period->from) || !read_day(object, "until", &period->until) ||
            period->from == EES_DATE_NONE || json_object_size(object) != known ||
            (period->until != EES_DATE_NONE && period->until < period->from))
            return bad_period(in, path);
    }
    in->profile->given |= (uint64_t)1 << k;
    return EES_OK;
}

/* A scalar as the text a CSV field would have. False: no such text. */
static bool text_of(const json_t *value, char *text, size_t size) {
    if (json_is_string(value))
        return (size_t)snprintf(text, size, "%s", json_string_value(value)) < size &&
               strlen(text) == json_string_length(value);
    if (json_is_boolean(value))
        snprintf(text, size, "%s", json_is_true(value) ? "true" : "false");
    else if (json_is_integer(value))
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, size, "%.7g", json_real_value(value));
    else
        return false;
    return true;
}

/* "29" is no number in JSON and "yes" no truth value: a file says what it means. */
static bool is_of_type(int k, const json_t *value) {
    const eesi_profile_type type = eesi_profile_type_of(k);
    return type == EESI_TYPE_FLAG     ? json_is_boolean(value)
           : type == EESI_TYPE_NUMBER ? json_is_number(value)
           : type == EESI_TYPE_TEXT   ? json_is_string(value)
                                      : json_is_number(value) || json_is_string(value);
}

static int set_value(const reading *in, const char *path, int k, const json_t *value) {
    static const char *const expected[] = {"a text", "a number", "true or false", "a text or a number"};
    char text[80], message[200];
    eesi_profile_fault fault;
    if (json_is_array(value))
        return read_periods(in, path, k, value);
    if (is_of_type(k, value) && text_of(value, text, sizeof text))
        return eesi_profile_set(in->profile, k, text, &fault) ? EES_OK : refuse(in, path, fault.text);
    snprintf(message, sizeof message, "'%.60s' is of the wrong type, expected %s", path,
             expected[eesi_profile_type_of(k)]);
    return refuse(in, path, message);
}

static bool is_group(const char *path) {
    return strcmp(path, "first_language") == 0 || strcmp(path, "second_language") == 0 || strcmp(path, "spouse") == 0 ||
           strcmp(path, "spouse.language") == 0;
}

static int read_object(const reading *in, const char *prefix, const json_t *object);

static int read_group(const reading *in, const char *path, int k, const json_t *object) {
    char message[200];
    in->profile->given |= (uint64_t)1 << k;
    if (strcmp(path, "spouse") == 0)
        in->profile->has_spouse = true;
    else if (!json_object_get(object, "test")) {
        snprintf(message, sizeof message, "'%.60s.test' is missing, expected the name of the test, such as IELTS",
                 path);
        return refuse(in, path, message);
    }
    return read_object(in, path, object);
}

static int read_object(const reading *in, const char *prefix, const json_t *object) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value) {
        char path[96];
        if ((size_t)snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "", name) >= sizeof path)
            return refuse(in, prefix, "a key is too long to be one of a profile");
        const int k = strchr(name, '.') ? -1 : eesi_profile_key(path, strlen(path));
        if (k < 0 || strcmp(eesi_profile_keys[k], path) != 0)
            return unknown_key(in, path);
        if (json_is_null(value)) { /* of a group: none; of the rest: not given */
            in->profile->given |= is_group(path) ? (uint64_t)1 << k : 0;
            continue;
        }
        int rc =
            json_is_object(value) && is_group(path) ? read_group(in, path, k, value) : set_value(in, path, k, value);
        if (rc)
            return rc;
    }
    return EES_OK;
}

int eesi_profile_take(eesi_profile *profile, const json_t *object, const char *file, const char *text, ees_error *err) {
    const reading in = {profile, file, text, err};
    return json_is_object(object) ? read_object(&in, "", object) : refuse(&in, "", "expected an object of a profile");
}
