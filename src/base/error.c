#define EESI_ERROR_DEFINED_HERE
#include <eesim/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ees_strerror(int code) {
    switch (code) {
#define EES_ERROR_CASE(name, value, text)                                                                              \
    case name:                                                                                                         \
        return text;
        EES_ERRORS(EES_ERROR_CASE)
#undef EES_ERROR_CASE
    default:
        return "unknown error";
    }
}

static void set_place(ees_error *err, const char *file, long line, long column) {
    err->line = line;
    err->column = column;
    snprintf(err->file, sizeof err->file, "%s", file ? file : "");
}

int ees_error_set(ees_error *err, int code, const char *format, ...) {
    if (!err)
        return code;
    va_list args;
    va_start(args, format);
    err->code = code;
    set_place(err, NULL, 0, 0);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return code;
}

int ees_error_at(ees_error *err, int code, const char *file, long line, long column, const char *format, ...) {
    if (!err)
        return code;
    va_list args;
    va_start(args, format);
    err->code = code;
    set_place(err, file, line, column);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return code;
}
