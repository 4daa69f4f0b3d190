/*
 * Equal weights, on purpose: weights learnt from a few dozen rounds did worse than none at all (docs/statistical.md),
 * as is usual when few forecasts are combined (J. M. Bates, C. W. J. Granger, Operational Research Quarterly 20
 * (1969)).
 */

#include "models/blend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "models/ask.h"
#include "models/forecaster.h"
#include "models/predictive.h"

/* Answers of every part: answers[part * count + question]. */
typedef struct blend_answers {
    size_t count;
    ees_predictive *answers;
    int *statuses;
} blend_answers;

static int mix_question(const eesi_blend *blend, const blend_answers *all, size_t i, ees_predictive *mixed,
                        ees_error *err) {
    const ees_predictive *parts[EESI_BLEND_PARTS_MAX];
    for (size_t p = 0; p < blend->part_count; p++) {
        if (all->statuses[p * all->count + i] != 0)
            return ees_error_set(err, EES_ERR_NOTFOUND, "'%s' has no answer to mix", blend->parts[p].name);
        parts[p] = &all->answers[p * all->count + i];
    }
    return eesi_predictive_mix(mixed, parts, NULL, blend->part_count, err);
}

static int mix_all(const eesi_blend *blend, const ees_question *questions, const blend_answers *all,
                   ees_predictive *predictives, int *statuses, ees_error *err) {
    for (size_t p = 0; p < blend->part_count; p++) {
        int rc = eesi_ask_all(&blend->parts[p], questions, all->count, all->answers + p * all->count,
                              all->statuses + p * all->count, err);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < all->count; i++) {
        statuses[i] = mix_question(blend, all, i, &predictives[i], err);
        if (statuses[i] != 0 && statuses[i] != EES_ERR_NOTFOUND)
            return statuses[i];
    }
    return EES_OK;
}

static int sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                 int *statuses, ees_error *err) {
    const eesi_blend *blend = self;
    if (blend->part_count < 1 || blend->part_count > EESI_BLEND_PARTS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a blend has 1 to %d parts", EESI_BLEND_PARTS_MAX);
    size_t room = blend->part_count * count + 1;
    blend_answers all = {count, calloc(room, sizeof *all.answers), calloc(room, sizeof *all.statuses)};
    int rc = EES_ERR_NOMEM;
    if (all.answers && all.statuses)
        rc = mix_all(blend, questions, &all, predictives, statuses, err);
    else
        (void)ees_error_set(err, rc, "no memory for a blend of forecasts");
    free(all.answers);
    free(all.statuses);
    return rc;
}

static int forecast(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    int status = EES_OK;
    int rc = sweep(self, question, 1, predictive, &status, err);
    return rc ? rc : status;
}

ees_forecaster eesi_blend_forecaster(const eesi_blend *blend) {
    return (ees_forecaster){
        .name = blend->name, .about = blend->about, .self = blend, .forecast = forecast, .sweep = sweep};
}

const eesi_blend *eesi_blend_of(const ees_forecaster *forecaster) {
    return forecaster->sweep == sweep ? forecaster->self : NULL;
}

static const ees_forecaster *find(const ees_forecaster *models, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(models[i].name, name) == 0)
            return &models[i];
    return NULL;
}

/* Its parts, as far as there is room; false: one of them is no model of these. */
static bool fill(eesi_blend *blend, const char *name, const char *const *parts, size_t count,
                 const ees_forecaster *models, size_t model_count) {
    *blend = (eesi_blend){.name = name};
    snprintf(blend->about, sizeof blend->about, "the equal mixture of ");
    for (size_t i = 0; i < count && i < EESI_BLEND_PARTS_MAX; i++) {
        const ees_forecaster *part = find(models, model_count, parts[i]);
        if (!part)
            return false;
        const size_t length = strlen(blend->about);
        snprintf(blend->about + length, sizeof blend->about - length, "%s%s",
                 i == 0           ? ""
                 : i + 1 == count ? " and "
                                  : ", ",
                 parts[i]);
        blend->parts[blend->part_count++] = *part;
    }
    return true;
}

int eesi_blends_read(eesi_blend blends[EESI_BLENDS_MAX], const ees_model *model, const ees_forecaster *models,
                     size_t model_count, ees_error *err) {
    static const char *const usual[] = {"ensemble", "statistical"};
    json_t *section = json_object_get(model->root, "blends"), *list, *part;
    const char *name, *parts[EESI_BLEND_PARTS_MAX];
    size_t index;
    int count = 0;
    if (!section)
        return fill(&blends[0], "blend", usual, 2, models, model_count) ? 1 : 0;
    if (!json_is_object(section) || json_object_size(section) > EESI_BLENDS_MAX)
        return ees_error_set(err, EES_ERR_DATA, "model: 'blends' is no object of at most %d lists", EESI_BLENDS_MAX);
    json_object_foreach(section, name, list) {
        if (json_array_size(list) < 1 || json_array_size(list) > EESI_BLEND_PARTS_MAX)
            return ees_error_set(err, EES_ERR_DATA, "model: blends: '%s' is no list of 1 to %d names of models", name,
                                 EESI_BLEND_PARTS_MAX);
        json_array_foreach(list, index, part) {
            parts[index] = json_string_value(part);
            if (!parts[index])
                return ees_error_set(err, EES_ERR_DATA, "model: blends: '%s' holds something that is no name", name);
        }
        count += fill(&blends[count], name, parts, json_array_size(list), models, model_count) ? 1 : 0;
    }
    return count;
}
