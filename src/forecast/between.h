/*
 * What may be held between the newest known round and a round asked for, where the data do not reach its day: settings
 * of the learned policy that hold the round asked for.
 *
 * One rule says which rounds come in between. Those of all other programs do. Those of the program itself do when the
 * day lies beyond its usual rhythm: later than the newest known round by more than the median of its last five gaps.
 */
#ifndef EESI_BETWEEN_H
#define EESI_BETWEEN_H

#include "models/forecaster.h"

enum { EESI_BETWEEN_SETTINGS = 2, EESI_BETWEEN_LENGTH = 200 };

/* Settings as of eesi_policy_apply(), and pointers to them. */
typedef struct eesi_between_settings {
    char text[EESI_BETWEEN_SETTINGS][EESI_BETWEEN_LENGTH];
    const char *sets[EESI_BETWEEN_SETTINGS];
} eesi_between_settings;

ees_date eesi_between_newest(const ees_question *question);
/* Whether rounds of the question's program come in between. */
bool eesi_between_is_beyond(const ees_question *question);
/* One round of the program on the day; none of its own where the rule has none. */
void eesi_between_set(eesi_between_settings *settings, const ees_question *question);

#endif
