#include "models/preferred.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "models/ask.h"
#include "models/forecaster.h"
#include "models/model.h"

struct eesi_preferred {
    size_t count;
    ees_forecaster order[EES_PROGRAMS_MAX][EESI_PREFERRED_MODELS_MAX];
};

static void move_to(ees_forecaster *order, size_t count, size_t place, const char *name) {
    for (size_t i = place; i < count; i++) {
        if (strcmp(order[i].name, name) != 0)
            continue;
        ees_forecaster found = order[i];
        memmove(order + place + 1, order + place, (i - place) * sizeof *order);
        order[place] = found;
        return;
    }
}

static int apply(ees_forecaster *order, size_t count, const json_t *names, const char *code, ees_error *err) {
    size_t place = 0, index;
    json_t *name;
    if (!names)
        return EES_OK;
    if (!json_is_array(names))
        return ees_error_set(err, EES_ERR_DATA, "model: preferred: '%s' is no list of model names", code);
    json_array_foreach(names, index, name) {
        if (!json_is_string(name))
            return ees_error_set(err, EES_ERR_DATA, "model: preferred: '%s' holds something that is no name", code);
        move_to(order, count, place, json_string_value(name));
        if (place < count && strcmp(order[place].name, json_string_value(name)) == 0)
            place++;
    }
    return EES_OK;
}

int eesi_preferred_create(eesi_preferred **preferred, const ees_model *model, const ees_programs *programs,
                          const ees_forecaster *models, size_t model_count, ees_error *err) {
    *preferred = NULL;
    if (model_count < 1 || model_count > EESI_PREFERRED_MODELS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "%zu models, expected 1 to %d", model_count,
                             EESI_PREFERRED_MODELS_MAX);
    const json_t *section = json_object_get(model->root, "preferred");
    if (section && !json_is_object(section))
        return ees_error_set(err, EES_ERR_DATA, "model: 'preferred' is no object");
    eesi_preferred *made = calloc(1, sizeof *made);
    if (!made)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    made->count = model_count;
    int rc = EES_OK;
    for (size_t p = 0; p < programs->count && rc == EES_OK; p++) {
        const char *code = programs->programs[p].code;
        const json_t *names = json_object_get(section, code);
        memcpy(made->order[p], models, model_count * sizeof *models);
        rc = apply(made->order[p], model_count, names ? names : json_object_get(section, "*"), code, err);
    }
    if (rc) {
        free(made);
        return rc;
    }
    *preferred = made;
    return EES_OK;
}

void eesi_preferred_destroy(eesi_preferred *preferred) {
    free(preferred);
}

const ees_forecaster *eesi_preferred_order(const eesi_preferred *preferred, int program, size_t *count) {
    *count = preferred->count;
    return preferred->order[program];
}

static int answer_one(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    const eesi_preferred *preferred = self;
    if (question->program < 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "a program is needed");
    const ees_forecaster *order = preferred->order[question->program];
    const int model = eesi_ask_one(order, preferred->count, question, predictive, err);
    return model < 0 ? model : EES_OK;
}

/* The questions whose `rank`-th model this is and that are still open, in one sweep. */
typedef struct batch {
    ees_question *questions;
    ees_predictive *predictives;
    int *statuses;
    size_t *places;
    size_t count;
} batch;

static int sweep_batch(batch *b, const ees_forecaster *model, ees_predictive *predictives, int *statuses,
                       ees_error *err) {
    int rc = eesi_ask_all(model, b->questions, b->count, b->predictives, b->statuses, err);
    for (size_t i = 0; i < b->count && rc == EES_OK; i++) {
        statuses[b->places[i]] = b->statuses[i];
        predictives[b->places[i]] = b->predictives[i];
    }
    return rc;
}

static int sweep_with(const eesi_preferred *preferred, batch *b, const ees_question *questions, size_t count,
                      ees_predictive *predictives, int *statuses, ees_error *err) {
    int rc = EES_OK;
    for (size_t rank = 0; rank < preferred->count && rc == EES_OK; rank++) {
        for (size_t lead = 0; lead < preferred->count && rc == EES_OK; lead++) {
            const ees_forecaster *model = &preferred->order[0][lead]; /* every model once, in any order */
            b->count = 0;
            for (size_t i = 0; i < count; i++) {
                const ees_question *q = &questions[i];
                if (statuses[i] == EES_OK || q->program < 0 ||
                    strcmp(preferred->order[q->program][rank].name, model->name) != 0)
                    continue;
                b->places[b->count] = i;
                b->questions[b->count++] = *q;
            }
            if (b->count > 0)
                rc = sweep_batch(b, model, predictives, statuses, err);
        }
    }
    return rc;
}

static int answer_all(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                      int *statuses, ees_error *err) {
    batch b = {.questions = calloc(count + 1, sizeof *b.questions),
               .predictives = calloc(count + 1, sizeof *b.predictives),
               .statuses = calloc(count + 1, sizeof *b.statuses),
               .places = calloc(count + 1, sizeof *b.places)};
    int rc = EES_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        statuses[i] = EES_ERR_NOTFOUND;
    if (b.questions && b.predictives && b.statuses && b.places)
        rc = sweep_with(self, &b, questions, count, predictives, statuses, err);
    else
        ees_error_set(err, rc, "out of memory");
    free(b.questions);
    free(b.predictives);
    free(b.statuses);
    free(b.places);
    return rc;
}

ees_forecaster eesi_preferred_forecaster(const eesi_preferred *preferred) {
    return (ees_forecaster){.name = "preferred",
                            .about = "for each program the model that proved best on its past rounds",
                            .self = preferred,
                            .forecast = answer_one,
                            .sweep = answer_all};
}
