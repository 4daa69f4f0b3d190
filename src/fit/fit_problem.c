/* The objective of a fit: the model with one set of parameters put in, asked the same questions as a backtest asks. */
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/ask.h"
#include "models/ensemble_model.h"
#include "models/forecaster.h"
#include "models/model.h"
#include "models/predictive.h"
#include "models/stock_flow.h"

enum { FIT_MEMBERS = 128 };

static int number_or(const ees_history *history, const char *number, int otherwise) {
    const int i = number[0] != '\0' ? ees_history_find(history, number) : -1;
    return i >= 0 ? i : otherwise;
}

static bool counts(const eesi_fit_problem *p, const ees_round *r, int program) {
    return r->program == program && r->size >= 1 && eesi_stream_covers(p->stream, r->date) &&
           !eesi_model_excludes(p->model, r->number);
}

static int collect(eesi_fit_problem *p, const ees_history *history, const ees_programs *programs, int first, int last) {
    const int program = ees_programs_find(programs, p->stream->program);
    p->questions = calloc(history->round_count + 1, sizeof *p->questions);
    p->observed = calloc(history->round_count + 1, sizeof *p->observed);
    if (p->questions == NULL || p->observed == NULL)
        return EES_ERR_NOMEM;
    for (int i = first; i <= last; i++) {
        const ees_round *r = &history->rounds[i];
        if (!counts(p, r, program))
            continue;
        p->last = r->number;
        p->observed[p->count] = r->cutoff;
        p->questions[p->count++] = (ees_question){.history = history,
                                                  .programs = programs,
                                                  .known = ees_history_before(history, r->date, false),
                                                  .program = program,
                                                  .date = r->date,
                                                  .size = r->size};
    }
    return p->count > 0 ? 0 : EES_ERR_NOTFOUND;
}

const eesi_param_field *eesi_fit_fields(const eesi_fit *fit, size_t *count) {
    *count = fit->target.ensemble ? EESI_FLOW_FIELDS : EESI_STOCK_FIELDS;
    return fit->target.ensemble ? eesi_flow_fields : eesi_stock_fields;
}

int eesi_fit_problem_init(eesi_fit_problem *p, const eesi_fit *fit, const ees_history *history,
                          const ees_programs *programs, const ees_model *model, ees_error *err) {
    const eesi_stream *stream = &model->streams[fit->target.stream];
    const bool ensemble = fit->target.ensemble;
    *p = (eesi_fit_problem){.model = model,
                            .stream = stream,
                            .rules = ensemble ? &stream->fit : &stream->stock_fit,
                            .priors = ensemble ? stream->prior : stream->stock_prior,
                            .fields = ensemble ? eesi_flow_fields : eesi_stock_fields,
                            .field_count = ensemble ? EESI_FLOW_FIELDS : EESI_STOCK_FIELDS,
                            .ensemble = ensemble};
    const int end = (int)history->round_count - 1;
    const int until = number_or(history, fit->until, end), last = number_or(history, p->rules->last_round, end);
    const int rc =
        collect(p, history, programs, number_or(history, p->rules->first_round, 0), until < last ? until : last);
    if (rc == 0)
        return 0;
    eesi_fit_problem_free(p);
    return ees_error_set(err, rc, rc == EES_ERR_NOMEM ? "out of memory" : "no round of %s to fit on", stream->program);
}

void eesi_fit_problem_free(eesi_fit_problem *p) {
    free(p->questions);
    free(p->observed);
    p->questions = NULL;
    p->observed = NULL;
}

bool eesi_fit_values(const eesi_fit_problem *p, const double *z, double *values) {
    for (size_t i = 0; i < p->field_count; i++) {
        const eesi_prior *prior = &p->priors[i];
        const double step = prior->spread * z[i];
        values[i] = prior->log_scale ? prior->centre * exp(step) : prior->centre + step;
        if (!(values[i] >= p->fields[i].min && values[i] <= p->fields[i].max))
            return false;
    }
    return true;
}

double eesi_fit_penalty(const eesi_fit_problem *p, const double *z) {
    double sum = 0.0;
    for (size_t i = 0; i < p->field_count; i++)
        sum += p->priors[i].spread > 0.0 ? z[i] * z[i] : 0.0;
    return p->rules->penalty * sum;
}

static double weight_of(const eesi_fit_problem *p, size_t question) {
    const double age = (double)(p->count - 1 - question), half = p->rules->half_life_rounds;
    return half > 0.0 ? exp2(-age / half) : 1.0;
}

/* One pass answers every question, with hindsight each one twice: as it was known, then with the pool published with
 * the round. The score is the mean over the answered questions, recent ones weighing more when the rules say so. */
typedef struct asked {
    size_t views, count;
    ees_question *questions;
    ees_predictive *answers;
    int *statuses;
} asked;

static void asked_free(asked *a) {
    free(a->questions);
    free(a->answers);
    free(a->statuses);
}

static int asked_init(asked *a, const eesi_fit_problem *p, ees_error *err) {
    const size_t views = p->rules->hindsight ? 2 : 1, count = p->count * views;
    *a = (asked){.views = views,
                 .count = count,
                 .questions = calloc(count, sizeof *a->questions),
                 .answers = calloc(count, sizeof *a->answers),
                 .statuses = calloc(count, sizeof *a->statuses)};
    if (a->questions == NULL || a->answers == NULL || a->statuses == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        ees_question *q = &a->questions[i];
        *q = p->questions[i / views];
        if (i % views == 1)
            q->known = ees_history_before(q->history, q->date, true);
    }
    return 0;
}

static int mean_crps(const eesi_fit_problem *p, const ees_forecaster *model, double *crps, ees_error *err) {
    asked a;
    double sum = 0.0, weights = 0.0;
    int rc = asked_init(&a, p, err);
    if (rc == 0)
        rc = eesi_ask_all(model, a.questions, a.count, a.answers, a.statuses, err);
    for (size_t i = 0; i < a.count && rc == 0; i++) {
        if (a.statuses[i] != 0)
            continue;
        const double weight = weight_of(p, i / a.views);
        sum += weight * eesi_predictive_crps(&a.answers[i], p->observed[i / a.views]);
        weights += weight;
    }
    *crps = weights > 0.0 ? sum / weights : INFINITY;
    asked_free(&a);
    return rc;
}

int eesi_fit_score(const eesi_fit_problem *p, const double *values, uint64_t seed, double *crps, ees_error *err) {
    eesi_flow_params flow;
    eesi_stream stream = *p->stream;
    struct ees_model model = *p->model; /* a view: nothing in it is freed here */
    stream.set_count = p->ensemble ? 1 : 0;
    stream.sets = &flow;
    model.streams = &stream;
    model.stream_count = 1;
    for (size_t i = 0; i < p->field_count; i++)
        eesi_param_set(p->ensemble ? (void *)&flow : (void *)&stream.stock, &p->fields[i], values[i]);
    if (!p->ensemble) {
        const ees_forecaster forecaster = eesi_stock_flow_forecaster(&model);
        return mean_crps(p, &forecaster, crps, err);
    }
    eesi_ensemble_options options;
    eesi_ensemble_model *ensemble;
    eesi_ensemble_options_init(&options);
    options.seed = seed;
    options.threads = 1;
    options.members = FIT_MEMBERS;
    options.copies = 1;
    int rc = eesi_ensemble_model_create(&ensemble, &model, &options, err);
    if (rc != 0)
        return rc;
    const ees_forecaster forecaster = eesi_ensemble_forecaster(ensemble);
    rc = mean_crps(p, &forecaster, crps, err);
    eesi_ensemble_model_destroy(ensemble);
    return rc;
}
