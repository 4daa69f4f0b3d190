/* The secret of a cache folder: what it seals was written by this user. */
#ifndef EESI_CACHE_SECRET_H
#define EESI_CACHE_SECRET_H

#include <stdbool.h>

#include "base/sha256.h"

/*
 * Random digits that only this user can read: the file `.secret` of the folder, which is made when there is none. One
 * of somebody else, or that others can read or write, is replaced. False when there is no secret to be had.
 */
bool eesi_cache_secret(const char *dir, char secret[EESI_SHA256_TEXT]);

#endif
