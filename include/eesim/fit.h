/**
 * @file
 * Estimating the parameters of a model from past rounds. The result is the text of a model file.
 *
 * A model file says, section by section, what its prior is and which rounds count. The streams are fitted by the mean
 * CRPS of one-step forecasts, the statistical model and the calendar by their log scores; each pays for leaving its
 * prior. The starts of an ensemble's search become its sets.
 */
#ifndef EESIM_FIT_H
#define EESIM_FIT_H

#include <stdint.h>

#include <eesim/context.h>
#include <eesim/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which part of the models. */
typedef enum ees_fit_section {
    EES_FIT_WHOLE,       /* streams and statistical; with a program its streams alone */
    EES_FIT_STREAMS,     /* ensemble and stock-flow */
    EES_FIT_STATISTICAL, /* the pooled model of all programs */
    EES_FIT_CALENDAR     /* days and sizes (calendar.json), on the rounds from #200 on */
} ees_fit_section;

/** What to fit. Everything is borrowed. Begin with ees_fit_request_init(). */
typedef struct ees_fit_request {
    ees_fit_section section;
    int program;           /* position in the programs; EES_PROGRAM_NONE: all */
    const char *until;     /* official number of the last round that may be used; NULL: the last there is */
    const char *model;     /* file of the model to begin with; NULL: default.json of the models folder */
    const char *name;      /* the model gives itself; NULL: "default", or "until-ROUND" */
    const char *state_dir; /* an existing folder: what is finished is kept there, and read back; NULL: none */
    int starts;            /* of the search; the sets of an ensemble */
    int evaluations;       /* of the score, for each start of an ensemble; 6 times as many for the stock-flow model */
    int turns;             /* of the statistical model's search */
    uint64_t seed;
} ees_fit_request;

/** Everything, 8 starts, 250 evaluations, 3 turns, seed 1. */
EES_API void ees_fit_request_init(ees_fit_request *request);

/**
 * Fit. Remarks of the context say what was found; its progress counts evaluations.
 * @param text  a model file, or a calendar file; free() it; NULL after an error.
 * @return 0, EES_ERR_RANGE (no such round, nothing to fit, options), EES_ERR_NOTFOUND (no round to score),
 *         EES_ERR_MISMATCH (the state folder holds another fit), EES_ERR_INTERRUPTED (finished starts are in the state
 *         folder), EES_ERR_NOMEM, or the error of a file. Randomness by address from the seed: the same bits for any
 *         number of threads and any interruption. Minutes to hours.
 */
EES_API int ees_fit(ees_context *context, const ees_fit_request *request, char **text, ees_error *err) EES_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
