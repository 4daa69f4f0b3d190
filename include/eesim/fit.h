/**
 * @file
 * Estimating the parameters of a model from past rounds.
 *
 * A model file says, section by section, the prior of each parameter, and which
 * rounds count. A fit minimises the mean CRPS of one-step forecasts plus a penalty for straying from the prior, by a
 * random local search with common random numbers, from several starts. The starts of an ensemble become its sets: the
 * likelihood is flat and has many tops, so a mixture of good sets forecasts better than the best one.
 */
#ifndef EESIM_FIT_H
#define EESIM_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/history.h>
#include <eesim/model.h>
#include <eesim/program.h>
#include <eesim/progress.h>

enum { EES_FIT_VALUES_MAX = 32, EES_FIT_ROUND_MAX = 8 };

/** One section of a model that says how it is fitted. */
typedef struct ees_fit_target {
    const char *program; /* code; owned by the model */
    bool ensemble;       /* else the stock-flow section */
    size_t stream;       /* position of the stream in the model */
} ees_fit_target;

/** @return how many sections of a model can be fitted. */
EES_API size_t ees_fit_target_count(const ees_model *model);
/** @param i  0 .. ees_fit_target_count() - 1. */
EES_API ees_fit_target ees_fit_target_at(const ees_model *model, size_t i);

/** What one start of the search ended in. */
typedef struct ees_fit_start {
    bool done;
    double objective;                  /* mean CRPS plus penalty, points */
    double crps;                       /* mean CRPS with noise the search has not seen, points */
    double values[EES_FIT_VALUES_MAX]; /* the parameters, in the order of the section's fields */
} ees_fit_start;

typedef struct ees_fit {
    ees_fit_target target;
    char until[EES_FIT_ROUND_MAX]; /* official number of the last round that could be used */
    char last[EES_FIT_ROUND_MAX];  /* of the last one that was scored */
    char origin[65];               /* SHA-256 of the data, the priors and all else the section says but its values */
    size_t rounds;                 /* forecasts scored */
    uint64_t seed;
    int evaluations;
    size_t start_count;
    ees_fit_start *starts; /* owned */
} ees_fit;

typedef struct ees_fit_options {
    size_t struct_size;
    const char *until; /* official number of the last round that may be used; NULL: the last there is */
    int starts;        /* of the search; the sets of an ensemble */
    int evaluations;   /* of the objective, for each start of an ensemble; 6 times as many for the stock-flow model */
    uint64_t seed;
    int threads;                  /* 0: all. Results do not depend on it */
    const ees_progress *progress; /* counts evaluations; may be NULL */
    /** Called from one thread at a time when a start is done, to save it. May be NULL. */
    void (*finished)(void *context, const ees_fit *fit);
    void *context;
} ees_fit_options;

/** Defaults: everything, 8 starts, 250 evaluations, seed 1, all threads. */
EES_API void ees_fit_options_init(ees_fit_options *options);

/**
 * An empty fit of one target. @param fit  uninitialised; ees_fit_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND (no such round as options->until, no round to score), EES_ERR_RANGE, EES_ERR_NOMEM.
 */
EES_API int ees_fit_init(ees_fit *fit, const ees_history *history, const ees_programs *programs, const ees_model *model,
                         size_t target, const ees_fit_options *options, ees_error *err) EES_MUST_CHECK;
EES_API void ees_fit_free(ees_fit *fit);

/**
 * Run the starts that are not done yet. After EES_ERR_INTERRUPTED the finished ones are kept: run again to go on.
 * @return 0, EES_ERR_INTERRUPTED, EES_ERR_NOMEM. The same bits for any number of threads and any interruption.
 */
EES_API int ees_fit_run(ees_fit *fit, const ees_history *history, const ees_programs *programs, const ees_model *model,
                        const ees_fit_options *options, ees_error *err) EES_MUST_CHECK;

/** Write the finished starts to a file, or read those of the same target, origin, rounds, seed and evaluations back. */
EES_API int ees_fit_save(const ees_fit *fit, const char *path, ees_error *err) EES_MUST_CHECK;
/** @return 0, EES_ERR_NOTFOUND, EES_ERR_DATA, EES_ERR_MISMATCH (of another fit; the fit is then unchanged). */
EES_API int ees_fit_restore(ees_fit *fit, const char *path, ees_error *err) EES_MUST_CHECK;

/**
 * The same for the section "statistical": keep the one of `text`, a model file, or put a kept one into *text.
 * @param until  official number of the last round used. @param turns  of its search.
 * @param text   ees_fit_restore_statistical() replaces the heap string on success and leaves it alone otherwise.
 * @return 0, EES_ERR_NOTFOUND (no file), EES_ERR_MISMATCH (made from other data, priors, rounds or turns),
 * EES_ERR_DATA, EES_ERR_IO, EES_ERR_NOMEM.
 */
EES_API int ees_fit_save_statistical(const char *path, const ees_model *model, const ees_history *history,
                                     const char *until, int turns, const char *text, ees_error *err) EES_MUST_CHECK;
EES_API int ees_fit_restore_statistical(const char *path, const ees_model *model, const ees_history *history,
                                        const char *until, int turns, char **text, ees_error *err) EES_MUST_CHECK;

/**
 * The text of a model file: `model` with the sections of these fits replaced, under a new name and provenance (rounds,
 * data, seed); what it said of sections that are not among them is kept.
 * @param text  set to a NUL-terminated string, free() it; NULL after an error.
 * @return 0, EES_ERR_RANGE (no fit, or one without a finished start), EES_ERR_NOMEM.
 */
EES_API int ees_fit_model_text(const ees_model *model, const ees_history *history, const ees_fit *fits, size_t count,
                               const char *name, char **text, ees_error *err) EES_MUST_CHECK;

#endif
