/* Settings "PATH=VALUE" on a policy, and eesi_policy_resolve_file() that reads, sets and checks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/source.h"
#include "policy/policy.h"
#include "policy/policy_spec.h"

enum { PATH_MAX_BYTES = 256 };

/* VALUE as JSON; a plain text ("lognormal(4000,0.3)") stands for itself. */
static json_t *read_value(const char *text) {
    json_t *value = NULL;
    for (int i = 0; !value && i < 2; i++) /* a number that memory was too short for is no text */
        value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value ? value : json_string(text);
}

/* Step into a member, or an element of an array; a missing object is made. NULL: not possible. */
static json_t *descend(json_t *node, const char *key) {
    if (json_is_array(node)) {
        char *end = NULL;
        unsigned long index = strtoul(key, &end, 10);
        return *key && !*end ? json_array_get(node, index) : NULL;
    }
    if (!json_is_object(node))
        return NULL;
    json_t *child = json_object_get(node, key);
    if (!child && json_object_set_new(node, key, json_object()) == 0)
        child = json_object_get(node, key);
    return child;
}

/* jansson makes no text of what is not UTF-8, nor any when memory is short. */
static int no_value(const char *setting, ees_error *err) {
    json_t *plain = json_string("x"), *again = json_string(setting);
    const bool short_of_memory = !plain || again;
    json_decref(plain);
    json_decref(again);
    return short_of_memory ? ees_error_set(err, EES_ERR_NOMEM, "out of memory")
                           : ees_error_set(err, EES_ERR_RANGE, "setting '%s': the value is not UTF-8 text", setting);
}

static int put(json_t *node, const char *key, const char *value_text, const char *setting, ees_error *err) {
    json_t *value = read_value(value_text);
    if (!value)
        return no_value(setting, err);
    int failed = -1;
    if (json_is_object(node)) {
        failed = json_is_null(value) ? (json_object_del(node, key), 0) : json_object_set(node, key, value);
    } else if (json_is_array(node)) {
        char *end = NULL;
        unsigned long index = strtoul(key, &end, 10);
        failed = *key && !*end ? json_array_set(node, index, value) : -1;
    }
    json_decref(value);
    if (failed && json_is_object(node))
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (failed)
        return ees_error_set(err, EES_ERR_RANGE, "setting '%s': there is no '%s' to set at this place", setting, key);
    return EES_OK;
}

static int apply_setting(json_t *root, const char *setting, ees_error *err) {
    const char *equals = strchr(setting, '=');
    size_t length = equals ? (size_t)(equals - setting) : 0;
    if (!equals || length == 0 || length >= PATH_MAX_BYTES)
        return ees_error_set(err, EES_ERR_RANGE, "setting '%s' is not PATH=VALUE, such as programs.CEC.size=3000",
                             setting);
    char path[PATH_MAX_BYTES];
    memcpy(path, setting, length);
    path[length] = '\0';
    json_t *node = root;
    char *key = path;
    for (char *dot = strchr(key, '.'); dot; key = dot + 1, dot = strchr(key, '.')) {
        *dot = '\0';
        json_t *below = descend(node, key);
        if (!below && json_is_object(node))
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        node = below;
        if (!node)
            return ees_error_set(err, EES_ERR_RANGE, "setting '%s': there is nothing below '%s'", setting, path);
    }
    return put(node, key, equals + 1, setting, err);
}

static int check(json_t *root, const char *file, const ees_programs *programs, ees_error *err) {
    eesi_policy_spec *spec = malloc(sizeof *spec);
    if (!spec)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
    int rc = eesi_policy_read(spec, file, root, programs, err);
    free(spec);
    return rc;
}

int eesi_policy_apply(json_t *root, const char *file, const ees_programs *programs, const char *const *sets,
                      size_t set_count, ees_error *err) {
    ees_error cause = {0};
    json_t *before = file ? json_deep_copy(root) : NULL;
    int rc = EES_OK;
    for (size_t i = 0; i < set_count && !rc; i++)
        rc = apply_setting(root, sets[i], err);
    if (!rc && check(root, file ? file : "policy", programs, &cause)) {
        const int earlier = before && cause.code == EES_ERR_DATA ? check(before, file, programs, err) : EES_OK;
        const int code = cause.code == EES_ERR_DATA ? EES_ERR_RANGE : cause.code;
        rc = earlier ? earlier : ees_error_set(err, code, "%s", cause.message);
    }
    json_decref(before);
    return rc;
}

static int resolve(json_t *root, const char *path, const ees_programs *programs, const char *const *sets,
                   size_t set_count, char **text, ees_error *err) {
    int rc = eesi_policy_apply(root, path, programs, sets, set_count, err);
    if (rc)
        return rc;
    *text = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(15));
    return *text ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
}

int eesi_policy_resolve(const eesi_source *from, const char *path, const ees_programs *programs,
                        const char *const *sets, size_t set_count, char **text, ees_error *err) {
    json_t *root = NULL;
    *text = NULL;
    int rc = eesi_json_read_from(from, path, &root, NULL, err);
    if (!rc)
        rc = resolve(root, path, programs, sets, set_count, text, err);
    json_decref(root);
    return rc;
}

int eesi_policy_resolve_file(const char *path, const ees_programs *programs, const char *const *sets, size_t set_count,
                             char **text, ees_error *err) {
    return eesi_policy_resolve(NULL, path, programs, sets, set_count, text, err);
}
