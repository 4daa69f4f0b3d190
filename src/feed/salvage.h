/* A feed that is no valid JSON as a whole: its rounds are taken out one by one, so that a damaged one costs no other.
 */
#ifndef EESI_SALVAGE_H
#define EESI_SALVAGE_H

#include <stddef.h>

#include <jansson.h>

/* The second of two values under one key of a salvaged round has this behind its key. */
#define EESI_SALVAGED_AGAIN " again"

/*
 * The rounds of a damaged feed, as an array: an object for a round that could be read, by itself or mended, and for
 * any other {"drawNumber": ..., "damage": the text around the fault}.
 * @param text  UTF-8. @return NULL when the text holds no list of rounds that comes to its end, or out of memory.
 */
json_t *eesi_feed_salvage(const char *text, size_t length);

#endif
