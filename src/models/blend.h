/*
 * The equal mixture of several models: where two of them err in different ways, it beats both.
 */
#ifndef EESI_BLEND_H
#define EESI_BLEND_H

#include <stddef.h>

#include "models/forecaster.h"
#include "models/model.h"

enum { EESI_BLEND_PARTS_MAX = 4, EESI_BLENDS_MAX = 4 };

/* The models to mix. Strings and what they point to are borrowed. */
typedef struct eesi_blend {
    const char *name;
    char about[120];
    ees_forecaster parts[EESI_BLEND_PARTS_MAX];
    size_t part_count; /* 1 .. EESI_BLEND_PARTS_MAX */
} eesi_blend;

/*
 * The blends of a model file, its section "blends": names of models by name of blend. Without it there is one, "blend",
 * of the ensemble and the statistical model.
 * @param models  what may be a part, `model_count` of them; a blend with another part is passed over.
 * @return how many, or EES_ERR_DATA (the section is not as expected).
 */
int eesi_blends_read(eesi_blend blends[EESI_BLENDS_MAX], const ees_model *model, const ees_forecaster *models,
                     size_t model_count, ees_error *err) EES_MUST_CHECK;

/* The blend behind a forecaster; NULL: it is another model. */
const eesi_blend *eesi_blend_of(const ees_forecaster *forecaster);

/*
 * The forecaster of a blend: the mixture of the answers of all parts with equal weights; EES_ERR_NOTFOUND where one of
 * them has no answer. No randomness of its own; as safe for threads as its parts.
 * @param blend  must outlive the forecaster.
 */
ees_forecaster eesi_blend_forecaster(const eesi_blend *blend);

#endif
