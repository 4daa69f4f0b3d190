#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/source.h"
#include "base/stats.h"
#include "calendar/calendar.h"
#include "calendar/calendar_model.h"

/* Name, built-in start, allowed range. The starts are round guesses; models/calendar.json holds the fitted numbers. */
typedef struct param_info {
    const char *name;
    double start;
    double low;
    double high;
} param_info;

static const param_info param_infos[EESI_CALENDAR_PARAM_COUNT] = {
    [EESI_WEEK_HALF_LIFE] = {"week_half_life_weeks", 150, 4, 1000},
    [EESI_AGE_KERNEL] = {"age_kernel", 0.2, 0.001, 0.99},
    [EESI_CELL_STRENGTH] = {"cell_strength_rounds", 0.5, 0.02, 50},
    [EESI_LEVEL_STRENGTH] = {"level_strength_rounds", 1, 0.02, 50},
    [EESI_RATE_STRENGTH] = {"rate_strength_rounds", 1, 0.02, 50},
    [EESI_SHORT_WEEK] = {"short_week_factor", 0.3, 0.01, 1},
    [EESI_DAY_HALF_LIFE] = {"day_half_life_weeks", 40, 4, 1000},
    [EESI_DAY_STRENGTH] = {"day_strength_rounds", 1, 0.05, 50},
    [EESI_DAY_MIX] = {"weekday_exponent", 0.5, 0.01, 2},
    [EESI_SIZE_HALF_LIFE] = {"size_half_life_rounds", 15, 1, 500},
    [EESI_SIZE_STRENGTH] = {"size_strength_rounds", 4, 0.05, 100},
    [EESI_SCALE_1000] = {"size_scale_1000", 0.4, 0.02, 3},
    [EESI_SCALE_500] = {"size_scale_500", 0.4, 0.02, 3},
    [EESI_SCALE_100] = {"size_scale_100", 0.4, 0.02, 3},
    [EESI_SCALE_50] = {"size_scale_50", 0.4, 0.02, 3},
    [EESI_SCALE_LAST] = {"size_scale_last", 0.3, 0.005, 3},
    [EESI_SCALE_MEAN] = {"size_scale_mean", 0.3, 0.02, 3},
    [EESI_SCALE_RATE] = {"size_scale_rate", 0.3, 0.02, 3},
    [EESI_SCALE_FRESH] = {"size_scale_fresh", 0.04, 0.005, 1},
    [EESI_SCALE_WIDE] = {"size_scale_wide", 1.2, 0.2, 5},
    [EESI_POOL_HALF_LIFE] = {"size_pool_half_life_rounds", 100, 5, 2000},
    [EESI_RECENT_DECAY] = {"size_recent_decay", 0.7, 0.05, 0.999},
    [EESI_MEAN_GAIN] = {"size_mean_gain", 0.3, 0.01, 1},
};

/* Federal holidays, and the days around the new year on which no round was ever held. */
static const ees_holiday federal_holidays[] = {
    {EES_HOLIDAY_FIXED, 1, 1, 0, 0},
    {EES_HOLIDAY_CLOSED_DAY, 1, 2, 0, 0},
    {EES_HOLIDAY_EASTER, 0, -2, 0, 0},
    {EES_HOLIDAY_EASTER, 0, 1, 0, 0},
    {EES_HOLIDAY_BEFORE, 5, 25, EES_MONDAY, 0},
    {EES_HOLIDAY_FIXED, 7, 1, 0, 0},
    {EES_HOLIDAY_NTH, 8, 0, EES_MONDAY, 1},
    {EES_HOLIDAY_NTH, 9, 0, EES_MONDAY, 1},
    {EES_HOLIDAY_FIXED, 9, 30, 0, 0},
    {EES_HOLIDAY_NTH, 10, 0, EES_MONDAY, 2},
    {EES_HOLIDAY_FIXED, 11, 11, 0, 0},
    {EES_HOLIDAY_CLOSED_DAY, 12, 24, 0, 0},
    {EES_HOLIDAY_FIXED, 12, 25, 0, 0},
    {EES_HOLIDAY_FIXED, 12, 26, 0, 0},
    {EES_HOLIDAY_CLOSED_DAY, 12, 29, 0, 0},
    {EES_HOLIDAY_CLOSED_DAY, 12, 30, 0, 0},
    {EES_HOLIDAY_CLOSED_DAY, 12, 31, 0, 0},
};

