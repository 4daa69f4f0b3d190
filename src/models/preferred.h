/*
 * Which of several models to ask first about a program: the one that has proved best on its past rounds.
 */
#ifndef EESI_PREFERRED_H
#define EESI_PREFERRED_H

#include <stddef.h>

#include "models/forecaster.h"
#include "models/model.h"
#include <eesim/error.h>
#include <eesim/program.h>

typedef struct eesi_preferred eesi_preferred;

enum { EESI_PREFERRED_MODELS_MAX = 16 };

/*
 * Order `models` for every program by the section "preferred" of a model file: names of models by program code, "*" for
 * the others. Models that are not named there follow in the order given; names that are not among them are passed over.
 * @param preferred  set to a new object or, after an error, NULL; eesi_preferred_destroy() it.
 * @param models     model_count (1..EESI_PREFERRED_MODELS_MAX) forecasters; copied, what they point to must outlive it.
 * @param model, programs  only read here.
 * @return 0, EES_ERR_RANGE (model_count), EES_ERR_DATA (the section is not as expected), EES_ERR_NOMEM.
 * Read-only afterwards: threads may share it.
 */
int eesi_preferred_create(eesi_preferred **preferred, const ees_model *model, const ees_programs *programs,
                          const ees_forecaster *models, size_t model_count, ees_error *err) EES_MUST_CHECK;
/* @param preferred  may be NULL. */
void eesi_preferred_destroy(eesi_preferred *preferred);

/* The models in order of preference for a program (a position in the programs). @return as many as were given. */
const ees_forecaster *eesi_preferred_order(const eesi_preferred *preferred, int program, size_t *count);

/*
 * The forecaster "preferred": asks the models of a question's program in order until one has an answer;
 * EES_ERR_NOTFOUND when none has. No randomness of its own. @param preferred  must outlive the forecaster.
 */
ees_forecaster eesi_preferred_forecaster(const eesi_preferred *preferred);

#endif
