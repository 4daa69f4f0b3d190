/* Official numbers of rounds: digits and at most one letter ("396", "91a"). */
#ifndef EESI_NUMBER_H
#define EESI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Splits a number into its order, so that 90 < 91a < 91b < 92. False when the text is no number of a round. */
bool eesi_number_parse(const char *text, size_t length, int *order);

#endif
