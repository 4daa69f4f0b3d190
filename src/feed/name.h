/* Official names of rounds and programs, brought to one spelling so that they can be compared. */
#ifndef EESI_NAME_H
#define EESI_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum { EESI_NAME_MAX = 256 };

/*
 * Lower case, without accents; every run of spaces, dashes and punctuation is one space; "&" is "and"; a version or a
 * year at the end ("(Version 1)", "2026-Version 2") is dropped. Letters outside Latin stay as they are.
 * Returns false when the result does not fit into EESI_NAME_MAX bytes: such a text is no name of a program.
 */
bool eesi_name_normalise(const char *text, char out[EESI_NAME_MAX]);

/*
 * The letter at p, in lower case and without its accent; '\0' for an accent that stands alone after its letter.
 * Returns its bytes, 0 when there is no Latin letter.
 */
size_t eesi_name_letter(const char *p, char *letter);

#endif
