/* The ensemble as a forecaster. Past rounds are answered in one pass through the history, set by set; a question about
 * the coming one is answered by a posterior, from the cache if it was asked before. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "models/forecaster.h"
#include "models/model.h"
#include "models/posterior.h"
#include "models/posterior_cache.h"

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static bool answerable(const eesi_ensemble_model *ensemble, const eesi_view *view, const ees_question *q) {
    const eesi_stream *stream = eesi_stream_asked(ensemble, q);
    return stream != NULL && q->size != EES_COUNT_NONE && q->size >= 1 && eesi_stream_begun(view, stream, q);
}

/* ---- through the history ---- */

typedef struct sweep {
    const eesi_ensemble_model *ensemble;
    const eesi_view *view;
    const ees_question *questions;
    size_t count;
    const eesi_stream *stream; /* this pass answers the questions of one stream */
    int program;
    const int *statuses;
    uint32_t (*counts)[EES_SCORE_COUNT]; /* [count], summed over the sets */
    pthread_mutex_t *lock;               /* of the counts and rc */
    int rc;
} sweep;

static bool mine(const sweep *s, size_t i) {
    return s->statuses[i] == 0 && s->questions[i].program == s->program &&
           eesi_stream_asked(s->ensemble, &s->questions[i]) == s->stream;
}

static bool same_day(const ees_question *a, const ees_question *b) {
    return a->date == b->date && a->known.round_count == b->known.round_count &&
           a->known.snapshot_count == b->known.snapshot_count;
}

/* Answer questions i .. j - 1, which differ in size alone: the members are carried once for all of them. */
static void answer_day(const sweep *s, const eesi_ensemble *from, eesi_lookout *l, size_t i, size_t j) {
    for (int copy = 0; copy < s->ensemble->options.copies; copy++) {
        eesi_ensemble_carry(from, &l->ahead, s->questions[i].date, (uint32_t)copy);
        for (size_t k = i; k < j; k++)
            if (mine(s, k))
                eesi_lookout_invite(from, l, s->questions[k].date, (double)s->questions[k].size, (uint32_t)copy,
                                    s->counts[k], NULL);
    }
}

/* One set through the history: the main line `e` learns what all later questions know too, hindsight goes into the
 * copy `aside`, so that an answer does not depend on the questions before it. */
