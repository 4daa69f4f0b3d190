/* When a round was held and how old its tie-break was: the one convention of all who ask. */
#ifndef EESI_TIE_BREAK_H
#define EESI_TIE_BREAK_H

#include <eesim/history.h>

/* Time of the round; noon UTC of its day where none was published. */
ees_time eesi_round_held_at(const ees_round *round);

/*
 * Days from the tie-break to the round, 0 to 366. Negative without a tie-break, and where it is a misprint: more than a
 * year old (a profile lives twelve months), or more than a day after the round. Up to a day after counts as 0: the time
 * of a round is not sure to the hour.
 */
double eesi_tie_break_age_days(const ees_round *round);

#endif
