/*
 * Random local search in coordinates in which the prior is standard normal: a step moves about a quarter of them, steps
 * shrink, only improvements are kept. Every score of a start uses the same noise (common random numbers), so that a
 * difference between two points is a difference between parameters. Starts are independent and run in parallel.
 */
#include "fit/fit.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/parallel.h"
#include "base/purpose.h"
#include "base/rng.h"
#include "models/model.h"

enum { STOCK_FACTOR = 6 };
static const double START_SPREAD = 0.6, MOVED_SHARE = 0.25, FIRST_STEP = 0.8, LAST_STEP = 0.12;
static const uint64_t FRESH = 1000003; /* seeds of the final score, away from those of the search */

size_t eesi_fit_target_count(const ees_model *model) {
    size_t count = 0;
    for (size_t i = 0; i < model->stream_count; i++)
        count += (size_t)model->streams[i].stock_fit.given + (size_t)model->streams[i].fit.given;
    return count;
}

eesi_fit_target eesi_fit_target_at(const ees_model *model, size_t i) {
    for (size_t s = 0; s < model->stream_count; s++) {
        const eesi_stream *stream = &model->streams[s];
        const bool has[2] = {stream->stock_fit.given, stream->fit.given};
        for (int ensemble = 0; ensemble < 2; ensemble++)
            if (has[ensemble] && i-- == 0)
                return (eesi_fit_target){stream->program, ensemble == 1, s};
    }
    return (eesi_fit_target){NULL, false, 0};
}

void eesi_fit_options_init(eesi_fit_options *options) {
    *options = (eesi_fit_options){.starts = 8, .evaluations = 250, .seed = 1};
}

