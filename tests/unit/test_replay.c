/*
 * The published rounds replayed: cut-off and tie-break given, on the pool as it was known before the round, how many
 * are invited? The promise: median error at most 10 % of the published size, none above 30 %. Deterministic.
 * Beside it, what each piece of information is worth; and the tie-breaks against the ages in the pool.
 */
#include "models/ensemble_model.h"
#include "pool_verify.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "models/forecaster.h"
#include "pool/pool.h"
#include "predict/predict.h"

enum { ROUNDS = 10 };
static const char *const NUMBERS[ROUNDS] = {"364", "370", "375", "378", "381", "384", "387", "390", "392", "396"};

static eesi_ensemble_model *ensemble;

static int load(void **state) {
    int rc = test_shipped_open(state);
    return rc ? rc : eesi_ensemble_model_create(&ensemble, test_shipped.model, NULL, NULL);
}

static int unload(void **state) {
    eesi_ensemble_model_destroy(ensemble);
    return test_shipped_close(state);
}

static int cec(void) {
    return ees_programs_find(&test_shipped.programs, "CEC");
}

/* Size of the round before: the size asked for is not known to a replay. */
static int64_t size_before(const ees_known *known) {
    for (size_t i = known->round_count; i-- > 0;)
        if (test_shipped.history.rounds[i].program == cec())
            return test_shipped.history.rounds[i].size;
    return 1000;
}

/* The pool of the day with (model_count 1) or without (0) the filter's stream in it. */
static void predict(ees_prediction *prediction, const ees_round *round, size_t model_count) {
    const ees_forecaster models[] = {eesi_ensemble_forecaster(ensemble)};
    eesi_predict_request request;
    ees_error err;
    eesi_predict_request_init(&request);
    request.question.history = &test_shipped.history;
    request.question.programs = &test_shipped.programs;
    request.question.known = ees_history_before(&test_shipped.history, round->date, false);
    request.question.program = cec();
    request.question.date = round->date;
    request.question.size = size_before(&request.question.known);
    request.cutoff = round->cutoff;
    request.models = models;
    request.model_count = model_count;
    request.segments = &test_shipped.segments;
    if (eesi_predict(prediction, &request, &err))
        fail_msg("%s", err.message);
}

typedef struct replayed {
    double with_tie;    /* cut-off and tie-break */
    double half;        /* cut-off alone, half of the marginal score */
    double shares_only; /* no stream: the share curve alone */
} replayed;

static int64_t invited(const ees_prediction *p, const ees_round *round, ees_time tie_break, int64_t *at) {
    ees_draw_rule rule = {ees_pool_admitted(&p->pool, &test_shipped.programs, cec()), EES_COUNT_NONE, round->cutoff,
                          tie_break};
    ees_draw_result result;
    assert_int_equal(ees_draw(&p->pool, &rule, &result, NULL), 0);
    *at = result.cutoff == round->cutoff ? result.at_cutoff : 0;
    return result.invited;
}

static replayed replay(const ees_round *round) {
    ees_prediction *p = malloc(sizeof *p);
    replayed out;
    int64_t at;
    double size = (double)round->size;
    assert_non_null(p);
    predict(p, round, 1);
    assert_string_equal(p->model, "ensemble");
    assert_int_equal(test_pool_verify(&p->pool, NULL, NULL), 0);
    int64_t all = invited(p, round, EES_TIME_NONE, &at);
    out.half = ((double)all - 0.5 * (double)at) / size - 1;
    int64_t in_time = invited(p, round, round->tie_break, &at);
    out.with_tie = (double)in_time / size - 1;
    print_message("#%s at %d: %lld invited, published %lld (%+.1f %%)\n", round->number, round->cutoff,
                  (long long)in_time, (long long)round->size, 100 * out.with_tie);
    ees_prediction_free(p);
    predict(p, round, 0);
    out.shares_only = (double)invited(p, round, round->tie_break, &at) / size - 1;
    ees_prediction_free(p);
    free(p);
    return out;
}

