#include "base/buf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

void eesi_buf_init(eesi_buf *buf) {
    memset(buf, 0, sizeof *buf);
}

void eesi_buf_free(eesi_buf *buf) {
    free(buf->data);
    eesi_buf_init(buf);
}

bool eesi_buf_failed(const eesi_buf *buf) {
    return buf->failed;
}

void eesi_buf_clear(eesi_buf *buf) {
    buf->length = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

char *eesi_buf_reserve(eesi_buf *buf, size_t extra) {
    if (buf->failed)
        return NULL;
    size_t needed = buf->length + extra + 1;
    if (needed < extra) {
        buf->failed = true;
        return NULL;
    }
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity < 256 ? 256 : buf->capacity;
        while (capacity < needed)
            capacity *= 2;
        char *data = realloc(buf->data, capacity);
        if (!data) {
            buf->failed = true;
            return NULL;
        }
        buf->data = data;
        buf->capacity = capacity;
    }
    return buf->data + buf->length;
}

void eesi_buf_put(eesi_buf *buf, const char *text, size_t length) {
    char *end = eesi_buf_reserve(buf, length);
    if (!end)
        return;
    memcpy(end, text, length);
    end[length] = '\0';
    buf->length += length;
}

void eesi_buf_puts(eesi_buf *buf, const char *text) {
    eesi_buf_put(buf, text, strlen(text));
}

void eesi_buf_putc(eesi_buf *buf, char c) {
    eesi_buf_put(buf, &c, 1);
}

void eesi_buf_printf(eesi_buf *buf, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *end = length < 0 ? NULL : eesi_buf_reserve(buf, (size_t)length);
    if (end) {
        vsnprintf(end, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    } else {
        buf->failed = true;
    }
    va_end(again);
}

void eesi_buf_put_int(eesi_buf *buf, int64_t value) {
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    eesi_buf_put(buf, p, (size_t)(digits + sizeof digits - p));
}

void eesi_buf_put_csv(eesi_buf *buf, const char *text) {
    const char *guard = eesi_csv_is_formula(text) ? "'" : "";
    if (!strpbrk(text, ",\"\r\n")) {
        eesi_buf_puts(buf, guard);
        eesi_buf_puts(buf, text);
        return;
    }
    eesi_buf_putc(buf, '"');
    eesi_buf_puts(buf, guard);
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            eesi_buf_putc(buf, '"');
        eesi_buf_putc(buf, *p);
    }
    eesi_buf_putc(buf, '"');
}

void eesi_buf_put_date(eesi_buf *buf, ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    eesi_buf_puts(buf, ees_date_format(date, text));
}

void eesi_buf_put_time(eesi_buf *buf, ees_time time) {
    char text[EES_TIME_TEXT_MAX];
    eesi_buf_puts(buf, ees_time_format(time, text));
}

void eesi_buf_put_double(eesi_buf *buf, double value, int digits) {
    char text[64]; /* what eesi_buf_printf() would do, formatted once instead of twice */
    int length = isnan(value) ? 0 : snprintf(text, sizeof text, "%.*g", digits, value);
    if (length > 0 && (size_t)length < sizeof text)
        eesi_buf_put(buf, text, (size_t)length);
    else if (length > 0)
        eesi_buf_printf(buf, "%.*g", digits, value);
}