const char *eesi_calendar_param_name(size_t index) {
    return index < EESI_CALENDAR_PARAM_COUNT ? param_infos[index].name : NULL;
}

void eesi_calendar_model_init(ees_calendar_model *model) {
    memset(model, 0, sizeof *model);
    snprintf(model->name, sizeof model->name, "built-in");
    for (size_t i = 0; i < EESI_CALENDAR_PARAM_COUNT; i++)
        model->params[i] = param_infos[i].start;
    model->holiday_count = sizeof federal_holidays / sizeof *federal_holidays;
    memcpy(model->holidays, federal_holidays, sizeof federal_holidays);
}

double eesi_calendar_param_start(size_t index) {
    return param_infos[index].start;
}

void eesi_calendar_param_range(size_t index, double *low, double *high) {
    *low = param_infos[index].low;
    *high = param_infos[index].high;
}

/* --- models/calendar.json --- */

static const char *const kind_names[] = {"fixed", "nth", "before", "easter", "closed"};
static const char *const weekday_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};

static int name_index(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

static int optional_int(const json_t *object, const char *key, const char *file, const char *where, int low, int high,
                        int *value, ees_error *err) {
    int64_t number = 0;
    *value = 0;
    if (!json_object_get(object, key))
        return EES_OK;
    int rc = eesi_json_int(object, key, file, where, low, high, &number, err);
    *value = (int)number;
    return rc;
}

static int read_holiday(const json_t *item, size_t index, const char *file, ees_holiday *holiday, ees_error *err) {
    char where[40];
    snprintf(where, sizeof where, "holidays[%zu]", index);
    const char *kind = NULL;
    int rc = eesi_json_string(item, "kind", file, where, &kind, err);
    if (rc)
        return rc;
    int found = name_index(kind_names, sizeof kind_names / sizeof *kind_names, kind);
    if (found < 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                            "%s: unknown kind '%s', expected fixed, nth, before, easter or closed", where, kind);
    holiday->kind = (ees_holiday_kind)found;
    const char *weekday = json_string_value(json_object_get(item, "weekday"));
    holiday->weekday = weekday ? name_index(weekday_names, 7, weekday) : 0;
    if (holiday->weekday < 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: unknown weekday '%s'", where, weekday);
    rc = optional_int(item, "month", file, where, 1, 12, &holiday->month, err);
    if (!rc)
        rc = optional_int(item, "day", file, where, -60, 60, &holiday->day, err);
    if (!rc)
        rc = optional_int(item, "n", file, where, 1, 5, &holiday->n, err);
    if (!rc && holiday->kind != EES_HOLIDAY_EASTER && holiday->month == 0)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: 'month' is missing, expected 1 to 12", where);
    return rc;
}

static int read_holidays(const json_t *root, const char *file, ees_calendar_model *model, ees_error *err) {
    json_t *list = NULL;
    int rc = eesi_json_array(root, "holidays", file, "calendar", &list, err);
    if (rc)
        return rc;
    model->holiday_count = json_array_size(list);
    if (model->holiday_count > EES_CALENDAR_HOLIDAYS_MAX)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%zu holidays, at most %d", model->holiday_count,
                            EES_CALENDAR_HOLIDAYS_MAX);
    for (size_t i = 0; i < model->holiday_count && !rc; i++)
        rc = read_holiday(json_array_get(list, i), i, file, &model->holidays[i], err);
    return rc;
}

static int read_model(const json_t *root, const char *file, ees_calendar_model *model, ees_error *err) {
    const char *schema = NULL, *name = NULL;
    json_t *params = NULL;
    int rc = eesi_json_string(root, "schema", file, "calendar", &schema, err);
    if (!rc && strcmp(schema, "eesim.calendar/1") != 0)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "schema is '%s', expected 'eesim.calendar/1'", schema);
    if (!rc)
        rc = eesi_json_string(root, "name", file, "calendar", &name, err);
    if (!rc)
        rc = eesi_json_object(root, "params", file, "calendar", &params, err);
    for (size_t i = 0; i < EESI_CALENDAR_PARAM_COUNT && !rc; i++)
        rc = eesi_json_double(params, param_infos[i].name, file, "params", param_infos[i].low, param_infos[i].high,
                              &model->params[i], err);
    if (rc)
        return rc;
    snprintf(model->name, sizeof model->name, "%s", name);
    return read_holidays(root, file, model, err);
}

