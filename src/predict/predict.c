/*
 * The join. The model knows the stream of the program, the snapshot knows the pool: the stock that the model knows is
 * put into the pool as a stream.
 */
#include "predict/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

#include "base/purpose.h"
#include "base/stats.h"
#include "models/exposure.h"
#include "models/forecaster.h"
#include "models/predictive.h"
#include "models/tie_age.h"
#include "predict/pool_join.h"
#include "predict/size_curve.h"

const double ees_predict_levels[EES_PREDICT_LEVELS] = {0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};

void eesi_predict_request_init(eesi_predict_request *request) {
    *request = (eesi_predict_request){
        .snapshot = EES_SNAPSHOT_NONE, .cutoff = EES_SCORE_NONE, .replicates = EES_PREDICT_REPLICATES, .seed = 1};
    request->question.program = EES_PROGRAM_NONE;
    request->question.date = EES_DATE_NONE;
    request->question.size = EES_COUNT_NONE;
}

static int check(const eesi_predict_request *request, ees_error *err) {
    const ees_question *q = &request->question;
    if (!q->history || !q->programs || q->program < 0 || (size_t)q->program >= q->programs->count)
        return ees_error_set(err, EES_ERR_RANGE, "a prediction needs a history and a program");
    if (q->date == EES_DATE_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "a prediction needs the day of the round");
    if (q->size < 0)
        return ees_error_set(err, EES_ERR_RANGE, "a draw size must be 0 or more");
    if (request->replicates < 1 || request->replicates > EES_PREDICT_REPLICATES_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "replicates must be 1 to %d", EES_PREDICT_REPLICATES_MAX);
    if (request->snapshot >= (int)q->history->snapshot_count)
        return ees_error_set(err, EES_ERR_RANGE, "no such pool snapshot");
    return EES_OK;
}

/* What the models say: the size asked about, and the two beside it. */
typedef struct model_answers {
    const ees_forecaster *model; /* NULL: none had an answer */
    int64_t sizes[EESI_CURVE_PROBES];
    ees_predictive answers[EESI_CURVE_PROBES];
    int statuses[EESI_CURVE_PROBES];
    eesi_size_curve curve;
} model_answers;

/* The first model with an answer. */
static int hear(model_answers *v, const eesi_predict_request *request, ees_error *err) {
    ees_question question = request->question;
    if (question.size == 0)
        question.size = 1; /* nobody is invited, but pool and stock are still worth showing */
    v->sizes[0] = question.size;
    v->sizes[1] = request->change ? question.size - request->change : 0;
    v->sizes[2] = request->change ? question.size + request->change : 0;
    const int model = eesi_size_curve_ask(&v->curve, request->models, request->model_count, &question, v->sizes,
                                          EESI_CURVE_PROBES, v->answers, v->statuses, err);
    if (model < 0)
        return model == EES_ERR_NOTFOUND ? EES_OK : model;
    v->model = &request->models[model];
    return EES_OK;
}

/* No model knows the program: as likely as any of the last rounds of its kind, loosely. */
static int answer_from_related(const ees_question *q, ees_predictive *answer, ees_error *err) {
    enum { RELATED_MAX = 24 };
    const ees_program *program = &q->programs->programs[q->program];
    ees_predictive one;
    size_t count = 0;
    memset(answer, 0, sizeof *answer);
    for (size_t i = q->known.round_count; i-- > 0 && count < RELATED_MAX;) {
        const ees_round *round = &q->history->rounds[i];
        if (round->program < 0 || q->programs->programs[round->program].kind != program->kind)
            continue;
        int rc = eesi_predictive_from_student(&one, 3.0, round->cutoff, 20.0, 0, EES_SCORE_MAX, err);
        if (rc)
            return rc;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            answer->p[s] += one.p[s];
        count++;
    }
    int rc = eesi_predictive_from_normal(&one, 450.0, 60.0, 0, EES_SCORE_MAX, err);
    for (int s = 0; rc == EES_OK && s < EES_SCORE_COUNT; s++)
        answer->p[s] += one.p[s];
    return rc ? rc : eesi_predictive_normalise(answer, err);
}

static size_t count_program_rounds(const ees_question *q) {
    size_t count = 0;
    for (size_t i = 0; i < q->known.round_count; i++)
        count += q->history->rounds[i].program == q->program;
    return count;
}

static void fill_above(ees_prediction *out, const eesi_size_curve *curve) {
    static const double levels[3] = {0.1, 0.5, 0.9};
    for (int l = 0; l < 3; l++)
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            out->above[l][s] = curve ? eesi_size_curve_above(curve, s, levels[l]) : (double)NAN;
}

