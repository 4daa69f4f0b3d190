/* Pools with the stocks of several programs in them. */
#include "models/stock_flow.h"
#include "pool_verify.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "models/forecaster.h"
#include "pool/pool.h"
#include "predict/known_pool.h"

static ees_known_request request_for(const ees_forecaster *models, int snapshot) {
    return (ees_known_request){.history = &test_shipped.history,
                               .programs = &test_shipped.programs,
                               .segments = &test_shipped.segments,
                               .models = models,
                               .model_count = 1,
                               .snapshot = snapshot,
                               .round_count = test_shipped.history.round_count};
}

static void build(ees_known_pool *known, const ees_known_request *request) {
    ees_error err;
    if (eesi_known_pool_build(known, request, &err) ||
        test_pool_verify(&known->pool, &test_shipped.history.snapshots[request->snapshot], &err))
        fail_msg("snapshot %d: %s", request->snapshot, err.message);
}

/* Every published pool stays exact with whatever stocks there were on its day. */
static void every_published_pool(void **state) {
    (void)state;
    const ees_forecaster model = eesi_stock_flow_forecaster(test_shipped.model);
    size_t most = 0;
    for (size_t i = 0; i < test_shipped.history.snapshot_count; i += 3) {
        ees_known_pool known;
        ees_known_request request = request_for(&model, (int)i);
        build(&known, &request);
        most = known.stock_count > most ? known.stock_count : most;
        for (size_t k = 0; k < known.stock_count; k++) {
            assert_true(known.stocks[k].low <= known.stocks[k].high && known.stocks[k].high == 600);
            assert_string_equal(known.stocks[k].model, "stock-flow");
        }
        eesi_known_pool_free(&known);
        eesi_known_pool_free(&known);
    }
    print_message("up to %zu stocks in one pool\n", most);
    assert_true(most >= 3);
}

/* After the round of 2026-01-21 cleared 509, the CEC stock above it is what came in 25 days: far below the share. */
static void streams_change_the_pool(void **state) {
    (void)state;
    const ees_forecaster model = eesi_stock_flow_forecaster(test_shipped.model);
    ees_known_pool with, without;
    ees_known_request request = request_for(&model, (int)test_shipped.history.snapshot_count - 1);
    build(&with, &request);
    request.model_count = 0;
    build(&without, &request);
    assert_int_equal(without.stock_count, 0);
    int cec = ees_programs_find(&test_shipped.programs, "CEC");
    ees_segment_set set = ees_pool_admitted(&with.pool, &test_shipped.programs, cec);
    int64_t known = ees_pool_count(&with.pool, set, 509, 600), assumed = ees_pool_count(&without.pool, set, 509, 600);
    print_message("CEC at 509-600: %lld known, %lld by shares\n", (long long)known, (long long)assumed);
    assert_true(known < assumed);
    eesi_known_pool_free(&with);
    eesi_known_pool_free(&without);
}

/* Only what was held before the snapshot's day is used: later rounds change nothing. */
static void the_future_is_not_looked_at(void **state) {
    (void)state;
    const ees_forecaster model = eesi_stock_flow_forecaster(test_shipped.model);
    int snapshot = (int)test_shipped.history.snapshot_count - 20;
    ees_known_pool now, then;
    ees_known_request request = request_for(&model, snapshot);
    build(&now, &request);
    request.round_count =
        ees_history_before(&test_shipped.history, test_shipped.history.snapshots[snapshot].as_of, false).round_count;
    assert_true(request.round_count < test_shipped.history.round_count);
    build(&then, &request);
    assert_int_equal(now.stock_count, then.stock_count);
    assert_int_equal(now.pool.cell_count, then.pool.cell_count);
    assert_memory_equal(now.pool.cells, then.pool.cells, now.pool.cell_count * sizeof *now.pool.cells);
    eesi_known_pool_free(&now);
    eesi_known_pool_free(&then);
}

static void bad_snapshot(void **state) {
    (void)state;
    ees_known_pool known;
    ees_known_request request = request_for(NULL, (int)test_shipped.history.snapshot_count);
    assert_int_equal(eesi_known_pool_build(&known, &request, NULL), EES_ERR_RANGE);
    request.snapshot = EES_SNAPSHOT_NONE;
    assert_int_equal(eesi_known_pool_build(&known, &request, NULL), EES_ERR_RANGE);
    eesi_known_pool_free(&known);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_published_pool),
        cmocka_unit_test(streams_change_the_pool),
        cmocka_unit_test(the_future_is_not_looked_at),
        cmocka_unit_test(bad_snapshot),
    };
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
