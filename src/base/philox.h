/* The bare block function, for the known-answer test and for callers with a counter of their own. */
#ifndef EESI_PHILOX_H
#define EESI_PHILOX_H

#include <stdint.h>

void eesi_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