static void tie_quantiles(ees_prediction *out, ees_time *ties, size_t count) {
    if (count == 0)
        return;
    eesi_sort_int64(ties, count);
    for (int l = 0; l < EES_PREDICT_LEVELS; l++)
        out->tie_break[l] = eesi_quantile_int64(ties, count, ees_predict_levels[l]);
}

/* The submission time that ends the oldest `share` of the candidates at a score, `ages` being theirs. */
static ees_time time_of_share(const eesi_age_predictive *ages, ees_date date, double share) {
    double younger = 0.0; /* share of those younger than `age` days */
    int age = 0;
    while (age < EESI_AGE_COUNT - 1 && younger + ages->p[age] < 1.0 - share)
        younger += ages->p[age++];
    double within = ages->p[age] > 0.0 ? fmin(1.0, fmax(0.0, (1.0 - share - younger) / ages->p[age])) : 0.5;
    return ((ees_time)date - age) * EES_SECONDS_PER_DAY - (ees_time)(within * (EES_SECONDS_PER_DAY - 1));
}

/* The scores there is something to say of. */
static ees_band nearby(const ees_prediction *out) {
    enum { MARGIN = 5 };
    ees_band band = {EES_SCORE_MAX, 0};
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        if (out->counts[s] == 0)
            continue;
        band.low = s < band.low ? s : band.low;
        band.high = s;
    }
    band.low = band.low > MARGIN ? band.low - MARGIN : 0;
    band.high = band.high + MARGIN < EES_SCORE_MAX ? band.high + MARGIN : EES_SCORE_MAX;
    return band;
}

/*
 * Replicate i of R takes the point (i + uniform) / R of the distribution, from the top score down. Where it falls in
 * the probability of its score shows how much of that score was needed: at the upper end hardly anybody, at the lower
 * end everybody. That is the invited share of the marginal score, and the ages there turn it into the tie-break.
 */
static int draw_replicates(ees_prediction *out, const eesi_predict_request *request, const ees_predictive *model,
                           ees_error *err) {
    enum { CHUNK = 4096 };
    double uniforms[CHUNK];
    const ees_question *q = &request->question;
    ees_time *ties = malloc(request->replicates * sizeof *ties);
    if (!ties)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    eesi_age_predictive ages;
    int score = EES_SCORE_MAX, aged = EES_SCORE_NONE, rc = EES_OK;
    double above = 0.0; /* P(cut-off > score) */
    for (uint64_t i = 0; i < request->replicates && rc == EES_OK; i++) {
        if (i % CHUNK == 0)
            eesi_rng_uniforms(request->seed, i / CHUNK, EESI_RNG_PREDICT, 0, uniforms, CHUNK);
        double u = ((double)i + uniforms[i % CHUNK]) / (double)request->replicates;
        while (score > 0 && u >= above + model->p[score])
            above += model->p[score--];
        out->counts[score]++;
        if (aged != score)
            rc = eesi_tie_break_ages(q, score, &ages, err);
        aged = score;
        ties[i] = time_of_share(&ages, q->date, model->p[score] > 0.0 ? (u - above) / model->p[score] : 1.0);
    }
    if (rc == EES_OK)
        tie_quantiles(out, ties, request->replicates);
    free(ties);
    out->nearby = nearby(out);
    return rc ? rc : eesi_predictive_from_histogram(&out->cutoff, out->counts, err);
}

static void fill_changes(ees_prediction *out, const model_answers *v) {
    for (int c = 0; c < EES_PREDICT_CHANGES && v->model; c++)
        if (v->statuses[1 + c] == EES_OK)
            out->changes[c] = (ees_predict_change){v->sizes[1 + c], ees_predictive_median(&v->answers[1 + c]),
                                                   ees_predictive_mean(&v->answers[1 + c])};
}

/* How many candidates there are at most. What the pool says of a category is a share that was put at something, and
 * nominees arrive by the day; only the whole pool bounds those for sure. */
static int64_t bound_of(const ees_prediction *out, const ees_question *question) {
    const ees_programs *programs = question->programs;
    bool counted =
        programs->programs[question->program].kind != EES_KIND_CATEGORY && question->program != programs->nominee;
    return counted ? out->eligible : out->pool.total;
}

/* No cut-off lies above `score`: what the model put higher falls on it. */
static void lower_to(ees_predictive *answer, int score) {
    for (int s = score + 1; s < EES_SCORE_COUNT; s++) {
        answer->p[score] += answer->p[s];
        answer->p[s] = 0;
    }
}

