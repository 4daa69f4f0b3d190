/*
 * Turns of a simplex search (J. A. Nelder, R. Mead, The Computer Journal 7 (1965); GSL's nmsimplex2) over blocks of
 * parameters: seven or eight at a time, where a simplex works well, instead of eighty, where it does not. In
 * coordinates in which the prior is standard normal one step length suits all.
 */

#include "fit/statistical_fit.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_multimin.h>

#include "base/parallel.h"
#include "models/predictive.h"
#include "models/statistical.h"

enum { FIELDS_MAX = EESI_NOMINEE_FIELDS };
static const double impossible = 1e9; /* objective of a point outside the ranges; finite, as the search demands */
static const double first_step = 0.5; /* size of a new simplex, prior standard deviations */
static const double small_step = 1e-3;

/* One fit under way. */
typedef struct fit {
    eesi_statistical *statistical;
    const ees_history *history;
    const eesi_statistical_fit_options *options;
    int end; /* rounds[0..end) are used */
    pthread_mutex_t lock;
    uint64_t done, total;
    int stop;
} fit;

/* Sum of log scores, and how many there are. */
typedef struct tally {
    double log_score;
    size_t count;
} tally;

static void add_score(tally *sum, double probability) {
    sum->log_score += log(fmax(probability, EESI_PREDICTIVE_P_MIN));
    sum->count++;
}

static bool is_own(const fit *f, const ees_round *round, int program) {
    return round->program == program && round->size > 0 && !eesi_statistical_excludes(f->statistical, round);
}

static tally score_program(const fit *f, const eesi_family *family, int program, eesi_mixture *mixture) {
    tally sum = {0};
    eesi_mixture_init(mixture, family, program);
    for (int i = 0; i < f->end; i++) {
        const ees_round *round = &f->history->rounds[i];
        if (is_own(f, round, program) && eesi_family_covers(family, program, round->date)) {
            add_score(&sum, eesi_mixture_likelihood(mixture, round));
            if (family->exposure.arrival_sd > 0.0) { /* once more, knowing the pool of the day */
                eesi_mixture_look(mixture, f->history);
                add_score(&sum, eesi_mixture_likelihood(mixture, round));
            }
        }
        eesi_mixture_digest(mixture, f->history, eesi_statistical_excludes(f->statistical, round));
    }
    return sum;
}

static tally score_family(const fit *f, const eesi_family *family) {
    tally sum = {0};
    eesi_mixture *mixture = malloc(sizeof *mixture);
    for (int program = 0; mixture && program < EES_PROGRAMS_MAX; program++) {
        if (!(family->programs >> program & 1U))
            continue;
        tally one = score_program(f, family, program, mixture);
        sum.log_score += one.log_score;
        sum.count += one.count;
    }
    free(mixture);
    return sum;
}

static tally score_nominees(const fit *f, const eesi_nominee_params *params) {
    tally sum = {0};
    eesi_nominee state;
    eesi_nominee_init(&state, params);
    for (int i = 0; i < f->end; i++) {
        const ees_round *round = &f->history->rounds[i];
        ees_predictive predictive;
        if (round->program < 0 || !(f->statistical->nominee_programs >> round->program & 1U) ||
            !is_own(f, round, round->program))
            continue;
        if (eesi_nominee_predict(&state, (double)round->size, round->date, &predictive, NULL) == 0)
            add_score(&sum, predictive.p[round->cutoff]);
        eesi_nominee_assimilate(&state, (double)round->size, round->date, round->cutoff);
    }
    return sum;
}

/* ---- a block of parameters in prior coordinates ---- */

typedef struct block block;
struct block {
    const fit *f;
    const eesi_param_field *fields;
    const eesi_param_prior *priors;
    size_t field_count;
    int free_field[FIELDS_MAX]; /* positions of the fields with a spread */
    size_t free_count;
    size_t family; /* which, for a block of one */
    double (*log_score)(const block *b, const double *values);
};

static double value_at(const eesi_param_prior *prior, double z) {
    return prior->log_scale ? prior->centre * exp(prior->spread * z) : prior->centre + prior->spread * z;
}

static double place_of(const eesi_param_prior *prior, double value) {
    if (prior->log_scale)
        return log(fmax(value, 1e-300) / prior->centre) / prior->spread;
    return (value - prior->centre) / prior->spread;
}

static void find_free(block *b) {
    b->free_count = 0;
    for (size_t i = 0; i < b->field_count; i++)
        if (b->priors[i].spread > 0.0)
            b->free_field[b->free_count++] = (int)i;
}

/* Values of all fields at a point; false when one leaves its range. */
static bool values_at(const block *b, const gsl_vector *z, double *values) {
    for (size_t i = 0; i < b->field_count; i++)
        values[i] = b->priors[i].centre;
    for (size_t k = 0; k < b->free_count; k++) {
        int i = b->free_field[k];
        values[i] = value_at(&b->priors[i], gsl_vector_get(z, k));
        if (!(values[i] >= b->fields[i].min && values[i] <= b->fields[i].max))
            return false;
    }
    return true;
}

