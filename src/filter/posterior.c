#include "filter/posterior.h"

#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "filter/recall.h"

static const char NAME[] = "ensemble";
static const char ABOUT[] = "ensemble Kalman filter over several hyperparameter sets";

static int threads_of(const ees_ensemble *ensemble) {
    return ensemble->options.threads > 0 ? ensemble->options.threads : omp_get_max_threads();
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* ---- the sets ---- */

/* Every stream and every set has replicates of its own, and they do not move when the number of members changes. */
static uint64_t first_replicate(const ees_model *model, const eesi_stream *stream, size_t set) {
    return (uint64_t)(stream - model->streams) << 24 | (uint64_t)set << 16;
}

int eesi_posterior_start(ees_posterior *p, const ees_ensemble *ensemble, const eesi_stream *stream, int program,
                         ees_error *err) {
    const ees_model *model = ensemble->model;
    *p = (ees_posterior){.ensemble = ensemble, .stream = stream};
    p->sets = calloc(stream->set_count, sizeof *p->sets);
    if (p->sets == NULL)
        return no_memory(err);
    for (; p->set_count < stream->set_count; p->set_count++)
        if (eesi_ensemble_init(&p->sets[p->set_count], stream, &stream->sets[p->set_count], model->shock, program,
                               ensemble->options.members, ensemble->options.seed,
                               first_replicate(model, stream, p->set_count)) != 0)
            return no_memory(err);
    return 0;
}

void eesi_posterior_clear(ees_posterior *p) {
    for (size_t k = 0; k < p->set_count; k++)
        eesi_ensemble_free(&p->sets[k]);
    free(p->sets);
    *p = (ees_posterior){0};
}

void eesi_ensemble_learn(eesi_ensemble *e, const eesi_view *view, const ees_known *from, const ees_known *to) {
    size_t s = from->snapshot_count;
    for (size_t r = from->round_count; r < to->round_count; r++) {
        for (; s < to->snapshot_count && view->snapshots[s].first_round <= (int)r; s++)
            eesi_ensemble_snapshot(e, &view->snapshots[s], view->rounds[r].date);
        eesi_ensemble_round(e, &view->rounds[r]);
    }
    for (; s < to->snapshot_count; s++) /* seen with hindsight: published with a round that is not known yet */
        eesi_ensemble_snapshot(e, &view->snapshots[s], view->rounds[view->snapshots[s].first_round].date);
}

/* What a thread needs to look ahead. */
typedef struct lookout {
    eesi_flow_block ahead;
    int *cutoff;
    double *share;
} lookout;

static void lookout_free(lookout *l) {
    eesi_flow_block_free(&l->ahead);
    free(l->cutoff);
    free(l->share);
    *l = (lookout){0};
}

static int lookout_init(lookout *l, const eesi_flow_grid *grid, int members) {
    *l = (lookout){.cutoff = calloc((size_t)members, sizeof(int)), .share = calloc((size_t)members, sizeof(double))};
    return l->cutoff == NULL || l->share == NULL ? EES_ERR_NOMEM : eesi_flow_block_init(&l->ahead, grid, members);
}

/* Hold one round in the futures of one copy; add the cut-offs to counts and fill draws, where not NULL. */
static void invite(const eesi_ensemble *e, lookout *l, ees_date date, double size, uint32_t copy, uint32_t *counts,
                   ees_cutoff_draw *draws) {
    eesi_ensemble_invite(e, &l->ahead, date, size, copy, l->cutoff, l->share);
    for (int m = 0; m < e->block.members; m++) {
        const int score = l->cutoff[m] < 0 ? 0 : l->cutoff[m];
        if (counts != NULL)
            counts[score]++;
        if (draws != NULL)
            draws[m] = (ees_cutoff_draw){score, l->share[m]};
    }
}

/* ---- questions ---- */

static const eesi_stream *stream_of(const ees_ensemble *ensemble, const ees_question *q) {
    if (q->program < 0 || (size_t)q->program >= q->programs->count || q->date == EES_DATE_NONE)
        return NULL;
    const eesi_stream *s = eesi_model_stream(ensemble->model, q->programs->programs[q->program].code, q->date);
    return s != NULL && s->set_count > 0 ? s : NULL;
}

static bool has_round_before(const eesi_view *view, const eesi_stream *stream, const ees_question *q) {
    for (size_t i = q->known.round_count; i-- > 0;)
        if (view->rounds[i].program == q->program && !view->rounds[i].excluded &&
            eesi_stream_covers(stream, view->rounds[i].date))
            return true;
    return false;
}

static bool answerable(const ees_ensemble *ensemble, const eesi_view *view, const ees_question *q) {
    const eesi_stream *stream = stream_of(ensemble, q);
    return stream != NULL && q->size != EES_COUNT_NONE && q->size >= 1 && has_round_before(view, stream, q);
}

/* ---- the forecaster ---- */

typedef struct sweep {
    const ees_ensemble *ensemble;
    const eesi_view *view;
    const ees_question *questions;
    size_t count;
    const eesi_stream *stream; /* this pass answers the questions of one stream */
    int program;
    const int *statuses;
    uint32_t (*counts)[EES_SCORE_COUNT]; /* [count], summed over the sets */
} sweep;

static bool mine(const sweep *s, size_t i) {
    return s->statuses[i] == 0 && s->questions[i].program == s->program &&
           stream_of(s->ensemble, &s->questions[i]) == s->stream;
}

/* Snapshots published with rounds that are known themselves; any others are hindsight of one question. */
static ees_known without_hindsight(const eesi_view *view, ees_known known) {
    while (known.snapshot_count > 0 &&
           (size_t)view->snapshots[known.snapshot_count - 1].first_round >= known.round_count)
        known.snapshot_count--;
    return known;
}

static bool same_day(const ees_question *a, const ees_question *b) {
    return a->date == b->date && a->known.round_count == b->known.round_count &&
           a->known.snapshot_count == b->known.snapshot_count;
}

/* Answer questions i .. j - 1, which differ in size alone: the members are carried once for all of them. */
static void answer_day(const sweep *s, const eesi_ensemble *from, lookout *l, size_t i, size_t j) {
    for (int copy = 0; copy < s->ensemble->options.copies; copy++) {
        eesi_ensemble_carry(from, &l->ahead, s->questions[i].date, (uint32_t)copy);
        for (size_t k = i; k < j; k++)
            if (mine(s, k))
                invite(from, l, s->questions[k].date, (double)s->questions[k].size, (uint32_t)copy, s->counts[k], NULL);
    }
}

/* One set through the history: the main line `e` learns what all later questions know too, hindsight goes into the
 * copy `aside`, so that an answer does not depend on the questions before it. */
static void sweep_set(const sweep *s, eesi_ensemble *e, eesi_ensemble *aside, lookout *l) {
    ees_known known = {0, 0};
    for (size_t i = 0, j; i < s->count; i = j) {
        const ees_question *q = &s->questions[i];
        bool asked = mine(s, i);
        for (j = i + 1; j < s->count && same_day(q, &s->questions[j]); j++)
            asked = asked || mine(s, j);
        if (!asked)
            continue;
        const ees_known line = without_hindsight(s->view, q->known);
        const eesi_ensemble *from = e;
        eesi_ensemble_learn(e, s->view, &known, &line);
        known = line;
        if (q->known.snapshot_count > line.snapshot_count) {
            eesi_ensemble_copy(aside, e);
            eesi_ensemble_learn(aside, s->view, &line, &q->known);
            from = aside;
        }
        answer_day(s, from, l, i, j);
    }
}

static int learning_set(const sweep *s, size_t set, lookout *l) {
    const ees_ensemble *ensemble = s->ensemble;
    const ees_model *model = ensemble->model;
    const int members = ensemble->options.members;
    const eesi_flow_params *params = &s->stream->sets[set];
    eesi_ensemble e = {0}, aside = {0};
    int rc = eesi_ensemble_init(&e, s->stream, params, model->shock, s->program, members, ensemble->options.seed,
                                first_replicate(model, s->stream, set));
    if (rc == 0)
        rc = eesi_ensemble_init(&aside, s->stream, params, model->shock, s->program, members, 0, 0);
    if (rc == 0)
        sweep_set(s, &e, &aside, l);
    eesi_ensemble_free(&e);
    eesi_ensemble_free(&aside);
    return rc;
}

/* A set from beginning to end, on one thread. Its counts are added to the shared ones: sums of integers, so the order
 * of the threads does not matter. */
static int sweep_one(const sweep *shared, size_t set, ees_error *err) {
    const int members = shared->ensemble->options.members;
    lookout l = {0};
    sweep own = *shared;
    own.counts = calloc(shared->count, sizeof *own.counts);
    int rc = own.counts == NULL ? EES_ERR_NOMEM : lookout_init(&l, &shared->stream->grid, members);
    if (rc == 0)
        rc = learning_set(&own, set, &l);
    if (rc == 0) {
        const uint32_t *from = &own.counts[0][0];
        uint32_t *to = &shared->counts[0][0];
        for (size_t i = 0; i < shared->count * EES_SCORE_COUNT; i++)
            if (from[i] != 0) /* cppcheck-suppress objectIndex ; arrays of rows, walked as one */
#pragma omp atomic
                to[i] += from[i]; /* cppcheck-suppress objectIndex */
    }
    free(own.counts);
    lookout_free(&l);
    return rc != 0 ? ees_error_set(err, rc, "out of memory") : 0;
}

static int sweep_stream(const sweep *s, ees_error *err) {
    int rc = 0;
    const int sets = (int)s->stream->set_count;
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(s->ensemble))
    for (int k = 0; k < sets; k++) {
        const int failed = sweep_one(s, (size_t)k, NULL);
        if (failed != 0) {
#pragma omp atomic write
            rc = failed;
        }
    }
    return rc != 0 ? ees_error_set(err, rc, "out of memory") : 0;
}

