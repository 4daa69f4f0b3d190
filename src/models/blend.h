/*
 * The equal mixture of several models: where two of them err in different ways, it beats both.
 */
#ifndef EESI_BLEND_H
#define EESI_BLEND_H

#include <stddef.h>

#include "models/forecaster.h"

enum { EESI_BLEND_PARTS_MAX = 4 };

/* The models to mix. Strings and what they point to are borrowed. */
typedef struct eesi_blend {
    ees_forecaster parts[EESI_BLEND_PARTS_MAX];
    size_t part_count; /* 1 .. EESI_BLEND_PARTS_MAX */
} eesi_blend;

/*
 * The forecaster "blend": the mixture of the answers of all parts with equal weights; EES_ERR_NOTFOUND where one of
 * them has no answer. No randomness of its own; as safe for threads as its parts.
 * @param blend  must outlive the forecaster.
 */
ees_forecaster eesi_blend_forecaster(const eesi_blend *blend);

#endif
