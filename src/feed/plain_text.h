/* What people and programs put around the values of the feed: another encoding, signs and marks of HTML. */
#ifndef EESI_PLAIN_TEXT_H
#define EESI_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

bool eesi_is_utf8(const char *text, size_t length);
/* Windows-1252 to UTF-8, on the heap, NUL-terminated; NULL when out of memory. What is UTF-8 already stays. */
char *eesi_from_windows_1252(const char *text, size_t length, size_t *out_length);
/* True for UTF-16 of either order, with a mark or beginning with an ASCII sign. */
bool eesi_is_utf16(const char *text, size_t length);
/* As eesi_from_windows_1252(), without the mark. Signs outside of the basic plane become spaces. */
char *eesi_from_utf16(const char *text, size_t length, size_t *out_length);

/* True when eesi_plain_text() would change something. */
bool eesi_has_markup(const char *text);
/* Replace "&eacute;", "&#233;" and the like by what they mean, and drop tags. In place: the result is never longer. */
void eesi_plain_text(char *text);

/* True for "N/A", "not applicable", "s.o.", "-" and other ways to say that there is no value. */
bool eesi_says_none(const char *text);

#endif
