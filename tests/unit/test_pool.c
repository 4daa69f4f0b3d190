/* Building pools from the published snapshots, and what test_pool_verify() says of broken ones. */
#include "pool_verify.h"
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/pool.h>

#include "pool/pool.h"
#include "pool/segment.h"

static int program(const char *code) {
    return ees_programs_find(&test_shipped.programs, code);
}

static ees_pool_source source_of(const ees_snapshot *snapshot) {
    return (ees_pool_source){.programs = &test_shipped.programs,
                             .segments = &test_shipped.segments,
                             .snapshot = snapshot,
                             .history = &test_shipped.history,
                             .round_count = test_shipped.history.round_count};
}

static const ees_snapshot *newest(void) {
    return &test_shipped.history.snapshots[test_shipped.history.snapshot_count - 1];
}

static void build(ees_pool *pool, const ees_pool_source *source) {
    ees_error err;
    if (eesi_pool_build(pool, source, &err) || test_pool_verify(pool, source->snapshot, &err))
        fail_msg("%s", err.message);
    assert_int_equal(pool->total, source->snapshot->total);
}

static void every_published_snapshot(void **state) {
    (void)state;
    assert_true(test_shipped.history.snapshot_count > 100);
    for (size_t i = 0; i < test_shipped.history.snapshot_count; i++) {
        ees_pool pool;
        ees_pool_source source = source_of(&test_shipped.history.snapshots[i]);
        build(&pool, &source);
        ees_segment_set nominees = ees_pool_admitted(&pool, &test_shipped.programs, program("PNP"));
        assert_int_equal(ees_pool_count(&pool, nominees, 0, EES_SCORE_MAX), source.snapshot->leaf[0]);
        ees_pool_free(&pool);
    }
}

static void segments_follow_their_shares(void **state) {
    (void)state;
    ees_pool pool;
    ees_pool_source source = source_of(newest());
    build(&pool, &source);
    for (size_t g = 0; g < pool.segment_count; g++) { /* rounding never moves a segment by more than a few */
        double want = 0;
        for (int s = 0; s < EES_SCORE_COUNT; s++) {
            double sum = 0, at = 0;
            for (size_t k = 0; k < pool.segment_count; k++)
                sum += eesi_segment_share(&test_shipped.segments.segments[k], s);
            at = (double)ees_pool_count(&pool, ~(ees_segment_set)0, s, s);
            want += at * eesi_segment_share(&test_shipped.segments.segments[g], s) / sum;
        }
        assert_close((double)pool.sizes[g], want, 5);
    }
    ees_pool_free(&pool);
}

enum { LOW = 495, HIGH = 600, SPAN = HIGH - LOW + 1 };

static void segments_agree_with_streams(void **state) {
    (void)state;
    double cec[SPAN], french[SPAN];
    for (int i = 0; i < SPAN; i++) {
        cec[i] = 700 * exp(-i / 14.0);
        french[i] = 45 * exp(-i / 30.0);
    }
    ees_stream streams[] = {{program("CEC"), LOW, HIGH, cec}, {program("FRENCH"), LOW, HIGH, french}};
    ees_pool pool;
    ees_pool_source source = source_of(newest());
    source.stream_count = 2;
    source.streams = streams;
    build(&pool, &source);
    double excess[2] = {0}, largest[2] = {0};
    for (int k = 0; k < 2; k++) {
        ees_segment_set set = ees_pool_admitted(&pool, &test_shipped.programs, streams[k].program);
        for (int s = LOW; s <= HIGH; s++) {
            double gap = (double)ees_pool_count(&pool, set, s, s) - streams[k].stock[s - LOW];
            largest[k] = fmax(largest[k], fabs(gap));
            excess[k] += gap;
        }
    }
    print_message("largest gap at a score %.2f and %.2f candidates, over all scores %.2f and %.2f\n", largest[0],
                  largest[1], excess[0], excess[1]);
    assert_true(largest[0] < 5 && largest[1] < 5);
    assert_true(fabs(excess[0]) < 6 && fabs(excess[1]) < 6);
    /* outside the stream's scores the share curve decides as before */
    ees_pool plain;
    ees_pool_source without = source_of(newest());
    build(&plain, &without);
    for (size_t g = 0; g < pool.segment_count; g++)
        assert_true(llabs(ees_pool_count(&pool, (ees_segment_set)1 << g, 401, 490) -
                          ees_pool_count(&plain, (ees_segment_set)1 << g, 401, 490)) <= 2);
    ees_pool_free(&plain);
    ees_pool_free(&pool);
}