static double penalty(const gsl_vector *z) {
    double sum = 0.0;
    for (size_t k = 0; k < z->size; k++)
        sum += 0.5 * gsl_vector_get(z, k) * gsl_vector_get(z, k);
    return sum;
}

static double objective(const gsl_vector *z, void *context) {
    const block *b = context;
    double values[FIELDS_MAX];
    if (!values_at(b, z, values))
        return impossible;
    double value = penalty(z) - b->log_score(b, values);
    return isfinite(value) ? value : impossible;
}

static void put(const block *b, const double *values, void *params) {
    for (size_t i = 0; i < b->field_count; i++)
        eesi_param_set(params, &b->fields[i], values[i]);
}

static double family_log_score(const block *b, const double *values) {
    eesi_family family = b->f->statistical->families[b->family];
    put(b, values, &family);
    return score_family(b->f, &family).log_score;
}

typedef struct common_scores {
    const block *b;
    const double *values;
    double score[EES_PROGRAMS_MAX]; /* of each family */
} common_scores;

static void score_one(void *user, size_t i) {
    common_scores *to = user;
    eesi_family family = to->b->f->statistical->families[i];
    put(to->b, to->values, &family);
    to->score[i] = score_family(to->b->f, &family).log_score;
}

static double common_log_score(const block *b, const double *values) {
    common_scores scores = {.b = b, .values = values};
    const size_t count = b->f->statistical->family_count;
    eesi_parallel(b->f->options->threads, count, score_one, &scores);
    double sum = 0.0; /* in the order of families, so that threads cannot change it */
    for (size_t i = 0; i < count; i++)
        sum += scores.score[i];
    return sum;
}

static double nominee_log_score(const block *b, const double *values) {
    eesi_nominee_params params;
    put(b, values, &params);
    return score_nominees(b->f, &params).log_score;
}

/* ---- search ---- */

static bool count_step(fit *f) {
    pthread_mutex_lock(&f->lock);
    const ees_progress *progress = f->options->progress;
    f->done++;
    if (!f->stop && progress && progress->report && !progress->report(progress->user, f->done, f->total))
        f->stop = 1;
    const int stop = f->stop;
    pthread_mutex_unlock(&f->lock);
    return !stop;
}

static void search_on(fit *f, gsl_multimin_fminimizer *search) {
    for (int step = 0; step < f->options->steps && count_step(f); step++)
        if (gsl_multimin_fminimizer_iterate(search) != 0 || gsl_multimin_fminimizer_size(search) < small_step)
            break;
}

/* Improve one block of `params` in place. */
static int improve(fit *f, block *b, void *params) {
    find_free(b);
    if (b->free_count == 0)
        return 0;
    gsl_vector *start = gsl_vector_alloc(b->free_count), *step = gsl_vector_alloc(b->free_count);
    gsl_multimin_fminimizer *search = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, b->free_count);
    int status = EES_ERR_NOMEM;
    if (start && step && search) {
        gsl_multimin_function function = {objective, b->free_count, b};
        double values[FIELDS_MAX];
        gsl_vector_set_all(step, first_step);
        for (size_t k = 0; k < b->free_count; k++) {
            int i = b->free_field[k];
            gsl_vector_set(start, k, place_of(&b->priors[i], eesi_param_get(params, &b->fields[i])));
        }
        double before = objective(start, b);
        status = gsl_multimin_fminimizer_set(search, &function, start, step) == 0 ? 0 : EES_ERR_NUMERIC;
        search->fval = before; /* GSL sets it with the first step, which an interrupted search never takes */
        if (status == 0)
            search_on(f, search);
        if (status == 0 && gsl_multimin_fminimizer_minimum(search) < before &&
            values_at(b, gsl_multimin_fminimizer_x(search), values))
            put(b, values, params);
    }
    if (search)
        gsl_multimin_fminimizer_free(search);
    gsl_vector_free(step);
    gsl_vector_free(start);
    return status;
}

static block family_block(const fit *f, size_t i) {
    return (block){.f = f,
                   .fields = eesi_family_fields,
                   .priors = f->statistical->family_priors[i].field,
                   .field_count = EESI_FAMILY_FIELDS,
                   .family = i,
                   .log_score = family_log_score};
}

static block common_block(const fit *f) {
    return (block){.f = f,
                   .fields = eesi_common_fields,
                   .priors = f->statistical->common_priors,
                   .field_count = EESI_COMMON_FIELDS,
                   .log_score = common_log_score};
}

static block nominee_block(const fit *f) {
    return (block){.f = f,
                   .fields = eesi_nominee_fields,
                   .priors = f->statistical->nominee_priors,
                   .field_count = EESI_NOMINEE_FIELDS,
                   .log_score = nominee_log_score};
}

typedef struct family_turn {
    fit *f;
    int status[EES_PROGRAMS_MAX + 1]; /* of each family, and of the nominees */
} family_turn;

static void improve_one(void *user, size_t i) {
    family_turn *turn = user;
    fit *f = turn->f;
    const bool family = i < f->statistical->family_count;
    block b = family ? family_block(f, i) : nominee_block(f);
    turn->status[i] = improve(f, &b, family ? (void *)&f->statistical->families[i] : (void *)&f->statistical->nominee);
}

