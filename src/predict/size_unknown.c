/*
 * The cut-off of a round whose size is not known: the models' answers at equally likely sizes, mixed. Equal steps of
 * probability (not of size) because sizes have atoms: "6,000 again" takes as many steps as it is likely.
 */
#include <stdlib.h>
#include <string.h>

#include "predict/size_unknown.h"

#include "calendar/calendar.h"
#include "models/ask.h"
#include "models/forecaster.h"
#include "models/predictive.h"

enum { STEPS = 24 };

/* One question's sizes: distinct, with how many of the steps each has. */
typedef struct size_steps {
    size_t count;
    int64_t size[STEPS];
    double weight[STEPS];
} size_steps;

static int64_t size_quantile(const eesi_calendar *calendar, int program, const eesi_size_context *context, double level,
                             int64_t low) {
    int64_t high = low + 1;
    while (eesi_calendar_size_cdf(calendar, program, context, high) < level && high < INT64_C(10000000))
        high *= 2;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (eesi_calendar_size_cdf(calendar, program, context, middle) >= level)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static int guess_sizes(const eesi_size_guess *guess, const ees_question *question, size_steps *steps, ees_error *err) {
    steps->count = 1;
    steps->weight[0] = 1;
    steps->size[0] = question->size;
    if (question->size != EES_COUNT_NONE)
        return EES_OK;
    eesi_calendar *calendar = NULL;
    int rc = eesi_calendar_create(&calendar, guess->calendar, question->programs, question->history, question->known,
                                  question->date, err);
    if (rc)
        return rc == EES_ERR_RANGE ? EES_ERR_NOTFOUND : rc;
    eesi_size_context context = eesi_calendar_size_context(calendar, question->program, question->date);
    steps->count = 0;
    int64_t size = 0;
    for (int i = 0; i < STEPS; i++) {
        int64_t low = size > 0 ? size - 1 : 0;
        size = size_quantile(calendar, question->program, &context, (i + 0.5) / STEPS, low);
        if (steps->count == 0 || steps->size[steps->count - 1] != size) {
            steps->size[steps->count] = size;
            steps->weight[steps->count++] = 0;
        }
        steps->weight[steps->count - 1] += 1.0 / STEPS;
    }
    eesi_calendar_destroy(calendar);
    return EES_OK;
}

/* The questions of a sweep, each multiplied by its sizes. */
typedef struct size_sweep {
    size_t count;
    size_steps *steps; /* [count] */
    size_t *first;     /* [count]: position of its first part */
    size_t part_count;
    ees_question *parts;     /* [part_count] */
    ees_predictive *answers; /* [part_count] */
    int *statuses;           /* [part_count] */
} size_sweep;

static void sweep_close(size_sweep *sweep) {
    free(sweep->steps);
    free(sweep->first);
    free(sweep->parts);
    free(sweep->answers);
    free(sweep->statuses);
}

static int sweep_open(size_sweep *sweep, const eesi_size_guess *guess, const ees_question *questions, size_t count,
                      int *statuses, ees_error *err) {
    memset(sweep, 0, sizeof *sweep);
    sweep->count = count;
    sweep->steps = calloc(count + 1, sizeof *sweep->steps);
    sweep->first = calloc(count + 1, sizeof *sweep->first);
    if (!sweep->steps || !sweep->first)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory to guess sizes");
    for (size_t i = 0; i < count; i++) {
        int rc = guess_sizes(guess, &questions[i], &sweep->steps[i], err);
        if (rc && rc != EES_ERR_NOTFOUND)
            return rc;
        statuses[i] = EES_ERR_NOTFOUND;
        sweep->steps[i].count = rc ? 0 : sweep->steps[i].count;
        sweep->first[i] = sweep->part_count;
        sweep->part_count += sweep->steps[i].count;
    }
    sweep->parts = calloc(sweep->part_count + 1, sizeof *sweep->parts);
    sweep->answers = calloc(sweep->part_count + 1, sizeof *sweep->answers);
    sweep->statuses = calloc(sweep->part_count + 1, sizeof *sweep->statuses);
    if (!sweep->parts || !sweep->answers || !sweep->statuses)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory to guess sizes");
    return EES_OK;
}

/* Put the parts of the questions that are still open next to each other, in the order of the questions. */
static size_t gather(size_sweep *sweep, const ees_question *questions, const int *statuses) {
    size_t parts = 0;
    for (size_t i = 0; i < sweep->count; i++) {
        sweep->first[i] = parts;
        for (size_t s = 0; statuses[i] == EES_ERR_NOTFOUND && s < sweep->steps[i].count; s++) {
            sweep->parts[parts] = questions[i];
            sweep->parts[parts++].size = sweep->steps[i].size[s];
        }
    }
    return parts;
}

static int mix_steps(const size_sweep *sweep, size_t question, ees_predictive *mixed, ees_error *err) {
    const size_steps *steps = &sweep->steps[question];
    const ees_predictive *parts[STEPS];
    double weights[STEPS];
    size_t count = 0;
    for (size_t s = 0; s < steps->count; s++)
        if (sweep->statuses[sweep->first[question] + s] == 0) {
            parts[count] = &sweep->answers[sweep->first[question] + s];
            weights[count++] = steps->weight[s];
        }
    return count ? eesi_predictive_mix(mixed, parts, weights, count, err) : EES_ERR_NOTFOUND;
}

static int mix_sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                     int *statuses, ees_error *err) {
    const eesi_size_guess *guess = self;
    size_sweep sweep;
    int rc = sweep_open(&sweep, guess, questions, count, statuses, err);
    for (size_t m = 0; m < guess->model_count && !rc; m++) {
        size_t parts = gather(&sweep, questions, statuses);
        if (parts == 0)
            break;
        rc = eesi_ask_all(&guess->models[m], sweep.parts, parts, sweep.answers, sweep.statuses, err);
        for (size_t i = 0; i < count && !rc; i++)
            if (statuses[i] == EES_ERR_NOTFOUND && sweep.steps[i].count > 0)
                statuses[i] = mix_steps(&sweep, i, &predictives[i], err);
    }
    sweep_close(&sweep);
    return rc;
}

static int mix_one(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    int status = EES_ERR_NOTFOUND;
    int rc = mix_sweep(self, question, 1, predictive, &status, err);
    return rc ? rc : status;
}

ees_forecaster eesi_size_unknown_forecaster(const eesi_size_guess *guess) {
    ees_forecaster forecaster = {
        "size-mixture", "the best model's answers, mixed over the sizes past rounds make likely", false, guess, mix_one,
        mix_sweep};
    return forecaster;
}
