/**
 * @file
 * A context holds what every answer stands on: programs, history, segments, models, calendar. It is opened once, from
 * a data folder and a models folder or from one buffer in memory, and loads each part when a question first needs it.
 * It keeps the filter's posteriors between questions, so that a second question costs only its own futures.
 *
 * A context belongs to one thread at a time; the work inside a question is shared among `threads`.
 */
#ifndef EESIM_CONTEXT_H
#define EESIM_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/model.h>
#include <eesim/program.h>
#include <eesim/progress.h>
#include <eesim/segment.h>

/** Strings are copied. Begin with ees_context_options_init(). */
typedef struct ees_context_options {
    const char *data_dir;   /* rounds.csv and pools.csv; NULL: questions that need them fail */
    const char *models_dir; /* programs.json, default.json, ... */
    const char *model;      /* the model where a question names none: a name or a file; NULL: what has proved best */
    const char *cache_dir;  /* where posteriors are kept between processes; NULL: in memory alone */
    int threads;            /* 0: all processors. Results do not depend on it */
    ees_progress progress;  /* asked during long work whether to go on */
    /** Given what a person should know beside the answer, such as "only 5 candidates are eligible". May be NULL. */
    void (*remark)(void *user, const char *text);
    void *remark_user;
} ees_context_options;

/** No folders, the preferred models, no cache, all threads, nobody listens. */
EES_API void ees_context_options_init(ees_context_options *options);

typedef struct ees_context ees_context;

/**
 * Open a data folder and a models folder. Nothing is read before it is needed.
 * @param context  set to a new context, NULL after an error; ees_context_destroy() it.
 * @return 0, EES_ERR_RANGE (no models folder), EES_ERR_NOMEM.
 */
EES_API int ees_context_create(ees_context **context, const ees_context_options *options,
                               ees_error *err) EES_MUST_CHECK;
/**
 * Open a buffer that holds the files, as `eesim data pack` writes it: a JSON object of path and text,
 * {"data/rounds.csv": "...", "data/pools.csv": "...", "models/programs.json": "...", ...}. It is copied. Answers are
 * those from folders of the same files; messages name the paths.
 * @param options  data_dir and models_dir are not looked at.
 * @return 0, EES_ERR_DATA (not such an object), EES_ERR_NOMEM.
 */
EES_API int ees_context_create_from_memory(ees_context **context, const void *buffer, size_t length,
                                           const ees_context_options *options, ees_error *err) EES_MUST_CHECK;
/**
 * The buffer of two folders: every CSV file of the data, every JSON file of the models and of their policies, by path.
 * The same files give the same bytes.
 * @param buffer  set to NUL-terminated text of *length bytes, free() it; NULL after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (a file is no UTF-8), EES_ERR_NOMEM.
 */
EES_API int ees_context_pack(const char *data_dir, const char *models_dir, char **buffer, size_t *length,
                             ees_error *err) EES_MUST_CHECK;
/** @param context  may be NULL. */
EES_API void ees_context_destroy(ees_context *context);

/** Who listens from now on. @param progress  copied; NULL: nobody. */
EES_API void ees_context_listen(ees_context *context, const ees_progress *progress);

/** The programs. Owned by the context; NULL and *err when they cannot be read. */
EES_API const ees_programs *ees_context_programs(ees_context *context, ees_error *err);
/** The rounds and pools. Owned by the context; NULL and *err when they cannot be read. */
EES_API const ees_history *ees_context_history(ees_context *context, ees_error *err);

#endif