static void sweep_set(const sweep *s, eesi_ensemble *e, eesi_ensemble *aside, eesi_lookout *l) {
    ees_known known = {0, 0};
    for (size_t i = 0, j; i < s->count; i = j) {
        const ees_question *q = &s->questions[i];
        bool asked = mine(s, i);
        for (j = i + 1; j < s->count && same_day(q, &s->questions[j]); j++)
            asked = asked || mine(s, j);
        if (!asked)
            continue;
        const ees_known line = eesi_known_itself(q->history, q->known);
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

static int learning_set(const sweep *s, size_t set, eesi_lookout *l) {
    const eesi_ensemble_model *ensemble = s->ensemble;
    const ees_model *model = ensemble->model;
    const int members = ensemble->options.members;
    const eesi_flow_params *params = &s->stream->sets[set];
    eesi_ensemble e = {0}, aside = {0};
    int rc = eesi_ensemble_init(&e, s->stream, params, model->shock, s->program, members, ensemble->options.seed,
                                eesi_first_replicate(model, s->stream, set));
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
static int sweep_one(const sweep *shared, size_t set) {
    const int members = shared->ensemble->options.members;
    eesi_lookout l = {0};
    sweep own = *shared;
    own.counts = calloc(shared->count, sizeof *own.counts);
    int rc = own.counts == NULL ? EES_ERR_NOMEM : eesi_lookout_init(&l, &shared->stream->grid, members);
    if (rc == 0)
        rc = learning_set(&own, set, &l);
    if (rc == 0) {
        pthread_mutex_lock(shared->lock);
        for (size_t i = 0; i < shared->count; i++)
            for (int score = 0; score < EES_SCORE_COUNT; score++)
                shared->counts[i][score] += own.counts[i][score];
        pthread_mutex_unlock(shared->lock);
    }
    free(own.counts);
    eesi_lookout_free(&l);
    return rc;
}

static void sweep_set_of(void *user, size_t set) {
    sweep *s = user;
    const int rc = sweep_one(s, set);
    pthread_mutex_lock(s->lock);
    s->rc = rc != 0 ? rc : s->rc;
    pthread_mutex_unlock(s->lock);
}

static int sweep_stream(sweep *s, ees_error *err) {
    pthread_mutex_t lock;
    pthread_mutex_init(&lock, NULL);
    s->lock = &lock;
    eesi_parallel(s->ensemble->options.threads, s->stream->set_count, sweep_set_of, s);
    pthread_mutex_destroy(&lock);
    return s->rc != 0 ? ees_error_set(err, s->rc, "out of memory") : 0;
}

/* Questions are answered stream by stream: the first that is still open leads, and takes the others of its stream
 * along. */
static int sweep_streams(sweep *s, const int *statuses, ees_error *err) {
    int rc = 0;
    for (size_t i = 0; i < s->count && rc == 0; i++) {
        if (statuses[i] != 0)
            continue;
        const eesi_stream *stream = eesi_stream_asked(s->ensemble, &s->questions[i]);
        if (i > 0 && s->stream == stream)
            continue; /* answered with another of its stream */
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = statuses[j] == 0 && eesi_stream_asked(s->ensemble, &s->questions[j]) == stream;
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
            rc = eesi_predictive_of(s->counts[i], &predictives[i], err);
    return rc;
}

/* ---- the ensemble ---- */

void eesi_ensemble_options_init(eesi_ensemble_options *options) {
    *options = (eesi_ensemble_options){.seed = 1, .threads = 0, .members = 128, .copies = 4};
}

int eesi_ensemble_model_create(eesi_ensemble_model **ensemble, const ees_model *model,
                               const eesi_ensemble_options *options, ees_error *err) {
    enum { MEMBERS_MAX = 1 << 16, COPIES_MAX = 1 << 15 };
    *ensemble = NULL;
    eesi_ensemble_options o;
    eesi_ensemble_options_init(&o);
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
    **ensemble = (eesi_ensemble_model){model, o, NULL};
    (*ensemble)->options.cache_dir = NULL; /* the copy is in `cache` */
    const int rc = eesi_posterior_cache_create(&(*ensemble)->cache, o.cache_dir, err);
    if (rc != 0) {
        eesi_ensemble_model_destroy(*ensemble);
        *ensemble = NULL;
    }
    return rc;
}

void eesi_ensemble_model_destroy(eesi_ensemble_model *ensemble) {
    if (ensemble != NULL)
        eesi_posterior_cache_destroy(ensemble->cache);
    free(ensemble);
}

/* Questions about one round, which differ in size alone. */
static bool one_round(const sweep *s) {
    const ees_question *first = &s->questions[0];
    bool one = s->statuses[0] == 0 && eesi_posterior_cacheable(first);
    for (size_t i = 1; i < s->count && one; i++)
        one = s->statuses[i] == 0 && s->questions[i].program == first->program && same_day(&s->questions[i], first) &&
              s->questions[i].skip_count == first->skip_count;
    return one;
}

static int answer_cached(const eesi_ensemble_model *ensemble, const ees_question *questions, size_t count,
                         ees_predictive *predictives, ees_error *err) {
    eesi_posterior *posterior = NULL;
    int rc = eesi_posterior_share(ensemble, &questions[0], &posterior, err);
    if (rc == 0)
        rc = eesi_posterior_draw(posterior, questions, count, predictives, NULL, err);
    eesi_posterior_destroy(posterior);
    return rc;
}

static int answer_all(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                      int *statuses, ees_error *err) {
    const eesi_ensemble_model *ensemble = self;
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
        rc = answer_cached(ensemble, questions, count, predictives, err);
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

ees_forecaster eesi_ensemble_forecaster(const eesi_ensemble_model *ensemble) {
    return (ees_forecaster){.name = EESI_ENSEMBLE_NAME,
                            .about = EESI_ENSEMBLE_ABOUT,
                            .self = ensemble,
                            .forecast = answer_one,
                            .sweep = answer_all};
}
