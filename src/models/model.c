/* Loading a model file: every number is checked against the range its field allows, so nothing below needs to. */
#include "models/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/source.h"

#define FLOW(key, min, max)                                                                                            \
    { #key, offsetof(eesi_flow_params, key), min, max }
#define STOCK(key, min, max)                                                                                           \
    { #key, offsetof(eesi_stock_params, key), min, max }

const eesi_param_field eesi_flow_fields[EESI_FLOW_FIELDS] = {
    FLOW(arrivals_per_day, 1, 1e5), FLOW(arrivals_sd, 0, 2),     FLOW(arrivals_reversion, 0, 5),
    FLOW(tail_pts, 5, 600),         FLOW(tail_sd, 0, 1),         FLOW(tail_curvature, 0, 0.1),
    FLOW(flat_below_pts, 0, 1200),  FLOW(cell_sd, 0, 3),         FLOW(cell_length_pts, 0.5, 30),
    FLOW(count_dispersion, 0, 100), FLOW(loss_per_day, 0, 1),    FLOW(start_days, 0, 5000),
    FLOW(start_sd, 0, 3),           FLOW(other_start, 0, 1e6),   FLOW(other_drift_sd, 0, 1e4),
    FLOW(other_sd, 0, 2),           FLOW(other_reversion, 0, 1), FLOW(snapshot_sd, 0.1, 1e5),
    FLOW(nominee_share, 0, 2),      FLOW(nominee_band_sd, 0, 2), FLOW(nominee_flow_sd, 0, 5),
    FLOW(age_window_weight, 0, 1),  FLOW(marginal_sd, 0, 1),     FLOW(round_sd, 0, 2),
    FLOW(shock_share, 0, 0.9),
};

const eesi_param_field eesi_stock_fields[EESI_STOCK_FIELDS] = {
    STOCK(arrivals_per_day, 1, 1e5), STOCK(tail_pts, 5, 600),   STOCK(tail_curvature, 0, 0.1),
    STOCK(flat_below_pts, 0, 1200),  STOCK(loss_per_day, 0, 1), STOCK(start_days, 0, 5000),
    STOCK(stock_gain, 0, 1),         STOCK(level_gain, 0, 1),   STOCK(error_sd, 0.01, 2),
    STOCK(error_weight, 1, 1000),
};

double eesi_param_get(const void *params, const eesi_param_field *field) {
    double value;
    memcpy(&value, (const char *)params + field->offset, sizeof value);
    return value;
}

void eesi_param_set(void *params, const eesi_param_field *field, double value) {
    memcpy((char *)params + field->offset, &value, sizeof value);
}

static int read_params(const json_t *object, const char *file, const char *where, const eesi_param_field *fields,
                       size_t count, void *params, ees_error *err) {
    for (size_t i = 0; i < count; i++) {
        double value;
        const int rc = eesi_json_double(object, fields[i].key, file, where, fields[i].min, fields[i].max, &value, err);
        if (rc != 0)
            return rc;
        eesi_param_set(params, &fields[i], value);
    }
    return 0;
}

static int read_prior(const json_t *priors, const char *file, const char *where, const eesi_param_field *field,
                      eesi_prior *prior, ees_error *err) {
    json_t *one;
    int rc = eesi_json_object(priors, field->key, file, where, &one, err);
    if (rc == 0)
        rc = eesi_json_double(one, "centre", file, field->key, field->min, field->max, &prior->centre, err);
    if (rc == 0)
        rc = eesi_json_double(one, "spread", file, field->key, 0.0, 1e6, &prior->spread, err);
    prior->log_scale = json_is_true(json_object_get(one, "log_scale"));
    return rc;
}

static void read_round(const json_t *object, const char *key, char number[EES_ROUND_NUMBER_MAX]) {
    const char *text = json_string_value(json_object_get(object, key));
    snprintf(number, EES_ROUND_NUMBER_MAX, "%.7s", text == NULL ? "" : text);
}

/* The optional member "fit" of a section: which rounds count and how, and the prior of every parameter. */
static int read_fit(const json_t *section, const char *file, const char *where, const eesi_param_field *fields,
                    size_t count, eesi_fit_rules *rules, eesi_prior *priors, ees_error *err) {
    const json_t *fit = json_object_get(section, "fit");
    json_t *prior;
    if (fit == NULL)
        return 0;
    rules->given = true;
    rules->hindsight = json_is_true(json_object_get(fit, "hindsight"));
    read_round(fit, "first_round", rules->first_round);
    read_round(fit, "last_round", rules->last_round);
    int rc = eesi_json_double(fit, "penalty", file, where, 0.0, 100.0, &rules->penalty, err);
    if (rc == 0)
        rc = eesi_json_double(fit, "half_life_rounds", file, where, 0.0, 1e6, &rules->half_life_rounds, err);
    if (rc == 0)
        rc = eesi_json_object(fit, "prior", file, where, &prior, err);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = read_prior(prior, file, where, &fields[i], &priors[i], err);
    return rc;
}

static int read_grid(const json_t *object, const char *file, const char *where, int max_cells, eesi_flow_grid *grid,
                     ees_error *err) {
    int64_t low, high, centre;
    int rc = eesi_json_int(object, "lowest_score", file, where, 0, EES_SCORE_MAX, &low, err);
    if (rc == 0)
        rc = eesi_json_int(object, "highest_score", file, where, low, EES_SCORE_MAX, &high, err);
    if (rc == 0)
        rc = eesi_json_int(object, "centre_score", file, where, low, high, &centre, err);
    if (rc != 0)
        return rc;
    if (high - low >= max_cells)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                            "%s: lowest_score to highest_score spans %d scores, %d allowed", where,
                            (int)(high - low + 1), max_cells);
    *grid = (eesi_flow_grid){(int)low, (int)(high - low + 1), (int)centre};
    return 0;
}

static int read_stock(const json_t *section, const char *file, const char *where, eesi_stream *s, ees_error *err) {
    int rc = read_grid(section, file, where, EESI_STOCK_CELLS, &s->stock_grid, err);
    s->has_stock = rc == 0;
    if (rc == 0)
        rc = read_fit(section, file, where, eesi_stock_fields, EESI_STOCK_FIELDS, &s->stock_fit, s->stock_prior, err);
    return rc != 0 ? rc : read_params(section, file, where, eesi_stock_fields, EESI_STOCK_FIELDS, &s->stock, err);
}

/* "shared_band" is optional. */
static int read_shared_band(const json_t *section, const char *file, const char *where, eesi_stream *s,
                            ees_error *err) {
    json_t *object;
    if (json_object_get(section, "shared_band") == NULL)
        return 0;
    int rc = eesi_json_object(section, "shared_band", file, where, &object, err);
    if (rc == 0)
        rc = eesi_json_double(object, "share", file, where, 0.01, 2.0, &s->shared_band, err);
    if (rc == 0)
        rc = eesi_json_double(object, "log_sd", file, where, 0.001, 10.0, &s->shared_band_log_sd, err);
    return rc;
}

/* "category_rounds" is optional. */
static int read_category_rounds(const json_t *section, const char *file, const char *where, eesi_stream *s,
                                ees_error *err) {
    json_t *object;
    if (json_object_get(section, "category_rounds") == NULL)
        return 0;
    int rc = eesi_json_object(section, "category_rounds", file, where, &object, err);
    if (rc == 0)
        rc = eesi_json_double(object, "share", file, where, 0.0, 5.0, &s->category_share, err);
    if (rc == 0)
        rc = eesi_json_double(object, "log_sd", file, where, 0.0, 3.0, &s->category_log_sd, err);
    return rc;
}

/* "surprise_sd" is optional. */
static int read_surprise(const json_t *section, const char *file, const char *where, eesi_stream *s, ees_error *err) {
    if (json_object_get(section, "surprise_sd") == NULL)
        return 0;
    return eesi_json_double(section, "surprise_sd", file, where, 0.1, 100.0, &s->surprise_sd, err);
}

static int read_ensemble(const json_t *section, const char *file, const char *where, eesi_stream *s, ees_error *err) {
    json_t *sets;
    int64_t bands;
    int rc = read_grid(section, file, where, 800, &s->grid, err);
    if (rc == 0)
        rc = eesi_json_int(section, "bands", file, where, 0, 6, &bands, err);
    if (rc == 0)
        rc = read_shared_band(section, file, where, s, err);
    if (rc == 0)
        rc = read_category_rounds(section, file, where, s, err);
    if (rc == 0)
        rc = read_surprise(section, file, where, s, err);
    if (rc == 0)
        rc = read_fit(section, file, where, eesi_flow_fields, EESI_FLOW_FIELDS, &s->fit, s->prior, err);
    if (rc == 0)
        rc = eesi_json_array(section, "sets", file, where, &sets, err);
    if (rc != 0)
        return rc;
    s->bands_low = bands == 0 ? EES_SCORE_NOMINEE : 511 - 10 * (int)bands; /* 501-600, then tens */
    s->has_other = json_is_true(json_object_get(section, "has_other"));
    s->sets = calloc(json_array_size(sets) + 1, sizeof *s->sets);
    if (s->sets == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < json_array_size(sets) && rc == 0; i++, s->set_count++)
        rc = read_params(json_array_get(sets, i), file, where, eesi_flow_fields, EESI_FLOW_FIELDS, &s->sets[i], err);
    return rc;
}

static int read_stream(const json_t *object, const char *file, eesi_stream *s, ees_error *err) {
    char where[64];
    const char *program;
    int64_t restart;
    int rc = eesi_json_string(object, "program", file, "stream", &program, err);
    if (rc != 0)
        return rc;
    snprintf(s->program, sizeof s->program, "%s", program);
    snprintf(where, sizeof where, "stream %.20s", program);
    if ((rc = eesi_json_date(object, "from", file, where, &s->from, err)) != 0 ||
        (rc = eesi_json_date(object, "until", file, where, &s->until, err)) != 0 ||
        (rc = eesi_json_int(object, "restart_days", file, where, 0, 36500, &restart, err)) != 0)
        return rc;
    s->restart_days = (int)restart;
    const json_t *stock = json_object_get(object, "stock_flow"), *ensemble = json_object_get(object, "ensemble");
    if (stock != NULL)
        rc = read_stock(stock, file, where, s, err);
    if (rc == 0 && ensemble != NULL)
        rc = read_ensemble(ensemble, file, where, s, err);
    return rc;
}

static int read_shock(const json_t *root, const char *file, eesi_shock *shock, ees_error *err) {
    const json_t *object = json_object_get(root, "shock");
    int64_t points;
    *shock = (eesi_shock){EES_DATE_NONE, 0};
    if (object == NULL)
        return 0;
    int rc = eesi_json_date(object, "date", file, "shock", &shock->date, err);
    if (rc == 0 && (rc = eesi_json_int(object, "points", file, "shock", 1, 600, &points, err)) == 0)
        shock->points = (int)points;
    return rc;
}

static int read_excluded(const json_t *root, const char *file, ees_model *model, ees_error *err) {
    const json_t *list = json_object_get(root, "excluded_rounds");
    model->excluded = calloc(json_array_size(list) + 1, sizeof *model->excluded);
    if (model->excluded == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *number = json_string_value(json_array_get(list, i));
        if (number == NULL || strlen(number) >= EES_ROUND_NUMBER_MAX)
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "excluded_rounds: expected official numbers as text");
        model->excluded[model->excluded_count++] = number;
    }
    return 0;
}

