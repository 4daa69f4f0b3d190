#include "feed/tables.h"

const char *const eesi_round_columns[EESI_ROUND_COLUMNS] = {
    "number", "date", "program", "name", "eligible", "size", "cutoff", "tie_break", "held_at", "pool", "pool_as_of",
};
const char *const eesi_pool_columns[EESI_POOL_COLUMNS] = {"pool", "as_of", "band_low", "band_high", "candidates"};