static int by_value(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double summary(const char *what, double *errors, double *worst) {
    for (int i = 0; i < ROUNDS; i++)
        errors[i] = fabs(errors[i]);
    qsort(errors, ROUNDS, sizeof *errors, by_value);
    double median = 0.5 * (errors[ROUNDS / 2 - 1] + errors[ROUNDS / 2]);
    *worst = errors[ROUNDS - 1];
    print_message("%s: median error %.1f %%, worst %.1f %%\n", what, 100 * median, 100 * *worst);
    return median;
}

static void published_rounds(void **state) {
    (void)state;
    double with_tie[ROUNDS], half[ROUNDS], shares_only[ROUNDS], worst, unused;
    for (int i = 0; i < ROUNDS; i++) {
        int position = ees_history_find(&test_shipped.history, NUMBERS[i]);
        assert_true(position >= 0);
        replayed r = replay(&test_shipped.history.rounds[position]);
        with_tie[i] = r.with_tie;
        half[i] = r.half;
        shares_only[i] = r.shares_only;
    }
    double median = summary("cut-off, tie-break, filter", with_tie, &worst);
    summary("cut-off and filter alone", half, &unused);
    double rival = summary("no filter, shares of the pool alone", shares_only, &unused);
    assert_true(median <= 0.10);
    assert_true(worst <= 0.30);
    assert_true(median < rival / 2);
}

/*
 * At the cut-off of every CEC round with a pool, the part of the candidates there who submitted by the tie-break. The
 * invited share of the marginal score is as good as uniform, so this is too if the pool's ages are right.
 * n = 28 rounds (those since 2022 with a tie-break and a pool known before); Kolmogorov-Smirnov limit 1.63 / sqrt(n)
 * for a false-alarm rate of 1 % (less, for the two parameters of the distribution were fitted to these tie-breaks). The
 * data are fixed and no random numbers are drawn.
 */
static double invited_part(const ees_round *round, ees_known known) {
    ees_pool pool;
    ees_draw_result result;
    ees_pool_source source = {.programs = &test_shipped.programs,
                              .segments = &test_shipped.segments,
                              .snapshot = &test_shipped.history.snapshots[known.snapshot_count - 1],
                              .history = &test_shipped.history,
                              .round_count = known.round_count};
    assert_int_equal(eesi_pool_build(&pool, &source, NULL), 0);
    ees_draw_rule rule = {ees_pool_admitted(&pool, &test_shipped.programs, cec()), EES_COUNT_NONE, round->cutoff,
                          round->tie_break};
    assert_int_equal(ees_draw(&pool, &rule, &result, NULL), 0);
    ees_pool_free(&pool);
    if (result.cutoff != round->cutoff || result.at_cutoff == 0)
        return 0;
    return (double)result.at_cutoff_invited / (double)result.at_cutoff;
}

static void tie_breaks_fit_the_ages(void **state) {
    (void)state;
    double parts[100];
    size_t count = 0;
    for (size_t i = 0; i < test_shipped.history.round_count; i++) {
        const ees_round *round = &test_shipped.history.rounds[i];
        ees_known known = ees_history_before(&test_shipped.history, round->date, false);
        if (round->program == cec() && round->tie_break != EES_TIME_NONE && known.snapshot_count > 0 && count < 100 &&
            round->date >= ees_date_from_civil(2022, 1, 1))
            parts[count++] = invited_part(round, known);
    }
    qsort(parts, count, sizeof *parts, by_value);
    double distance = 0, mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += parts[i] / (double)count;
        distance =
            fmax(distance, fmax(parts[i] - (double)i / (double)count, (double)(i + 1) / (double)count - parts[i]));
    }
    double limit = 1.63 / sqrt((double)count);
    print_message("%zu tie-breaks: mean part %.2f, largest distance from uniform %.3f, limit %.3f\n", count, mean,
                  distance, limit);
    assert_true(count >= 25);
    assert_true(distance < limit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_rounds),
        cmocka_unit_test(tie_breaks_fit_the_ages),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
