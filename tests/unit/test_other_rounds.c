/* What rounds of other programs do to a stream. */
#include <math.h>
#include <string.h>

#include "flow_params.h"
#include "models/ensemble.h"
#include "test_support.h"

enum { MEMBERS = 32, OWN = 1, GENERAL = 2, OTHER = 3, DAY = 20000 };

typedef struct fixture {
    eesi_stream stream;
    eesi_ensemble ensemble;
} fixture;

static void set_up(fixture *f, int program) {
    const eesi_shock never = {EES_DATE_NONE, 0};
    memset(f, 0, sizeof *f);
    f->stream.grid = (eesi_flow_grid){.lo = 476, .cells = 131, .centre = 500};
    f->stream.from = f->stream.until = EES_DATE_NONE;
    assert_int_equal(eesi_ensemble_init(&f->ensemble, &f->stream, &test_flow_params, never, program, MEMBERS, 5, 0), 0);
}

static eesi_view_round round_of(int program, int cutoff, double size, int day) {
    return (eesi_view_round){.date = DAY + day,
                             .program = program,
                             .general = GENERAL,
                             .takes_from_everybody = program == OTHER,
                             .size = size,
                             .cutoff = cutoff,
                             .tie_age_days = 20};
}

static void start(fixture *f) {
    const eesi_view_round own = round_of(f->ensemble.program, 530, 500, 0);
    eesi_ensemble_round(&f->ensemble, &own);
    assert_true(f->ensemble.started);
}

static double stock(const fixture *f, int member, int from) {
    double sum = 0;
    for (int c = from - f->stream.grid.lo; c < f->stream.grid.cells; c++)
        sum += f->ensemble.block.stock[c * MEMBERS + member];
    return sum;
}

static void a_general_round_clears_a_stream(void **state) {
    (void)state;
    fixture f;
    set_up(&f, OWN);
    start(&f);
    double at[MEMBERS], below[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
        at[m] = stock(&f, m, 510) - stock(&f, m, 511);
        below[m] = stock(&f, m, 476) - stock(&f, m, 510);
    }
    const eesi_view_round general = round_of(GENERAL, 510, 3000, 0);
    eesi_ensemble_round(&f.ensemble, &general);
    for (int m = 0; m < MEMBERS; m++) {
        assert_close(stock(&f, m, 511), 0, 0);
        const double kept = stock(&f, m, 510) / at[m];
        assert_true(kept > 0 && kept < 1);
        assert_close(stock(&f, m, 476) - stock(&f, m, 510), below[m], 1e-9 * below[m]);
    }
    assert_int_equal(f.ensemble.cleared[511 - 476], DAY);
    assert_int_equal(f.ensemble.rounds, 1); /* nothing was learnt from it */
    /* Far above everybody nothing happens, far below everybody leaves. */
    const eesi_view_round high = round_of(GENERAL, 700, 3000, 0), low = round_of(GENERAL, 400, 3000, 0);
    const double before = stock(&f, 3, 476);
    eesi_ensemble_round(&f.ensemble, &high);
    assert_close(stock(&f, 3, 476), before, 0);
    eesi_ensemble_round(&f.ensemble, &low);
    for (int m = 0; m < MEMBERS; m++)
        assert_close(stock(&f, m, 476), 0, 0);
    eesi_ensemble_free(&f.ensemble);
}

static void a_program_round_takes_its_size_from_everybody(void **state) {
    (void)state;
    fixture f;
    set_up(&f, GENERAL);
    start(&f);
    double above[MEMBERS], below[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
        above[m] = stock(&f, m, 505);
        below[m] = stock(&f, m, 476) - above[m];
    }
    const eesi_view_round round = round_of(OTHER, 505, 800, 0);
    eesi_ensemble_round(&f.ensemble, &round);
    for (int m = 0; m < MEMBERS; m++) {
        assert_true(above[m] > 800);
        assert_close(stock(&f, m, 505), above[m] - 800, 1.0); /* as many as there are invitations, but for the one added
                                                                 to keep the share of an empty stock finite */
        assert_close(stock(&f, m, 476) - stock(&f, m, 505), below[m], 1e-9 * below[m]);
    }
    const eesi_view_round all = round_of(OTHER, 505, 1e7, 0);
    eesi_ensemble_round(&f.ensemble, &all);
    assert_close(stock(&f, 0, 505), 0, 0); /* never below nobody */
    eesi_ensemble_free(&f.ensemble);
}

static void other_rounds_leave_a_stream_alone(void **state) {
    (void)state;
    fixture f;
    set_up(&f, OWN);
    const eesi_view_round early = round_of(GENERAL, 510, 3000, 0);
    eesi_ensemble_round(&f.ensemble, &early); /* before the stream has begun */
    assert_false(f.ensemble.started);
    start(&f);
    const double before = stock(&f, 7, 476);
    const eesi_view_round other = round_of(OTHER, 490, 3000, 9), nominees = round_of(4, 750, 400, 9);
    eesi_ensemble_round(&f.ensemble, &other);
    eesi_ensemble_round(&f.ensemble, &nominees);
    eesi_view_round excluded = round_of(GENERAL, 500, 3000, 9);
    excluded.excluded = true;
    eesi_ensemble_round(&f.ensemble, &excluded);
    assert_int_equal(f.ensemble.date, DAY);
    assert_close(stock(&f, 7, 476), before, 0);
    eesi_ensemble_free(&f.ensemble);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_general_round_clears_a_stream),
                                       cmocka_unit_test(a_program_round_takes_its_size_from_everybody),
                                       cmocka_unit_test(other_rounds_leave_a_stream_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
