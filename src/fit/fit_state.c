/*
 * What a fit has finished, kept in files, so that an interrupted one goes on and ends in the same bytes: the starts of
 * a stream, the section of the statistical model. A file is taken back only when it was made from the same data,
 * rounds, priors and effort.
 */
#include "fit/fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "models/model.h"

/* ---- files ---- */

/* Seventeen digits: a fit that goes on must give the bytes of one that was never stopped. */
static char *dump(const json_t *root) {
    return json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
}

/* The hash of all members but itself. */
static int sign(const json_t *root, char sha256[EESI_SHA256_TEXT], ees_error *err) {
    json_t *plain = json_copy((json_t *)(uintptr_t)root);
    if (plain)
        json_object_del(plain, "sha256");
    char *text = plain ? dump(plain) : NULL;
    json_decref(plain);
    if (!text)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    eesi_sha256(text, strlen(text), sha256);
    free(text);
    return 0;
}

/* Consumes root. */
static int write_state(const char *path, json_t *root, ees_error *err) {
    char sha256[EESI_SHA256_TEXT], *text = NULL;
    int rc = root ? sign(root, sha256, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == 0 && (json_object_set_new(root, "sha256", json_string(sha256)) != 0 || !(text = dump(root))))
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    json_decref(root);
    if (rc == 0)
        rc = eesi_file_write(path, text, strlen(text), err);
    free(text);
    return rc;
}

/* Read a file whose members must hold all those of `ours`, and no other bytes than we wrote. */
static int read_state(const char *path, const json_t *ours, json_t **root, ees_error *err) {
    const char *key;
    json_t *value;
    char sha256[EESI_SHA256_TEXT];
    int rc = eesi_json_read(path, root, NULL, err);
    if (rc == 0)
        rc = sign(*root, sha256, err);
    if (rc != 0)
        return rc;
    json_object_foreach((json_t *)(uintptr_t)ours, key, value) {
        if (!json_equal(value, json_object_get(*root, key)))
            return ees_error_at(err, EES_ERR_MISMATCH, path, 0, 0, "holds another fit");
    }
    const char *written = json_string_value(json_object_get(*root, "sha256"));
    if (!written || strcmp(written, sha256) != 0)
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0,
                            "is damaged: its values are not those that were written; without it the fit starts afresh");
    return 0;
}

/* ---- the finished starts ---- */

static json_t *identity(const eesi_fit *fit) {
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:I, s:I, s:i, s:I}", "schema", "eesim.fit/2", "origin", fit->origin,
                     "program", fit->target.program, "ensemble", (int)fit->target.ensemble, "last_round", fit->last,
                     "rounds", (json_int_t)fit->rounds, "seed", (json_int_t)fit->seed, "evaluations", fit->evaluations,
                     "stream", (json_int_t)fit->target.stream);
}

static json_t *start_json(const eesi_fit_start *s, size_t i, size_t count) {
    json_t *values = json_array();
    bool sound = values != NULL;
    for (size_t k = 0; sound && k < count; k++)
        sound = json_array_append_new(values, json_real(s->values[k])) == 0;
    json_t *start = sound ? json_pack("{s:I, s:f, s:f, s:O}", "start", (json_int_t)i, "objective", s->objective, "crps",
                                      s->crps, "values", values)
                          : NULL;
    json_decref(values);
    return start;
}

