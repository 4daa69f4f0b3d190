/*
 * Tables from which the every-cell engine draws departures and arrivals with one 32-bit word each (alias method of
 * Walker and Vose). An entry holds a threshold of 24 bits and an alias of 8 bits. Probabilities are exact to 2^-31.
 */
#ifndef EESI_ENGINE_ALIAS_H
#define EESI_ENGINE_ALIAS_H

#include <stdint.h>

#include "engine/engine.h"

enum { EESI_LEAVE_BITS = 6, EESI_ARRIVE_BITS = 7 };

/* A cell as the every-cell engine sees it; cells are sorted by row, then segment. */
typedef struct eesi_cell {
    int32_t row; /* of the world, 0 at the top */
    int32_t segment;
    uint32_t arrivals; /* where its table starts in entry[] */
    int many;          /* its mean is too large for a table, which then draws 0 */
    double mean;
    double initial;
} eesi_cell;

typedef struct eesi_alias {
    int cells;
    eesi_cell *cell;
    int *order; /* [cells] by segment, then row: neighbours hold about as many candidates and share lines of tables */
    uint32_t most; /* departures of up to this many candidates have a table, at entry[n << EESI_LEAVE_BITS] */
    uint32_t *entry;
} eesi_alias;

/* Free with eesi_alias_free(), also after an error. EES_ERR_NOMEM. */
EES_MUST_CHECK int eesi_alias_init(eesi_alias *alias, const eesi_world *world, ees_error *err);
void eesi_alias_free(eesi_alias *alias);

#endif