static int predictive_of(const uint32_t counts[EES_SCORE_COUNT], ees_predictive *predictive, ees_error *err) {
    uint64_t wide[EES_SCORE_COUNT];
    for (int i = 0; i < EES_SCORE_COUNT; i++)
        wide[i] = counts[i];
    return ees_predictive_from_histogram(predictive, wide, err);
}

/* Questions are answered stream by stream: the first that is still open leads, and takes its kin along. */
static int sweep_streams(sweep *s, const int *statuses, ees_error *err) {
    int rc = 0;
    for (size_t i = 0; i < s->count && rc == 0; i++) {
        if (statuses[i] != 0)
            continue;
        const eesi_stream *stream = stream_of(s->ensemble, &s->questions[i]);
        if (i > 0 && s->stream == stream)
            continue; /* answered with its kin */
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = statuses[j] == 0 && stream_of(s->ensemble, &s->questions[j]) == stream;
        if (seen)
            continue;
        s->stream = stream;
        s->program = s->questions[i].program;
        rc = sweep_stream(s, err);
    }
    return rc;
}

static int sweep_all(sweep *s, const int *statuses, ees_predictive *predictives, ees_error *err) {
    int rc = sweep_streams(s, statuses, err);
    for (size_t i = 0; i < s->count && rc == 0; i++)
        if (statuses[i] == 0)
            rc = predictive_of(s->counts[i], &predictives[i], err);
    return rc;
}

