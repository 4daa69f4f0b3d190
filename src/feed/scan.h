/*
 * The official feed in its plain form, scanned where it lies: an object whose members are texts, but for "rounds", a
 * list of such objects; no escapes, ASCII only. That is what has been published so far, and several times faster to
 * read than to parse into a tree. Anything else, right or wrong, is left to the JSON parser.
 */
#ifndef EESI_SCAN_H
#define EESI_SCAN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct eesi_member {
    char *key, *value; /* point into the text, NUL-terminated */
    size_t key_length, value_length;
} eesi_member;

typedef struct eesi_scan {
    eesi_member *members; /* of all objects, one after another; owned */
    size_t member_count, member_capacity;
    size_t *ends; /* object i has the members from ends[i-1] (0 for the first) up to ends[i]; owned */
    size_t object_count, object_capacity;
} eesi_scan;

/*
 * `text` ends with a NUL at text[length]. False when it is not in plain form (or memory is short); it is then
 * unchanged. `scan` is uninitialised; eesi_scan_free() it in either case.
 */
bool eesi_scan_feed(char *text, size_t length, eesi_scan *scan);
void eesi_scan_free(eesi_scan *scan);

#endif
