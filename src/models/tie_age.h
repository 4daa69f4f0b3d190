/* Ages of published tie-breaks in whole days. */
#ifndef EESI_TIE_AGE_H
#define EESI_TIE_AGE_H

#include <eesim/tie_age.h>

/* 0..365, or -1 where the round has no tie-break that can be read. */
int eesi_tie_age(const ees_round *round);
/* Ages of the program's known tie-breaks, latest first, `limit` at most. Returns how many. */
size_t eesi_past_tie_ages(const ees_question *question, double *ages, size_t limit);

#endif
