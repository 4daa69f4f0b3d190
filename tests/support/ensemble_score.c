#include "ensemble_score.h"

#include "eval/backtest.h"
#include "models/ensemble_model.h"
#include "models/forecaster.h"
#include "test_support.h"

ees_score_summary ensemble_score(const test_world *world, const ees_history *history, const ensemble_rounds *rounds) {
    eesi_ensemble_model *ensemble;
    ees_backtest backtest;
    eesi_backtest_options options;
    ees_score_summary summary;
    assert_int_equal(eesi_ensemble_model_create(&ensemble, world->model, NULL, NULL), 0);
    const ees_forecaster forecaster = eesi_ensemble_forecaster(ensemble);
    eesi_backtest_options_init(&options);
    options.programs = 1U << test_program(world, rounds->program);
    options.first_round = ees_history_find(history, rounds->first);
    options.last_round = ees_history_find(history, rounds->last);
    options.hindsight = rounds->hindsight;
    assert_int_equal(eesi_backtest_models(&backtest, history, &world->programs, &forecaster, 1, &options, NULL), 0);
    assert_int_equal(ees_backtest_summarise(&backtest, 0, 0, false, &summary, NULL), 0);
    ees_backtest_free(&backtest);
    eesi_ensemble_model_destroy(ensemble);
    return summary;
}