void ees_ensemble_options_init(ees_ensemble_options *options) {
    *options =
        (ees_ensemble_options){.struct_size = sizeof *options, .seed = 1, .threads = 0, .members = 128, .copies = 4};
}

int ees_ensemble_create(ees_ensemble **ensemble, const ees_model *model, const ees_ensemble_options *options,
                        ees_error *err) {
    enum { MEMBERS_MAX = 1 << 16, COPIES_MAX = 1 << 15 };
    *ensemble = NULL;
    ees_ensemble_options o;
    ees_ensemble_options_init(&o);
    if (options != NULL)
        o = *options;
    if (o.members <= 0 || o.members > MEMBERS_MAX || o.members % EESI_FLOW_LANES != 0)
        return ees_error_set(err, EES_ERR_RANGE, "members must be a multiple of %d up to %d", EESI_FLOW_LANES,
                             MEMBERS_MAX);
    if (o.copies < 1 || o.copies > COPIES_MAX || o.threads < 0)
        return ees_error_set(err, EES_ERR_RANGE, "copies must be 1 to %d, threads not negative", COPIES_MAX);
    *ensemble = calloc(1, sizeof **ensemble);
    if (*ensemble == NULL)
        return no_memory(err);
    **ensemble = (ees_ensemble){model, o, NULL};
    (*ensemble)->options.cache_dir = NULL; /* the copy is in `recall` */
    const int rc = eesi_recall_create(&(*ensemble)->recall, o.cache_dir, err);
    if (rc != 0) {
        ees_ensemble_destroy(*ensemble);
        *ensemble = NULL;
    }
    return rc;
}

void ees_ensemble_destroy(ees_ensemble *ensemble) {
    if (ensemble != NULL)
        eesi_recall_destroy(ensemble->recall);
    free(ensemble);
}

/* ---- the posterior ---- */

