/* Reading JSON (jansson does the parsing) with errors that name the file and the place. */
#ifndef EESI_JSON_H
#define EESI_JSON_H

#include <stdint.h>

#include <jansson.h>

#include <eesim/date.h>
#include <eesim/error.h>

#include "base/source.h"

/* Parse text already in memory; `file` is for messages. *root is owned by the caller (json_decref). */
int eesi_json_parse(const char *file, const char *text, size_t length, json_t **root, ees_error *err) EES_MUST_CHECK;
struct eesi_source;
/* Read and parse a file of `from` (base/source.h; NULL: of the system). If sha256 is not NULL it gets 64 hexadecimal
 * digits of the file's bytes and a NUL. */
int eesi_json_read_from(const struct eesi_source *from, const char *file, json_t **root, char *sha256,
                        ees_error *err) EES_MUST_CHECK;
int eesi_json_read(const char *file, json_t **root, char *sha256, ees_error *err) EES_MUST_CHECK;

/* Members of an object: an error names the file and the key. `where` says what the object is ("round 12"). */
int eesi_json_object(const json_t *object, const char *key, const char *file, const char *where, json_t **value,
                     ees_error *err) EES_MUST_CHECK;
int eesi_json_array(const json_t *object, const char *key, const char *file, const char *where, json_t **value,
                    ees_error *err) EES_MUST_CHECK;
int eesi_json_string(const json_t *object, const char *key, const char *file, const char *where, const char **value,
                     ees_error *err) EES_MUST_CHECK;
int eesi_json_int(const json_t *object, const char *key, const char *file, const char *where, int64_t min, int64_t max,
                  int64_t *value, ees_error *err) EES_MUST_CHECK;
int eesi_json_double(const json_t *object, const char *key, const char *file, const char *where, double min, double max,
                     double *value, ees_error *err) EES_MUST_CHECK;
/* A date as "YYYY-MM-DD"; null or a missing key is EES_DATE_NONE. */
int eesi_json_date(const json_t *object, const char *key, const char *file, const char *where, ees_date *value,
                   ees_error *err) EES_MUST_CHECK;

/* Line and column of a member, "spouse.education", or an element, "rows.0", in valid text; of the innermost one on the
 * way where it is missing. */
void eesi_json_place(const char *text, const char *path, long *line, long *column);

#endif
