/* Fits as JSON: the finished starts, to go on after an interruption, and whole model files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/fit.h>
#include <eesim/version.h>

#include "base/file.h"
#include "base/json.h"
#include "flow/model.h"

static const eesi_param_field *fields_of(const ees_fit *fit, size_t *count) {
    *count = fit->target.ensemble ? EESI_FLOW_FIELDS : EESI_STOCK_FIELDS;
    return fit->target.ensemble ? eesi_flow_fields : eesi_stock_fields;
}

/* Six significant digits: what a reader can compare, and far finer than the fit is sure of. */
static double rounded(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return strtod(text, NULL);
}

static json_t *values_json(const ees_fit *fit, const ees_fit_start *start) {
    size_t count;
    const eesi_param_field *fields = fields_of(fit, &count);
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, fields[i].key, json_real(rounded(start->values[i])));
    return object;
}

/* ---- the finished starts ---- */

static json_t *identity(const ees_fit *fit) {
    return json_pack("{s:s, s:s, s:b, s:s, s:I, s:I, s:i, s:I}", "schema", "eesim.fit/1", "program",
                     fit->target.program, "ensemble", (int)fit->target.ensemble, "last_round", fit->last, "rounds",
                     (json_int_t)fit->rounds, "seed", (json_int_t)fit->seed, "evaluations", fit->evaluations, "stream",
                     (json_int_t)fit->target.stream);
}

int ees_fit_save(const ees_fit *fit, const char *path, ees_error *err) {
    size_t count;
    (void)fields_of(fit, &count);
    json_t *root = identity(fit), *starts = json_array();
    for (size_t i = 0; i < fit->start_count; i++) {
        const ees_fit_start *s = &fit->starts[i];
        if (!s->done)
            continue;
        json_t *values = json_array();
        for (size_t k = 0; k < count; k++)
            json_array_append_new(values, json_real(s->values[k]));
        json_array_append_new(starts, json_pack("{s:I, s:f, s:f, s:o}", "start", (json_int_t)i, "objective",
                                                s->objective, "crps", s->crps, "values", values));
    }
    json_object_set_new(root, "starts", starts);
    /* Seventeen digits: a fit that goes on must give the bytes of one that was never stopped. */
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(root);
    if (text == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    const int rc = eesi_file_write(path, text, strlen(text), err);
    free(text);
    return rc;
}

static int read_start(const ees_fit *fit, const json_t *one, const char *path, ees_fit_start *starts, ees_error *err) {
    int64_t i;
    json_t *values;
    size_t count;
    (void)fields_of(fit, &count);
    int rc = eesi_json_int(one, "start", path, "fit", 0, INT32_MAX, &i, err);
    if (rc != 0 || (size_t)i >= fit->start_count)
        return rc; /* more starts were asked for then than now */
    ees_fit_start *s = &starts[i];
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

int ees_fit_restore(ees_fit *fit, const char *path, ees_error *err) {
    json_t *root, *starts = NULL, *ours = identity(fit);
    int rc = eesi_json_read(path, &root, NULL, err);
    ees_fit_start *read = calloc(fit->start_count, sizeof *read);
    if (rc == 0 && (read == NULL || ours == NULL))
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == 0)
        rc = eesi_json_array(root, "starts", path, "fit", &starts, err);
    const char *key;
    json_t *value;
    if (rc == 0)
        json_object_foreach(ours, key, value) if (!json_equal(value, json_object_get(root, key))) rc = EES_ERR_MISMATCH;
    if (rc == EES_ERR_MISMATCH)
        ees_error_at(err, rc, path, 0, 0, "holds another fit");
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

/* ---- model files ---- */

static int by_objective(const void *a, const void *b) {
    const ees_fit_start *const *x = a, *const *y = b;
    if ((*x)->objective != (*y)->objective)
        return (*x)->objective < (*y)->objective ? -1 : 1;
    return *x < *y ? -1 : 1;
}

/* The finished starts, best first; the caller frees the array. */
static const ees_fit_start **ranked(const ees_fit *fit, size_t *count) {
    const ees_fit_start **list = calloc(fit->start_count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; list != NULL && i < fit->start_count; i++)
        if (fit->starts[i].done)
            list[(*count)++] = &fit->starts[i];
    if (list != NULL)
        qsort(list, *count, sizeof *list, by_objective);
    return list;
}

static int put_fit(json_t *root, const ees_fit *fit, ees_error *err) {
    size_t count;
    const ees_fit_start **best = ranked(fit, &count);
    if (best == NULL || count == 0) {
        free(best);
        return ees_error_set(err, EES_ERR_RANGE, "a fit of %s has no finished start", fit->target.program);
    }
    json_t *stream = json_array_get(json_object_get(root, "streams"), fit->target.stream);
    if (fit->target.ensemble) {
        json_t *sets = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(sets, values_json(fit, best[i]));
        json_object_set_new(json_object_get(stream, "ensemble"), "sets", sets);
    } else {
        json_t *values = values_json(fit, best[0]);
        json_object_update(json_object_get(stream, "stock_flow"), values);
        json_decref(values);
    }
    free(best);
    return 0;
}

static json_t *provenance_of(const ees_fit *fit) {
    size_t count;
    const ees_fit_start **best = ranked(fit, &count);
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:i, s:f, s:f}", "program", fit->target.program, "section",
                  fit->target.ensemble ? "ensemble" : "stock_flow", "last_round", fit->last, "rounds",
                  (json_int_t)fit->rounds, "seed", (json_int_t)fit->seed, "starts", (json_int_t)count, "evaluations",
                  fit->evaluations, "objective", rounded(best[0]->objective), "crps", rounded(best[0]->crps));
    free(best);
    return object;
}

static char *text_of(json_t *root) {
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    const size_t length = text == NULL ? 0 : strlen(text);
    char *line = text == NULL ? NULL : realloc(text, length + 2);
    if (line == NULL)
        free(text);
    else
        memcpy(line + length, "\n", 2);
    return line;
}

int ees_fit_model_text(const ees_model *model, const ees_history *history, const ees_fit *fits, size_t count,
                       const char *name, char **text, ees_error *err) {
    json_t *root = json_deep_copy(model->root), *list = json_array();
    int rc = root == NULL || list == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    *text = NULL;
    if (rc == 0 && count == 0)
        rc = ees_error_set(err, EES_ERR_RANGE, "nothing was fitted");
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = put_fit(root, &fits[i], err);
    for (size_t i = 0; i < count && rc == 0; i++)
        json_array_append_new(list, provenance_of(&fits[i]));
    if (rc == 0) {
        json_object_set_new(root, "name", json_string(name));
        json_object_set_new(root, "provenance",
                            json_pack("{s:s, s:s, s:s, s:O}", "command", "eesim fit", "fitted_until", fits[0].until,
                                      "data_sha256", history->sha256, "fits", list));
        *text = text_of(root);
        rc = *text == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    }
    json_decref(root);
    json_decref(list);
    return rc;
}
