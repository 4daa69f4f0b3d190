/* What changed between two published pools, as a table. */
#ifndef EESI_POOL_CHANGES_H
#define EESI_POOL_CHANGES_H

#include <eesim/context.h>

/* `since` and `now` are positions of pools in the history, in this order. ees_table_destroy() the table. */
int eesi_pool_changes_table(ees_context *context, int since, int now, ees_table **table, ees_error *err) EES_MUST_CHECK;

#endif