/* A size that reaches the last eligible candidate invites everybody: the cut-off is that candidate's score, or lower
 * where the model knows of candidates whom the pool's shares do not show. Nominees come by the day: a pool that a round
 * has just emptied of them says nothing of the next one. */
static void cap_at_pool(ees_prediction *out, const ees_question *question, int last, ees_predictive *answer) {
    out->invited = out->size;
    if (!out->has_pool || out->size < bound_of(out, question))
        return;
    if (out->eligible == 0 && out->answered && question->program == question->programs->nominee) {
        out->invited = out->pool.total;
        return;
    }
    out->invited = out->eligible;
    out->exhausted = true;
    if (out->eligible < bound_of(out, question))
        lower_to(answer, last);
    else if (out->eligible > 0)
        eesi_predictive_point(answer, last);
}

/* The statistical model knows no score below its lowest: what it puts there is there or lower, down to the last
 * candidate, anywhere. */
static void open_lowest(ees_predictive *answer, int last) {
    double below = 0;
    for (int s = 0; s < EESI_EXPOSURE_LOW; s++)
        below += answer->p[s];
    if (below > 0)
        return;
    const int end = last < EESI_EXPOSURE_LOW ? last : 0;
    const double share = answer->p[EESI_EXPOSURE_LOW] / (EESI_EXPOSURE_LOW - end + 1);
    for (int s = end; s <= EESI_EXPOSURE_LOW; s++)
        answer->p[s] = share;
}

static int predict_with(ees_prediction *out, const eesi_predict_request *request, model_answers *v, ees_error *err) {
    ees_predictive *answer = &v->answers[0];
    int rc = hear(v, request, err);
    if (rc == EES_OK && !v->model)
        rc = answer_from_related(&request->question, answer, err);
    if (rc)
        return rc;
    out->answered = v->model != NULL;
    out->model = v->model ? v->model->name : "none";
    out->about = v->model ? v->model->about : "cut-offs of other rounds of its kind";
    fill_above(out, v->model && v->curve.count > 0 ? &v->curve : NULL);
    int pivot = request->cutoff != EES_SCORE_NONE ? request->cutoff : ees_predictive_median(answer);
    int last; /* nobody who may be invited has less */
    rc = eesi_pool_join(out, request, pivot, &last, err);
    if (rc)
        return rc;
    for (int w = 0; w < EESI_CURVE_PROBES && v->model; w++)
        if (v->statuses[w] == EES_OK) {
            open_lowest(&v->answers[w], last);
            eesi_pool_go_below_grid(out, &request->question, v->sizes[w], last, &v->answers[w]);
        }
    cap_at_pool(out, &request->question, last, answer);
    out->has_cutoff = out->invited > 0;
    if (!out->has_cutoff)
        return EES_OK;
    if (!out->exhausted)
        fill_changes(out, v);
    return draw_replicates(out, request, answer, err);
}

/* A round larger than the pool is a round of the pool: no model is asked about more. */
static int64_t size_within_pool(const eesi_predict_request *request) {
    const ees_question *q = &request->question;
    const int newest = (int)q->known.snapshot_count - 1;
    const int snapshot = request->snapshot == EES_SNAPSHOT_NONE ? newest : request->snapshot;
    const int64_t most = snapshot < 0 ? q->size : q->history->snapshots[snapshot].total;
    return q->size < most ? q->size : most;
}

int eesi_predict(ees_prediction *out, const eesi_predict_request *request, ees_error *err) {
    memset(out, 0, sizeof *out);
    out->snapshot = EES_SNAPSHOT_NONE;
    out->submitted = EES_TIME_NONE;
    out->eligible = EES_COUNT_NONE;
    for (int l = 0; l < EES_PREDICT_LEVELS; l++)
        out->tie_break[l] = EES_TIME_NONE;
    int rc = check(request, err);
    if (rc)
        return rc;
    out->program = request->question.program;
    out->date = request->question.date;
    out->known = request->question.known;
    out->seed = request->seed;
    out->size = request->question.size;
    out->replicates = request->replicates;
    out->program_rounds = count_program_rounds(&request->question);
    eesi_predict_request within = *request;
    within.question.size = size_within_pool(request);
    model_answers *v = calloc(1, sizeof *v);
    if (!v)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    rc = predict_with(out, &within, v, err);
    free(v);
    return rc;
}

void ees_prediction_free(ees_prediction *prediction) {
    if (prediction->has_pool)
        ees_pool_free(&prediction->pool);
    prediction->has_pool = false;
}