static int read_model(ees_model *model, const char *file, ees_error *err) {
    const char *name;
    json_t *streams;
    int rc = eesi_json_string(model->root, "name", file, "model", &name, err);
    if (rc == 0)
        rc = read_shock(model->root, file, &model->shock, err);
    if (rc == 0)
        rc = read_excluded(model->root, file, model, err);
    if (rc == 0)
        rc = eesi_json_array(model->root, "streams", file, "model", &streams, err);
    if (rc != 0)
        return rc;
    snprintf(model->name, sizeof model->name, "%s", name);
    const char *until = json_string_value(json_object_get(json_object_get(model->root, "provenance"), "fitted_until"));
    snprintf(model->fitted_until, sizeof model->fitted_until, "%s", until == NULL ? "" : until);
    model->streams = calloc(json_array_size(streams) + 1, sizeof *model->streams);
    if (model->streams == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < json_array_size(streams) && rc == 0; i++, model->stream_count++)
        rc = read_stream(json_array_get(streams, i), file, &model->streams[i], err);
    return rc;
}

int eesi_model_read(ees_model **model, const eesi_source *from, const char *path, ees_error *err) {
    *model = NULL;
    ees_model *m = calloc(1, sizeof *m);
    if (m == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = eesi_json_read_from(from, path, &m->root, m->sha256, err);
    if (rc == 0)
        rc = read_model(m, path, err);
    if (rc != 0) {
        eesi_model_free(m);
        return rc;
    }
    *model = m;
    return 0;
}

void eesi_model_free(ees_model *model) {
    if (model == NULL)
        return;
    for (size_t i = 0; model->streams != NULL && i <= model->stream_count; i++)
        free(model->streams[i].sets);
    free(model->streams);
    free(model->excluded);
    json_decref(model->root);
    free(model);
}

const char *eesi_model_name(const ees_model *model) {
    return model->name;
}

const char *eesi_model_sha256(const ees_model *model) {
    return model->sha256;
}

const char *eesi_model_fitted_until(const ees_model *model) {
    return model->fitted_until;
}

bool eesi_stream_covers(const eesi_stream *stream, ees_date date) {
    return (stream->from == EES_DATE_NONE || date >= stream->from) &&
           (stream->until == EES_DATE_NONE || date < stream->until);
}

const eesi_stream *eesi_model_stream(const ees_model *model, const char *program, ees_date date) {
    for (size_t i = 0; i < model->stream_count; i++)
        if (strcmp(model->streams[i].program, program) == 0 && eesi_stream_covers(&model->streams[i], date))
            return &model->streams[i];
    return NULL;
}

bool eesi_model_excludes(const ees_model *model, const char *round_number) {
    for (size_t i = 0; i < model->excluded_count; i++)
        if (strcmp(model->excluded[i], round_number) == 0)
            return true;
    return false;
}

int eesi_model_text(const ees_model *model, char **text, ees_error *err) {
    char *bare = json_dumps(model->root, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    const size_t length = bare != NULL ? strlen(bare) : 0;
    *text = bare != NULL ? realloc(bare, length + 2) : NULL;
    if (*text == NULL) {
        free(bare);
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    }
    memcpy(*text + length, "\n", 2);
    return 0;
}