int eesi_fit_save(const eesi_fit *fit, const char *path, ees_error *err) {
    size_t count;
    (void)eesi_fit_fields(fit, &count);
    json_t *root = identity(fit), *starts = json_array();
    bool sound = root && starts;
    for (size_t i = 0; sound && i < fit->start_count; i++)
        sound = !fit->starts[i].done || json_array_append_new(starts, start_json(&fit->starts[i], i, count)) == 0;
    sound = sound && json_object_set(root, "starts", starts) == 0;
    json_decref(starts);
    if (sound)
        return write_state(path, root, err);
    json_decref(root);
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static int read_start(const eesi_fit *fit, const json_t *one, const char *path, eesi_fit_start *starts,
                      ees_error *err) {
    int64_t i;
    json_t *values;
    size_t count;
    (void)eesi_fit_fields(fit, &count);
    int rc = eesi_json_int(one, "start", path, "fit", 0, INT32_MAX, &i, err);
    if (rc != 0 || (size_t)i >= fit->start_count)
        return rc; /* more starts were asked for then than now */
    eesi_fit_start *s = &starts[i];
    if ((rc = eesi_json_double(one, "objective", path, "fit", -1e300, 1e300, &s->objective, err)) != 0 ||
        (rc = eesi_json_double(one, "crps", path, "fit", 0, 1e300, &s->crps, err)) != 0 ||
        (rc = eesi_json_array(one, "values", path, "fit", &values, err)) != 0)
        return rc;
    if (json_array_size(values) != count)
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "a start has %zu values, expected %zu",
                            json_array_size(values), count);
    for (size_t k = 0; k < count; k++)
        s->values[k] = json_number_value(json_array_get(values, k));
    s->done = true;
    return 0;
}

int eesi_fit_restore(eesi_fit *fit, const char *path, ees_error *err) {
    json_t *root = NULL, *starts = NULL, *ours = identity(fit);
    eesi_fit_start *read = calloc(fit->start_count, sizeof *read);
    int rc = read == NULL || ours == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    if (rc == 0)
        rc = read_state(path, ours, &root, err);
    if (rc == 0)
        rc = eesi_json_array(root, "starts", path, "fit", &starts, err);
    for (size_t i = 0; rc == 0 && i < json_array_size(starts); i++)
        rc = read_start(fit, json_array_get(starts, i), path, read, err);
    for (size_t i = 0; rc == 0 && i < fit->start_count; i++)
        if (read[i].done)
            fit->starts[i] = read[i];
    free(read);
    json_decref(ours);
    json_decref(root);
    return rc;
}

/* ---- the statistical section ---- */

static json_t *statistical_identity(const ees_model *model, const ees_history *history, const char *until, int turns) {
    char origin[EESI_SHA256_TEXT];
    if (eesi_fit_statistical_origin(model, history, origin) != 0)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:i}", "schema", "eesim.fit-statistical/1", "origin", origin, "until", until,
                     "turns", turns);
}

int eesi_fit_save_statistical(const char *path, const ees_model *model, const ees_history *history, const char *until,
                              int turns, const char *text, ees_error *err) {
    json_t *root = statistical_identity(model, history, until, turns), *made = NULL;
    int rc = root == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    if (rc == 0)
        rc = eesi_json_parse("model", text, strlen(text), &made, err);
    if (rc == 0 && json_object_set(root, "section", json_object_get(made, "statistical")) != 0)
        rc = ees_error_set(err, EES_ERR_DATA, "model: no section 'statistical'");
    json_decref(made);
    if (rc == 0)
        return write_state(path, root, err);
    json_decref(root);
    return rc;
}

int eesi_fit_restore_statistical(const char *path, const ees_model *model, const ees_history *history,
                                 const char *until, int turns, char **text, ees_error *err) {
    json_t *ours = statistical_identity(model, history, until, turns), *root = NULL, *section, *whole = NULL;
    int rc = ours == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    if (rc == 0)
        rc = read_state(path, ours, &root, err);
    if (rc == 0)
        rc = eesi_json_object(root, "section", path, "fit", &section, err);
    if (rc == 0)
        rc = eesi_json_parse("model", *text, strlen(*text), &whole, err);
    char *result = NULL;
    if (rc == 0 && (json_object_set(whole, "statistical", section) != 0 || (result = eesi_fit_dump(whole)) == NULL))
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == 0) {
        free(*text);
        *text = result;
    }
    json_decref(ours);
    json_decref(root);
    json_decref(whole);
    return rc;
}
