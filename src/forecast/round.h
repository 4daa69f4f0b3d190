/* A round of a forecast: what its draws show. */
#ifndef EESI_FORECAST_ROUND_H
#define EESI_FORECAST_ROUND_H

#include "forecast/forecast.h"

/* Adds to the entry's cut-offs what its draws found, each the same share. Returns how many draws found one. */
size_t eesi_round_count_cutoffs(ees_forecast_round *entry);

#endif
