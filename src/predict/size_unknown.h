/* Cut-offs of rounds whose size is not known. */
#ifndef EESI_SIZE_UNKNOWN_H
#define EESI_SIZE_UNKNOWN_H

#include "calendar/calendar.h"
#include "models/forecaster.h"

/* Forecasters that need a size, and the calendar that guesses it. Everything is borrowed. */
typedef struct eesi_size_guess {
    const ees_calendar_model *calendar;
    const ees_forecaster *models; /* in order of preference: the first that has an answer is used */
    size_t model_count;
} eesi_size_guess;

/*
 * The forecaster "size-mixture": asked without a size, it mixes the answers of its models over the sizes that the
 * calendar thinks likely on the day; asked with one, it passes the question on.
 * No randomness. Safe for several threads. @param guess  must outlive the forecaster.
 */
ees_forecaster eesi_size_unknown_forecaster(const eesi_size_guess *guess);

#endif