/* Families do not touch each other's parameters, so they go in parallel. */
static int improve_families(fit *f) {
    family_turn turn = {.f = f};
    const size_t count = f->statistical->family_count + 1;
    eesi_parallel(f->options->threads, count, improve_one, &turn);
    int failed = 0;
    for (size_t i = 0; i < count; i++)
        failed = turn.status[i] < failed ? turn.status[i] : failed;
    return failed;
}

/* The shared parameters live in every family. */
static int improve_common(fit *f) {
    eesi_family first = f->statistical->families[0];
    block b = common_block(f);
    int status = improve(f, &b, &first);
    for (size_t i = 0; i < f->statistical->family_count; i++)
        for (size_t k = 0; k < EESI_COMMON_FIELDS; k++)
            eesi_param_set(&f->statistical->families[i], &eesi_common_fields[k],
                           eesi_param_get(&first, &eesi_common_fields[k]));
    return status;
}

static void start_from_prior(const block *b, void *params) {
    for (size_t i = 0; i < b->field_count; i++)
        eesi_param_set(params, &b->fields[i], b->priors[i].centre);
}

static void start_all_from_prior(fit *f) {
    block nominees = nominee_block(f), common = common_block(f);
    start_from_prior(&nominees, &f->statistical->nominee);
    for (size_t i = 0; i < f->statistical->family_count; i++) {
        block b = family_block(f, i);
        start_from_prior(&common, &f->statistical->families[i]);
        start_from_prior(&b, &f->statistical->families[i]);
    }
}

static double block_penalty(const block *b, const void *params) {
    double sum = 0.0;
    for (size_t i = 0; i < b->field_count; i++) {
        if (b->priors[i].spread <= 0.0)
            continue;
        double z = place_of(&b->priors[i], eesi_param_get(params, &b->fields[i]));
        sum += 0.5 * z * z;
    }
    return sum;
}

static void fill_report(const fit *f, eesi_statistical_fit_report *report) {
    const eesi_statistical *statistical = f->statistical;
    block nominees = nominee_block(f), common = common_block(f);
    tally sum = score_nominees(f, &statistical->nominee);
    double prior = block_penalty(&nominees, &statistical->nominee) + block_penalty(&common, &statistical->families[0]);
    for (size_t i = 0; i < statistical->family_count; i++) {
        block b = family_block(f, i);
        tally one = score_family(f, &statistical->families[i]);
        sum.log_score += one.log_score;
        sum.count += one.count;
        prior += block_penalty(&b, &statistical->families[i]);
    }
    report->rounds = sum.count;
    report->log_score = sum.count > 0 ? sum.log_score / (double)sum.count : NAN;
    report->objective = sum.log_score - prior;
}

void eesi_statistical_fit_options_init(eesi_statistical_fit_options *options) {
    *options = (eesi_statistical_fit_options){.cycles = 3, .steps = 120};
}

static int check(const eesi_statistical *statistical, const ees_history *history,
                 const eesi_statistical_fit_options *options, int *end, ees_error *err) {
    if (options->cycles < 1 || options->steps < 1 || options->threads < 0)
        return ees_error_set(err, EES_ERR_RANGE, "a fit needs a turn, a step and a number of threads of 0 or more");
    if (!statistical->has_priors || statistical->family_count == 0 || statistical->family_count > EES_PROGRAMS_MAX)
        return ees_error_set(err, EES_ERR_NOTFOUND, "the statistical model has no families or no prior to fit with");
    *end = (int)history->round_count;
    if (options->until) {
        int last = ees_history_find(history, options->until);
        if (last < 0)
            return ees_error_set(err, EES_ERR_NOTFOUND, "no round '%.20s'", options->until);
        *end = last + 1;
    }
    return 0;
}

int eesi_statistical_fit(eesi_statistical *statistical, const ees_history *history,
                         const eesi_statistical_fit_options *options, eesi_statistical_fit_report *report,
                         ees_error *err) {
    eesi_statistical_fit_options chosen;
    eesi_statistical_fit_options_init(&chosen);
    if (options)
        chosen = *options;
    fit f = {.statistical = statistical, .history = history, .options = &chosen};
    int status = check(statistical, history, &chosen, &f.end, err);
    if (status != 0)
        return status;
    chosen.threads = eesi_threads(chosen.threads); /* asked once: the loops are many */
    pthread_mutex_init(&f.lock, NULL);
    f.total = (uint64_t)chosen.cycles * (uint64_t)chosen.steps * (statistical->family_count + 2);
    if (!chosen.resume)
        start_all_from_prior(&f);
    for (int turn = 0; turn < chosen.cycles && status == 0 && !f.stop; turn++) {
        status = improve_families(&f);
        if (status == 0 && !f.stop)
            status = improve_common(&f);
    }
    pthread_mutex_destroy(&f.lock);
    if (report)
        fill_report(&f, report);
    if (status != 0)
        return ees_error_set(err, status, "the fit of the statistical model failed");
    return f.stop ? ees_error_set(err, EES_ERR_INTERRUPTED, "the fit was interrupted; resume from here") : 0;
}
