/**
 * @file
 * The rounds of the past as a table.
 */
#ifndef EESIM_ROUNDS_H
#define EESIM_ROUNDS_H

#include <eesim/context.h>
#include <eesim/table.h>

/** Which rounds. Zero and EES_DATE_NONE: no limit. */
typedef struct ees_rounds_request {
    ees_program_set programs; /* 0: all, also those of unknown names */
    ees_date from, until;     /* both included */
    size_t last;              /* only so many of them, the newest */
} ees_rounds_request;

/** Their numbers, days, programs, sizes, cut-offs, tie-breaks and pools. @param table  ees_table_destroy() it. */
EES_API int ees_rounds_table(ees_context *context, const ees_rounds_request *request, ees_table **table,
                             ees_error *err) EES_MUST_CHECK;

#endif
