/* The members of all sets of one stream: made, taught, asked. */
#include "models/posterior.h"
#include "models/predictive.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "models/forecaster.h"
#include "models/model.h"

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* ---- the sets ---- */

/* Every stream and every set has replicates of its own, and they do not move when the number of members changes. */
uint64_t eesi_first_replicate(const ees_model *model, const eesi_stream *stream, size_t set) {
    return (uint64_t)(stream - model->streams) << 24 | (uint64_t)set << 16;
}

int eesi_posterior_start(eesi_posterior *p, const eesi_ensemble_model *ensemble, const eesi_stream *stream, int program,
                         ees_error *err) {
    const ees_model *model = ensemble->model;
    *p = (eesi_posterior){.ensemble = ensemble, .stream = stream};
    p->sets = calloc(stream->set_count, sizeof *p->sets);
    if (p->sets == NULL)
        return no_memory(err);
    for (; p->set_count < stream->set_count; p->set_count++)
        if (eesi_ensemble_init(&p->sets[p->set_count], stream, &stream->sets[p->set_count], model->shock, program,
                               ensemble->options.members, ensemble->options.seed,
                               eesi_first_replicate(model, stream, p->set_count)) != 0)
            return no_memory(err);
    return 0;
}

static void clear(eesi_posterior *p) {
    for (size_t k = 0; k < p->set_count; k++)
        eesi_ensemble_free(&p->sets[k]);
    free(p->sets);
    *p = (eesi_posterior){0};
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

void eesi_lookout_free(eesi_lookout *l) {
    eesi_flow_block_free(&l->ahead);
    free(l->cutoff);
    free(l->share);
    *l = (eesi_lookout){0};
}

int eesi_lookout_init(eesi_lookout *l, const eesi_flow_grid *grid, int members) {
    *l = (eesi_lookout){.cutoff = calloc((size_t)members, sizeof(int)),
                        .share = calloc((size_t)members, sizeof(double))};
    return l->cutoff == NULL || l->share == NULL ? EES_ERR_NOMEM : eesi_flow_block_init(&l->ahead, grid, members);
}

/* Hold one round in the futures of one copy; add the cut-offs to counts and fill draws, where not NULL. */
void eesi_lookout_invite(const eesi_ensemble *e, eesi_lookout *l, ees_date date, double size, uint32_t copy,
                         uint32_t *counts, eesi_cutoff_draw *draws) {
    eesi_ensemble_invite(e, &l->ahead, date, size, copy, l->cutoff, l->share);
    for (int m = 0; m < e->block.members; m++) {
        const int score = l->cutoff[m] < 0 ? 0 : l->cutoff[m];
        if (counts != NULL)
            counts[score]++;
        if (draws != NULL)
            draws[m] = (eesi_cutoff_draw){score, l->share[m]};
    }
}

/* ---- questions ---- */

const eesi_stream *eesi_stream_asked(const eesi_ensemble_model *ensemble, const ees_question *q) {
    if (q->program < 0 || (size_t)q->program >= q->programs->count || q->date == EES_DATE_NONE)
        return NULL;
    const eesi_stream *s = eesi_model_stream(ensemble->model, q->programs->programs[q->program].code, q->date);
    return s != NULL && s->set_count > 0 ? s : NULL;
}

bool eesi_stream_begun(const eesi_view *view, const eesi_stream *stream, const ees_question *q) {
    for (size_t i = q->known.round_count; i-- > 0;)
        if (view->rounds[i].program == q->program && !view->rounds[i].excluded &&
            eesi_stream_covers(stream, view->rounds[i].date))
            return true;
    return false;
}

int eesi_predictive_of(const uint32_t counts[EES_SCORE_COUNT], ees_predictive *predictive, ees_error *err) {
    uint64_t wide[EES_SCORE_COUNT];
    for (int i = 0; i < EES_SCORE_COUNT; i++)
        wide[i] = counts[i];
    return eesi_predictive_from_histogram(predictive, wide, err);
}

/* ---- the posterior ---- */

typedef struct lesson {
    eesi_posterior *p;
    const eesi_view *view;
    const eesi_posterior *earlier; /* it knew `from`; NULL: nothing was known */
    ees_known from, to;
} lesson;

static void learn_set(void *user, size_t k) {
    const lesson *of = user;
    if (of->earlier)
        eesi_ensemble_copy(&of->p->sets[k], &of->earlier->sets[k]);
    eesi_ensemble_learn(&of->p->sets[k], of->view, &of->from, &of->to);
}

static void learn_all(eesi_posterior *p, const eesi_view *view, const eesi_posterior *earlier, ees_known from,
                      ees_known to) {
    lesson of = {p, view, earlier, from, to};
    eesi_parallel(p->ensemble->options.threads, p->set_count, learn_set, &of);
}

ees_known eesi_known_itself(const ees_history *history, ees_known known) {
    while (known.snapshot_count > 0 &&
           (size_t)history->snapshots[known.snapshot_count - 1].first_round >= known.round_count)
        known.snapshot_count--;
    return known;
}

static int create(eesi_posterior **posterior, const eesi_ensemble_model *ensemble, const eesi_posterior *earlier,
                  ees_known from, const ees_question *q, ees_error *err) {
    eesi_view view;
    *posterior = NULL;
    int rc = eesi_view_init(&view, q->history, q->programs, ensemble->model, err);
    if (rc != 0)
        return rc;
    const eesi_stream *stream = eesi_stream_asked(ensemble, q);
    eesi_posterior *p = calloc(1, sizeof *p);
    if (p == NULL)
        rc = no_memory(err);
    else if (stream == NULL || !eesi_stream_begun(&view, stream, q))
        rc = ees_error_set(err, EES_ERR_NOTFOUND, "the ensemble has no stream with an earlier round of this program");
    else
        rc = eesi_posterior_start(p, ensemble, stream, q->program, err);
    if (p != NULL)
        atomic_init(&p->owners, 1);
    if (rc == 0)
        learn_all(p, &view, earlier, from, q->known);
    eesi_view_free(&view);
    if (rc != 0) {
        eesi_posterior_destroy(p);
        return rc;
    }
    *posterior = p;
    return 0;
}

int eesi_posterior_create(eesi_posterior **posterior, const eesi_ensemble_model *ensemble, const ees_question *q,
                          ees_error *err) {
    return create(posterior, ensemble, NULL, (ees_known){0, 0}, q, err);
}

int eesi_posterior_follow(eesi_posterior **posterior, const eesi_posterior *earlier, ees_known known,
                          const ees_question *q, ees_error *err) {
    return create(posterior, earlier->ensemble, earlier, known, q, err);
}

void eesi_posterior_destroy(eesi_posterior *posterior) {
    if (posterior == NULL || atomic_fetch_sub(&posterior->owners, 1) > 1)
        return;
    clear(posterior);
    free(posterior);
}

int eesi_posterior_rounds(const eesi_posterior *posterior) {
    return posterior->sets[0].rounds;
}

size_t eesi_posterior_draws(const eesi_posterior *posterior) {
    const eesi_ensemble_options *o = &posterior->ensemble->options;
    return posterior->set_count * (size_t)o->members * (size_t)o->copies;
}

/* A round of each of `count` sizes on one day. */
typedef struct drawing {
    const eesi_posterior *p;
    const ees_question *questions;
    size_t count;
    uint32_t (*counts)[EES_SCORE_COUNT]; /* [set][count] */
    eesi_cutoff_draw *draws;             /* of the last size, or NULL */
    atomic_int rc;
} drawing;

static int draw_set(const drawing *d, size_t set) {
    const eesi_posterior *p = d->p;
    const ees_question *questions = d->questions;
    const ees_date date = questions[0].date;
    const size_t count = d->count;
    uint32_t(*counts)[EES_SCORE_COUNT] = d->counts + set * count;
    eesi_cutoff_draw *draws = d->draws;
    const eesi_ensemble_options *o = &p->ensemble->options;
    const size_t n = (size_t)o->members;
    eesi_lookout l;
    int rc = eesi_lookout_init(&l, &p->stream->grid, o->members);
    eesi_ensemble e = p->sets[set];
    e.work = calloc(EESI_ENSEMBLE_WORK * n, sizeof *e.work); /* the posterior itself may serve other threads */
    if (e.work == NULL)
        rc = EES_ERR_NOMEM;
    for (int copy = 0; copy < o->copies && rc == 0; copy++) {
        const size_t at = (set * (size_t)o->copies + (size_t)copy) * n;
        eesi_ensemble_carry(&e, &l.ahead, date, (uint32_t)copy);
        for (size_t i = 0; i < count; i++)
            eesi_lookout_invite(&e, &l, date, (double)questions[i].size, (uint32_t)copy, counts[i],
                                draws == NULL ? NULL : draws + at);
    }
    free(e.work);
    eesi_lookout_free(&l);
    return rc;
}

static void add_counts(uint32_t *to, const uint32_t *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

static void draw_one(void *user, size_t set) {
    drawing *d = user;
    const int failed = draw_set(d, set);
    if (failed != 0)
        d->rc = failed;
}

/* Sets share the threads; each counts for itself, and sums of integers do not depend on their order. */
int eesi_posterior_draw(const eesi_posterior *p, const ees_question *questions, size_t count,
                        ees_predictive *predictives, eesi_cutoff_draw *draws, ees_error *err) {
    uint32_t(*counts)[EES_SCORE_COUNT] = calloc(p->set_count * count, sizeof *counts);
    if (counts == NULL)
        return no_memory(err);
    drawing d = {.p = p, .questions = questions, .count = count, .counts = counts, .draws = draws};
    eesi_parallel(p->ensemble->options.threads, p->set_count, draw_one, &d);
    int rc = d.rc;
    for (size_t k = 1; rc == 0 && k < p->set_count; k++)
        add_counts(&counts[0][0], &counts[k * count][0], count * EES_SCORE_COUNT);
    for (size_t i = 0; rc == 0 && predictives != NULL && i < count; i++)
        rc = eesi_predictive_of(counts[i], &predictives[i], err);
    free(counts);
    return rc == EES_ERR_NOMEM ? no_memory(err) : rc;
}

int eesi_posterior_cutoff(const eesi_posterior *posterior, ees_date date, int64_t size, ees_predictive *cutoff,
                          eesi_cutoff_draw *draws, ees_error *err) {
    if (size < 1 || date == EES_DATE_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "a round needs a date and a size of at least 1");
    const ees_question question = {.date = date, .size = size};
    return eesi_posterior_draw(posterior, &question, 1, cutoff, draws, err);
}
