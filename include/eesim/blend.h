/**
 * @file
 * The equal mixture of several models: where two of them err in different ways, it beats both.
 */
#ifndef EESIM_BLEND_H
#define EESIM_BLEND_H

#include <stddef.h>

#include <eesim/export.h>
#include <eesim/forecaster.h>

enum { EES_BLEND_PARTS_MAX = 4 };

/** The models to mix. Strings and what they point to are borrowed. */
typedef struct ees_blend {
    size_t struct_size;
    ees_forecaster parts[EES_BLEND_PARTS_MAX];
    size_t part_count; /* 1 .. EES_BLEND_PARTS_MAX */
} ees_blend;

/**
 * The forecaster "blend": the mixture of the answers of all parts with equal weights; EES_ERR_NOTFOUND where one of
 * them has no answer. No randomness of its own; as safe for threads as its parts.
 * @param blend  must outlive the forecaster.
 */
EES_API ees_forecaster ees_blend_forecaster(const ees_blend *blend);

#endif
