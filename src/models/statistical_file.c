/* Reading the section "statistical" of a model file. */
#include "models/statistical.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "models/model.h"

#define COMMON(key, min, max)                                                                                          \
    { #key, offsetof(eesi_family, exposure.key), min, max }
#define FAMILY(key, min, max)                                                                                          \
    { #key, offsetof(eesi_family, key), min, max }
#define NOMINEE(key, min, max)                                                                                         \
    { #key, offsetof(eesi_nominee_params, key), min, max }

const eesi_param_field eesi_common_fields[EESI_COMMON_FIELDS] = {
    COMMON(loss_per_day, 1e-5, 0.5), COMMON(scale_dof, 0.5, 1000),     COMMON(scale_memory, 0, 1),
    COMMON(gap_power, 0, 4),         FAMILY(reference_step, 0.1, 100), FAMILY(spread_ratio, 1.001, 3),
    FAMILY(weight_memory, 0, 1),
};
const eesi_param_field eesi_family_fields[EESI_FAMILY_FIELDS] = {
    FAMILY(reference, 0, 1200),   FAMILY(spread, 1, 600),        COMMON(level_gain, 0, 1),
    COMMON(stock_gain, 0, 1),     COMMON(scale, 0.01, 3),        COMMON(first_days, 0, 5000),
    COMMON(first_level, -20, 20), COMMON(first_level_sd, 0, 10), COMMON(arrival_sd, 0, 2),
    COMMON(pool_gain, 0, 1),
};
const eesi_param_field eesi_nominee_fields[EESI_NOMINEE_FIELDS] = {
    NOMINEE(level, 601, 1200),   NOMINEE(size_slope, -300, 300),   NOMINEE(gap_slope, -300, 300),
    NOMINEE(level_sd, 0, 100),   NOMINEE(size_slope_sd, 0, 100),   NOMINEE(gap_slope_sd, 0, 100),
    NOMINEE(level_drift, 0, 10), NOMINEE(size_slope_drift, 0, 10), NOMINEE(scale, 0.5, 300),
    NOMINEE(scale_dof, 1, 1000), NOMINEE(scale_memory, 0, 1),      NOMINEE(dof_max, 2, 1000),
};
static const char file_name[] = "model";

static int read_fields(const json_t *object, const char *where, const eesi_param_field *fields, size_t count,
                       void *params, ees_error *err) {
    for (size_t i = 0; i < count; i++) {
        double value;
        int status =
            eesi_json_double(object, fields[i].key, file_name, where, fields[i].min, fields[i].max, &value, err);
        if (status != 0)
            return status;
        eesi_param_set(params, &fields[i], value);
    }
    return 0;
}

static int find_program(const ees_programs *programs, const char *code, const char *where, int *position,
                        ees_error *err) {
    *position = code ? ees_programs_find(programs, code) : EES_PROGRAM_NONE;
    if (*position == EES_PROGRAM_NONE)
        return ees_error_at(err, EES_ERR_DATA, file_name, 0, 0, "%s: unknown program %s", where, code ? code : "");
    return 0;
}

static int read_programs(const json_t *object, const ees_programs *programs, const char *where, ees_program_set *set,
                         ees_error *err) {
    json_t *list;
    int status = eesi_json_array(object, "programs", file_name, where, &list, err);
    *set = 0;
    for (size_t i = 0; status == 0 && i < json_array_size(list); i++) {
        int position;
        status = find_program(programs, json_string_value(json_array_get(list, i)), where, &position, err);
        if (status == 0 && position >= 0)
            *set |= 1U << position;
    }
    return status;
}

static int read_takers(const json_t *object, const ees_programs *programs, const char *where, eesi_family *family,
                       ees_error *err) {
    json_t *takers;
    const char *code;
    json_t *unused;
    int status = eesi_json_object(object, "skimmed_by", file_name, where, &takers, err);
    if (status != 0)
        return status;
    json_object_foreach(takers, code, unused) {
        int position;
        double share;
        status = find_program(programs, code, where, &position, err);
        if (status == 0)
            status = eesi_json_double(takers, code, file_name, where, 0.0, 1.0, &share, err);
        if (status != 0)
            return status;
        family->taken_share[position] = share;
    }
    return 0;
}

static int read_family(const json_t *object, const json_t *common, const ees_programs *programs, eesi_family *family,
                       ees_error *err) {
    const char *name;
    char where[EESI_FAMILY_NAME + 16];
    int64_t restart = 0;
    int status = eesi_json_string(object, "name", file_name, "statistical.families", &name, err);
    if (status != 0)
        return status;
    snprintf(family->name, sizeof family->name, "%s", name);
    snprintf(where, sizeof where, "family %s", family->name);
    if ((status = read_programs(object, programs, where, &family->programs, err)) != 0 ||
        (status = eesi_json_date(object, "from", file_name, where, &family->from, err)) != 0 ||
        (status = eesi_json_date(object, "until", file_name, where, &family->until, err)) != 0 ||
        (status = eesi_json_int(object, "restart_days", file_name, where, 1, 36500, &restart, err)) != 0 ||
        (status = read_fields(common, "statistical.common", eesi_common_fields, EESI_COMMON_FIELDS, family, err)) !=
            0 ||
        (status = read_fields(object, where, eesi_family_fields, EESI_FAMILY_FIELDS, family, err)) != 0)
        return status;
    family->restart_days = (int)restart;
    return read_takers(object, programs, where, family, err);
}

static int read_families(eesi_statistical *statistical, const json_t *section, const ees_programs *programs,
                         ees_error *err) {
    json_t *common, *list;
    int status = eesi_json_object(section, "common", file_name, "statistical", &common, err);
    if (status == 0)
        status = eesi_json_array(section, "families", file_name, "statistical", &list, err);
    if (status != 0)
        return status;
    statistical->families = calloc(json_array_size(list) + 1, sizeof *statistical->families);
    if (!statistical->families)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for families of programs");
    for (size_t i = 0; status == 0 && i < json_array_size(list); i++)
        status = read_family(json_array_get(list, i), common, programs,
                             &statistical->families[statistical->family_count++], err);
    return status;
}

static ees_program_set categories_of(const ees_programs *programs) {
    ees_program_set set = 0;
    for (size_t i = 0; i < programs->count; i++)
        if (programs->programs[i].kind == EES_KIND_CATEGORY)
            set |= (ees_program_set)1 << i;
    return set;
}

/* A category that the model file does not name, because it is younger, is one more of the family with most of them. */
static void adopt_categories(eesi_statistical *statistical, const ees_programs *programs) {
    ees_program_set orphans = categories_of(programs);
    eesi_family *related = NULL;
    int most = 1; /* a family of one category is about that category */
    for (size_t i = 0; i < statistical->family_count; i++) {
        eesi_family *family = &statistical->families[i];
        int count = __builtin_popcountll(family->programs & categories_of(programs));
        orphans &= ~family->programs;
        if (count > most) {
            most = count;
            related = family;
        }
    }
    if (related)
        related->programs |= orphans;
}

static int read_nominees(eesi_statistical *statistical, const json_t *section, const ees_programs *programs,
                         ees_error *err) {
    json_t *object;
    int status = eesi_json_object(section, "nominees", file_name, "statistical", &object, err);
    if (status == 0)
        status = read_programs(object, programs, "statistical.nominees", &statistical->nominee_programs, err);
    if (status == 0)
        status = read_fields(object, "statistical.nominees", eesi_nominee_fields, EESI_NOMINEE_FIELDS,
                             &statistical->nominee, err);
    return status;
}

static int read_priors(const json_t *object, const char *where, const eesi_param_field *fields, size_t count, bool all,
                       eesi_param_prior *priors, ees_error *err) {
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object_get(object, fields[i].key);
        if (!one && !all)
            continue;
        int status = eesi_json_object(object, fields[i].key, file_name, where, &one, err);
        if (status == 0)
            status = eesi_json_double(one, "centre", file_name, fields[i].key, fields[i].min, fields[i].max,
                                      &priors[i].centre, err);
        if (status == 0)
            status = eesi_json_double(one, "spread", file_name, fields[i].key, 0, 1000, &priors[i].spread, err);
        if (status != 0)
            return status;
        priors[i].log_scale = json_is_true(json_object_get(one, "log_scale"));
    }
    return 0;
}

/* A model without a prior forecasts but cannot be fitted. */
static int read_prior(eesi_statistical *statistical, const json_t *section, ees_error *err) {
    const json_t *prior = json_object_get(section, "prior"), *list = json_object_get(section, "families");
    eesi_family_priors shared = {0};
    if (!prior)
        return 0;
    statistical->family_priors = calloc(statistical->family_count + 1, sizeof *statistical->family_priors);
    if (!statistical->family_priors)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the prior");
    int status = read_priors(prior, "statistical.prior", eesi_common_fields, EESI_COMMON_FIELDS, true,
                             statistical->common_priors, err);
    if (status == 0)
        status =
            read_priors(prior, "statistical.prior", eesi_family_fields, EESI_FAMILY_FIELDS, true, shared.field, err);
    if (status == 0)
        status =
            read_priors(json_object_get(json_object_get(section, "nominees"), "prior"), "statistical.nominees.prior",
                        eesi_nominee_fields, EESI_NOMINEE_FIELDS, true, statistical->nominee_priors, err);
    for (size_t i = 0; status == 0 && i < statistical->family_count; i++) {
        statistical->family_priors[i] = shared;
        status = read_priors(json_object_get(json_array_get(list, i), "prior"), "a family's prior", eesi_family_fields,
                             EESI_FAMILY_FIELDS, false, statistical->family_priors[i].field, err);
    }
    statistical->has_priors = status == 0;
    return status;
}

static int copy_excluded(eesi_statistical *statistical, const ees_model *model, ees_error *err) {
    statistical->excluded = calloc(model->excluded_count + 1, sizeof *statistical->excluded);
    if (!statistical->excluded)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the excluded rounds");
    if (model->excluded_count > 0)
        memcpy(statistical->excluded, model->excluded, model->excluded_count * sizeof *statistical->excluded);
    statistical->excluded_count = model->excluded_count;
    statistical->root = json_incref(model->root);
    return 0;
}

int eesi_statistical_create(eesi_statistical **statistical, const ees_model *model, const ees_programs *programs,
                            ees_error *err) {
    *statistical = NULL;
    const json_t *section = json_object_get(model->root, "statistical");
    if (!json_is_object(section))
        return ees_error_set(err, EES_ERR_NOTFOUND, "the model file has no section \"statistical\"");
    eesi_statistical *new = calloc(1, sizeof *new);
    if (!new)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the statistical model");
    int status = copy_excluded(new, model, err);
    if (status == 0)
        status = read_families(new, section, programs, err);
    if (status == 0)
        adopt_categories(new, programs);
    if (status == 0)
        status = read_nominees(new, section, programs, err);
    if (status == 0)
        status = read_prior(new, section, err);
    if (status != 0) {
        eesi_statistical_destroy(new);
        return status;
    }
    *statistical = new;
    return 0;
}

void eesi_statistical_destroy(eesi_statistical *statistical) {
    if (!statistical)
        return;
    free(statistical->families);
    free(statistical->family_priors);
    free(statistical->excluded);
    json_decref(statistical->root);
    free(statistical);
}