/* More than a band can hold is scaled down, in proportion; some of the band is left to the others. */
static void too_large_a_stock_is_capped(void **state) {
    (void)state;
    double stock[SPAN];
    for (int i = 0; i < SPAN; i++)
        stock[i] = 20000 * exp(-i / 14.0);
    ees_stream stream = {program("CEC"), LOW, HIGH, stock};
    ees_pool pool;
    ees_pool_source source = source_of(newest());
    source.stream_count = 1;
    source.streams = &stream;
    build(&pool, &source);
    ees_segment_set cec = ees_pool_admitted(&pool, &test_shipped.programs, program("CEC"));
    double share = (double)ees_pool_count(&pool, cec, 501, 600) / (double)source.snapshot->leaf[1];
    print_message("share of 501-600 left to CEC: %.3f\n", share);
    assert_true(share > 0.8 && share < 0.95);
    double ratio = (double)ees_pool_count(&pool, cec, 515, 515) / (double)ees_pool_count(&pool, cec, 505, 505);
    assert_close(ratio, exp(-10 / 14.0), 0.02);
    ees_pool_free(&pool);
}

static void no_stock_at_all(void **state) {
    (void)state;
    double stock[SPAN] = {0};
    ees_stream stream = {program("CEC"), LOW, HIGH, stock};
    ees_pool pool;
    ees_pool_source source = source_of(newest());
    source.stream_count = 1;
    source.streams = &stream;
    build(&pool, &source);
    ees_segment_set cec = ees_pool_admitted(&pool, &test_shipped.programs, program("CEC"));
    assert_int_equal(ees_pool_count(&pool, cec, LOW, HIGH), 0);
    ees_pool_free(&pool);
}