static void learn_all(ees_posterior *p, const eesi_view *view, const ees_known *known) {
    const ees_known nothing = {0, 0};
    const int sets = (int)p->set_count;
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(p->ensemble))
    for (int k = 0; k < sets; k++)
        eesi_ensemble_learn(&p->sets[k], view, &nothing, known);
    p->known = *known;
}

int ees_posterior_create(ees_posterior **posterior, const ees_ensemble *ensemble, const ees_question *q,
                         ees_error *err) {
    eesi_view view;
    *posterior = NULL;
    int rc = eesi_view_init(&view, q->history, q->programs, ensemble->model, err);
    if (rc != 0)
        return rc;
    const eesi_stream *stream = stream_of(ensemble, q);
    ees_posterior *p = calloc(1, sizeof *p);
    if (p == NULL)
        rc = no_memory(err);
    else if (stream == NULL || !has_round_before(&view, stream, q))
        rc = ees_error_set(err, EES_ERR_NOTFOUND, "the ensemble has no stream with an earlier round of this program");
    else
        rc = eesi_posterior_start(p, ensemble, stream, q->program, err);
    if (rc == 0)
        learn_all(p, &view, &q->known);
    eesi_view_free(&view);
    if (rc != 0) {
        ees_posterior_destroy(p);
        return rc;
    }
    *posterior = p;
    return 0;
}

void ees_posterior_destroy(ees_posterior *posterior) {
    if (posterior == NULL)
        return;
    eesi_posterior_clear(posterior);
    free(posterior);
}

int ees_posterior_rounds(const ees_posterior *posterior) {
    return posterior->sets[0].rounds;
}

size_t ees_posterior_draws(const ees_posterior *posterior) {
    const ees_ensemble_options *o = &posterior->ensemble->options;
    return posterior->set_count * (size_t)o->members * (size_t)o->copies;
}

/* A round of each of `count` sizes on one day. counts: [count][EES_SCORE_COUNT], or NULL; draws of the last size. */
static int draw_set(const ees_posterior *p, size_t set, ees_date date, const ees_question *questions, size_t count,
                    uint32_t (*counts)[EES_SCORE_COUNT], ees_cutoff_draw *draws) {
    const ees_ensemble_options *o = &p->ensemble->options;
    const size_t n = (size_t)o->members;
    lookout l;
    int rc = lookout_init(&l, &p->stream->grid, o->members);
    eesi_ensemble e = p->sets[set];
    e.work = calloc(EESI_ENSEMBLE_WORK * n, sizeof *e.work); /* the posterior itself may serve other threads */
    if (e.work == NULL)
        rc = EES_ERR_NOMEM;
    for (int copy = 0; copy < o->copies && rc == 0; copy++) {
        const size_t at = (set * (size_t)o->copies + (size_t)copy) * n;
        eesi_ensemble_carry(&e, &l.ahead, date, (uint32_t)copy);
        for (size_t i = 0; i < count; i++)
            invite(&e, &l, date, (double)questions[i].size, (uint32_t)copy, counts[i],
                   draws == NULL ? NULL : draws + at);
    }
    free(e.work);
    lookout_free(&l);
    return rc;
}

static void add_counts(uint32_t *to, const uint32_t *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

/* Sets share the threads; each counts for itself, and sums of integers do not depend on their order. */
static int draw_day(const ees_posterior *p, const ees_question *questions, size_t count, ees_predictive *predictives,
                    ees_cutoff_draw *draws, ees_error *err) {
    const int sets = (int)p->set_count;
    uint32_t(*counts)[EES_SCORE_COUNT] = calloc(p->set_count * count, sizeof *counts);
    int rc = counts == NULL ? EES_ERR_NOMEM : 0;
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(p->ensemble)) if (rc == 0)
    for (int k = 0; k < sets; k++) {
        const int failed = counts == NULL ? EES_ERR_NOMEM
                                          : draw_set(p, (size_t)k, questions[0].date, questions, count,
                                                     counts + (size_t)k * count, draws);
        if (failed != 0) {
#pragma omp atomic write
            rc = failed;
        }
    }
    for (size_t k = 1; rc == 0 && k < p->set_count; k++)
        add_counts(&counts[0][0], &counts[k * count][0], count * EES_SCORE_COUNT);
    for (size_t i = 0; rc == 0 && predictives != NULL && i < count; i++)
        rc = predictive_of(counts[i], &predictives[i], err);
    free(counts);
    return rc == EES_ERR_NOMEM ? no_memory(err) : rc;
}

