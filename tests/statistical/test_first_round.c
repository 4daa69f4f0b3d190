/* The first round of a run has the distribution of the ensemble's own forecast of it: one transition, one clearing
 * rule. */
#include <math.h>
#include <stdlib.h>

#include "models/ensemble_model.h"
#include "models/predictive.h"
#include "run/run_plan.h"
#include "run/totals.h"

#include "models/forecaster.h"
#include "run/run_inputs.h"
#include "test_support.h"
#include "test_world.h"

/* Both sides start from the same 2,048 members; futures are independent. 20,480 replicates against 20,480 draws: the
 * difference of the means has a standard error of sd * sqrt(2 / 20480), that of a cumulative share at most
 * sqrt(0.5 / 20480); limits are 4.5 of them, at 3 programs and 4 numbers each: false alarm below 1e-4. */
enum { REPLICATES = 20480, COPIES = 10 };

static ees_predictive simulated(const test_world *w, const char *code, const char *size, ees_date *date) {
    const char *const codes[] = {code};
    ees_run_request request;
    ees_run_request_init(&request);
    request.programs = codes;
    request.program_count = 1;
    request.draw_size = size;
    request.every_days = 14;
    request.date = ees_date_from_civil(2026, 2, 17);
    request.until = request.date + 20;
    request.replicates = REPLICATES;
    const ees_run_inputs inputs = {
        .programs = &w->programs, .history = &w->history, .model = w->model, .calendar = &w->calendar};
    const ees_run_job job = {.threads = 0};
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    ees_predictive result;
    uint64_t counts[EES_SCORE_COUNT];
    assert_int_equal(eesi_run_plan_make(&plan, &request, &inputs, NULL), 0);
    assert_int_equal(ees_run_collect(plan, &job, &totals, NULL), 0);
    const ees_estimate day = ees_totals_round(totals, 0, 0, 0, EES_MEASURE_DAY);
    assert_int_equal(day.min, day.max);
    *date = request.date + day.min;
    const eesi_round_totals *round = eesi_totals_find(totals, 0, 0, 0);
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        counts[score] = eesi_hist_at(&round->measure[EES_MEASURE_CUTOFF], score);
    assert_int_equal(eesi_predictive_from_histogram(&result, counts, NULL), 0);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    return result;
}

static ees_predictive forecast(const test_world *w, const char *code, int64_t size, ees_date date) {
    eesi_ensemble_options options;
    eesi_ensemble_model *ensemble = NULL;
    eesi_posterior *posterior = NULL;
    ees_predictive result;
    eesi_ensemble_options_init(&options);
    options.copies = COPIES;
    options.seed = 1;
    const ees_question question = {.history = &w->history,
                                   .programs = &w->programs,
                                   .known = ees_history_before(&w->history, ees_date_from_civil(2026, 2, 17), false),
                                   .program = ees_programs_find(&w->programs, code),
                                   .date = date,
                                   .size = size};
    assert_int_equal(eesi_ensemble_model_create(&ensemble, w->model, &options, NULL), 0);
    assert_int_equal(eesi_posterior_create(&posterior, ensemble, &question, NULL), 0);
    assert_int_equal(eesi_posterior_cutoff(posterior, date, size, &result, NULL, NULL), 0);
    eesi_posterior_destroy(posterior);
    eesi_ensemble_model_destroy(ensemble);
    return result;
}

static void compare(const test_world *w, const char *code, const char *text, int64_t size) {
    ees_date date = EES_DATE_NONE;
    const ees_predictive a = simulated(w, code, text, &date), b = forecast(w, code, size, date);
    const double sd = ees_predictive_sd(&b);
    print_message("%s %s: simulated %.3f (sd %.3f), forecast %.3f (sd %.3f)\n", code, text, ees_predictive_mean(&a),
                  ees_predictive_sd(&a), ees_predictive_mean(&b), sd);
    assert_close(ees_predictive_mean(&a), ees_predictive_mean(&b), 4.5 * sd * sqrt(2.0 / REPLICATES));
    for (int i = 1; i <= 3; i++) {
        const int score = ees_predictive_quantile(&b, 0.25 * i);
        assert_close(ees_predictive_cdf(&a, score), ees_predictive_cdf(&b, score), 4.5 * sqrt(0.5 / REPLICATES));
    }
}

static void the_first_round_is_the_forecast(void **state) {
    (void)state;
    test_world w;
    assert_int_equal(test_world_open(&w, "default.json"), 0);
    compare(&w, "CEC", "6000", 6000);
    compare(&w, "CEC", "1000", 1000);
    compare(&w, "FRENCH", "5000", 5000);
    test_world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_round_is_the_forecast)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
