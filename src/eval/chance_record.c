#include "eval/chance_record.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <eesim/version.h>

#include "base/json.h"
#include "table/table.h"

static const char SCHEMA[] = "eesim.chance-record/1";

/* ---- writing ---- */

static void put_text(FILE *out, const char *key, const char *text) {
    fprintf(out, "  \"%s\": ", key);
    ees_json_put_string(out, text);
    fputs(",\n", out);
}

/* Four digits say more than the errors leave. */
static void put_number(FILE *out, const char *key, double value) {
    fprintf(out, "\"%s\": ", key);
    if (isfinite(value))
        fprintf(out, "%.4f", value);
    else
        fputs("null", out);
}

static void put_class(FILE *out, const eesi_chance_summary *of, int c, bool is_first) {
    fprintf(out, "%s\n        {\"forecasts\": %zu, ", is_first ? "" : ",", of->class_count[c]);
    put_number(out, "forecast", of->value.class_forecast[c]);
    fputs(", ", out);
    put_number(out, "came", of->value.class_came[c]);
    fputs(", ", out);
    put_number(out, "came_se", of->error.class_gap[c]);
    fputc('}', out);
}

static void put_horizon(FILE *out, int horizon, const eesi_chance_summary *of) {
    bool is_first = true;
    fprintf(out, "%s\n    {\n      \"days\": %d, \"origins\": %zu, \"forecasts\": %zu, ", horizon ? "," : "",
            ees_chance_horizons[horizon], of->origins, of->count);
    put_number(out, "brier", of->value.brier);
    fputs(", ", out);
    put_number(out, "ece", of->value.ece);
    fputs(",\n      \"classes\": [", out);
    for (int c = 0; c < EESI_CHANCE_CLASSES; c++)
        if (of->class_count[c] > 0) {
            put_class(out, of, c, is_first);
            is_first = false;
        }
    fputs("\n      ]\n    }", out);
}

static void put_head(FILE *out, const ees_backtest *backtest, const eesi_record_origin *origin) {
    char first[EES_DATE_TEXT_MAX], last[EES_DATE_TEXT_MAX];
    fputs("{\n  \"$schema\": \"schema/chance.schema.json\",\n", out);
    put_text(out, "schema", SCHEMA);
    put_text(out, "provenance", "eesim backtest --chance --record");
    put_text(out, "version", ees_version());
    put_text(out, "data_sha256", origin->data_sha256);
    put_text(out, "model_sha256", origin->model_sha256);
    put_text(out, "calendar_sha256", origin->calendar_sha256);
    put_text(out, "first_origin", ees_date_format(backtest->chances[0].at.origin, first));
    put_text(out, "last_origin", ees_date_format(backtest->chances[backtest->chance_count - 1].at.origin, last));
    fprintf(out, "  \"every_days\": %d,\n  \"replicates\": %" PRIu64 ",\n  \"seed\": \"%" PRIu64 "\",\n",
            backtest->every_days, backtest->replicates, origin->seed);
}

int eesi_chance_record_write(const ees_backtest *backtest, const eesi_record_origin *origin, FILE *out,
                             ees_error *err) {
    if (backtest->chance_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "a record needs a backtest of chances");
    int rc = EES_OK;
    put_head(out, backtest, origin);
    fputs("  \"horizons\": [", out);
    for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++) {
        const eesi_chance_group group = {.kind = EESI_CHANCE_ALL, .era = -1, .horizon = h};
        eesi_chance_summary summary;
        rc = eesi_chance_summarise(backtest, &group, &summary, err);
        if (rc == EES_OK)
            put_horizon(out, h, &summary);
    }
    fputs("\n  ]\n}\n", out);
    return rc;
}

/* ---- reading ---- */

static int read_class(const json_t *entry, const char *file, eesi_record_class *to, ees_error *err) {
    double came, se = 0;
    int rc = eesi_json_double(entry, "forecast", file, "class", 0, 1, &to->forecast, err);
    if (rc == EES_OK)
        rc = eesi_json_double(entry, "came", file, "class", 0, 1, &came, err);
    if (rc == EES_OK && !json_is_null(json_object_get(entry, "came_se")))
        rc = eesi_json_double(entry, "came_se", file, "class", 0, 1, &se, err);
    if (rc == EES_OK)
        to->error = hypot(came - to->forecast, se);
    return rc;
}

static int read_horizon(eesi_chance_record *record, int h, const json_t *entry, const char *file, ees_error *err) {
    int64_t days;
    json_t *classes = NULL;
    int rc = eesi_json_int(entry, "days", file, "horizon", ees_chance_horizons[h], ees_chance_horizons[h], &days, err);
    if (rc == EES_OK)
        rc = eesi_json_array(entry, "classes", file, "horizon", &classes, err);
    if (rc == EES_OK && json_array_size(classes) > EESI_CHANCE_CLASSES)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "a horizon has more than %d classes", EESI_CHANCE_CLASSES);
    for (size_t c = 0; rc == EES_OK && c < json_array_size(classes); c++) {
        rc = read_class(json_array_get(classes, c), file, &record->class[h][c], err);
        if (rc == EES_OK && c > 0 && record->class[h][c].forecast <= record->class[h][c - 1].forecast)
            rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "the classes of a horizon are not in order");
        record->count[h] = c + 1;
    }
    return rc;
}

int eesi_chance_record_read(eesi_chance_record *record, const struct eesi_source *from, const char *file,
                            ees_error *err) {
    json_t *root = NULL, *horizons = NULL;
    const char *schema = NULL;
    *record = (eesi_chance_record){0};
    int rc = eesi_json_read_from(from, file, &root, NULL, err);
    if (rc == EES_OK)
        rc = eesi_json_string(root, "schema", file, "record", &schema, err);
    if (rc == EES_OK && strcmp(schema, SCHEMA) != 0)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "has the schema '%.40s', expected '%s'", schema, SCHEMA);
    if (rc == EES_OK)
        rc = eesi_json_array(root, "horizons", file, "record", &horizons, err);
    if (rc == EES_OK && json_array_size(horizons) != EES_CHANCE_HORIZONS)
        rc = ees_error_at(err, EES_ERR_DATA, file, 0, 0, "expected %d horizons", EES_CHANCE_HORIZONS);
    for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++)
        rc = read_horizon(record, h, json_array_get(horizons, (size_t)h), file, err);
    json_decref(root);
    return rc;
}

/* ---- asking ---- */

static double between(double low, double high, double low_value, double high_value, double at) {
    return low_value + (high_value - low_value) * (at - low) / (high - low);
}

static double error_at(const eesi_chance_record *record, int h, double chance) {
    const eesi_record_class *class = record->class[h];
    const size_t count = record->count[h];
    size_t c = 0;
    if (count == 0)
        return NAN;
    while (c < count && class[c].forecast < chance)
        c++;
    if (c == 0 || c == count)
        return class[c == 0 ? 0 : count - 1].error;
    return between(class[c - 1].forecast, class[c].forecast, class[c - 1].error, class[c].error, chance);
}

double eesi_chance_record_error(const eesi_chance_record *record, double chance, int days) {
    int h = 0;
    while (h < EES_CHANCE_HORIZONS && ees_chance_horizons[h] < days)
        h++;
    if (h == 0 || h == EES_CHANCE_HORIZONS)
        return error_at(record, h == 0 ? 0 : EES_CHANCE_HORIZONS - 1, chance);
    return between(ees_chance_horizons[h - 1], ees_chance_horizons[h], error_at(record, h - 1, chance),
                   error_at(record, h, chance), days);
}
