/* SHA-256 as 64 hexadecimal digits; computed by libmd. */
#ifndef EESI_SHA256_H
#define EESI_SHA256_H

#include <stddef.h>

#define EESI_SHA256_TEXT 65 /* digits and a NUL */

void eesi_sha256(const void *data, size_t length, char text[EESI_SHA256_TEXT]);
/* Digest of `count` digests in order: one name for a set of files. */
void eesi_sha256_join(const char (*digests)[EESI_SHA256_TEXT], size_t count, char text[EESI_SHA256_TEXT]);

#endif
