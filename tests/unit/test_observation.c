/* What a filter learns from a single entry of the record, and what it must not learn. */
#include "test_support.h"
#include "test_world.h"

#include <string.h>

#include "models/ensemble.h"

enum { MEMBERS = 512, CATEGORY_CUTOFF = 480 };

typedef struct fixture {
    test_world shipped;
    eesi_stream stream; /* a view: its sets belong to the model */
    int program, category;
} fixture;

static const eesi_stream *general_stream(const test_world *w) {
    for (size_t i = 0; i < w->model->stream_count; i++)
        if (strcmp(w->model->streams[i].program, "GENERAL") == 0 && w->model->streams[i].set_count > 0)
            return &w->model->streams[i];
    return NULL;
}

static int setup(void **state) {
    static fixture f;
    *state = &f;
    if (test_world_open(&f.shipped, "default.json") != 0)
        return -1;
    f.stream = *general_stream(&f.shipped);
    f.stream.category_share = 1.0;
    f.stream.category_log_sd = 0.5;
    f.program = test_program(&f.shipped, "GENERAL");
    f.category = test_program(&f.shipped, "STEM");
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    test_world_close(&f->shipped);
    return 0;
}

static const ees_snapshot *snapshot_of(const fixture *f, const char *number) {
    const ees_history *h = &f->shipped.history;
    const int i = ees_history_find(h, number);
    assert_true(i >= 0 && h->rounds[i].snapshot != EES_SNAPSHOT_NONE);
    return &h->snapshots[h->rounds[i].snapshot];
}

static void open_filter(eesi_ensemble *e, const fixture *f) {
    assert_int_equal(
        eesi_ensemble_init(e, &f->stream, &f->stream.sets[0], f->shipped.model->shock, f->program, MEMBERS, 1, 0), 0);
}

static double mean_stock(const eesi_ensemble *e, int from, int to) {
    double sum = 0.0;
    for (int s = from; s <= to; s++)
        for (int m = 0; m < MEMBERS; m++)
            sum += e->block.stock[(size_t)(s - e->block.grid.lo) * MEMBERS + (size_t)m];
    return sum / MEMBERS;
}

/* A pool dated after the round it was published with: neither the stock nor the nominees may use it. */
static void test_a_misprinted_day_teaches_nothing(void **state) {
    const fixture *f = *state;
    eesi_ensemble a, b;
    open_filter(&a, f);
    open_filter(&b, f);
    ees_snapshot good = *snapshot_of(f, "290"), bad = *snapshot_of(f, "292");
    const ees_date published = bad.as_of;
    bad.as_of += 3;
    eesi_ensemble_snapshot(&a, &good, good.as_of);
    eesi_ensemble_snapshot(&b, &good, good.as_of);
    eesi_ensemble_snapshot(&b, &bad, published);
    assert_int_equal(a.date, b.date);
    assert_memory_equal(&a.nominees, &b.nominees, sizeof a.nominees);
    assert_memory_equal(a.pool, b.pool, sizeof a.pool);
    assert_memory_equal(a.block.stock, b.block.stock, (size_t)a.block.grid.cells * MEMBERS * sizeof(double));
    bad.as_of = published; /* the same pool with its true day does teach */
    eesi_ensemble_snapshot(&b, &bad, published);
    assert_int_equal(b.date, published);
    assert_close(b.nominees.band, (double)bad.leaf[0], 0.0);
    eesi_ensemble_free(&a);
    eesi_ensemble_free(&b);
}

/* A category round of 4,500 at 480 out of a pool with `above` candidates from 480 to 600 thins the stock there by
 * 4500 / above on average, and leaves what lies below alone. The noise of the mean share: log sd 0.5 over 512 members,
 * 2.3 % of the share; the limit of 10 % is 4.3 standard errors, a false alarm in 60,000. */
static void test_a_category_round_takes_its_share(void **state) {
    const fixture *f = *state;
    eesi_ensemble e;
    open_filter(&e, f);
    const ees_snapshot *s = snapshot_of(f, "292");
    eesi_ensemble_snapshot(&e, s, s->as_of);
    const double above = (double)s->leaf[1] + (double)s->leaf[2] + (double)s->leaf[3] + 0.1 * (double)s->leaf[4];
    const double top = mean_stock(&e, CATEGORY_CUTOFF, 600), below = mean_stock(&e, 470, CATEGORY_CUTOFF - 1);
    const eesi_view_round r = {.date = e.date, .program = f->category, .size = 4500.0, .cutoff = CATEGORY_CUTOFF};
    eesi_ensemble_round(&e, &r);
    assert_close(1.0 - mean_stock(&e, CATEGORY_CUTOFF, 600) / top, f->stream.category_share * 4500.0 / above,
                 0.1 * 4500.0 / above);
    assert_close(mean_stock(&e, 470, CATEGORY_CUTOFF - 1), below, 1e-9);
    eesi_ensemble_free(&e);
}

/* Rounds that take nobody of the stream: nominees alone, and any at all where the stream does not look at them. */
static void test_other_rounds_take_nothing(void **state) {
    const fixture *f = *state;
    fixture blind = *f;
    blind.stream.category_share = 0.0;
    const fixture *cases[] = {f, &blind};
    for (size_t i = 0; i < 2; i++) {
        eesi_ensemble e;
        open_filter(&e, cases[i]);
        const ees_snapshot *s = snapshot_of(f, "292");
        eesi_ensemble_snapshot(&e, s, s->as_of);
        const double before = mean_stock(&e, 470, 600);
        const eesi_view_round r = {.date = e.date,
                                   .program = f->category,
                                   .size = 2000.0,
                                   .cutoff = i == 0 ? 700 : CATEGORY_CUTOFF,
                                   .clears_nominees = true};
        eesi_ensemble_round(&e, &r);
        assert_close(mean_stock(&e, 470, 600), before, 0.0);
        assert_int_equal(e.nominees.clear_date, e.date);
        eesi_ensemble_free(&e);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_misprinted_day_teaches_nothing),
        cmocka_unit_test(test_a_category_round_takes_its_share),
        cmocka_unit_test(test_other_rounds_take_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
