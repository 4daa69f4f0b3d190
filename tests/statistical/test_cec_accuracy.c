/* The promise of the project on the published rounds: parameters fitted on rounds through #359 only, forecasts of the
 * ten CEC rounds after it, each from what was public before it. Deterministic: fixed data, model and seed. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

#include <eesim.h>

static void test_cec_rounds_364_to_396(void **state) {
    (void)state;
    ees_programs programs;
    ees_history history;
    ees_model *model;
    ees_ensemble *ensemble;
    char *programs_path = test_source_path("models/programs.json"), *data = test_source_path("data");
    char *model_path = test_source_path("models/until-359.json");
    assert_int_equal(ees_programs_load(&programs, programs_path, NULL), 0);
    assert_int_equal(ees_history_load(&history, data, &programs, NULL), 0);
    assert_int_equal(ees_model_load(&model, model_path, NULL), 0);
    assert_string_equal(ees_model_fitted_until(model), "359");
    assert_int_equal(ees_ensemble_create(&ensemble, model, NULL, NULL), 0);
    const ees_forecaster models[] = {ees_ensemble_forecaster(ensemble), ees_stock_flow_forecaster(model)};
    ees_backtest_options options;
    ees_backtest_options_init(&options);
    options.programs = 1U << ees_programs_find(&programs, "CEC");
    options.first_round = ees_history_find(&history, "364");
    options.last_round = ees_history_find(&history, "396");
    ees_backtest backtest;
    assert_int_equal(ees_backtest_run(&backtest, &history, &programs, models, 2, &options, NULL), 0);
    assert_int_equal(backtest.round_count, 10);
    for (size_t m = 0; m < 2; m++) {
        ees_score_summary s;
        assert_int_equal(ees_backtest_summarise(&backtest, m, 0, false, &s, NULL), 0);
        print_message("%s: MAE %.2f, CRPS %.2f, worst %.0f\n", models[m].name, s.mae, s.crps, s.worst);
        assert_int_equal(s.count, 10);
        assert_true(s.mae <= 1.0);
        assert_true(s.crps <= 0.75);
        assert_true(s.worst <= 5.0);
    }
    ees_backtest_free(&backtest);
    ees_ensemble_destroy(ensemble);
    ees_model_free(model);
    ees_history_free(&history);
    ees_programs_free(&programs);
    free(programs_path);
    free(data);
    free(model_path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cec_rounds_364_to_396)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
