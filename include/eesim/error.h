/**
 * @file
 * Error codes and the optional error record.
 *
 * Every function that can fail returns 0 or one of the negative codes below. Those that can say more take a last
 * parameter `ees_error *err`, which may be NULL. The library never prints and never ends the process.
 */
#ifndef EESIM_ERROR_H
#define EESIM_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/* code, value, text: the one list; ees_strerror() and the tests go through it. */
#define EES_ERRORS(X)                                                                                                  \
    X(EES_OK, 0, "no error")                                                                                           \
    X(EES_ERR_NOMEM, -1, "out of memory")                                                                              \
    X(EES_ERR_RANGE, -2, "argument out of range")                                                                      \
    X(EES_ERR_IO, -3, "input or output failed")                                                                        \
    X(EES_ERR_DATA, -4, "bad data")                                                                                    \
    X(EES_ERR_NOTFOUND, -5, "not found")                                                                               \
    X(EES_ERR_NUMERIC, -6, "numerical failure")                                                                        \
    X(EES_ERR_INTERRUPTED, -7, "interrupted")                                                                          \
    X(EES_ERR_MISMATCH, -8, "parts do not belong together")                                                            \
    X(EES_ERR_UNSUPPORTED, -9, "not supported by this build")

#define EES_ERROR_ENUM(name, value, text) name = (value),
enum ees_error_code { EES_ERRORS(EES_ERROR_ENUM) };
#undef EES_ERROR_ENUM

#define EES_ERROR_MESSAGE_MAX 512
#define EES_ERROR_FILE_MAX 256

/** What went wrong and where. `file` is "" and `line`, `column` are 0 where they do not apply; both count from 1. */
typedef struct ees_error {
    int code;
    long line;
    long column;
    char file[EES_ERROR_FILE_MAX];
    char message[EES_ERROR_MESSAGE_MAX];
} ees_error;

/** @return the text of a code, static storage; "unknown error" for a number that is no code. */
EES_API const char *ees_strerror(int code);

#if defined(__clang_analyzer__) && !defined(EESI_ERROR_DEFINED_HERE)
/* For the static analyser alone, which does not look into variadic functions: the code given comes back. */
void eesi_analyser_note(const void *err, ...);
#define ees_error_set(err, code, ...) (eesi_analyser_note((err), __VA_ARGS__), (code))
#define ees_error_at(err, code, file, line, column, ...)                                                               \
    (eesi_analyser_note((err), (file), (line), (column), __VA_ARGS__), (code))
#else
/** Set code and message, clear the place. @param err may be NULL. @return code, so that callers can return it at once.
 */
EES_API int ees_error_set(ees_error *err, int code, const char *format, ...) EES_PRINTF(3, 4);

/** As ees_error_set(), with a place: file may be NULL, line and column 0 when unknown. */
EES_API int ees_error_at(ees_error *err, int code, const char *file, long line, long column, const char *format, ...)
    EES_PRINTF(6, 7);
#endif

/** The candidate nearest to a misspelt word, for "did you mean"; NULL when none is near. O(count). Reentrant. */
EES_API const char *ees_nearest(const char *word, const char *const *candidates, size_t count);

/**
 * Handed to functions that can take more than a second; NULL instead of it, or a NULL `report`, means nobody listens.
 * `report` is called now and then with what is done and what there is in all (0 when unknown), from one thread at a
 * time but not always the same one. It returns false to stop: the function then returns EES_ERR_INTERRUPTED.
 */
typedef struct ees_progress {
    bool (*report)(void *user, uint64_t done, uint64_t total);
    void *user;
} ees_progress;

#ifdef __cplusplus
}
#endif

#endif