int ees_posterior_cutoff(const ees_posterior *posterior, ees_date date, int64_t size, ees_predictive *cutoff,
                         ees_cutoff_draw *draws, ees_error *err) {
    if (size < 1 || date == EES_DATE_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "a round needs a date and a size of at least 1");
    const ees_question question = {.date = date, .size = size};
    return draw_day(posterior, &question, 1, cutoff, draws, err);
}

/* ---- the posterior as a forecaster ---- */

static bool can_answer(const ees_posterior *p, const ees_question *q) {
    return q->program == p->sets[0].program && q->known.round_count == p->known.round_count &&
           q->known.snapshot_count == p->known.snapshot_count && q->size != EES_COUNT_NONE && q->size >= 1 &&
           q->date != EES_DATE_NONE && eesi_stream_covers(p->stream, q->date);
}

static int posterior_answer_all(const void *self, const ees_question *questions, size_t count,
                                ees_predictive *predictives, int *statuses, ees_error *err) {
    const ees_posterior *p = self;
    int rc = 0;
    for (size_t i = 0; i < count; i++)
        statuses[i] = can_answer(p, &questions[i]) ? 0 : EES_ERR_NOTFOUND;
    for (size_t i = 0, j; i < count && rc == 0; i = j) {
        for (j = i + 1; j < count && statuses[j] == statuses[i] && questions[j].date == questions[i].date;)
            j++;
        if (statuses[i] == 0)
            rc = draw_day(p, questions + i, j - i, predictives + i, NULL, err);
    }
    return rc;
}

static int posterior_answer_one(const void *self, const ees_question *question, ees_predictive *predictive,
                                ees_error *err) {
    int status = 0;
    const int rc = posterior_answer_all(self, question, 1, predictive, &status, err);
    if (rc == 0 && status != 0)
        return ees_error_set(err, status, "the members were made for another program or day");
    return rc;
}

ees_forecaster ees_posterior_forecaster(const ees_posterior *posterior) {
    return (ees_forecaster){.name = NAME,
                            .about = ABOUT,
                            .self = posterior,
                            .forecast = posterior_answer_one,
                            .sweep = posterior_answer_all};
}

/* ---- the ensemble as a forecaster ---- */

/* Questions about one round, which differ in size alone. */
static bool one_round(const sweep *s) {
    const ees_question *first = &s->questions[0];
    bool one = s->statuses[0] == 0 && eesi_recall_possible(first);
    for (size_t i = 1; i < s->count && one; i++)
        one = s->statuses[i] == 0 && s->questions[i].program == first->program && same_day(&s->questions[i], first) &&
              s->questions[i].skip_count == first->skip_count;
    return one;
}

static int answer_recalled(const ees_ensemble *ensemble, const ees_question *questions, size_t count,
                           ees_predictive *predictives, ees_error *err) {
    const ees_posterior *posterior = NULL;
    int rc;
#pragma omp critical(eesi_recall)
    {
        rc = eesi_recall_posterior(ensemble->recall, ensemble, &questions[0], &posterior, err);
        if (rc == 0)
            rc = draw_day(posterior, questions, count, predictives, NULL, err);
    }
    return rc;
}

static int answer_all(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                      int *statuses, ees_error *err) {
    const ees_ensemble *ensemble = self;
    eesi_view view;
    if (count == 0)
        return 0;
    int rc = eesi_view_init(&view, questions[0].history, questions[0].programs, ensemble->model, err);
    if (rc != 0)
        return rc;
    sweep s = {.ensemble = ensemble, .view = &view, .questions = questions, .count = count, .statuses = statuses};
    for (size_t i = 0; i < count; i++)
        statuses[i] = answerable(ensemble, &view, &questions[i]) ? 0 : EES_ERR_NOTFOUND;
    if (one_round(&s)) {
        rc = answer_recalled(ensemble, questions, count, predictives, err);
    } else {
        s.counts = calloc(count, sizeof *s.counts);
        rc = s.counts == NULL ? no_memory(err) : sweep_all(&s, statuses, predictives, err);
        free(s.counts);
    }
    eesi_view_free(&view);
    return rc;
}

static int answer_one(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    int status = 0;
    const int rc = answer_all(self, question, 1, predictive, &status, err);
    if (rc == 0 && status != 0)
        return ees_error_set(err, status, "the ensemble has no stream with an earlier round of this program");
    return rc;
}

ees_forecaster ees_ensemble_forecaster(const ees_ensemble *ensemble) {
    return (ees_forecaster){
        .name = NAME, .about = ABOUT, .self = ensemble, .forecast = answer_one, .sweep = answer_all};
}
