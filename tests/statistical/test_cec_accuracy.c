/* The promise of the project on the published rounds: parameters fitted on rounds through #359 only, forecasts of the
 * ten CEC rounds after it, each from what was public before it. Deterministic: fixed data, model and seed. */
#include "eval/backtest.h"
#include "models/ensemble_model.h"
#include "models/stock_flow.h"
#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>

#include <eesim.h>

#include "models/forecaster.h"
#include "models/model.h"

static void test_cec_rounds_364_to_396(void **state) {
    (void)state;
    test_world shipped;
    eesi_ensemble_model *ensemble;
    assert_int_equal(test_world_open(&shipped, "until-359.json"), 0);
    assert_string_equal(eesi_model_fitted_until(shipped.model), "359");
    assert_int_equal(eesi_ensemble_model_create(&ensemble, shipped.model, NULL, NULL), 0);
    const ees_forecaster models[] = {eesi_ensemble_forecaster(ensemble), eesi_stock_flow_forecaster(shipped.model)};
    eesi_backtest_options options;
    eesi_backtest_options_init(&options);
    options.programs = 1U << ees_programs_find(&shipped.programs, "CEC");
    options.first_round = ees_history_find(&shipped.history, "364");
    options.last_round = ees_history_find(&shipped.history, "396");
    ees_backtest backtest;
    assert_int_equal(eesi_backtest_models(&backtest, &shipped.history, &shipped.programs, models, 2, &options, NULL),
                     0);
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
    eesi_ensemble_model_destroy(ensemble);
    test_world_close(&shipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cec_rounds_364_to_396)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