int eesi_calendar_model_read(ees_calendar_model *model, const eesi_source *from, const char *path, ees_error *err) {
    json_t *root = NULL;
    eesi_calendar_model_init(model);
    int rc = eesi_json_read_from(from, path, &root, model->sha256, err);
    if (!rc)
        rc = read_model(root, path, model, err);
    json_decref(root);
    return rc;
}

/* Consumes the value; false when it could not be made or kept. */
static bool put(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

/* The object when all of it was kept, else NULL: out of memory. */
static json_t *whole(json_t *object, bool sound) {
    if (object && sound)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *holiday_json(const ees_holiday *holiday) {
    const bool nth = holiday->kind == EES_HOLIDAY_NTH;
    json_t *item = json_pack("{s:s}", "kind", kind_names[holiday->kind]);
    bool sound = item && (!holiday->month || put(item, "month", json_integer(holiday->month)));
    sound = sound && (nth || put(item, "day", json_integer(holiday->day)));
    if (nth || holiday->kind == EES_HOLIDAY_BEFORE)
        sound = sound && put(item, "weekday", json_string(weekday_names[holiday->weekday]));
    sound = sound && (!nth || put(item, "n", json_integer(holiday->n)));
    return whole(item, sound);
}

enum { DIGITS = 4 }; /* of a parameter in a model file */

static json_t *params_json(const ees_calendar_model *model) {
    json_t *params = json_object();
    bool sound = params != NULL;
    for (size_t i = 0; sound && i < EESI_CALENDAR_PARAM_COUNT; i++)
        sound = put(params, param_infos[i].name, json_real(eesi_round_digits(model->params[i], DIGITS)));
    return whole(params, sound);
}

static json_t *holidays_json(const ees_calendar_model *model) {
    json_t *holidays = json_array();
    bool sound = holidays != NULL;
    for (size_t i = 0; sound && i < model->holiday_count; i++)
        sound = json_array_append_new(holidays, holiday_json(&model->holidays[i])) == 0;
    return whole(holidays, sound);
}

static json_t *model_json(const ees_calendar_model *model, const char *provenance, const char *data_sha256) {
    json_t *root = json_pack("{s:s, s:s}", "schema", "eesim.calendar/1", "name", model->name);
    const bool sound = root && (!provenance || put(root, "provenance", json_string(provenance))) &&
                       (!data_sha256 || put(root, "data_sha256", json_string(data_sha256))) &&
                       put(root, "params", params_json(model)) && put(root, "holidays", holidays_json(model));
    return whole(root, sound);
}

int eesi_calendar_model_text(const ees_calendar_model *model, const char *provenance, const char *data_sha256,
                             char **text, ees_error *err) {
    json_t *root = model_json(model, provenance, data_sha256);
    char *dumped = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(4)) : NULL;
    json_decref(root);
    size_t length = dumped ? strlen(dumped) : 0;
    *text = dumped ? malloc(length + 2) : NULL;
    if (*text) {
        memcpy(*text, dumped, length);
        memcpy(*text + length, "\n", 2);
    }
    free(dumped);
    return *text ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "no memory for the calendar");
}

/* --- one calendar --- */

int eesi_calendar_create(eesi_calendar **out, const ees_calendar_model *model, const ees_programs *programs,
                         const ees_history *history, ees_known known, ees_date from, ees_error *err) {
    return eesi_calendar_create_without(out, model, programs, history, known, from, 0, err);
}

int eesi_calendar_create_without(eesi_calendar **out, const ees_calendar_model *model, const ees_programs *programs,
                                 const ees_history *history, ees_known known, ees_date from, ees_program_set absent,
                                 ees_error *err) {
    *out = NULL;
    if (known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known before this day: there are no habits to learn");
    eesi_weeks weeks;
    int rc = eesi_weeks_build(&weeks, model, programs, history, err);
    if (rc)
        return rc;
    eesi_calendar *calendar = malloc(sizeof *calendar);
    if (calendar) {
        eesi_calendar_setup(calendar, model, programs, from);
        calendar->absent = absent;
        eesi_calendar_estimate(calendar, &weeks, history, known);
        *out = calendar;
    } else {
        rc = ees_error_set(err, EES_ERR_NOMEM, "no memory for the calendar");
    }
    eesi_weeks_free(&weeks);
    return rc;
}

void eesi_calendar_destroy(eesi_calendar *calendar) {
    free(calendar);
}
