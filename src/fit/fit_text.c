/* Fits as whole model files. */
#include "fit/fit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "models/model.h"

enum { DIGITS = 6 }; /* what a reader can compare, and far finer than a fit is sure of */

static json_t *values_json(const eesi_fit *fit, const eesi_fit_start *start) {
    size_t count;
    const eesi_param_field *fields = eesi_fit_fields(fit, &count);
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < count; i++)
        if (json_object_set_new(object, fields[i].key, json_real(eesi_round_digits(start->values[i], DIGITS))) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

static int by_objective(const void *a, const void *b) {
    const eesi_fit_start *const *x = a, *const *y = b;
    if ((*x)->objective != (*y)->objective)
        return (*x)->objective < (*y)->objective ? -1 : 1;
    return *x < *y ? -1 : 1;
}

/* The finished starts, best first; the caller frees the array. */
static const eesi_fit_start **ranked(const eesi_fit *fit, size_t *count) {
    const eesi_fit_start **list = calloc(fit->start_count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; list != NULL && i < fit->start_count; i++)
        if (fit->starts[i].done)
            list[(*count)++] = &fit->starts[i];
    if (list != NULL)
        qsort(list, *count, sizeof *list, by_objective);
    return list;
}

static int put_fit(json_t *root, const eesi_fit *fit, ees_error *err) {
    size_t count;
    const eesi_fit_start **best = ranked(fit, &count);
    if (best == NULL || count == 0) {
        free(best);
        return ees_error_set(err, EES_ERR_RANGE, "a fit of %s has no finished start", fit->target.program);
    }
    json_t *stream = json_array_get(json_object_get(root, "streams"), fit->target.stream);
    bool sound = true;
    if (fit->target.ensemble) {
        json_t *sets = json_array();
        sound = sets != NULL;
        for (size_t i = 0; sound && i < count; i++)
            sound = json_array_append_new(sets, values_json(fit, best[i])) == 0;
        sound = sound && json_object_set(json_object_get(stream, "ensemble"), "sets", sets) == 0;
        json_decref(sets);
    } else {
        json_t *values = values_json(fit, best[0]);
        sound = values != NULL && json_object_update(json_object_get(stream, "stock_flow"), values) == 0;
        json_decref(values);
    }
    free(best);
    return sound ? 0 : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static const char *section_of(const eesi_fit *fit) {
    return fit->target.ensemble ? "ensemble" : "stock_flow";
}

static json_t *provenance_of(const eesi_fit *fit) {
    size_t count;
    const eesi_fit_start **best = ranked(fit, &count);
    if (best == NULL || count == 0) {
        free(best);
        return NULL;
    }
    json_t *object =
        json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:i, s:f, s:f}", "program", fit->target.program, "stream",
                  (json_int_t)fit->target.stream, "section", section_of(fit), "last_round", fit->last, "rounds",
                  (json_int_t)fit->rounds, "seed", (json_int_t)fit->seed, "starts", (json_int_t)count, "evaluations",
                  fit->evaluations, "objective", eesi_round_digits(best[0]->objective, DIGITS), "crps",
                  eesi_round_digits(best[0]->crps, DIGITS));
    free(best);
    return object;
}

static bool is_of(const json_t *entry, const eesi_fit *fit) {
    const json_t *stream = json_object_get(entry, "stream");
    const char *section = json_string_value(json_object_get(entry, "section"));
    return stream == NULL || section == NULL ||
           (json_integer_value(stream) == (json_int_t)fit->target.stream && strcmp(section, section_of(fit)) == 0);
}

/* What was fitted now, and what an earlier fit says of the sections that this one leaves alone. */
static json_t *all_fits(const json_t *old, const eesi_fit *fits, size_t count) {
    json_t *list = json_array(), *entry;
    size_t k;
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(list, provenance_of(&fits[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    json_array_foreach(json_object_get(old, "fits"), k, entry) {
        bool replaced = false;
        for (size_t i = 0; i < count && !replaced; i++)
            replaced = is_of(entry, &fits[i]);
        if (!replaced && json_array_append(list, entry) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Where the numbers come from; NULL when out of memory. */
static json_t *provenance(const json_t *root, const ees_history *history, const eesi_fit *fits, size_t count) {
    json_t *list = all_fits(json_object_get(root, "provenance"), fits, count);
    const char *last = history->rounds[history->round_count - 1].number;
    char command[40] = "eesim fit";
    if (strcmp(fits[0].until, last) != 0)
        snprintf(command, sizeof command, "eesim fit --until %.*s", EESI_FIT_ROUND_MAX, fits[0].until);
    return list == NULL ? NULL
                        : json_pack("{s:s, s:s, s:s, s:o}", "command", command, "fitted_until", fits[0].until,
                                    "data_sha256", history->sha256, "fits", list);
}

char *eesi_fit_dump(const json_t *root) {
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    const size_t length = text == NULL ? 0 : strlen(text);
    char *line = text == NULL ? NULL : realloc(text, length + 2);
    if (line == NULL)
        free(text);
    else
        memcpy(line + length, "\n", 2);
    return line;
}

int eesi_fit_model_text(const ees_model *model, const ees_history *history, const eesi_fit *fits, size_t count,
                        const char *name, char **text, ees_error *err) {
    json_t *root = json_deep_copy(model->root);
    int rc = root == NULL ? ees_error_set(err, EES_ERR_NOMEM, "out of memory") : 0;
    *text = NULL;
    if (rc == 0 && count == 0)
        rc = ees_error_set(err, EES_ERR_RANGE, "nothing was fitted");
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = put_fit(root, &fits[i], err);
    if (rc == 0 && (json_object_set_new(root, "name", json_string(name)) != 0 ||
                    json_object_set_new(root, "provenance", provenance(root, history, fits, count)) != 0 ||
                    (*text = eesi_fit_dump(root)) == NULL))
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    json_decref(root);
    return rc;
}
