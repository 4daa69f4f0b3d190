/* What a fit depends on, as a digest: the data and its section of the model without the values that it finds. */
#include <stdlib.h>
#include <string.h>

#include "fit/fit.h"
#include "models/model.h"
#include "models/statistical.h"

static void forget(json_t *object, const eesi_param_field *fields, size_t count) {
    for (size_t i = 0; i < count; i++)
        json_object_del(object, fields[i].key);
}

/* Digest of the data and of a section without its fitted values, which is consumed. */
static int digest_of(json_t *section, const ees_history *history, const json_t *root, char digest[EESI_SHA256_TEXT]) {
    json_t *whole = json_pack("{s:s, s:o, s:O?, s:O?}", "data", history->sha256, "section", section, "shock",
                              json_object_get(root, "shock"), "excluded", json_object_get(root, "excluded_rounds"));
    char *text = whole == NULL ? NULL : json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    json_decref(whole);
    if (text == NULL)
        return EES_ERR_NOMEM;
    eesi_sha256(text, strlen(text), digest);
    free(text);
    return 0;
}

int eesi_fit_origin(const ees_model *model, const ees_history *history, const eesi_fit_target *target,
                    char digest[EESI_SHA256_TEXT]) {
    json_t *stream = json_deep_copy(json_array_get(json_object_get(model->root, "streams"), target->stream));
    if (stream == NULL)
        return EES_ERR_NOMEM;
    if (target->ensemble) {
        json_object_del(stream, "stock_flow");
        json_object_del(json_object_get(stream, "ensemble"), "sets");
    } else {
        json_object_del(stream, "ensemble");
        forget(json_object_get(stream, "stock_flow"), eesi_stock_fields, EESI_STOCK_FIELDS);
    }
    return digest_of(stream, history, model->root, digest);
}

int eesi_fit_statistical_origin(const ees_model *model, const ees_history *history, char digest[EESI_SHA256_TEXT]) {
    json_t *section = json_deep_copy(json_object_get(model->root, "statistical")), *family;
    size_t i;
    if (section == NULL)
        return EES_ERR_NOMEM;
    json_object_del(section, "fit");
    forget(json_object_get(section, "common"), eesi_common_fields, EESI_COMMON_FIELDS);
    forget(json_object_get(section, "nominees"), eesi_nominee_fields, EESI_NOMINEE_FIELDS);
    json_array_foreach(json_object_get(section, "families"), i, family) {
        forget(family, eesi_family_fields, EESI_FAMILY_FIELDS);
    }
    return digest_of(section, history, model->root, digest);
}
