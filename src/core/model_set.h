/* The models made from one file of parameters and one seed. */
#ifndef EESI_MODEL_SET_H
#define EESI_MODEL_SET_H

#include "core/context.h"
#include "models/blend.h"
#include "models/ensemble_model.h"
#include "models/forecaster.h"
#include "models/model.h"
#include "models/preferred.h"
#include "models/statistical.h"

enum { EESI_MODELS_MAX = 16 };

typedef struct eesi_model_set {
    int owners; /* it goes with the last of them */
    char *file; /* of the parameters */
    uint64_t seed;
    ees_model *model;
    eesi_ensemble_model *ensemble;
    eesi_statistical *statistical; /* NULL: the parameters have no such section */
    eesi_preferred *preferred;
    eesi_blend blends[EESI_BLENDS_MAX];
    ees_forecaster forecasters[EESI_MODELS_MAX]; /* the first is the preferred of all others */
    size_t count;
} eesi_model_set;

/* eesi_model_set_free() it, also after an error. */
int eesi_model_set_init(eesi_model_set *set, ees_context *context, const char *file, uint64_t seed,
                        ees_error *err) EES_MUST_CHECK;
void eesi_model_set_free(eesi_model_set *set);

/* One of the set by name, with a suggestion where there is none. EES_ERR_RANGE. */
int eesi_model_set_choose(const eesi_model_set *set, const char *name, eesi_models *models,
                          ees_error *err) EES_MUST_CHECK;

#endif
