/*
 * A growing byte buffer for building output. Errors are sticky: after a failed allocation every call does nothing and
 * eesi_buf_failed() is true, so that a writer checks once at its end.
 */
#ifndef EESI_BUF_H
#define EESI_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/version.h>

typedef struct eesi_buf {
    char *data; /* NUL-terminated unless empty; owned */
    size_t length;
    size_t capacity;
    bool failed;
} eesi_buf;

void eesi_buf_init(eesi_buf *buf);
void eesi_buf_free(eesi_buf *buf);
bool eesi_buf_failed(const eesi_buf *buf);
/* Forget the content, keep the memory. */
void eesi_buf_clear(eesi_buf *buf);
/* Room for `extra` more bytes and a NUL. Returns where they go, or NULL after a failure. */
char *eesi_buf_reserve(eesi_buf *buf, size_t extra);
void eesi_buf_put(eesi_buf *buf, const char *text, size_t length);
void eesi_buf_puts(eesi_buf *buf, const char *text);
void eesi_buf_putc(eesi_buf *buf, char c);
void eesi_buf_printf(eesi_buf *buf, const char *format, ...) EES_PRINTF(2, 3);
/* Decimal digits, much faster than printf. */
void eesi_buf_put_int(eesi_buf *buf, int64_t value);
/* A CSV field: quoted only when it must be (RFC 4180). */
void eesi_buf_put_csv(eesi_buf *buf, const char *text);
/* ISO 8601, nothing for a missing value. */
void eesi_buf_put_date(eesi_buf *buf, ees_date date);
void eesi_buf_put_time(eesi_buf *buf, ees_time time);
/* The shortest of %.*g with `digits` significant digits; nothing for NaN. */
void eesi_buf_put_double(eesi_buf *buf, double value, int digits);

#endif