int eesi_fit_init(eesi_fit *fit, const ees_history *history, const ees_programs *programs, const ees_model *model,
                  size_t target, const eesi_fit_options *options, ees_error *err) {
    *fit = (eesi_fit){.seed = options->seed};
    if (target >= eesi_fit_target_count(model) || options->starts < 1 || options->evaluations < 1)
        return ees_error_set(err, EES_ERR_RANGE, "a fit needs a target of the model, a start and an evaluation");
    if (options->until != NULL && ees_history_find(history, options->until) < 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no round '%.20s'", options->until);
    const size_t last = history->round_count - 1;
    fit->target = eesi_fit_target_at(model, target);
    memcpy(fit->until,
           options->until != NULL ? history->rounds[ees_history_find(history, options->until)].number
                                  : history->rounds[last].number,
           sizeof fit->until);
    fit->evaluations = options->evaluations * (fit->target.ensemble ? 1 : STOCK_FACTOR);
    eesi_fit_problem problem;
    const int rc = eesi_fit_problem_init(&problem, fit, history, programs, model, err);
    if (rc != 0)
        return rc;
    fit->rounds = problem.count;
    memcpy(fit->last, problem.last, sizeof fit->last);
    eesi_fit_problem_free(&problem);
    fit->starts = calloc((size_t)options->starts, sizeof *fit->starts);
    if (fit->starts == NULL || eesi_fit_origin(model, history, &fit->target, fit->origin) != 0)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    fit->start_count = (size_t)options->starts;
    return 0;
}

void eesi_fit_free(eesi_fit *fit) {
    free(fit->starts);
    *fit = (eesi_fit){0};
}

/* ---- the search ---- */

typedef struct search {
    const eesi_fit_problem *problem;
    const eesi_fit_options *options;
    eesi_fit *fit;
    pthread_mutex_t lock;
    size_t done, total; /* evaluations of all starts */
    atomic_int status;  /* first failure; read without the lock */
} search;

static void count_one(search *s) {
    pthread_mutex_lock(&s->lock);
    s->done++;
    const ees_progress *p = s->options->progress;
    if (s->status == 0 && p != NULL && p->report != NULL && !p->report(p->user, s->done, s->total))
        s->status = EES_ERR_INTERRUPTED;
    pthread_mutex_unlock(&s->lock);
}

/* Score of a point, infinite outside the ranges of the parameters. */
static int evaluate(search *s, const double *z, uint64_t seed, double *objective) {
    double values[EESI_FIT_VALUES_MAX], crps = 0.0;
    *objective = INFINITY;
    count_one(s);
    if (!eesi_fit_values(s->problem, z, values))
        return 0;
    const int rc = eesi_fit_score(s->problem, values, seed, &crps, NULL);
    *objective = crps + eesi_fit_penalty(s->problem, z);
    return rc;
}

static void propose(const eesi_fit_problem *p, gsl_rng *rng, double step, const double *from, double *to) {
    for (size_t i = 0; i < p->field_count; i++) {
        const bool moves = gsl_rng_uniform(rng) < MOVED_SHARE && p->priors[i].spread > 0.0;
        to[i] = from[i] + (moves ? step * gsl_ran_gaussian(rng, 1.0) : 0.0);
    }
}

/* A first point that the parameters' ranges allow; wide priors near a limit need a few tries. */
static void first_point(const eesi_fit_problem *p, gsl_rng *rng, double *point) {
    enum { TRIES = 1000 };
    double values[EESI_FIT_VALUES_MAX];
    for (int k = 0; k < TRIES; k++) {
        for (size_t i = 0; i < p->field_count; i++)
            point[i] = p->priors[i].spread > 0.0 ? START_SPREAD * gsl_ran_gaussian(rng, 1.0) : 0.0;
        if (eesi_fit_values(p, point, values))
            return;
    }
}

static int run_start(search *s, size_t start, gsl_rng *rng, double *best) {
    const eesi_fit_problem *p = s->problem;
    const uint64_t seed = s->fit->seed * 1000 + start;
    double trial[EESI_FIT_VALUES_MAX], objective, found = INFINITY;
    int rc = 0;
    eesi_rng_point(rng, s->fit->seed, start, EESI_RNG_SEARCH, 0);
    first_point(p, rng, best);
    rc = evaluate(s, best, seed, &found);
    for (int k = 1; k < s->fit->evaluations && rc == 0 && s->status == 0; k++) {
        propose(p, rng, FIRST_STEP * pow(LAST_STEP / FIRST_STEP, (double)k / s->fit->evaluations), best, trial);
        rc = evaluate(s, trial, seed, &objective);
        if (rc == 0 && objective < found) {
            found = objective;
            memcpy(best, trial, sizeof trial);
        }
    }
    eesi_fit_start *result = &s->fit->starts[start];
    result->objective = found;
    if (rc == 0 && !eesi_fit_values(p, best, result->values))
        rc = EES_ERR_NUMERIC; /* every point tried left the ranges */
    return rc != 0 ? rc : eesi_fit_score(p, result->values, FRESH + start, &result->crps, NULL);
}

static void one_start(void *user, size_t start) {
    search *s = user;
    if (s->fit->starts[start].done || s->status != 0)
        return;
    double best[EESI_FIT_VALUES_MAX] = {0};
    gsl_rng *rng = gsl_rng_alloc(eesi_rng_philox);
    int rc = rng == NULL ? EES_ERR_NOMEM : run_start(s, start, rng, best);
    if (rng != NULL)
        gsl_rng_free(rng);
    pthread_mutex_lock(&s->lock);
    if (rc != 0 && s->status == 0) {
        s->status = rc;
    } else if (s->status == 0) {
        s->fit->starts[start].done = true;
        if (s->options->finished != NULL)
            s->options->finished(s->options->context, s->fit);
    }
    pthread_mutex_unlock(&s->lock);
}

int eesi_fit_run(eesi_fit *fit, const ees_history *history, const ees_programs *programs, const ees_model *model,
                 const eesi_fit_options *options, ees_error *err) {
    eesi_fit_problem problem;
    int rc = eesi_fit_problem_init(&problem, fit, history, programs, model, err);
    if (rc != 0)
        return rc;
    search s = {.problem = &problem, .options = options, .fit = fit};
    for (size_t i = 0; i < fit->start_count; i++)
        s.total += fit->starts[i].done ? 0 : (size_t)fit->evaluations;
    pthread_mutex_init(&s.lock, NULL);
    eesi_parallel(options->threads, fit->start_count, one_start, &s);
    pthread_mutex_destroy(&s.lock);
    eesi_fit_problem_free(&problem);
    if (s.status == EES_ERR_INTERRUPTED)
        return ees_error_set(err, s.status, "the fit was interrupted; the starts that are done are kept");
    return s.status != 0 ? ees_error_set(err, s.status, "the fit failed") : 0;
}