static void bad_streams(void **state) {
    (void)state;
    double stock[3] = {1, 2, 3};
    const struct {
        ees_stream stream;
        double first;
        const char *message;
    } cases[] = {
        {{program("CEC"), 599, 601, stock}, 1, "stream 0 covers 599-601, expected scores within 0-600"},
        {{program("CEC"), -1, 1, stock}, 1, "stream 0 covers -1-1, expected scores within 0-600"},
        {{program("CEC"), 500, 499, stock}, 1, "stream 0 covers 500-499, expected scores within 0-600"},
        {{program("PNP"), 500, 502, stock}, 1, "no segment is eligible for the program of stream 0"},
        {{99, 500, 502, stock}, 1, "no segment is eligible for the program of stream 0"},
        {{program("CEC"), 500, 502, stock}, -1, "stream 0 holds -1 candidates at 500, expected 0 or more"},
        {{program("CEC"), 500, 502, stock}, NAN, "stream 0 holds nan candidates at 500, expected 0 or more"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_pool pool;
        ees_error err;
        ees_pool_source source = source_of(newest());
        stock[0] = cases[i].first;
        source.stream_count = 1;
        source.streams = &cases[i].stream;
        assert_int_equal(eesi_pool_build(&pool, &source, &err), EES_ERR_RANGE);
        assert_string_equal(err.message, cases[i].message);
        ees_pool_free(&pool);
    }
}

/* Median age in days of these candidates. */
static double median_age(const ees_pool *pool, ees_segment_set set, int low, int high) {
    int64_t half = ees_pool_count(pool, set, low, high) / 2;
    int64_t counts[EES_PROFILE_DAYS + 1] = {0};
    for (size_t i = 0; i < pool->cell_count; i++) {
        const ees_cell *cell = &pool->cells[i];
        if (set >> cell->segment & 1u && cell->score >= low && cell->score <= high)
            counts[(pool->as_of - cell->submitted) / EES_SECONDS_PER_DAY] += cell->count;
    }
    int day = 0;
    while ((half -= counts[day]) > 0)
        day++;
    return day;
}

/* Exponential with the segment's mean where nothing was cleared; younger above the last cut-off. */
static void ages(void **state) {
    (void)state;
    ees_pool pool;
    ees_pool_source source = source_of(newest());
    build(&pool, &source);
    ees_segment_set plain_cec = 1; /* the first segment of the file */
    assert_string_equal(test_shipped.segments.segments[0].name, "CEC");
    double mean = test_shipped.segments.segments[0].mean_age_days;
    double want = -mean * log1p(-0.5 * -expm1(-EES_PROFILE_DAYS / mean));
    assert_close(median_age(&pool, plain_cec, 380, 440), want, 2);
    /* #392 of 2026-01-21 at 509 was the last CEC round before the pool of 2026-02-15: 25.5 days */
    int64_t young = 0, all = 0;
    for (size_t i = 0; i < pool.cell_count; i++) {
        const ees_cell *cell = &pool.cells[i];
        if (cell->segment == 0 && cell->score > 509 && cell->score <= 600) {
            all += cell->count;
            young += pool.as_of - cell->submitted < 26 * EES_SECONDS_PER_DAY ? cell->count : 0;
        }
    }
    assert_true(all > 1000);
    assert_close((double)young / (double)all, 1 - test_shipped.segments.segments[0].updated_share, 0.01);
    source.history = NULL;
    ees_pool untouched;
    build(&untouched, &source);
    assert_close(median_age(&untouched, plain_cec, 510, 600), want, 2);
    ees_pool_free(&untouched);
    ees_pool_free(&pool);
}

static void rounds_deplete_a_pool_in_order(void **state) {
    (void)state;
    ees_pool pool, copy;
    ees_pool_source source = source_of(newest());
    build(&pool, &source);
    assert_int_equal(
        ees_pool_init(&copy, pool.as_of, pool.eligibility, pool.segment_count, pool.cells, pool.cell_count, NULL), 0);
    static const char *const codes[] = {"PNP", "CEC", "FRENCH", "GENERAL", "CEC", "HEALTH"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        ees_draw_rule rule = {ees_pool_admitted(&pool, &test_shipped.programs, program(codes[i])), 2000, EES_SCORE_NONE,
                              EES_TIME_NONE};
        ees_draw_result drawn;
        ees_error err;
        int64_t before = pool.total;
        assert_int_equal(ees_draw(&pool, &rule, &drawn, NULL), 0);
        assert_int_equal(ees_pool_remove(&pool, &drawn, NULL), 0);
        if (test_pool_verify(&pool, NULL, &err))
            fail_msg("%s", err.message);
        assert_int_equal(pool.total + drawn.invited, before);
        assert_int_equal(ees_pool_count(&pool, rule.segments, drawn.cutoff + 1, EES_SCORE_MAX), 0);
        assert_int_equal(ees_pool_count(&pool, rule.segments, drawn.cutoff, drawn.cutoff),
                         drawn.at_cutoff - drawn.at_cutoff_invited);
    }
    assert_int_equal(copy.total, source.snapshot->total); /* the copy is its own */
    assert_int_equal(test_pool_verify(&copy, source.snapshot, NULL), 0);
    ees_pool_free(&copy);
    ees_pool_free(&pool);
}

/* --- verification: one thing broken at a time --- */
static const ees_program_set ELIGIBILITY[2] = {1, 2};
static const ees_cell CELLS[] = {{50, 2, 700, 1}, {60, 3, 500, 0}, {70, 1, 500, 0}};

static void assert_broken(const ees_pool *pool, const ees_snapshot *published, const char *message) {
    ees_error err;
    assert_int_equal(test_pool_verify(pool, published, &err), EES_ERR_MISMATCH);
    assert_string_equal(err.message, message);
}

static void verify_names_what_is_broken(void **state) {
    (void)state;
    ees_pool pool;
    ees_snapshot published = {.bands = test_bands, .leaf = {2, 0, 4}};
    const ees_time year = (ees_time)EES_PROFILE_DAYS * EES_SECONDS_PER_DAY;
    assert_int_equal(ees_pool_init(&pool, 100, ELIGIBILITY, 2, CELLS, 3, NULL), 0);
    assert_int_equal(test_pool_verify(&pool, &published, NULL), 0);
    published.leaf[1] = 1;
    assert_broken(&pool, &published, "band 501-600 holds 0 candidates, published are 1");
    ees_cell *cells = (ees_cell *)pool.storage; /* the same memory, writable */
    cells[1].count = 4;
    assert_broken(&pool, NULL, "segment 0 at score 500: cells hold 5 candidates, the count is 4");
    cells[1].count = 0;
    assert_broken(&pool, NULL, "cell 1: holds 0 candidates");
    cells[1].count = 3;
    cells[1].submitted = 70;
    assert_broken(&pool, NULL, "cells 1 and 2 are not in order of rank");
    cells[1].submitted = 101;
    assert_broken(&pool, NULL, "cell 1: submitted -0.0 days before the pool, outside 0 to 365");
    cells[1].submitted = 99 - year;
    assert_broken(&pool, NULL, "cell 1: submitted 365.0 days before the pool, outside 0 to 365");
    cells[1].submitted = 100 - year;
    assert_int_equal(test_pool_verify(&pool, NULL, NULL), 0);
    cells[1].score = 1201;
    assert_broken(&pool, NULL, "cell 1: score 1201 is outside 0 to 1200");
    cells[1].score = 500;
    cells[1].segment = 2;
    assert_broken(&pool, NULL, "cell 1: segment 2 is outside 0 to 1");
    cells[1].segment = 0;
    pool.total = 7;
    assert_broken(&pool, NULL, "segments hold 6 candidates, the pool's total is 7");
    pool.total = 6;
    pool.sizes[1] = 3;
    assert_broken(&pool, NULL, "segment 1 holds 2 candidates, its size is 3");
    ees_pool_free(&pool);
}

static void verify_keeps_nominees_apart(void **state) {
    (void)state;
    ees_pool pool;
    const ees_cell cells[] = {{50, 2, 700, 0}, {60, 3, 500, 0}};
    const ees_snapshot published = {.bands = test_bands, .leaf = {2, 0, 3}};
    assert_int_equal(ees_pool_init(&pool, 100, ELIGIBILITY, 2, cells, 2, NULL), 0);
    assert_int_equal(test_pool_verify(&pool, NULL, NULL), 0);
    assert_broken(&pool, &published,
                  "segment 0 has 2 candidates at 601 and above and 3 below: only nominees, and all nominees, stand "
                  "there");
    ees_pool_free(&pool);
}

static void bad_cells(void **state) {
    (void)state;
    const struct {
        ees_cell cell;
        const char *message;
    } cases[] = {
        {{0, 1, 1201, 0}, "cell 0: score 1201, expected 0 to 1200"},
        {{0, 1, -1, 0}, "cell 0: score -1, expected 0 to 1200"},
        {{0, 1, 5, 2}, "cell 0: segment 2, expected 0 to 1"},
        {{0, 0, 5, 0}, "cell 0: 0 candidates, expected at least 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_pool pool;
        ees_error err;
        assert_int_equal(ees_pool_init(&pool, 0, ELIGIBILITY, 2, &cases[i].cell, 1, &err), EES_ERR_RANGE);
        assert_string_equal(err.message, cases[i].message);
        ees_pool_free(&pool);
    }
    const ees_cell huge[] = {{0, INT32_MAX, 5, 0}, {0, 1, 6, 0}};
    ees_pool pool;
    assert_int_equal(ees_pool_init(&pool, 0, ELIGIBILITY, 2, huge, 2, NULL), EES_ERR_RANGE);
    assert_int_equal(ees_pool_init(&pool, 0, ELIGIBILITY, EES_SEGMENTS_MAX + 1, NULL, 0, NULL), EES_ERR_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_published_snapshot),
        cmocka_unit_test(segments_follow_their_shares),
        cmocka_unit_test(segments_agree_with_streams),
        cmocka_unit_test(too_large_a_stock_is_capped),
        cmocka_unit_test(no_stock_at_all),
        cmocka_unit_test(bad_streams),
        cmocka_unit_test(ages),
        cmocka_unit_test(rounds_deplete_a_pool_in_order),
        cmocka_unit_test(verify_names_what_is_broken),
        cmocka_unit_test(verify_keeps_nominees_apart),
        cmocka_unit_test(bad_cells),
    };
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
