/* The k-th smallest of many instants without sorting them. */
#ifndef EESI_SELECT_H
#define EESI_SELECT_H

#include <stddef.h>

#include <eesim/date.h>

/*
 * The value that would stand at position k (0 <= k < count) after sorting. Counts values into ranges and goes on in
 * the one that holds k: O(count) for any input, which a quickselect is not. The order of `times` is lost.
 */
ees_time eesi_select(ees_time *times, size_t count, size_t k);

#endif
