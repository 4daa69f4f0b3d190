/* Writing the section "statistical" back into a model file. */

#include "fit/statistical_fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/stats.h"
#include "models/statistical.h"

enum { DIGITS = 6 }; /* what a reader can compare, and far finer than a fit is sure of */

/* 0, or EES_ERR_NOMEM. A key that is not there yet is added. */
static int put_fields(json_t *object, const eesi_param_field *fields, size_t count, const void *params,
                      ees_error *err) {
    for (size_t i = 0; i < count; i++)
        if (json_object_set_new(object, fields[i].key,
                                json_real(eesi_round_digits(eesi_param_get(params, &fields[i]), DIGITS))) != 0)
            return ees_error_set(err, EES_ERR_NOMEM, "no memory for a model file");
    return 0;
}

static int put_families(const eesi_statistical *statistical, json_t *section, ees_error *err) {
    json_t *list = json_object_get(section, "families");
    if (json_array_size(list) != statistical->family_count)
        return ees_error_set(err, EES_ERR_DATA, "the model file has %zu families of programs, the model %zu",
                             json_array_size(list), statistical->family_count);
    for (size_t i = 0; i < statistical->family_count; i++) {
        const eesi_family *family = &statistical->families[i];
        json_t *object = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(object, "name"));
        if (!name || strcmp(name, family->name) != 0)
            return ees_error_set(err, EES_ERR_DATA, "family %zu of the model file is not '%s'", i + 1, family->name);
        int status = put_fields(object, eesi_family_fields, EESI_FAMILY_FIELDS, family, err);
        if (status != 0)
            return status;
    }
    return 0;
}

static int put_report(json_t *section, const eesi_statistical_fit_report *report, const char *until, ees_error *err) {
    json_t *fit = json_pack("{s:s, s:s, s:I, s:f}", "command", "eesim fit", "until", until ? until : "", "rounds",
                            (json_int_t)report->rounds, "log_score", eesi_round_digits(report->log_score, DIGITS));
    if (!fit || json_object_set_new(section, "fit", fit) != 0)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for a model file");
    return 0;
}

static int put_section(const eesi_statistical *statistical, json_t *root, const eesi_statistical_fit_report *report,
                       const char *until, ees_error *err) {
    json_t *section, *common, *nominees;
    int status = eesi_json_object(root, "statistical", "model", "model", &section, err);
    if (status == 0)
        status = eesi_json_object(section, "common", "model", "statistical", &common, err);
    if (status == 0)
        status = eesi_json_object(section, "nominees", "model", "statistical", &nominees, err);
    if (status == 0 && statistical->family_count > 0)
        status = put_fields(common, eesi_common_fields, EESI_COMMON_FIELDS, &statistical->families[0], err);
    if (status == 0)
        status = put_families(statistical, section, err);
    if (status == 0)
        status = put_fields(nominees, eesi_nominee_fields, EESI_NOMINEE_FIELDS, &statistical->nominee, err);
    if (status == 0 && report)
        status = put_report(section, report, until, err);
    return status;
}

/* The same layout as the shipped files: one blank of indent, a line feed at the end. */
static char *dump(const json_t *root) {
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    size_t length = text ? strlen(text) : 0;
    char *longer = text ? realloc(text, length + 2) : NULL;
    if (!longer) {
        free(text);
        return NULL;
    }
    memcpy(longer + length, "\n", 2);
    return longer;
}

int eesi_statistical_text(const eesi_statistical *statistical, const char *model_text,
                          const eesi_statistical_fit_report *report, const char *until, char **text, ees_error *err) {
    json_t *root = NULL;
    *text = NULL;
    int status = eesi_json_parse("model", model_text, strlen(model_text), &root, err);
    if (status == 0)
        status = put_section(statistical, root, report, until, err);
    if (status == 0) {
        *text = dump(root);
        status = *text ? 0 : ees_error_set(err, EES_ERR_NOMEM, "no memory for a model file");
    }
    json_decref(root);
    return status;
}
